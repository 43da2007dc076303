//! `/projects/:id/registry/protection/repository/rules`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::context::{administered_registry, reader, rule_id, writer};
use super::error::ApiError;
use super::params::{Params, invalid_value};
use crate::server::App;
use crate::services::{Refusal, validate_path_pattern};
use crate::state::{MinimumRole, Project, ProjectId, RepositoryLevels, RepositoryRule, RuleId};

const PATTERN: &str = "repository_path_pattern";
const PUSH: &str = "minimum_access_level_for_push";
const DELETE: &str = "minimum_access_level_for_delete";

/// `GET`.
pub(super) async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        Ok(Json(project.repository_rules.iter().map(|rule| body(project.id, rule)).collect()))
    })
}

/// `POST`. GitLab: either level may be missing, not both.
pub(super) async fn create(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    params.require(&[PATTERN])?;
    let (push, delete) = (level(&params, PUSH)?.flatten(), level(&params, DELETE)?.flatten());
    let pattern = params.text(PATTERN).unwrap_or_default();
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        let id = project.id;
        let levels = RepositoryLevels::new(push, delete).ok_or_else(no_level)?;
        validate_path_pattern(project, None, &pattern).map_err(refused)?;
        let rule = state.add_repository_rule(id, &pattern, levels).ok_or(ApiError::NoRow)?;
        let rule = state.project(id).and_then(|project| find(project, rule)).ok_or(ApiError::NoRow)?;
        Ok((StatusCode::CREATED, Json(body(id, rule))).into_response())
    })
}

/// `PATCH`.
pub(super) async fn update(
    State(app): State<App>,
    Path((id, rule)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let rule = rule_id(&rule)?;
    let (push, delete) = (level(&params, PUSH)?, level(&params, DELETE)?);
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        let id = project.id;
        let found = find(project, rule).ok_or(ApiError::NoRow)?;
        let pattern = params.text(PATTERN).unwrap_or_else(|| found.path_pattern.clone());
        let push = push.unwrap_or(found.levels.push());
        let delete = delete.unwrap_or(found.levels.delete());
        let levels = RepositoryLevels::new(push, delete).ok_or_else(no_level)?;
        validate_path_pattern(project, Some(rule), &pattern).map_err(refused)?;
        let now = state.now();
        let rules = state.project_mut(id).map(|project| project.repository_rules.iter_mut());
        let changed =
            rules.and_then(|mut rules| rules.find(|other| other.id == rule)).ok_or(ApiError::NoRow)?;
        changed.path_pattern = pattern;
        changed.levels = levels;
        changed.updated_at = now;
        Ok(Json(body(id, changed)))
    })
}

/// `DELETE`.
pub(super) async fn remove(
    State(app): State<App>,
    Path((id, rule)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let rule = rule_id(&rule)?;
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        let id = project.id;
        find(project, rule).ok_or(ApiError::NoRow)?;
        if let Some(project) = state.project_mut(id) {
            project.repository_rules.retain(|other| other.id != rule);
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

fn find(project: &Project, rule: RuleId) -> Option<&RepositoryRule> {
    project.repository_rules.iter().find(|other| other.id == rule)
}

/// Missing, unset (null or empty), or a role.
fn level(params: &Params, name: &str) -> Result<Option<Option<MinimumRole>>, ApiError> {
    match params.get(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(word)) if word.is_empty() => Ok(Some(None)),
        Some(Value::String(word)) => {
            MinimumRole::from_rest(word).map(|role| Some(Some(role))).ok_or_else(|| invalid_value(name))
        }
        Some(_) => Err(invalid_value(name)),
    }
}

fn no_level() -> ApiError {
    ApiError::Unprocessable(json!(["A rule must have at least a minimum access role for push or delete."]))
}

fn refused(refusal: Refusal) -> ApiError {
    ApiError::Unprocessable(json!(refusal.messages()))
}

fn body(project: ProjectId, rule: &RepositoryRule) -> Value {
    json!({
        "id": rule.id,
        "project_id": project,
        "repository_path_pattern": rule.path_pattern,
        "minimum_access_level_for_push": rule.levels.push().map(MinimumRole::rest),
        "minimum_access_level_for_delete": rule.levels.delete().map(MinimumRole::rest),
    })
}
