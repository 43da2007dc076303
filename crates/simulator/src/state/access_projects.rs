//! Projects, groups and their members.

use std::collections::BTreeMap;

use super::{Group, GroupId, Project, ProjectId, RegistryAccess, Role, State, UserId};

impl State {
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
}
