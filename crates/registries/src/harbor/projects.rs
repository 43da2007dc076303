//! Projects and their repositories.

use std::borrow::Cow;

use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use serde::Deserialize;
use tagwarden_rules::rule::Role;

use super::Harbor;
use super::asking::Row;
use super::server::role_of_number;
use crate::error::RegistryError;
use crate::facts::{ProjectFacts, ProjectRef, RepositoryFacts};

/// A project as `GET /projects` lists it.
#[derive(Deserialize)]
struct WireProject {
    project_id: u64,
    name: String,
    #[serde(default)]
    current_user_role_id: Option<u32>,
    #[serde(default)]
    current_user_role_ids: Option<Vec<u32>>,
}

#[derive(Deserialize)]
struct WireRepository {
    /// With the project in front.
    name: String,
}

impl Row for WireProject {
    fn identity(&self) -> Cow<'_, str> {
        self.project_id.to_string().into()
    }
}

impl Row for WireRepository {
    fn identity(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }
}

impl WireProject {
    fn read(self, harbor: &Harbor, admin: bool) -> ProjectFacts {
        let numbers = self.current_user_role_ids.unwrap_or_default();
        let roles = numbers.into_iter().chain(self.current_user_role_id).filter_map(role_of_number);
        let mut page = harbor.base.clone();
        if let Ok(mut path) = page.path_segments_mut() {
            path.pop_if_empty().extend(["harbor", "projects", &self.project_id.to_string()]);
        }
        ProjectFacts {
            project: ProjectRef { id: self.project_id.to_string(), path: self.name },
            web_url: Some(page.to_string()),
            role: if admin { Some(Role::Admin) } else { roles.max() },
            registry_enabled: true,
            archived: false,
        }
    }
}

impl Harbor {
    /// The projects that the account sees. Harbor shows public ones to anybody, so it is made sure
    /// first that it has recognised the account.
    pub(super) fn project_pages(
        &self,
    ) -> impl Stream<Item = Result<Vec<ProjectFacts>, RegistryError>> + Send + '_ {
        stream::once(async {
            self.system().await?;
            Ok(self.is_admin().await)
        })
        .map_ok(move |admin| {
            self.pages::<WireProject>(&["projects"], &[("sort", "name")])
                .map_ok(move |page| page.into_iter().map(|project| project.read(self, admin)).collect())
        })
        .try_flatten()
    }

    pub(super) async fn read_project(&self, project: &ProjectRef) -> Result<ProjectFacts, RegistryError> {
        self.system().await?;
        let admin = self.is_admin().await;
        let url = self.endpoint(&["projects", &project.id], &[]);
        Ok(self.get_json::<WireProject>(url).await?.read(self, admin))
    }

    pub(super) fn repository_pages<'a>(
        &'a self,
        project: &'a ProjectRef,
    ) -> impl Stream<Item = Result<Vec<RepositoryFacts>, RegistryError>> + Send + 'a {
        // What was read of its tags before is not what is there now. Harbor takes the name only here.
        self.inventories.forget(&project.id);
        let read = move |repository: WireRepository| {
            let inside = repository.name.strip_prefix(&project.path).and_then(|rest| rest.strip_prefix('/'));
            let name = inside.unwrap_or(&repository.name).to_owned();
            RepositoryFacts { id: name.clone(), name, path: repository.name, tag_count: None }
        };
        self.pages::<WireRepository>(&["projects", &project.path, "repositories"], &[("sort", "name")])
            .map(move |page| page.map(|page| page.into_iter().map(read).collect()))
    }
}
