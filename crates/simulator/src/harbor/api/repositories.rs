//! Repositories.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use serde_json::{Value, json};

use super::call::Call;
use super::filter::{Filter, Key, sort};
use super::paging::Page;
use super::paths::{Named, project, repository};
use crate::clock::stamp;
use crate::harbor::error::HarborError;
use crate::harbor::rbac::{LIST_REPOSITORIES, READ_REPOSITORY};
use crate::harbor::server::App;
use crate::harbor::state::Repository;

/// `GET /projects/{project_name}/repositories`. Harbor: the newest first.
pub(super) async fn list(
    Extract(app): Extract<App>,
    Path(name): Path<String>,
    call: Call,
) -> Result<Response, HarborError> {
    let page = Page::read(&call)?;
    app.read(|state| {
        let project = project(state, &call, &Named::Name(&name), LIST_REPOSITORIES)?.id;
        let filter = Filter::read(&call)?;
        let mut rows: Vec<&Repository> = state
            .repositories_of(project)
            .rev()
            .filter(|row| filter.admits(|key| key_of(row, key)))
            .collect();
        sort(&mut rows, &call, "-creation_time", |row, key| key_of(row, key));
        let shown = rows.get(page.range(rows.len())).unwrap_or_default();
        Ok(page.answer(&call, shown.iter().map(|row| body(row)).collect(), rows.len()))
    })
}

/// `GET /projects/{project_name}/repositories/{repository_name}`
pub(super) async fn show(
    Extract(app): Extract<App>,
    Path((project, name)): Path<(String, String)>,
    call: Call,
) -> Result<Json<Value>, HarborError> {
    app.read(|state| Ok(Json(body(repository(state, &call, (&project, &name), READ_REPOSITORY)?))))
}

fn key_of(row: &Repository, key: &str) -> Option<Key> {
    match key {
        "name" => Some(Key::Text(row.name.clone())),
        "repository_id" | "id" => i64::try_from(row.id.0).ok().map(Key::Number),
        "creation_time" => Some(Key::Text(stamp(row.created_at))),
        "update_time" => Some(Key::Text(stamp(row.updated_at))),
        _ => None,
    }
}

/// Harbor: a count of pulls that is zero is left out, one of artifacts is not.
fn body(row: &Repository) -> Value {
    let mut body = json!({
        "id": row.id,
        "project_id": row.project,
        "name": row.name,
        "artifact_count": row.artifacts().count(),
        "creation_time": stamp(row.created_at),
        "update_time": stamp(row.updated_at),
    });
    if row.pull_count > 0 {
        body["pull_count"] = json!(row.pull_count);
    }
    body
}
