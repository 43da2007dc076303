//! The keychain's state, which may take long to tell.

use std::time::Duration;

use tagwarden_ipc::jobs::Changed;
use tagwarden_ipc::settings::KeychainState;

use crate::Console;

/// How long the first screen waits for the keychain. One that hangs at a prompt takes ten seconds.
const PATIENCE: Duration = Duration::from_millis(300);

impl Console {
    /// The keychain, probed anew.
    pub(crate) async fn keychain(&self) -> KeychainState {
        match self.inner.config.vault.state().await {
            tagwarden_vault::KeychainState::Available => KeychainState::Available,
            tagwarden_vault::KeychainState::Locked => KeychainState::Locked,
            tagwarden_vault::KeychainState::NoService => KeychainState::NoService,
            tagwarden_vault::KeychainState::NoBus => KeychainState::NoBus,
        }
    }

    /// The keychain as far as it can be told at once. One that does not answer yet counts as locked;
    /// when it turns out otherwise, the window is told to ask again.
    pub(crate) async fn keychain_at_once(&self) -> KeychainState {
        let console = self.clone();
        let mut probe = tokio::spawn(async move { console.keychain().await });
        if let Ok(Ok(state)) = tokio::time::timeout(PATIENCE, &mut probe).await {
            return state;
        }
        let console = self.clone();
        tokio::spawn(async move {
            if matches!(probe.await, Ok(state) if state != KeychainState::Locked) {
                console.inner.jobs.changed(Changed::Keychain, None);
            }
        });
        KeychainState::Locked
    }
}
