//! `/projects/:id/registry/protection/tag/rules`.
//!
//! GitLab: REST knows protected rules only; each verb wraps errors in its own way; parameters are
//! checked before the token.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::context::{administered_registry, reader, rule_id, writer};
use super::error::ApiError;
use super::params::{Params, invalid_value};
use crate::server::{App, Shared};
use crate::services::{
    Refusal, TagRuleChange, TagRuleWish, create_tag_rule, delete_tag_rule, update_tag_rule,
};
use crate::state::{MinimumRole, ProjectId, RuleId, State as Server, TagRule};

/// `tag_name_pattern` and the two levels.
const PATTERN: &str = "tag_name_pattern";
const PUSH: &str = "minimum_access_level_for_push";
const DELETE: &str = "minimum_access_level_for_delete";

fn since(app: &Shared, minor: u16) -> Result<(), ApiError> {
    let known = app.read(|state| state.settings.version.at_least(18, minor));
    if known { Ok(()) } else { Err(ApiError::NoPath) }
}

/// `GET`. GitLab: since 18.7; a bare array without pages, and without immutable rules.
pub(super) async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    since(&app, 7)?;
    app.read(|state| {
        let caller = reader(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        let rows = project
            .tag_rules
            .iter()
            .filter(|rule| !rule.immutable())
            .filter(|rule| rule.created_at + app.config.read_lag <= state.now())
            .map(|rule| body(project.id, rule))
            .collect();
        Ok(Json(Value::Array(rows)))
    })
}

/// `POST`. GitLab: since 18.8; both levels are required.
pub(super) async fn create(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    since(&app, 8)?;
    params.require(&[PATTERN, PUSH, DELETE])?;
    let level = |name: &str| {
        let word = params.text(name).unwrap_or_default();
        MinimumRole::from_rest(&word).map(Some).ok_or_else(|| invalid_value(name))
    };
    let wish = TagRuleWish {
        pattern: params.text(PATTERN).unwrap_or_default(),
        push: level(PUSH)?,
        delete: level(DELETE)?,
    };
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        let project = project.id;
        let rule = create_tag_rule(state, &caller, project, &wish)
            .map_err(|refusal| refused(refusal, ApiError::Unprocessable, |message| message))?;
        Ok((StatusCode::CREATED, Json(shown(state, rule)?)).into_response())
    })
}

/// `PATCH`. GitLab: since 18.9; levels also accept the empty text, which unsets them.
pub(super) async fn update(
    State(app): State<App>,
    Path((id, rule)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    since(&app, 9)?;
    let rule = rule_id(&rule)?;
    let level = |name: &str| match params.text(name) {
        None => Ok(None),
        Some(word) if word.is_empty() => Ok(Some(None)),
        Some(word) => {
            MinimumRole::from_rest(&word).map(|role| Some(Some(role))).ok_or_else(|| invalid_value(name))
        }
    };
    let change = TagRuleChange { pattern: params.text(PATTERN), push: level(PUSH)?, delete: level(DELETE)? };
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        let project = project.id;
        own_rule(state, project, rule)?;
        update_tag_rule(state, &caller, rule, &change)
            .map_err(|refusal| refused(refusal, ApiError::Unprocessable, in_error))?;
        Ok(Json(shown(state, rule)?))
    })
}

/// `DELETE`. GitLab: since 18.9; deletes immutable rules too, for Owners.
pub(super) async fn remove(
    State(app): State<App>,
    Path((id, rule)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    since(&app, 9)?;
    let rule = rule_id(&rule)?;
    let unmodified_since =
        headers.get(header::IF_UNMODIFIED_SINCE).and_then(|value| value.to_str().ok()).and_then(http_date);
    app.write(|state| {
        let caller = writer(state, &headers)?;
        let (project, _) = administered_registry(state, &caller, &id)?;
        let found = own_rule(state, project.id, rule)?;
        if unmodified_since.is_some_and(|at| found.updated_at.unix_timestamp() > at.unix_timestamp()) {
            return Err(ApiError::Precondition);
        }
        delete_tag_rule(state, &caller, rule)
            .map_err(|refusal| refused(refusal, ApiError::BadRequest, in_error))?;
        Ok(StatusCode::NO_CONTENT)
    })
}

/// An HTTP date; its `GMT` is what RFC 2822 writes as `+0000`.
fn http_date(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822).ok()
}

/// The rule of that number, if it is this project's.
fn own_rule(state: &Server, project: ProjectId, rule: RuleId) -> Result<&TagRule, ApiError> {
    let found = state.project(project).map(|project| project.tag_rules.iter());
    found.and_then(|mut rules| rules.find(|other| other.id == rule)).ok_or(ApiError::NoRow)
}

fn in_error(message: Value) -> Value {
    json!({"error": message})
}

/// A refusal in the envelope of the verb.
fn refused(refusal: Refusal, status: fn(Value) -> ApiError, envelope: fn(Value) -> Value) -> ApiError {
    match refusal {
        Refusal::Sentence(text) => status(envelope(json!(text))),
        Refusal::Invalid(messages) => status(envelope(json!(messages))),
        Refusal::Forbidden => ApiError::Forbidden,
        Refusal::Gone => ApiError::NoRow,
    }
}

fn shown(state: &Server, rule: RuleId) -> Result<Value, ApiError> {
    let (project, rule) = state.tag_rule(rule).ok_or(ApiError::NoRow)?;
    Ok(body(project.id, rule))
}

fn body(project: ProjectId, rule: &TagRule) -> Value {
    json!({
        "id": rule.id,
        "project_id": project,
        "tag_name_pattern": rule.pattern,
        "minimum_access_level_for_push": rule.effect.push().map(MinimumRole::rest),
        "minimum_access_level_for_delete": rule.effect.delete().map(MinimumRole::rest),
    })
}
