//! Servers that let nobody in for a while: too many requests, or too many failed sign-ins.
//!
//! Such an answer says nothing about the secret that was sent.

use super::Answer;

/// What servers say when they refuse a sign-in because others failed before it, and not because of its
/// own secret. There is no code for it, and statuses are those of a wrong secret.
const SIGNS: [&str; 16] = [
    "too many",
    "toomanyrequests",
    "rate limit",
    "rate exceeded",
    "throttl",
    "try again later",
    "retry later",
    "temporarily locked",
    "temporarily blocked",
    "temporarily banned",
    "account is locked",
    "account has been locked",
    "account locked",
    "ip has been blocked",
    "ip address has been blocked",
    "ip banned",
];

/// Whether a text says so.
pub(crate) fn says_locked(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    SIGNS.iter().any(|sign| text.contains(sign))
}

impl Answer {
    /// Whether this refuses everybody for a while, whatever the secret: by `Retry-After`, or in words.
    pub(crate) fn is_lockout(&self) -> bool {
        matches!(self.status, 401 | 403) && (self.names_a_wait() || says_locked(&self.start()))
    }

    fn names_a_wait(&self) -> bool {
        self.header("retry-after").is_some() || self.header("x-retry-after").is_some()
    }

    /// The start of the body as text. A page of a login form is long, a refusal is short.
    fn start(&self) -> String {
        let start = &self.body[..self.body.len().min(2000)];
        String::from_utf8_lossy(start).into_owned()
    }
}
