//! Repositories and their tags.

use super::{Digest, Project, ProjectId, Repository, RepositoryId, State, Tag};
use crate::seeds::plan::TagPlan;
use crate::seeds::rng::digest_from;

impl State {
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
}
