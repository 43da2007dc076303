//! Requests: addresses, the account's header, and lists that come in pages.

use bytes::Bytes;
use futures::stream::{self, Stream};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::Harbor;
use crate::error::RegistryError;
use crate::http::{Answer, Intent, Request, secret};

/// Records asked for at once; Harbor refuses more.
const PAGE_SIZE: usize = 100;

/// Where one page of a list begins.
struct Next {
    page: usize,
    had: usize,
}

impl Harbor {
    /// An address below the API, with every segment encoded.
    pub(super) fn endpoint(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v2.0"]).extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    fn account(&self) -> Option<(HeaderName, HeaderValue)> {
        Some((AUTHORIZATION, secret::basic(&self.user, &self.password)?))
    }

    /// Sends one request. The answer has a good status.
    pub(super) async fn send(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<Answer, RegistryError> {
        let intent = if method == Method::GET { Intent::Read } else { Intent::Write };
        let json = body.map(|body| Bytes::from(body.to_string()));
        let request = Request { method, url, secret: self.account(), accept: None, json, intent };
        let answer = self.http.send(&request).await?;
        if answer.is_success() { Ok(answer) } else { Err(self.refusal(&answer)) }
    }

    /// The same without the account.
    pub(super) async fn ask_openly(&self, url: Url) -> Result<Answer, RegistryError> {
        let request = Request {
            method: Method::GET,
            url,
            secret: None,
            accept: None,
            json: None,
            intent: Intent::Read,
        };
        self.http.send(&request).await
    }

    /// Reads one thing of a known shape.
    pub(super) async fn get_json<T: DeserializeOwned>(&self, url: Url) -> Result<T, RegistryError> {
        let answer = self.send(Method::GET, url, None).await?;
        self.shaped(&answer)
    }

    /// Reads a list page by page, by number: Harbor's own links to the next page are not escaped. The
    /// total that it tells ends the list, for the page after the last one is an empty list at best.
    pub(super) fn pages<'a, T: DeserializeOwned + Send + 'a>(
        &'a self,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> impl Stream<Item = Result<Vec<T>, RegistryError>> + Send + use<'a, T> {
        let first = self.endpoint(segments, query);
        stream::try_unfold(Some(Next { page: 1, had: 0 }), move |next| {
            let mut url = first.clone();
            async move {
                let Some(Next { page, had }) = next else { return Ok(None) };
                url.query_pairs_mut()
                    .append_pair("page", &page.to_string())
                    .append_pair("page_size", &PAGE_SIZE.to_string());
                let answer = self.send(Method::GET, url, None).await?;
                let total =
                    answer.header("x-total-count").and_then(|total| total.trim().parse::<usize>().ok());
                // A list without anything in it may be `null`.
                let rows: Vec<T> = self.shaped::<Option<Vec<T>>>(&answer)?.unwrap_or_default();
                let had = had + rows.len();
                let is_last = rows.is_empty() || total.map_or(rows.len() < PAGE_SIZE, |total| had >= total);
                Ok(Some((rows, (!is_last).then_some(Next { page: page + 1, had }))))
            }
        })
    }
}

/// A repository's name as the path of an address wants it. Harbor decodes it once more than the
/// address is decoded (`unescapePathParams`), so what is encoded here is encoded once again there.
pub(super) fn repository_segment(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2F")
}
