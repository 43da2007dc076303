//! A connection tried before it is saved: seven checks, each told as it changes.

use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::{Check, CheckFound, CheckName, CheckState, ConnectionDraft, RoleCount};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobId, JobKind, JobResult};
use tagwarden_registries::{Identity, RegistryError, RulesRead, ServerFacts, normalise_address};
use tagwarden_rules::rule::{RoleNames, RuleKind};

use super::host_of;
use crate::Console;
use crate::errors::OrApi as _;
use crate::jobs::Job;
use crate::registry::{Client, addressed};

const CHECKS: [CheckName; 7] = [
    CheckName::Reachable,
    CheckName::Tls,
    CheckName::Version,
    CheckName::Token,
    CheckName::Scopes,
    CheckName::Role,
    CheckName::Rules,
];

/// Longest time for one check.
const LIMIT: Duration = Duration::from_secs(10);

impl Console {
    pub(crate) fn connection_test_impl(&self, draft: ConnectionDraft) -> JobId {
        let console = self.clone();
        let draft = addressed(draft);
        self.inner.jobs.spawn(JobKind::TestConnection, move |job| async move {
            let can_save = console.test(job, &draft).await?;
            Ok(JobResult::Tested { can_save })
        })
    }

    /// Whether the connection can be saved. Only a cancelled job is an error; all else is told by the
    /// checks.
    async fn test(&self, job: Job, draft: &ConnectionDraft) -> Result<bool, ApiError> {
        let mut test = Test { host: host_of(&draft.address), job, next: 0 };
        for check in CHECKS {
            test.tell(check, CheckState::Waiting, None, None, None);
        }
        let client = match self.draft_client(draft).await {
            Ok(client) => client,
            Err(error) => {
                let at = match error.code {
                    ErrorCode::AddressInvalid => CheckName::Reachable,
                    ErrorCode::Tls => CheckName::Tls,
                    _ => CheckName::Token,
                };
                return Ok(test.fail(at, error));
            }
        };
        let plain = normalise_address(&draft.address).is_ok_and(|url| url.scheme() == "http");
        test.run(&client, plain).await
    }
}

/// One connection test under way.
struct Test {
    job: Job,
    host: String,
    /// Place of the next check in [`CHECKS`].
    next: usize,
}

impl Test {
    async fn run(&mut self, client: &Client, plain: bool) -> Result<bool, ApiError> {
        let started = self.begin();
        let answered = CheckFound::Answered { host: self.host.clone() };
        let secure = if plain { CheckFound::Plain } else { CheckFound::Trusted };
        match self.limited(client.reach()).await? {
            Ok(()) => {
                self.end(CheckState::Passed, started, answered);
                let started = self.begin();
                self.end(CheckState::Passed, started, secure);
            }
            // Something answered; it is the certificate that cannot be trusted.
            Err(error) if error.code == ErrorCode::Tls => {
                self.end(CheckState::Passed, started, answered);
                return Ok(self.fail(CheckName::Tls, error));
            }
            // It answered, over a connection that can be trusted, and not as this product does.
            Err(error) if error.status.is_some() => {
                self.end(CheckState::Passed, started, answered);
                let started = self.begin();
                self.end(CheckState::Passed, started, secure);
                return Ok(self.fail(CheckName::Version, error));
            }
            Err(error) => return Ok(self.fail(CheckName::Reachable, error)),
        }
        let started = self.begin();
        // The version is told only to those who may sign in, so a bad token shows here first.
        let server = self.limited(client.server()).await?;
        let token_started = Instant::now();
        let identity = self.limited(client.identity()).await?;
        match (server, identity) {
            (Ok(server), Ok(identity)) => {
                self.version(started, &server);
                self.token_and_scopes(token_started, identity);
            }
            (Ok(server), Err(error)) => {
                self.version(started, &server);
                let scope = about(&error) == CheckName::Scopes;
                return Ok(self.fail(if scope { CheckName::Scopes } else { CheckName::Token }, error));
            }
            (Err(error), Ok(identity)) if about(&error) == CheckName::Version => {
                self.warn(started, error);
                self.token_and_scopes(token_started, identity);
            }
            (Err(error), _) => return Ok(self.fail(about(&error), error)),
        }
        self.roles(client).await?;
        self.rules(client).await?;
        Ok(true)
    }

    fn version(&mut self, started: Instant, server: &ServerFacts) {
        let version = server.version.as_deref().unwrap_or_default();
        let version = format!("{} {version}", server.product).trim().to_owned();
        self.end(CheckState::Passed, started, CheckFound::Version { version, immutable: server.enterprise });
    }

    fn token_and_scopes(&mut self, started: Instant, identity: Identity) {
        self.begin();
        let found = CheckFound::Token {
            name: identity.token_name,
            user: identity.user,
            expires_at: identity.expires_at,
            at: identity.signs_in_at,
        };
        let elsewhere = matches!(&found, CheckFound::Token { at: Some(_), .. });
        let state = if elsewhere { CheckState::Warning } else { CheckState::Passed };
        self.end(state, started, found);
        let started = self.begin();
        if identity.scopes.is_none() && identity.can_change.is_none() {
            // Nothing tells: what the keys may do shows when they do it.
            return self.skip();
        }
        let can_change = identity.can_change.unwrap_or(true);
        let state = if can_change { CheckState::Passed } else { CheckState::Warning };
        let scopes = identity.scopes.unwrap_or_default();
        self.end(state, started, CheckFound::Scopes { scopes, can_change });
    }

    async fn roles(&mut self, client: &Client) -> Result<(), ApiError> {
        let started = self.begin();
        let names = client.role_names();
        if names == RoleNames::None {
            self.skip();
            return Ok(());
        }
        match self.limited(client.roles()).await? {
            Ok(roles) => {
                let enough = client.role_for_rules();
                let everywhere = roles.iter().all(|tally| tally.role >= enough);
                let any = roles.iter().any(|tally| tally.projects > 0);
                let state = if everywhere && any { CheckState::Passed } else { CheckState::Warning };
                let roles = roles.iter().map(|t| RoleCount { role: t.role, projects: t.projects }).collect();
                self.end(state, started, CheckFound::Roles { roles, names, enough });
            }
            Err(error) => self.warn(started, error),
        }
        Ok(())
    }

    async fn rules(&mut self, client: &Client) -> Result<(), ApiError> {
        let started = self.begin();
        match self.limited(first_rules(client)).await? {
            Ok(Some(read)) if read.capabilities.kinds.is_empty() => {
                let found = CheckFound::Rules { supported: false, immutable: None };
                self.end(CheckState::Warning, started, found);
            }
            Ok(read) => {
                let immutable = read.map(|read| {
                    let kind = read.capabilities.kinds.iter().find(|k| k.kind == RuleKind::Immutable);
                    kind.is_some_and(|kind| kind.unavailable.is_none()) && read.complete
                });
                let state = if immutable == Some(true) { CheckState::Passed } else { CheckState::Warning };
                self.end(state, started, CheckFound::Rules { supported: true, immutable });
            }
            Err(error) => self.warn(started, error),
        }
        Ok(())
    }

    /// Waits for a request: not longer than a check may take, and not after a cancel.
    async fn limited<T>(
        &self,
        request: impl Future<Output = Result<T, RegistryError>>,
    ) -> Result<Result<T, ApiError>, ApiError> {
        let outcome = self.job.until_cancelled(tokio::time::timeout(LIMIT, request)).await?;
        Ok(outcome.map_or_else(
            |_| {
                let error = ApiError::new(ErrorCode::TimedOut);
                Err(ApiError { host: Some(self.host.clone()), retryable: true, ..error })
            },
            |answer| answer.or_api(),
        ))
    }

    fn begin(&self) -> Instant {
        self.tell(self.current(), CheckState::Running, None, None, None);
        Instant::now()
    }

    fn end(&mut self, state: CheckState, started: Instant, found: CheckFound) {
        self.tell(self.current(), state, Some(started), Some(found), None);
        self.next += 1;
    }

    /// There is nothing to be found out.
    fn skip(&mut self) {
        self.tell(self.current(), CheckState::Skipped, None, None, None);
        self.next += 1;
    }

    fn warn(&mut self, started: Instant, error: ApiError) {
        self.tell(self.current(), CheckState::Warning, Some(started), None, Some(error));
        self.next += 1;
    }

    /// Fails the check `at` and skips all others that have no answer yet. Answers that the connection
    /// cannot be saved.
    fn fail(&mut self, at: CheckName, error: ApiError) -> bool {
        let mut error = Some(error);
        for check in CHECKS.into_iter().skip(self.next) {
            if check == at {
                self.tell(check, CheckState::Failed, None, None, error.take());
            } else {
                self.tell(check, CheckState::Skipped, None, None, None);
            }
        }
        self.next = CHECKS.len();
        false
    }

    fn current(&self) -> CheckName {
        CHECKS[self.next.min(CHECKS.len() - 1)]
    }

    fn tell(
        &self,
        check: CheckName,
        state: CheckState,
        started: Option<Instant>,
        found: Option<CheckFound>,
        error: Option<ApiError>,
    ) {
        let milliseconds =
            started.map(|started| u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX));
        let check = Check { check, state, milliseconds, found, error };
        self.job.send(JobEvent::Check { job: self.job.id, check });
    }
}

/// The rules of the first project with a registry, to see whether rules can be read at all. Where the list
/// of projects has a second page, that is read as well: it is where lists break.
async fn first_rules(client: &Client) -> Result<Option<RulesRead>, RegistryError> {
    let mut pages = client.projects();
    let mut project = None;
    let mut read = 0;
    while read < 2 || project.is_none() {
        let Some(page) = pages.try_next().await? else { break };
        read += 1;
        project = project.or_else(|| page.into_iter().find(|project| project.registry_enabled));
    }
    match project {
        Some(project) => client.rules(&[project]).await.pop().transpose(),
        None => Ok(None),
    }
}

/// The check that an error of the first signed-in requests is about.
fn about(error: &ApiError) -> CheckName {
    match error.code {
        ErrorCode::TokenRefused | ErrorCode::TokenExpired => CheckName::Token,
        ErrorCode::ScopeMissing => CheckName::Scopes,
        _ => CheckName::Version,
    }
}
