//! The registry's errors, as `{"errors":[{code, message, detail}]}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What the registry refuses with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RegistryError {
    /// No token, or one that does not reach that far.
    Unauthorized { challenge: String },
    /// GitLab: `ErrorCodeTagPatternCount`, more than five patterns in one token.
    PatternCount { count: usize },
    /// GitLab: `ErrorCodeInvalidTagProtectionPattern`, too long or not RE2.
    ProtectionPattern { pattern: String },
    /// GitLab: `ErrorCodeInvalidTagImmutabilityPattern`, too long or not RE2.
    ImmutabilityPattern { pattern: String },
    /// GitLab: `ErrorCodeProtectedTag`.
    ProtectedTag { tag: String },
    /// GitLab: `ErrorCodeImmutableTag`.
    ImmutableTag { tag: String },
    /// GitLab: `ErrorCodeProtectedManifest`.
    ProtectedManifest { digest: String },
    /// No such tag or digest.
    ManifestUnknown { reference: String },
    /// No such blob.
    BlobUnknown { digest: String },
    /// No such upload.
    UploadUnknown,
    /// No such repository.
    NameUnknown { name: String },
    /// The content has another digest.
    DigestInvalid,
    /// The content is not a manifest.
    ManifestInvalid,
    /// `n` is not a number.
    PaginationNumberInvalid,
    /// The path means nothing.
    NoRoute,
    /// The method means nothing here.
    Unsupported,
}

impl RegistryError {
    fn parts(&self) -> (StatusCode, &'static str, &'static str, Value) {
        let bad = StatusCode::BAD_REQUEST;
        let denied = StatusCode::UNAUTHORIZED;
        let missing = StatusCode::NOT_FOUND;
        match self {
            Self::Unauthorized { .. } => (denied, "UNAUTHORIZED", "authentication required", Value::Null),
            Self::PatternCount { count } => (
                bad,
                "TAG_PATTERN_COUNT",
                "tag pattern count exceeds the limit",
                json!(format!("{count} patterns, the limit is 5")),
            ),
            Self::ProtectionPattern { pattern } => (
                bad,
                "INVALID_TAG_PROTECTION_PATTERN",
                "invalid tag protection pattern",
                json!(format!("pattern {pattern:?} is invalid")),
            ),
            Self::ImmutabilityPattern { pattern } => (
                bad,
                "INVALID_TAG_IMMUTABILITY_PATTERN",
                "invalid tag immutability pattern",
                json!(format!("pattern {pattern:?} is invalid")),
            ),
            Self::ProtectedTag { tag } => {
                (denied, "PROTECTED_TAG", "tag is protected", json!(format!("tag \"{tag}\" is protected")))
            }
            Self::ImmutableTag { tag } => {
                (denied, "IMMUTABLE_TAG", "tag is immutable", json!(format!("tag \"{tag}\" is immutable")))
            }
            Self::ProtectedManifest { digest } => (
                denied,
                "PROTECTED_MANIFEST",
                "manifest is protected",
                json!(format!("manifest \"{digest}\" is protected")),
            ),
            Self::ManifestUnknown { reference } => {
                (missing, "MANIFEST_UNKNOWN", "manifest unknown", json!({"Tag": reference}))
            }
            Self::BlobUnknown { digest } => {
                (missing, "BLOB_UNKNOWN", "blob unknown to registry", json!({"digest": digest}))
            }
            Self::UploadUnknown => {
                (missing, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", Value::Null)
            }
            Self::NameUnknown { name } => {
                (missing, "NAME_UNKNOWN", "repository name not known to registry", json!({"name": name}))
            }
            Self::DigestInvalid => {
                (bad, "DIGEST_INVALID", "provided digest did not match uploaded content", Value::Null)
            }
            Self::ManifestInvalid => (bad, "MANIFEST_INVALID", "manifest invalid", Value::Null),
            Self::PaginationNumberInvalid => {
                (bad, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", Value::Null)
            }
            Self::NoRoute => (missing, "NAME_INVALID", "invalid repository name", Value::Null),
            Self::Unsupported => {
                (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "The operation is unsupported.", Value::Null)
            }
        }
    }
}

impl IntoResponse for RegistryError {
    fn into_response(self) -> Response {
        let (status, code, message, detail) = self.parts();
        let body = json!({"errors": [{"code": code, "message": message, "detail": detail}]});
        let mut response = (status, Json(body)).into_response();
        if let Self::Unauthorized { challenge } = &self
            && let Ok(value) = HeaderValue::from_str(challenge)
        {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}
