//! The server, the user and the token.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::context::reader;
use super::error::ApiError;
use crate::auth::authenticate;
use crate::clock::stamp;
use crate::server::App;

type Answer = Result<Json<Value>, ApiError>;

/// `GET /metadata` and `GET /version`.
pub(super) async fn metadata(State(app): State<App>, headers: HeaderMap) -> Answer {
    app.read(|state| {
        reader(state, &headers)?;
        Ok(Json(json!({
            "version": format!("{}-ee", state.settings.version),
            "revision": "5a6f1c0d2be",
            "enterprise": true,
            "kas": {"enabled": false, "externalUrl": null, "version": null},
        })))
    })
}

/// `GET /user`.
pub(super) async fn user(State(app): State<App>, headers: HeaderMap) -> Answer {
    app.read(|state| {
        let caller = authenticate(state, &headers).map_err(ApiError::Token)?;
        let user = state.user(caller.user).ok_or(ApiError::NotFound("User"))?;
        let mut body = json!({
            "id": user.id,
            "username": user.username,
            "name": user.name,
            "state": "active",
            "web_url": format!("{}/{}", app.front.base_url, user.username),
            "avatar_url": null,
        });
        if user.admin {
            body["is_admin"] = json!(true);
        }
        Ok(Json(body))
    })
}

/// `GET /personal_access_tokens/self`.
pub(super) async fn token(State(app): State<App>, headers: HeaderMap) -> Answer {
    app.read(|state| {
        let caller = authenticate(state, &headers).map_err(ApiError::Token)?;
        let token = caller.token;
        Ok(Json(json!({
            "id": crate::seeds::rng::hash(&token.secret) % 100_000,
            "name": token.name,
            "revoked": token.revoked,
            "created_at": stamp(token.created_at),
            "scopes": token.scopes,
            "user_id": token.user,
            "last_used_at": stamp(state.now()),
            "active": true,
            "expires_at": token.expires_at.map(|day| day.to_string()),
        })))
    })
}
