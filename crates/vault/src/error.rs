//! What can go wrong with a secret, told without the secret.

use keyring::Error as KeyringError;

use crate::KeychainState;

/// Why a secret could not be read, kept or removed.
///
/// No variant holds a secret or text that came with one: the keychain library's own errors carry
/// the bytes of a secret that is not UTF-8, so they are sorted into these variants and dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The keychain is there and locked, or its owner dismissed the question to unlock it.
    #[error("the keychain is locked")]
    Locked,
    /// There is a session bus and no keychain answers on it (Linux), or the platform has none.
    #[error("no keychain service answers")]
    NoService,
    /// There is no session bus to reach a keychain through (Linux).
    #[error("there is no session bus to reach a keychain through")]
    NoBus,
    /// The keychain did not answer within the time limit; most likely it waits for its owner.
    /// What was asked for may still happen later.
    #[error("the keychain did not answer in time")]
    TimedOut,
    /// Nothing is kept under this name.
    #[error("no secret is kept under {name}")]
    Missing {
        /// The entry's name.
        name: String,
    },
    /// The keychain answered with something else.
    #[error("the keychain failed: {what}")]
    Backend {
        /// What failed, in a fixed word or two.
        what: &'static str,
    },
}

impl VaultError {
    /// The state of the keychain that this error tells of, if it tells of one.
    pub fn state(&self) -> Option<KeychainState> {
        match self {
            Self::Locked | Self::TimedOut => Some(KeychainState::Locked),
            Self::NoService => Some(KeychainState::NoService),
            Self::NoBus => Some(KeychainState::NoBus),
            Self::Missing { .. } => Some(KeychainState::Available),
            Self::Backend { .. } => None,
        }
    }

    /// Sorts a keychain library error; `name` is the entry that was asked for.
    pub(crate) fn from_keyring(error: &KeyringError, name: &str) -> Self {
        match error {
            KeyringError::NoEntry => Self::Missing { name: name.to_owned() },
            KeyringError::NoStorageAccess(_) => Self::Locked,
            KeyringError::PlatformFailure(source) => platform(source.as_ref()),
            KeyringError::NoDefaultStore => Self::NoService,
            KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..) => {
                Self::Backend { what: "the entry does not hold text" }
            }
            KeyringError::BadStoreFormat(_) => Self::Backend { what: "its store is malformed" },
            KeyringError::TooLong(..) => Self::Backend { what: "the secret is too long" },
            KeyringError::Invalid(..) => Self::Backend { what: "it refuses this value" },
            KeyringError::Ambiguous(_) => Self::Backend { what: "two entries have this name" },
            KeyringError::NotSupportedByStore(_) => Self::Backend { what: "it cannot do this" },
            _ => Self::Backend { what: "unknown failure" },
        }
    }
}

#[cfg(target_os = "linux")]
fn platform(source: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    match source.downcast_ref::<secret_service::Error>() {
        Some(error) => crate::secret_service_probe::sort(error),
        None => VaultError::Backend { what: "the platform's keychain reports a failure" },
    }
}

#[cfg(not(target_os = "linux"))]
fn platform(_: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    VaultError::Backend { what: "the platform's keychain reports a failure" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_never_shows_the_secret_that_came_with_it() {
        let canary = "glpat-canary-\u{0}";
        let errors = [
            KeyringError::BadEncoding(canary.as_bytes().to_vec()),
            KeyringError::BadDataFormat(canary.as_bytes().to_vec(), Box::new(std::io::Error::other(canary))),
            KeyringError::Invalid("password".into(), canary.into()),
            KeyringError::PlatformFailure(Box::new(std::io::Error::other(canary))),
        ];
        for error in &errors {
            let sorted = VaultError::from_keyring(error, "connection/1");
            let shown = format!("{sorted} {sorted:?}");
            assert!(!shown.contains("canary"), "{shown}");
            assert!(!shown.contains("103, 108, 112"), "bytes of the secret: {shown}");
        }
    }

    #[test]
    fn a_missing_entry_says_which() {
        let sorted = VaultError::from_keyring(&KeyringError::NoEntry, "connection/7");
        assert_eq!(sorted, VaultError::Missing { name: "connection/7".into() });
        assert_eq!(sorted.state(), Some(KeychainState::Available));
    }
}
