//! What arrived, for tests that look at the wire.

use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, Method, Uri, header};

/// How many requests are remembered at most.
const MOST: usize = 20_000;

/// One request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// The method.
    pub method: Method,
    /// The path as sent, still percent-encoded.
    pub path: String,
    /// The query as sent, without the question mark.
    pub query: Option<String>,
    /// Whether `PRIVATE-TOKEN`, `Authorization` or `JOB-TOKEN` came along.
    pub carried_token: bool,
    /// Whether a cookie came along.
    pub carried_cookie: bool,
    /// The body, if it is text of at most 20,000 bytes.
    pub body: Option<String>,
}

/// The requests that arrived.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<Vec<RequestRecord>>);

impl Requests {
    pub(crate) fn add(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) {
        let names = ["private-token", "authorization", "job-token"];
        let record = RequestRecord {
            method: method.clone(),
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            carried_token: names.iter().any(|name| headers.contains_key(*name)),
            carried_cookie: headers.contains_key(header::COOKIE),
            body: (body.len() <= 20_000 && !body.is_empty())
                .then(|| std::str::from_utf8(body).ok().map(str::to_owned))
                .flatten(),
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST {
            all.push(record);
        }
    }

    pub(crate) fn all(&self) -> Vec<RequestRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
