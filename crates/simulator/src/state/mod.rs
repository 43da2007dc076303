//! Everything the server remembers.

mod ids;
mod project;
mod repository;
mod role;
mod rule;
mod tag;
mod uploads;
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
use crate::seeds::plan::TagPlan;
use crate::seeds::rng::digest_from;
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

/// A pushed manifest.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) media_type: String,
    pub(crate) bytes: bytes::Bytes,
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
    pub(crate) manifests: HashMap<Digest, Manifest>,
    pub(crate) blobs: HashMap<Digest, bytes::Bytes>,
    uploads: HashMap<String, Vec<u8>>,
    upload_count: u64,
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
            manifests: HashMap::new(),
            blobs: HashMap::new(),
            uploads: HashMap::new(),
            upload_count: 0,
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

    // People.

    /// Adds a user, or replaces the one of the same number.
    pub fn add_user(&mut self, user: User) {
        self.users.insert(user.id, user);
    }

    /// The user of that number.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// The user who signs in with that name.
    #[must_use]
    pub fn user_named(&self, username: &str) -> Option<&User> {
        self.users.values().find(|user| user.username == username)
    }

    /// Adds a token, or replaces the one with the same secret.
    pub fn add_token(&mut self, token: Token) {
        self.tokens.insert(token.secret.clone(), token);
    }

    /// The token with that secret.
    #[must_use]
    pub fn token(&self, secret: &str) -> Option<&Token> {
        self.tokens.get(secret)
    }

    /// The token with that secret, to be changed (revoked, expired …).
    pub fn token_mut(&mut self, secret: &str) -> Option<&mut Token> {
        self.tokens.get_mut(secret)
    }

    /// Adds a deploy token.
    pub fn add_deploy_token(&mut self, token: DeployToken) {
        self.deploy_tokens.push(token);
    }

    /// The deploy token with that user name and secret.
    #[must_use]
    pub fn deploy_token(&self, username: &str, secret: &str) -> Option<&DeployToken> {
        self.deploy_tokens.iter().find(|token| token.username == username && token.secret == secret)
    }

    // Projects.

    /// All projects by number.
    pub fn projects(&self) -> impl DoubleEndedIterator<Item = &Project> {
        self.projects.values()
    }

    /// The project of that number.
    #[must_use]
    pub fn project(&self, id: ProjectId) -> Option<&Project> {
        self.projects.get(&id)
    }

    /// The project of that number, to be changed. Do not change its paths here.
    pub fn project_mut(&mut self, id: ProjectId) -> Option<&mut Project> {
        self.projects.get_mut(&id)
    }

    /// The number of the project with that full path.
    #[must_use]
    pub fn project_id(&self, full_path: &str) -> Option<ProjectId> {
        self.project_paths.get(full_path).copied()
    }

    /// The project whose path begins `path`, which may name a repository inside it.
    pub(crate) fn project_of_path(&self, path: &str) -> Option<&Project> {
        let mut end = path.len();
        loop {
            if let Some(id) = path.get(..end).and_then(|part| self.project_id(part)) {
                return self.project(id);
            }
            end = path.get(..end)?.rfind('/')?;
        }
    }

    /// Creates a project and the groups above it; an existing path answers its number.
    ///
    /// The users of every scenario become members with the role they are named after.
    pub fn create_project(&mut self, full_path: &str) -> ProjectId {
        let id = ProjectId(self.next_project);
        self.create_project_as(id, full_path)
    }

    /// [`State::create_project`] with a given number; later projects get higher ones.
    pub(crate) fn create_project_as(&mut self, id: ProjectId, full_path: &str) -> ProjectId {
        if let Some(existing) = self.project_id(full_path) {
            return existing;
        }
        let (group_path, path) = full_path.rsplit_once('/').unwrap_or(("root", full_path));
        let group = self.create_group(group_path);
        let now = self.now();
        let members = crate::seeds::users::default_members();
        let project = Project {
            id,
            name: path.to_owned(),
            path: path.to_owned(),
            full_path: full_path.to_owned(),
            group,
            description: String::new(),
            created_at: now,
            last_activity_at: now,
            archived: false,
            members,
            registry_access: RegistryAccess::Enabled,
            cleanup_policy: crate::seeds::default_cleanup_policy(),
            repositories: Vec::new(),
            tag_rules: Vec::new(),
            repository_rules: Vec::new(),
        };
        self.next_project = self.next_project.max(id.0 + 1);
        self.project_paths.insert(full_path.to_owned(), id);
        self.projects.insert(id, project);
        id
    }

    /// Creates a group and the groups above it; an existing path answers its number.
    pub fn create_group(&mut self, full_path: &str) -> GroupId {
        if let Some(id) = self.group_paths.get(full_path) {
            return *id;
        }
        let parent = full_path.rsplit_once('/').map(|(above, _)| self.create_group(above));
        let id = GroupId(self.groups.len() as u64 + 1);
        let group = Group { id, full_path: full_path.to_owned(), parent, members: BTreeMap::new() };
        self.group_paths.insert(full_path.to_owned(), id);
        self.groups.insert(id, group);
        id
    }

    /// The group of that number.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(&id)
    }

    /// The group with that full path.
    #[must_use]
    pub fn group_at(&self, full_path: &str) -> Option<&Group> {
        self.group_paths.get(full_path).and_then(|id| self.groups.get(id))
    }

    /// All groups by number.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// Gives a user a role in a group and everything below, or takes it away.
    pub fn set_group_role(&mut self, group: GroupId, user: UserId, role: Option<Role>) {
        if let Some(group) = self.groups.get_mut(&group) {
            match role {
                Some(role) => group.members.insert(user, role),
                None => group.members.remove(&user),
            };
        }
    }

    /// Gives a user a role in a project, or takes it away.
    pub fn set_role(&mut self, project: ProjectId, user: UserId, role: Option<Role>) {
        if let Some(project) = self.projects.get_mut(&project) {
            match role {
                Some(role) => project.members.insert(user, role),
                None => project.members.remove(&user),
            };
        }
    }

    /// The direct role in the groups above a project, the highest of them.
    #[must_use]
    pub fn group_role(&self, project: &Project, user: UserId) -> Option<Role> {
        let mut best = None;
        let mut next = Some(project.group);
        while let Some(group) = next.and_then(|id| self.groups.get(&id)) {
            best = best.max(group.members.get(&user).copied());
            next = group.parent;
        }
        best
    }

    /// The role of a member, direct or through a group; says nothing about administrators.
    #[must_use]
    pub fn member_role(&self, project: &Project, user: UserId) -> Option<Role> {
        project.members.get(&user).copied().max(self.group_role(project, user))
    }

    // Repositories and tags.

    /// All repositories by number.
    pub fn repositories(&self) -> impl Iterator<Item = &Repository> {
        self.repositories.values()
    }

    /// The repositories of a project, oldest first.
    pub fn repositories_of<'a>(
        &'a self,
        project: &'a Project,
    ) -> impl DoubleEndedIterator<Item = &'a Repository> {
        project.repositories.iter().filter_map(|id| self.repositories.get(id))
    }

    /// The repository of that number.
    #[must_use]
    pub fn repository(&self, id: RepositoryId) -> Option<&Repository> {
        self.repositories.get(&id)
    }

    /// The repository of that number, to be changed.
    pub fn repository_mut(&mut self, id: RepositoryId) -> Option<&mut Repository> {
        self.repositories.get_mut(&id)
    }

    /// The repository with that whole path.
    #[must_use]
    pub fn repository_at(&self, path: &str) -> Option<&Repository> {
        self.repository_paths.get(path).and_then(|id| self.repositories.get(id))
    }

    /// Creates an empty repository; `name` is empty for the project's root image.
    pub fn create_repository(&mut self, project: ProjectId, name: &str) -> Option<RepositoryId> {
        self.create_planned_repository(project, name, TagPlan::default())
    }

    /// Creates a repository whose tags follow `plan`; an existing one is answered unchanged.
    pub(crate) fn create_planned_repository(
        &mut self,
        project: ProjectId,
        name: &str,
        plan: TagPlan,
    ) -> Option<RepositoryId> {
        let now = self.now();
        let id = RepositoryId(self.next_repository);
        let owner = self.projects.get_mut(&project)?;
        let repository = Repository::new(id, project, &owner.full_path, name, now, plan);
        if let Some(existing) = self.repository_paths.get(&repository.path) {
            return Some(*existing);
        }
        self.next_repository += 1;
        owner.repositories.push(id);
        self.repository_paths.insert(repository.path.clone(), id);
        self.repositories.insert(id, repository);
        Some(id)
    }

    /// Removes a repository with all its tags.
    pub fn remove_repository(&mut self, id: RepositoryId) -> bool {
        let Some(repository) = self.repositories.remove(&id) else {
            return false;
        };
        self.repository_paths.remove(&repository.path);
        if let Some(project) = self.projects.get_mut(&repository.project) {
            project.repositories.retain(|other| *other != id);
        }
        true
    }

    /// Makes a tag, pushed now, behind everybody's back; tells whether it is new.
    pub fn put_tag(&mut self, repository: RepositoryId, name: &str) -> bool {
        let now = self.now().unix_timestamp();
        let tag = Tag {
            name: name.into(),
            digest: digest_from(repository.0 ^ 0x7467, name),
            created_at: now,
            published_at: now,
            size: 12_345_678,
        };
        self.repositories
            .get_mut(&repository)
            .is_some_and(|repository| repository.edit_tags(|tags| tags.put(tag)))
    }

    /// Lets a tag point at another digest, pushed now; tells whether the tag exists.
    pub fn move_tag(&mut self, repository: RepositoryId, name: &str, digest: Digest) -> bool {
        let now = self.now().unix_timestamp();
        let Some(repository) = self.repositories.get_mut(&repository) else {
            return false;
        };
        let Some(mut tag) = repository.tags().get(name).cloned() else {
            return false;
        };
        tag.digest = digest;
        tag.published_at = now;
        repository.edit_tags(|tags| tags.put(tag));
        true
    }

    // Rules.

    /// Adds a tag rule without any of the server's checks.
    pub fn add_tag_rule(&mut self, project: ProjectId, pattern: &str, effect: TagEffect) -> Option<RuleId> {
        let id = RuleId(self.next_tag_rule);
        self.add_tag_rule_as(id, project, pattern, effect)
    }

    /// [`State::add_tag_rule`] with a given number; later rules get higher ones.
    pub fn add_tag_rule_as(
        &mut self,
        id: RuleId,
        project: ProjectId,
        pattern: &str,
        effect: TagEffect,
    ) -> Option<RuleId> {
        let now = self.now();
        let project = self.projects.get_mut(&project)?;
        project.tag_rules.push(TagRule {
            id,
            pattern: pattern.to_owned(),
            effect,
            created_at: now,
            updated_at: now,
        });
        self.next_tag_rule = self.next_tag_rule.max(id.0 + 1);
        Some(id)
    }

    /// Changes a tag rule without any of the server's checks; tells whether it exists.
    pub fn change_tag_rule(&mut self, id: RuleId, pattern: Option<&str>, effect: Option<TagEffect>) -> bool {
        let now = self.now();
        let rule = self
            .projects
            .values_mut()
            .flat_map(|project| project.tag_rules.iter_mut())
            .find(|rule| rule.id == id);
        let Some(rule) = rule else {
            return false;
        };
        if let Some(pattern) = pattern {
            pattern.clone_into(&mut rule.pattern);
        }
        if let Some(effect) = effect {
            rule.effect = effect;
        }
        rule.updated_at = now;
        true
    }

    /// The tag rule of that number and its project.
    #[must_use]
    pub fn tag_rule(&self, id: RuleId) -> Option<(&Project, &TagRule)> {
        self.projects.values().find_map(|project| {
            project.tag_rules.iter().find(|rule| rule.id == id).map(|rule| (project, rule))
        })
    }

    /// Removes a tag rule; tells whether it was there.
    pub fn remove_tag_rule(&mut self, id: RuleId) -> bool {
        self.projects.values_mut().any(|project| {
            let before = project.tag_rules.len();
            project.tag_rules.retain(|rule| rule.id != id);
            project.tag_rules.len() != before
        })
    }

    /// Adds a repository rule without any of the server's checks.
    pub fn add_repository_rule(
        &mut self,
        project: ProjectId,
        path_pattern: &str,
        levels: RepositoryLevels,
    ) -> Option<RuleId> {
        let now = self.now();
        let id = RuleId(self.next_repository_rule);
        self.projects.get_mut(&project)?.repository_rules.push(RepositoryRule {
            id,
            path_pattern: path_pattern.to_owned(),
            levels,
            updated_at: now,
        });
        self.next_repository_rule += 1;
        Some(id)
    }
}
