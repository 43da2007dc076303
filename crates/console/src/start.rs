//! Getting ready: the database, what a crash left open, the first answer to the window.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tagwarden_archive::{Archive, ArchiveError, Recovery};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::settings::{AppStart, Settings};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::errors::IntoApi as _;
use crate::health::Health;
use crate::{Console, Inner, demo, jobs, plans, preview, registry, tags};

/// How often, and with which pauses, the lock is asked for before another program counts as running.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// Opens the database and builds the console.
pub(crate) async fn start(config: Config) -> Console {
    let (archive, health) = open(&config).await;
    let console = Console {
        inner: Arc::new(Inner {
            config,
            archive,
            health,
            jobs: Arc::new(jobs::Jobs::default()),
            registries: registry::Registries::default(),
            settings: tokio::sync::Mutex::default(),
            demo: demo::Stage::default(),
            scopes: preview::Scopes::default(),
            plans: plans::Plans::default(),
            tag_totals: tags::Totals::default(),
            settling: tokio::sync::Mutex::default(),
            stopping: CancellationToken::new(),
        }),
    };
    // Not the console itself, which would then never be dropped.
    let inner = Arc::downgrade(&console.inner);
    console.inner.jobs.note_errors(Box::new(move |error| match inner.upgrade() {
        Some(inner) => Console { inner }.note(error),
        None => error,
    }));
    if !console.is_locked_out() {
        console.resume_demo();
        console.resume_changes().await;
        console.move_proxy_password();
        console.look_after_database();
    }
    console
}

/// A file that cannot be used is left alone, or set aside when it is damaged; without any, the session lives
/// in memory.
async fn open(config: &Config) -> (Archive, Health) {
    let Some(folder) = &config.data_folder else {
        let trouble = ApiError::new(ErrorCode::DatabaseUnavailable);
        return (in_memory().await, Health::new(None, Some(trouble)));
    };
    let file = folder.join("tagwarden.db");
    match open_or_wait(&file, (config.now)()).await {
        Ok((archive, recovery)) => {
            let detail = file.display().to_string();
            let trouble =
                archive.is_read_only().then(|| ApiError::new(ErrorCode::DatabaseReadOnly).detail(detail));
            (archive, Health::new(Some(file), trouble).after(recovery.as_ref()))
        }
        Err(error) => {
            let holder = match &error {
                ArchiveError::Locked { holder } => holder.clone(),
                _ => None,
            };
            let mut trouble = error.api();
            trouble.detail = trouble.detail.or_else(|| Some(file.display().to_string()));
            (in_memory().await, Health::new(Some(file), Some(trouble)).held_by(holder))
        }
    }
}

/// A program that is just ending has the lock for a moment longer.
async fn open_or_wait(file: &Path, now: i64) -> Result<(Archive, Option<Recovery>), ArchiveError> {
    for _ in 0..LOCK_TRIES {
        match Archive::open_or_recover(file, now).await {
            Err(ArchiveError::Locked { .. }) => tokio::time::sleep(LOCK_PAUSE).await,
            outcome => return outcome,
        }
    }
    Archive::open_or_recover(file, now).await
}

async fn in_memory() -> Archive {
    loop {
        match Archive::open_in_memory().await {
            Ok(archive) => return archive,
            // Only for want of memory; there is nothing else to go on with.
            Err(error) => {
                tracing::error!(%error, "no database in memory");
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        }
    }
}

impl Console {
    pub(crate) async fn app_start_impl(&self) -> Result<AppStart, ApiError> {
        Ok(AppStart {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            keychain: self.keychain_at_once().await,
            database: self.inner.health.trouble(),
            recovered: self.inner.health.recovered.clone(),
            locked_by: self.inner.health.locked_by.clone(),
            connections: self.connection_list().await?,
            settings: match self.settings().await {
                // The check says so; the window has to open for that.
                Err(error) if error.code == ErrorCode::DatabaseCorrupt => Settings::default(),
                settings => settings?,
            },
            data_folder: self
                .inner
                .config
                .data_folder
                .as_ref()
                .map(|folder| folder.display().to_string())
                .unwrap_or_default(),
            open_changes: self.open_changes().await?,
        })
    }
}
