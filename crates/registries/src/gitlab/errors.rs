//! GitLab's refusals, read into [`Trouble`].

use serde::de::DeserializeOwned;
use serde_json::Value;
use tagwarden_rules::rule::Role;

use super::GitLab;
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, Intent, words};

impl GitLab {
    /// An answer with a bad status, as an error.
    pub(super) fn refusal(&self, answer: &Answer) -> RegistryError {
        let body = answer.json::<Value>();
        let words = body.as_ref().and_then(words::of);
        let trouble = match (answer.status, &body) {
            (429, _) => Trouble::RateLimited(self.http.asked_seconds(answer)),
            // GitLab and what stands before it turn a request away with these, before it is looked at.
            (503, _) if answer.intent == Intent::Write && self.http.asked_wait(answer).is_some() => {
                Trouble::RateLimited(self.http.asked_seconds(answer))
            }
            _ if self.is_blocked(answer) => Trouble::LockedOut(self.http.asked_seconds(answer)),
            // GitLab words its own failures as JSON (`rescue_from` in `lib/api/api.rb`,
            // `graphql_controller.rb`); proxies answer in HTML, and 502 and 504 are theirs alone: behind
            // them the request may still go on.
            (500 | 503, Some(_)) if answer.intent == Intent::Write => Trouble::ServerFailed,
            (500.., _) if answer.intent == Intent::Write => Trouble::Unclear,
            (500.., _) => Trouble::ServerFailed,
            (_, None) => Trouble::NotThisProduct,
            (401, Some(_)) => token_trouble(words.as_deref()),
            (403, Some(body)) => scope_missing(body).unwrap_or(Trouble::RoleTooLow(None)),
            (404, Some(_)) => Trouble::NotFound,
            (400..=499, Some(_)) => rule_trouble(words.as_deref().unwrap_or_default()),
            _ => Trouble::Garbled("unexpected".to_owned()),
        };
        self.refused(trouble, Some(answer.status), words)
    }

    /// Whether nobody gets in from this computer for a while. Addresses with too many failed sign-ins get
    /// rack-attack's own refusal (`blocklisted_responder`), which is no JSON.
    pub(super) fn is_blocked(&self, answer: &Answer) -> bool {
        let is_plain = answer.status == 403 && answer.body.trim_ascii().eq_ignore_ascii_case(b"forbidden");
        is_plain || answer.is_lockout()
    }

    /// An error with the server's words.
    pub(super) fn refused(
        &self,
        trouble: Trouble,
        status: Option<u16>,
        words: Option<String>,
    ) -> RegistryError {
        self.http.refused(trouble, status, words.as_deref())
    }

    /// The body of a good answer in the shape it must have. A write whose answer cannot be read was
    /// probably carried out.
    pub(super) fn shaped<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, RegistryError> {
        if let Some(shaped) = answer.json() {
            return Ok(shaped);
        }
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
        let trouble = match (answer.intent, is_json, answer.is_json()) {
            (Intent::Write, ..) => Trouble::Unclear,
            (_, true, _) => Trouble::Garbled("unexpected".to_owned()),
            (_, false, true) => Trouble::Garbled("not-json".to_owned()),
            (_, false, false) => Trouble::NotThisProduct,
        };
        Err(self.refused(trouble, Some(answer.status), None))
    }
}

/// GitLab: 401 says `invalid_token` with "Token is expired…" or "Token was revoked…", or nothing more
/// than "401 Unauthorized".
pub(super) fn token_trouble(words: Option<&str>) -> Trouble {
    let words = words.unwrap_or_default().to_ascii_lowercase();
    if words.contains("expired") || words.contains("revoked") {
        Trouble::TokenExpired
    } else {
        Trouble::TokenRefused
    }
}

/// GitLab: 403 `{"error":"insufficient_scope","error_description":…,"scope":"api"}`.
fn scope_missing(body: &Value) -> Option<Trouble> {
    (body.get("error")?.as_str()? == "insufficient_scope").then(|| {
        let named = body.get("scope").and_then(Value::as_str).unwrap_or("api");
        let first =
            named.split_whitespace().find(|scope| *scope == "api").or(named.split_whitespace().next());
        Trouble::ScopeMissing(first.unwrap_or("api").to_owned())
    })
}

/// The messages of GitLab's tag-rule services (`create_tag_rule_service.rb` and its siblings). They
/// carry no codes, so their texts are all there is; whatever is not known is [`Trouble::Rejected`]
/// with the words.
pub(super) fn rule_trouble(words: &str) -> Trouble {
    let has = |part: &str| words.contains(part);
    if has("Maximum number of protection rules") {
        Trouble::RuleLimit
    } else if has("has already been taken") {
        Trouble::Duplicate
    } else if has("require an Ultimate license") {
        Trouble::Unlicensed
    } else if has("container registry API not supported") {
        Trouble::Unsupported
    } else if has("Unauthorized to create an immutable") {
        Trouble::RoleTooLow(Some(Role::Owner))
    } else if has("Unauthorized to ") {
        Trouble::RoleTooLow(Some(Role::Maintainer))
    } else {
        Trouble::Rejected
    }
}
