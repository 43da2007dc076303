//! The seam beneath the vault: a place that keeps secrets by name.

use secrecy::SecretString;

use crate::VaultError;

/// What the OS keychain can do for us just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeychainState {
    /// Secrets can be kept and read.
    Available,
    /// It is there, and its owner must unlock (or first create) it.
    Locked,
    /// A session bus is there and no keychain answers on it.
    NoService,
    /// There is no session bus (a bare SSH login, a container).
    NoBus,
}

/// A place that keeps secrets by name. Calls block, some until a person has answered a prompt:
/// go through [`Vault`](crate::Vault) from async code.
pub trait SecretStore: Send + Sync + 'static {
    /// Reads the secret kept under `name`.
    fn get(&self, name: &str) -> Result<SecretString, VaultError>;
    /// Keeps `secret` under `name`, in the place of what was there.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), VaultError>;
    /// Forgets what is kept under `name`; [`VaultError::Missing`] when that is nothing.
    fn delete(&self, name: &str) -> Result<(), VaultError>;
    /// Looks at the keychain without asking its owner anything.
    fn probe(&self) -> KeychainState;
}
