//! Artifacts of a repository, and of a whole project at once.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use serde_json::Value;

use super::call::Call;
use super::filter::{Condition, Filter, Key, sort};
use super::paging::Page;
use super::paths::{Named, no_artifact, project, repository, repository_name};
use super::show::{self, Wish};
use crate::clock::stamp;
use crate::harbor::error::HarborError;
use crate::harbor::rbac::{LIST_ARTIFACTS, READ_ARTIFACT};
use crate::harbor::server::{App, Shared};
use crate::harbor::state::{Artifact, Repository, State};
use crate::state::ProjectId;

type Row<'a> = (&'a Repository, &'a Artifact);

/// `GET /projects/{project_name}/repositories/{repository_name}/artifacts`. Harbor: a repository that
/// is not there has no artifacts; that is no error.
pub(super) async fn of_repository(
    Extract(app): Extract<App>,
    Path((project_name, once)): Path<(String, String)>,
    call: Call,
) -> Result<Response, HarborError> {
    let asked = Asked::read(&call)?;
    let name = repository_name(&call, &project_name, &once)?;
    app.read(|state| {
        let project = project(state, &call, &Named::Name(&project_name), LIST_ARTIFACTS)?.id;
        let rows = state.repository_at(&name).into_iter().flat_map(rows_of).collect();
        asked.answer(&app, &call, state, project, rows)
    })
}

/// `GET /projects/{project_name_or_id}/artifacts`. Harbor: since 2.12, and never without signing in.
pub(super) async fn of_project(
    Extract(app): Extract<App>,
    Path(name): Path<String>,
    call: Call,
) -> Result<Response, HarborError> {
    let asked = Asked::read(&call)?;
    app.read(|state| {
        if !state.settings.version.at_least(2, 12) {
            return Err(HarborError::not_found(format!("path {} was not found", call.path)));
        }
        if !call.caller.is_authenticated() {
            return Err(HarborError::unauthorized());
        }
        let project = project(state, &call, &Named::read(&call, &name), LIST_ARTIFACTS)?.id;
        let rows = state.repositories_of(project).flat_map(rows_of).collect();
        asked.answer(&app, &call, state, project, rows)
    })
}

/// `GET …/artifacts/{reference}`
pub(super) async fn show(
    Extract(app): Extract<App>,
    Path((project, once, reference)): Path<(String, String, String)>,
    call: Call,
) -> Result<Json<Value>, HarborError> {
    let wish = Wish::read(&call)?;
    app.read(|state| {
        let found = repository(state, &call, (&project, &once), READ_ARTIFACT)?;
        let artifact = found.resolve(&reference).ok_or_else(|| no_artifact(&found.name, &reference))?;
        let rules = wish.rules(state, found.project);
        Ok(Json(show::artifact(&app, &wish, rules.as_ref(), found, artifact)))
    })
}

fn rows_of(repository: &Repository) -> impl Iterator<Item = Row<'_>> {
    repository.listed().into_iter().map(move |artifact| (repository, artifact))
}

/// What is asked for in a query, read before anything else as Harbor does.
struct Asked {
    page: Page,
    wish: Wish,
}

impl Asked {
    fn read(call: &Call) -> Result<Self, HarborError> {
        Ok(Self { page: Page::read(call)?, wish: Wish::read(call)? })
    }

    fn answer(
        &self,
        app: &Shared,
        call: &Call,
        state: &State,
        project: ProjectId,
        mut rows: Vec<Row<'_>>,
    ) -> Result<Response, HarborError> {
        let filter = Filter::read(call)?;
        rows.retain(|row| filter.admits(|key| key_of(row, key)) && tags_admit(&filter, row.1));
        sort(&mut rows, call, "-push_time,-id", key_of);
        let shown = rows.get(self.page.range(rows.len())).unwrap_or_default();
        let rules = self.wish.rules(state, project);
        let shown = shown
            .iter()
            .map(|(found, artifact)| show::artifact(app, &self.wish, rules.as_ref(), found, artifact))
            .collect();
        Ok(self.page.answer(call, shown, rows.len()))
    }
}

fn key_of((repository, artifact): &Row<'_>, key: &str) -> Option<Key> {
    match key {
        "id" => i64::try_from(artifact.id.0).ok().map(Key::Number),
        "digest" => Some(Key::Text(artifact.digest.to_string())),
        "repository_name" => Some(Key::Text(repository.name.clone())),
        "push_time" => Some(Key::Text(stamp(artifact.push_time))),
        "size" => i64::try_from(artifact.size).ok().map(Key::Number),
        "media_type" => Some(Key::Text(artifact.media_type.clone())),
        _ => None,
    }
}

/// Harbor: `tags=*` is "has a tag", `tags=nil` is "has none".
fn tags_admit(filter: &Filter, artifact: &Artifact) -> bool {
    let has_tags = artifact.tags().next().is_some();
    match filter.get("tags") {
        None => true,
        Some(Condition::Exact(text)) if text == "*" => has_tags,
        Some(Condition::Exact(text)) if text == "nil" => !has_tags,
        Some(condition) => artifact.tags().any(|tag| condition.admits(&Key::Text(tag.to_owned()))),
    }
}
