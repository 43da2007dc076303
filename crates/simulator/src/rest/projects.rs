//! Projects and groups.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::context::{project, project_for, reader, writer};
use super::error::ApiError;
use super::paging::{Offset, keyset, per_page};
use super::params::{Params, invalid_value};
use crate::auth::Caller;
use crate::clock::stamp;
use crate::server::{App, Shared};
use crate::state::{Group, Project, RegistryAccess, Role, State as Server};

/// `GET /projects`: by keyset on the number, or by page.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let rows = wanted(state, &caller, &params, |_| true)?;
        page(&app, state, &caller, &uri, &params, rows)
    })
}

/// `GET /groups/:id/projects`, with subgroups when asked for.
pub(super) async fn of_group(
    State(app): State<App>,
    uri: Uri,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let group = find_group(state, &id)?;
        let below = format!("{}/", group.full_path);
        let deep = params.flag("include_subgroups");
        let rows = wanted(state, &caller, &params, |project| {
            project.group == group.id || (deep && project.full_path.starts_with(&below))
        })?;
        page(&app, state, &caller, &uri, &params, rows)
    })
}

pub(super) fn find_group<'a>(state: &'a Server, id: &str) -> Result<&'a Group, ApiError> {
    let number: Option<u64> = id.parse().ok();
    match number {
        Some(number) => state.group(crate::state::GroupId(number)),
        None => state.group_at(id),
    }
    .ok_or(ApiError::NotFound("Group"))
}

/// The projects that the caller may see and that pass the filters, by number.
fn wanted<'a>(
    state: &'a Server,
    caller: &Caller,
    params: &Params,
    keep: impl Fn(&Project) -> bool,
) -> Result<Vec<&'a Project>, ApiError> {
    let least = params.number("min_access_level")?;
    if let Some(least) = least
        && !matches!(least, 10 | 20 | 30 | 40 | 50)
    {
        return Err(invalid_value("min_access_level"));
    }
    let membership = params.flag("membership") || params.flag("owned");
    let least = if params.flag("owned") { Some(50) } else { least };
    let search = params.text("search").map(|text| text.to_lowercase());
    let archived = params.text("archived").map(|text| text == "true");
    Ok(state
        .projects()
        .filter(|project| keep(project))
        .filter(|project| {
            let member = state.member_role(project, caller.user);
            let role = if membership || least.is_some() { member } else { caller.role(state, project) };
            role.is_some_and(|role| least.is_none_or(|least| u64::from(role.level()) >= least))
        })
        .filter(|project| archived.is_none_or(|archived| archived == project.archived))
        .filter(|project| search.as_ref().is_none_or(|text| project.name.to_lowercase().contains(text)))
        .collect())
}

fn page(
    app: &Shared,
    state: &Server,
    caller: &Caller,
    uri: &Uri,
    params: &Params,
    mut rows: Vec<&Project>,
) -> Result<Response, ApiError> {
    let simple = params.flag("simple");
    let ascending = params.text("sort").as_deref() == Some("asc");
    if params.text("pagination").as_deref() == Some("keyset") {
        // GitLab: projects have keyset pages ordered by their number only.
        if params.text("order_by").is_some_and(|order| order != "id") {
            return Err(ApiError::Param(
                "Keyset pagination is not yet available for this type of request".to_owned(),
            ));
        }
        let size = per_page(params)?;
        let (after, before) = (params.number("id_after")?, params.number("id_before")?);
        rows.retain(|project| {
            after.is_none_or(|after| project.id.0 > after)
                && before.is_none_or(|before| project.id.0 < before)
        });
        if !ascending {
            rows.reverse();
        }
        let more = rows.len() > size;
        rows.truncate(size);
        let key = if ascending { "id_after" } else { "id_before" };
        let next = rows.last().filter(|_| more).map(|project| (key, project.id.to_string()));
        let rows = rows.iter().map(|project| body(app, state, caller, project, simple)).collect();
        return Ok(keyset(&app.front.base_url, uri, params, rows, next));
    }
    match params.text("order_by").as_deref() {
        Some("name" | "path") => rows.sort_by(|a, b| a.name.cmp(&b.name)),
        Some("last_activity_at") => rows.sort_by_key(|project| project.last_activity_at),
        _ => {}
    }
    if !ascending {
        rows.reverse();
    }
    let offset = Offset::read(params)?;
    let total = rows.len();
    let shown = rows.get(offset.range(total)).unwrap_or_default();
    let shown = shown.iter().map(|project| body(app, state, caller, project, simple)).collect();
    Ok(offset.answer(&app.front.base_url, uri, params, shown, total))
}

/// `GET /projects/:id`.
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let (project, _) = project(state, &caller, &id)?;
        Ok(Json(body(&app, state, &caller, project, false)))
    })
}

/// `PUT /projects/:id`: the registry's visibility and the cleanup policy.
pub(super) async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, _) = project_for(state, &caller, &id, Role::Maintainer)?;
        let id = project.id;
        let access = params
            .text("container_registry_access_level")
            .map(|word| {
                RegistryAccess::from_rest(&word)
                    .ok_or_else(|| invalid_value("container_registry_access_level"))
            })
            .transpose()?;
        let policy = params.get("container_expiration_policy_attributes").and_then(Value::as_object);
        if let Some(policy) = policy {
            super::cleanup::store_policy(state, id, policy)?;
        }
        if let (Some(access), Some(project)) = (access, state.project_mut(id)) {
            project.registry_access = access;
        }
        let project = state.project(id).ok_or(ApiError::NotFound("Project"))?;
        Ok(Json(body(&app, state, &caller, project, false)))
    })
}

/// `GET /groups`.
pub(super) async fn groups(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let mut rows: Vec<&Group> = state
            .groups()
            .filter(|group| {
                let below = format!("{}/", group.full_path);
                caller.admin
                    || state.projects().any(|project| {
                        project.full_path.starts_with(&below)
                            && state.member_role(project, caller.user).is_some()
                    })
            })
            .collect();
        rows.sort_by(|a, b| a.full_path.cmp(&b.full_path));
        let offset = Offset::read(&params)?;
        let total = rows.len();
        let shown = rows.get(offset.range(total)).unwrap_or_default();
        let shown = shown.iter().map(|group| group_body(&app, group)).collect();
        Ok(offset.answer(&app.front.base_url, &uri, &params, shown, total))
    })
}

fn group_body(app: &Shared, group: &Group) -> Value {
    let name = group.full_path.rsplit('/').next().unwrap_or_default();
    json!({
        "id": group.id,
        "name": name,
        "path": name,
        "full_path": group.full_path,
        "full_name": group.full_path.replace('/', " / "),
        "kind": "group",
        "parent_id": group.parent,
        "visibility": "private",
        "web_url": format!("{}/groups/{}", app.front.base_url, group.full_path),
    })
}

fn body(app: &Shared, state: &Server, caller: &Caller, project: &Project, simple: bool) -> Value {
    let namespace = state.group(project.group);
    let mut body = json!({
        "id": project.id,
        "name": project.name,
        "name_with_namespace": project.full_path.replace('/', " / "),
        "path": project.path,
        "path_with_namespace": project.full_path,
        "description": project.description,
        "created_at": stamp(project.created_at),
        "last_activity_at": stamp(project.last_activity_at),
        "web_url": format!("{}/{}", app.front.base_url, project.full_path),
        "namespace": namespace.map(|group| group_body(app, group)),
    });
    if simple {
        return body;
    }
    let access =
        |role: Option<Role>| role.map(|role| json!({"access_level": role.level(), "notification_level": 3}));
    let more = json!({
        "archived": project.archived,
        "visibility": "private",
        "container_registry_enabled": project.registry_access != RegistryAccess::Disabled,
        "container_registry_access_level": project.registry_access.rest(),
        "container_registry_image_prefix": format!("{}/{}", app.host(), project.full_path),
        "container_expiration_policy": project.cleanup_policy,
        "permissions": {
            "project_access": access(project.members.get(&caller.user).copied()),
            "group_access": access(state.group_role(project, caller.user)),
        },
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}
