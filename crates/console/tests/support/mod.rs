//! A console in a folder of its own, with a listener that tests can wait on.
// A helper of tests fails as a test does.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use tagwarden_console::{Config, Console};
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::jobs::{JobEvent, JobId, JobResult};
use tagwarden_ipc::projects::{ProjectChip, ProjectSort, ProjectsQuery};
use tagwarden_vault::{KeychainState, SecretStore, SecretString, Vault, VaultError};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A machine without a keychain.
struct NoKeychain;

impl SecretStore for NoKeychain {
    fn get(&self, _: &str) -> Result<SecretString, VaultError> {
        Err(VaultError::NoService)
    }
    fn set(&self, _: &str, _: &SecretString) -> Result<(), VaultError> {
        Err(VaultError::NoService)
    }
    fn delete(&self, _: &str) -> Result<(), VaultError> {
        Err(VaultError::NoService)
    }
    fn probe(&self) -> KeychainState {
        KeychainState::NoService
    }
}

pub(crate) struct Desk {
    pub(crate) console: Console,
    pub(crate) folder: Arc<tempfile::TempDir>,
    events: Mutex<UnboundedReceiver<JobEvent>>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::at(Arc::new(tempfile::tempdir().unwrap())).await
    }

    pub(crate) async fn at(folder: Arc<tempfile::TempDir>) -> Self {
        let mut config = Config::system(folder.path().to_owned());
        config.vault = Vault::new(Arc::new(NoKeychain));
        let console = Console::start(config).await;
        let (sender, events) = unbounded_channel();
        console.listen(move |event| sender.send(event).is_ok());
        Self { console, folder, events: Mutex::new(events) }
    }

    /// Waits for a job's end, and answers with all its events before.
    pub(crate) async fn finish(&self, id: JobId) -> (Vec<JobEvent>, JobResult) {
        let mut seen = Vec::new();
        let mut events = self.events.lock().await;
        loop {
            match events.recv().await.expect("the console lives") {
                JobEvent::Ended { job, result, .. } if job == id => return (seen, *result),
                event => seen.push(event),
            }
        }
    }

    pub(crate) async fn with_demo() -> Self {
        let desk = Self::new().await;
        let id = desk.console.demo_open(()).await.unwrap();
        let (_, result) = desk.finish(id).await;
        assert!(matches!(result, JobResult::DemoReady { .. }), "{result:?}");
        desk
    }

    pub(crate) async fn project(&self, path: &str) -> String {
        let query = ProjectsQuery { limit: 500, ..projects(path) };
        let page = self.console.projects_page(query).await.unwrap();
        let row = page.rows.into_iter().find(|row| format!("{}/{}", row.group, row.name) == path);
        row.unwrap_or_else(|| panic!("no project {path}")).id
    }
}

pub(crate) fn projects(filter: &str) -> ProjectsQuery {
    ProjectsQuery {
        filter: filter.to_owned(),
        chip: ProjectChip::All,
        sort: ProjectSort::Path,
        descending: false,
        offset: 0,
        limit: 50,
    }
}
