//! Secrets in the OS keychain, and in memory for the session where there is none.
//!
//! Nothing here ever writes a secret to a file of its own. A secret leaves the crate as a
//! [`SecretString`] only; errors, logs and `Debug` output carry entry names and never values.
//!
//! [`Vault`] is what the program uses: async, never blocking longer than its time limit.
//! [`SecretStore`] is the blocking seam beneath it; [`Keychain`] is the real one.

mod dumps;
mod error;
mod keychain;
mod runner;
#[cfg(target_os = "linux")]
mod secret_service_probe;
mod store;
mod vault;

pub use dumps::forbid_dumps;
pub use error::VaultError;
pub use keychain::{Keychain, SERVICE};
pub use secrecy::{ExposeSecret, SecretString};
pub use store::{KeychainState, SecretStore};
pub use vault::{DEFAULT_TIME_LIMIT, Keep, Vault};
