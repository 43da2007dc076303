//! Everything a Harbor remembers.

mod deletion;
mod images;
mod people;
mod projects;
mod repository;
mod rule_size;
mod rules;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use time::OffsetDateTime;

pub(crate) use deletion::Held;
pub(crate) use images::Pushed;
pub(crate) use people::RobotId;
pub use people::{Robot, RobotGrant, Role, User};
pub use projects::Project;
pub use repository::{Artifact, ArtifactId, Repository, TagRow};
pub(crate) use rules::NotTaken;
pub use rules::{Rule, RuleText, Selector};

use super::config::HarborConfig;
use crate::clock::Clock;
use crate::content::Contents;
use crate::state::{ProjectId, RepositoryId, RuleId, UserId};
use crate::version::Version;

/// What an administrator of the server decides.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The Harbor version that is imitated.
    pub version: Version,
    /// Whether all writing is refused.
    pub read_only: bool,
    /// Most immutability rules of a project.
    pub rule_limit: Option<usize>,
    /// Whether a proxy in front decodes paths once before it hands them on.
    pub proxy_decodes_once: bool,
}

/// Everything a Harbor remembers. The fields that hold together are private; methods keep them so.
#[derive(Debug)]
pub struct State {
    /// What an administrator of the server decides.
    pub settings: Settings,
    clock: Clock,
    users: BTreeMap<UserId, User>,
    robots: Vec<Robot>,
    projects: BTreeMap<ProjectId, Project>,
    repositories: BTreeMap<RepositoryId, Repository>,
    repository_names: HashMap<String, RepositoryId>,
    /// In the order of the database's table, where what is changed moves to the end.
    rules: Vec<Rule>,
    retentions: BTreeMap<u64, Value>,
    pub(crate) contents: Contents,
    next_project: u64,
    next_repository: u64,
    next_rule: u64,
    next_artifact: u64,
    next_tag: u64,
}

impl State {
    /// A server without users or projects.
    pub(super) fn new(config: &HarborConfig) -> Self {
        Self {
            settings: Settings {
                version: config.version,
                read_only: config.read_only,
                rule_limit: config.rule_limit,
                proxy_decodes_once: config.proxy_decodes_once,
            },
            clock: config.clock.clone(),
            users: BTreeMap::new(),
            robots: Vec::new(),
            projects: BTreeMap::new(),
            repositories: BTreeMap::new(),
            repository_names: HashMap::new(),
            rules: Vec::new(),
            retentions: BTreeMap::new(),
            contents: Contents::default(),
            next_project: 1,
            next_repository: 1,
            next_rule: 1,
            next_artifact: 1,
            next_tag: 1,
        }
    }

    /// The present moment by the configured clock.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Whether a tag is immutable, as the server finds it: broken rules included.
    #[must_use]
    pub fn is_immutable(&self, repository: &str, tag: &str) -> bool {
        self.repository_at(repository).is_some_and(|found| {
            super::matching::ProjectRules::of(self, found.project).immutable(&found.name, tag)
        })
    }

    /// The retention policy of that number, as JSON.
    #[must_use]
    pub fn retention(&self, id: u64) -> Option<&Value> {
        self.retentions.get(&id)
    }

    /// Gives a project a retention policy, unchecked; its number stands in the project's metadata.
    pub fn set_retention(&mut self, project: ProjectId, mut policy: Value) -> Option<u64> {
        let id = self.retentions.keys().last().map_or(1, |last| last + 1);
        let owner = self.projects.get_mut(&project)?;
        owner.metadata.insert("retention_id".to_owned(), id.to_string());
        policy["id"] = id.into();
        policy["scope"] = serde_json::json!({"level": "project", "ref": project});
        self.retentions.insert(id, policy);
        Some(id)
    }

    /// Counts rules on from here; later rules get higher numbers.
    pub(super) fn count_rules_from(&mut self, id: RuleId) {
        self.next_rule = self.next_rule.max(id.0);
    }
}
