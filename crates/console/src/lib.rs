//! What Tagwarden can do, one use-case a function. Knows no window and no command line.
//!
//! [`Console`] implements every command of the wire ([`tagwarden_ipc::Commands`]). A host makes one
//! with [`Console::start`], listens to its job events and hands requests over.

mod apply;
mod assess;
mod cleanup;
mod commands;
mod company;
mod config;
mod connections;
mod demo;
mod errors;
mod filter;
mod health;
mod images;
mod jobs;
mod journal;
mod keychain;
mod plans;
mod preview;
mod products;
mod projects;
mod registry;
mod settings;
mod simulate;
mod start;
mod sync;
mod tags;

use std::sync::Arc;

use tagwarden_archive::Archive;
use tagwarden_ipc::jobs::JobEvent;
use tokio_util::sync::CancellationToken;

pub use config::{Config, Environment, Sleep};
pub use tagwarden_vault::forbid_dumps;

/// How long [`Console::stop`] waits for calls that are under way, so that the journal can be closed.
const LAST_CALLS: std::time::Duration = std::time::Duration::from_secs(3);

/// The program without a window. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    pub(crate) inner: Arc<Inner>,
}

/// What all use-cases share.
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) archive: Archive,
    pub(crate) health: health::Health,
    pub(crate) jobs: Arc<jobs::Jobs>,
    pub(crate) registries: registry::Registries,
    /// Held while settings are read to be written.
    pub(crate) settings: tokio::sync::Mutex<()>,
    pub(crate) demo: demo::Stage,
    pub(crate) scopes: preview::Scopes,
    pub(crate) plans: plans::Plans,
    pub(crate) tag_totals: tags::Totals,
    /// Held while entries of the journal are settled, so that no rule is made again twice.
    pub(crate) settling: tokio::sync::Mutex<()>,
    /// Cancelled when the program stops, for work that no job waits for.
    pub(crate) stopping: CancellationToken,
}

impl Console {
    /// Opens the database and gets ready. Never fails: without a usable file everything works in
    /// memory for this session, and [`tagwarden_ipc::settings::AppStart`] says so.
    pub async fn start(config: Config) -> Self {
        start::start(config).await
    }

    /// Sends all job events to `listener` from now on, until it answers `false`.
    pub fn listen(&self, listener: impl Fn(JobEvent) -> bool + Send + Sync + 'static) {
        self.inner.jobs.listen(Arc::new(listener));
    }

    /// Stops all jobs and the demo registry, and closes the database.
    pub async fn stop(&self) {
        self.inner.stopping.cancel();
        self.inner.health.stop();
        self.inner.jobs.cancel_all();
        self.inner.jobs.all_ended(LAST_CALLS).await;
        self.inner.demo.stop_all().await;
        self.inner.archive.close().await;
    }

    pub(crate) fn now(&self) -> i64 {
        (self.inner.config.now)()
    }

    pub(crate) async fn sleep(&self, pause: std::time::Duration) {
        (self.inner.config.sleep)(pause).await;
    }

    pub(crate) fn new_id(&self) -> String {
        (self.inner.config.new_id)()
    }
}
