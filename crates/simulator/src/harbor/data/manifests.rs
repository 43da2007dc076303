//! Manifests, where immutability is enforced.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::content::Manifest;
use crate::harbor::api::remove_artifact;
use crate::harbor::error::HarborError;
use crate::harbor::matching::{ProjectRules, parse_repository};
use crate::harbor::server::Shared;
use crate::harbor::state::{Pushed, State};
use crate::registry::manifests::{CONTENT_DIGEST, OCI_MANIFEST, size_of, stand_in};
use crate::registry::name::Reference;
use crate::state::Digest;

fn text(reference: &Reference) -> String {
    match reference {
        Reference::Tag(name) => name.clone(),
        Reference::Digest(digest) => digest.to_string(),
    }
}

/// `GET` and `HEAD` of a manifest. What has only a digest gets a stand-in, whose digest is another.
pub(super) fn get(
    app: &Shared,
    method: &Method,
    repository: &str,
    reference: &Reference,
) -> Result<Response, HarborError> {
    let wanted = text(reference);
    let missing = || {
        let mark = if wanted.contains(':') { '@' } else { ':' };
        HarborError::not_found(format!("artifact {repository}{mark}{wanted} not found"))
    };
    app.write(|state| {
        let found = state.repository_at(repository).and_then(|found| found.resolve(&wanted));
        let digest = found.ok_or_else(missing)?.digest;
        let manifest = state.contents.manifests.get(&digest).cloned().unwrap_or_else(|| stand_in(&digest));
        if method == Method::GET {
            state.pulled(repository, &digest);
        }
        let headers = [(header::CONTENT_TYPE, manifest.media_type), (CONTENT_DIGEST, digest.to_string())];
        Ok((headers, manifest.bytes).into_response())
    })
}

/// Harbor: a tag that is there and immutable is not written again, not even with the same digest; one
/// that is new is. A push by digest is not asked about.
fn before_push(state: &State, repository: &str, tag: &str) -> Result<(), HarborError> {
    let Some(found) = state.repository_at(repository).filter(|found| found.tag(tag).is_some()) else {
        return Ok(());
    };
    if !ProjectRules::of(state, found.project).immutable(repository, tag) {
        return Ok(());
    }
    let below = parse_repository(repository).1;
    let message = format!("Failed to process request due to '{below}:{tag}' configured as immutable.");
    Err(HarborError::precondition(message))
}

/// `PUT` of a manifest.
pub(super) fn put(
    app: &Shared,
    repository: &str,
    reference: &Reference,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, HarborError> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or(OCI_MANIFEST)
        .to_owned();
    app.write(|state| {
        if let Reference::Tag(tag) = reference {
            before_push(state, repository, tag)?;
        }
        let content: Value =
            serde_json::from_slice(&body).map_err(|_| HarborError::manifest_invalid("manifest invalid"))?;
        let digest = Digest(Sha256::digest(&body).into());
        if let Reference::Digest(told) = reference
            && *told != digest
        {
            return Err(HarborError::digest_invalid("provided digest did not match uploaded content"));
        }
        let pushed = Pushed {
            digest,
            media_type: media_type.clone(),
            size: size_of(&content),
            children: children(&content),
            subject: subject(&content).or_else(|| signed(state, repository, reference)),
            at: state.now(),
        };
        let at = pushed.at;
        let id = state.push(repository, pushed).ok_or_else(HarborError::internal)?;
        if let Reference::Tag(tag) = reference {
            state.ensure_tag(repository, tag, id, at);
        }
        state.contents.manifests.insert(digest, Manifest { media_type, bytes: body });
        let location = format!("/v2/{repository}/manifests/{digest}");
        let headers = [(header::LOCATION, location), (CONTENT_DIGEST, digest.to_string())];
        Ok((StatusCode::CREATED, headers).into_response())
    })
}

/// What an index refers to.
fn children(content: &Value) -> Vec<Digest> {
    let entries = content.get("manifests").and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(|entry| Digest::parse(entry.get("digest")?.as_str()?)).collect()
}

/// What the manifest itself says it is attached to.
fn subject(content: &Value) -> Option<Digest> {
    Digest::parse(content.get("subject")?.get("digest")?.as_str()?)
}

/// What cosign signs by a tag made of its digest. Harbor: `src/server/middleware/cosign/cosign.go`, only
/// where there is such an image.
fn signed(state: &State, repository: &str, reference: &Reference) -> Option<Digest> {
    let Reference::Tag(tag) = reference else { return None };
    let hex = tag.strip_prefix("sha256-")?.strip_suffix(".sig")?;
    let digest = Digest::parse(&format!("sha256:{hex}"))?;
    state.repository_at(repository)?.artifact_at(&digest).map(|artifact| artifact.digest)
}

/// `DELETE` by digest. Harbor: tags are not deleted here.
pub(super) fn delete(app: &Shared, repository: &str, reference: &Reference) -> Result<Response, HarborError> {
    match reference {
        Reference::Tag(tag) => {
            Err(HarborError::unsupported(format!("unsupported digest {tag}: invalid checksum digest format")))
        }
        Reference::Digest(digest) => app.write(|state| {
            remove_artifact(state, repository, &digest.to_string())?;
            Ok(StatusCode::ACCEPTED.into_response())
        }),
    }
}
