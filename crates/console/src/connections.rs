//! Connections: tried, saved, forgotten.

mod checks;
mod limited;

use secrecy::ExposeSecret as _;
use tagwarden_archive::{Connection, SignIn, TokenPlace};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::{ConnectionDraft, ConnectionSummary, Keep, SignIn as WireSignIn};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::Changed;
use tagwarden_registries::normalise_address;
use tagwarden_rules::secret_kind::SecretKind;
use tagwarden_vault::{KeychainState, VaultError};

use crate::Console;
use crate::errors::{IntoApi as _, OrApi as _, from_value};
use crate::products;
use crate::registry::{keeps_token, profile_name, secret_name, typed, variable_name};

/// Longest name of a connection, in characters.
const LONGEST_NAME: usize = 200;

impl Console {
    pub(crate) async fn connection_list(&self) -> Result<Vec<ConnectionSummary>, ApiError> {
        let counts = self.project_counts().await?;
        let saved = self.inner.archive.connections().await.or_api()?;
        Ok(saved.into_iter().map(|c| summary(&c, counts.get(&c.id).copied().unwrap_or(0))).collect())
    }

    pub(crate) async fn connection_save_impl(
        &self,
        draft: ConnectionDraft,
    ) -> Result<ConnectionSummary, ApiError> {
        if self.inner.archive.is_read_only() {
            // Before the token goes anywhere.
            return Err(ApiError::new(ErrorCode::DatabaseReadOnly));
        }
        let address = products::address(draft.kind, &draft.address).or_api()?.to_string();
        let draft = ConnectionDraft { address: address.clone(), ..draft };
        let known = match &draft.id {
            Some(id) => Some(self.saved_connection(id).await?),
            None => None,
        };
        if known.as_ref().is_some_and(|known| known.demo) {
            return Err(ApiError::new(ErrorCode::BadRequest).detail("demo"));
        }
        let id = known.as_ref().map_or_else(|| self.new_id(), |c| c.id.clone());
        let sign_in = self.keep_token(&id, &draft, known.as_ref()).await?;
        let name: String = draft.name.trim().chars().take(LONGEST_NAME).collect();
        let connection = Connection {
            kind: products::word(draft.kind).to_owned(),
            name: if name.is_empty() { host_of(&address) } else { name },
            address,
            demo: false,
            sign_in,
            user: draft.user.as_deref().map(str::trim).filter(|user| !user.is_empty()).map(str::to_owned),
            repositories: draft.repositories.clone(),
            ca_file: draft.ca_file.clone().filter(|path| !path.trim().is_empty()),
            created_at: known.as_ref().map_or_else(|| self.now(), |c| c.created_at),
            last_sync_at: known.as_ref().and_then(|c| c.last_sync_at),
            last_error: None,
            server_version: known.as_ref().and_then(|c| c.server_version.clone()),
            server_edition: known.as_ref().and_then(|c| c.server_edition.clone()),
            id,
        };
        if let Err(error) = self.inner.archive.put_connection(&connection).await {
            if known.is_none() {
                // Nobody would know of this token any more.
                let _ = self.forget_token(&connection).await;
            }
            return Err(error.api());
        }
        self.inner.registries.forget(&connection.id);
        self.inner.jobs.changed(Changed::Connections, None);
        let projects = self.project_counts().await?.get(&connection.id).copied().unwrap_or(0);
        Ok(summary(&connection, projects))
    }

    /// Puts the token where the user wants it, and says where a connection's token now comes from.
    async fn keep_token(
        &self,
        id: &str,
        draft: &ConnectionDraft,
        known: Option<&Connection>,
    ) -> Result<SignIn, ApiError> {
        let keep = match &draft.sign_in {
            WireSignIn::Environment { variable } => {
                let variable = variable_name(variable)?;
                if let Some(known) = known {
                    // The token saved before is of no use any more. A locked keychain keeps it, and
                    // nobody asks for it again.
                    let _ = self.forget_token(known).await;
                }
                return Ok(SignIn::Environment { variable });
            }
            WireSignIn::Anonymous => {
                if let Some(known) = known {
                    let _ = self.forget_token(known).await;
                }
                return Ok(SignIn::Anonymous);
            }
            WireSignIn::Profile { name } => {
                let name = profile_name(name)?;
                if let Some(known) = known {
                    let _ = self.forget_token(known).await;
                }
                return Ok(SignIn::Profile { name });
            }
            // A connection that is not kept must not leave its token behind.
            WireSignIn::Token { .. } if self.inner.health.trouble().is_some() => Keep::Session,
            WireSignIn::Token { keep } => *keep,
        };
        let (place, keep) = match keep {
            Keep::Keychain => (TokenPlace::Keychain, tagwarden_vault::Keep::Keychain),
            Keep::Session => (TokenPlace::Session, tagwarden_vault::Keep::Session),
        };
        let token = match (typed(draft), known.filter(|known| keeps_token(known, &draft.address))) {
            (Some(token), _) => token,
            (None, None) => {
                return Err(products::about(draft.kind, draft.user.as_deref(), ErrorCode::TokenMissing));
            }
            (None, Some(known)) => match &known.sign_in {
                stays @ SignIn::Token { place: same, .. } if *same == place => return Ok(stays.clone()),
                _ => self.token_of(known).await?,
            },
        };
        if let Some(known) = known.filter(|_| place == TokenPlace::Session) {
            let _ = self.forget_token(known).await;
        }
        let hint = hint_of(token.expose_secret());
        self.inner.config.vault.put(&secret_name(id), token, keep).await.or_api()?;
        Ok(SignIn::Token { place, hint })
    }

    /// Takes a connection's token out of the vault. One that lies in a keychain that is locked just now
    /// is an error: it would stay there for good.
    async fn forget_token(&self, connection: &Connection) -> Result<(), ApiError> {
        let vault = &self.inner.config.vault;
        let name = secret_name(&connection.id);
        match &connection.sign_in {
            SignIn::Environment { .. } | SignIn::Anonymous | SignIn::Profile { .. } => Ok(()),
            SignIn::Token { place: TokenPlace::Keychain, .. } => match vault.remove(&name).await {
                Err(error @ (VaultError::Locked | VaultError::TimedOut)) => Err(error.api()),
                // Without a keychain there is nothing to clear and nothing to wait for.
                _ => Ok(()),
            },
            SignIn::Token { place: TokenPlace::Session, .. } => {
                // An older token may have stayed in the keychain; nobody is asked to unlock it for that.
                if vault.kept_in(&name).is_some() || vault.state().await == KeychainState::Available {
                    let _ = vault.remove(&name).await;
                }
                Ok(())
            }
        }
    }

    pub(crate) async fn connection_remove_impl(&self, id: String) -> Result<(), ApiError> {
        let connection = self.saved_connection(&id).await?;
        if self.inner.archive.is_read_only() {
            return Err(ApiError::new(ErrorCode::DatabaseReadOnly));
        }
        self.forget_token(&connection).await?;
        if connection.demo {
            self.forget_demo(&connection).await?;
        }
        self.inner.registries.forget(&id);
        self.inner.archive.delete_connection(&id).await.or_api()?;
        self.settle_without_connection().await?;
        self.inner.scopes.forget_all();
        self.inner.jobs.changed(Changed::Connections, None);
        self.inner.jobs.changed(Changed::Projects, None);
        Ok(())
    }
}

/// The host of an address, with its port where it is not the usual one. Nothing of what is no
/// address: it may hold a password.
pub(crate) fn host_of(address: &str) -> String {
    let Ok(url) = normalise_address(address) else { return String::new() };
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The last four characters, if the token is long enough for them to give nothing away.
fn hint_of(token: &str) -> Option<String> {
    let characters: Vec<char> = token.chars().collect();
    (characters.len() >= 12).then(|| characters[characters.len() - 4..].iter().collect())
}

/// A connection as lists show it.
pub(crate) fn summary(connection: &Connection, projects: u32) -> ConnectionSummary {
    let kind = products::kind(&connection.kind);
    let (sign_in, token_hint) = match &connection.sign_in {
        SignIn::Anonymous => (WireSignIn::Anonymous, None),
        SignIn::Environment { variable } => (WireSignIn::Environment { variable: variable.clone() }, None),
        SignIn::Profile { name } => (WireSignIn::Profile { name: name.clone() }, None),
        SignIn::Token { place, hint } => {
            let keep = match place {
                TokenPlace::Keychain => Keep::Keychain,
                TokenPlace::Session => Keep::Session,
            };
            (WireSignIn::Token { keep }, hint.clone())
        }
    };
    ConnectionSummary {
        id: connection.id.clone(),
        kind,
        mark: products::mark(kind).to_owned(),
        product: products::product(kind).to_owned(),
        name: connection.name.clone(),
        address: connection.address.clone(),
        demo: connection.demo,
        sign_in,
        user: connection.user.clone(),
        repositories: connection.repositories.clone(),
        ca_file: connection.ca_file.clone(),
        secret: match &connection.sign_in {
            SignIn::Anonymous => SecretKind::Nothing,
            SignIn::Profile { .. } => SecretKind::Profile,
            _ => products::secret_kind(kind, connection.user.as_deref()),
        },
        token_hint,
        version: connection.server_version.clone(),
        projects,
        synced_at: connection.last_sync_at,
        error: from_value(connection.last_error.clone()),
    }
}
