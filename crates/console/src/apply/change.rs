//! One change, made stage by stage: a call, and after an unclear answer what the rules tell.

use std::time::Duration;

use tagwarden_archive::{Closing, Project};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_registries::{RegistryError, RulesRead, Trouble};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::plan::{Change, conflicts};
use tagwarden_rules::rule::{Rule, SavedRule};

use super::ended::{Ended, not_made, told};
use super::pace::{Pace, Waited};
use super::trace::{Standing, standing};
use crate::Console;
use crate::errors::OrApi as _;
use crate::plans::reference;
use crate::registry::Client;

/// Times the rules are read after a change until it shows: servers' reads may lag their writes.
const READS_AFTER: u32 = 5;
/// Pause between two such reads.
const PAUSE: Duration = Duration::from_millis(300);
/// Pause before a call is sent again after the first stage of a change was made; doubles. Only then is
/// it sent again: what is half done is worse than what is not begun, and sending it again does no harm.
/// A rule is set to the same, or it is created where the rules do not show it, and a server refuses a
/// second one of the same pattern.
const REPEAT_PAUSE: Duration = Duration::from_secs(1);

/// How long the rules of a project prove nothing about a call that got no complete answer. A server goes
/// on with a request whose client has gone for as long as its own limits allow (GitLab and the proxies
/// before registries: a minute as a rule), and a replica that answers reads may lag behind.
pub(super) const UNCLEAR_FOR: i64 = 5 * 60;

/// Where a change is made.
pub(super) struct Site<'a> {
    pub(super) client: Client,
    pub(super) project: &'a Project,
    pub(super) capabilities: &'a Capabilities,
    /// The rules that the change starts from.
    pub(super) base: &'a [SavedRule],
}

/// A change that is under way.
pub(super) struct Underway<'a> {
    pub(super) change: &'a Change,
    /// Its entry in the journal, which is open.
    pub(super) entry: &'a str,
    pub(super) stages: Vec<Option<Rule>>,
    /// Stages that are made.
    pub(super) made: usize,
    /// The rule as it is.
    pub(super) rule: Option<SavedRule>,
    /// Whether a call may still be carried out that was not answered.
    uncertain: bool,
    repeats: u32,
}

impl<'a> Underway<'a> {
    pub(super) fn at(
        change: &'a Change,
        entry: &'a str,
        stages: Vec<Option<Rule>>,
        made: usize,
        rule: Option<SavedRule>,
    ) -> Self {
        Self { change, entry, stages, made, rule, uncertain: false, repeats: 0 }
    }

    /// A change whose rule is deleted and that is taken up again. Calls of the first try may still be
    /// carried out.
    pub(super) fn again(change: &'a Change, entry: &'a str, stages: Vec<Option<Rule>>, made: usize) -> Self {
        Self { uncertain: true, ..Self::at(change, entry, stages, made, None) }
    }

    /// Whether a rule was deleted and nothing stands in its place.
    fn is_exposed(&self) -> bool {
        self.made > 0 && self.made < self.stages.len() && self.rule.is_none()
    }

    /// The call of the next stage.
    fn call(&self) -> Option<Change> {
        let wanted = self.stages.get(self.made)?;
        match (&self.rule, wanted) {
            (Some(from), Some(to)) => Some(Change::Update { from: from.clone(), to: to.clone() }),
            (Some(rule), None) => Some(Change::Delete { rule: rule.clone() }),
            (None, Some(rule)) => Some(Change::Create { rule: rule.clone() }),
            (None, None) => None,
        }
    }
}

/// What came of one call.
enum Answer {
    Made(Option<SavedRule>),
    Failed(RegistryError),
    /// It was not sent, for this reason.
    NotSent(ApiError),
}

impl Console {
    /// Makes the stages of a change that are not made yet. Fails only when the journal cannot be written.
    pub(super) async fn carry_on(
        &self,
        site: &Site<'_>,
        mut change: Underway<'_>,
        pace: &mut Pace,
    ) -> Result<Ended, ApiError> {
        while let Some(call) = change.call() {
            let error = match self.send(site, &change, &call, pace).await? {
                Answer::Made(rule) => {
                    self.reached(&mut change, rule, None).await?;
                    continue;
                }
                Answer::NotSent(error) if error.code == ErrorCode::Cancelled => {
                    return Ok(Ended::with(Closing::Skipped, None, Some(error)));
                }
                Answer::NotSent(error) => return Ok(Ended::with(Closing::Failed, None, Some(error))),
                Answer::Failed(error) => error,
            };
            if let Some(ended) = self.after_failure(site, &mut change, error, pace).await? {
                return Ok(ended);
            }
        }
        let read = self.look(site, &change, change.stages.len().saturating_sub(1), pace).await;
        let read = read.map(|(_, read)| read);
        Ok(Ended::with(Closing::Done, change.rule, None).read(read))
    }

    /// What follows from a call that failed: the end, or nothing when there is more to try.
    async fn after_failure(
        &self,
        site: &Site<'_>,
        change: &mut Underway<'_>,
        error: RegistryError,
        pace: &mut Pace,
    ) -> Result<Option<Ended>, ApiError> {
        change.uncertain |= error.trouble == Trouble::Unclear;
        let looked = match error.trouble {
            Trouble::ServerFailed | Trouble::Unclear => self.look(site, change, change.made, pace).await,
            // Gone or there already: perhaps by a call of ours that was not answered.
            Trouble::NotFound if change.rule.is_some() => self.look(site, change, change.made, pace).await,
            Trouble::Duplicate if change.uncertain => self.look(site, change, change.made, pace).await,
            _ => None,
        };
        let trouble = error.trouble.clone();
        let told = told(site, error);
        if let Some((found, read)) = &looked {
            match found {
                Standing::Made(rule) => {
                    self.reached(change, rule.clone(), Some(change.stages.len())).await?;
                    return Ok(Some(Ended::with(Closing::Done, rule.clone(), None).read(read.clone())));
                }
                Standing::Restored(rule) => {
                    let rule = Some(rule.clone());
                    return Ok(Some(Ended::with(Closing::Restored, rule, Some(told)).read(read.clone())));
                }
                Standing::At(made, rule) if *made > change.made => {
                    self.reached(change, rule.clone(), Some(*made)).await?;
                    return Ok(None);
                }
                _ => {}
            }
        }
        let hidden = matches!(looked, Some((Standing::Hidden, _)));
        let read = looked.map(|(_, read)| read);
        if change.made > 0 && may_pass(&trouble) && change.repeats < pace.repeats() {
            self.sleep(REPEAT_PAUSE * 2_u32.pow(change.repeats)).await;
            change.repeats += 1;
            return Ok(None);
        }
        if change.is_exposed() {
            let waits = may_pass(&trouble) || (trouble == Trouble::Duplicate && change.uncertain);
            return Ok(Some(match change.change.old() {
                Some(old) if !waits => Box::pin(self.put_back(site, change, old, told, pace)).await?,
                _ => Ended::with(Closing::Exposed, None, Some(told)).read(read),
            }));
        }
        let (closing, error) = match trouble {
            _ if change.uncertain => (Closing::Unclear { until: self.now() + UNCLEAR_FOR }, told),
            _ if change.made > 0 => (Closing::Partial, told),
            // The server ended the request itself; without its rules nothing is known all the same.
            Trouble::ServerFailed if read.is_some() && !hidden => (Closing::NotMade, not_made(told)),
            Trouble::ServerFailed => (Closing::Unclear { until: self.now() + UNCLEAR_FOR }, told),
            _ => (Closing::Failed, told),
        };
        let rule = change.rule.clone().filter(|_| closing == Closing::Partial);
        Ok(Some(Ended::with(closing, rule, Some(error)).read(read)))
    }

    /// Notes that a change has come to the end of its next stage, or to that of `made` stages.
    async fn reached(
        &self,
        change: &mut Underway<'_>,
        rule: Option<SavedRule>,
        made: Option<usize>,
    ) -> Result<(), ApiError> {
        change.made = made.unwrap_or(change.made + 1);
        change.rule = rule;
        (change.uncertain, change.repeats) = (false, 0);
        if change.is_exposed() {
            self.inner.archive.entry_exposed(change.entry, self.now()).await.or_api()?;
        }
        Ok(())
    }

    /// Creates the old rule again because the new one is refused.
    async fn put_back(
        &self,
        site: &Site<'_>,
        change: &Underway<'_>,
        old: &SavedRule,
        why: ApiError,
        pace: &mut Pace,
    ) -> Result<Ended, ApiError> {
        let back = Change::Create { rule: old.rule.clone() };
        let stages = site.client.stages(&back);
        let mut back = Underway::at(&back, change.entry, stages, 0, None);
        while let Some(call) = back.call() {
            let trouble = match self.send(site, change, &call, pace).await? {
                Answer::Made(rule) => {
                    (back.made, back.rule) = (back.made + 1, rule);
                    continue;
                }
                Answer::NotSent(_) => return Ok(Ended::with(Closing::Exposed, None, Some(why))),
                Answer::Failed(error) => error.trouble,
            };
            let looked = match trouble {
                Trouble::ServerFailed | Trouble::Unclear | Trouble::Duplicate => {
                    self.look(site, &back, back.made, pace).await
                }
                _ => None,
            };
            match looked {
                Some((Standing::Made(rule), _)) => (back.made, back.rule) = (back.stages.len(), rule),
                _ if back.made > 0 => break,
                _ if may_pass(&trouble) && back.repeats < pace.repeats() => {
                    self.sleep(REPEAT_PAUSE * 2_u32.pow(back.repeats)).await;
                    back.repeats += 1;
                }
                _ => {
                    let closing = if may_pass(&trouble) { Closing::Exposed } else { Closing::Lost };
                    let read = self.look(site, change, 0, pace).await.map(|(_, read)| read);
                    return Ok(Ended::with(closing, None, Some(why)).read(read));
                }
            }
        }
        let read = self.look(site, &back, 0, pace).await.map(|(_, read)| read);
        Ok(Ended::with(Closing::Restored, back.rule, Some(why)).read(read))
    }

    /// Makes one call. One that the server turned away unseen is sent again as soon as the server
    /// allows; before the first stage only if the rules are still those it starts from.
    async fn send(
        &self,
        site: &Site<'_>,
        change: &Underway<'_>,
        call: &Change,
        pace: &mut Pace,
    ) -> Result<Answer, ApiError> {
        let archive = &self.inner.archive;
        loop {
            if change.made > 0 {
                archive.entry_next_call(change.entry, self.now()).await.or_api()?;
            }
            let sent = site.client.change(&reference(site.project), site.capabilities, call).await;
            let error = match sent {
                Ok(rule) => {
                    pace.went_through();
                    return Ok(Answer::Made(rule));
                }
                Err(error) => error,
            };
            let Trouble::RateLimited(asked) = error.trouble else { return Ok(Answer::Failed(error)) };
            if change.made == 0 {
                archive.entry_turned_away(change.entry).await.or_api()?;
            }
            // A rule that is missing is made again first.
            match pace.wait_out(self, asked, !change.is_exposed()).await {
                Waited::Out => {}
                Waited::Cancelled if change.made > 0 => return Ok(Answer::Failed(error)),
                Waited::Cancelled => return Ok(Answer::NotSent(ApiError::new(ErrorCode::Cancelled))),
                Waited::TooLong if change.made > 0 => return Ok(Answer::Failed(error)),
                Waited::TooLong => return Ok(Answer::NotSent(told(site, error))),
            }
            if change.made == 0 {
                if let Some(error) = self.changed_meanwhile(site, pace).await {
                    return Ok(Answer::NotSent(error));
                }
                archive.entry_sent(change.entry, self.now()).await.or_api()?;
            }
        }
    }

    /// Why nothing may be sent to this project any more: its rules are not those that were shown, or
    /// cannot be read. The registry has no ETags, so this is as late as can be.
    pub(super) async fn changed_meanwhile(&self, site: &Site<'_>, pace: &mut Pace) -> Option<ApiError> {
        let listing = &site.project.summary.listing;
        match self.read_patiently(site, pace, true).await {
            Err(error) => Some(error),
            Ok(read) if conflicts(site.base, &read.rules).is_empty() => None,
            Ok(read) => {
                // Shown when the user compares.
                if let Err(error) = self.keep_rules(&listing.id, read).await {
                    return Some(error);
                }
                let path = Some(listing.path.clone());
                Some(ApiError { project: path, ..ApiError::new(ErrorCode::Conflict) })
            }
        }
    }

    /// Reads the rules until they show that a change has come further than `stage`. A server may show
    /// an older state for a moment; nothing when the rules cannot be read at all.
    async fn look(
        &self,
        site: &Site<'_>,
        change: &Underway<'_>,
        stage: usize,
        pace: &mut Pace,
    ) -> Option<(Standing, RulesRead)> {
        for tried in 1.. {
            let read = self.read_patiently(site, pace, false).await.ok()?;
            let found = standing(change.change, &change.stages, &read);
            if found.is_beyond(stage) || tried >= READS_AFTER {
                return Some((found, read));
            }
            self.sleep(PAUSE).await;
        }
        None
    }

    /// Reads the rules; a registry that asks to slow down is waited for. What was sent is read back even
    /// when the run is cancelled, as long as nothing has to be waited for.
    async fn read_patiently(
        &self,
        site: &Site<'_>,
        pace: &mut Pace,
        cancellable: bool,
    ) -> Result<RulesRead, ApiError> {
        loop {
            let reading = self.read_rules(site.project);
            let read = if cancellable { pace.until_cancelled(reading).await? } else { reading.await };
            let error = match read {
                Ok(read) => return Ok(read),
                Err(error) => error,
            };
            let limited = [Some(error.code), error.cause].contains(&Some(ErrorCode::RateLimited));
            if !limited {
                return Err(error);
            }
            match pace.wait_out(self, error.retry_after, true).await {
                Waited::Out => {}
                Waited::Cancelled => return Err(ApiError::new(ErrorCode::Cancelled)),
                Waited::TooLong => return Err(error),
            }
        }
    }
}

/// Whether the same call may be answered otherwise later, without anybody changing anything.
fn may_pass(trouble: &Trouble) -> bool {
    matches!(
        trouble,
        Trouble::ServerFailed
            | Trouble::Unclear
            | Trouble::RateLimited(_)
            | Trouble::TimedOut
            | Trouble::Broken
            | Trouble::Refused
            | Trouble::UnknownHost
            | Trouble::Tls(_)
            | Trouble::Redirected(_)
            | Trouble::TokenRefused
            | Trouble::TokenExpired
            | Trouble::NoCredentials
            | Trouble::ReadOnly
    )
}
