//! Settings. The password of a proxy is a secret: it is in the vault, and what is saved and shown says
//! only where it is kept.

use secrecy::SecretString;
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::Keep;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::settings::{Settings, SettingsDraft};
use tagwarden_registries::http::proxy;
use tagwarden_vault::KeychainState;

use crate::Console;
use crate::errors::OrApi as _;

const SETTINGS: &str = "settings";
/// The vault's name for the proxy's password.
const PROXY: &str = "proxy";

impl Console {
    /// The settings, fit to be shown.
    pub(crate) async fn settings(&self) -> Result<Settings, ApiError> {
        let saved = self.saved_settings().await?;
        let (proxy, embedded) = split(saved.proxy.as_deref());
        let proxy_password = match saved.proxy_password {
            _ if embedded.is_some() => Some(Keep::Session),
            Some(Keep::Session) if self.inner.config.vault.kept_in(PROXY).is_none() => None,
            kept => kept,
        };
        Ok(Settings { proxy, proxy_password, ..saved })
    }

    /// The proxy's address and its password.
    pub(crate) async fn proxy(&self) -> Result<(Option<String>, Option<SecretString>), ApiError> {
        let saved = self.saved_settings().await?;
        let (proxy, embedded) = split(saved.proxy.as_deref());
        let vault = &self.inner.config.vault;
        let password = match saved.proxy_password {
            _ if embedded.is_some() => embedded,
            Some(Keep::Keychain) => Some(vault.get(PROXY).await.or_api()?),
            Some(Keep::Session) if vault.kept_in(PROXY).is_some() => Some(vault.get(PROXY).await.or_api()?),
            Some(Keep::Session) | None => None,
        };
        Ok((proxy, password))
    }

    pub(crate) async fn settings_save_impl(&self, draft: SettingsDraft) -> Result<Settings, ApiError> {
        if self.inner.archive.is_read_only() {
            // Before the password goes anywhere.
            return Err(ApiError::new(ErrorCode::DatabaseReadOnly));
        }
        let _one = self.inner.settings.lock().await;
        let saved = self.saved_settings().await?;
        let (old, embedded) = split(saved.proxy.as_deref());
        let typed = draft.settings.proxy.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
        let (proxy, with_address) = match typed.map(proxy::read).transpose().or_api()? {
            Some((address, password)) => (Some(address), password),
            None => (None, None),
        };
        let is_same = proxy == old;
        let password = match &draft.proxy_password {
            Some(typed) => typed.typed(),
            None => with_address.or(embedded.filter(|_| is_same)),
        };
        let proxy_password = match password.filter(|_| proxy.is_some()) {
            Some(password) => Some(self.keep_proxy_password(password).await?),
            None if is_same && draft.proxy_password.is_none() => saved.proxy_password,
            None => {
                self.forget_proxy_password(saved.proxy_password).await?;
                None
            }
        };
        let settings = Settings { proxy, proxy_password, ..draft.settings };
        self.inner.archive.set_setting(SETTINGS, &settings).await.or_api()?;
        // A proxy is part of each client.
        self.inner.registries.forget_all();
        self.settings().await
    }

    /// Takes a password that an older version saved with the proxy's address out of the database. A
    /// keychain that is locked now is tried again at the next start.
    pub(crate) fn move_proxy_password(&self) {
        let console = self.clone();
        tokio::spawn(async move {
            if let Err(error) = console.moved_proxy_password().await {
                tracing::warn!(%error, "the proxy's password stays where an older version saved it");
            }
        });
    }

    async fn moved_proxy_password(&self) -> Result<(), ApiError> {
        let _one = self.inner.settings.lock().await;
        let saved = self.saved_settings().await?;
        let (proxy, Some(password)) = split(saved.proxy.as_deref()) else { return Ok(()) };
        if self.inner.archive.is_read_only() {
            return Err(ApiError::new(ErrorCode::DatabaseReadOnly));
        }
        if self.inner.config.vault.state().await == KeychainState::Locked {
            return Err(ApiError::new(ErrorCode::KeychainLocked));
        }
        let proxy_password = Some(self.keep_proxy_password(password).await?);
        let settings = Settings { proxy, proxy_password, ..saved };
        self.inner.archive.set_setting(SETTINGS, &settings).await.or_api()
    }

    /// Keeps it where secrets are kept, without asking anybody to unlock a keychain.
    async fn keep_proxy_password(&self, password: SecretString) -> Result<Keep, ApiError> {
        let vault = &self.inner.config.vault;
        // Settings that are not kept must not leave a password behind.
        let lasts = self.inner.health.trouble().is_none() && vault.state().await == KeychainState::Available;
        let (keep, wanted) = match lasts {
            true => (Keep::Keychain, tagwarden_vault::Keep::Keychain),
            false => (Keep::Session, tagwarden_vault::Keep::Session),
        };
        vault.put(PROXY, password, wanted).await.or_api()?;
        Ok(keep)
    }

    async fn forget_proxy_password(&self, kept: Option<Keep>) -> Result<(), ApiError> {
        match kept {
            Some(_) => self.inner.config.vault.remove(PROXY).await.or_api(),
            None => Ok(()),
        }
    }

    /// As saved: an older version may have left the password in the proxy's address.
    async fn saved_settings(&self) -> Result<Settings, ApiError> {
        Ok(self.inner.archive.setting::<Settings>(SETTINGS).await.or_api()?.unwrap_or_default())
    }
}

/// The address without its password, and the password. What is no address is nothing.
fn split(saved: Option<&str>) -> (Option<String>, Option<SecretString>) {
    match saved.map(proxy::read) {
        Some(Ok((address, password))) => (Some(address), password),
        Some(Err(_)) | None => (None, None),
    }
}
