//! The journal, as the window shows it.

use std::collections::HashMap;

use tagwarden_archive::{Connection, EntryState, JournalEntry, JournalFilter, RunSummary};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::journal::{
    ChangeCounts, EntryView, Exposure, JournalChip, JournalPage, JournalQuery, RunView, UndoCounts,
    Unverifiable,
};
use tagwarden_ipc::plans::ApplyState;

use crate::Console;
use crate::errors::{OrApi as _, from_value};
use crate::sync::connection_of;

/// Runs of one page at most.
const MOST_RUNS: u32 = 200;
/// Changes of a run that a page shows.
const ENTRIES_SHOWN: u32 = 50;

/// States of changes that were sent and are not done.
const NOT_DONE: [EntryState; 9] = [
    EntryState::Sent,
    EntryState::Unclear,
    EntryState::Exposed,
    EntryState::Partial,
    EntryState::Failed,
    EntryState::NotMade,
    EntryState::Restored,
    EntryState::Lost,
    EntryState::Unverifiable,
];

impl Console {
    pub(crate) async fn journal_page_impl(&self, query: JournalQuery) -> Result<JournalPage, ApiError> {
        let filter = |chip| JournalFilter {
            text: Some(query.filter.clone()).filter(|text| !text.trim().is_empty()),
            project_id: query.project.clone(),
            outcomes: match chip {
                JournalChip::All => Vec::new(),
                JournalChip::Done => vec![EntryState::Done],
                JournalChip::Refused => NOT_DONE.to_vec(),
            },
            ..JournalFilter::default()
        };
        let archive = &self.inner.archive;
        let page = archive
            .journal_page(&filter(query.chip), query.offset, query.limit.min(MOST_RUNS))
            .await
            .or_api()?;
        let connections = self.connections_by_id().await?;
        let mut runs = Vec::with_capacity(page.rows.len());
        for summary in page.rows {
            let entries = archive.run_entries(&summary.run.id, Some(ENTRIES_SHOWN)).await.or_api()?;
            runs.push(self.run_view(summary, entries, &connections));
        }
        let mut number = [0u32; 3];
        for (slot, chip) in number.iter_mut().zip([JournalChip::All, JournalChip::Done, JournalChip::Refused])
        {
            let page = archive.journal_page(&filter(chip), 0, 0).await.or_api()?;
            *slot = u32::try_from(page.total).unwrap_or(u32::MAX);
        }
        let [all, done, refused] = number;
        Ok(JournalPage {
            runs,
            total: u32::try_from(page.total).unwrap_or(u32::MAX),
            chips: (all, done, refused),
        })
    }

    pub(crate) async fn journal_run_impl(&self, id: String) -> Result<RunView, ApiError> {
        let archive = &self.inner.archive;
        let summary = archive
            .run_summary(&id)
            .await
            .or_api()?
            .ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("run"))?;
        let entries = archive.run_entries(&id, None).await.or_api()?;
        Ok(self.run_view(summary, entries, &self.connections_by_id().await?))
    }

    fn run_view(
        &self,
        run: RunSummary,
        entries: Vec<JournalEntry>,
        connections: &HashMap<String, Connection>,
    ) -> RunView {
        let running = self.inner.plans.is_running(&run.run.id);
        let of = &run.entries;
        let (pending, unclear, skipped) = if running {
            (of.planned + of.sent, of.unclear, of.skipped)
        } else {
            (0, of.unclear + of.sent, of.skipped + of.planned)
        };
        let counts = ChangeCounts {
            done: of.done,
            partial: of.partial,
            failed: of.failed,
            not_made: of.not_made,
            unclear,
            exposed: of.exposed,
            restored: of.restored,
            lost: of.lost,
            skipped,
            unverifiable: of.unverifiable,
            pending,
        };
        RunView {
            started_at: run.run.started_at,
            finished_at: run.finished_at,
            running,
            undoes: run.run.undo_of,
            can_undo: run.undo.left > 0 && !running,
            undone_by: run.undone_by,
            undo: UndoCounts {
                undone: run.undo.undone,
                left: run.undo.left,
                out_of_reach: run.undo.out_of_reach,
            },
            projects: run.projects,
            entry_count: of.total(),
            counts,
            changed_tags: u32::try_from(run.changed_tags).unwrap_or(u32::MAX),
            id: run.run.id,
            entries: entries.into_iter().map(|entry| entry_view(entry, running, connections)).collect(),
        }
    }
}

fn entry_view(entry: JournalEntry, running: bool, connections: &HashMap<String, Connection>) -> EntryView {
    // A project that is gone since has no row any more, its id still says where it was.
    let connection = connection_of(&entry.entry.project_id);
    EntryView {
        connection_name: connections.get(connection).map(|c| c.name.clone()).unwrap_or_default(),
        state: match entry.state {
            EntryState::Planned if running => ApplyState::Waiting,
            EntryState::Sent if running => ApplyState::Running,
            EntryState::Planned | EntryState::Skipped => ApplyState::Skipped,
            EntryState::Sent | EntryState::Unclear => ApplyState::Unclear,
            EntryState::Exposed => ApplyState::Exposed,
            EntryState::Done => ApplyState::Done,
            EntryState::Partial => ApplyState::Partial,
            EntryState::Failed => ApplyState::Failed,
            EntryState::NotMade => ApplyState::NotMade,
            EntryState::Restored => ApplyState::Restored,
            EntryState::Lost => ApplyState::Lost,
            EntryState::Unverifiable => ApplyState::Unverifiable,
        },
        reason: entry.reason.map(reason_view),
        exposure: entry.exposure.map(|exposure| Exposure { from: exposure.from, until: exposure.until }),
        undone: entry.undone.is_some(),
        project: entry.entry.project_id,
        path: entry.entry.project_path,
        change: entry.entry.change,
        error: from_value(entry.error),
        changed_tags: entry.changed_tags,
        before: entry.entry.before,
        after: entry.after.unwrap_or(entry.entry.before),
    }
}

fn reason_view(reason: tagwarden_archive::Unverifiable) -> Unverifiable {
    use tagwarden_archive::Unverifiable as Kept;
    match reason {
        Kept::ProjectGone => Unverifiable::ProjectGone,
        Kept::RegistryOff => Unverifiable::RegistryOff,
        Kept::ConnectionRemoved => Unverifiable::ConnectionRemoved,
        Kept::NoAccess => Unverifiable::NoAccess,
        Kept::RulesHidden => Unverifiable::RulesHidden,
        Kept::Overtaken => Unverifiable::Overtaken,
    }
}
