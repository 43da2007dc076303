//! Copying an artifact from one repository to another.

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

use super::call::Call;
use super::paths::{Named, no_artifact, project, repository_name};
use crate::harbor::error::HarborError;
use crate::harbor::matching::{ProjectRules, parse_repository};
use crate::harbor::rbac::{CREATE_ARTIFACT, READ_ARTIFACT};
use crate::harbor::server::App;
use crate::harbor::state::{Artifact, Pushed, State};

/// `POST …/artifacts?from=project/repository@digest`. Harbor: all tags of the source come along.
pub(super) async fn copy(
    Extract(app): Extract<App>,
    Path((project_name, once)): Path<(String, String)>,
    call: Call,
) -> Result<Response, HarborError> {
    let target = repository_name(&call, &project_name, &once)?;
    let from = call.text("from").unwrap_or_default();
    let (source, reference) = from
        .split_once('@')
        .or_else(|| from.rsplit_once(':'))
        .ok_or_else(|| HarborError::bad_request(format!("invalid input: {from}")))?;
    app.write(|state| {
        project(state, &call, &Named::Name(&project_name), CREATE_ARTIFACT)?;
        project(state, &call, &Named::Name(parse_repository(source).0), READ_ARTIFACT)?;
        let artifact = state
            .repository_at(source)
            .and_then(|found| found.resolve(reference))
            .ok_or_else(|| no_artifact(source, reference))?;
        let tags = state.repository_at(source).map(|found| found.tags_newest_first(artifact));
        let tags: Vec<String> = tags.into_iter().flatten().map(str::to_owned).collect();
        let pushed = again(artifact, state.now());
        let children: Vec<Pushed> = pushed
            .children
            .iter()
            .filter_map(|child| state.repository_at(source)?.artifact_at(child))
            .map(|child| again(child, pushed.at))
            .collect();
        ensure_movable(state, &target, &pushed, &tags)?;
        let at = pushed.at;
        for child in children {
            state.push(&target, child);
        }
        let id = state.push(&target, pushed).ok_or_else(HarborError::internal)?;
        for tag in &tags {
            state.ensure_tag(&target, tag, id, at);
        }
        let location = format!("{}/{reference}", call.path);
        Ok((StatusCode::CREATED, [(header::LOCATION, location)]).into_response())
    })
}

/// What is pushed when an artifact is copied. Harbor: of an index's parts the names stay behind.
fn again(artifact: &Artifact, at: OffsetDateTime) -> Pushed {
    Pushed {
        digest: artifact.digest,
        media_type: artifact.media_type.clone(),
        size: artifact.size,
        children: artifact.children.clone(),
        subject: artifact.subject,
        at,
    }
}

/// Harbor: a tag that points elsewhere and is immutable ends the whole transaction.
fn ensure_movable(state: &State, target: &str, pushed: &Pushed, tags: &[String]) -> Result<(), HarborError> {
    let Some(found) = state.repository_at(target) else {
        return Ok(());
    };
    let rules = ProjectRules::of(state, found.project);
    let same = found.artifact_at(&pushed.digest).map(|artifact| artifact.id);
    for tag in tags {
        let moves = found.tag(tag).is_some_and(|row| Some(row.artifact) != same);
        if moves && rules.immutable(target, tag) {
            let message = format!("the tag {tag} configured as immutable, cannot be updated");
            return Err(HarborError::precondition(message));
        }
    }
    Ok(())
}
