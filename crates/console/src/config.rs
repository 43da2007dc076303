//! What comes in from outside: time, randomness, folders, secrets, the environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;
use tagwarden_registries::http::HttpSettings;
use tagwarden_vault::Vault;

/// Looks a variable of the environment up.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Waits for that long.
pub type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Everything the console takes from its surroundings, so that tests hold it.
#[derive(Clone)]
pub struct Config {
    /// Where the database lies; `None`: this computer has no place for it, and everything is kept in memory.
    pub data_folder: Option<PathBuf>,
    /// How long after the start the database is checked, so that the first screen comes first.
    pub check_after: Duration,
    /// The vault for tokens.
    pub vault: Vault,
    /// Unix seconds, now.
    pub now: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// A pause between two calls to a registry.
    pub sleep: Sleep,
    /// A new identifier at each call.
    pub new_id: Arc<dyn Fn() -> String + Send + Sync>,
    /// A variable of the environment.
    pub environment: Environment,
    /// How to talk to registries.
    pub http: HttpSettings,
    /// Longest time that a check of a connection test waits for an answer.
    pub check_limit: Duration,
}

impl Config {
    /// The real surroundings.
    pub fn system(data_folder: impl Into<Option<PathBuf>>) -> Self {
        Self {
            data_folder: data_folder.into(),
            check_after: Duration::from_secs(3),
            vault: Vault::system(),
            now: Arc::new(|| {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
            }),
            sleep: Arc::new(|pause| Box::pin(tokio::time::sleep(pause))),
            new_id: Arc::new(|| uuid::Uuid::new_v4().to_string()),
            environment: Arc::new(|name| std::env::var(name).ok()),
            http: HttpSettings::default(),
            check_limit: Duration::from_secs(10),
        }
    }
}
