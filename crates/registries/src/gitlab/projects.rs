//! Projects and their repositories.

use std::borrow::Cow;

use futures::Stream;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use tagwarden_rules::rule::Role;

use super::GitLab;
use super::rest::Row;
use super::wire::role_of_number;
use crate::error::RegistryError;
use crate::facts::{ProjectFacts, ProjectRef, RepositoryFacts};

/// A project as `GET /projects` lists it; whatever may be missing is optional.
#[derive(Deserialize)]
struct WireProject {
    id: u64,
    path_with_namespace: String,
    #[serde(default)]
    web_url: Option<String>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    permissions: Option<Permissions>,
    #[serde(default)]
    container_registry_access_level: Option<String>,
    #[serde(default)]
    container_registry_enabled: Option<bool>,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default)]
    project_access: Option<Access>,
    #[serde(default)]
    group_access: Option<Access>,
}

#[derive(Deserialize)]
struct Access {
    access_level: u32,
}

#[derive(Deserialize)]
struct WireRepository {
    id: u64,
    name: String,
    path: String,
    #[serde(default)]
    tags_count: Option<u32>,
}

impl Row for WireProject {
    fn identity(&self) -> Cow<'_, str> {
        self.id.to_string().into()
    }
}

impl Row for WireRepository {
    fn identity(&self) -> Cow<'_, str> {
        self.id.to_string().into()
    }
}

impl WireProject {
    fn read(self, admin: bool) -> ProjectFacts {
        let role =
            if admin { Some(Role::Admin) } else { self.permissions.as_ref().and_then(Permissions::role) };
        let registry_enabled = match &self.container_registry_access_level {
            Some(level) => level != "disabled",
            None => self.container_registry_enabled.unwrap_or(true),
        };
        ProjectFacts {
            project: ProjectRef { id: self.id.to_string(), path: self.path_with_namespace },
            web_url: self.web_url,
            role,
            registry_enabled,
            archived: self.archived,
        }
    }
}

impl Permissions {
    /// The higher of the roles held directly and through groups.
    fn role(&self) -> Option<Role> {
        let levels = [&self.project_access, &self.group_access];
        levels.into_iter().flatten().filter_map(|access| role_of_number(access.access_level)).max()
    }
}

impl GitLab {
    /// The user's projects from Developer up, by keyset, which has no upper end.
    pub(super) fn project_pages(
        &self,
    ) -> impl Stream<Item = Result<Vec<ProjectFacts>, RegistryError>> + Send + '_ {
        let query = [
            ("membership", "true"),
            ("min_access_level", "30"),
            ("simple", "false"),
            ("pagination", "keyset"),
            ("order_by", "id"),
            ("sort", "asc"),
        ];
        let first = self.endpoint(&["api", "v4", "projects"], &query);
        stream::once(self.is_admin()).flat_map(move |admin| {
            self.pages::<WireProject>(first.clone())
                .map_ok(move |page| page.into_iter().map(|project| project.read(admin)).collect())
        })
    }

    pub(super) async fn read_project(&self, project: &ProjectRef) -> Result<ProjectFacts, RegistryError> {
        let admin = self.is_admin().await;
        let url = self.endpoint(&["api", "v4", "projects", &project.id], &[]);
        Ok(self.get_json::<WireProject>(url).await?.read(admin))
    }

    /// Administrators are above all roles; whether admin mode holds them back shows at the first call.
    async fn is_admin(&self) -> bool {
        self.known_identity().await.is_some_and(|identity| identity.admin)
    }

    pub(super) fn repository_pages<'a>(
        &'a self,
        project: &ProjectRef,
    ) -> impl Stream<Item = Result<Vec<RepositoryFacts>, RegistryError>> + Send + 'a {
        let segments = ["api", "v4", "projects", &project.id, "registry", "repositories"];
        let first = self.endpoint(&segments, &[("tags_count", "true")]);
        self.pages::<WireRepository>(first)
            .map_ok(|page| page.into_iter().map(WireRepository::read).collect())
    }
}

impl WireRepository {
    fn read(self) -> RepositoryFacts {
        RepositoryFacts {
            id: self.id.to_string(),
            name: self.name,
            path: self.path,
            tag_count: self.tags_count,
        }
    }
}
