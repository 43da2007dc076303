//! Artifacts and tags as answers show them.

use serde_json::{Value, json};

use super::call::Call;
use crate::clock::stamp;
use crate::harbor::error::HarborError;
use crate::harbor::matching::ProjectRules;
use crate::harbor::server::Shared;
use crate::harbor::state::{Artifact, Repository, State, TagRow};
use crate::state::ProjectId;

/// Harbor: a time that never was.
const NEVER: &str = "0001-01-01T00:00:00.000Z";

/// What is shown of each artifact.
pub(super) struct Wish {
    tags: bool,
    immutable: bool,
    accessories: bool,
}

impl Wish {
    /// Reads `with_tag`, `with_immutable_status` and `with_accessory`.
    pub(super) fn read(call: &Call) -> Result<Self, HarborError> {
        Ok(Self {
            tags: call.flag("with_tag")?.unwrap_or(true),
            immutable: call.flag("with_immutable_status")?.unwrap_or(false),
            accessories: call.flag("with_accessory")?.unwrap_or(false),
        })
    }

    /// The rules, if anybody asks what they say. Harbor: without that, no tag is immutable.
    pub(super) fn rules(&self, state: &State, project: ProjectId) -> Option<ProjectRules> {
        self.immutable.then(|| ProjectRules::of(state, project))
    }
}

/// An artifact. Harbor: lists that hold nothing are null.
pub(super) fn artifact(
    app: &Shared,
    wish: &Wish,
    rules: Option<&ProjectRules>,
    repository: &Repository,
    artifact: &Artifact,
) -> Value {
    let index = !artifact.children.is_empty();
    let tags: Vec<Value> = repository
        .tags_newest_first(artifact)
        .into_iter()
        .filter(|_| wish.tags)
        .filter_map(|name| repository.tag(name).map(|row| tag(rules, repository, name, row)))
        .collect();
    let references: Vec<Value> = artifact
        .children
        .iter()
        .map(|digest| json!({"parent_id": artifact.id, "child_digest": digest.to_string()}))
        .collect();
    let attached = repository.accessories_of(&artifact.digest).filter(|_| wish.accessories);
    let accessories: Vec<Value> = attached.map(|accessory| self::accessory(artifact, accessory)).collect();
    let or_null = |list: Vec<Value>| if list.is_empty() { Value::Null } else { Value::Array(list) };
    json!({
        "id": artifact.id,
        "type": "IMAGE",
        "media_type": if index { artifact.media_type.as_str() } else { "application/vnd.oci.image.config.v1+json" },
        "manifest_media_type": artifact.media_type,
        "project_id": repository.project,
        "repository_id": repository.id,
        "repository_name": repository.name,
        "digest": artifact.digest.to_string(),
        "size": artifact.size,
        "icon": format!("sha256:{}", crate::seeds::rng::digest_from(app.config.seed, "icon").hex()),
        "push_time": stamp(artifact.push_time),
        "pull_time": artifact.pull_time.map_or_else(|| NEVER.to_owned(), stamp),
        "references": or_null(references),
        "tags": or_null(tags),
        "labels": null,
        "accessories": or_null(accessories),
    })
}

/// What is attached to an artifact. Harbor: its tags are not told here.
fn accessory(subject: &Artifact, accessory: &Artifact) -> Value {
    json!({
        "id": accessory.id,
        "artifact_id": accessory.id,
        "subject_artifact_id": subject.id,
        "subject_artifact_digest": subject.digest.to_string(),
        "size": accessory.size,
        "digest": accessory.digest.to_string(),
        "type": "signature.cosign",
        "creation_time": stamp(accessory.push_time),
    })
}

/// A tag. Harbor: `immutable` is always there, and false unless it was asked for.
pub(super) fn tag(rules: Option<&ProjectRules>, repository: &Repository, name: &str, row: &TagRow) -> Value {
    json!({
        "id": row.id,
        "repository_id": repository.id,
        "artifact_id": row.artifact,
        "name": name,
        "push_time": stamp(row.push_time),
        "pull_time": NEVER,
        "immutable": rules.is_some_and(|rules| rules.immutable(&repository.name, name)),
    })
}
