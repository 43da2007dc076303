//! Which requests a fault hits.

use axum::http::{Method, Uri};

/// Which requests a fault hits.
#[derive(Clone, Debug)]
pub struct Matcher {
    method: Option<Method>,
    path_prefix: String,
    query_contains: Option<String>,
    body_contains: Option<String>,
    first: u32,
    last: u32,
    every: u32,
}

impl Matcher {
    /// Every request whose path, as sent, begins with `prefix`.
    #[must_use]
    pub fn path(prefix: &str) -> Self {
        Self {
            method: None,
            path_prefix: prefix.to_owned(),
            query_contains: None,
            body_contains: None,
            first: 1,
            last: u32::MAX,
            every: 1,
        }
    }

    /// Every request.
    #[must_use]
    pub fn any() -> Self {
        Self::path("/")
    }

    /// Only requests with this method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only requests whose query, as sent, holds this text, for one page of a list among others.
    #[must_use]
    pub fn query_contains(mut self, text: &str) -> Self {
        self.query_contains = Some(text.to_owned());
        self
    }

    /// Only requests whose body holds this text, for one GraphQL operation among others.
    #[must_use]
    pub fn body_contains(mut self, text: &str) -> Self {
        self.body_contains = Some(text.to_owned());
        self
    }

    /// Only the `first` to `last` of the matching requests, counted from 1.
    #[must_use]
    pub fn between(mut self, first: u32, last: u32) -> Self {
        (self.first, self.last) = (first, last);
        self
    }

    /// Only the `n`th of the matching requests, counted from 1.
    #[must_use]
    pub fn nth(self, n: u32) -> Self {
        self.between(n, n)
    }

    /// Only each `n`th of the matching requests.
    #[must_use]
    pub fn every(mut self, n: u32) -> Self {
        self.every = n.max(1);
        self
    }

    pub(super) fn counts(&self, seen: u32) -> bool {
        (self.first..=self.last).contains(&seen) && seen.is_multiple_of(self.every)
    }

    pub(super) fn hits(&self, method: &Method, uri: &Uri, body: &[u8]) -> bool {
        let wanted = self.method.as_ref().is_none_or(|wanted| wanted == method);
        let text = self
            .body_contains
            .as_ref()
            .is_none_or(|text| body.windows(text.len().max(1)).any(|window| window == text.as_bytes()));
        let query = uri.query().unwrap_or_default();
        let query = self.query_contains.as_ref().is_none_or(|text| query.contains(text.as_str()));
        wanted && uri.path().starts_with(&self.path_prefix) && query && text
    }
}
