//! Who may do what in a project, for the resources that are served here.

use super::error::HarborError;
use super::security::Caller;
use super::state::{Project, Role, State};

/// A resource and what is done with it.
pub(crate) type Permission = (&'static str, &'static str);

pub(crate) const READ_PROJECT: Permission = ("project", "read");
pub(crate) const LIST_REPOSITORIES: Permission = ("repository", "list");
pub(crate) const READ_REPOSITORY: Permission = ("repository", "read");
pub(crate) const DELETE_REPOSITORY: Permission = ("repository", "delete");
pub(crate) const PULL: Permission = ("repository", "pull");
pub(crate) const PUSH: Permission = ("repository", "push");
pub(crate) const LIST_ARTIFACTS: Permission = ("artifact", "list");
pub(crate) const READ_ARTIFACT: Permission = ("artifact", "read");
pub(crate) const CREATE_ARTIFACT: Permission = ("artifact", "create");
pub(crate) const DELETE_ARTIFACT: Permission = ("artifact", "delete");
pub(crate) const LIST_TAGS: Permission = ("tag", "list");
pub(crate) const CREATE_TAG: Permission = ("tag", "create");
pub(crate) const DELETE_TAG: Permission = ("tag", "delete");
pub(crate) const LIST_RULES: Permission = ("immutable-tag", "list");
pub(crate) const CREATE_RULE: Permission = ("immutable-tag", "create");
pub(crate) const UPDATE_RULE: Permission = ("immutable-tag", "update");
pub(crate) const DELETE_RULE: Permission = ("immutable-tag", "delete");
pub(crate) const READ_RETENTION: Permission = ("tag-retention", "read");

impl Caller {
    /// Whether the caller may do this in that project.
    pub(crate) fn may(self, state: &State, project: &Project, permission: Permission) -> bool {
        if self.is_sysadmin(state) || (project.is_public() && public(permission)) {
            return true;
        }
        match self {
            Self::Nobody => false,
            Self::User(id) => project.members.get(&id).is_some_and(|role| role_may(*role, permission)),
            Self::Robot(id) => state.robot(id).is_some_and(|robot| {
                let here = |namespace: &str| namespace == "*" || namespace == project.name;
                robot.grants.iter().filter(|grant| here(&grant.namespace)).any(|grant| {
                    let (resource, wanted) = permission;
                    grant
                        .access
                        .iter()
                        .any(|(of, action)| of == resource && (action == wanted || action == "*"))
                })
            }),
        }
    }

    /// Harbor: anonymous callers are told to sign in, all others that they may not.
    pub(crate) fn refusal(self) -> HarborError {
        if self.is_authenticated() { HarborError::forbidden() } else { HarborError::unauthorized() }
    }
}

/// What everybody may do in a public project.
fn public(permission: Permission) -> bool {
    matches!(
        permission,
        READ_PROJECT
            | LIST_REPOSITORIES
            | READ_REPOSITORY
            | PULL
            | LIST_ARTIFACTS
            | READ_ARTIFACT
            | LIST_TAGS
    )
}

/// Harbor: `rolePoliciesMap`.
fn role_may(role: Role, permission: Permission) -> bool {
    match role {
        // For what is served here the two are the same.
        Role::ProjectAdmin | Role::Maintainer => true,
        Role::Developer => {
            matches!(permission, PUSH | CREATE_ARTIFACT | CREATE_TAG | READ_RETENTION) || public(permission)
        }
        Role::Guest => public(permission),
        Role::LimitedGuest => permission != READ_REPOSITORY && public(permission),
    }
}
