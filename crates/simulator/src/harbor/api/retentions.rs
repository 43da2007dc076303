//! Retention policies, to be read.

use axum::Json;
use axum::extract::{Path, State as Extract};
use serde_json::Value;

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
    app.read(|state| {
        let policy = state.retention(id).ok_or_else(HarborError::internal)?;
        let project = policy["scope"]["ref"].as_u64().and_then(|id| state.project(ProjectId(id)));
        match project {
            Some(project) if call.caller.may(state, project, READ_RETENTION) => Ok(Json(policy.clone())),
            _ => Err(call.caller.refusal()),
        }
    })
}
