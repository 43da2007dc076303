//! `/v2/`, the data plane, and `/service/token`, where tokens for it come from.

mod manifests;
mod names;
mod tokens;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::json;
use url::form_urlencoded;

use super::error::HarborError;
use super::matching::parse_repository;
use super::rbac::{DELETE_REPOSITORY, PULL, PUSH};
use super::security::{Caller, caller};
use super::server::{App, Shared};
use crate::registry::LARGEST;
use crate::registry::blobs;
use crate::registry::error::RegistryError;
use crate::registry::name::{Target, split};

const API_VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");

/// The data plane's paths.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/service/token", get(tokens::issue))
        .route("/v2", get(base))
        .route("/v2/", get(base))
        .route("/v2/_catalog", get(names::catalog))
        .route("/v2/{*rest}", any(dispatch))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST))
}

/// `GET /v2/`: whether a caller is known at all.
async fn base(State(app): State<App>, headers: HeaderMap) -> Response {
    if caller(&app, &headers).await.is_authenticated() {
        return (StatusCode::OK, [(API_VERSION, "registry/2.0")], axum::Json(json!({}))).into_response();
    }
    challenged(&app, &headers, None, "unauthorized".to_owned())
}

/// What is wanted of a repository. Harbor: `pull`, `push` and `delete` are actions on it.
#[derive(Clone, Copy)]
enum Access {
    Pull,
    Push,
    Delete,
}

/// Everything with a repository in its path; the router cannot split it as repositories have slashes.
async fn dispatch(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    Path(rest): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some((repository, target)) = split(&rest) else {
        return RegistryError::NoRoute.into_response();
    };
    let access = match (&method, &target) {
        (&Method::GET | &Method::HEAD, _) => Access::Pull,
        (&Method::DELETE, Target::Manifest(_)) => Access::Delete,
        _ => Access::Push,
    };
    if let Err(response) = allowed(&app, &method, &headers, &repository, access).await {
        return *response;
    }
    let query: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let query = |key: &str| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    let answer = match (&method, target) {
        (&Method::GET, Target::Tags) => names::tags(&app, &repository, &query),
        (&Method::GET | &Method::HEAD, Target::Manifest(reference)) => {
            manifests::get(&app, &method, &repository, &reference)
        }
        (&Method::PUT, Target::Manifest(reference)) => {
            manifests::put(&app, &repository, &reference, &headers, body)
        }
        (&Method::DELETE, Target::Manifest(reference)) => manifests::delete(&app, &repository, &reference),
        // Harbor: blobs are handed on to the registry behind it, which answers in its own words.
        (&Method::GET | &Method::HEAD, Target::Blob(digest)) => {
            return blobs::get(&*app, &digest).into_response();
        }
        (_, Target::Upload(id)) => {
            return blobs::upload(&*app, &method, &repository, id.as_deref(), &query, body).into_response();
        }
        _ => return RegistryError::Unsupported.into_response(),
    };
    answer.into_response()
}

/// Harbor: asking for the head of something needs credentials even where everybody may pull.
async fn allowed(
    app: &Shared,
    method: &Method,
    headers: &HeaderMap,
    repository: &str,
    access: Access,
) -> Result<(), Box<Response>> {
    let refused = |text: String| Box::new(challenged(app, headers, Some((repository, access)), text));
    if method == Method::HEAD && !headers.contains_key(header::AUTHORIZATION) {
        return Err(refused("authorize header needed to send HEAD to repository".to_owned()));
    }
    let (permission, action) = match access {
        Access::Pull => (PULL, "pull"),
        Access::Push => (PUSH, "push"),
        Access::Delete => (DELETE_REPOSITORY, "delete"),
    };
    let caller: Caller = caller(app, headers).await;
    let name = parse_repository(repository).0;
    let may =
        app.read(|state| state.project_named(name).map(|project| caller.may(state, project, permission)));
    match may {
        Some(true) => Ok(()),
        Some(false) => {
            // Harbor: one error wrapped into another of the same words.
            let message = format!("unauthorized to access repository: {repository}, action: {action}");
            Err(refused(format!("{message}: {message}")))
        }
        None => {
            Err(Box::new(HarborError::unauthorized_to(format!("project {name} not found")).into_response()))
        }
    }
}

/// 401 with what to do about it. Harbor: who sent credentials is asked for better ones; everybody else
/// is sent to the token service.
fn challenged(
    app: &Shared,
    headers: &HeaderMap,
    wanted: Option<(&str, Access)>,
    message: String,
) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        return challenge_basic(message);
    }
    let scope = wanted.map_or_else(String::new, |(repository, access)| {
        let actions = match access {
            Access::Pull => "pull",
            Access::Push => "pull,push",
            Access::Delete => "delete",
        };
        format!(",scope=\"repository:{repository}:{actions}\"")
    });
    let realm = format!("{}/service/token", app.front.base_url);
    challenge(message, &format!("Bearer realm=\"{realm}\",service=\"harbor-registry\"{scope}"))
}

fn challenge_basic(message: String) -> Response {
    challenge(message, "Basic realm=\"harbor\"")
}

fn challenge(message: String, challenge: &str) -> Response {
    let mut response = HarborError::unauthorized_to(message).into_response();
    response.headers_mut().insert(API_VERSION, HeaderValue::from_static("registry/2.0"));
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
