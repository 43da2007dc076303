//! `GET /jwt/auth`. GitLab: `Auth::ContainerRegistryAuthenticationService`.

use std::sync::PoisonError;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::token::{Access, Grant};
use crate::auth::{Caller, caller_with};
use crate::clock::stamp;
use crate::server::App;
use crate::services::immutable_patterns;
use crate::state::{
    DeployToken, MinimumRole, Project, RegistryAccess, Role, Scope, State as Server, TagEffect,
};

/// Who asks for a token.
enum Asker {
    Person(Caller),
    Deploy(DeployToken),
    Nobody,
}

/// Issues a token with what the caller may do to the repositories asked for. GitLab: what is not
/// allowed is left out, not refused.
pub(super) async fn issue(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let scopes: Vec<String> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(key, _)| key == "scope")
        .flat_map(|(_, value)| value.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let grants = app.read(|state| {
        let asker = asker(state, &headers)?;
        if matches!(asker, Asker::Nobody) {
            return Err(StatusCode::FORBIDDEN);
        }
        let found = scopes.iter().filter_map(|scope| grant(state, &asker, scope)).collect();
        Ok::<Vec<Grant>, StatusCode>(found)
    });
    let grants = match grants {
        Ok(grants) => grants,
        Err(status) => return denied(status),
    };
    let now = app.config.clock.now();
    let access: Vec<Value> = grants.iter().map(describe).collect();
    let mut issued = app.issued.lock().unwrap_or_else(PoisonError::into_inner);
    let token = issued.add(app.config.seed, now + app.config.registry_token_life, grants);
    let life = app.config.registry_token_life.as_secs();
    // `access` is what a real token holds inside; it is shown so that tests can look at it.
    Json(json!({"token": token, "expires_in": life, "issued_at": stamp(now), "access": access}))
        .into_response()
}

fn denied(status: StatusCode) -> Response {
    let message = if status == StatusCode::UNAUTHORIZED {
        "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you're required to use a token instead of a password."
    } else {
        "access forbidden"
    };
    let code = if status == StatusCode::UNAUTHORIZED { "UNAUTHORIZED" } else { "DENIED" };
    (status, Json(json!({"errors": [{"code": code, "message": message}]}))).into_response()
}

/// Basic authentication: the password is a token, or belongs to a deploy token.
fn asker(state: &Server, headers: &HeaderMap) -> Result<Asker, StatusCode> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(Asker::Nobody);
    };
    let pair = value
        .to_str()
        .ok()
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|text| STANDARD.decode(text.trim()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((username, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
        return Err(StatusCode::UNAUTHORIZED);
    };
    if let Some(token) = state.deploy_token(username, secret) {
        return Ok(Asker::Deploy(token.clone()));
    }
    // GitLab: with a personal token the user name is not compared.
    caller_with(state, secret).map(Asker::Person).map_err(|_| StatusCode::UNAUTHORIZED)
}

/// `repository:<path>:<actions>`, reduced to what is allowed; `None` when nothing is.
fn grant(state: &Server, asker: &Asker, scope: &str) -> Option<Grant> {
    let (path, actions) = scope.strip_prefix("repository:")?.rsplit_once(':')?;
    let project = state.project_of_path(path)?;
    if project.registry_access == RegistryAccess::Disabled {
        return None;
    }
    let asked: Vec<Access> = actions
        .split(',')
        .flat_map(|action| match action {
            "pull" => vec![Access::Pull],
            "push" => vec![Access::Push],
            "delete" => vec![Access::Delete],
            // GitLab: `*` expands to everything, and is granted to those who may administer.
            "*" => vec![Access::Pull, Access::Push, Access::Delete],
            _ => Vec::new(),
        })
        .collect();
    let actions: Vec<Access> =
        asked.into_iter().filter(|action| may(state, asker, project, path, *action)).collect();
    if actions.is_empty() {
        return None;
    }
    let changes = actions.iter().any(|action| *action != Access::Pull);
    let deny = |action: Access, level: fn(TagEffect) -> Option<MinimumRole>| {
        if actions.contains(&action) { denied_patterns(state, asker, project, level) } else { Vec::new() }
    };
    Some(Grant {
        repository: path.to_owned(),
        deny_push: deny(Access::Push, TagEffect::push),
        deny_delete: deny(Access::Delete, TagEffect::delete),
        // GitLab: immutable patterns come with every caller's token.
        immutable: if changes { immutable_patterns(state, project) } else { Vec::new() },
        actions,
    })
}

/// Whether the asker may do this here. GitLab: pull from Reporter, push from Developer
/// (`create_container_image`), delete from Maintainer (`admin_container_image`).
fn may(state: &Server, asker: &Asker, project: &Project, path: &str, action: Access) -> bool {
    // GitLab: the registry of an archived project is read-only.
    if project.archived && action != Access::Pull {
        return false;
    }
    match asker {
        Asker::Nobody => false,
        Asker::Deploy(token) => {
            token.project == project.id
                && match action {
                    Access::Pull => true,
                    Access::Push => token.write && !push_held_back(project, path, None),
                    Access::Delete => false,
                }
        }
        Asker::Person(caller) => {
            let role = caller.role(state, project);
            let least = match action {
                Access::Pull => Role::Reporter,
                Access::Push => Role::Developer,
                Access::Delete => Role::Maintainer,
            };
            let scope = match action {
                Access::Pull => {
                    caller.has(Scope::Api)
                        || caller.has(Scope::ReadRegistry)
                        || caller.has(Scope::WriteRegistry)
                }
                Access::Push => caller.has(Scope::Api) || caller.has(Scope::WriteRegistry),
                Access::Delete => caller.has(Scope::Api),
            };
            let free = action != Access::Push || !push_held_back(project, path, role);
            scope && role >= Some(least) && free
        }
    }
}

/// GitLab: `repository_path_push_protected?`; administrators bypass repository rules.
fn push_held_back(project: &Project, path: &str, role: Option<Role>) -> bool {
    if role == Some(Role::Admin) {
        return false;
    }
    let level = role.map_or(0, Role::level);
    project
        .repository_rules
        .iter()
        .any(|rule| rule.levels.push().is_some_and(|least| least.level() > level) && rule.matches(path))
}

/// GitLab: the patterns of protected rules above the caller's level; none for administrators, and
/// none for deploy tokens, which are no user.
fn denied_patterns(
    state: &Server,
    asker: &Asker,
    project: &Project,
    level: fn(TagEffect) -> Option<MinimumRole>,
) -> Vec<String> {
    let Asker::Person(caller) = asker else {
        return Vec::new();
    };
    let Some(role) = caller.role(state, project).filter(|role| *role != Role::Admin) else {
        return Vec::new();
    };
    project
        .tag_rules
        .iter()
        .filter(|rule| level(rule.effect).is_some_and(|least| least.level() > role.level()))
        .map(|rule| rule.pattern.clone())
        .collect()
}

/// The access entry as a real token would hold it.
fn describe(grant: &Grant) -> Value {
    let granted = |action: Access| grant.actions.contains(&action);
    let mut deny = Map::new();
    if granted(Access::Push) {
        deny.insert("push".to_owned(), json!(grant.deny_push));
    }
    if granted(Access::Delete) {
        deny.insert("delete".to_owned(), json!(grant.deny_delete));
    }
    let words: Vec<&str> = grant
        .actions
        .iter()
        .map(|action| match action {
            Access::Pull => "pull",
            Access::Push => "push",
            Access::Delete => "delete",
        })
        .collect();
    json!({
        "type": "repository",
        "name": grant.repository,
        "actions": words,
        "meta": {
            "tag_deny_access_patterns": deny,
            "tag_immutable_patterns": grant.immutable,
        },
    })
}
