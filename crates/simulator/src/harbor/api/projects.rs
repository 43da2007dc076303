//! Projects.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use serde_json::{Value, json};

use super::call::Call;
use super::filter::{Filter, Key, sort};
use super::paging::Page;
use super::paths::{Named, project};
use crate::clock::stamp;
use crate::harbor::error::HarborError;
use crate::harbor::rbac::READ_PROJECT;
use crate::harbor::security::Caller;
use crate::harbor::server::App;
use crate::harbor::state::{Project, Role, State};

/// `GET /projects`. Harbor: without a caller this is no error but the public projects.
pub(super) async fn list(Extract(app): Extract<App>, call: Call) -> Result<Response, HarborError> {
    let page = Page::read(&call)?;
    let filter = Filter::read(&call)?;
    let public = call.flag("public")?;
    let name = call.text("name").filter(|name| !name.is_empty());
    let owner = call.text("owner").filter(|owner| !owner.is_empty());
    app.read(|state| {
        let mut rows: Vec<&Project> = state
            .projects()
            .filter(|project| listed(state, call.caller, project))
            .filter(|project| public.is_none_or(|public| project.is_public() == public))
            .filter(|project| name.is_none_or(|name| project.name.contains(name)))
            .filter(|project| owner.is_none_or(|owner| owner_of(state, project) == owner))
            .filter(|project| filter.admits(|key| key_of(project, key)))
            .collect();
        sort(&mut rows, &call, "name", |project, key| key_of(project, key));
        let shown = rows.get(page.range(rows.len())).unwrap_or_default();
        let shown = shown.iter().map(|row| body(state, call.caller, row)).collect();
        Ok(page.answer(&call, shown, rows.len()))
    })
}

/// Whether a project is in somebody's list. Harbor: membership and being public count, for robots the
/// projects that they are for.
fn listed(state: &State, caller: Caller, project: &Project) -> bool {
    if project.is_public() || caller.is_sysadmin(state) {
        return true;
    }
    match caller {
        Caller::Nobody => false,
        Caller::User(id) => project.members.contains_key(&id),
        Caller::Robot(id) => state.robot(id).is_some_and(|robot| {
            robot.grants.iter().any(|grant| grant.namespace == "*" || grant.namespace == project.name)
        }),
    }
}

/// `GET /projects/{project_name_or_id}`
pub(super) async fn show(
    Extract(app): Extract<App>,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<Value>, HarborError> {
    app.read(|state| {
        let found = project(state, &call, &Named::read(&call, &name), READ_PROJECT)?;
        Ok(Json(body(state, call.caller, found)))
    })
}

fn key_of(project: &Project, key: &str) -> Option<Key> {
    match key {
        "name" => Some(Key::Text(project.name.clone())),
        "project_id" => i64::try_from(project.id.0).ok().map(Key::Number),
        "public" => Some(Key::Text(project.is_public().to_string())),
        "creation_time" => Some(Key::Text(stamp(project.created_at))),
        _ => None,
    }
}

fn owner_of<'a>(state: &'a State, project: &Project) -> &'a str {
    state.user(project.owner).map_or("", |user| user.username.as_str())
}

/// Harbor: the role is told to people, and only when they have one.
fn body(state: &State, caller: Caller, project: &Project) -> Value {
    let mut body = json!({
        "project_id": project.id,
        "name": project.name,
        "owner_id": project.owner,
        "owner_name": owner_of(state, project),
        "creation_time": stamp(project.created_at),
        "update_time": stamp(project.created_at),
        "repo_count": state.repositories_of(project.id).count(),
        "metadata": project.metadata,
        "cve_allowlist": {"id": project.id, "project_id": project.id, "items": []},
    });
    let role = match caller {
        Caller::User(id) => project.members.get(&id).copied(),
        Caller::Robot(_) | Caller::Nobody => None,
    };
    if let Some(role) = role.map(Role::id) {
        body["current_user_role_id"] = json!(role);
        body["current_user_role_ids"] = json!([role]);
    }
    body
}
