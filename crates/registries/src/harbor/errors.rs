//! Harbor's refusals, read into [`Trouble`].
//!
//! The envelope is `{"errors":[{"code":"…","message":"…"}]}` (`src/lib/http/error.go`).

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
            429 => Trouble::RateLimited(self.http.asked_seconds(answer)),
            // A proxy that limits turns the request away before Harbor sees it.
            503 if answer.intent == Intent::Write && self.http.asked_wait(answer).is_some() => {
                Trouble::RateLimited(self.http.asked_seconds(answer))
            }
            _ if answer.is_lockout() => Trouble::LockedOut(self.http.asked_seconds(answer)),
            // Harbor's own envelope has a code (`src/lib/http/error.go`); 502 and 504 are those of a proxy
            // in front of it, behind which the request may still go on.
            500 | 503 if answer.intent == Intent::Write && !code.is_empty() => Trouble::ServerFailed,
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

    /// An error with the server's words.
    pub(super) fn refused(&self, trouble: Trouble, answer: &Answer) -> RegistryError {
        let said = answer.json::<Value>().as_ref().and_then(words::of);
        let secret = self.secret_kind();
        RegistryError { secret, ..self.http.refused(trouble, Some(answer.status), said.as_deref()) }
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
        Err(self.http.refused(trouble, Some(answer.status), None))
    }
}
