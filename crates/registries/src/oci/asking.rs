//! Requests, signed in to as the registry asks.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::Value;
use url::Url;

use super::Oci;
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, Intent, Request};

/// The scope of what needs no more than to be signed in.
pub(super) const NO_SCOPE: &str = "";

impl Oci {
    /// An address below `/v2/`. A repository's path is several segments.
    pub(super) fn endpoint(&self, repository: &str, rest: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v2");
            path.extend(repository.split('/').filter(|segment| !segment.is_empty())).extend(rest);
        }
        url
    }

    /// Reads one thing, whatever the status of the answer.
    pub(super) async fn ask(
        &self,
        method: Method,
        url: Url,
        accept: Option<&'static str>,
        scope: &str,
    ) -> Result<Answer, RegistryError> {
        let used = self.header(scope);
        let mut request = Request { method, url, secret: None, accept, json: None, intent: Intent::Read };
        let answer = self.send(&mut request, used.clone()).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        match self.answer_challenge(&answer, scope, used.as_ref()).await? {
            Some(header) => self.send(&mut request, Some(header)).await,
            None => Ok(answer),
        }
    }

    async fn send(
        &self,
        request: &mut Request,
        header: Option<HeaderValue>,
    ) -> Result<Answer, RegistryError> {
        request.secret = header.map(|header| (AUTHORIZATION, header));
        self.http.send(request).await
    }

    /// Whether a registry answers, asked without a secret.
    pub(super) async fn reach_registry(&self) -> Result<(), RegistryError> {
        let mut request = Request {
            method: Method::GET,
            url: self.endpoint("", &[""]),
            secret: None,
            accept: None,
            json: None,
            intent: Intent::Read,
        };
        let answer = self.send(&mut request, None).await?;
        self.judge_base(&answer)
    }

    /// The same, signed in.
    pub(super) async fn read_base(&self) -> Result<(), RegistryError> {
        let answer = self.ask(Method::GET, self.endpoint("", &[""]), None, NO_SCOPE).await?;
        if answer.status == 401 {
            return Err(self.refusal(&answer, NO_SCOPE));
        }
        self.judge_base(&answer)
    }

    fn judge_base(&self, answer: &Answer) -> Result<(), RegistryError> {
        let told = answer.header("docker-distribution-api-version").is_some();
        let json = || answer.json::<Value>().is_some_and(|body| body.is_object());
        match answer.status {
            200 if told || answer.body.is_empty() || json() => Ok(()),
            401 if told || answer.header("www-authenticate").is_some() => Ok(()),
            403 | 429 | 500.. => Err(self.refusal(answer, NO_SCOPE)),
            _ => Err(self.refused(Trouble::NotThisProduct, answer)),
        }
    }
}
