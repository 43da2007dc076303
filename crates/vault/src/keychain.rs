//! The OS keychain: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.

use std::sync::{Arc, Mutex, PoisonError};

use keyring_core::CredentialStore;
use secrecy::{ExposeSecret, SecretString};

use crate::{KeychainState, SecretStore, VaultError};

/// The service name under which every entry is kept, the same on each platform.
pub const SERVICE: &str = "tagwarden";

/// Where the connection to the keychain comes from.
enum Source {
    /// The platform's own keychain, connected on first use and again after a failure.
    System,
    /// A store that was handed in.
    Given(Arc<CredentialStore>),
}

/// The OS keychain.
///
/// Making one costs nothing and cannot fail: it connects when it is first asked for something, and
/// connects anew when the connection turns out to be stale (the keychain was restarted) or could
/// not be made before.
pub struct Keychain {
    source: Source,
    connected: Mutex<Option<Arc<CredentialStore>>>,
}

impl Keychain {
    /// The keychain of this platform.
    pub fn system() -> Self {
        Self { source: Source::System, connected: Mutex::new(None) }
    }

    /// A keychain over another store of the `keyring` family, e.g. its mock.
    pub fn with_store(store: Arc<CredentialStore>) -> Self {
        Self { source: Source::Given(store), connected: Mutex::new(None) }
    }

    /// The store, and whether it was connected before this call.
    fn store(&self, name: &str) -> Result<(Arc<CredentialStore>, bool), VaultError> {
        // Connecting happens outside of the lock: it can take as long as a D-Bus activation does.
        let present = self.connected.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(store) = present {
            return Ok((store, true));
        }
        let store = match &self.source {
            Source::System => connect().map_err(|error| VaultError::from_keyring(&error, name))?,
            Source::Given(store) => Arc::clone(store),
        };
        *self.connected.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&store));
        Ok((store, false))
    }

    fn forget_connection(&self) {
        *self.connected.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Does `action` on the entry; once more on a fresh connection if the present one looks stale.
    /// All three actions can be repeated without harm.
    fn on_entry<T>(
        &self,
        name: &str,
        action: impl Fn(&keyring_core::Entry) -> keyring_core::Result<T>,
    ) -> Result<T, VaultError> {
        loop {
            let (store, reused) = self.store(name)?;
            let error = match store.build(SERVICE, name, None).and_then(|entry| action(&entry)) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            // Only the platform's own failures can come from a keychain that was restarted.
            let from_platform = matches!(error, keyring::Error::PlatformFailure(_));
            let error = VaultError::from_keyring(&error, name);
            if !from_platform || error == VaultError::Locked {
                return Err(error);
            }
            tracing::debug!(entry = name, %error, reused, "keychain connection dropped");
            self.forget_connection();
            if !reused {
                return Err(error);
            }
        }
    }
}

impl SecretStore for Keychain {
    fn get(&self, name: &str) -> Result<SecretString, VaultError> {
        self.on_entry(name, |entry| entry.get_password().map(SecretString::from))
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        self.on_entry(name, |entry| entry.set_password(secret.expose_secret()))
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.on_entry(name, keyring_core::Entry::delete_credential)
    }

    fn probe(&self) -> KeychainState {
        #[cfg(target_os = "linux")]
        if matches!(self.source, Source::System) {
            return crate::secret_service_probe::probe();
        }
        // Elsewhere, asking for an entry that never exists tells whether the keychain answers.
        match self.get("probe") {
            Ok(_) => KeychainState::Available,
            Err(error) => error.state().unwrap_or(KeychainState::NoService),
        }
    }
}

#[cfg(target_os = "linux")]
fn connect() -> keyring::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = zbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(not(target_os = "linux"))]
fn connect() -> keyring::Result<Arc<CredentialStore>> {
    // The façade has chosen and started the platform's store by the time it reports success.
    if keyring::Entry::store_status().is_err() {
        return Err(keyring::Error::NoDefaultStore);
    }
    keyring_core::get_default_store().ok_or(keyring::Error::NoDefaultStore)
}

impl std::fmt::Debug for Keychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keychain").finish_non_exhaustive()
    }
}
