//! What a Harbor's handlers share, and the handle by which it is held.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::{Router, middleware};
use tokio::time::Instant;

use super::config::HarborConfig;
use super::security::Caller;
use super::state::State;
use super::{api, data, gate, seeds};
use crate::content::{Contents, Keeps};
use crate::faults::{Faults, Manners};
use crate::front::{Front, Serving, StartError, open};
use crate::record::RequestRecord;

/// What all handlers share.
pub(crate) struct Shared {
    pub(crate) config: HarborConfig,
    pub(crate) front: Arc<Front>,
    state: RwLock<State>,
    /// Bearer tokens for `/v2/` and whose they are.
    pub(crate) issued: Mutex<HashMap<String, Caller>>,
    /// Names that are locked after a failed login, and until when.
    pub(crate) locked: Mutex<HashMap<String, Instant>>,
}

pub(crate) type App = Arc<Shared>;

impl Shared {
    pub(crate) fn read<R>(&self, read: impl FnOnce(&State) -> R) -> R {
        read(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn write<R>(&self, write: impl FnOnce(&mut State) -> R) -> R {
        write(&mut self.state.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Keeps for Shared {
    fn contents<R>(&self, work: impl FnOnce(&mut Contents) -> R) -> R {
        self.write(|state| work(&mut state.contents))
    }
}

/// A Harbor in a box.
#[derive(Debug)]
pub struct HarborBox;

impl HarborBox {
    /// Starts a server on 127.0.0.1; it runs until [`RunningHarbor::stop`] or until the handle is
    /// dropped.
    ///
    /// Must be called on a Tokio runtime.
    ///
    /// # Errors
    /// When the port cannot be listened on.
    pub async fn start(config: HarborConfig) -> Result<RunningHarbor, StartError> {
        let opened = open(config.port, Manners::Harbor).await?;
        let state = seeds::build(&config);
        let shared = Arc::new(Shared {
            front: Arc::clone(&opened.front),
            state: RwLock::new(state),
            issued: Mutex::default(),
            locked: Mutex::default(),
            config,
        });
        let serving = opened.serve(router(&shared));
        Ok(RunningHarbor { shared, serving })
    }
}

/// A Harbor that runs. Dropping it stops it.
pub struct RunningHarbor {
    shared: App,
    serving: Serving,
}

impl RunningHarbor {
    /// `http://127.0.0.1:` and the port, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.serving.front.base_url
    }

    /// Host and port, as `docker` and `skopeo` name a registry.
    #[must_use]
    pub fn host(&self) -> &str {
        self.serving.front.host()
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.serving.front.address
    }

    /// Faults to order and to call off.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.serving.front.faults
    }

    /// All requests that arrived, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.serving.front.requests.all()
    }

    /// Forgets the requests that arrived.
    pub fn forget_requests(&self) {
        self.serving.front.requests.clear();
    }

    /// Changes the server behind its clients' backs.
    pub fn edit<R>(&self, edit: impl FnOnce(&mut State) -> R) -> R {
        self.shared.write(edit)
    }

    /// Looks at the server from inside.
    pub fn inspect<R>(&self, inspect: impl FnOnce(&State) -> R) -> R {
        self.shared.read(inspect)
    }

    /// Goes away: connections are cut and new ones refused, until [`RunningHarbor::come_back`].
    pub async fn go_away(&self) {
        self.serving.go_away().await;
    }

    /// Comes back on the same port.
    pub async fn come_back(&self) {
        self.serving.come_back().await;
    }

    /// Stops, letting running requests finish for at most a second.
    pub async fn stop(self) {
        self.serving.stop().await;
    }
}

impl std::fmt::Debug for RunningHarbor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningHarbor").field("address", &self.address()).finish_non_exhaustive()
    }
}

/// Everything passes the gate before it is routed, for the gate may rewrite the path.
fn router(shared: &App) -> Router {
    let inner = Router::new()
        .nest("/api/v2.0", api::router())
        .merge(data::router())
        .fallback(api::not_found)
        .method_not_allowed_fallback(api::not_allowed)
        .with_state(Arc::clone(shared));
    Router::new()
        .fallback_service(inner)
        .layer(middleware::from_fn_with_state(Arc::clone(shared), gate::pass))
}
