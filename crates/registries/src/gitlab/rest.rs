//! REST: addresses, pages, and the token's header.

use futures::stream::{self, Stream};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use url::Url;

use super::GitLab;
use crate::address::{origin, same_origin};
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, Intent, Request, link, secret};

/// Records asked for at once; GitLab gives no more.
pub(super) const PER_PAGE: &str = "100";

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
        let request = Request {
            method: Method::GET,
            url,
            secret: self.private_token(),
            accept: None,
            json: None,
            intent: Intent::Read,
        };
        let answer = self.http.send(&request).await?;
        if answer.is_success() { Ok(answer) } else { Err(self.refusal(&answer)) }
    }

    /// Reads one thing of a known shape.
    pub(super) async fn get_json<T: DeserializeOwned>(&self, url: Url) -> Result<T, RegistryError> {
        let answer = self.get(url).await?;
        self.shaped(&answer)
    }

    /// Reads a list page by page, following the server's own `Link` to the next page.
    pub(super) fn pages<'a, T: DeserializeOwned + Send + 'a>(
        &'a self,
        first: Url,
    ) -> impl Stream<Item = Result<Vec<T>, RegistryError>> + Send + 'a {
        stream::try_unfold(Some(first), move |next| async move {
            let Some(url) = next else { return Ok(None) };
            let answer = self.get(url.clone()).await?;
            let rows: Vec<T> = self.shaped(&answer)?;
            let next = if rows.is_empty() { None } else { self.next_page(&answer, &url)? };
            Ok(Some((rows, next)))
        })
    }

    /// The next page; another host is not followed, since the token would go there.
    pub(super) fn next_page(&self, answer: &Answer, current: &Url) -> Result<Option<Url>, RegistryError> {
        let Some(target) = answer.header("link").and_then(link::next) else { return Ok(None) };
        let Ok(target) = current.join(target) else { return Ok(None) };
        if !same_origin(&self.base, &target) {
            return Err(self.http.error(Trouble::Redirected(origin(&target))));
        }
        // A server that points at the page it just gave would be read for ever.
        Ok((target != *current).then_some(target))
    }
}
