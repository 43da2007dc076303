//! What rules make of a project's tags: states, findings, and how both are written down.

use std::collections::HashMap;

use tagwarden_archive::{ProjectReading, RepositoryRecord, StateChange, TagRecord, TracedTags};
use tagwarden_ipc::ApiError;
use tagwarden_registries::{ProjectRules, RepositoryFacts, RulesRead, TagFacts};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::enforcement::Enforcement;
use tagwarden_rules::finding::{Finding, Severity, What, findings_with, unread};
use tagwarden_rules::moving::{MovingTags, TagTrace};
use tagwarden_rules::preview::{Matches, TagIndex};
use tagwarden_rules::rule::{RoleNames, Rule, SavedRule};
use tagwarden_rules::state::{CompiledRules, StateCounts, TagState};
use tagwarden_rules::visibility::{KnownRules, ServerVerdict};

use crate::Console;
use crate::errors::OrApi as _;

/// A repository and its tags, as read.
pub(crate) type ReadRepository = (RepositoryFacts, Vec<TagFacts>);

/// The rules alone.
pub(crate) fn bare(rules: &[SavedRule]) -> Vec<Rule> {
    rules.iter().map(|saved| saved.rule.clone()).collect()
}

/// Rules as their registry enforces them.
pub(crate) fn compile(rules: &[Rule], capabilities: Option<&Capabilities>) -> CompiledRules {
    let read_only = capabilities.is_some_and(Capabilities::is_read_only);
    CompiledRules::compile(rules)
        .enforced_by(enforcement(capabilities))
        .on_server_in_read_only_mode(read_only)
}

/// The same for rules that may not be known: then nothing is known of any tag.
pub(crate) fn compile_known(rules: &KnownRules, capabilities: Option<&Capabilities>) -> CompiledRules {
    match rules.read() {
        Some(rules) => compile(&bare(rules), capabilities),
        None => CompiledRules::unseen()
            .enforced_by(enforcement(capabilities))
            .on_server_in_read_only_mode(capabilities.is_some_and(Capabilities::is_read_only)),
    }
}

/// How a project's rules are enforced; as in the first product there was where it was never read.
pub(crate) fn enforcement(capabilities: Option<&Capabilities>) -> Enforcement {
    capabilities.map(|capabilities| capabilities.enforcement).unwrap_or_default()
}

/// What the roles are called in a project; as in the first product there was where it was never read.
pub(crate) fn role_names(capabilities: Option<&Capabilities>) -> RoleNames {
    capabilities.map(|capabilities| capabilities.role_names).unwrap_or_default()
}

/// The tags of a project with the state each is in, and what is worth telling.
pub(crate) struct Assessment {
    pub(crate) tags: Vec<TagRecord>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) index: TagIndex,
    pub(crate) moving: MovingTags,
}

/// Judges every tag under the rules, or where they are not visible, by what the server says of it.
/// `known` is the index of an earlier reading, where there is one.
fn assess(
    read: &ProjectRules,
    repositories: &[ReadRepository],
    known: Option<&TagIndex>,
    earlier: &Earlier,
) -> Assessment {
    let (index, moving) = index_of_read(repositories, known, earlier);
    match read {
        ProjectRules::Visible(read) => assess_by_rules(read, repositories, index, moving),
        ProjectRules::NotVisible { .. } => {
            let tags = records(repositories, |_, tag| {
                let state = tag.verdict.map_or(TagState::Unknown, ServerVerdict::state);
                Judged { state, deciding_rule: None, verdict: tag.verdict }
            });
            // Every finding is about rules, and none of them is known.
            Assessment { tags, findings: Vec::new(), index, moving }
        }
    }
}

fn assess_by_rules(
    read: &RulesRead,
    repositories: &[ReadRepository],
    index: TagIndex,
    moving: MovingTags,
) -> Assessment {
    let rules = bare(&read.rules);
    let compiled = compile(&rules, Some(&read.capabilities));
    let mut disagreement = None;
    let tags = records(repositories, |repository, tag| {
        let standing = compiled.standing(&repository.path, &tag.name);
        if let Some(immutable) = tag.verdict.and_then(|said| disagrees(said, standing.state)) {
            note(&mut disagreement, &repository.path, &tag.name, immutable);
        }
        let deciding_rule = deciding(standing.deciding, &read.rules);
        Judged { state: standing.state, deciding_rule, verdict: None }
    });
    let mut findings = findings_of_saved(&compiled, &rules, &index, &moving, read);
    findings.extend(unread(&read.rules));
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.rule));
    if let Some(what) = disagreement {
        findings.insert(0, Finding { what, severity: Severity::Incident, rule: None, fixes: Vec::new() });
    }
    Assessment { tags, findings, index, moving }
}

/// What there is to say about rules that a server has: of their length nothing, for it has kept them.
fn findings_of_saved(
    compiled: &CompiledRules,
    rules: &[Rule],
    index: &TagIndex,
    moving: &MovingTags,
    read: &RulesRead,
) -> Vec<Finding> {
    let mut matches = Matches::default();
    let mut found =
        findings_with(compiled, rules, Some(index), Some(moving), &read.capabilities, &mut matches);
    found.retain(|finding| match finding.what {
        What::RuleMayBeTooLong { .. } => false,
        // Rules of a kind that is not shown may cover what these leave open.
        What::NoRules { .. } => read.complete,
        _ => true,
    });
    found
}

/// What is written down of a tag beside what the registry listed.
struct Judged {
    state: TagState,
    deciding_rule: Option<String>,
    verdict: Option<ServerVerdict>,
}

fn records(
    repositories: &[ReadRepository],
    mut judge: impl FnMut(&RepositoryFacts, &TagFacts) -> Judged,
) -> Vec<TagRecord> {
    let mut records = Vec::with_capacity(repositories.iter().map(|(_, tags)| tags.len()).sum());
    for (repository, tags) in repositories {
        for tag in tags {
            let Judged { state, deciding_rule, verdict } = judge(repository, tag);
            records.push(TagRecord {
                repository_id: repository.id.clone(),
                name: tag.name.clone(),
                digest: tag.digest.clone(),
                created_at: tag.created_at,
                pushed_at: tag.pushed_at,
                size: tag.size,
                state,
                deciding_rule,
                verdict,
            });
        }
    }
    records
}

/// The index of the tags, and those of them that move.
fn index_of_read(
    repositories: &[ReadRepository],
    known: Option<&TagIndex>,
    earlier: &Earlier,
) -> (TagIndex, MovingTags) {
    let mut traces = Vec::with_capacity(repositories.iter().map(|(_, tags)| tags.len()).sum());
    let names = repositories.iter().map(|(repository, tags)| {
        // As the archive gives them.
        let mut tags: Vec<&TagFacts> = tags.iter().collect();
        tags.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        traces.extend(tags.iter().map(|tag| earlier.trace(&repository.id, tag)));
        (repository.path.clone(), tags.into_iter().map(|tag| tag.name.clone()).collect::<Vec<_>>())
    });
    let index = match known {
        Some(known) => known.updated(names.collect()),
        None => TagIndex::build(names.collect()),
    };
    let moving = moving_of(&index, &traces);
    (index, moving)
}

/// Whether the server calls a tag immutable, where that is not what its rules say.
fn disagrees(said: ServerVerdict, state: TagState) -> Option<bool> {
    let immutable = said.state() == TagState::Immutable;
    (state != TagState::Unknown && immutable != (state == TagState::Immutable)).then_some(immutable)
}

/// Counts one more tag of which the server says something else; the first one is the example.
fn note(disagreement: &mut Option<What>, repository: &str, tag: &str, immutable: bool) {
    match disagreement {
        Some(What::ServerDisagrees { tags, .. }) => *tags += 1,
        _ => {
            *disagreement = Some(What::ServerDisagrees {
                tags: 1,
                repository: repository.to_owned(),
                example: tag.to_owned(),
                immutable,
            });
        }
    }
}

fn deciding(place: Option<u32>, rules: &[SavedRule]) -> Option<String> {
    place.and_then(|place| rules.get(place as usize)).map(|rule| rule.id.clone())
}

impl Console {
    /// Writes a whole reading of a project down: repositories, tags with states, rules, findings.
    pub(crate) async fn keep_reading(
        &self,
        project: &str,
        read: ProjectRules,
        mut repositories: Vec<ReadRepository>,
    ) -> Result<StateCounts, ApiError> {
        // As the archive gives them.
        repositories.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
        let known = self.inner.scopes.index(project);
        let earlier = self.inner.archive.traced_tags(project).await.or_api()?;
        let (read, repositories, assessment) = blocking(move || {
            let assessment = assess(&read, &repositories, known.as_deref(), &Earlier::of(earlier));
            (read, repositories, assessment)
        })
        .await?;
        let records: Vec<RepositoryRecord> = repositories
            .into_iter()
            .map(|(facts, _)| RepositoryRecord { id: facts.id, name: facts.name, path: facts.path })
            .collect();
        let now = self.now();
        let archive = &self.inner.archive;
        let counts = archive.replace_tags(project, &records, &assessment.tags, now).await.or_api()?;
        self.inner.scopes.touch();
        let reading = reading_of(read, assessment.findings, counts);
        archive.set_project_reading(project, &reading, now).await.or_api()?;
        self.inner.scopes.renew(project, &reading, &records, (assessment.index, assessment.moving));
        Ok(counts)
    }

    /// Writes newly read rules down and judges the tags that are known under them.
    pub(crate) async fn keep_rules(&self, project: &str, read: RulesRead) -> Result<StateCounts, ApiError> {
        let archive = &self.inner.archive;
        let repositories = archive.traced_tags(project).await.or_api()?;
        let old = archive.project(project).await.or_api()?.and_then(|project| project.rules.into_read());
        let old = old.map(|rules| bare(&rules));
        let (read, changes, findings) = blocking(move || {
            let rules = bare(&read.rules);
            let compiled = compile(&rules, Some(&read.capabilities));
            let before = old.map(|old| compile(&old, Some(&read.capabilities)));
            let uncovered_before = |repository: &str, name: &str| {
                before.as_ref().is_some_and(|rules| rules.standing(repository, name).covering.is_empty())
            };
            let mut changes = Vec::new();
            for repository in &repositories {
                for name in &repository.names {
                    let standing = compiled.standing(&repository.repository_path, name);
                    // A rule that was created again has a new id although the state is the same. Where no rules
                    // were known before, no state was.
                    if standing.covering.is_empty() && uncovered_before(&repository.repository_path, name) {
                        continue;
                    }
                    changes.push(StateChange {
                        repository_id: repository.repository_id.clone(),
                        name: name.clone(),
                        state: standing.state,
                        deciding_rule: deciding(standing.deciding, &read.rules),
                    });
                }
            }
            let (index, moving) = index_of(repositories);
            let findings = findings_of_saved(&compiled, &rules, &index, &moving, &read);
            (read, changes, findings)
        })
        .await?;
        let counts = archive.set_states(project, &changes).await.or_api()?;
        self.inner.scopes.forget(project);
        let reading = reading_of(ProjectRules::Visible(read), findings, counts);
        archive.set_project_reading(project, &reading, self.now()).await.or_api()?;
        self.inner.scopes.forget(project);
        Ok(counts)
    }
}

fn reading_of(read: ProjectRules, findings: Vec<Finding>, counts: StateCounts) -> ProjectReading {
    let capabilities = read.capabilities().clone();
    let read = read.visible();
    ProjectReading {
        rules_complete: read.as_ref().is_ok_and(|read| read.complete),
        rules: read.map(|read| read.rules),
        capabilities,
        findings,
        counts,
    }
}

/// Runs work that computes for a while off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ApiError::new(tagwarden_ipc::error::ErrorCode::Internal))
}

/// An index of what the archive knows of one project, and which of its tags move.
pub(crate) fn index_of(repositories: Vec<TracedTags>) -> (TagIndex, MovingTags) {
    let traces: Vec<TagTrace> = repositories.iter().flat_map(|r| &r.traces).copied().collect();
    let names = repositories.into_iter().map(|r| (r.repository_path, r.names));
    let index = TagIndex::build(names.collect());
    let moving = moving_of(&index, &traces);
    (index, moving)
}

/// The tags that move, given what is known of each row of the index.
fn moving_of(index: &TagIndex, traces: &[TagTrace]) -> MovingTags {
    MovingTags::of(index, &|row| traces.get(row as usize).copied().unwrap_or_default())
}

/// What the archive knew of each tag before a reading, by the server's id of its repository and its name.
#[derive(Default)]
struct Earlier(HashMap<String, HashMap<String, TagTrace>>);

impl Earlier {
    fn of(repositories: Vec<TracedTags>) -> Self {
        let known = |r: TracedTags| (r.repository_id, r.names.into_iter().zip(r.traces).collect());
        Self(repositories.into_iter().map(known).collect())
    }

    /// What is known of a tag now that it has this digest.
    fn trace(&self, repository: &str, tag: &TagFacts) -> TagTrace {
        let before = self.0.get(repository).and_then(|tags| tags.get(&tag.name)).copied().unwrap_or_default();
        let now = TagTrace::new(tag.digest.as_deref(), before.moved);
        let moved = before.digest.zip(now.digest).is_some_and(|(before, now)| before != now);
        // A digest that is not read yet is the one that was known.
        TagTrace { digest: now.digest.or(before.digest), moved: before.moved || moved }
    }
}
