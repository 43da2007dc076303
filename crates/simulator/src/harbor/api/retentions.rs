//! Retention policies, to be read, and what can be said in them.

use axum::Json;
use axum::extract::{Path, State as Extract};
use serde_json::{Value, json};

use super::call::Call;
use crate::harbor::error::HarborError;
use crate::harbor::rbac::READ_RETENTION;
use crate::harbor::server::App;
use crate::state::ProjectId;

/// `GET /retentions/{id}`. Harbor: a policy that is not there is an internal error.
pub(super) async fn show(
    Extract(app): Extract<App>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Json<Value>, HarborError> {
    let wrong = || HarborError::unprocessable(format!("id in path must be of type int64: \"{id}\""));
    let id: u64 = id.parse().map_err(|_| wrong())?;
    if !call.caller.is_authenticated() {
        return Err(HarborError::unauthorized());
    }
    app.read(|state| {
        let policy = state.retention(id).ok_or_else(HarborError::internal)?;
        let project = policy["scope"]["ref"].as_u64().and_then(|id| state.project(ProjectId(id)));
        match project {
            Some(project) if call.caller.may(state, project, READ_RETENTION) => Ok(Json(policy.clone())),
            _ => Err(call.caller.refusal()),
        }
    })
}

/// `GET /retentions/metadatas`. Harbor: the kinds, decorations and templates there are, for those who
/// signed in.
pub(super) async fn metadatas(call: Call) -> Result<Json<Value>, HarborError> {
    if !call.caller.is_authenticated() {
        return Err(HarborError::unauthorized());
    }
    let template = |name: &str, text: &str, unit: Option<&str>| {
        let params: Vec<Value> =
            unit.iter().map(|unit| json!({"type": "int", "unit": unit, "required": true})).collect();
        json!({"rule_template": name, "display_text": text, "action": "retain", "params": params})
    };
    let selector = |text: &str, decorations: [&str; 2]| json!([{"display_text": text, "kind": "doublestar", "decorations": decorations}]);
    Ok(Json(json!({
        "templates": [
            template("latestPushedK", "the most recently pushed # artifacts", Some("COUNT")),
            template("latestPulledN", "the most recently pulled # artifacts", Some("COUNT")),
            template("nDaysSinceLastPush", "pushed within the last # days", Some("DAYS")),
            template("nDaysSinceLastPull", "pulled within the last # days", Some("DAYS")),
            template("always", "always", None),
        ],
        "scope_selectors": selector("Repositories", ["repoMatches", "repoExcludes"]),
        "tag_selectors": selector("Tags", ["matches", "excludes"]),
    })))
}
