//! What paths mean: projects by number or name, repositories with slashes.

use percent_encoding::percent_decode_str;

use super::call::Call;
use crate::harbor::error::HarborError;
use crate::harbor::rbac::Permission;
use crate::harbor::state::{Project, Repository, State};
use crate::state::ProjectId;

/// A project as a path names it.
#[derive(Clone, Debug)]
pub(super) enum Named<'a> {
    Number(ProjectId),
    Name(&'a str),
}

impl<'a> Named<'a> {
    /// Harbor: digits are a number, unless a header says otherwise.
    pub(super) fn read(call: &Call, text: &'a str) -> Self {
        match text.parse() {
            Ok(number) if !call.by_name => Self::Number(ProjectId(number)),
            _ => Self::Name(text),
        }
    }

    fn find<'s>(&self, state: &'s State) -> Option<&'s Project> {
        match self {
            Self::Number(id) => state.project(*id),
            Self::Name(name) => state.project_named(name),
        }
    }
}

/// The project, if the caller may do this there. Harbor: only an administrator is told that there is
/// no such project.
pub(super) fn project<'s>(
    state: &'s State,
    call: &Call,
    named: &Named<'_>,
    permission: Permission,
) -> Result<&'s Project, HarborError> {
    match named.find(state) {
        Some(project) if call.caller.may(state, project, permission) => Ok(project),
        None if call.caller.is_sysadmin(state) => Err(HarborError::not_found(match named {
            Named::Number(id) => format!("project {id} not found"),
            Named::Name(name) => format!("project {name} not found"),
        })),
        _ => Err(call.caller.refusal()),
    }
}

/// A repository's whole name. The router has decoded the path once; Harbor unescapes what is left once
/// more, and a slash that shows before belongs to the path and leads nowhere.
pub(super) fn repository_name(call: &Call, project: &str, once: &str) -> Result<String, HarborError> {
    if once.contains('/') {
        return Err(HarborError::not_found(format!("path {} was not found", call.path)));
    }
    let name = percent_decode_str(once).decode_utf8_lossy();
    Ok(format!("{project}/{name}"))
}

/// The repository, if the caller may do this in the project. Harbor: here projects go by name only.
pub(super) fn repository<'s>(
    state: &'s State,
    call: &Call,
    (project_name, once): (&str, &str),
    permission: Permission,
) -> Result<&'s Repository, HarborError> {
    let name = repository_name(call, project_name, once)?;
    project(state, call, &Named::Name(project_name), permission)?;
    state.repository_at(&name).ok_or_else(|| HarborError::not_found(format!("repository {name} not found")))
}

/// Harbor: what is said of an artifact that is not there.
pub(super) fn no_artifact(repository: &str, reference: &str) -> HarborError {
    let mark = if reference.contains(':') { '@' } else { ':' };
    HarborError::not_found(format!("artifact {repository}{mark}{reference} not found"))
}
