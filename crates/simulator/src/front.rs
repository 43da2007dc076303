//! What every server in a box is behind: a port that can go away and come back, the faults that are
//! ordered, and the record of what arrived.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::{self, Faults, Manners};
use crate::record::Requests;

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

/// The part of a server that knows nothing of what it serves.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    pub(crate) base_url: String,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    pub(crate) manners: Manners,
    /// Whether the server answers at all.
    present: watch::Sender<bool>,
}

impl Front {
    /// Host and port, as image names begin.
    pub(crate) fn host(&self) -> &str {
        self.base_url.strip_prefix("http://").unwrap_or(&self.base_url)
    }

    /// Lets the server go away, or come back on the same port.
    pub(crate) fn set_present(&self, present: bool) {
        self.present.send_replace(present);
    }
}

/// A port that is listened on and not served yet.
pub(crate) struct Opened {
    pub(crate) front: Arc<Front>,
    listener: TcpListener,
}

/// Listens on 127.0.0.1.
pub(crate) async fn open(port: u16, manners: Manners) -> Result<Opened, StartError> {
    let listener = listen(port).await.map_err(|source| StartError::Listen { port, source })?;
    let address = listener.local_addr().map_err(|source| StartError::Listen { port, source })?;
    let (present, _) = watch::channel(true);
    let front = Front {
        address,
        base_url: format!("http://{address}"),
        faults: Faults::default(),
        requests: Requests::default(),
        manners,
        present,
    };
    Ok(Opened { front: Arc::new(front), listener })
}

impl Opened {
    /// Lets `router` answer what arrives.
    pub(crate) fn serve(self, router: Router) -> Serving {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(Arc::clone(&self.front), router, self.listener, stopped));
        Serving { front: self.front, stop, task: Some(task) }
    }
}

/// A server that runs. Dropping it stops it.
pub(crate) struct Serving {
    pub(crate) front: Arc<Front>,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Serving {
    /// Cuts connections and refuses new ones.
    pub(crate) async fn go_away(&self) {
        self.front.set_present(false);
        // The port is free once nothing accepts any more.
        while TcpStream::connect(self.front.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// Listens again, on the same port.
    pub(crate) async fn come_back(&self) {
        self.front.set_present(true);
        while TcpStream::connect(self.front.address).await.is_err() {
            tokio::task::yield_now().await;
        }
    }

    /// Stops, letting running requests finish for at most a second.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.take() {
            // A task that panicked or was cancelled has stopped as well.
            let _ = task.await;
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Accepts connections until told to stop; while the server is away there is no listener at all, so
/// that clients are refused rather than kept waiting.
async fn run(front: Arc<Front>, router: Router, first: TcpListener, mut stopped: watch::Receiver<bool>) {
    let mut present = front.present.subscribe();
    let mut listener = Some(first);
    while !*stopped.borrow() {
        let Some(active) = listener.take() else {
            let back = tokio::select! {
                _ = stopped.changed() => false,
                back = present.wait_for(|present| *present) => back.is_ok(),
            };
            if back {
                listener = listen(front.address.port()).await.ok();
                if listener.is_none() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
            continue;
        };
        serve(&front, &router, active, &mut present, &mut stopped).await;
    }
}

/// Serves one listener until the server goes away (connections cut) or stops (connections finish).
async fn serve(
    front: &Arc<Front>,
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
        let front = Arc::clone(front);
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let (front, router) = (Arc::clone(&front), router.clone());
            async move { faults::answer(front, router, request.map(axum::body::Body::new)).await }
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
