//! Tokens for the data plane. Real ones are signed; these are names of what the server remembers.

use std::collections::HashMap;
use std::sync::PoisonError;

use axum::http::{HeaderMap, header};
use time::OffsetDateTime;

use crate::server::Shared;

/// Something that may be done to a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Access {
    Pull,
    Push,
    Delete,
}

/// What one caller may do to one repository, with the patterns as they were when the token was made.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(super) repository: String,
    pub(super) actions: Vec<Access>,
    /// GitLab: `tag_deny_access_patterns.push`.
    pub(super) deny_push: Vec<String>,
    /// GitLab: `tag_deny_access_patterns.delete`.
    pub(super) deny_delete: Vec<String>,
    /// GitLab: `tag_immutable_patterns`.
    pub(super) immutable: Vec<String>,
}

/// The tokens that were given out.
#[derive(Debug, Default)]
pub(crate) struct IssuedTokens {
    count: u64,
    grants: HashMap<String, (OffsetDateTime, Vec<Grant>)>,
}

impl IssuedTokens {
    /// Remembers grants until `expires` and names them.
    pub(super) fn add(&mut self, seed: u64, expires: OffsetDateTime, grants: Vec<Grant>) -> String {
        self.count += 1;
        let secret = crate::seeds::rng::digest_from(seed ^ self.count, "registry token").hex();
        self.grants.insert(secret.clone(), (expires, grants));
        secret
    }

    fn find(&self, secret: &str, now: OffsetDateTime) -> Option<Vec<Grant>> {
        let (expires, grants) = self.grants.get(secret)?;
        (now < *expires).then(|| grants.clone())
    }
}

/// What the request's token allows; `None` for no token, an unknown or an expired one.
pub(super) fn grant(app: &Shared, headers: &HeaderMap) -> Option<Vec<Grant>> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let secret = value.strip_prefix("Bearer ")?;
    let issued = app.issued.lock().unwrap_or_else(PoisonError::into_inner);
    issued.find(secret.trim(), app.config.clock.now())
}
