//! Lists of names: tags of a repository, and all repositories.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::challenge_basic;
use crate::harbor::error::HarborError;
use crate::harbor::security::caller;
use crate::harbor::server::{App, Shared};

type Query<'a> = &'a dyn Fn(&str) -> Option<String>;

/// `GET tags/list` with `n` and `last`.
pub(super) fn tags(app: &Shared, repository: &str, query: Query<'_>) -> Result<Response, HarborError> {
    app.read(|state| {
        let found = state
            .repository_at(repository)
            .ok_or_else(|| HarborError::not_found(format!("repository {repository} not found")))?;
        let names: Vec<&str> = found.tags().map(|(name, _)| name).collect();
        let path = format!("/v2/{repository}/tags/list");
        page(&path, &names, query, |shown| json!({"name": repository, "tags": shown}))
    })
}

/// `GET _catalog`. Harbor: for system administrators.
pub(super) async fn catalog(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, HarborError> {
    let caller = caller(&app, &headers).await;
    if !app.read(|state| caller.is_sysadmin(state)) {
        return Ok(challenge_basic("unauthorized to list catalog".to_owned()));
    }
    let query: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let query = |key: &str| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    app.read(|state| {
        let mut names: Vec<&str> = state.repositories().map(|found| found.name.as_str()).collect();
        names.sort_unstable();
        page("/v2/_catalog", &names, &query, |shown| json!({"repositories": shown}))
    })
}

/// Harbor: everything at once, unless `n` says how many.
fn page(
    path: &str,
    names: &[&str],
    query: Query<'_>,
    body: impl Fn(&[&str]) -> Value,
) -> Result<Response, HarborError> {
    let start = query("last").map_or(0, |last| names.partition_point(|name| *name <= last.as_str()));
    let size = match query("n") {
        None => names.len(),
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| HarborError::bad_request(format!("the N is not a valid int value: {text}")))?,
    };
    let end = start.saturating_add(size).min(names.len());
    let shown = names.get(start..end).unwrap_or_default();
    let mut response = Json(body(shown)).into_response();
    if let Some(last) = shown.last().filter(|_| end < names.len()) {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("last", last)
            .append_pair("n", &size.to_string())
            .finish();
        if let Ok(link) = HeaderValue::from_str(&format!("<{path}?{query}>; rel=\"next\"")) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}
