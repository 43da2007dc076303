//! `/api/v2.0`.

mod artifacts;
mod call;
mod copies;
mod filter;
mod meta;
mod paging;
mod paths;
mod projects;
mod removal;
mod repositories;
mod retentions;
mod rules;
mod show;
mod tags;

use axum::Router;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::error::HarborError;
use super::server::App;

pub(super) use removal::remove_artifact;

/// All paths below `/api/v2.0`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/ping", get(meta::ping))
        .route("/systeminfo", get(meta::systeminfo))
        .route("/users/current", get(meta::current_user))
        .route("/projects", get(projects::list))
        .route("/projects/{project}", get(projects::show))
        .route("/projects/{project}/repositories", get(repositories::list))
        .route(
            "/projects/{project}/repositories/{repository}",
            get(repositories::show).delete(removal::repository),
        )
        .route("/projects/{project}/artifacts", get(artifacts::of_project))
        .route(
            "/projects/{project}/repositories/{repository}/artifacts",
            get(artifacts::of_repository).post(copies::copy),
        )
        .route(
            "/projects/{project}/repositories/{repository}/artifacts/{reference}",
            get(artifacts::show).delete(removal::artifact),
        )
        .route(
            "/projects/{project}/repositories/{repository}/artifacts/{reference}/tags",
            get(tags::list).post(tags::create),
        )
        .route(
            "/projects/{project}/repositories/{repository}/artifacts/{reference}/tags/{tag}",
            axum::routing::delete(removal::tag),
        )
        .route("/projects/{project}/immutabletagrules", get(rules::list).post(rules::create))
        .route(
            "/projects/{project}/immutabletagrules/{rule}",
            get(rules::show).put(rules::update).delete(rules::remove),
        )
        .route("/retentions/metadatas", get(retentions::metadatas))
        .route("/retentions/{id}", get(retentions::show))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
}

/// A path that means nothing.
pub(super) async fn not_found(uri: Uri) -> Response {
    HarborError::not_found(format!("path {} was not found", uri.path())).into_response()
}

/// A method that means nothing here.
pub(super) async fn not_allowed(uri: Uri) -> Response {
    HarborError::not_allowed(format!("method is not allowed for path {}", uri.path())).into_response()
}
