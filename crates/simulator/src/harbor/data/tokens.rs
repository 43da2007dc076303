//! Tokens for `/v2/`. Real ones are signed and say what they are for; these are names of their owners.

use std::sync::PoisonError;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::clock::stamp;
use crate::harbor::error::HarborError;
use crate::harbor::security::caller;
use crate::harbor::server::App;
use crate::seeds::rng::digest_from;

/// Harbor: 30 minutes.
const LIFE: u64 = 1800;

/// `GET /service/token`. Harbor: nobody gets a token, too; it is good for what is public.
pub(super) async fn issue(State(app): State<App>, headers: HeaderMap) -> Result<Json<Value>, HarborError> {
    let caller = caller(&app, &headers).await;
    if !caller.is_authenticated() && headers.contains_key(header::AUTHORIZATION) {
        return Err(HarborError::unauthorized());
    }
    let now = app.config.clock.now();
    let mut issued = app.issued.lock().unwrap_or_else(PoisonError::into_inner);
    let token = digest_from(app.config.seed ^ issued.len() as u64, "harbor token").hex();
    issued.insert(token.clone(), caller);
    Ok(Json(json!({"token": token, "access_token": "", "expires_in": LIFE, "issued_at": stamp(now)})))
}
