//! Getting ready: the database, what a crash left open, the first answer to the window.

use std::path::Path;
use std::sync::Arc;

use tagwarden_archive::Archive;
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::settings::AppStart;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::errors::IntoApi as _;
use crate::{Console, Inner, demo, jobs, plans, preview, registry, tags};

/// Opens the database and builds the console.
pub(crate) async fn start(config: Config) -> Console {
    let (archive, archive_trouble) = open(&config.data_folder.join("tagwarden.db")).await;
    let console = Console {
        inner: Arc::new(Inner {
            config,
            archive,
            archive_trouble,
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
    console.resume_demo();
    console.resume_changes().await;
    console.move_proxy_password();
    console
}

/// A file that cannot be used is left alone; the session then lives in memory.
async fn open(path: &Path) -> (Archive, Option<ApiError>) {
    match Archive::open(path).await {
        Ok(archive) => {
            let trouble = archive
                .is_read_only()
                .then(|| ApiError::new(ErrorCode::DatabaseReadOnly).detail(path.display().to_string()));
            (archive, trouble)
        }
        Err(error) => {
            let mut trouble = error.api();
            trouble.detail = Some(path.display().to_string());
            (in_memory().await, Some(trouble))
        }
    }
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
            database: self.inner.archive_trouble.clone(),
            connections: self.connection_list().await?,
            settings: self.settings().await?,
            data_folder: self.inner.config.data_folder.display().to_string(),
            open_changes: self.open_changes().await?,
        })
    }
}
