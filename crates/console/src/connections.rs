//! Connections: tried, saved, forgotten.

use std::time::Instant;

use secrecy::SecretString;
use tagwarden_archive::{Connection, SignIn, TokenPlace};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::{
    Check, CheckFound, CheckName, CheckState, ConnectionDraft, ConnectionSummary, Keep, RegistryKind,
    RoleCount, SignIn as WireSignIn,
};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobId, JobKind, JobResult};
use tagwarden_registries::normalise_address;
use tagwarden_rules::rule::{Role, RuleKind};
use url::Url;

use crate::Console;
use crate::errors::{OrApi as _, from_value};
use crate::jobs::Job;
use crate::registry::{Client, secret_name};

const CHECKS: [CheckName; 7] = [
    CheckName::Reachable,
    CheckName::Tls,
    CheckName::Version,
    CheckName::Token,
    CheckName::Scopes,
    CheckName::Role,
    CheckName::Rules,
];

/// Whether two addresses lead to the same server, so that a saved token may go there.
pub(crate) fn same_server(a: &str, b: &str) -> bool {
    let origin =
        |address: &str| normalise_address(address).ok().and_then(|text| Url::parse(text.as_str()).ok());
    match (origin(a), origin(b)) {
        (Some(a), Some(b)) => a.origin() == b.origin(),
        _ => false,
    }
}

impl Console {
    pub(crate) async fn connection_list(&self) -> Result<Vec<ConnectionSummary>, ApiError> {
        let counts = self.project_counts().await?;
        let saved = self.inner.archive.connections().await.or_api()?;
        Ok(saved.into_iter().map(|c| summary(&c, counts.get(&c.id).copied().unwrap_or(0))).collect())
    }

    pub(crate) fn connection_test_impl(&self, draft: ConnectionDraft) -> JobId {
        let console = self.clone();
        self.inner.jobs.spawn(JobKind::TestConnection, move |job| async move {
            let can_save = console.test(&job, &draft).await?;
            Ok(JobResult::Tested { can_save })
        })
    }

    async fn test(&self, job: &Job, draft: &ConnectionDraft) -> Result<bool, ApiError> {
        let mut test = Test { job: job.clone(), next: 0, worst: true };
        for check in CHECKS {
            test.tell(Check {
                check,
                state: CheckState::Waiting,
                milliseconds: None,
                found: None,
                error: None,
            });
        }
        let client = match self.draft_client(draft).await {
            Ok(client) => client,
            // Without a token the address can still be tried, but not by this client: name what is missing.
            Err(error) => {
                let at = if error.code == ErrorCode::AddressInvalid {
                    CheckName::Reachable
                } else {
                    CheckName::Token
                };
                test.fail_at(at, error);
                return Ok(false);
            }
        };
        test.all(&client, draft).await?;
        Ok(test.worst)
    }

    pub(crate) async fn connection_save_impl(
        &self,
        draft: ConnectionDraft,
    ) -> Result<ConnectionSummary, ApiError> {
        let address = normalise_address(&draft.address).or_api()?.to_string();
        let known = match &draft.id {
            Some(id) => Some(self.saved_connection(id).await?),
            None => None,
        };
        let id = known.as_ref().map_or_else(|| self.new_id(), |c| c.id.clone());
        let sign_in = self.keep_token(&id, &draft, known.as_ref()).await?;
        let connection = Connection {
            kind: "gitlab".to_owned(),
            name: if draft.name.trim().is_empty() { host_of(&address) } else { draft.name.trim().to_owned() },
            address,
            demo: false,
            sign_in,
            ca_file: draft.ca_file.clone().filter(|path| !path.trim().is_empty()),
            created_at: known.as_ref().map_or_else(|| self.now(), |c| c.created_at),
            last_sync_at: known.as_ref().and_then(|c| c.last_sync_at),
            last_error: None,
            server_version: known.as_ref().and_then(|c| c.server_version.clone()),
            server_edition: known.as_ref().and_then(|c| c.server_edition.clone()),
            id,
        };
        self.inner.archive.put_connection(&connection).await.or_api()?;
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
        let vault = &self.inner.config.vault;
        let keep = match &draft.sign_in {
            WireSignIn::Environment { variable } => {
                if known.is_some() {
                    // The token that was saved before is of no use any more.
                    let _ = vault.remove(&secret_name(id)).await;
                }
                return Ok(SignIn::Environment { variable: variable.trim().to_owned() });
            }
            WireSignIn::Token { keep } => *keep,
        };
        let typed = draft.token.as_ref().filter(|token| !token.is_empty());
        let (place, keep) = match keep {
            Keep::Keychain => (TokenPlace::Keychain, tagwarden_vault::Keep::Keychain),
            Keep::Session => (TokenPlace::Session, tagwarden_vault::Keep::Session),
        };
        let Some(typed) = typed else {
            return match known {
                Some(known) if same_server(&known.address, &draft.address) => Ok(known.sign_in.clone()),
                _ => Err(ApiError::new(ErrorCode::TokenMissing)),
            };
        };
        let text = typed.clone().into_inner().trim().to_owned();
        let hint = hint_of(&text);
        if place == TokenPlace::Session {
            // An older token of this connection must not stay behind in the keychain.
            let _ = vault.remove(&secret_name(id)).await;
        }
        vault.put(&secret_name(id), SecretString::from(text), keep).await.or_api()?;
        Ok(SignIn::Token { place, hint })
    }

    pub(crate) async fn connection_remove_impl(&self, id: String) -> Result<(), ApiError> {
        let connection = self.saved_connection(&id).await?;
        if connection.demo {
            self.inner.demo.stop().await;
        }
        // A locked keychain must not keep a connection from being removed; a token that was never
        // saved is not missed.
        let _ = self.inner.config.vault.remove(&secret_name(&id)).await;
        self.inner.registries.forget(&id);
        self.inner.scopes.forget_all();
        self.inner.archive.delete_connection(&id).await.or_api()?;
        self.inner.jobs.changed(Changed::Connections, None);
        self.inner.jobs.changed(Changed::Projects, None);
        Ok(())
    }
}

/// One connection test under way.
struct Test {
    job: Job,
    /// Place of the next check in [`CHECKS`].
    next: usize,
    /// Whether what has been checked so far allows the connection to be saved.
    worst: bool,
}

impl Test {
    async fn all(&mut self, client: &Client, draft: &ConnectionDraft) -> Result<(), ApiError> {
        let host = host_of(&draft.address);
        let plain = normalise_address(&draft.address).is_ok_and(|a| a.as_str().starts_with("http://"));

        self.begin();
        let started = Instant::now();
        match self.job.until_cancelled(client.reach()).await? {
            Ok(()) => self.end(CheckState::Passed, started, CheckFound::Answered { host }),
            Err(error) => {
                let error: ApiError = crate::errors::IntoApi::api(error);
                if error.code == ErrorCode::Tls {
                    // Something answered; it is the certificate that cannot be trusted.
                    self.end(CheckState::Passed, started, CheckFound::Answered { host });
                }
                let at = CHECKS[self.next.min(CHECKS.len() - 1)];
                self.fail_at(at, error);
                return Ok(());
            }
        }
        self.begin();
        self.end(
            CheckState::Passed,
            Instant::now(),
            if plain { CheckFound::Plain } else { CheckFound::Trusted },
        );

        self.begin();
        let started = Instant::now();
        // The version is told only to those who may sign in, so a bad token shows here first.
        let server = self.job.until_cancelled(client.server()).await?;
        let identity_started = Instant::now();
        let identity = self.job.until_cancelled(client.identity()).await?;
        match server {
            Ok(server) => {
                let version = server.version.clone().unwrap_or_default();
                let found = CheckFound::Version {
                    version: format!("{} {version}", server.product).trim().to_owned(),
                    immutable: server.enterprise,
                };
                self.end(CheckState::Passed, started, found);
            }
            Err(error) => match &identity {
                Err(_) => {
                    let error = crate::errors::IntoApi::api(error);
                    let at = if is_about_token(&error) { CheckName::Token } else { CheckName::Version };
                    self.fail_at(at, error);
                    return Ok(());
                }
                Ok(_) => self.end(
                    CheckState::Warning,
                    started,
                    CheckFound::Version { version: String::new(), immutable: None },
                ),
            },
        }
        let identity = match identity {
            Ok(identity) => identity,
            Err(error) => {
                self.fail_at(CheckName::Token, crate::errors::IntoApi::api(error));
                return Ok(());
            }
        };
        self.begin();
        self.end(
            CheckState::Passed,
            identity_started,
            CheckFound::Token {
                name: identity.token_name.clone(),
                user: identity.user.clone(),
                expires_at: identity.expires_at,
            },
        );
        self.begin();
        let can_change = identity.can_change.unwrap_or(true);
        let state = if can_change { CheckState::Passed } else { CheckState::Warning };
        let found = CheckFound::Scopes { scopes: identity.scopes.clone().unwrap_or_default(), can_change };
        self.end(state, Instant::now(), found);
        self.roles_and_rules(client).await
    }

    async fn roles_and_rules(&mut self, client: &Client) -> Result<(), ApiError> {
        self.begin();
        let started = Instant::now();
        match self.job.until_cancelled(client.roles()).await? {
            Ok(roles) => {
                let all_owner = roles.iter().all(|tally| tally.role >= Role::Owner);
                let any = roles.iter().any(|tally| tally.projects > 0);
                let state = if all_owner && any { CheckState::Passed } else { CheckState::Warning };
                let roles = roles.iter().map(|t| RoleCount { role: t.role, projects: t.projects }).collect();
                self.end(state, started, CheckFound::Roles { roles });
            }
            Err(error) => self.warn(started, crate::errors::IntoApi::api(error)),
        }
        self.begin();
        let started = Instant::now();
        match self.job.until_cancelled(first_rules(client)).await? {
            Ok(Some(read)) => {
                let immutable = read.capabilities.kinds.iter().find(|k| k.kind == RuleKind::Immutable);
                let immutable = immutable.map(|k| k.unavailable.is_none() && read.complete);
                let state = if immutable == Some(false) { CheckState::Warning } else { CheckState::Passed };
                self.end(state, started, CheckFound::Rules { supported: true, immutable });
            }
            Ok(None) => {
                self.end(CheckState::Warning, started, CheckFound::Rules { supported: true, immutable: None })
            }
            Err(error) => self.warn(started, crate::errors::IntoApi::api(error)),
        }
        Ok(())
    }

    fn begin(&mut self) {
        let check = CHECKS[self.next.min(CHECKS.len() - 1)];
        self.tell(Check { check, state: CheckState::Running, milliseconds: None, found: None, error: None });
    }

    fn end(&mut self, state: CheckState, started: Instant, found: CheckFound) {
        let check = CHECKS[self.next.min(CHECKS.len() - 1)];
        self.tell(Check {
            check,
            state,
            milliseconds: Some(since(started)),
            found: Some(found),
            error: None,
        });
        self.next += 1;
    }

    fn warn(&mut self, started: Instant, error: ApiError) {
        let check = CHECKS[self.next.min(CHECKS.len() - 1)];
        let state = CheckState::Warning;
        self.tell(Check {
            check,
            state,
            milliseconds: Some(since(started)),
            found: None,
            error: Some(error),
        });
        self.next += 1;
    }

    /// Fails `at`, and skips what comes after; checks before it that have no answer are skipped too.
    fn fail_at(&mut self, at: CheckName, error: ApiError) {
        self.worst = false;
        let mut failed = false;
        for check in CHECKS.into_iter().skip(self.next) {
            let is_it = check == at && !failed;
            failed |= is_it;
            let (state, error) =
                if is_it { (CheckState::Failed, Some(error.clone())) } else { (CheckState::Skipped, None) };
            self.tell(Check { check, state, milliseconds: None, found: None, error });
        }
        self.next = CHECKS.len();
    }

    fn tell(&self, check: Check) {
        self.job.send(JobEvent::Check { job: self.job.id, check });
    }
}

/// The rules of the first project with a registry, to see whether rules can be read at all.
async fn first_rules(
    client: &Client,
) -> Result<Option<tagwarden_registries::RulesRead>, tagwarden_registries::RegistryError> {
    use futures::TryStreamExt as _;
    let mut pages = client.projects();
    while let Some(page) = pages.try_next().await? {
        if let Some(project) = page.into_iter().find(|p| p.registry_enabled) {
            let mut read = client.rules(std::slice::from_ref(&project)).await;
            return read.pop().transpose();
        }
    }
    Ok(None)
}

fn is_about_token(error: &ApiError) -> bool {
    matches!(error.code, ErrorCode::TokenRefused | ErrorCode::TokenExpired | ErrorCode::ScopeMissing)
}

fn since(started: Instant) -> u32 {
    u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX)
}

/// The host of an address, with its port where it is not the usual one.
pub(crate) fn host_of(address: &str) -> String {
    let url = normalise_address(address).ok().and_then(|text| Url::parse(text.as_str()).ok());
    url.and_then(|url| {
        let host = url.host_str()?.to_owned();
        Some(url.port().map_or(host.clone(), |port| format!("{host}:{port}")))
    })
    .unwrap_or_else(|| address.trim().to_owned())
}

/// The last four characters, if the token is long enough for them to give nothing away.
fn hint_of(token: &str) -> Option<String> {
    let characters: Vec<char> = token.chars().collect();
    (characters.len() >= 12).then(|| characters[characters.len() - 4..].iter().collect())
}

/// A connection as lists show it.
pub(crate) fn summary(connection: &Connection, projects: u32) -> ConnectionSummary {
    let (sign_in, token_hint) = match &connection.sign_in {
        SignIn::Environment { variable } => (WireSignIn::Environment { variable: variable.clone() }, None),
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
        kind: RegistryKind::Gitlab,
        mark: "GL".to_owned(),
        product: "GitLab".to_owned(),
        name: connection.name.clone(),
        address: connection.address.clone(),
        demo: connection.demo,
        sign_in,
        ca_file: connection.ca_file.clone(),
        token_hint,
        version: connection.server_version.clone(),
        projects,
        synced_at: connection.last_sync_at,
        error: from_value(connection.last_error.clone()),
    }
}
