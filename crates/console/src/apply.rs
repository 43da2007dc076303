//! Carrying a plan out: read again, write down, call, read back, write down what came of it.

mod sent;
mod settle;
mod trace;

use tagwarden_archive::{Closing, NewEntry, NewRun, Outcome, RunKind};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobId, JobKind, JobResult, Progress};
use tagwarden_ipc::plans::{ApplyProgress, ApplyRequest, ApplyState, RunSummary};
use tagwarden_registries::RulesRead;
use tagwarden_rules::plan::{Change, conflicts};
use tagwarden_rules::rule::SavedRule;
use tagwarden_rules::state::StateCounts;

use self::sent::{Sent, refused};
use self::trace::{Trace, trace};
use crate::Console;
use crate::demo::Stage;
use crate::errors::{OrApi as _, concerns_connection, to_value};
use crate::jobs::Job;
use crate::plans::{Made, Part, reference};
use crate::preview::add_counts;
use crate::projects::count;

/// Times the rules are read after a change until it shows: servers' reads may lag their writes.
const READS_AFTER: u32 = 5;
/// Pause between two such reads.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(300);

/// The draft of one rule for many projects.
const BULK_DRAFT: &str = "bulk";

impl Console {
    pub(crate) fn apply_start_impl(&self, request: &ApplyRequest) -> Result<JobId, ApiError> {
        // A change that the journal cannot keep is not made: neither with a file that can only be
        // read, nor with a journal in memory because the file could not be used.
        if let Some(trouble) = &self.inner.archive_trouble {
            return Err(trouble.clone());
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
        let mut run = Run {
            summary: RunSummary {
                run: run_id.to_owned(),
                done: 0,
                failed: 0,
                unclear: 0,
                skipped: 0,
                projects: 0,
                changed_tags: 0,
                before: StateCounts::default(),
                after: StateCounts::default(),
            },
            progress: Progress { total: Some(count(made.parts.len())), ..job.progress(None) },
            kind: made.kind,
            unreachable: Vec::new(),
            open: false,
        };
        for (part, ids) in made.parts.iter().zip(&entries) {
            self.apply_part(job, part, ids, &mut run).await?;
            run.progress.done += 1;
            job.send(JobEvent::Progress { progress: run.progress.clone() });
        }
        let summary = run.summary;
        if !run.open {
            self.inner.archive.finish_run(run_id, self.now()).await.or_api()?;
        }
        if made.kind == RunKind::Bulk && summary.failed + summary.unclear + summary.skipped == 0 {
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
            for change in &part.changes {
                let id = self.new_id();
                of_part.push(id.clone());
                entries.push(NewEntry {
                    id,
                    project_id: listing.id.clone(),
                    project_path: listing.path.clone(),
                    change: change.clone(),
                    before: part.project.summary.counts,
                });
            }
            ids.push(of_part);
        }
        self.inner.archive.begin_run(&run, &entries).await.or_api()?;
        Ok(ids)
    }

    async fn apply_part(
        &self,
        job: &Job,
        part: &Part,
        ids: &[String],
        run: &mut Run,
    ) -> Result<(), ApiError> {
        let listing = &part.project.summary.listing;
        let mut told = Told::new(job, part);
        let mut counts = part.project.summary.counts;
        add_counts(&mut run.summary.before, counts);
        // Why the next change is not sent, and what the first one held back is closed as.
        let mut held = match run.held(job, part) {
            Some(error) => Some((ApplyState::Skipped, error)),
            None => self.changed_meanwhile(part).await.map(|error| (ApplyState::Failed, error)),
        };
        let mut done = 0;
        for (place, (change, id)) in part.changes.iter().zip(ids).enumerate() {
            if held.is_none() && job.is_cancelled() {
                held = Some((ApplyState::Skipped, ApiError::new(ErrorCode::Cancelled)));
            }
            if let Some((state, error)) = &mut held {
                self.close(id, *state, None, Some(error), None, 0).await?;
                told.set(place, *state, Some(error));
                run.count(*state);
                *state = ApplyState::Skipped;
                continue;
            }
            told.set(place, ApplyState::Running, None);
            self.inner.archive.entry_sent(id, self.now()).await.or_api()?;
            let mut sent = self.send(part, change).await;
            let after = match self.read_back(part, change, &mut sent).await {
                Some(read) => Some(self.keep_rules(&listing.id, read).await?),
                None => None,
            };
            counts = after.unwrap_or(counts);
            let changed = part.changed_tags.get(place).copied().unwrap_or(0);
            let tags = if sent.state == ApplyState::Done { changed } else { 0 };
            if sent.state == ApplyState::Unclear && after.is_none() {
                // Left open: the next reading of the project tells.
                run.open = true;
            } else {
                let Sent { state, rule, error } = &sent;
                self.close(id, *state, rule.clone(), error.as_ref(), after, tags).await?;
            }
            told.set(place, sent.state, sent.error.as_ref());
            run.count(sent.state);
            run.summary.changed_tags += tags;
            done += u32::from(sent.state == ApplyState::Done);
            held = sent.error.map(|error| (ApplyState::Skipped, error));
        }
        add_counts(&mut run.summary.after, counts);
        run.summary.projects += u32::from(done > 0);
        run.progress.failed += u32::from(held.is_some());
        if run.kind == RunKind::Change && held.is_none() {
            // The draft has become the rules.
            self.inner.archive.delete_draft(&listing.id).await.or_api()?;
        }
        if let Some((_, error)) = held
            && concerns_connection(error.code)
        {
            run.unreachable.push((listing.connection_id.clone(), error));
        }
        self.inner.jobs.changed_often(Changed::Projects);
        Ok(())
    }

    /// Why nothing may be sent to this project any more: its rules are not those that were shown, or
    /// cannot be read. The registry has no ETags, so this is as late as can be.
    async fn changed_meanwhile(&self, part: &Part) -> Option<ApiError> {
        let path = part.project.summary.listing.path.clone();
        match self.read_rules(&part.project).await {
            Err(error) => Some(error),
            Ok(read) if conflicts(&part.base, &read.rules).is_empty() => None,
            Ok(read) => {
                // Shown when the user compares.
                if let Err(error) = self.keep_rules(&part.project.summary.listing.id, read).await {
                    return Some(error);
                }
                Some(ApiError { project: Some(path), ..ApiError::new(ErrorCode::Conflict) })
            }
        }
    }

    /// Sends one change, once. What became of it may be unclear until the rules were read.
    async fn send(&self, part: &Part, change: &Change) -> Sent {
        let listing = &part.project.summary.listing;
        let client = match self.client(&listing.connection_id).await {
            Ok(client) => client,
            Err(error) => return Sent::failed(error),
        };
        match client.change(&reference(&part.project), &part.capabilities, change).await {
            Ok(rule) => Sent { state: ApplyState::Done, rule, error: None },
            Err(error) => refused(part, error),
        }
    }

    /// The rules after a change, and what they tell of one whose answer was lost. A server may show
    /// an older state for a moment; nothing when it cannot be read at all.
    async fn read_back(&self, part: &Part, change: &Change, sent: &mut Sent) -> Option<RulesRead> {
        for tried in 1.. {
            let read = self.read_rules(&part.project).await.ok()?;
            let waited_for = matches!(sent.state, ApplyState::Done | ApplyState::Unclear);
            let found = trace(change, &read.rules);
            if waited_for && !matches!(found, Trace::Made(_)) && tried < READS_AFTER {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            if sent.state == ApplyState::Unclear {
                sent.learn(found);
            }
            return Some(read);
        }
        None
    }

    async fn close(
        &self,
        id: &str,
        state: ApplyState,
        result_rule: Option<SavedRule>,
        error: Option<&ApiError>,
        after: Option<StateCounts>,
        changed_tags: u32,
    ) -> Result<(), ApiError> {
        let closing = match state {
            ApplyState::Done => Closing::Done,
            ApplyState::Unclear => Closing::Unclear,
            ApplyState::Restored => Closing::Restored,
            ApplyState::Skipped => Closing::Skipped,
            // A lost rule is a failure whose error says so.
            _ => Closing::Failed,
        };
        let outcome = Outcome { closing, result_rule, error: error.and_then(to_value), after, changed_tags };
        self.inner.archive.entry_closed(id, &outcome, self.now()).await.or_api()
    }
}

struct Run {
    summary: RunSummary,
    progress: Progress,
    kind: RunKind,
    /// Connections to which nothing more is sent, and why.
    unreachable: Vec<(String, ApiError)>,
    /// Whether an entry was left open.
    open: bool,
}

impl Run {
    fn count(&mut self, state: ApplyState) {
        match state {
            ApplyState::Done => self.summary.done += 1,
            ApplyState::Unclear => self.summary.unclear += 1,
            ApplyState::Skipped => self.summary.skipped += 1,
            _ => self.summary.failed += 1,
        }
    }

    /// Why a project is not even tried.
    fn held(&self, job: &Job, part: &Part) -> Option<ApiError> {
        if job.is_cancelled() {
            return Some(ApiError::new(ErrorCode::Cancelled));
        }
        let connection = &part.project.summary.listing.connection_id;
        self.unreachable.iter().find(|(id, _)| id == connection).map(|(_, error)| error.clone())
    }
}

/// One project's states, and the listener that follows them.
struct Told {
    job: Job,
    progress: ApplyProgress,
}

impl Told {
    fn new(job: &Job, part: &Part) -> Self {
        let progress = ApplyProgress {
            project: part.project.summary.listing.id.clone(),
            changes: vec![ApplyState::Waiting; part.changes.len()],
            error: None,
        };
        Self { job: job.clone(), progress }
    }

    fn set(&mut self, place: usize, state: ApplyState, error: Option<&ApiError>) {
        if let Some(slot) = self.progress.changes.get_mut(place) {
            *slot = state;
        }
        if let Some(error) = error {
            self.progress.error = Some(error.clone());
        }
        self.job.send(JobEvent::Applying { job: self.job.id, progress: self.progress.clone() });
    }
}
