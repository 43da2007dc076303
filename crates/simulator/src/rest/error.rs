//! REST's answers to what it refuses.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::auth::TokenError;

/// What REST refuses with.
#[derive(Clone, Debug)]
pub(crate) enum ApiError {
    /// No token, an unknown, expired or revoked one.
    Token(TokenError),
    /// The token lacks a scope.
    Scope,
    /// The role is too low.
    Forbidden,
    /// `404 <what> Not Found`.
    NotFound(&'static str),
    /// A row that is not there. GitLab: `404 Not found`.
    NoRow,
    /// A path that this version does not have.
    NoPath,
    /// A parameter that is missing or not valid.
    Param(String),
    /// `{"message": …}` with 400.
    BadRequest(Value),
    /// `{"message": …}` with 422.
    Unprocessable(Value),
    /// `If-Unmodified-Since` does not hold.
    Precondition,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let message = |status: StatusCode, text: &str| (status, json!({"message": text}));
        let (status, body) = match self {
            Self::Token(TokenError::Expired) => (
                StatusCode::UNAUTHORIZED,
                json!({"error": "invalid_token", "error_description": "Token is expired. You can either do re-authorization or token refresh."}),
            ),
            Self::Token(TokenError::Revoked) => (
                StatusCode::UNAUTHORIZED,
                json!({"error": "invalid_token", "error_description": "Token was revoked. You have to re-authorize from the user."}),
            ),
            Self::Token(_) => message(StatusCode::UNAUTHORIZED, "401 Unauthorized"),
            Self::Scope => (
                StatusCode::FORBIDDEN,
                json!({"error": "insufficient_scope", "error_description": "The request requires higher privileges than provided by the access token.", "scope": "api"}),
            ),
            Self::Forbidden => message(StatusCode::FORBIDDEN, "403 Forbidden"),
            Self::NotFound(what) => message(StatusCode::NOT_FOUND, &format!("404 {what} Not Found")),
            Self::NoRow => message(StatusCode::NOT_FOUND, "404 Not found"),
            Self::NoPath => (StatusCode::NOT_FOUND, json!({"error": "404 Not Found"})),
            Self::Param(error) => (StatusCode::BAD_REQUEST, json!({"error": error})),
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, json!({"message": message})),
            Self::Unprocessable(message) => (StatusCode::UNPROCESSABLE_ENTITY, json!({"message": message})),
            Self::Precondition => message(StatusCode::PRECONDITION_FAILED, "412 Precondition Failed"),
        };
        (status, Json(body)).into_response()
    }
}
