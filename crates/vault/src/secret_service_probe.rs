//! Telling the states of Linux's Secret Service apart, without asking its owner anything.
//!
//! Writing a trial entry would open the prompt to unlock the keychain; reading the default
//! collection's `Locked` property does not.

use secret_service::blocking::SecretService;
use secret_service::{EncryptionType, Error};

use crate::{KeychainState, VaultError};

/// Connects anew each time: the connection that the store holds may wait on a prompt.
pub(crate) fn probe() -> KeychainState {
    match default_collection_is_locked() {
        Ok(false) => KeychainState::Available,
        Ok(true) => KeychainState::Locked,
        Err(error) => {
            let sorted = sort(&error);
            tracing::debug!(%sorted, "keychain probe");
            sorted.state().unwrap_or(KeychainState::NoService)
        }
    }
}

fn default_collection_is_locked() -> Result<bool, Error> {
    let service = SecretService::connect(EncryptionType::Plain)?;
    service.get_default_collection()?.is_locked()
}

/// Sorts an error of the Secret Service client by its type; its text is never looked at.
pub(crate) fn sort(error: &Error) -> VaultError {
    match error {
        // `NoResult` is what a missing default collection gives: a keychain nobody has set up.
        Error::Locked | Error::Prompt | Error::PromptDisconnected | Error::NoResult => VaultError::Locked,
        // The client reports so when the bus's address is unknown or its socket is not there.
        Error::Unavailable => VaultError::NoBus,
        Error::Zbus(error) => sort_bus(error),
        Error::ZbusFdo(error) => sort_standard(error),
        Error::Crypto(_) => VaultError::Backend { what: "its encrypted session failed" },
        Error::Zvariant(_) => VaultError::Backend { what: "its answer could not be read" },
        _ => VaultError::Backend { what: "unknown failure" },
    }
}

fn sort_bus(error: &zbus::Error) -> VaultError {
    match error {
        zbus::Error::Address(_)
        | zbus::Error::InputOutput(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Handshake(_) => VaultError::NoBus,
        zbus::Error::FDO(error) => sort_standard(error),
        zbus::Error::MethodError(name, ..) => sort_name(name.as_str()),
        _ => VaultError::Backend { what: "the session bus reports a failure" },
    }
}

fn sort_standard(error: &zbus::fdo::Error) -> VaultError {
    use zbus::fdo::Error as Standard;
    match error {
        Standard::ZBus(error) => sort_bus(error),
        error => sort_name(zbus::DBusError::name(error).as_str()),
    }
}

/// Sorts a D-Bus error by its name, as the D-Bus and Secret Service specifications give them.
fn sort_name(name: &str) -> VaultError {
    match name {
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.NoReply"
        | "org.freedesktop.DBus.Error.Disconnected" => VaultError::NoService,
        name if name.starts_with("org.freedesktop.DBus.Error.Spawn.") => VaultError::NoService,
        "org.freedesktop.Secret.Error.IsLocked" => VaultError::Locked,
        _ => VaultError::Backend { what: "the keychain refuses" },
    }
}
