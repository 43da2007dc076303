//! A repository: one image name inside a project, with tags that are made when first asked for.

use std::sync::OnceLock;

use time::OffsetDateTime;

use super::ids::{ProjectId, RepositoryId};
use super::tag::Tags;
use crate::seeds::plan::TagPlan;

/// One image name inside a project.
#[derive(Debug)]
pub struct Repository {
    /// Its number.
    pub id: RepositoryId,
    /// Whose it is.
    pub project: ProjectId,
    /// The part of the path after the project; empty for the project's root image.
    pub name: String,
    /// The whole path.
    pub path: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When a bulk deletion was last asked for. GitLab: at most once an hour.
    pub bulk_delete_at: Option<OffsetDateTime>,
    plan: TagPlan,
    tags: OnceLock<Tags>,
}

impl Repository {
    /// A repository whose tags follow `plan`.
    pub(crate) fn new(
        id: RepositoryId,
        project: ProjectId,
        project_path: &str,
        name: &str,
        created_at: OffsetDateTime,
        plan: TagPlan,
    ) -> Self {
        let path = if name.is_empty() { project_path.to_owned() } else { format!("{project_path}/{name}") };
        Self {
            id,
            project,
            name: name.to_owned(),
            path,
            created_at,
            bulk_delete_at: None,
            plan,
            tags: OnceLock::new(),
        }
    }

    /// How many tags there are; does not make them.
    #[must_use]
    pub fn tags_count(&self) -> usize {
        self.tags.get().map_or_else(|| self.plan.count(), Tags::len)
    }

    /// The tags; the first call makes them.
    pub fn tags(&self) -> &Tags {
        self.tags.get_or_init(|| Tags::new(self.plan.tags()))
    }

    /// Changes the tags.
    pub fn edit_tags<R>(&mut self, edit: impl FnOnce(&mut Tags) -> R) -> R {
        let mut tags = self.tags.take().unwrap_or_else(|| Tags::new(self.plan.tags()));
        let result = edit(&mut tags);
        self.tags = OnceLock::from(tags);
        result
    }
}
