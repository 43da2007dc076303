//! Settling: later readings of a project decide what became of a change that got no complete answer,
//! correct what was concluded too early, and make a rule again that a change left missing.

use tagwarden_archive::{Closing, EntryState, JournalEntry, Outcome, Unverifiable};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::Changed;
use tagwarden_ipc::journal::OpenChanges;
use tagwarden_registries::RulesRead;
use tagwarden_rules::rule::SavedRule;

use super::change::{Site, UNCLEAR_FOR, Underway};
use super::ended::{Ended, not_made};
use super::pace::Pace;
use super::trace::{Standing, standing};
use crate::Console;
use crate::errors::{OrApi as _, from_value};
use crate::projects::count;
use crate::sync::connection_of;

impl Console {
    /// Changes whose outcome is open.
    pub(crate) async fn open_changes(&self) -> Result<OpenChanges, ApiError> {
        let open = self.left_open().await?;
        let exposed = open.iter().filter(|entry| entry.state == EntryState::Exposed).count();
        Ok(OpenChanges { unclear: count(open.len() - exposed), exposed: count(exposed) })
    }

    /// Entries that wait for their outcome, of runs that are not under way.
    pub(super) async fn left_open(&self) -> Result<Vec<JournalEntry>, ApiError> {
        let mut open = self.inner.archive.open_entries().await.or_api()?;
        open.retain(|entry| !self.inner.plans.is_running(&entry.run_id));
        Ok(open)
    }

    /// Takes in what rules say of the changes of a project that wait for their outcome. They were asked
    /// for at `asked_at`. Answers with the rules as they are afterwards when it changed them.
    pub(crate) async fn settle(
        &self,
        project: &str,
        read: &RulesRead,
        asked_at: i64,
    ) -> Result<Option<RulesRead>, ApiError> {
        if self.inner.archive.is_read_only() || self.watched(project).await?.is_empty() {
            return Ok(None);
        }
        let _alone = self.inner.settling.lock().await;
        let known = self.known_project(project).await?;
        let client = self.client(connection_of(project)).await?;
        let (mut now, mut changed, mut settled) = (read.clone(), false, false);
        // Looked for again: another reading may have settled some meanwhile.
        for entry in self.watched(project).await? {
            let change = &entry.entry.change;
            let stages = client.stages(change);
            let site =
                Site { client: client.clone(), project: &known, capabilities: &now.capabilities, base: &[] };
            let mut reopened = is_open(entry.state);
            let ended = match standing(change, &stages, &now) {
                Standing::At(made, None) if made > 0 && may_repair(&entry) => {
                    let from = entry.sent_at.unwrap_or(asked_at);
                    self.inner.archive.entry_exposed(&entry.entry.id, from).await.or_api()?;
                    reopened = true;
                    let underway = Underway::again(change, &entry.entry.id, stages, made);
                    let mut ended = Box::pin(self.carry_on(&site, underway, &mut Pace::unattended())).await?;
                    if let Some(read) = ended.read.take() {
                        (now, changed) = (read, true);
                    }
                    let waits = ended.closing == Closing::Exposed;
                    // What kept it from being made is what the first try was told.
                    ended.error =
                        if waits { from_value(entry.error.clone()).or(ended.error) } else { ended.error };
                    Some(ended)
                }
                found => self.judge(&entry, found, asked_at).await?,
            };
            if let Some(ended) = ended {
                let outcome = self.outcome_of(&entry, &ended, &now).await?;
                let (archive, id) = (&self.inner.archive, &entry.entry.id);
                if reopened {
                    archive.entry_closed(id, &outcome, self.now()).await.or_api()?;
                } else {
                    archive.entry_corrected(id, &outcome, self.now()).await.or_api()?;
                }
                settled = true;
            }
        }
        if settled {
            self.inner.jobs.changed(Changed::Journal, None);
        }
        Ok(changed.then_some(now))
    }

    async fn watched(&self, project: &str) -> Result<Vec<JournalEntry>, ApiError> {
        let mut watched = self.inner.archive.watched_entries(project).await.or_api()?;
        watched.retain(|entry| !self.inner.plans.is_running(&entry.run_id));
        Ok(watched)
    }

    /// What rules that were asked for at `asked_at` say of an entry; `None`: it stays as it is.
    async fn judge(
        &self,
        entry: &JournalEntry,
        found: Standing,
        asked_at: i64,
    ) -> Result<Option<Ended>, ApiError> {
        let open = is_open(entry.state);
        let decides = asked_at >= horizon(entry);
        let error = || {
            from_value(entry.error.clone()).unwrap_or_else(|| {
                let project = Some(entry.entry.project_path.clone());
                ApiError { project, ..ApiError::new(ErrorCode::Unclear) }
            })
        };
        let unverifiable = |reason| Ended::with(Closing::Unverifiable(reason), None, None);
        Ok(match found {
            Standing::Made(rule) => match self.explained_otherwise(entry, rule.as_ref()).await? {
                false => Some(Ended::with(Closing::Done, rule, None)),
                true => open.then(|| unverifiable(Unverifiable::Overtaken)),
            },
            Standing::Restored(rule) if open => {
                Some(Ended::with(Closing::Restored, Some(rule), Some(error())))
            }
            Standing::At(made, rule @ Some(_)) if open && decides && made > 0 => {
                Some(Ended::with(Closing::Partial, rule, Some(error())))
            }
            Standing::At(0, _) if decides && (open || was_out_of_reach(entry)) => {
                Some(Ended::with(Closing::NotMade, None, Some(not_made(error()))))
            }
            Standing::Changed if open && decides => Some(unverifiable(Unverifiable::Overtaken)),
            Standing::Hidden if open && decides => Some(unverifiable(Unverifiable::RulesHidden)),
            _ => None,
        })
    }

    /// Whether a later change of ours made the rules what this entry wanted: they say nothing of it then.
    async fn explained_otherwise(
        &self,
        entry: &JournalEntry,
        rule: Option<&SavedRule>,
    ) -> Result<bool, ApiError> {
        let later = self.inner.archive.entries_since(entry).await.or_api()?;
        let old = entry.entry.change.old();
        Ok(later.iter().any(|later| match (rule, old) {
            (Some(rule), _) => later.result_rule.as_ref().is_some_and(|made| made.id == rule.id),
            (None, Some(old)) => later.entry.change.old().is_some_and(|gone| gone.id == old.id),
            (None, None) => false,
        }))
    }

    /// What is written down of an entry that is settled, with its effect on the tags that are known.
    async fn outcome_of(
        &self,
        entry: &JournalEntry,
        ended: &Ended,
        read: &RulesRead,
    ) -> Result<Outcome, ApiError> {
        let mut outcome = ended.outcome();
        if ended.closing == Closing::Done {
            let (project, change) = (&entry.entry.project_id, &entry.entry.change);
            outcome.changed_tags = self.changed_by(project, change, ended.rule.as_ref(), &read.rules).await?;
            outcome.after = Some(self.keep_rules(project, read.clone()).await?);
        }
        Ok(outcome)
    }

    /// Closes what waits for its outcome in a project whose rules cannot be read any more.
    pub(crate) async fn settle_unreadable(&self, project: &str, error: &ApiError) -> Result<(), ApiError> {
        let reason = match error.code {
            ErrorCode::NotFound => Unverifiable::ProjectGone,
            ErrorCode::RoleTooLow
            | ErrorCode::RulesNotVisible
            | ErrorCode::Denied
            | ErrorCode::ScopeMissing => Unverifiable::NoAccess,
            // Anything else may pass.
            _ => return Ok(()),
        };
        self.give_up(reason, |entry| entry.entry.project_id == project).await
    }

    /// Closes what waits for its outcome in projects of a connection that its list, read to the end, does
    /// not name by their number on the server, or that are not `present` because they have no registry.
    pub(crate) async fn settle_unlisted(
        &self,
        connection: &str,
        named: &[String],
        present: &[String],
    ) -> Result<(), ApiError> {
        let of_connection = |entry: &JournalEntry| connection_of(&entry.entry.project_id) == connection;
        let is_listed = |entry: &JournalEntry| {
            let id = entry.entry.project_id.split_once('/').map_or("", |(_, id)| id);
            named.iter().any(|named| named == id)
        };
        let is_present = |entry: &JournalEntry| present.contains(&entry.entry.project_id);
        self.give_up(Unverifiable::RegistryOff, |entry| {
            of_connection(entry) && is_listed(entry) && !is_present(entry)
        })
        .await?;
        self.give_up(Unverifiable::ProjectGone, |entry| of_connection(entry) && !is_listed(entry)).await
    }

    /// Closes what waits for its outcome on connections that were removed.
    pub(crate) async fn settle_without_connection(&self) -> Result<(), ApiError> {
        let connections = self.connections_by_id().await?;
        self.give_up(Unverifiable::ConnectionRemoved, |entry| {
            !connections.contains_key(connection_of(&entry.entry.project_id))
        })
        .await
    }

    async fn give_up(
        &self,
        reason: Unverifiable,
        which: impl Fn(&JournalEntry) -> bool,
    ) -> Result<(), ApiError> {
        if self.inner.archive.is_read_only() {
            return Ok(());
        }
        let open = self.left_open().await?;
        let concerned: Vec<&JournalEntry> = open.iter().filter(|entry| which(entry)).collect();
        for entry in &concerned {
            let error = from_value(entry.error.clone());
            let outcome = Ended::with(Closing::Unverifiable(reason), None, error).outcome();
            self.inner.archive.entry_closed(&entry.entry.id, &outcome, self.now()).await.or_api()?;
        }
        if !concerned.is_empty() {
            self.inner.jobs.changed(Changed::Journal, None);
        }
        Ok(())
    }
}

fn is_open(state: EntryState) -> bool {
    matches!(state, EntryState::Sent | EntryState::Unclear | EntryState::Exposed)
}

/// Until when rules that do not show an entry prove nothing about it.
fn horizon(entry: &JournalEntry) -> i64 {
    entry.unclear_until.unwrap_or(entry.sent_at.unwrap_or_default() + UNCLEAR_FOR)
}

/// Whether an entry was given up because nobody could look.
fn was_out_of_reach(entry: &JournalEntry) -> bool {
    matches!(
        entry.reason,
        Some(Unverifiable::ProjectGone | Unverifiable::RegistryOff | Unverifiable::NoAccess)
    )
}

/// Whether a rule that an entry deleted is made again: as long as nobody closed the entry knowingly.
fn may_repair(entry: &JournalEntry) -> bool {
    is_open(entry.state) || entry.state == EntryState::NotMade || was_out_of_reach(entry)
}
