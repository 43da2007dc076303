//! `/api/v4`.

pub(crate) mod cleanup;
mod context;
mod error;
mod meta;
mod paging;
mod params;
mod projects;
mod repositories;
mod repository_rules;
mod tag_rules;
mod tags;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch};
use serde_json::json;

use crate::server::App;

/// All paths below `/api/v4`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/version", get(meta::metadata))
        .route("/metadata", get(meta::metadata))
        .route("/user", get(meta::user))
        .route("/personal_access_tokens/self", get(meta::token))
        .route("/projects", get(projects::list))
        .route("/projects/{id}", get(projects::show).put(projects::update))
        .route("/groups", get(projects::groups))
        .route("/groups/{id}/projects", get(projects::of_group))
        .route("/groups/{id}/registry/repositories", get(repositories::of_group))
        .route("/registry/repositories/{rid}", get(repositories::show))
        .route("/projects/{id}/registry/repositories", get(repositories::of_project))
        .route("/projects/{id}/registry/repositories/{rid}", delete(repositories::remove))
        .route("/projects/{id}/registry/repositories/{rid}/tags", get(tags::list).delete(tags::remove_many))
        .route("/projects/{id}/registry/repositories/{rid}/tags/{tag}", get(tags::show).delete(tags::remove))
        .route("/projects/{id}/registry/protection/tag/rules", get(tag_rules::list).post(tag_rules::create))
        .route(
            "/projects/{id}/registry/protection/tag/rules/{rule}",
            patch(tag_rules::update).delete(tag_rules::remove),
        )
        .route(
            "/projects/{id}/registry/protection/repository/rules",
            get(repository_rules::list).post(repository_rules::create),
        )
        .route(
            "/projects/{id}/registry/protection/repository/rules/{rule}",
            patch(repository_rules::update).delete(repository_rules::remove),
        )
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
}

/// GitLab: a path that does not exist.
pub(crate) async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, axum::Json(json!({"error": "404 Not Found"}))).into_response()
}

async fn not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, axum::Json(json!({"error": "405 Not Allowed"}))).into_response()
}
