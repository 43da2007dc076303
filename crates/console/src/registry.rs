//! The clients of the connections: made when first needed, kept while the connection stays as it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use tagwarden_archive::{Connection, SignIn, TokenPlace};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::{ConnectionDraft, SignIn as WireSignIn};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_registries::address::is_this_machine;
use tagwarden_registries::http::{HttpSettings, read_ca_file};
use tagwarden_registries::{Registry, Trouble, normalise_address};

use crate::Console;
use crate::connections::host_of;
use crate::errors::{IntoApi as _, OrApi as _};
use crate::jobs::lock;
use crate::products::{self, Access};

/// A client, shared.
pub(crate) type Client = Arc<dyn Registry>;

/// Told how long a client waits before it asks again.
pub(crate) type OnWait = Arc<dyn Fn(Duration) + Send + Sync>;

/// Clients by connection.
#[derive(Default)]
pub(crate) struct Registries {
    clients: Mutex<HashMap<String, Client>>,
    /// Counts how often a connection or the settings changed: a client that was being made meanwhile
    /// is not kept.
    changes: AtomicU64,
    waits: Arc<Mutex<HashMap<String, OnWait>>>,
}

impl Registries {
    pub(crate) fn forget(&self, connection: &str) {
        let mut clients = lock(&self.clients);
        self.changes.fetch_add(1, Ordering::SeqCst);
        clients.remove(connection);
    }

    pub(crate) fn forget_all(&self) {
        let mut clients = lock(&self.clients);
        self.changes.fetch_add(1, Ordering::SeqCst);
        clients.clear();
    }

    /// The client of a connection, if there is one already.
    pub(crate) fn known(&self, connection: &str) -> Option<Client> {
        lock(&self.clients).get(connection).map(Arc::clone)
    }

    fn keep(&self, connection: &str, client: &Client, changes: u64) {
        let mut clients = lock(&self.clients);
        if self.changes.load(Ordering::SeqCst) == changes {
            clients.insert(connection.to_owned(), Arc::clone(client));
        }
    }

    /// Tells `on_wait` when this connection's client has to wait; `None` tells nobody.
    pub(crate) fn watch(&self, connection: &str, on_wait: Option<OnWait>) {
        let mut waits = lock(&self.waits);
        match on_wait {
            Some(on_wait) => waits.insert(connection.to_owned(), on_wait),
            None => waits.remove(connection),
        };
    }
}

/// The vault's name for a connection's token.
pub(crate) fn secret_name(connection: &str) -> String {
    format!("connection/{connection}")
}

/// The token as typed, if one was.
pub(crate) fn typed(draft: &ConnectionDraft) -> Option<SecretString> {
    draft.token.as_ref()?.typed()
}

/// Whether the token saved for a connection may be used at this address: only at the same server.
pub(crate) fn keeps_token(saved: &Connection, address: &str) -> bool {
    matches!(saved.sign_in, SignIn::Token { .. }) && same_server(&saved.address, address)
}

fn same_server(a: &str, b: &str) -> bool {
    match (normalise_address(a), normalise_address(b)) {
        (Ok(a), Ok(b)) => a.origin() == b.origin(),
        _ => false,
    }
}

/// The name of a variable as typed. Anything else is not repeated anywhere: it may be the token itself.
pub(crate) fn variable_name(typed: &str) -> Result<String, ApiError> {
    let name = typed.trim();
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if first && name.len() <= 200 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        Ok(name.to_owned())
    } else {
        Err(ApiError::new(ErrorCode::BadRequest).detail("variable"))
    }
}

/// The name of a profile as typed.
pub(crate) fn profile_name(typed: &str) -> Result<String, ApiError> {
    let name = typed.trim();
    if name.chars().count() <= 200 && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(ApiError::new(ErrorCode::BadRequest).detail("profile"))
    }
}

/// A draft with the address of what was typed; as it is where that is none.
pub(crate) fn addressed(draft: ConnectionDraft) -> ConnectionDraft {
    let address = products::address(draft.kind, &draft.address);
    ConnectionDraft { address: address.map_or(draft.address, String::from), ..draft }
}

impl Console {
    /// The connection as saved.
    pub(crate) async fn saved_connection(&self, id: &str) -> Result<Connection, ApiError> {
        self.inner
            .archive
            .connection(id)
            .await
            .or_api()?
            .ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("connection"))
    }

    /// The client of a connection.
    pub(crate) async fn client(&self, connection: &str) -> Result<Client, ApiError> {
        if let Some(client) = lock(&self.inner.registries.clients).get(connection) {
            return Ok(Arc::clone(client));
        }
        let changes = self.inner.registries.changes.load(Ordering::SeqCst);
        let mut saved = self.saved_connection(connection).await?;
        if saved.demo {
            saved = self.running_demo(saved).await?;
        }
        let token = self.token_if_any(&saved).await?;
        let waits = Arc::clone(&self.inner.registries.waits);
        let name = connection.to_owned();
        let on_wait: OnWait = Arc::new(move |time| {
            let watcher = lock(&waits).get(&name).cloned();
            if let Some(watcher) = watcher {
                watcher(time);
            }
        });
        let http = self.http_settings(&saved.address, saved.ca_file.map(PathBuf::from)).await?;
        let access = Access {
            kind: products::kind(&saved.kind),
            address: &saved.address,
            user: saved.user.as_deref(),
            repositories: &saved.repositories,
            profile: match &saved.sign_in {
                SignIn::Profile { name } => Some(name),
                _ => None,
            },
            token,
        };
        let client = access.client(http, Some(on_wait))?;
        self.inner.registries.keep(connection, &client, changes);
        Ok(client)
    }

    /// A client for a connection that is being typed.
    pub(crate) async fn draft_client(
        &self,
        draft: &ConnectionDraft,
        on_wait: OnWait,
    ) -> Result<Client, ApiError> {
        let token = self.draft_token(draft).await?;
        let http = self.http_settings(&draft.address, draft.ca_file.as_ref().map(PathBuf::from)).await?;
        // A longer pause than a check may take is told instead of waited for.
        let limit = self.inner.config.check_limit;
        let http = HttpSettings {
            longest_wait: http.longest_wait.min(limit),
            patience: http.patience.min(limit),
            ..http
        };
        let access = Access {
            kind: draft.kind,
            address: &draft.address,
            user: draft.user.as_deref(),
            repositories: &draft.repositories,
            profile: match &draft.sign_in {
                WireSignIn::Profile { name } => Some(name),
                _ => None,
            },
            token,
        };
        access.client(http, Some(on_wait))
    }

    /// The token for a draft: as typed, from the environment, or the saved one of the connection
    /// being changed, provided that it stays with the same server.
    async fn draft_token(&self, draft: &ConnectionDraft) -> Result<Option<SecretString>, ApiError> {
        if matches!(draft.sign_in, WireSignIn::Anonymous | WireSignIn::Profile { .. }) {
            return Ok(None);
        }
        if let WireSignIn::Environment { variable } = &draft.sign_in {
            let token = self.environment_token(&variable_name(variable)?);
            return token
                .map(Some)
                .map_err(|error| products::say_whose(error, draft.kind, draft.user.as_deref()));
        }
        if let Some(token) = typed(draft) {
            return Ok(Some(token));
        }
        let missing = || products::about(draft.kind, draft.user.as_deref(), ErrorCode::TokenMissing);
        let saved = match &draft.id {
            Some(id) => self.saved_connection(id).await?,
            None => return Err(missing()),
        };
        if !keeps_token(&saved, &draft.address) {
            return Err(missing());
        }
        self.token_of(&saved).await.map(Some)
    }

    /// The token of a connection; `None` for one without.
    async fn token_if_any(&self, connection: &Connection) -> Result<Option<SecretString>, ApiError> {
        match connection.sign_in {
            SignIn::Anonymous | SignIn::Profile { .. } => Ok(None),
            _ => self.token_of(connection).await.map(Some),
        }
    }

    pub(crate) async fn token_of(&self, connection: &Connection) -> Result<SecretString, ApiError> {
        let kind = products::kind(&connection.kind);
        let secret = self.secret_of(connection).await;
        secret.map_err(|error| products::say_whose(error, kind, connection.user.as_deref()))
    }

    async fn secret_of(&self, connection: &Connection) -> Result<SecretString, ApiError> {
        match &connection.sign_in {
            SignIn::Anonymous | SignIn::Profile { .. } => Err(ApiError::new(ErrorCode::TokenMissing)),
            SignIn::Environment { variable } => self.environment_token(variable),
            SignIn::Token { place, .. } => {
                let (vault, name) = (&self.inner.config.vault, secret_name(&connection.id));
                let host = Some(host_of(&connection.address));
                if *place == TokenPlace::Session && vault.kept_in(&name).is_none() {
                    // The session is over. The keychain is not asked: it may open a prompt.
                    return Err(ApiError { host, ..ApiError::new(ErrorCode::TokenMissing) });
                }
                vault.get(&name).await.map_err(|error| ApiError { host, ..error.api() })
            }
        }
    }

    fn environment_token(&self, variable: &str) -> Result<SecretString, ApiError> {
        (self.inner.config.environment)(variable)
            .map(Zeroizing::new)
            .filter(|value| !value.trim().is_empty())
            .map(|value| SecretString::from(value.trim()))
            .ok_or_else(|| ApiError::new(ErrorCode::TokenMissing).detail(format!("${variable}")))
    }

    async fn http_settings(&self, address: &str, ca_file: Option<PathBuf>) -> Result<HttpSettings, ApiError> {
        let ca_file = ca_file.filter(|path| !path.as_os_str().is_empty());
        let ca_certificates = match &ca_file {
            Some(path) => Some(read_ca_file(path).await.map_err(|trouble| ca_file_error(path, trouble))?),
            None => None,
        };
        let http = HttpSettings { ca_file, ca_certificates, ..self.inner.config.http.clone() };
        if is_this_machine(address) {
            return Ok(http);
        }
        let (proxy, proxy_password) = self.proxy().await?;
        Ok(HttpSettings { proxy, proxy_password, ..http })
    }
}

fn ca_file_error(path: &Path, trouble: Trouble) -> ApiError {
    // The sentence is about the file, wherever the connection leads.
    let error = ApiError { host: Some(path.display().to_string()), ..ApiError::new(ErrorCode::Tls) };
    match trouble {
        Trouble::Tls(reason) => error.detail(reason),
        _ => error,
    }
}
