//! Deleting tags, artifacts and repositories, which rules can refuse.

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;

use super::call::Call;
use super::paths::{no_artifact, repository as find};
use crate::harbor::error::HarborError;
use crate::harbor::matching::ProjectRules;
use crate::harbor::rbac::{DELETE_ARTIFACT, DELETE_REPOSITORY, DELETE_TAG};
use crate::harbor::server::App;
use crate::harbor::state::{Held, State};

/// Harbor: the tag controller's words.
fn refused(tag: &str) -> HarborError {
    HarborError::precondition(format!("the tag {tag} configured as immutable, cannot be deleted"))
}

/// `DELETE …/artifacts/{reference}/tags/{tag}`
pub(super) async fn tag(
    Extract(app): Extract<App>,
    Path((project, once, reference, tag)): Path<(String, String, String, String)>,
    call: Call,
) -> Result<StatusCode, HarborError> {
    app.write(|state| {
        let found = find(state, &call, (&project, &once), DELETE_TAG)?;
        let artifact = found.resolve(&reference).ok_or_else(|| no_artifact(&found.name, &reference))?.id;
        if found.tag(&tag).is_none_or(|row| row.artifact != artifact) {
            let message = format!("tag {tag} attached to artifact {} not found", artifact.0);
            return Err(HarborError::not_found(message));
        }
        if ProjectRules::of(state, found.project).immutable(&found.name, &tag) {
            return Err(refused(&tag));
        }
        let name = found.name.clone();
        state.remove_tag(&name, &tag);
        Ok(StatusCode::OK)
    })
}

/// `DELETE …/artifacts/{reference}`
pub(super) async fn artifact(
    Extract(app): Extract<App>,
    Path((project, once, reference)): Path<(String, String, String)>,
    call: Call,
) -> Result<StatusCode, HarborError> {
    app.write(|state| {
        let name = find(state, &call, (&project, &once), DELETE_ARTIFACT)?.name.clone();
        remove_artifact(state, &name, &reference)?;
        Ok(StatusCode::OK)
    })
}

/// Removes an artifact with all its tags, or nothing at all when one of them is immutable.
pub(crate) fn remove_artifact(
    state: &mut State,
    repository: &str,
    reference: &str,
) -> Result<(), HarborError> {
    let found = state.repository_at(repository).ok_or_else(|| no_artifact(repository, reference))?;
    let artifact = found.resolve(reference).ok_or_else(|| no_artifact(repository, reference))?;
    let rules = ProjectRules::of(state, found.project);
    let id = artifact.id;
    state.delete_artifact(repository, id, &|tag| rules.immutable(repository, tag)).map_err(held)
}

fn held(held: Held) -> HarborError {
    match held {
        Held::ByIndex => HarborError::referenced("the deleting artifact is referenced by others"),
        Held::ByTag(tag) => refused(&tag),
    }
}

/// `DELETE /projects/{project_name}/repositories/{repository_name}`. Harbor: one immutable tag holds
/// the whole repository.
pub(super) async fn repository(
    Extract(app): Extract<App>,
    Path((project, once)): Path<(String, String)>,
    call: Call,
) -> Result<StatusCode, HarborError> {
    app.write(|state| {
        let found = find(state, &call, (&project, &once), DELETE_REPOSITORY)?;
        let rules = ProjectRules::of(state, found.project);
        let name = found.name.clone();
        state.delete_repository(&name, &|tag| rules.immutable(&name, tag)).map_err(held)?;
        Ok(StatusCode::OK)
    })
}
