//! `/v2/`, the data plane: where rules are enforced, and `/jwt/auth`, where tokens for it come from.

pub(crate) mod blobs;
mod enforce;
pub(crate) mod error;
mod issue;
pub(crate) mod manifests;
pub(crate) mod name;
pub(crate) mod token;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::json;
use url::form_urlencoded;

use self::error::RegistryError;
use self::name::Target;
use self::token::{Access, Grant};
use crate::server::{App, Shared};

/// Bytes of one blob or manifest at most.
pub(crate) const LARGEST: usize = 512 * 1024 * 1024;

/// The registry's paths.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/jwt/auth", get(issue::issue))
        .route("/v2", get(base))
        .route("/v2/", get(base))
        .route("/v2/{*rest}", any(dispatch))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST))
}

/// `GET /v2/`: whether a token works at all.
async fn base(State(app): State<App>, headers: HeaderMap) -> Result<Response, RegistryError> {
    token::grant(&app, &headers).ok_or_else(|| challenge(&app, None))?;
    Ok((StatusCode::OK, axum::Json(json!({}))).into_response())
}

/// Everything with a repository in its path; the router cannot split it as repositories have slashes.
async fn dispatch(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    Path(rest): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, RegistryError> {
    let (repository, target) = name::split(&rest).ok_or(RegistryError::NoRoute)?;
    let access = match (&method, &target) {
        (&Method::GET | &Method::HEAD, _) => Access::Pull,
        (&Method::DELETE, Target::Manifest(_)) => Access::Delete,
        _ => Access::Push,
    };
    let grant = allowed(&app, &headers, &repository, access)?;
    let query: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let query = |key: &str| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    match (method, target) {
        (Method::GET, Target::Tags) => manifests::list(&app, &repository, &query),
        (Method::GET | Method::HEAD, Target::Manifest(reference)) => {
            manifests::get(&app, &repository, &reference)
        }
        (Method::PUT, Target::Manifest(reference)) => {
            manifests::put(&app, &grant, &repository, &reference, &headers, body)
        }
        (Method::DELETE, Target::Manifest(reference)) => {
            manifests::delete(&app, &grant, &repository, &reference)
        }
        (Method::GET | Method::HEAD, Target::Blob(digest)) => blobs::get(&*app, &digest),
        (method, Target::Upload(id)) => {
            blobs::upload(&*app, &method, &repository, id.as_deref(), &query, body)
        }
        _ => Err(RegistryError::Unsupported),
    }
}

/// The caller's grant for a repository, or the challenge that says what to ask for.
fn allowed(
    app: &Shared,
    headers: &HeaderMap,
    repository: &str,
    access: Access,
) -> Result<Grant, RegistryError> {
    let challenge = || challenge(app, Some((repository, access)));
    let grants = token::grant(app, headers).ok_or_else(challenge)?;
    grants
        .into_iter()
        .find(|grant| grant.repository == repository && grant.actions.contains(&access))
        .ok_or_else(challenge)
}

fn challenge(app: &Shared, wanted: Option<(&str, Access)>) -> RegistryError {
    let scope = wanted.map_or_else(String::new, |(repository, access)| {
        let actions = match access {
            Access::Pull => "pull",
            Access::Push => "pull,push",
            Access::Delete => "delete",
        };
        format!(",scope=\"repository:{repository}:{actions}\"")
    });
    RegistryError::Unauthorized {
        challenge: format!(
            "Bearer realm=\"{}/jwt/auth\",service=\"container_registry\"{scope}",
            app.front.base_url
        ),
    }
}
