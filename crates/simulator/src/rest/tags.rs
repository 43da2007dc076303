//! Tags of a repository.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::context::{project_for, readable_registry, reader, writer};
use super::error::ApiError;
use super::paging::{Offset, keyset, per_page};
use super::params::Params;
use super::repositories::find;
use crate::clock::stamp_seconds;
use crate::server::{App, Shared};
use crate::services::tag_delete_refused;
use crate::state::{Repository, Role, Tag};

/// `GET …/tags`: names and places only.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Path((id, rid)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let (project, _) = readable_registry(state, &caller, &id)?;
        let repository = find(state, project, &rid)?;
        let by_keyset = params.text("pagination").as_deref() == Some("keyset");
        if by_keyset && app.config.rest_tag_keyset {
            return by_name(&app, &uri, &params, repository);
        }
        let offset = Offset::read(&params)?;
        let tags = repository.tags().as_slice();
        let shown = tags.get(offset.range(tags.len())).unwrap_or_default();
        let shown = shown.iter().map(|tag| row(&app, repository, tag)).collect();
        Ok(offset.answer(&app.front.base_url, &uri, &params, shown, tags.len()))
    })
}

/// GitLab: `pagination=keyset&order_by=name`, the key being the last name.
fn by_name(app: &Shared, uri: &Uri, params: &Params, repository: &Repository) -> Result<Response, ApiError> {
    if params.text("order_by").is_some_and(|order| order != "name") {
        return Err(super::params::invalid_value("order_by"));
    }
    let size = per_page(params)?;
    let tags = repository.tags();
    let all = tags.as_slice();
    let last = params.text("last");
    let descending = params.text("sort").as_deref() == Some("desc");
    let (shown, more): (Vec<&Tag>, bool) = if descending {
        let end = last.map_or(all.len(), |name| tags.from(&name));
        let start = end.saturating_sub(size);
        (all.get(start..end).unwrap_or_default().iter().rev().collect(), start > 0)
    } else {
        let start = last.map_or(0, |name| tags.after(&name));
        let end = (start + size).min(all.len());
        (all.get(start..end).unwrap_or_default().iter().collect(), end < all.len())
    };
    let next = shown.last().filter(|_| more).map(|tag| ("last", tag.name.to_string()));
    let rows = shown.into_iter().map(|tag| row(app, repository, tag)).collect();
    Ok(keyset(&app.front.base_url, uri, params, rows, next))
}

/// A tag as lists show it.
pub(super) fn row(app: &Shared, repository: &Repository, tag: &Tag) -> Value {
    let path = format!("{}:{}", repository.path, tag.name);
    json!({"name": tag.name, "path": path, "location": format!("{}/{path}", app.host())})
}

/// `GET …/tags/:tag_name`.
pub(super) async fn show(
    State(app): State<App>,
    Path((id, rid, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let (project, _) = readable_registry(state, &caller, &id)?;
        let repository = find(state, project, &rid)?;
        let tag = repository.tags().get(&name).ok_or(ApiError::NotFound("Tag"))?;
        let mut body = row(&app, repository, tag);
        let revision = tag.digest.hex();
        body["short_revision"] = json!(revision.get(..9));
        body["revision"] = json!(revision);
        body["digest"] = json!(tag.digest.to_string());
        body["created_at"] = json!(stamp_seconds(tag.created_at));
        body["total_size"] = json!(tag.size);
        Ok(Json(body))
    })
}

/// `DELETE …/tags/:tag_name`. GitLab: Developer or higher, 403 when a rule holds the caller back.
pub(super) async fn remove(
    State(app): State<App>,
    Path((id, rid, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, role) = project_for(state, &caller, &id, Role::Developer)?;
        let repository = find(state, project, &rid)?;
        if repository.tags().get(&name).is_none() {
            return Err(ApiError::NotFound("Tag"));
        }
        if tag_delete_refused(state, project, Some(role), &name) {
            return Err(ApiError::Forbidden);
        }
        let id = repository.id;
        if let Some(repository) = state.repository_mut(id) {
            repository.edit_tags(|tags| tags.remove(&name));
        }
        Ok((StatusCode::OK, Json(Value::Null)).into_response())
    })
}

/// `DELETE …/tags`, in bulk by regular expressions and ages.
pub(super) async fn remove_many(
    State(app): State<App>,
    Path((id, rid)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    let wish = super::cleanup::Wish::from_params(&params)?;
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, role) = project_for(state, &caller, &id, Role::Maintainer)?;
        let repository = find(state, project, &rid)?;
        let id = repository.id;
        super::cleanup::bulk_delete(state, id, role, &wish)?;
        Ok((StatusCode::ACCEPTED, Json(json!(202))).into_response())
    })
}
