//! One request, with everything that is the same for all registries.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use url::Url;

use super::failure::Failure;
use super::lanes::{Lane, Lanes};
use super::redirect::{self, Direction};
use super::retry::{Again, Retry};
use super::secret::Secrets;
use super::{Account, HttpSettings, OnWait, Pacing, body, tls};
use crate::address::{origin, shown_host};
use crate::error::{RegistryError, Trouble};

/// Redirects followed for one request.
const MOST_REDIRECTS: usize = 5;
/// Longest time to open a connection; the deadline counts on top of it only for the answer.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);

/// Whether a request changes something on the server. Only reads are ever sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Changes nothing; may be repeated. A GraphQL query is a read although it is a POST.
    Read,
    /// Changes something; sent once.
    Write,
}

/// A request. The header with the token is marked sensitive by whoever makes it.
#[derive(Clone, Debug)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// The whole address.
    pub url: Url,
    /// The one header that carries the token, if any.
    pub secret: Option<(HeaderName, HeaderValue)>,
    /// The kinds of answer asked for; `None`: JSON.
    pub accept: Option<&'static str>,
    /// A JSON body.
    pub json: Option<Bytes>,
    /// Read or write.
    pub intent: Intent,
}

/// A complete answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, decoded, not longer than allowed.
    pub body: Bytes,
    /// What the request was.
    pub intent: Intent,
}

impl Answer {
    /// Whether the status says that the request was carried out.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the server says that the body is JSON.
    pub fn is_json(&self) -> bool {
        self.header("content-type").is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
        })
    }

    /// The body as JSON; `None` when it is none or has another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A client for one host.
pub struct HttpClient {
    client: reqwest::Client,
    host: String,
    account: Account,
    settings: HttpSettings,
    lanes: Lanes,
    pacing: Pacing,
    on_wait: Option<OnWait>,
    /// Until when the server wants to be left alone.
    quiet_until: Mutex<Option<Instant>>,
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpClient")
            .field("host", &self.host)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl HttpClient {
    /// A client that talks to the host of `base` and to no other.
    pub(crate) fn new(
        base: &Url,
        account: Account,
        settings: HttpSettings,
        on_wait: Option<OnWait>,
    ) -> Result<Self, RegistryError> {
        let host = shown_host(base);
        if let Some(password) = &settings.proxy_password {
            account.secrets.add(password);
        }
        let client = tls::build(base, &settings, CONNECT.min(settings.deadline))
            .map_err(|trouble| account.error(&host, trouble))?;
        let lanes = Lanes::new(settings.parallel);
        let pacing = Pacing::default();
        Ok(Self { client, host, account, settings, lanes, pacing, on_wait, quiet_until: Mutex::new(None) })
    }

    /// Takes sleep, chance and the clock from elsewhere.
    #[must_use]
    pub fn with_pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// An error about this host.
    pub fn error(&self, trouble: Trouble) -> RegistryError {
        self.account.error(&self.host, trouble)
    }

    /// The same with what the server says: the only way in which words of a server get into an error.
    pub(crate) fn refused(&self, trouble: Trouble, status: Option<u16>, said: Option<&str>) -> RegistryError {
        self.account.refused(&self.host, trouble, status, said)
    }

    /// What a server says about itself or the account, fit to be shown and kept.
    pub(crate) fn clean(&self, said: &str) -> String {
        super::words::clean(said, &self.account.secrets)
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.account.secrets
    }

    /// Waits because the server answers nobody for a while, and tells who is interested.
    pub(crate) async fn wait(&self, time: Duration) {
        if let Some(on_wait) = &self.on_wait {
            on_wait(time);
        }
        self.pacing.sleep(time).await;
    }

    /// Seconds that an answer asks to wait, if it does.
    pub fn asked_wait(&self, answer: &Answer) -> Option<Duration> {
        self.pacing.asked_wait(answer)
    }

    /// The same in whole seconds.
    pub(crate) fn asked_seconds(&self, answer: &Answer) -> Option<u32> {
        self.asked_wait(answer).map(super::whole_seconds)
    }

    /// Sends a request and gives the complete answer, whatever its status.
    ///
    /// A read is sent again after broken connections, 502, 503 and 504, a few times, and after 429 or a 503
    /// that says when to come back, for as long as [`HttpSettings::patience`] lasts. A write that may have
    /// reached the server without a complete answer is [`Trouble::Unclear`].
    pub async fn send(&self, request: &Request) -> Result<Answer, RegistryError> {
        let mut retry = Retry::new(&self.settings, &self.pacing);
        loop {
            let outcome = {
                let _lane = self.lane(request.intent).await;
                self.attempt(request).await
            };
            let again = self.again(request, &outcome);
            let Some(wait) = retry.pause(again) else {
                return outcome.map_err(|failure| self.settle(request, failure));
            };
            tracing::debug!(host = %self.host, path = request.url.path(), ?wait, "waiting to try again");
            self.wait(wait).await;
        }
    }

    /// Waits for a free lane and, with a read, until the server accepts requests again: a pause that one
    /// request was asked for holds for all.
    async fn lane(&self, intent: Intent) -> Lane<'_> {
        let mut rested = intent == Intent::Write;
        loop {
            let lane = self.lanes.enter().await;
            let quiet = self.quiet_time();
            if rested || quiet.is_zero() {
                return lane;
            }
            drop(lane);
            self.pacing.sleep(quiet + self.pacing.backoff(self.settings.pause, 1)).await;
            rested = true;
        }
    }

    /// How much longer the server wants to be left alone.
    fn quiet_time(&self) -> Duration {
        let until = *self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Leaves the server alone for `asked`, and sends fewer requests at once after that.
    fn slow_down(&self, asked: Duration) {
        // Requests that were under way together are refused together: that is one request to slow down.
        if self.quiet_time().is_zero() {
            self.lanes.slow_down();
        }
        let mut quiet_until = self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner);
        *quiet_until = (*quiet_until).max(Some(Instant::now() + asked));
    }

    /// Whether the request may be sent again.
    fn again(&self, request: &Request, outcome: &Result<Answer, Failure>) -> Again {
        if request.intent == Intent::Write {
            return Again::Never;
        }
        match outcome {
            Ok(answer) => {
                let asked = self.pacing.asked_wait(answer);
                match (answer.status, asked) {
                    (429, _) | (401 | 403 | 503, Some(_)) => {
                        let pause = asked.unwrap_or(self.settings.pause);
                        if pause <= self.settings.longest_wait {
                            self.slow_down(pause);
                        }
                        Again::WhenAllowed(asked)
                    }
                    (502..=504, _) => Again::AfterFailure,
                    _ => {
                        self.lanes.good_answer();
                        Again::Never
                    }
                }
            }
            Err(failure) if failure.again => Again::AfterFailure,
            Err(_) => Again::Never,
        }
    }

    fn settle(&self, request: &Request, failure: Failure) -> RegistryError {
        let unclear = request.intent == Intent::Write && failure.sent;
        let trouble = if unclear { Trouble::Unclear } else { failure.trouble };
        self.refused(trouble, failure.status, None)
    }

    async fn attempt(&self, request: &Request) -> Result<Answer, Failure> {
        let mut url = request.url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let answer = tokio::time::timeout(self.settings.deadline, self.once(request, &url))
                .await
                .unwrap_or_else(|_| Err(Failure::sent(Trouble::TimedOut)))?;
            match redirect::direction(&answer, &request.method, &url) {
                Direction::Here => return Ok(answer),
                Direction::Follow(next) => url = next,
                Direction::Elsewhere(origin) => {
                    return Err(Failure::unsent(Trouble::Redirected(origin)).with_status(answer.status));
                }
            }
        }
        Err(Failure::unsent(Trouble::Redirected(origin(&url))))
    }

    async fn once(&self, request: &Request, url: &Url) -> Result<Answer, Failure> {
        let mut builder = self.client.request(request.method.clone(), url.clone());
        builder = builder.header(reqwest::header::ACCEPT, request.accept.unwrap_or("application/json"));
        if let Some((name, value)) = &request.secret {
            let mut value = value.clone();
            value.set_sensitive(true);
            builder = builder.header(name, value);
        }
        if let Some(json) = &request.json {
            builder = builder.header(reqwest::header::CONTENT_TYPE, "application/json").body(json.clone());
        }
        let response = builder.send().await.map_err(|error| Failure::of(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = body::read(response, self.settings.body_limit).await.map_err(|f| f.with_status(status))?;
        Ok(Answer { status, headers, body, intent: request.intent })
    }
}
