//! Faults on demand: what networks and servers do on a bad day, at the request that a test names.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt;
use http_body_util::BodyExt;

use crate::front::{Front, route};

/// Which requests a fault hits.
#[derive(Clone, Debug)]
pub struct Matcher {
    method: Option<Method>,
    path_prefix: String,
    body_contains: Option<String>,
    first: u32,
    last: u32,
}

impl Matcher {
    /// Every request whose path, as sent, begins with `prefix`.
    #[must_use]
    pub fn path(prefix: &str) -> Self {
        Self { method: None, path_prefix: prefix.to_owned(), body_contains: None, first: 1, last: u32::MAX }
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

    fn hits(&self, method: &Method, path: &str, body: &[u8]) -> bool {
        let wanted = self.method.as_ref().is_none_or(|wanted| wanted == method);
        let text = self
            .body_contains
            .as_ref()
            .is_none_or(|text| body.windows(text.len().max(1)).any(|window| window == text.as_bytes()));
        wanted && path.starts_with(&self.path_prefix) && text
    }
}

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
    /// A redirect to the same path at this address.
    Redirect(String),
    /// The server goes away: this and all connections are cut and new ones refused.
    ServerGone,
}

/// A number to call a fault off with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultId(u64);

#[derive(Debug)]
struct Fault {
    id: FaultId,
    matcher: Matcher,
    kind: FaultKind,
    seen: u32,
}

/// The faults that are ordered.
#[derive(Debug, Default)]
pub struct Faults {
    list: Mutex<Vec<Fault>>,
    next: std::sync::atomic::AtomicU64,
}

impl Faults {
    /// Orders a fault. Of several that hit one request the first ordered strikes; latencies add up.
    pub fn add(&self, matcher: Matcher, kind: FaultKind) -> FaultId {
        let id = FaultId(self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        self.lock().push(Fault { id, matcher, kind, seen: 0 });
        id
    }

    /// Calls one fault off.
    pub fn remove(&self, id: FaultId) {
        self.lock().retain(|fault| fault.id != id);
    }

    /// Calls all faults off.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wait and the fault for this request.
    fn strike(&self, method: &Method, path: &str, body: &[u8]) -> (Duration, Option<FaultKind>) {
        let mut wait = Duration::ZERO;
        let mut kind = None;
        for fault in self.lock().iter_mut() {
            if !fault.matcher.hits(method, path, body) {
                continue;
            }
            fault.seen += 1;
            if !(fault.matcher.first..=fault.matcher.last).contains(&fault.seen) {
                continue;
            }
            match &fault.kind {
                FaultKind::Latency(more) => wait += *more,
                other if kind.is_none() => kind = Some(other.clone()),
                _ => {}
            }
        }
        (wait, kind)
    }
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
    let (wait, kind) = front.faults.strike(&parts.method, &path, &body);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let target = parts.uri.to_string();
    let request = Request::from_parts(parts, Body::from(body));
    match kind {
        None => Ok(route(router, request).await),
        Some(FaultKind::Status { status, retry_after }) => Ok(front.manners.refuse(status, retry_after)),
        Some(FaultKind::TooManyRequests { retry_after }) => Ok(front.manners.too_many(&path, retry_after)),
        Some(FaultKind::Redirect(host)) => Ok(redirect(&host, &target)),
        Some(FaultKind::DropConnection) => Err(Cut),
        Some(FaultKind::ServerGone) => {
            front.set_present(false);
            Err(Cut)
        }
        Some(FaultKind::DropAfter) => {
            route(router, request).await;
            Err(Cut)
        }
        Some(FaultKind::GarbageBody) => {
            let (mut parts, _) = route(router, request).await.into_parts();
            parts.headers.remove(header::CONTENT_LENGTH);
            Ok(Response::from_parts(parts, Body::from("\u{0}<<<{\"half\": [1, 2,")))
        }
        Some(FaultKind::CutBody(after)) => cut(route(router, request).await, after).await,
        Some(FaultKind::SlowBody(size, pause)) => slow(route(router, request).await, size, pause).await,
        Some(FaultKind::Latency(_)) => Ok(route(router, request).await),
    }
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
