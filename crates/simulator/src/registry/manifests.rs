//! Manifests and the list of tags.

use axum::Json;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::enforce;
use super::error::RegistryError;
use super::name::Reference;
use super::token::Grant;
use crate::content::Manifest;
use crate::server::Shared;
use crate::state::{Digest, Repository, State, Tag};

pub(crate) const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// The media type of images that nobody pushed here.
pub(crate) const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// GitLab: tags in one answer, and at most.
const TAGS_PER_PAGE: usize = 100;
const MOST_TAGS: usize = 1000;

fn find<'a>(state: &'a State, path: &str) -> Result<&'a Repository, RegistryError> {
    state.repository_at(path).ok_or_else(|| RegistryError::NameUnknown { name: path.to_owned() })
}

/// `GET tags/list` with `n` and `last`.
pub(super) fn list(
    app: &Shared,
    path: &str,
    query: &dyn Fn(&str) -> Option<String>,
) -> Result<Response, RegistryError> {
    let size = match query("n") {
        None => TAGS_PER_PAGE,
        Some(text) => match text.parse() {
            Ok(number) if number > 0 => MOST_TAGS.min(number),
            _ => return Err(RegistryError::PaginationNumberInvalid),
        },
    };
    app.read(|state| {
        let tags = find(state, path)?.tags();
        let start = query("last").map_or(0, |last| tags.after(&last));
        let end = (start + size).min(tags.len());
        let shown = tags.as_slice().get(start..end).unwrap_or_default();
        let names: Vec<&str> = shown.iter().map(|tag| &*tag.name).collect();
        let next = names.last().filter(|_| end < tags.len()).map(|last| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("last", last)
                .append_pair("n", &size.to_string())
                .finish();
            format!("</v2/{path}/tags/list?{query}>; rel=\"next\"")
        });
        let mut response = Json(json!({"name": path, "tags": names})).into_response();
        if let Some(link) = next.and_then(|link| link.parse().ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    })
}

/// `GET` and `HEAD` of a manifest. An image from a seed has a stand-in for its content, whose digest is
/// not the one that is told; what was pushed comes back byte for byte.
pub(super) fn get(app: &Shared, path: &str, reference: &Reference) -> Result<Response, RegistryError> {
    app.read(|state| {
        let repository = find(state, path)?;
        let digest = match reference {
            Reference::Tag(name) => repository.tags().get(name).map(|tag| tag.digest),
            Reference::Digest(digest) => Some(*digest).filter(|digest| knows(state, repository, digest)),
        };
        let digest = digest.ok_or_else(|| unknown(reference))?;
        let manifest = state.contents.manifests.get(&digest).cloned().unwrap_or_else(|| stand_in(&digest));
        let headers = [(header::CONTENT_TYPE, manifest.media_type), (CONTENT_DIGEST, digest.to_string())];
        Ok((headers, manifest.bytes).into_response())
    })
}

fn knows(state: &State, repository: &Repository, digest: &Digest) -> bool {
    state.contents.manifests.contains_key(digest)
        || repository.tags().as_slice().iter().any(|tag| tag.digest == *digest)
}

fn unknown(reference: &Reference) -> RegistryError {
    let reference = match reference {
        Reference::Tag(name) => name.clone(),
        Reference::Digest(digest) => digest.to_string(),
    };
    RegistryError::ManifestUnknown { reference }
}

pub(crate) fn stand_in(digest: &Digest) -> Manifest {
    let descriptor = |media_type: &str, size: u64| json!({"mediaType": media_type, "digest": digest.to_string(), "size": size});
    let body = json!({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor("application/vnd.oci.image.config.v1+json", 1024),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar+gzip", 1_048_576)],
    });
    Manifest { media_type: OCI_MANIFEST.to_owned(), bytes: body.to_string().into() }
}

/// `PUT` of a manifest.
pub(super) fn put(
    app: &Shared,
    grant: &Grant,
    path: &str,
    reference: &Reference,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, RegistryError> {
    let content: Value = serde_json::from_slice(&body).map_err(|_| RegistryError::ManifestInvalid)?;
    let digest = Digest(Sha256::digest(&body).into());
    if let Reference::Digest(told) = reference
        && *told != digest
    {
        return Err(RegistryError::DigestInvalid);
    }
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or(OCI_MANIFEST)
        .to_owned();
    app.write(|state| {
        if let Reference::Tag(name) = reference {
            enforce::before_push(grant, name)?;
            let exists = state.repository_at(path).is_some_and(|found| found.tags().get(name).is_some());
            if exists {
                enforce::before_overwrite(grant, name)?;
            }
            write_tag(state, path, name, digest, size_of(&content))?;
        }
        state.contents.manifests.insert(digest, Manifest { media_type, bytes: body });
        let location = format!("/v2/{path}/manifests/{digest}");
        let headers = [(header::LOCATION, location), (CONTENT_DIGEST, digest.to_string())];
        Ok((StatusCode::CREATED, headers).into_response())
    })
}

/// Bytes of all layers, as the manifest tells them.
pub(crate) fn size_of(content: &Value) -> u64 {
    let layers = content.get("layers").and_then(Value::as_array);
    layers.into_iter().flatten().filter_map(|layer| layer.get("size")?.as_u64()).sum()
}

/// Writes the tag, and the repository with it if it is new.
fn write_tag(
    state: &mut State,
    path: &str,
    name: &str,
    digest: Digest,
    size: u64,
) -> Result<(), RegistryError> {
    let missing = || RegistryError::NameUnknown { name: path.to_owned() };
    let now = state.now();
    let project = state.project_of_path(path).ok_or_else(missing)?;
    let below = path.strip_prefix(project.full_path.as_str()).unwrap_or_default();
    let (project, below) = (project.id, below.trim_start_matches('/').to_owned());
    let id = state.create_repository(project, &below).ok_or_else(missing)?;
    let repository = state.repository_mut(id).ok_or_else(missing)?;
    let now_seconds = now.unix_timestamp();
    repository.edit_tags(|tags| {
        let created_at = match tags.get(name) {
            Some(old) if old.digest == digest => old.created_at,
            _ => now_seconds,
        };
        tags.put(Tag { name: name.into(), digest, created_at, published_at: now_seconds, size })
    });
    if let Some(project) = state.project_mut(project) {
        project.last_activity_at = now;
    }
    Ok(())
}

/// `DELETE` of a tag or of a manifest by digest.
pub(super) fn delete(
    app: &Shared,
    grant: &Grant,
    path: &str,
    reference: &Reference,
) -> Result<Response, RegistryError> {
    app.write(|state| {
        match reference {
            Reference::Tag(name) => {
                enforce::before_tag_delete(grant, name)?;
                let id = find(state, path)?.id;
                let removed = state
                    .repository_mut(id)
                    .is_some_and(|repository| repository.edit_tags(|tags| tags.remove(name)));
                if !removed {
                    return Err(unknown(reference));
                }
            }
            Reference::Digest(digest) => {
                enforce::before_manifest_delete(grant, &digest.to_string())?;
                let repository = find(state, path)?;
                if !knows(state, repository, digest) {
                    return Err(unknown(reference));
                }
                let id = repository.id;
                if let Some(repository) = state.repository_mut(id) {
                    repository.edit_tags(|tags| tags.retain(|tag| tag.digest != *digest));
                }
                state.contents.manifests.remove(digest);
            }
        }
        Ok(StatusCode::ACCEPTED.into_response())
    })
}
