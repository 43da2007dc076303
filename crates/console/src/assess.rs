//! What rules make of a project's tags: states, findings, and how both are written down.

use std::collections::HashMap;

use tagwarden_archive::{ProjectReading, RepositoryRecord, StateChange, TagRecord, TracedTags};
use tagwarden_ipc::ApiError;
use tagwarden_registries::{RepositoryFacts, RulesRead, TagFacts};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::enforcement::Enforcement;
use tagwarden_rules::finding::{Finding, Severity, What, findings_with, unread};
use tagwarden_rules::moving::{MovingTags, TagTrace};
use tagwarden_rules::preview::{Matches, TagIndex};
use tagwarden_rules::rule::{RoleNames, Rule, SavedRule};
use tagwarden_rules::state::{CompiledRules, StateCounts, TagState};

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

/// Judges every tag under the rules. `known` is the index of an earlier reading, as far as it is at
/// hand.
fn assess(
    read: &RulesRead,
    repositories: &[ReadRepository],
    known: Option<&TagIndex>,
    earlier: &Earlier,
) -> Assessment {
    let rules = bare(&read.rules);
    let compiled = compile(&rules, Some(&read.capabilities));
    let mut tags = Vec::with_capacity(repositories.iter().map(|(_, tags)| tags.len()).sum());
    let mut disagreement = None;
    for (repository, facts) in repositories {
        for tag in facts {
            let standing = compiled.standing(&repository.path, &tag.name);
            if let Some(immutable) = tag.immutable.filter(|&said| disagrees(said, standing.state)) {
                note(&mut disagreement, &repository.path, &tag.name, immutable);
            }
            tags.push(TagRecord {
                repository_id: repository.id.clone(),
                name: tag.name.clone(),
                digest: tag.digest.clone(),
                created_at: tag.created_at,
                pushed_at: tag.pushed_at,
                size: tag.size,
                state: standing.state,
                deciding_rule: deciding(standing.deciding, &read.rules),
            });
        }
    }
    let mut traces = Vec::with_capacity(tags.len());
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
    let mut findings = findings_of_saved(&compiled, &rules, &index, &moving, &read.capabilities);
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
    capabilities: &Capabilities,
) -> Vec<Finding> {
    let mut matches = Matches::default();
    let mut found = findings_with(compiled, rules, Some(index), Some(moving), capabilities, &mut matches);
    found.retain(|finding| !matches!(finding.what, What::RuleMayBeTooLong { .. }));
    found
}

/// Whether the server says of a tag what its rules do not.
fn disagrees(immutable: bool, state: TagState) -> bool {
    state != TagState::Unknown && immutable != (state == TagState::Immutable)
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
        read: RulesRead,
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
        let reading = ProjectReading {
            rules: read.rules,
            rules_complete: read.complete,
            capabilities: read.capabilities,
            findings: assessment.findings,
            counts,
        };
        archive.set_project_reading(project, &reading, now).await.or_api()?;
        self.inner.scopes.renew(project, &reading, &records, (assessment.index, assessment.moving));
        Ok(counts)
    }

    /// Writes newly read rules down and judges the tags that are known under them.
    pub(crate) async fn keep_rules(&self, project: &str, read: RulesRead) -> Result<StateCounts, ApiError> {
        let archive = &self.inner.archive;
        let repositories = archive.traced_tags(project).await.or_api()?;
        let old = match archive.project(project).await.or_api()? {
            Some(project) => bare(&project.rules),
            None => Vec::new(),
        };
        let (read, changes, findings) = blocking(move || {
            let rules = bare(&read.rules);
            let compiled = compile(&rules, Some(&read.capabilities));
            let before = compile(&old, Some(&read.capabilities));
            let mut changes = Vec::new();
            for repository in &repositories {
                for name in &repository.names {
                    let standing = compiled.standing(&repository.repository_path, name);
                    // A rule that was made anew has a new id although the state is the same.
                    if standing.covering.is_empty()
                        && before.standing(&repository.repository_path, name).covering.is_empty()
                    {
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
            let findings = findings_of_saved(&compiled, &rules, &index, &moving, &read.capabilities);
            (read, changes, findings)
        })
        .await?;
        let counts = archive.set_states(project, &changes).await.or_api()?;
        self.inner.scopes.forget(project);
        let reading = ProjectReading {
            rules: read.rules,
            rules_complete: read.complete,
            capabilities: read.capabilities,
            findings,
            counts,
        };
        archive.set_project_reading(project, &reading, self.now()).await.or_api()?;
        self.inner.scopes.forget(project);
        Ok(counts)
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
