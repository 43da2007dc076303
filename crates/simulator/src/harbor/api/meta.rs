//! Who is there: the server, and the caller.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::call::Call;
use crate::clock::stamp;
use crate::harbor::error::HarborError;
use crate::harbor::security::Caller;
use crate::harbor::server::App;

/// `GET /ping`
pub(super) async fn ping() -> Response {
    Json(json!("Pong")).into_response()
}

/// `GET /systeminfo`. Harbor: most of it is told to those who signed in.
pub(super) async fn systeminfo(State(app): State<App>, call: Call) -> Json<Value> {
    let mut body = json!({
        "auth_mode": "db_auth",
        "banner_message": "",
        "primary_auth_mode": false,
        "self_registration": false,
    });
    if call.caller.is_authenticated() {
        let settings = app.read(|state| state.settings);
        body["harbor_version"] = json!(format!("v{}-5c1e0b7d", settings.version));
        body["read_only"] = json!(settings.read_only);
        body["current_time"] = json!(stamp(app.config.clock.now()));
        body["external_url"] = json!(app.front.base_url);
        body["registry_url"] = json!(app.front.host());
        body["project_creation_restriction"] = json!("everyone");
        body["has_ca_root"] = json!(false);
        body["notification_enable"] = json!(true);
        body["registry_storage_provider_name"] = json!("filesystem");
    }
    Json(body)
}

/// `GET /users/current`
pub(super) async fn current_user(State(app): State<App>, call: Call) -> Result<Json<Value>, HarborError> {
    let id = match call.caller {
        Caller::Nobody => return Err(HarborError::unauthorized()),
        Caller::Robot(_) => {
            let message = "get current user not available for security context: robot";
            return Err(HarborError::precondition(message));
        }
        Caller::User(id) => id,
    };
    app.read(|state| {
        let user = state.user(id).ok_or_else(HarborError::unauthorized)?;
        Ok(Json(json!({
            "user_id": user.id,
            "username": user.username,
            "realname": user.realname,
            "email": format!("{}@example.com", user.username),
            "sysadmin_flag": user.sysadmin,
            "admin_role_in_auth": false,
        })))
    })
}
