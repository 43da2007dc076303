//! The server: one port on 127.0.0.1, stopped with the value that started it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::answer::{self, Refusal};
use super::calls;
use super::faults::{Fault, Faults};
use super::seed;
use super::signed::{self, Caller, Signed};
use super::state::State;
use crate::Clock;
use crate::front::StartError;

/// What begins the header that names an operation.
const TARGET: &str = "AmazonEC2ContainerRegistry_V20150921.";

/// What the box is filled with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seed {
    /// Nothing.
    Empty,
    /// Some 25 repositories in all four modes, with some 1,500 tags.
    #[default]
    Demo,
}

/// How the box is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port; 0 takes a free one.
    pub port: u16,
    /// What it is filled with.
    pub seed: Seed,
    /// The account.
    pub account: String,
    /// The region that requests must be signed for.
    pub region: String,
    /// Entries of a page at most, however many are asked for.
    pub page: usize,
    /// Where the time comes from.
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            seed: Seed::Demo,
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            page: 1000,
            clock: Clock::system(),
        }
    }
}

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The operation, empty when none was named.
    pub operation: String,
    /// The body.
    pub body: Value,
    /// All headers as one text, for tests that look for what must not be there.
    pub headers: String,
}

/// A refused operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refused {
    /// The code.
    pub code: String,
    /// What it says.
    pub message: String,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code, message: refusal.message }
    }
}

/// What all requests share.
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) state: Mutex<State>,
    faults: Faults,
    records: Mutex<Vec<Record>>,
}

impl Shared {
    pub(super) fn edit<R>(&self, edit: impl FnOnce(&mut State) -> R) -> R {
        edit(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Starts a box.
///
/// Must be called on a Tokio runtime.
///
/// # Errors
/// When the port cannot be listened on.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let port = config.port;
    let failed = |source| StartError::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let state = Mutex::new(seed::build(&config));
    let shared = Arc::new(Shared { config, state, faults: Faults::default(), records: Mutex::default() });
    let task = tokio::spawn(run(Arc::clone(&shared), listener));
    Ok(Running { shared, address, base_url: format!("http://{address}"), task })
}

/// A box that runs. Dropping it stops it.
pub struct Running {
    shared: Arc<Shared>,
    address: SocketAddr,
    base_url: String,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Running {
    /// `http://127.0.0.1:` and the port, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Changes the box behind its clients' backs, or looks at it.
    pub fn edit<R>(&self, edit: impl FnOnce(&mut State) -> R) -> R {
        self.shared.edit(edit)
    }

    /// Carries an operation out without asking who wants it; what is refused is answered as its code.
    pub fn call(&self, operation: &str, body: &Value) -> Result<Value, Refused> {
        let caller = Caller { may_change: true };
        calls::carry_out(&self.shared, caller, operation, body).map_err(Refused::from)
    }

    /// Orders a fault for an operation (`None`: for all), that many times (`None`: always).
    pub fn fault(&self, operation: Option<&str>, times: Option<u32>, fault: Fault) {
        self.shared.faults.order(operation, times, fault);
    }

    /// Calls all faults off.
    pub fn mend(&self) {
        self.shared.faults.clear();
    }

    /// The requests that arrived, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Record> {
        self.shared.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The connection is to be cut.
#[derive(Debug, thiserror::Error)]
#[error("connection cut on demand")]
struct Cut;

async fn run(shared: Arc<Shared>, listener: TcpListener) {
    // Dropped with this task, and with it every connection.
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "accept failed");
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
        };
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&shared), request));
            // A client that goes away is its own affair.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Cut> {
    let (parts, body) = request.into_parts();
    let bytes = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix(TARGET)).unwrap_or_default().to_owned();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let record =
        Record { operation: operation.clone(), body: body.clone(), headers: format!("{:?}", parts.headers) };
    shared.records.lock().unwrap_or_else(PoisonError::into_inner).push(record);

    let fault = shared.faults.strike(&operation);
    if let Some(refusal) = fault.as_ref().and_then(Fault::refusal) {
        return Ok(answer::response(Err(refusal)));
    }
    match &fault {
        Some(Fault::CutBefore) => return Err(Cut),
        Some(Fault::Redirect(to)) => return Ok(redirect(to)),
        _ => {}
    }
    let signed = Signed {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: &bytes,
    };
    let outcome = signed::caller(&signed, &shared.config.region).and_then(|caller| {
        if operation.is_empty() {
            return Err(Refusal { status: 404, ..Refusal::new("UnknownOperationException", "") });
        }
        calls::carry_out(&shared, caller, &operation, &body)
    });
    match fault {
        Some(Fault::CutAfter) => Err(Cut),
        Some(Fault::Garbage) => {
            let mut response = answer::response(outcome);
            *response.body_mut() = Body::from("\u{0}<<<{\"half\": [1, 2,");
            Ok(response)
        }
        _ => Ok(answer::response(outcome)),
    }
}

fn redirect(to: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}
