//! REST: addresses, pages, and the token's header.

use std::borrow::Cow;
use std::marker::PhantomData;

use futures::stream::Stream;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use url::Url;

use super::GitLab;
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, Intent, Request, secret};
use crate::paging::{self, Next, Page, PageError, PageSize, Source, link, size};

/// Records asked for at once; GitLab gives no more.
pub(super) const PER_PAGE: u32 = 100;

impl GitLab {
    /// An address below the server's, with every segment encoded (`group/project` is one segment).
    pub(super) fn endpoint(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// The header that REST takes tokens in.
    pub(super) fn private_token(&self) -> Option<(HeaderName, HeaderValue)> {
        Some((HeaderName::from_static("private-token"), secret::header(self.token.expose_secret())?))
    }

    /// The header that GraphQL takes tokens in.
    pub(super) fn bearer(&self) -> Option<(HeaderName, HeaderValue)> {
        let bearer = format!("Bearer {}", self.token.expose_secret());
        Some((AUTHORIZATION, secret::header(&bearer)?))
    }

    /// Reads one thing. The answer has a good status.
    pub(super) async fn get(&self, url: Url) -> Result<Answer, RegistryError> {
        let answer = self.ask(url).await?;
        if answer.is_success() { Ok(answer) } else { Err(self.refusal(&answer)) }
    }

    /// The same, whatever the status.
    async fn ask(&self, url: Url) -> Result<Answer, RegistryError> {
        let request = Request {
            method: Method::GET,
            url,
            secret: self.private_token(),
            accept: None,
            json: None,
            intent: Intent::Read,
        };
        self.http.send(&request).await
    }

    /// Reads one thing of a known shape.
    pub(super) async fn get_json<T: DeserializeOwned>(&self, url: Url) -> Result<T, RegistryError> {
        let answer = self.get(url).await?;
        self.shaped(&answer)
    }

    /// Reads a list page by page, following the server's own `Link` to the next page.
    pub(super) fn pages<'a, T: Row + 'a>(
        &'a self,
        first: Url,
    ) -> impl Stream<Item = Result<Vec<T>, RegistryError>> + Send + 'a {
        paging::pages(List { gitlab: self, first, row: PhantomData })
    }

    /// One page of a list. A first page is asked for with a size of its own.
    pub(super) async fn list_page<T: DeserializeOwned>(
        &self,
        first: &Url,
        at: Option<&Url>,
        size: Option<u32>,
    ) -> Result<Page<T, Url>, PageError> {
        let mut url = at.unwrap_or(first).clone();
        let size = size.filter(|_| at.is_none());
        if let Some(size) = size {
            url.query_pairs_mut().append_pair("per_page", &size.to_string());
        }
        let answer = self.ask(url.clone()).await?;
        if !answer.is_success() {
            let error = self.refusal(&answer);
            return Err(match size {
                Some(asked) if size::may_concern(answer.status) => {
                    PageError::Size { error, named: size::named_in(&answer, asked) }
                }
                _ => PageError::Failed(error),
            });
        }
        let next = match link::next_page(&answer, &url, &self.base) {
            Next::End => numbered_next(&answer, &url),
            next => next,
        };
        let total = answer.header("x-total").and_then(|total| total.trim().parse().ok());
        Ok(Page { rows: self.shaped(&answer)?, next, total })
    }
}

/// The next page by its number, where something on the way drops `Link` headers.
fn numbered_next(answer: &Answer, asked: &Url) -> Next<Url> {
    let Some(number) = answer.header("x-next-page").map(str::trim).filter(|number| !number.is_empty()) else {
        return Next::End;
    };
    let others: Vec<(String, String)> =
        asked.query_pairs().into_owned().filter(|(name, _)| name != "page").collect();
    let mut next = asked.clone();
    next.query_pairs_mut().clear().extend_pairs(others).append_pair("page", number);
    Next::At(next)
}

/// A row of a list over REST.
pub(super) trait Row: DeserializeOwned + Send + Sync {
    /// What distinguishes it from the other rows.
    fn identity(&self) -> Cow<'_, str>;
}

/// A list over REST.
struct List<'a, T> {
    gitlab: &'a GitLab,
    first: Url,
    row: PhantomData<fn() -> T>,
}

impl<T: Row> Source for List<'_, T> {
    type Row = T;
    type Position = Url;

    async fn read(&self, at: Option<&Url>, size: Option<u32>) -> Result<Page<T, Url>, PageError> {
        self.gitlab.list_page(&self.first, at, size).await
    }

    fn identity<'r>(&self, row: &'r T) -> Cow<'r, str> {
        row.identity()
    }

    fn page_size(&self) -> &PageSize {
        &self.gitlab.page_size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.gitlab.http.error(trouble)
    }
}
