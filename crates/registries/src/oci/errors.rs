//! Refusals of a registry, read into [`Trouble`].

use serde_json::Value;

use super::Oci;
use super::asking::NO_SCOPE;
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, words};

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
            429 => Trouble::RateLimited(self.http.asked_seconds(answer)),
            500.. => Trouble::ServerFailed,
            _ if answer.is_lockout() => Trouble::LockedOut(self.http.asked_seconds(answer)),
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

    /// An error with the registry's words.
    pub(super) fn refused(&self, trouble: Trouble, answer: &Answer) -> RegistryError {
        let said = answer.json::<Value>().as_ref().and_then(words::of);
        self.http.refused(trouble, Some(answer.status), said.as_deref())
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
}
