//! A GitLab in a box: what its handlers share, and the handle by which it is held.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::Router;

use crate::config::Config;
use crate::content::{Contents, Keeps};
use crate::faults::{Faults, Manners};
use crate::front::{Front, Serving, StartError, open};
use crate::record::RequestRecord;
use crate::registry::token::IssuedTokens;
use crate::state::State;
use crate::{graphql, registry, rest, seeds};

/// What all handlers share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) front: Arc<Front>,
    state: RwLock<State>,
    pub(crate) issued: Mutex<IssuedTokens>,
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
        self.front.host()
    }
}

impl Keeps for Shared {
    fn contents<R>(&self, work: impl FnOnce(&mut Contents) -> R) -> R {
        self.write(|state| work(&mut state.contents))
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
        let opened = open(config.port, Manners::Gitlab).await?;
        let state = seeds::build(&config);
        let shared = Arc::new(Shared {
            front: Arc::clone(&opened.front),
            state: RwLock::new(state),
            issued: Mutex::new(IssuedTokens::default()),
            config,
        });
        let serving = opened.serve(router(&shared));
        Ok(Running { shared, serving })
    }
}

/// A server that runs. Dropping it stops it.
pub struct Running {
    shared: App,
    serving: Serving,
}

impl Running {
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

    /// Runs a project's cleanup policy as the scheduled job would, and names the tags it deleted as
    /// `repository path:tag`.
    ///
    /// GitLab: the scheduled run has no user, so every rule's tags are skipped.
    pub fn run_cleanup(&self, project_path: &str) -> Vec<String> {
        self.shared.write(|state| rest::cleanup::run_policy(state, project_path))
    }

    /// Goes away: connections are cut and new ones refused, until [`Running::come_back`].
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

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address()).finish_non_exhaustive()
    }
}

fn router(shared: &App) -> Router {
    Router::new()
        .nest("/api/v4", rest::router())
        .merge(graphql::router())
        .merge(registry::router())
        .fallback(rest::not_found)
        .with_state(Arc::clone(shared))
}
