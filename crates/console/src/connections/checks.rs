//! A connection tried before it is saved: seven checks, each told as it changes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::{Check, CheckFound, CheckName, CheckState, ConnectionDraft, RoleCount};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobId, JobKind, JobResult};
use tagwarden_registries::{
    Identity, ProjectFacts, ProjectRules, RegistryError, ServerFacts, normalise_address,
};
use tagwarden_rules::rule::{RoleNames, RuleKind};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::host_of;
use super::limited::{first_wait, limited};
use crate::Console;
use crate::errors::OrApi as _;
use crate::jobs::Job;
use crate::products;
use crate::registry::{Client, OnWait, addressed};

const CHECKS: [CheckName; 7] = [
    CheckName::Reachable,
    CheckName::Tls,
    CheckName::Version,
    CheckName::Token,
    CheckName::Scopes,
    CheckName::Role,
    CheckName::Rules,
];

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
        let (paused, pauses) = unbounded_channel();
        let on_wait: OnWait = Arc::new(move |time| {
            // Nobody hears it after the test.
            let _ = paused.send(time);
        });
        let timed_out = products::about(draft.kind, draft.user.as_deref(), ErrorCode::TimedOut);
        let timed_out = ApiError { host: Some(host_of(&draft.address)), retryable: true, ..timed_out };
        let mut test = Test {
            host: host_of(&draft.address),
            limit: self.inner.config.check_limit,
            timed_out,
            job,
            pauses,
            next: 0,
        };
        for check in CHECKS {
            test.tell(Check::new(check, CheckState::Waiting));
        }
        let client = match test.job.until_cancelled(self.draft_client(draft, on_wait)).await? {
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
    /// Longest time for one check.
    limit: Duration,
    /// What is said when an answer takes too long.
    timed_out: ApiError,
    /// Pauses that the client makes because the server asks for them.
    pauses: UnboundedReceiver<Duration>,
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
        let unread = match self.limited(client.server()).await? {
            Ok(server) => {
                self.version(started, &server);
                None
            }
            Err(error) if about(&error) != CheckName::Version || is_of_network(error.code) => {
                return Ok(self.fail(about(&error), error));
            }
            // Some hide their version from those who may do everything else.
            Err(error) => Some(error),
        };
        if unread.is_none() {
            self.begin();
        }
        let token_started = Instant::now();
        match (self.limited(client.identity()).await?, unread) {
            (Ok(identity), unread) => {
                if let Some(error) = unread {
                    self.warn(started, error);
                }
                self.token_and_scopes(token_started, identity);
            }
            (Err(_), Some(error)) => return Ok(self.fail(CheckName::Version, error)),
            (Err(error), None) => {
                let scope = about(&error) == CheckName::Scopes;
                return Ok(self.fail(if scope { CheckName::Scopes } else { CheckName::Token }, error));
            }
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
            Ok(None) => self.end(CheckState::Passed, started, CheckFound::RolesUnknown),
            Ok(Some(roles)) => {
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
            Ok(Some(read)) if read.capabilities().kinds.is_empty() => {
                let found = CheckFound::Rules { supported: false, immutable: None };
                self.end(CheckState::Warning, started, found);
            }
            Ok(Some(ProjectRules::NotVisible { reason, capabilities })) => {
                let found = CheckFound::RulesNotVisible { reason, names: capabilities.role_names };
                self.end(CheckState::Warning, started, found);
            }
            Ok(read) => {
                let immutable = read.and_then(|read| read.visible().ok()).map(|read| {
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
        &mut self,
        request: impl Future<Output = Result<T, RegistryError>>,
    ) -> Result<Result<T, ApiError>, ApiError> {
        let (job, check) = (self.job.clone(), self.current());
        let tell = |wait| {
            let check = Check { wait: Some(wait), ..Check::new(check, CheckState::Running) };
            job.send(JobEvent::Check { job: job.id, check });
        };
        let answer = limited(self.limit, request, &mut self.pauses, tell);
        let answer = self.job.until_cancelled(answer).await?;
        Ok(answer.map_or_else(|| Err(self.timed_out.clone()), |answer| answer.or_api()))
    }

    fn begin(&self) -> Instant {
        self.tell(Check {
            wait: Some(first_wait(self.limit)),
            ..Check::new(self.current(), CheckState::Running)
        });
        Instant::now()
    }

    fn end(&mut self, state: CheckState, started: Instant, found: CheckFound) {
        let check = Check::new(self.current(), state);
        self.tell(Check { milliseconds: Some(since(started)), found: Some(found), ..check });
        self.next += 1;
    }

    /// There is nothing to be found out.
    fn skip(&mut self) {
        self.tell(Check::new(self.current(), CheckState::Skipped));
        self.next += 1;
    }

    fn warn(&mut self, started: Instant, error: ApiError) {
        let check = Check::new(self.current(), CheckState::Warning);
        self.tell(Check { milliseconds: Some(since(started)), error: Some(error), ..check });
        self.next += 1;
    }

    /// Fails the check `at` and skips all others that have no answer yet. Answers that the connection
    /// cannot be saved.
    fn fail(&mut self, at: CheckName, error: ApiError) -> bool {
        let mut error = Some(error);
        for check in CHECKS.into_iter().skip(self.next) {
            if check == at {
                self.tell(Check { error: error.take(), ..Check::new(check, CheckState::Failed) });
            } else {
                self.tell(Check::new(check, CheckState::Skipped));
            }
        }
        self.next = CHECKS.len();
        false
    }

    fn current(&self) -> CheckName {
        CHECKS[self.next.min(CHECKS.len() - 1)]
    }

    fn tell(&self, check: Check) {
        self.job.send(JobEvent::Check { job: self.job.id, check });
    }
}

fn since(started: Instant) -> u32 {
    u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX)
}

/// The rules of a project with a registry, to see whether rules can be read at all: of those that were listed,
/// the one in which the account has the highest role. Where the list of projects has a second page, that is
/// read as well: it is where lists break.
async fn first_rules(client: &Client) -> Result<Option<ProjectRules>, RegistryError> {
    let mut pages = client.projects();
    let mut best: Option<ProjectFacts> = None;
    let mut read = 0;
    while read < 2 || best.is_none() {
        let Some(page) = pages.try_next().await? else { break };
        read += 1;
        let with_registry = page.into_iter().filter(|project| project.registry_enabled);
        // Where roles are told, the highest says most.
        best = best
            .into_iter()
            .chain(with_registry)
            .min_by_key(|project| (project.archived, std::cmp::Reverse(project.role)));
    }
    match best {
        Some(project) => client.rules(&[project]).await.pop().transpose(),
        None => Ok(None),
    }
}

/// The check that an error of the first signed-in requests is about.
fn about(error: &ApiError) -> CheckName {
    match error.code {
        ErrorCode::TokenRefused
        | ErrorCode::TokenExpired
        | ErrorCode::TokenMissing
        | ErrorCode::LockedOut => CheckName::Token,
        ErrorCode::ScopeMissing => CheckName::Scopes,
        _ => CheckName::Version,
    }
}

/// Whether no answer is to be had: asking for something else would only take as long again.
fn is_of_network(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::TimedOut
            | ErrorCode::Offline
            | ErrorCode::ConnectionRefused
            | ErrorCode::HostUnknown
            | ErrorCode::Tls
            | ErrorCode::RateLimited
    )
}
