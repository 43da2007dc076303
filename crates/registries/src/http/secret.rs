//! Headers that carry a secret: never printed, never indexed for compression.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

/// A header with this text; `None`: it fits in no header.
pub(crate) fn header(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// User and password (RFC 7617). The user has no colon: it would end there.
pub(crate) fn basic(user: &str, password: &SecretString) -> Option<HeaderValue> {
    header(&format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.expose_secret()))))
}
