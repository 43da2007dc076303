//! The live preview: draft rules over the tags that are known, one answer a keystroke.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::preview::{
    NearMissView, OutcomeCounts, PatternQuestion, PatternReading, PreviewAnswer, PreviewLine, PreviewRequest,
    RoleEffect, StateChange, TagOutcome,
};
use tagwarden_rules::blocks::{Block, explain};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::findings;
use tagwarden_rules::pattern::Pattern;
use tagwarden_rules::preview::{
    Cancelled, Comparison, Edited, Matches, PreviewFilter, PreviewLine as Line, RowOutcome, TagIndex,
    future_examples, near_misses, why_lost,
};
use tagwarden_rules::rule::{Role, Rule};
use tagwarden_rules::state::{CompiledRules, StateCounts};

use crate::Console;
use crate::assess::{bare, blocking};
use crate::errors::OrApi as _;
use crate::jobs::lock;
use crate::projects::count;

/// Lines of one page at most.
const MOST_LINES: u32 = 200;
/// Near misses listed.
const NEAR_MISSES: usize = 3;
/// Tags kept in memory over all projects before the oldest are dropped.
const MOST_TAGS: usize = 3_000_000;
/// Projects whose examples and near misses are looked for; the others only count.
const PROJECTS_EXPLAINED: usize = 1;

/// One project's tags and rules, ready to be asked.
pub(crate) struct Scope {
    pub(crate) project: String,
    pub(crate) path: String,
    pub(crate) rules: Vec<Rule>,
    pub(crate) capabilities: Option<Capabilities>,
    pub(crate) index: Arc<TagIndex>,
    /// The server's ids, in the order of the index.
    pub(crate) repository_ids: Vec<String>,
    matches: Mutex<Matches>,
}

/// Scopes by project, and the newest keystroke of each editor.
#[derive(Default)]
pub(crate) struct Scopes {
    loaded: Mutex<Vec<(String, Arc<Scope>)>>,
    newest: Mutex<HashMap<u32, Arc<AtomicU32>>>,
}

impl Scopes {
    /// Drops what is known of a project, since its tags or rules were read anew.
    pub(crate) fn forget(&self, project: &str) {
        lock(&self.loaded).retain(|(id, _)| id != project);
    }

    pub(crate) fn forget_all(&self) {
        lock(&self.loaded).clear();
    }

    fn known(&self, project: &str) -> Option<Arc<Scope>> {
        lock(&self.loaded).iter().find(|(id, _)| id == project).map(|(_, scope)| Arc::clone(scope))
    }

    fn keep(&self, scope: &Arc<Scope>) {
        let mut loaded = lock(&self.loaded);
        loaded.retain(|(id, _)| *id != scope.project);
        loaded.push((scope.project.clone(), Arc::clone(scope)));
        let mut tags: usize = loaded.iter().map(|(_, scope)| scope.index.len()).sum();
        while tags > MOST_TAGS && loaded.len() > 1 {
            tags -= loaded.remove(0).1.index.len();
        }
    }

    /// Makes `generation` the newest keystroke of this editor, and answers with a way to see whether
    /// it still is.
    fn begin(&self, session: u32, generation: u32) -> impl Fn() -> bool + Send + Sync + use<> {
        let newest = Arc::clone(lock(&self.newest).entry(session).or_default());
        newest.fetch_max(generation, Ordering::SeqCst);
        move || newest.load(Ordering::SeqCst) > generation
    }
}

impl Console {
    /// A project's tags and rules, from memory or from the archive.
    pub(crate) async fn scope(&self, project: &str) -> Result<Arc<Scope>, ApiError> {
        if let Some(scope) = self.inner.scopes.known(project) {
            return Ok(scope);
        }
        let known = self.known_project(project).await?;
        let repositories = self.inner.archive.tag_names(&[project.to_owned()]).await.or_api()?;
        let repository_ids = repositories.iter().map(|r| r.repository_id.clone()).collect();
        let names = repositories.into_iter().map(|r| (r.repository_path, r.names)).collect();
        let index = blocking(move || crate::assess::index_of(names)).await?;
        let scope = Arc::new(Scope {
            project: project.to_owned(),
            path: known.summary.listing.path.clone(),
            rules: bare(&known.rules),
            capabilities: known.capabilities,
            index,
            repository_ids,
            matches: Mutex::default(),
        });
        self.inner.scopes.keep(&scope);
        Ok(scope)
    }

    /// How many tags each of a project's rules matches.
    pub(crate) async fn rule_tags(&self, project: &str) -> Result<Vec<u32>, ApiError> {
        let scope = self.scope(project).await?;
        blocking(move || {
            let rules = CompiledRules::compile(&scope.rules);
            scope.compare(&rules, &rules, Edited::default(), &|| false).map(|c| c.summary().rule_tags.clone())
        })
        .await?
        .map_err(|Cancelled| ApiError::new(ErrorCode::Cancelled))
    }

    pub(crate) async fn preview_impl(&self, request: PreviewRequest) -> Result<PreviewAnswer, ApiError> {
        let started = Instant::now();
        let replaced = self.inner.scopes.begin(request.session, request.generation);
        let mut scopes = Vec::with_capacity(request.projects.len());
        for project in &request.projects {
            scopes.push(self.scope(project).await?);
        }
        let generation = request.generation;
        let (mut answer, places) =
            blocking(move || Preview { request: &request, scopes: &scopes }.answer(&replaced))
                .await?
                .map_err(|Cancelled| ApiError::new(ErrorCode::Cancelled))?;
        self.add_marks(&mut answer.lines, &places).await?;
        answer.generation = generation;
        answer.micros = u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX);
        Ok(answer)
    }

    /// Adds digests and ages to the rows of a page.
    async fn add_marks(&self, lines: &mut [PreviewLine], places: &[Place]) -> Result<(), ApiError> {
        let mut wanted: HashMap<&str, Vec<(String, String)>> = HashMap::new();
        for (line, place) in lines.iter().zip(places) {
            if let (PreviewLine::Tag { name, .. }, Place::Tag { project, repository_id }) = (line, place) {
                wanted.entry(project).or_default().push((repository_id.clone(), name.clone()));
            }
        }
        let mut marks = HashMap::new();
        for (project, tags) in wanted {
            for mark in self.inner.archive.tag_marks(project, &tags).await.or_api()? {
                marks.insert(
                    (project.to_owned(), mark.repository_id, mark.name),
                    (mark.digest, mark.pushed_at),
                );
            }
        }
        for (line, place) in lines.iter_mut().zip(places) {
            if let (PreviewLine::Tag { name, digest, pushed_at, .. }, Place::Tag { project, repository_id }) =
                (line, place)
                && let Some((found, at)) =
                    marks.remove(&(project.clone(), repository_id.clone(), name.clone()))
            {
                *digest = found.map(|digest| short(&digest));
                *pushed_at = at;
            }
        }
        Ok(())
    }
}

/// The eight characters by which people know a digest.
pub(crate) fn short(digest: &str) -> String {
    digest.rsplit(':').next().unwrap_or(digest).chars().take(8).collect()
}

/// What a line of a page is about, for the parts of it that the archive knows.
enum Place {
    Heading,
    Tag { project: String, repository_id: String },
}

impl Scope {
    pub(crate) fn compare(
        &self,
        before: &CompiledRules,
        after: &CompiledRules,
        edited: Edited,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Comparison, Cancelled> {
        let mut matches = lock(&self.matches);
        Comparison::with_matches(&self.index, before, after, edited, &mut matches, cancelled)
    }
}

struct Preview<'a> {
    request: &'a PreviewRequest,
    scopes: &'a [Arc<Scope>],
}

impl Preview<'_> {
    fn answer(&self, replaced: &(dyn Fn() -> bool + Sync)) -> Result<(PreviewAnswer, Vec<Place>), Cancelled> {
        let edited = &self.request.edited.tags;
        let pattern = Pattern::compile(edited.dialect, &edited.pattern);
        let mut answer = empty_answer();
        answer.projects = count(self.scopes.len());
        let mut compared = Vec::with_capacity(self.scopes.len());
        for scope in self.scopes {
            let (before, after, places) = self.rules_for(scope);
            let old = CompiledRules::compile(&before);
            let new = CompiledRules::compile(&without_unfinished(&after, &before));
            let comparison = scope.compare(&old, &new, places, replaced)?;
            add_up(&mut answer, &comparison);
            if self.scopes.len() == 1 {
                if let Some(capabilities) = &scope.capabilities {
                    answer.findings = findings(&new, &after, Some(&scope.index), capabilities);
                }
                answer.rule_tags = comparison.summary().rule_tags.clone();
            }
            if replaced() {
                return Err(Cancelled);
            }
            compared.push((Arc::clone(scope), comparison, places));
        }
        let places = self.page(&compared, &mut answer);
        match pattern {
            Err(error) => answer.pattern_error = Some(error),
            Ok(pattern) => {
                for (scope, comparison, places) in compared.iter().take(PROJECTS_EXPLAINED) {
                    explain_more(&mut answer, &pattern, scope, comparison, *places, replaced)?;
                }
                answer.words = explain(edited.dialect, &edited.pattern);
                answer.block = Block::read(edited.dialect, &edited.pattern);
            }
        }
        Ok((answer, places))
    }

    /// The rules of one project before and after, and where the edited one stands in both.
    fn rules_for(&self, scope: &Scope) -> (Vec<Rule>, Vec<Rule>, Edited) {
        let request = self.request;
        let before = request.before.clone().unwrap_or_else(|| scope.rules.clone());
        match &request.after {
            Some(after) => {
                let places = Edited { before: request.edited_before, after: request.edited_after };
                (before, after.clone(), places)
            }
            None => {
                let mut after = before.clone();
                after.push(request.edited.clone());
                let places = Edited { before: None, after: Some(count(after.len() - 1)) };
                (before, after, places)
            }
        }
    }

    /// One page over all projects: their lines end to end, repositories numbered through.
    fn page(&self, compared: &[(Arc<Scope>, Comparison, Edited)], answer: &mut PreviewAnswer) -> Vec<Place> {
        let request = self.request;
        let mut skip = request.offset as usize;
        let mut left = request.limit.min(MOST_LINES) as usize;
        let mut first_repository = 0;
        let mut places = Vec::new();
        for (scope, comparison, _) in compared {
            let repositories = count(scope.index.repositories().len());
            let filter = PreviewFilter {
                outcomes: request.outcomes.iter().copied().map(row_outcome).collect(),
                collapsed: request
                    .collapsed
                    .iter()
                    .filter_map(|number| number.checked_sub(first_repository))
                    .filter(|number| *number < repositories)
                    .collect(),
            };
            let here = comparison.line_count(&filter);
            answer.total_lines = answer.total_lines.saturating_add(count(here));
            if left > 0 && skip < here {
                for line in comparison.page(&filter, skip, left) {
                    let (line, place) = self.wire_line(scope, line, first_repository);
                    answer.lines.push(line);
                    places.push(place);
                    left -= 1;
                }
                skip = 0;
            } else {
                skip = skip.saturating_sub(here);
            }
            first_repository += repositories;
        }
        places
    }

    fn wire_line(&self, scope: &Scope, line: Line, first_repository: u32) -> (PreviewLine, Place) {
        match line {
            Line::Repository { repository, name, newly_covered, no_longer_covered, matched } => {
                let tags =
                    scope.index.repositories().get(repository as usize).map_or(0, |r| count(r.rows.len()));
                let line = PreviewLine::Repository {
                    repository: first_repository + repository,
                    path: self.repository_name(scope, &name),
                    newly: newly_covered,
                    no_longer: no_longer_covered,
                    matched,
                    tags,
                };
                (line, Place::Heading)
            }
            Line::Tag { row, tag, outcome, before, after, span } => {
                let repository =
                    scope.index.repositories().iter().position(|r| r.rows.contains(&row)).unwrap_or_default();
                let repository_id = scope.repository_ids.get(repository).cloned().unwrap_or_default();
                let line = PreviewLine::Tag {
                    name: tag,
                    project: scope.project.clone(),
                    repository: first_repository + count(repository),
                    outcome: wire_outcome(outcome),
                    from: before,
                    to: after,
                    span,
                    digest: None,
                    pushed_at: None,
                };
                (line, Place::Tag { project: scope.project.clone(), repository_id })
            }
        }
    }

    /// Inside one project the group in front of every path says nothing.
    fn repository_name(&self, scope: &Scope, path: &str) -> String {
        let group = scope.path.rsplit_once('/').map_or("", |(group, _)| group);
        match path.strip_prefix(group).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) if self.scopes.len() == 1 => rest.to_owned(),
            _ => path.to_owned(),
        }
    }
}

/// Rules that are still being written and cannot be used yet have no effect; they keep their place.
/// A rule of the server that cannot be read is another matter: its effect is unknown.
fn without_unfinished(after: &[Rule], before: &[Rule]) -> Vec<Rule> {
    let unfinished = |rule: &Rule| {
        !before.contains(rule) && Pattern::compile(rule.tags.dialect, &rule.tags.pattern).is_err()
    };
    after.iter().map(|rule| Rule { enabled: rule.enabled && !unfinished(rule), ..rule.clone() }).collect()
}

fn empty_answer() -> PreviewAnswer {
    PreviewAnswer {
        generation: 0,
        pattern_error: None,
        micros: 0,
        tags: 0,
        repositories: 0,
        projects: 0,
        outcomes: OutcomeCounts { newly: 0, no_longer: 0, still: 0, not_matched: 0 },
        rule_tags: Vec::new(),
        before: StateCounts::default(),
        after: StateCounts::default(),
        changes: Vec::new(),
        lines: Vec::new(),
        total_lines: 0,
        future: Vec::new(),
        near_misses: Vec::new(),
        near_miss_total: 0,
        lost: None,
        findings: Vec::new(),
        words: Vec::new(),
        block: None,
        effects: Vec::new(),
    }
}

fn add_up(answer: &mut PreviewAnswer, comparison: &Comparison) {
    let summary = comparison.summary();
    answer.tags += summary.tags;
    answer.repositories += summary.repositories;
    answer.outcomes.newly += summary.outcomes.newly_covered;
    answer.outcomes.no_longer += summary.outcomes.no_longer_covered;
    answer.outcomes.still += summary.outcomes.still_covered;
    answer.outcomes.not_matched += summary.outcomes.not_matched;
    add_counts(&mut answer.before, summary.states_before);
    add_counts(&mut answer.after, summary.states_after);
    for transition in &summary.transitions {
        match answer.changes.iter_mut().find(|c| c.from == transition.from && c.to == transition.to) {
            Some(change) => change.tags += transition.tags,
            None => answer.changes.push(StateChange {
                from: transition.from,
                to: transition.to,
                tags: transition.tags,
            }),
        }
    }
    for access in &summary.access {
        let effect = effect_of(&mut answer.effects, access.role);
        effect.loses_push += access.loses.push + access.loses.both;
        effect.loses_delete += access.loses.delete + access.loses.both;
        effect.gains_push += access.gains.push + access.gains.both;
        effect.gains_delete += access.gains.delete + access.gains.both;
    }
}

fn effect_of(effects: &mut Vec<RoleEffect>, role: Role) -> &mut RoleEffect {
    let place = effects.iter().position(|effect| effect.role == role).unwrap_or_else(|| {
        effects.push(RoleEffect { role, loses_push: 0, gains_push: 0, loses_delete: 0, gains_delete: 0 });
        effects.len() - 1
    });
    &mut effects[place]
}

/// Adds state counts up.
pub(crate) fn add_counts(sum: &mut StateCounts, part: StateCounts) {
    sum.open += part.open;
    sum.protected += part.protected;
    sum.immutable += part.immutable;
    sum.unknown += part.unknown;
}

fn explain_more(
    answer: &mut PreviewAnswer,
    pattern: &Pattern,
    scope: &Scope,
    comparison: &Comparison,
    places: Edited,
    replaced: &(dyn Fn() -> bool + Sync),
) -> Result<(), Cancelled> {
    let matched = places.after.and_then(|place| comparison.after().name_bits(place as usize));
    let Some(matched) = matched else { return Ok(()) };
    answer.future = future_examples(&scope.index, pattern, matched);
    let near = near_misses(&scope.index, pattern, matched, NEAR_MISSES, replaced)?;
    answer.near_miss_total = near.total;
    answer.near_misses = near
        .list
        .into_iter()
        .map(|miss| NearMissView {
            name: miss.tag,
            why: miss.why,
            span: miss.span,
            suggestion: miss.suggestion,
        })
        .collect();
    if answer.outcomes.no_longer > 0 {
        let lost: Vec<u32> = (0u32..)
            .zip(comparison.outcomes())
            .filter(|(_, outcome)| **outcome == RowOutcome::NoLongerCovered)
            .map(|(row, _)| row)
            .collect();
        answer.lost = why_lost(&scope.index, pattern, &lost);
    }
    Ok(())
}

fn row_outcome(outcome: TagOutcome) -> RowOutcome {
    match outcome {
        TagOutcome::NewlyCovered => RowOutcome::NewlyCovered,
        TagOutcome::NoLongerCovered => RowOutcome::NoLongerCovered,
        TagOutcome::StillCovered => RowOutcome::StillCovered,
        TagOutcome::NotMatched => RowOutcome::NotMatched,
    }
}

fn wire_outcome(outcome: RowOutcome) -> TagOutcome {
    match outcome {
        RowOutcome::NewlyCovered => TagOutcome::NewlyCovered,
        RowOutcome::NoLongerCovered => TagOutcome::NoLongerCovered,
        RowOutcome::StillCovered => TagOutcome::StillCovered,
        RowOutcome::NotMatched => TagOutcome::NotMatched,
    }
}

/// What a pattern says.
pub(crate) fn read_pattern(question: &PatternQuestion) -> PatternReading {
    let compiled = Pattern::compile(question.dialect, &question.pattern);
    PatternReading {
        block: compiled.as_ref().ok().and_then(|_| Block::read(question.dialect, &question.pattern)),
        words: explain(question.dialect, &question.pattern),
        error: compiled.err(),
    }
}
