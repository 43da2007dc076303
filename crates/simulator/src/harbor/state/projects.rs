//! Projects and their members.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::{Repository, Role, State};
use crate::state::{ProjectId, UserId};

/// A project.
#[derive(Clone, Debug)]
pub struct Project {
    /// The number.
    pub id: ProjectId,
    /// The name, which begins the names of its repositories.
    pub name: String,
    /// Who made it.
    pub owner: UserId,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// `public`, `retention_id` and more; all values are texts.
    pub metadata: BTreeMap<String, String>,
    /// Who is member with which role.
    pub members: BTreeMap<UserId, Role>,
}

impl Project {
    /// Whether everybody may read it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.metadata.get("public").is_some_and(|public| public == "true")
    }
}

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

    /// The project of that number, to be changed. Do not change its name here.
    pub fn project_mut(&mut self, id: ProjectId) -> Option<&mut Project> {
        self.projects.get_mut(&id)
    }

    /// The project of that name.
    #[must_use]
    pub fn project_named(&self, name: &str) -> Option<&Project> {
        self.projects.values().find(|project| project.name == name)
    }

    /// Creates a project; an existing name answers its number. Everybody but the outsider becomes
    /// member with the role they are named after.
    pub fn create_project(&mut self, name: &str, public: bool) -> ProjectId {
        if let Some(existing) = self.project_named(name) {
            return existing.id;
        }
        let id = ProjectId(self.next_project);
        self.next_project += 1;
        let project = Project {
            id,
            name: name.to_owned(),
            owner: UserId(1),
            created_at: self.now(),
            metadata: BTreeMap::from([("public".to_owned(), public.to_string())]),
            members: crate::harbor::seeds::people::default_members(),
        };
        self.projects.insert(id, project);
        id
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

    /// The repositories of a project, oldest first.
    pub fn repositories_of(&self, project: ProjectId) -> impl DoubleEndedIterator<Item = &Repository> {
        self.repositories.values().filter(move |repository| repository.project == project)
    }
}
