//! Refusals of a registry, read into [`Trouble`].

use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::Value;

use super::asking::NO_SCOPE;
use super::{Credentials, Oci};
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, words};

/// A pause in whole seconds, as far as one was asked for.
pub(super) fn seconds(wait: Option<Duration>) -> Option<u32> {
    wait.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX))
}

/// Whether a refusal carries this code of the specification.
fn has_code(answer: &Answer, code: &str) -> bool {
    let body = answer.json::<Value>();
    let errors = body.as_ref().and_then(|body| body.get("errors")).and_then(Value::as_array);
    errors.is_some_and(|errors| errors.iter().any(|error| error.get("code").is_some_and(|it| it == code)))
}

impl Oci {
    /// An answer with a bad status, as an error.
    pub(super) fn refusal(&self, answer: &Answer, scope: &str) -> RegistryError {
        let trouble = match answer.status {
            429 => Trouble::RateLimited(seconds(self.http.asked_wait(answer))),
            500.. => Trouble::ServerFailed,
            401 if has_code(answer, "UNSUPPORTED") => Trouble::Unsupported,
            // Signed in, but not allowed to see this one: others may be open.
            401 if scope != NO_SCOPE && self.fetches_tokens() => Trouble::Denied,
            401 => Trouble::TokenRefused,
            403 => Trouble::Denied,
            404 => Trouble::NotFound,
            405 => Trouble::Unsupported,
            400..=499 if has_code(answer, "UNSUPPORTED") => Trouble::Unsupported,
            _ => Trouble::Garbled("unexpected".to_owned()),
        };
        self.refused(trouble, answer)
    }

    /// An error with the registry's words. One that repeats a secret is not quoted with it.
    pub(super) fn refused(&self, trouble: Trouble, answer: &Answer) -> RegistryError {
        let words =
            answer.json::<Value>().as_ref().and_then(words::of).map(|words| self.without_secrets(words));
        RegistryError { status: Some(answer.status), words, ..self.http.error(trouble) }
    }

    /// The body of a good answer in the shape it must have.
    pub(super) fn shaped<T: serde::de::DeserializeOwned>(&self, answer: &Answer) -> Result<T, RegistryError> {
        if let Some(shaped) = answer.json() {
            return Ok(shaped);
        }
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
        Err(self.refused(
            match (is_json, answer.is_json()) {
                (true, _) => Trouble::Garbled("unexpected".to_owned()),
                (false, true) => Trouble::Garbled("not-json".to_owned()),
                (false, false) => Trouble::NotThisProduct,
            },
            answer,
        ))
    }

    fn without_secrets(&self, mut words: String) -> String {
        let mut hide = |secret: &str| {
            if !secret.is_empty() && words.contains(secret) {
                words = words.replace(secret, "[token]");
            }
        };
        match &self.credentials {
            Credentials::Anonymous => {}
            Credentials::Password { password, .. } => hide(password.expose_secret()),
            Credentials::Token(token) => hide(token.expose_secret()),
        }
        for header in self.sent_headers() {
            let text = header.to_str().unwrap_or_default();
            hide(text.split_once(' ').map_or(text, |(_, secret)| secret));
        }
        words
    }
}
