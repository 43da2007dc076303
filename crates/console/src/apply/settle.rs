//! Closing what a crash or a lost connection left open, once the rules can be read again.

use tagwarden_archive::{Closing, EntryState, JournalEntry, Outcome};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::Changed;
use tagwarden_rules::rule::SavedRule;

use super::trace::{Trace, trace};
use crate::Console;
use crate::errors::{LOST, NOT_MADE, OrApi as _, RESTORED, to_value};

impl Console {
    /// Closes what was left open about one project, now that its rules were read.
    pub(crate) async fn settle(&self, project: &str, rules: &[SavedRule]) -> Result<(), ApiError> {
        let archive = &self.inner.archive;
        if archive.is_read_only() {
            return Ok(());
        }
        let open: Vec<JournalEntry> = archive
            .open_entries()
            .await
            .or_api()?
            .into_iter()
            .filter(|entry| !self.inner.plans.is_running(&entry.run_id))
            .collect();
        let mut settled: Vec<&str> = Vec::new();
        for entry in open.iter().filter(|entry| entry.entry.project_id == project) {
            archive.entry_closed(&entry.entry.id, &outcome(entry, rules), self.now()).await.or_api()?;
            settled.push(&entry.run_id);
        }
        if settled.is_empty() {
            return Ok(());
        }
        settled.dedup();
        for run in settled {
            let elsewhere = |entry: &&JournalEntry| entry.run_id == run && entry.entry.project_id != project;
            if !open.iter().any(|entry| elsewhere(&entry)) {
                archive.finish_run(run, self.now()).await.or_api()?;
            }
        }
        self.inner.jobs.changed(Changed::Journal, None);
        Ok(())
    }
}

/// How an entry closes, judged by the rules as they are.
fn outcome(entry: &JournalEntry, rules: &[SavedRule]) -> Outcome {
    let found = match entry.state {
        // Never sent, so whatever is there is not its doing.
        EntryState::Planned => None,
        _ => Some(trace(&entry.entry.change, rules)),
    };
    let told = |detail: &str| {
        let path = Some(entry.entry.project_path.clone());
        to_value(&ApiError { project: path, ..ApiError::new(ErrorCode::Unclear).detail(detail) })
    };
    let (closing, result_rule, error) = match found {
        None => (Closing::Skipped, None, None),
        Some(Trace::Made(rule)) => (Closing::Done, rule, None),
        Some(Trace::NotMade) => (Closing::Failed, None, told(NOT_MADE)),
        Some(Trace::Restored(rule)) => (Closing::Restored, Some(rule), told(RESTORED)),
        Some(Trace::Lost) => (Closing::Failed, None, told(LOST)),
        Some(Trace::Unclear) => (Closing::Unclear, None, told("changed-since")),
    };
    Outcome { closing, result_rule, error, after: None, changed_tags: 0 }
}
