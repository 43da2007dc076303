//! What a preview asks: a project's tags and rules in memory, and the newest keystroke of each editor.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tagwarden_archive::{ProjectReading, RepositoryRecord};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Finding, What, findings_with};
use tagwarden_rules::moving::MovingTags;
use tagwarden_rules::pattern::Pattern;
use tagwarden_rules::preview::{Cancelled, Comparison, Edited, Matches, TagIndex};
use tagwarden_rules::rule::{Rule, Selector};
use tagwarden_rules::state::CompiledRules;

use crate::Console;
use crate::assess::{bare, blocking, compile, enforcement};
use crate::errors::OrApi as _;
use crate::jobs::lock;

/// Tags kept in memory over all projects before the oldest are dropped.
const MOST_TAGS: usize = 3_000_000;

/// One project's tags and rules, ready to be asked.
pub(crate) struct Scope {
    pub(crate) project: String,
    pub(crate) path: String,
    /// The rules in force; `None`: they are not known.
    pub(crate) rules: Option<Vec<Rule>>,
    pub(crate) capabilities: Option<Capabilities>,
    pub(crate) index: Arc<TagIndex>,
    /// The tags of the index that are expected to move.
    moving: MovingTags,
    /// The server's ids, in the order of the index.
    pub(crate) repository_ids: Vec<String>,
    matches: Mutex<Matches>,
    /// The rules of the newest question, before and after: the next one differs in one of them.
    compiled: Mutex<(Arc<CompiledRules>, Arc<CompiledRules>)>,
}

/// Scopes by project, and the newest keystroke of each editor.
#[derive(Default)]
pub(crate) struct Scopes {
    loaded: Mutex<Vec<(String, Arc<Scope>)>>,
    newest: Mutex<HashMap<u32, Arc<AtomicU32>>>,
    /// Counts how often the inventory changed.
    revision: AtomicU64,
}

impl Scopes {
    /// Drops what is known of a project, since its tags or rules were read anew.
    pub(crate) fn forget(&self, project: &str) {
        self.touch();
        lock(&self.loaded).retain(|(id, _)| id != project);
    }

    /// The tags of a project that is open.
    pub(crate) fn index(&self, project: &str) -> Option<Arc<TagIndex>> {
        self.known(project).map(|scope| Arc::clone(&scope.index))
    }

    /// Puts a new reading in the place of a project that is open; until then it answers as it was.
    pub(crate) fn renew(
        &self,
        project: &str,
        reading: &ProjectReading,
        repositories: &[RepositoryRecord],
        (index, moving): (TagIndex, MovingTags),
    ) {
        self.touch();
        let mut loaded = lock(&self.loaded);
        if let Some((_, scope)) = loaded.iter_mut().find(|(id, _)| id == project) {
            *scope = Arc::new(Scope {
                project: project.to_owned(),
                path: scope.path.clone(),
                rules: reading.rules.as_ref().ok().map(|rules| bare(rules)),
                capabilities: Some(reading.capabilities.clone()),
                index: Arc::new(index),
                moving,
                repository_ids: repositories.iter().map(|repository| repository.id.clone()).collect(),
                matches: Mutex::default(),
                compiled: Mutex::default(),
            });
        }
    }

    pub(crate) fn forget_all(&self) {
        self.touch();
        lock(&self.loaded).clear();
    }

    /// Says that the inventory changed in another way.
    pub(crate) fn touch(&self) {
        self.revision.fetch_add(1, Ordering::SeqCst);
    }

    /// What was counted or loaded at another revision is out of date.
    pub(crate) fn revision(&self) -> u64 {
        self.revision.load(Ordering::SeqCst)
    }

    fn known(&self, project: &str) -> Option<Arc<Scope>> {
        lock(&self.loaded).iter().find(|(id, _)| id == project).map(|(_, scope)| Arc::clone(scope))
    }

    /// Keeps a scope that was loaded at `revision`, unless something was read anew since.
    fn keep(&self, revision: u64, scope: &Arc<Scope>) {
        let mut loaded = lock(&self.loaded);
        if self.revision() != revision {
            return;
        }
        loaded.retain(|(id, _)| *id != scope.project);
        loaded.push((scope.project.clone(), Arc::clone(scope)));
        let mut tags: usize = loaded.iter().map(|(_, scope)| scope.index.len()).sum();
        while tags > MOST_TAGS && loaded.len() > 1 {
            tags -= loaded.remove(0).1.index.len();
        }
    }

    /// Makes `generation` the newest keystroke of this editor, and answers with a way to see whether
    /// it still is.
    pub(super) fn begin(&self, session: u32, generation: u32) -> impl Fn() -> bool + Send + Sync + use<> {
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
        let revision = self.inner.scopes.revision();
        let known = self.known_project(project).await?;
        let repositories = self.inner.archive.traced_tags(project).await.or_api()?;
        let repository_ids = repositories.iter().map(|r| r.repository_id.clone()).collect();
        let (index, moving) = blocking(move || crate::assess::index_of(repositories)).await?;
        let scope = Arc::new(Scope {
            project: project.to_owned(),
            path: known.summary.listing.path.clone(),
            rules: known.rules.read().map(|rules| bare(rules)),
            capabilities: known.capabilities,
            index: Arc::new(index),
            moving,
            repository_ids,
            matches: Mutex::default(),
            compiled: Mutex::default(),
        });
        self.inner.scopes.keep(revision, &scope);
        Ok(scope)
    }

    /// How many tags each of a project's rules matches; nothing where they are not known.
    pub(crate) async fn rule_tags(&self, project: &str) -> Result<Vec<u32>, ApiError> {
        let scope = self.scope(project).await?;
        blocking(move || {
            let Some(rules) = &scope.rules else { return Ok(Vec::new()) };
            let rules = compile(rules, scope.capabilities.as_ref());
            scope.compare(&rules, &rules, Edited::default(), &|| false).map(|c| c.summary().rule_tags.clone())
        })
        .await?
        .map_err(|Cancelled| ApiError::new(ErrorCode::Cancelled))
    }
}

impl Scope {
    /// Compiles the rules of a question, those that are new since the last one alone.
    pub(super) fn compile(
        &self,
        before: &[Rule],
        after: &[Rule],
    ) -> (Arc<CompiledRules>, Arc<CompiledRules>) {
        let enforcement = enforcement(self.capabilities.as_ref());
        let (last_before, last_after) = lock(&self.compiled).clone();
        let compile = |rules: &[Rule], known: &[&CompiledRules]| {
            Arc::new(CompiledRules::compile_knowing(rules, known).enforced_by(enforcement))
        };
        let before = compile(before, &[&last_before, &last_after]);
        let after = compile(after, &[&before, &last_after]);
        *lock(&self.compiled) = (Arc::clone(&before), Arc::clone(&after));
        (before, after)
    }

    pub(crate) fn compare(
        &self,
        before: &CompiledRules,
        after: &CompiledRules,
        edited: Edited,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Comparison, Cancelled> {
        // Before the lock: the next keystroke gets it at once, whatever this one's pattern takes to build.
        let edited_rule = edited.after.and_then(|place| after.rule(place as usize)).and_then(Result::ok);
        if let Some(rule) = edited_rule {
            rule.tags().pattern().prepare(cancelled)?;
        }
        let mut matches = lock(&self.matches);
        Comparison::with_matches(&self.index, before, after, edited, &mut matches, cancelled)
    }

    /// How many tags each entry of a list matches by itself; `None` for one that cannot be used.
    pub(super) fn entry_tags(
        &self,
        list: &Selector,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Option<u32>>, Cancelled> {
        let entries = Pattern::entries(list.dialect, &list.pattern);
        let mut matches = lock(&self.matches);
        let mut count = |entry: &Option<Pattern>| {
            let Some(pattern) = entry else { return Ok(None) };
            matches.of(&self.index, pattern, cancelled).map(|bits| Some(bits.rows(&self.index)))
        };
        entries.iter().map(&mut count).collect()
    }

    /// What is worth telling of these rules, which `raw` were compiled to. The server has kept the rules of
    /// `before`, so that none of those is too long.
    pub(super) fn findings(&self, rules: &CompiledRules, raw: &[Rule], before: &[Rule]) -> Vec<Finding> {
        let Some(capabilities) = &self.capabilities else { return Vec::new() };
        let mut found = findings_with(
            rules,
            raw,
            Some(&self.index),
            Some(&self.moving),
            capabilities,
            &mut lock(&self.matches),
        );
        let is_kept = |index: Option<u32>| {
            let rule = index.and_then(|index| raw.get(index as usize));
            rule.is_some_and(|rule| {
                before.iter().any(|kept| kept.tags == rule.tags && kept.repositories == rule.repositories)
            })
        };
        found.retain(|finding| {
            !matches!(finding.what, What::RuleMayBeTooLong { .. }) || !is_kept(finding.rule)
        });
        found
    }
}
