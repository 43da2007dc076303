//! The database's health: what is wrong with its file, checks in the background, seals on what was read.

use std::path::PathBuf;
use std::sync::Mutex;

use tagwarden_archive::{Damage, Holder, Recovery};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::Changed;
use tagwarden_ipc::settings::{LockHolder, Recovered};
use tokio_util::sync::CancellationToken;

use crate::Console;
use crate::errors::{IntoApi as _, concerns_database};
use crate::jobs::lock;

/// What is known of the database file.
#[derive(Default)]
pub(crate) struct Health {
    /// The file.
    pub(crate) file: Option<PathBuf>,
    /// What is wrong with it now.
    trouble: Mutex<Option<ApiError>>,
    /// What became of one that could not be used.
    pub(crate) recovered: Option<Recovered>,
    /// The program that has it open.
    pub(crate) locked_by: Option<LockHolder>,
    /// One check or sealing at a time.
    working: tokio::sync::Mutex<()>,
    stopped: CancellationToken,
}

impl Health {
    pub(crate) fn new(file: Option<PathBuf>, trouble: Option<ApiError>) -> Self {
        Self { file, trouble: Mutex::new(trouble), ..Self::default() }
    }

    /// A database that was begun because the file before it could not be used.
    pub(crate) fn after(self, recovery: Option<&Recovery>) -> Self {
        Self { recovered: recovery.map(recovered), ..self }
    }

    /// A database that another program has open.
    pub(crate) fn held_by(self, holder: Option<Holder>) -> Self {
        let locked_by = holder.map(|Holder { pid, host, since }| LockHolder { pid, host, since });
        Self { locked_by, ..self }
    }

    /// What is wrong with the database now.
    pub(crate) fn trouble(&self) -> Option<ApiError> {
        lock(&self.trouble).clone()
    }

    /// Ends what goes on in the background.
    pub(crate) fn stop(&self) {
        self.stopped.cancel();
    }

    /// An error about the file, which names it.
    pub(crate) fn name_file(&self, mut error: ApiError) -> ApiError {
        if concerns_database(error.code) && error.detail.is_none() {
            error.detail = self.file.as_ref().map(|file| file.display().to_string());
        }
        error
    }
}

fn recovered(recovery: &Recovery) -> Recovered {
    let code = if recovery.was_empty { ErrorCode::DatabaseEmpty } else { ErrorCode::DatabaseSetAside };
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Recovered {
        error: ApiError::new(code).detail(recovery.set_aside.display().to_string()),
        runs: count(recovery.runs),
        connections: count(recovery.connections),
        drafts: count(recovery.drafts),
        lost: recovery.lost,
    }
}

impl Console {
    /// The program that has the database open, where this one could not have it.
    pub fn is_locked_out(&self) -> bool {
        self.inner.health.trouble().is_some_and(|trouble| trouble.code == ErrorCode::DatabaseLocked)
    }

    /// What every host does with an error on its way out: one about the database names the file, and one that
    /// says that it is damaged has it checked.
    pub fn note(&self, error: ApiError) -> ApiError {
        if error.code == ErrorCode::DatabaseCorrupt && self.inner.health.trouble().is_none() {
            let console = self.clone();
            tokio::spawn(async move { console.check_database().await });
        }
        self.inner.health.name_file(error)
    }

    /// Checks the database once the first screen is there, and seals what is not sealed.
    pub(crate) fn look_after_database(&self) {
        let console = self.clone();
        tokio::spawn(async move {
            let health = &console.inner.health;
            tokio::select! {
                () = health.stopped.cancelled() => {}
                () = async {
                    tokio::time::sleep(console.inner.config.check_after).await;
                    console.check_database().await;
                    console.seal().await;
                } => {}
            }
        });
    }

    /// Seals in the background what a sync has read.
    pub(crate) fn seal_soon(&self) {
        let console = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = console.inner.health.stopped.cancelled() => {}
                () = console.seal() => {}
            }
        });
    }

    async fn seal(&self) {
        let health = &self.inner.health;
        let _working = health.working.lock().await;
        if health.trouble().is_some() {
            return;
        }
        if let Err(error) = self.inner.archive.seal_tags().await {
            tracing::warn!(%error, "not sealed");
        }
    }

    /// Compares the whole database with its checksums. Damage is said in the window, no change is made from
    /// then on, and the next start sets the file aside.
    pub async fn check_database(&self) {
        let health = &self.inner.health;
        let _working = health.working.lock().await;
        if health.trouble().is_some_and(|trouble| trouble.code != ErrorCode::DatabaseReadOnly) {
            return;
        }
        match self.inner.archive.check().await {
            Ok(None) => {}
            Ok(Some(damage)) => self.found(&damage),
            Err(error) => tracing::warn!(%error, "the database could not be checked"),
        }
    }

    fn found(&self, damage: &Damage) {
        tracing::warn!(%damage, "the database is damaged");
        if let Err(error) = self.inner.archive.mark_damaged() {
            // The check of the next start finds it again.
            tracing::warn!(error = %error.api(), "the database could not be marked as damaged");
        }
        let health = &self.inner.health;
        *lock(&health.trouble) = Some(health.name_file(ApiError::new(ErrorCode::DatabaseCorrupt)));
        self.inner.jobs.changed(Changed::Database, None);
    }
}
