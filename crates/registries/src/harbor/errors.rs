//! Harbor's refusals, read into [`Trouble`].
//!
//! The envelope is `{"errors":[{"code":"…","message":"…"}]}` (`src/lib/http/error.go`).

use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Harbor;
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, Intent, words};

impl Harbor {
    /// An answer with a bad status, as an error.
    pub(super) fn refusal(&self, answer: &Answer) -> RegistryError {
        let body = answer.json::<Value>();
        let code = body.as_ref().and_then(|body| body["errors"][0]["code"].as_str()).unwrap_or_default();
        let said = body.as_ref().and_then(words::of).unwrap_or_default();
        let trouble = match answer.status {
            429 => Trouble::RateLimited(
                self.http.asked_wait(answer).map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX)),
            ),
            // The request may have been carried out before something on the way gave up.
            500.. if answer.intent == Intent::Write => Trouble::Unclear,
            500.. => Trouble::ServerFailed,
            _ if body.is_none() => Trouble::NotThisProduct,
            401 => Trouble::TokenRefused,
            403 if said.contains("read only") || said.contains("read-only") => Trouble::ReadOnly,
            403 => Trouble::RoleTooLow(None),
            404 => Trouble::NotFound,
            409 if code == "CONFLICT" => Trouble::Duplicate,
            400..=499 => Trouble::Rejected,
            _ => Trouble::Garbled("unexpected".to_owned()),
        };
        self.refused(trouble, answer)
    }

    /// An error with the server's words. A server that repeats the password is not quoted with it.
    pub(super) fn refused(&self, trouble: Trouble, answer: &Answer) -> RegistryError {
        let words = answer.json::<Value>().as_ref().and_then(words::of);
        let words = words.map(|words| words.replace(self.password.expose_secret(), "[token]"));
        RegistryError { status: Some(answer.status), words, ..self.http.error(trouble) }
    }

    /// The body of a good answer in the shape it must have.
    pub(super) fn shaped<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, RegistryError> {
        if let Some(shaped) = answer.json() {
            return Ok(shaped);
        }
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
        let trouble = match (is_json, answer.is_json()) {
            (true, _) => Trouble::Garbled("unexpected".to_owned()),
            (false, true) => Trouble::Garbled("not-json".to_owned()),
            (false, false) => Trouble::NotThisProduct,
        };
        Err(RegistryError { status: Some(answer.status), ..self.http.error(trouble) })
    }
}
