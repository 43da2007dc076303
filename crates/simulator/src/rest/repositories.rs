//! Repositories of the registry.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::context::{project_for, readable_registry, reader, writer};
use super::error::ApiError;
use super::paging::Offset;
use super::params::Params;
use crate::clock::stamp;
use crate::server::{App, Shared};
use crate::services::repository_delete_refused;
use crate::state::{Project, RegistryAccess, Repository, RepositoryId, Role, State as Server};

/// `GET /projects/:id/registry/repositories`, with `tags` and `tags_count` when asked for.
pub(super) async fn of_project(
    State(app): State<App>,
    uri: Uri,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let (project, _) = readable_registry(state, &caller, &id)?;
        let rows: Vec<&Repository> = state.repositories_of(project).collect();
        page(&app, &uri, &params, &rows, true)
    })
}

/// `GET /groups/:id/registry/repositories`. GitLab: without tags or their count since 15.0.
pub(super) async fn of_group(
    State(app): State<App>,
    uri: Uri,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let group = super::projects::find_group(state, &id)?;
        let below = format!("{}/", group.full_path);
        let rows: Vec<&Repository> = state
            .projects()
            .filter(|project| project.full_path.starts_with(&below))
            .filter(|project| caller.role(state, project) >= Some(Role::Reporter))
            .filter(|project| project.registry_access != RegistryAccess::Disabled)
            .flat_map(|project| state.repositories_of(project))
            .collect();
        page(&app, &uri, &params, &rows, false)
    })
}

fn page(
    app: &Shared,
    uri: &Uri,
    params: &Params,
    rows: &[&Repository],
    details: bool,
) -> Result<Response, ApiError> {
    let offset = Offset::read(params)?;
    let (tags, count) = (params.flag("tags") && details, params.flag("tags_count") && details);
    let shown = rows.get(offset.range(rows.len())).unwrap_or_default();
    let shown = shown.iter().map(|row| body(app, row, tags, count)).collect();
    Ok(offset.answer(&app.front.base_url, uri, params, shown, rows.len()))
}

/// `GET /registry/repositories/:id`.
pub(super) async fn show(
    State(app): State<App>,
    Path(rid): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let missing = ApiError::NotFound("Repository");
        let repository = rid
            .parse()
            .ok()
            .and_then(|id| state.repository(RepositoryId(id)))
            .ok_or_else(|| missing.clone())?;
        let project = state.project(repository.project).ok_or(missing)?;
        readable_registry(state, &caller, &project.id.to_string())?;
        let (tags, count) = (params.flag("tags"), params.flag("tags_count"));
        let mut body = body(&app, repository, tags, count);
        if params.flag("size") {
            let size: u64 = repository.tags().as_slice().iter().map(|tag| tag.size).sum();
            body["size"] = json!(size);
        }
        Ok(Json(body))
    })
}

/// The repository of that number in that project.
pub(super) fn find<'a>(state: &'a Server, project: &Project, rid: &str) -> Result<&'a Repository, ApiError> {
    let id: u64 = rid.parse().map_err(|_| ApiError::Param("repository_id is invalid".to_owned()))?;
    state
        .repository(RepositoryId(id))
        .filter(|repository| repository.project == project.id)
        .ok_or(ApiError::NotFound("Repository"))
}

/// `DELETE /projects/:id/registry/repositories/:rid`. GitLab: Maintainer or higher; refused while it
/// has tags and a rule stands in the way, whatever that rule's pattern.
pub(super) async fn remove(
    State(app): State<App>,
    Path((id, rid)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, role) = project_for(state, &caller, &id, Role::Maintainer)?;
        let repository = find(state, project, &rid)?;
        let id = repository.id;
        if repository_delete_refused(state, project, role, repository.tags_count() > 0) {
            return Err(ApiError::Forbidden);
        }
        state.remove_repository(id);
        Ok((StatusCode::ACCEPTED, Json(json!(202))).into_response())
    })
}

fn body(app: &Shared, repository: &Repository, tags: bool, count: bool) -> Value {
    let mut body = json!({
        "id": repository.id,
        "name": repository.name,
        "path": repository.path,
        "project_id": repository.project,
        "location": format!("{}/{}", app.host(), repository.path),
        "created_at": stamp(repository.created_at),
        "cleanup_policy_started_at": null,
        "status": null,
    });
    if count || tags {
        body["tags_count"] = json!(repository.tags_count());
    }
    if tags {
        let rows = repository.tags().as_slice().iter();
        body["tags"] = rows.map(|tag| super::tags::row(app, repository, tag)).collect();
    }
    body
}
