//! `/projects/{project_name_or_id}/immutabletagrules`.

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::call::Call;
use super::filter::{Filter, Key, sort};
use super::paging::Page;
use super::paths::{Named, project};
use crate::harbor::error::HarborError;
use crate::harbor::rbac::{CREATE_RULE, DELETE_RULE, LIST_RULES, Permission, UPDATE_RULE};
use crate::harbor::server::App;
use crate::harbor::state::{NotTaken, Rule, RuleText, Selector, State};
use crate::state::{ProjectId, RuleId};

/// Harbor: an administrator's number is taken as it is, whether there is such a project or not.
fn project_id(
    state: &State,
    call: &Call,
    name: &str,
    permission: Permission,
) -> Result<ProjectId, HarborError> {
    match Named::read(call, name) {
        Named::Number(id) if call.caller.is_sysadmin(state) => Ok(id),
        named => project(state, call, &named, permission).map(|project| project.id),
    }
}

/// `GET`. Harbor: without `sort` the database's order decides which rules are on a page; on it they
/// stand by number, whatever `sort` says.
pub(super) async fn list(
    Extract(app): Extract<App>,
    Path(name): Path<String>,
    call: Call,
) -> Result<Response, HarborError> {
    let page = Page::read(&call)?;
    app.read(|state| {
        let project = project_id(state, &call, &name, LIST_RULES)?;
        let filter = Filter::read(&call)?;
        let mut rows: Vec<&Rule> =
            state.rules_of(project).filter(|rule| filter.admits(|key| key_of(rule, key))).collect();
        sort(&mut rows, &call, "", |rule, key| key_of(rule, key));
        let mut shown = rows.get(page.range(rows.len())).unwrap_or_default().to_vec();
        shown.sort_by_key(|rule| rule.id);
        Ok(page.answer(&call, shown.into_iter().map(body).collect(), rows.len()))
    })
}

fn key_of(rule: &Rule, key: &str) -> Option<Key> {
    match key {
        "id" => i64::try_from(rule.id.0).ok().map(Key::Number),
        "project_id" => i64::try_from(rule.project.0).ok().map(Key::Number),
        "disabled" => Some(Key::Text(rule.disabled.to_string())),
        "tag_filter" => serde_json::to_string(&rule.text).ok().map(Key::Text),
        _ => None,
    }
}

/// The rule that is sent. Harbor: its shape is checked against the API's description, where a list of
/// selectors may be missing and may not be null.
fn rule_text(call: &Call) -> Result<RuleText, HarborError> {
    let sent: Value = call.json("ImmutableRule")?;
    let scopes = sent.get("scope_selectors").and_then(Value::as_object);
    if let Some((scope, _)) = scopes.into_iter().flatten().find(|(_, list)| list.is_null()) {
        let message = format!("scope_selectors.{scope} in body must be of type array: \"null\"");
        return Err(HarborError::unprocessable(message));
    }
    call.json("ImmutableRule")
}

/// `GET …/{id}`. Harbor: one rule cannot be read by itself.
pub(super) async fn show() -> HarborError {
    HarborError::not_allowed("method GET is not allowed, but [PUT,DELETE] are")
}

/// `POST`. Harbor: nothing in a rule is checked, and it is enabled whatever it says of itself.
pub(super) async fn create(
    Extract(app): Extract<App>,
    Path(name): Path<String>,
    call: Call,
) -> Result<Response, HarborError> {
    let text = rule_text(&call)?;
    app.write(|state| {
        let project = project_id(state, &call, &name, CREATE_RULE)?;
        // Not Harbor's own: what a vendor's limit looks like to a client.
        if state.settings.rule_limit.is_some_and(|limit| state.rules_of(project).count() >= limit) {
            return Err(HarborError::bad_request("the number of immutable tag rules is limited"));
        }
        let id = state.insert_rule(project, text).map_err(|refused| match refused {
            NotTaken::SameText => HarborError::conflict("immutable rule already exists"),
            // The database's own words stay in the log.
            NotTaken::TooLong => HarborError::internal(),
        })?;
        let location = format!("{}/{id}", call.path);
        Ok((StatusCode::CREATED, [(header::LOCATION, location)]).into_response())
    })
}

/// `PUT …/{id}`. Harbor: the numbers are compared before anybody is asked who they are.
pub(super) async fn update(
    Extract(app): Extract<App>,
    Path((name, id)): Path<(String, String)>,
    call: Call,
) -> Result<StatusCode, HarborError> {
    let id = rule_id(&id)?;
    let text = rule_text(&call)?;
    app.write(|state| {
        if text.id != id.0 && state.settings.version.at_least(2, 8) {
            let message = "bad request: the immutable_rule_id doesn't match the id in the payload body of ImmutableRule";
            return Err(HarborError::bad_request(message));
        }
        let project = project_id(state, &call, &name, UPDATE_RULE)?;
        own_rule(state, project, id)?;
        state.update_rule(id, text).map_err(|_| HarborError::internal())?;
        Ok(StatusCode::OK)
    })
}

/// `DELETE …/{id}`
pub(super) async fn remove(
    Extract(app): Extract<App>,
    Path((name, id)): Path<(String, String)>,
    call: Call,
) -> Result<StatusCode, HarborError> {
    let id = rule_id(&id)?;
    app.write(|state| {
        let project = project_id(state, &call, &name, DELETE_RULE)?;
        own_rule(state, project, id)?;
        state.remove_rule(id);
        Ok(StatusCode::OK)
    })
}

fn rule_id(text: &str) -> Result<RuleId, HarborError> {
    let wrong =
        || HarborError::unprocessable(format!("immutable_rule_id in path must be of type int64: \"{text}\""));
    text.parse().map(RuleId).map_err(|_| wrong())
}

fn own_rule(state: &State, project: ProjectId, id: RuleId) -> Result<(), HarborError> {
    let rule =
        state.rule(id).ok_or_else(|| HarborError::not_found(format!("immutable rule {id} not found")))?;
    if rule.project == project {
        Ok(())
    } else {
        let message = format!("resource not found: project id {project} does not match");
        Err(HarborError::not_found(message))
    }
}

/// A rule as answers show it. Harbor: what is zero, false or empty is left out.
fn body(rule: &Rule) -> Value {
    let text = &rule.text;
    let mut body = Map::new();
    let mut put = |key: &str, value: Value, zero: bool| {
        if !zero {
            body.insert(key.to_owned(), value);
        }
    };
    put("id", json!(rule.id), false);
    put("disabled", json!(rule.disabled), !rule.disabled);
    put("priority", json!(text.priority), text.priority == 0);
    put("action", json!(text.action), text.action.is_empty());
    put("template", json!(text.template), text.template.is_empty());
    let tags = text.tag_selectors.as_ref().map(|list| selectors(list));
    put("tag_selectors", tags.unwrap_or(Value::Null), false);
    let scopes = text.scope_selectors.iter().flatten();
    let scopes: Map<String, Value> = scopes.map(|(key, list)| (key.clone(), selectors(list))).collect();
    let none = scopes.is_empty();
    put("scope_selectors", Value::Object(scopes), none);
    Value::Object(body)
}

fn selectors(list: &[Selector]) -> Value {
    list.iter()
        .map(|selector| {
            let parts = [
                ("kind", &selector.kind),
                ("decoration", &selector.decoration),
                ("pattern", &selector.pattern),
            ];
            let told = parts.into_iter().filter(|(_, text)| !text.is_empty());
            Value::Object(told.map(|(key, text)| (key.to_owned(), json!(text))).collect())
        })
        .collect()
}
