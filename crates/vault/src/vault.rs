//! The vault: what the rest of the program keeps secrets in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use crate::runner::Runner;
use crate::{Keychain, KeychainState, SecretStore, VaultError};

/// How long the vault waits for the keychain before it reports [`VaultError::TimedOut`].
pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(10);

/// The name under which probes queue. No secret is kept under it.
const PROBE: &str = "probe";

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keep {
    /// In the OS keychain, until it is removed.
    Keychain,
    /// In this program's memory, until it ends. Nothing is written anywhere.
    Session,
}

/// Secrets by name, in the OS keychain or in memory for the session. Clones share everything.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn SecretStore>,
    runner: Runner,
    session: Mutex<HashMap<String, SecretString>>,
}

impl Vault {
    /// A vault over `store` with the [default time limit](DEFAULT_TIME_LIMIT).
    pub fn new(store: Arc<dyn SecretStore>) -> Self {
        Self::with_time_limit(store, DEFAULT_TIME_LIMIT)
    }

    /// A vault over `store` that waits at most `limit` for it.
    pub fn with_time_limit(store: Arc<dyn SecretStore>, limit: Duration) -> Self {
        let inner = Inner { store, runner: Runner::new(limit), session: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// A vault over this platform's keychain. Never fails: a keychain that is not there shows in
    /// [`Vault::state`] and can still appear later.
    pub fn system() -> Self {
        Self::new(Arc::new(Keychain::system()))
    }

    /// What the keychain can do just now. Looks anew each time and never opens a prompt.
    /// A keychain that does not answer within the time limit counts as locked.
    pub async fn state(&self) -> KeychainState {
        let store = Arc::clone(&self.inner.store);
        match self.inner.runner.run(PROBE, move || store.probe()).await {
            Ok(state) => state,
            Err(error) => error.state().unwrap_or(KeychainState::NoService),
        }
    }

    /// Keeps `secret` under `name`, in the place of what was there.
    ///
    /// `Keep::Keychain` may open the OS's prompt to unlock it. After [`VaultError::TimedOut`] the
    /// secret may still arrive in the keychain, once its owner answers. `Keep::Session` cannot
    /// fail and does not touch the keychain: an older secret there stays until [`Vault::remove`].
    pub async fn put(&self, name: &str, secret: SecretString, keep: Keep) -> Result<(), VaultError> {
        match keep {
            Keep::Session => {
                self.session().insert(name.to_owned(), secret);
                Ok(())
            }
            Keep::Keychain => {
                let entry = name.to_owned();
                self.on_store(name, move |store| store.set(&entry, &secret)).await?;
                // Only now: a session copy must not vanish when the keychain refuses.
                self.session().remove(name);
                Ok(())
            }
        }
    }

    /// Reads the secret under `name`: from the session's memory, else from the keychain.
    pub async fn get(&self, name: &str) -> Result<SecretString, VaultError> {
        if let Some(secret) = self.session().get(name) {
            return Ok(secret.clone());
        }
        let entry = name.to_owned();
        self.on_store(name, move |store| store.get(&entry)).await
    }

    /// Forgets the secret under `name`, wherever it is kept. Removing what is not there is no error.
    ///
    /// For a secret of the session, the keychain is cleared only as far as it is open: nobody is
    /// asked to unlock it in order to forget what was never in it.
    pub async fn remove(&self, name: &str) -> Result<(), VaultError> {
        let was_in_session = self.session().remove(name).is_some();
        if was_in_session && self.state().await != KeychainState::Available {
            return Ok(());
        }
        let entry = name.to_owned();
        match self.on_store(name, move |store| store.delete(&entry)).await {
            Err(VaultError::Missing { .. }) => Ok(()),
            outcome => outcome,
        }
    }

    /// `Some(Keep::Session)` when the secret under `name` is in the session's memory. `None` says
    /// nothing about the keychain, which is not asked.
    pub fn kept_in(&self, name: &str) -> Option<Keep> {
        self.session().contains_key(name).then_some(Keep::Session)
    }

    async fn on_store<T: Send + 'static>(
        &self,
        name: &str,
        call: impl FnOnce(&dyn SecretStore) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let store = Arc::clone(&self.inner.store);
        self.inner.runner.run(name, move || call(store.as_ref())).await?
    }

    fn session(&self) -> MutexGuard<'_, HashMap<String, SecretString>> {
        self.inner.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}
