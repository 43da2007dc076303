//! Requests: addresses, the account's header, and lists that come in pages.

use std::borrow::Cow;
use std::marker::PhantomData;

use bytes::Bytes;
use futures::stream::Stream;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::Harbor;
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, Intent, Request, secret};
use crate::paging::{self, Next, Page, PageError, PageSize, Source, link, size};

/// Records asked for at once; Harbor refuses more.
pub(super) const PAGE_SIZE: u32 = 100;

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
        let answer = self.ask(method, url, body).await?;
        if answer.is_success() { Ok(answer) } else { Err(self.refusal(&answer)) }
    }

    /// The same, whatever the status.
    async fn ask(&self, method: Method, url: Url, body: Option<&Value>) -> Result<Answer, RegistryError> {
        let answer = self.send_once(method.clone(), url.clone(), body).await?;
        // What is refused so was not done, a write neither.
        if answer.status == 401 && !answer.is_lockout() && self.is_recognised().await {
            return self.send_once(method, url, body).await;
        }
        Ok(answer)
    }

    /// The same as whoever Harbor takes the account for at the moment.
    pub(super) async fn send_once(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<Answer, RegistryError> {
        let intent = if method == Method::GET { Intent::Read } else { Intent::Write };
        let json = body.map(|body| Bytes::from(body.to_string()));
        let request = Request { method, url, secret: self.account(), accept: None, json, intent };
        self.http.send(&request).await
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
    pub(super) fn pages<'a, T: Row + 'a>(
        &'a self,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> impl Stream<Item = Result<Vec<T>, RegistryError>> + Send + use<'a, T> {
        let first = self.endpoint(segments, query);
        paging::pages(List { harbor: self, first, row: PhantomData })
    }
}

/// A row of a list.
pub(super) trait Row: DeserializeOwned + Send {
    /// What distinguishes it from the other rows.
    fn identity(&self) -> Cow<'_, str>;
}

/// A list over the API.
struct List<'a, T> {
    harbor: &'a Harbor,
    first: Url,
    row: PhantomData<fn() -> T>,
}

impl<T: Row> Source for List<'_, T> {
    type Row = T;
    type Position = u32;

    async fn read(&self, at: Option<&u32>, size: Option<u32>) -> Result<Page<T, u32>, PageError> {
        let number = at.copied().unwrap_or(1);
        let mut url = self.first.clone();
        url.query_pairs_mut().append_pair("page", &number.to_string());
        if let Some(size) = size {
            url.query_pairs_mut().append_pair("page_size", &size.to_string());
        }
        let answer = self.harbor.ask(Method::GET, url.clone(), None).await?;
        if !answer.is_success() {
            let error = self.harbor.refusal(&answer);
            return Err(match size {
                Some(asked) if size::may_concern(answer.status) => {
                    PageError::Size { error, named: size::named_in(&answer, asked) }
                }
                _ => PageError::Failed(error),
            });
        }
        let total = answer.header("x-total-count").and_then(|total| total.trim().parse().ok());
        // A list without anything in it may be `null`.
        let rows: Vec<T> = self.harbor.shaped::<Option<Vec<T>>>(&answer)?.unwrap_or_default();
        let full = !rows.is_empty() && size.is_none_or(|size| rows.len() as u64 >= u64::from(size));
        let linked = link::next_page(&answer, &url, &self.harbor.base) != Next::End;
        let next = Next::Counted { at: number.saturating_add(1), likely: full || linked };
        Ok(Page { rows, next, total })
    }

    fn identity<'r>(&self, row: &'r T) -> Cow<'r, str> {
        row.identity()
    }

    fn page_size(&self) -> &PageSize {
        &self.harbor.page_size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.harbor.http.error(trouble)
    }
}

/// A repository's name as the path of an address wants it. Harbor decodes it once more than the
/// address is decoded (`unescapePathParams`), so what is encoded here is encoded once again there.
pub(super) fn repository_segment(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2F")
}
