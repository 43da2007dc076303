//! Carrying a plan out: read again, write down, call, read back, write down what came of it.

mod change;
mod ended;
mod follow;
mod pace;
mod part;
mod settle;
mod trace;

use tagwarden_archive::{Closing, NewEntry, NewRun, RunKind};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobId, JobKind, JobResult, Progress};
use tagwarden_ipc::plans::{ApplyRequest, RunSummary};
use tagwarden_rules::state::StateCounts;

use self::pace::Pace;
use crate::Console;
use crate::demo::Stage;
use crate::errors::OrApi as _;
use crate::jobs::Job;
use crate::plans::{Made, Part};
use crate::projects::count;

/// The draft of one rule for many projects.
const BULK_DRAFT: &str = "bulk";

impl Console {
    pub(crate) fn apply_start_impl(&self, request: &ApplyRequest) -> Result<JobId, ApiError> {
        // A change that the journal cannot keep is not made: neither with a file that can only be
        // read, nor with a journal in memory because the file could not be used.
        if let Some(trouble) = self.inner.health.trouble() {
            return Err(trouble);
        }
        if self.inner.plans.waits_for_confirmation(&request.plan) && !request.confirmed {
            return Err(ApiError::new(ErrorCode::NotConfirmed));
        }
        let made = self.inner.plans.take(&request.plan).ok_or_else(|| ApiError::new(ErrorCode::PlanGone))?;
        let console = self.clone();
        Ok(self.inner.jobs.spawn(JobKind::Apply, move |job| async move { console.apply(&job, made).await }))
    }

    async fn apply(&self, job: &Job, made: Made) -> Result<JobResult, ApiError> {
        let run_id = self.new_id();
        // Known as running before it is written down: a sync that reads one of its projects at this
        // moment must not take it for what a crash left open.
        self.inner.plans.begin(&run_id);
        let result = self.carry_out(job, &made, &run_id).await;
        self.inner.plans.end(&run_id);
        for part in &made.parts {
            self.inner.registries.watch(&part.project.summary.listing.connection_id, None);
        }
        if result.is_err() {
            // The failure is told; an entry that cannot be closed now is at the next start.
            let _ = self.inner.archive.skip_planned(Some(&run_id), self.now()).await;
        }
        self.follow_up(made.parts.iter().map(|part| part.project.summary.listing.id.clone()).collect());
        self.keep_demos_of(&made).await;
        self.inner.jobs.changed(Changed::Journal, None);
        self.inner.jobs.changed(Changed::Projects, None);
        let run = result?;
        Ok(if job.is_cancelled() {
            JobResult::Cancelled { run: Some(run) }
        } else {
            JobResult::Applied { run }
        })
    }

    /// Keeps the rules of the demos that were changed.
    async fn keep_demos_of(&self, made: &Made) {
        let mut kept = Vec::new();
        for part in &made.parts {
            let kind = Stage::kind_of(&part.project.summary.listing.connection_id);
            if let Some(kind) = kind.filter(|kind| !kept.contains(kind)) {
                kept.push(kind);
                self.keep_demo_rules(kind).await;
            }
        }
    }

    /// A failure of the journal ends the run at once; what it holds so far stays true, and what it
    /// leaves open is settled at the next reading.
    async fn carry_out(&self, job: &Job, made: &Made, run_id: &str) -> Result<RunSummary, ApiError> {
        let entries = self.begin(run_id, made).await?;
        let progress = Progress { total: Some(count(made.parts.len())), ..job.progress(None) };
        let mut run = Run::new(run_id, made.kind, Pace::of(job, progress));
        for (part, ids) in made.parts.iter().zip(&entries) {
            Box::pin(self.apply_part(job, part, ids, &mut run)).await?;
        }
        self.inner.archive.finish_run(run_id, self.now()).await.or_api()?;
        let summary = run.summary;
        let left = summary.failed + summary.unclear + summary.exposed + summary.skipped;
        if made.kind == RunKind::Bulk && left == 0 {
            self.inner.archive.delete_draft(BULK_DRAFT).await.or_api()?;
        }
        Ok(summary)
    }

    /// Writes the whole run down before the first call. Answers with the ids of the entries, by part.
    async fn begin(&self, run_id: &str, made: &Made) -> Result<Vec<Vec<String>>, ApiError> {
        let mut connections: Vec<&str> =
            made.parts.iter().map(|part| part.project.summary.listing.connection_id.as_str()).collect();
        connections.dedup();
        let run = NewRun {
            id: run_id.to_owned(),
            kind: made.kind,
            connection_id: match connections.as_slice() {
                [one] => Some((*one).to_owned()),
                _ => None,
            },
            title: serde_json::Value::Null,
            started_at: self.now(),
            undo_of: made.undoes.clone(),
        };
        let mut entries = Vec::new();
        let mut ids = Vec::with_capacity(made.parts.len());
        for part in &made.parts {
            let listing = &part.project.summary.listing;
            let mut of_part = Vec::with_capacity(part.changes.len());
            for (change, undoes) in part.changes.iter().zip(&part.undoes) {
                let id = self.new_id();
                of_part.push(id.clone());
                entries.push(NewEntry {
                    id,
                    project_id: listing.id.clone(),
                    project_path: listing.path.clone(),
                    change: change.clone(),
                    before: part.project.summary.counts,
                    undoes: undoes.clone(),
                });
            }
            ids.push(of_part);
        }
        self.inner.archive.begin_run(&run, &entries).await.or_api()?;
        Ok(ids)
    }
}

/// A run under way.
struct Run {
    summary: RunSummary,
    kind: RunKind,
    pace: Pace,
    /// Connections to which nothing more is sent, and why.
    unreachable: Vec<(String, ApiError)>,
}

impl Run {
    fn new(id: &str, kind: RunKind, pace: Pace) -> Self {
        let summary = RunSummary {
            run: id.to_owned(),
            done: 0,
            failed: 0,
            unclear: 0,
            exposed: 0,
            skipped: 0,
            projects: 0,
            changed_tags: 0,
            before: StateCounts::default(),
            after: StateCounts::default(),
        };
        Self { summary, kind, pace, unreachable: Vec::new() }
    }

    fn count(&mut self, closing: Closing) {
        let number = match closing {
            Closing::Done => &mut self.summary.done,
            Closing::Unclear { .. } | Closing::Unverifiable(_) => &mut self.summary.unclear,
            Closing::Exposed => &mut self.summary.exposed,
            Closing::Skipped => &mut self.summary.skipped,
            Closing::Partial | Closing::Failed | Closing::NotMade | Closing::Restored | Closing::Lost => {
                &mut self.summary.failed
            }
        };
        *number += 1;
    }

    /// Why a project is not even tried.
    fn stopped(&self, part: &Part) -> Option<ApiError> {
        if self.pace.is_cancelled() {
            return Some(ApiError::new(ErrorCode::Cancelled));
        }
        let connection = &part.project.summary.listing.connection_id;
        self.unreachable.iter().find(|(id, _)| id == connection).map(|(_, error)| error.clone())
    }
}
