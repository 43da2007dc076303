//! Tags of one artifact.

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::call::Call;
use super::filter::{Filter, Key, sort};
use super::paging::Page;
use super::paths::{no_artifact, repository};
use super::show::{self, Wish};
use crate::clock::stamp;
use crate::harbor::error::HarborError;
use crate::harbor::rbac::{CREATE_TAG, LIST_TAGS};
use crate::harbor::server::App;
use crate::harbor::state::TagRow;
use crate::registry::name::tag_grammar;

/// `GET …/artifacts/{reference}/tags`
pub(super) async fn list(
    Extract(app): Extract<App>,
    Path((project, once, reference)): Path<(String, String, String)>,
    call: Call,
) -> Result<Response, HarborError> {
    let page = Page::read(&call)?;
    let wish = Wish::read(&call)?;
    app.read(|state| {
        let found = repository(state, &call, (&project, &once), LIST_TAGS)?;
        let filter = Filter::read(&call)?;
        let artifact = found.resolve(&reference).ok_or_else(|| no_artifact(&found.name, &reference))?;
        let mut rows: Vec<(&str, &TagRow)> =
            artifact.tags().filter_map(|name| Some((name, found.tag(name)?))).collect();
        rows.retain(|row| filter.admits(|key| key_of(row, key)));
        sort(&mut rows, &call, "-push_time", key_of);
        let rules = wish.rules(state, found.project);
        let shown = rows.get(page.range(rows.len())).unwrap_or_default();
        let shown = shown.iter().map(|(name, row)| show::tag(rules.as_ref(), found, name, row)).collect();
        Ok(page.answer(&call, shown, rows.len()))
    })
}

fn key_of((name, row): &(&str, &TagRow), key: &str) -> Option<Key> {
    match key {
        "name" => Some(Key::Text((*name).to_owned())),
        "id" => i64::try_from(row.id).ok().map(Key::Number),
        "push_time" => Some(Key::Text(stamp(row.push_time))),
        _ => None,
    }
}

#[derive(Deserialize)]
struct NewTag {
    #[serde(default)]
    name: String,
}

/// `POST …/artifacts/{reference}/tags`. Harbor: a name that is taken is a conflict, immutable or not,
/// and whatever it points at.
pub(super) async fn create(
    Extract(app): Extract<App>,
    Path((project, once, reference)): Path<(String, String, String)>,
    call: Call,
) -> Result<StatusCode, HarborError> {
    let wish: NewTag = call.json("tag")?;
    app.write(|state| {
        let found = repository(state, &call, (&project, &once), CREATE_TAG)?;
        let (repository, artifact) = (found.name.clone(), found.resolve(&reference).map(|found| found.id));
        let artifact = artifact.ok_or_else(|| no_artifact(&repository, &reference))?;
        if !tag_grammar(&wish.name) {
            return Err(HarborError::bad_request(format!("bad request: invalid tag name: {}", wish.name)));
        }
        if found.tag(&wish.name).is_some() {
            let message = format!("tag {} already exists under the repository {repository}", wish.name);
            return Err(HarborError::conflict(message));
        }
        let now = state.now();
        state.point(&repository, &wish.name, artifact, now);
        Ok(StatusCode::CREATED)
    })
}
