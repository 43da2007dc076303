//! The journal, as the window shows it.

use tagwarden_archive::{EntryState, JournalEntry, JournalFilter, JournalRun};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::journal::{EntryView, JournalChip, JournalPage, JournalQuery, RunView};
use tagwarden_ipc::plans::ApplyState;

use crate::Console;
use crate::errors::{OrApi as _, from_value};
use crate::projects::count;

/// Runs of one page at most.
const MOST_RUNS: u32 = 200;
/// Changes of a run that a page shows.
const ENTRIES_SHOWN: usize = 50;

impl Console {
    pub(crate) async fn journal_page_impl(&self, query: JournalQuery) -> Result<JournalPage, ApiError> {
        let filter = |chip| JournalFilter {
            text: Some(query.filter.clone()).filter(|text| !text.trim().is_empty()),
            project_id: query.project.clone(),
            outcome: match chip {
                JournalChip::All => None,
                JournalChip::Done => Some(EntryState::Done),
                JournalChip::Refused => Some(EntryState::Failed),
            },
            ..JournalFilter::default()
        };
        let archive = &self.inner.archive;
        let page = archive
            .journal_page(&filter(query.chip), query.offset, query.limit.min(MOST_RUNS))
            .await
            .or_api()?;
        let mut runs = Vec::with_capacity(page.rows.len());
        for summary in page.rows {
            let mut run = self.journal_run_impl(summary.run.id).await?;
            run.entries.truncate(ENTRIES_SHOWN);
            runs.push(run);
        }
        let mut number = [0u32; 3];
        for (slot, chip) in number.iter_mut().zip([JournalChip::All, JournalChip::Done, JournalChip::Refused])
        {
            let page = archive.journal_page(&filter(chip), 0, 1).await.or_api()?;
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
        let run = self
            .inner
            .archive
            .run(&id)
            .await
            .or_api()?
            .ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("run"))?;
        let mut view = run_view(&run);
        for entry in run.entries {
            let connection = self.connection_name(&entry.entry.project_id).await?;
            view.entries.push(entry_view(entry, connection));
        }
        Ok(view)
    }

    /// The connection of a project that may be gone since.
    async fn connection_name(&self, project: &str) -> Result<String, ApiError> {
        let Some(project) = self.inner.archive.project(project).await.or_api()? else {
            return Ok(String::new());
        };
        let connection =
            self.inner.archive.connection(&project.summary.listing.connection_id).await.or_api()?;
        Ok(connection.map(|connection| connection.name).unwrap_or_default())
    }
}

fn run_view(run: &JournalRun) -> RunView {
    let mut projects: Vec<&str> = run.entries.iter().map(|entry| entry.entry.project_id.as_str()).collect();
    projects.sort_unstable();
    projects.dedup();
    RunView {
        id: run.run.id.clone(),
        started_at: run.run.started_at,
        finished_at: run.finished_at,
        undoes: run.run.undo_of.clone(),
        undone_by: run.undone_by.clone(),
        can_undo: run.undone_by.is_none() && run.entries.iter().any(|entry| entry.state == EntryState::Done),
        projects: count(projects.len()),
        entries: Vec::with_capacity(run.entries.len()),
        entry_count: count(run.entries.len()),
        changed_tags: run.entries.iter().map(|entry| entry.changed_tags).sum(),
    }
}

fn entry_view(entry: JournalEntry, connection_name: String) -> EntryView {
    EntryView {
        project: entry.entry.project_id,
        path: entry.entry.project_path,
        connection_name,
        change: entry.entry.change,
        state: match entry.state {
            EntryState::Planned => ApplyState::Waiting,
            EntryState::Sent => ApplyState::Running,
            EntryState::Done => ApplyState::Done,
            EntryState::Failed => ApplyState::Failed,
            EntryState::Unclear => ApplyState::Unclear,
            EntryState::Skipped => ApplyState::Skipped,
            EntryState::Restored => ApplyState::Restored,
        },
        error: from_value(entry.error),
        changed_tags: entry.changed_tags,
        before: entry.entry.before,
        after: entry.after.unwrap_or(entry.entry.before),
    }
}
