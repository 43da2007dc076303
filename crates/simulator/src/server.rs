//! The server itself: starting, stopping, going away and coming back.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::config::Config;
use crate::faults::Faults;
use crate::record::{RequestRecord, Requests};
use crate::registry::token::IssuedTokens;
use crate::state::State;
use crate::{faults, graphql, registry, rest, seeds};

/// The server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What all handlers share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) base_url: String,
    state: RwLock<State>,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    pub(crate) issued: Mutex<IssuedTokens>,
    /// Whether the server answers at all.
    present: watch::Sender<bool>,
}

pub(crate) type App = Arc<Shared>;

impl Shared {
    pub(crate) fn read<R>(&self, read: impl FnOnce(&State) -> R) -> R {
        read(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn write<R>(&self, write: impl FnOnce(&mut State) -> R) -> R {
        write(&mut self.state.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Host and port, as image names begin.
    pub(crate) fn host(&self) -> &str {
        self.base_url.strip_prefix("http://").unwrap_or(&self.base_url)
    }

    /// Lets the server go away, or come back on the same port.
    pub(crate) fn set_present(&self, present: bool) {
        self.present.send_replace(present);
    }
}

/// A GitLab in a box.
#[derive(Debug)]
pub struct Simulator;

impl Simulator {
    /// Starts a server on 127.0.0.1; it runs until [`Running::stop`] or until `Running` is dropped.
    ///
    /// Must be called on a Tokio runtime.
    ///
    /// # Errors
    /// When the port cannot be listened on.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let port = config.port;
        let listener = listen(port).await.map_err(|source| StartError::Listen { port, source })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { port, source })?;
        let base_url = format!("http://{address}");
        let (present, _) = watch::channel(true);
        let state = seeds::build(&config);
        let shared = Arc::new(Shared {
            base_url,
            state: RwLock::new(state),
            faults: Faults::default(),
            requests: Requests::default(),
            issued: Mutex::new(IssuedTokens::default()),
            present,
            config,
        });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(Arc::clone(&shared), listener, address, stopped));
        Ok(Running { shared, address, stop, task: Some(task) })
    }
}

/// A server that runs. Dropping it stops it.
pub struct Running {
    shared: App,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// `http://127.0.0.1:` and the port, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// Host and port, as `docker` and `skopeo` name a registry.
    #[must_use]
    pub fn host(&self) -> &str {
        self.shared.host()
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Faults to order and to call off.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// All requests that arrived, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.requests.all()
    }

    /// Forgets the requests that arrived.
    pub fn forget_requests(&self) {
        self.shared.requests.clear();
    }

    /// Changes the server behind its clients' backs.
    pub fn edit<R>(&self, edit: impl FnOnce(&mut State) -> R) -> R {
        self.shared.write(edit)
    }

    /// Looks at the server from inside.
    pub fn inspect<R>(&self, inspect: impl FnOnce(&State) -> R) -> R {
        self.shared.read(inspect)
    }

    /// Runs a project's cleanup policy as the scheduled job would, and names the tags it deleted as
    /// `repository path:tag`.
    ///
    /// GitLab: the scheduled run has no user, so every rule's tags are skipped.
    pub fn run_cleanup(&self, project_path: &str) -> Vec<String> {
        self.shared.write(|state| rest::cleanup::run_policy(state, project_path))
    }

    /// Goes away: connections are cut and new ones refused, until [`Running::come_back`].
    pub async fn go_away(&self) {
        self.shared.set_present(false);
        // The port is free once nothing accepts any more.
        while tokio::net::TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// Comes back on the same port.
    pub async fn come_back(&self) {
        self.shared.set_present(true);
        while tokio::net::TcpStream::connect(self.address).await.is_err() {
            tokio::task::yield_now().await;
        }
    }

    /// Stops, letting running requests finish for at most a second.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.take() {
            // A task that panicked or was cancelled has stopped as well.
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

fn router(shared: &App) -> Router {
    Router::new()
        .nest("/api/v4", rest::router())
        .merge(graphql::router())
        .merge(registry::router())
        .fallback(rest::not_found)
        .with_state(Arc::clone(shared))
}

/// Accepts connections until told to stop; while the server is away there is no listener at all, so
/// that clients are refused rather than kept waiting.
async fn run(shared: App, first: TcpListener, address: SocketAddr, mut stopped: watch::Receiver<bool>) {
    let router = router(&shared);
    let mut present = shared.present.subscribe();
    let mut listener = Some(first);
    while !*stopped.borrow() {
        let Some(active) = listener.take() else {
            let back = tokio::select! {
                _ = stopped.changed() => false,
                back = present.wait_for(|present| *present) => back.is_ok(),
            };
            if back {
                listener = listen(address.port()).await.ok();
                if listener.is_none() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
            continue;
        };
        serve(&shared, &router, active, &mut present, &mut stopped).await;
    }
}

/// Serves one listener until the server goes away (connections cut) or stops (connections finish).
async fn serve(
    shared: &App,
    router: &Router,
    listener: TcpListener,
    present: &mut watch::Receiver<bool>,
    stopped: &mut watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
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
            _ = stopped.wait_for(|stopped| *stopped) => break,
            _ = present.wait_for(|present| !*present) => return,
            Some(_) = connections.join_next() => continue,
        };
        // Small answers must not wait for more.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(shared);
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let (shared, router) = (Arc::clone(&shared), router.clone());
            async move { faults::answer(shared, router, request.map(axum::body::Body::new)).await }
        });
        let connection =
            graceful.watch(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended early");
            }
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(Duration::from_secs(1), graceful.shutdown()).await;
}

/// Lets the router answer.
pub(crate) async fn route(router: Router, request: Request) -> Response {
    use hyper::service::Service;
    let service = hyper_util::service::TowerToHyperService::new(router);
    let answer: Result<Response, Infallible> = service.call(request).await;
    match answer {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
