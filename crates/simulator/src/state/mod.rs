//! Everything the server remembers.

mod access_people;
mod access_projects;
mod access_repositories;
mod access_rules;
mod ids;
mod project;
mod repository;
mod role;
mod rule;
mod tag;
mod user;

use std::collections::{BTreeMap, HashMap};

use time::OffsetDateTime;

pub use ids::{GroupId, ProjectId, RepositoryId, RuleId, UserId};
pub use project::{Group, Project, RegistryAccess};
pub use repository::Repository;
pub use role::{MinimumRole, Role};
pub use rule::{
    MAX_PATH_PATTERN, MAX_TAG_PATTERN, MAX_TAG_RULES, RepositoryLevels, RepositoryRule, TagEffect, TagRule,
};
pub use tag::{Digest, Tag, Tags};
pub use user::{DeployToken, Scope, Token, User};

use crate::clock::Clock;
use crate::config::Config;
use crate::content::Contents;
use crate::version::Version;

/// What an administrator of the server decides.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The GitLab version that is imitated.
    pub version: Version,
    /// Whether immutable rules are licensed.
    pub licensed: bool,
    /// Whether the registry has its metadata database.
    pub registry_api: bool,
    /// Whether administrators have to ask for their rights with the scope `admin_mode`.
    pub admin_mode: bool,
}

/// Everything the server remembers. The fields that hold together are private; methods keep them so.
#[derive(Debug)]
pub struct State {
    /// What an administrator of the server decides.
    pub settings: Settings,
    clock: Clock,
    users: BTreeMap<UserId, User>,
    tokens: HashMap<String, Token>,
    deploy_tokens: Vec<DeployToken>,
    groups: BTreeMap<GroupId, Group>,
    group_paths: HashMap<String, GroupId>,
    projects: BTreeMap<ProjectId, Project>,
    project_paths: HashMap<String, ProjectId>,
    repositories: BTreeMap<RepositoryId, Repository>,
    repository_paths: HashMap<String, RepositoryId>,
    pub(crate) contents: Contents,
    next_project: u64,
    next_repository: u64,
    next_tag_rule: u64,
    next_repository_rule: u64,
}

impl State {
    /// A server without users or projects.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            settings: Settings {
                version: config.version,
                licensed: config.licensed,
                registry_api: config.registry_api,
                admin_mode: config.admin_mode,
            },
            clock: config.clock.clone(),
            users: BTreeMap::new(),
            tokens: HashMap::new(),
            deploy_tokens: Vec::new(),
            groups: BTreeMap::new(),
            group_paths: HashMap::new(),
            projects: BTreeMap::new(),
            project_paths: HashMap::new(),
            repositories: BTreeMap::new(),
            repository_paths: HashMap::new(),
            contents: Contents::default(),
            next_project: 1,
            next_repository: 1,
            next_tag_rule: 1,
            next_repository_rule: 1,
        }
    }

    /// The present moment by the configured clock.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }
}
