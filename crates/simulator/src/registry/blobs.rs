//! Blobs: enough of them that an image can be pushed and pulled back.

use axum::body::Bytes;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use super::error::RegistryError;
use crate::content::Keeps;
use crate::state::Digest;

const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
const UPLOAD_UUID: HeaderName = HeaderName::from_static("docker-upload-uuid");

/// `GET` and `HEAD` of a blob.
pub(crate) fn get(app: &impl Keeps, digest: &Digest) -> Result<Response, RegistryError> {
    let unknown = || RegistryError::BlobUnknown { digest: digest.to_string() };
    let bytes = app.contents(|kept| kept.blobs.get(digest).cloned()).ok_or_else(unknown)?;
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_DIGEST, digest.to_string())];
    Ok((headers, bytes).into_response())
}

/// An upload: `POST` begins it, `PATCH` adds to it, `PUT` ends it, `DELETE` gives it up.
pub(crate) fn upload(
    app: &impl Keeps,
    method: &Method,
    repository: &str,
    id: Option<&str>,
    query: &dyn Fn(&str) -> Option<String>,
    body: Bytes,
) -> Result<Response, RegistryError> {
    match (method, id) {
        (&Method::POST, None) => {
            if let Some(digest) = query("mount").as_deref().and_then(Digest::parse)
                && app.contents(|kept| kept.blobs.contains_key(&digest))
            {
                return Ok(stored(repository, &digest));
            }
            if let Some(told) = query("digest") {
                return store(app, repository, &told, body);
            }
            let id = app.contents(|kept| kept.begin_upload());
            Ok(progress(repository, &id, 0))
        }
        (&Method::PATCH, Some(id)) => {
            let length =
                app.contents(|kept| kept.continue_upload(id, &body)).ok_or(RegistryError::UploadUnknown)?;
            Ok(progress(repository, id, length))
        }
        (&Method::PUT, Some(id)) => {
            let length = app.contents(|kept| kept.continue_upload(id, &body));
            length.ok_or(RegistryError::UploadUnknown)?;
            let whole = app.contents(|kept| kept.end_upload(id)).ok_or(RegistryError::UploadUnknown)?;
            let told = query("digest").ok_or(RegistryError::DigestInvalid)?;
            store(app, repository, &told, whole)
        }
        (&Method::GET, Some(id)) => {
            let length = app.contents(|kept| kept.continue_upload(id, &[]));
            Ok(progress(repository, id, length.ok_or(RegistryError::UploadUnknown)?))
        }
        (&Method::DELETE, Some(id)) => {
            app.contents(|kept| kept.end_upload(id)).ok_or(RegistryError::UploadUnknown)?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Err(RegistryError::Unsupported),
    }
}

fn store(app: &impl Keeps, repository: &str, told: &str, body: Bytes) -> Result<Response, RegistryError> {
    let digest = Digest(Sha256::digest(&body).into());
    if Digest::parse(told) != Some(digest) {
        return Err(RegistryError::DigestInvalid);
    }
    app.contents(|kept| kept.blobs.insert(digest, body));
    Ok(stored(repository, &digest))
}

fn stored(repository: &str, digest: &Digest) -> Response {
    let location = format!("/v2/{repository}/blobs/{digest}");
    let headers = [(header::LOCATION, location), (CONTENT_DIGEST, digest.to_string())];
    (StatusCode::CREATED, headers).into_response()
}

fn progress(repository: &str, id: &str, length: usize) -> Response {
    let headers = [
        (header::LOCATION, format!("/v2/{repository}/blobs/uploads/{id}")),
        (header::RANGE, format!("0-{}", length.saturating_sub(1))),
        (UPLOAD_UUID, id.to_owned()),
    ];
    (StatusCode::ACCEPTED, headers).into_response()
}
