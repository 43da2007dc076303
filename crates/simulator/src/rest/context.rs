//! What most handlers begin with: who calls, and which project is meant.

use axum::http::HeaderMap;

use super::error::ApiError;
use crate::auth::{Caller, authenticate};
use crate::services::may_administer;
use crate::state::{Project, ProjectId, RegistryAccess, Role, RuleId, State};

/// The caller, whose token may read the API.
pub(super) fn reader(state: &State, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let caller = authenticate(state, headers).map_err(ApiError::Token)?;
    if caller.may_read_api() { Ok(caller) } else { Err(ApiError::Scope) }
}

/// The caller, whose token may change things through the API.
pub(super) fn writer(state: &State, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let caller = authenticate(state, headers).map_err(ApiError::Token)?;
    if caller.may_write_api() { Ok(caller) } else { Err(ApiError::Scope) }
}

/// The project of that number or path, if the caller may know of it, and the caller's role.
pub(super) fn project<'a>(
    state: &'a State,
    caller: &Caller,
    id: &str,
) -> Result<(&'a Project, Role), ApiError> {
    let missing = ApiError::NotFound("Project");
    let number = id.parse().map(ProjectId).ok();
    let found = number
        .or_else(|| state.project_id(id))
        .and_then(|id| state.project(id))
        .ok_or_else(|| missing.clone())?;
    // All projects here are private: strangers are told that there is none.
    let role = caller.role(state, found).ok_or(missing)?;
    Ok((found, role))
}

/// [`project`], for callers of at least `least`.
pub(super) fn project_for<'a>(
    state: &'a State,
    caller: &Caller,
    id: &str,
    least: Role,
) -> Result<(&'a Project, Role), ApiError> {
    let (project, role) = project(state, caller, id)?;
    if role < least { Err(ApiError::Forbidden) } else { Ok((project, role)) }
}

/// The project, if the caller may administer its registry. GitLab: `admin_container_image`.
pub(super) fn administered_registry<'a>(
    state: &'a State,
    caller: &Caller,
    id: &str,
) -> Result<(&'a Project, Role), ApiError> {
    let (project, role) = project(state, caller, id)?;
    if may_administer(project, Some(role)) { Ok((project, role)) } else { Err(ApiError::Forbidden) }
}

/// The project, if the caller may read its registry. GitLab: `read_container_image`, Reporter or
/// higher in a private project; a disabled registry is forbidden to everyone.
pub(super) fn readable_registry<'a>(
    state: &'a State,
    caller: &Caller,
    id: &str,
) -> Result<(&'a Project, Role), ApiError> {
    let (project, role) = project_for(state, caller, id, Role::Reporter)?;
    if project.registry_access == RegistryAccess::Disabled {
        return Err(ApiError::Forbidden);
    }
    Ok((project, role))
}

/// A rule's number from the path. GitLab: `protection_rule_id` is an Integer.
pub(super) fn rule_id(text: &str) -> Result<RuleId, ApiError> {
    text.parse().map(RuleId).map_err(|_| ApiError::Param("protection_rule_id is invalid".to_owned()))
}
