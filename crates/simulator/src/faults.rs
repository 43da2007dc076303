//! Faults on demand: what networks and servers do on a bad day, at the request that a test names.

mod matcher;
mod pages;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::response::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt;
use http_body_util::BodyExt;

use crate::front::{Front, route};
pub use matcher::Matcher;
pub use pages::Rows;

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum FaultKind {
    /// The answer comes that much later.
    Latency(Duration),
    /// This status instead of an answer; the request is not carried out.
    Status {
        /// The status.
        status: StatusCode,
        /// Seconds for the header `Retry-After`.
        retry_after: Option<u64>,
    },
    /// 429. GitLab: GraphQL's is `text/html` and has no `Retry-After` whatever is asked for here.
    TooManyRequests {
        /// Seconds for the header `Retry-After`.
        retry_after: Option<u64>,
    },
    /// The request is carried out, the answer ends after that many bytes and the connection is cut.
    CutBody(usize),
    /// The answer comes in pieces of that many bytes with a pause after each.
    SlowBody(usize, Duration),
    /// The request is carried out, the answer is not what its content type says.
    GarbageBody,
    /// The connection is cut before the request is carried out.
    DropConnection,
    /// The request is carried out, then the connection is cut without an answer.
    DropAfter,
    /// The request is carried out, and the answer is this status all the same.
    StatusAfter(StatusCode),
    /// The connection is cut, and the request is carried out when the test says so:
    /// [`Faults::release`].
    CarriedOutLater,
    /// The request is not carried out and never answered.
    Silence,
    /// The request is carried out and never answered.
    SilenceAfter,
    /// A replica that lags: the first request is answered as it is, and every further one that is the
    /// same as it was then.
    Stale,
    /// A redirect to the same path at this address.
    Redirect(String),
    /// The answer's `Link` headers with one text in the place of another: the address by which a server
    /// behind a proxy knows itself.
    Links {
        /// The text.
        from: String,
        /// What stands there instead.
        to: String,
    },
    /// Page sizes above a limit are refused as OCI registries do, and none is given as it is.
    PageLimit(u32),
    /// The answer's list has other rows; whatever else it says of the list stays.
    Rows(Rows),
    /// The server goes away: this and all connections are cut and new ones refused.
    ServerGone,
}

/// A number to call a fault off with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FaultId(u64);

#[derive(Debug)]
struct Fault {
    id: FaultId,
    matcher: Matcher,
    kind: FaultKind,
    seen: u32,
    struck: u32,
    /// The rows of the last page of each list.
    pages: Arc<pages::LastPages>,
}

type StaleAnswers = HashMap<(FaultId, String, Bytes), (Parts, Bytes)>;

/// The faults that are ordered.
#[derive(Debug, Default)]
pub struct Faults {
    list: Mutex<Vec<Fault>>,
    next: std::sync::atomic::AtomicU64,
    struck: tokio::sync::Notify,
    released: tokio::sync::watch::Sender<u64>,
    /// Answers of [`FaultKind::Stale`], by what was asked.
    stale: Mutex<StaleAnswers>,
}

impl Faults {
    /// Orders a fault. Of several that hit one request the first ordered strikes; latencies add up.
    pub fn add(&self, matcher: Matcher, kind: FaultKind) -> FaultId {
        let id = FaultId(self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        self.lock().push(Fault { id, matcher, kind, seen: 0, struck: 0, pages: Arc::default() });
        id
    }

    /// Waits until a fault has struck.
    pub async fn struck(&self, id: FaultId) {
        loop {
            let next = self.struck.notified();
            tokio::pin!(next);
            // From here on nothing is missed.
            next.as_mut().enable();
            if self.lock().iter().any(|fault| fault.id == id && fault.struck > 0) {
                return;
            }
            next.await;
        }
    }

    /// Carries out what [`FaultKind::CarriedOutLater`] holds back, and waits until it is.
    pub async fn release(&self) {
        self.released.send_modify(|times| *times += 1);
        // Every receiver is a request that is held back; it is gone once that is carried out.
        self.released.closed().await;
    }

    /// Calls one fault off.
    pub fn remove(&self, id: FaultId) {
        self.lock().retain(|fault| fault.id != id);
    }

    /// Calls all faults off.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn stale(&self) -> std::sync::MutexGuard<'_, StaleAnswers> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wait and the fault for this request.
    fn strike(&self, method: &Method, uri: &Uri, body: &[u8]) -> (Duration, Option<Strike>) {
        let mut wait = Duration::ZERO;
        let mut strike = None;
        for fault in self.lock().iter_mut() {
            if !fault.matcher.hits(method, uri, body) {
                continue;
            }
            fault.seen += 1;
            if !fault.matcher.counts(fault.seen) {
                continue;
            }
            match &fault.kind {
                FaultKind::Latency(more) => wait += *more,
                kind if strike.is_none() => {
                    let pages = Arc::clone(&fault.pages);
                    strike = Some(Strike { id: fault.id, kind: kind.clone(), pages });
                }
                _ => continue,
            }
            fault.struck += 1;
        }
        self.struck.notify_waiters();
        (wait, strike)
    }
}

/// The fault that hits a request.
struct Strike {
    id: FaultId,
    kind: FaultKind,
    pages: Arc<pages::LastPages>,
}

/// The connection is to be cut.
#[derive(Debug, thiserror::Error)]
#[error("connection cut on demand")]
pub(crate) struct Cut;

/// Records the request, lets the ordered fault strike, and otherwise answers.
pub(crate) async fn answer(front: Arc<Front>, router: Router, request: Request) -> Result<Response, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    front.requests.add(&parts.method, &parts.uri, &parts.headers, &body);
    let path = parts.uri.path().to_owned();
    let (wait, strike) = front.faults.strike(&parts.method, &parts.uri, &body);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let target = parts.uri.to_string();
    let asked_size = pages::size(&parts.uri);
    let request = Request::from_parts(parts, Body::from(body));
    let Some(Strike { id, kind, pages: last }) = strike else { return Ok(route(router, request).await) };
    match kind {
        FaultKind::Status { status, retry_after } => Ok(front.manners.refuse(status, retry_after)),
        FaultKind::TooManyRequests { retry_after } => Ok(front.manners.too_many(&path, retry_after)),
        FaultKind::Redirect(host) => Ok(redirect(&host, &target)),
        FaultKind::DropConnection => Err(Cut),
        FaultKind::ServerGone => {
            front.set_present(false);
            Err(Cut)
        }
        FaultKind::DropAfter => {
            route(router, request).await;
            Err(Cut)
        }
        FaultKind::GarbageBody => {
            let (mut parts, _) = route(router, request).await.into_parts();
            parts.headers.remove(header::CONTENT_LENGTH);
            Ok(Response::from_parts(parts, Body::from("\u{0}<<<{\"half\": [1, 2,")))
        }
        FaultKind::CutBody(after) => cut(route(router, request).await, after).await,
        FaultKind::SlowBody(size, pause) => slow(route(router, request).await, size, pause).await,
        FaultKind::Links { from, to } => Ok(pages::relinked(route(router, request).await, &from, &to)),
        FaultKind::PageLimit(most) => match asked_size.filter(|size| *size > most) {
            Some(size) => Ok(pages::too_large(size)),
            None => Ok(route(router, request).await),
        },
        FaultKind::Rows(rows) => pages::with_rows(route(router, request).await, &path, rows, &last).await,
        FaultKind::StatusAfter(status) => {
            route(router, request).await;
            Ok(front.manners.refuse(status, None))
        }
        FaultKind::CarriedOutLater => {
            let mut released = front.faults.released.subscribe();
            tokio::spawn(async move {
                if released.changed().await.is_ok() {
                    route(router, request).await;
                }
            });
            Err(Cut)
        }
        FaultKind::Silence => std::future::pending().await,
        FaultKind::SilenceAfter => {
            route(router, request).await;
            std::future::pending().await
        }
        FaultKind::Stale => stale(&front, id, router, request).await,
        FaultKind::Latency(_) => Ok(route(router, request).await),
    }
}

async fn stale(front: &Front, id: FaultId, router: Router, request: Request) -> Result<Response, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let asked = (id, parts.uri.to_string(), body.clone());
    let known = front.faults.stale().get(&asked).cloned();
    let (head, text) = match known {
        Some(known) => known,
        None => {
            let answer = route(router, Request::from_parts(parts, Body::from(body))).await;
            let (head, text) = answer.into_parts();
            let text = text.collect().await.map_err(|_| Cut)?.to_bytes();
            front.faults.stale().insert(asked, (head.clone(), text.clone()));
            (head, text)
        }
    };
    Ok(Response::from_parts(head, Body::from(text)))
}

fn instead(
    status: StatusCode,
    content_type: &'static str,
    body: &'static str,
    retry_after: Option<u64>,
) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, content_type)], body).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// How a server words what it refuses on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    /// `{"message": …}`, and 429 as GitLab's rate limiter words it.
    Gitlab,
    /// `{"errors": [{code, message}]}`.
    Harbor,
}

impl Manners {
    fn refuse(self, status: StatusCode, retry_after: Option<u64>) -> Response {
        let body = match self {
            Self::Gitlab => "{\"message\":\"on demand\"}",
            Self::Harbor if status.is_server_error() => {
                "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"internal server error\"}]}"
            }
            Self::Harbor => "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"on demand\"}]}",
        };
        instead(status, "application/json", body, retry_after)
    }

    /// GitLab: 429 is plain text over REST and HTML over GraphQL, where no headers say when to retry.
    fn too_many(self, path: &str, retry_after: Option<u64>) -> Response {
        let status = StatusCode::TOO_MANY_REQUESTS;
        match self {
            Self::Gitlab if path == "/api/graphql" => {
                let page = "<!DOCTYPE html><html><body><h1>429</h1><p>Too many requests</p></body></html>";
                instead(status, "text/html; charset=utf-8", page, None)
            }
            Self::Gitlab => instead(status, "text/plain", "Retry later\n", retry_after),
            Self::Harbor => {
                let body = "{\"errors\":[{\"code\":\"TOO_MANY_REQUEST\",\"message\":\"too many requests\"}]}";
                instead(status, "application/json; charset=utf-8", body, retry_after)
            }
        }
    }
}

fn redirect(host: &str, target: &str) -> Response {
    let location = format!("{}{target}", host.trim_end_matches('/'));
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Announces the whole length and breaks off.
async fn cut(response: Response, after: usize) -> Result<Response, Cut> {
    let (mut parts, body) = response.into_parts();
    let whole = body.collect().await.map_err(|_| Cut)?.to_bytes();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len().max(after + 1)));
    let start = whole.slice(..after.min(whole.len()));
    let pieces: [Result<Bytes, Cut>; 2] = [Ok(start), Err(Cut)];
    // The pause lets the first piece leave before the connection ends.
    let stream = futures::stream::iter(pieces).then(|piece| async {
        if piece.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        piece
    });
    Ok(Response::from_parts(parts, Body::from_stream(stream)))
}

async fn slow(response: Response, size: usize, pause: Duration) -> Result<Response, Cut> {
    let (mut parts, body) = response.into_parts();
    let whole = body.collect().await.map_err(|_| Cut)?.to_bytes();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let pieces: Vec<Bytes> = whole.chunks(size.max(1)).map(|piece| whole.slice_ref(piece)).collect();
    let stream = futures::stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(pause).await;
        Ok::<Bytes, Cut>(piece)
    });
    Ok(Response::from_parts(parts, Body::from_stream(stream)))
}
