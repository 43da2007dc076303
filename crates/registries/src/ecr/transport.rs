//! The way of the SDK's requests: the HTTP client that all registries share, with its certificates,
//! proxy, deadline and limits. The SDK brings no client and no retries of its own.

use aws_sdk_ecr::config::http::{HttpRequest, HttpResponse};
use aws_sdk_ecr::config::{HttpClient, RuntimeComponents};
use aws_sdk_ecr::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use bytes::Bytes;
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use crate::error::Trouble;
use crate::http::failure::Failure;
use crate::http::{CONNECT, HttpSettings, body, tls};

/// A request of the SDK that got no complete answer.
#[derive(Debug, thiserror::Error)]
#[error("no complete answer")]
pub(super) struct NoAnswer(pub(super) Failure);

/// Sends one request at a time, once. Redirects are not followed: what is signed is for one host.
#[derive(Clone)]
pub(super) struct Transport {
    client: reqwest::Client,
    settings: HttpSettings,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Transport {
    /// A client for hosts that are reached as `base` is.
    pub(super) fn new(base: &Url, settings: HttpSettings) -> Result<Self, Trouble> {
        let client = tls::build(base, &settings, CONNECT.min(settings.deadline))?;
        Ok(Self { client, settings })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let unsent = || Failure::unsent(Trouble::Garbled("unexpected".to_owned()));
        let method = reqwest::Method::from_bytes(request.method().as_bytes()).map_err(|_| unsent())?;
        let url = Url::parse(request.uri()).map_err(|_| unsent())?;
        let mut builder = self.client.request(method, url);
        for (name, value) in request.headers() {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsent())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| unsent())?;
            value.set_sensitive(matches!(name.as_str(), "authorization" | "x-amz-security-token"));
            builder = builder.header(name, value);
        }
        // The SDK's JSON and query bodies lie in memory as a whole.
        let body = Bytes::copy_from_slice(request.body().bytes().ok_or_else(unsent)?);
        let response = builder.body(body).send().await.map_err(|error| Failure::of(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = body::read(response, self.settings.body_limit).await.map_err(|f| f.with_status(status))?;
        let status =
            status.try_into().map_err(|_| Failure::sent(Trouble::Garbled("unexpected".to_owned())))?;
        let mut answer = HttpResponse::new(status, body.into());
        for (name, value) in &headers {
            if let Ok(value) = value.to_str() {
                let _ = answer.headers_mut().try_append(name.as_str().to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let late = || Err(Failure::sent(Trouble::TimedOut));
            let sent = tokio::time::timeout(this.settings.deadline, this.send(request));
            let answer = sent.await.unwrap_or_else(|_| late());
            answer.map_err(|failure| ConnectorError::other(Box::new(NoAnswer(failure)), None))
        })
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
