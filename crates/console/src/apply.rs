//! Carrying a plan out: read again, write down, call, read back, write down what came of it.

use tagwarden_archive::{Closing, EntryState, NewEntry, NewRun, Outcome};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobId, JobKind, JobResult, Progress};
use tagwarden_ipc::plans::{ApplyProgress, ApplyRequest, ApplyState, RunSummary};
use tagwarden_registries::{RegistryError, RulesRead, Trouble};
use tagwarden_rules::plan::{Change, conflicts};
use tagwarden_rules::rule::SavedRule;
use tagwarden_rules::state::StateCounts;

use crate::Console;
use crate::errors::{IntoApi as _, OrApi as _, to_value};
use crate::jobs::Job;
use crate::plans::{Made, Part, reference};
use crate::preview::add_counts;
use crate::projects::count;

/// Times the rules are read after a change until it shows: servers' reads may lag their writes.
const READS_AFTER: u32 = 5;
/// Pause between two such reads.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(300);

impl Console {
    pub(crate) fn apply_start_impl(&self, request: &ApplyRequest) -> Result<JobId, ApiError> {
        if self.inner.archive.is_read_only() {
            // A change that the journal cannot hold is not made.
            return Err(ApiError::new(ErrorCode::DatabaseReadOnly));
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
        let entries = self.begin(&run_id, &made).await?;
        self.inner.plans.begin(&run_id);
        let mut run = Run {
            summary: RunSummary {
                run: run_id.clone(),
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
        };
        for (part, ids) in made.parts.iter().zip(&entries) {
            // A failure of the journal ends the run at once; what it holds so far stays true.
            let result = self.apply_part(job, part, ids, &mut run).await;
            if let Err(error) = result {
                self.inner.plans.end(&run_id);
                return Err(error);
            }
            run.progress.done += 1;
            job.send(JobEvent::Progress { progress: run.progress.clone() });
        }
        self.inner.archive.finish_run(&run_id, self.now()).await.or_api()?;
        self.inner.plans.end(&run_id);
        if made.parts.iter().any(|part| self.inner.demo.is(&part.project.summary.listing.connection_id)) {
            self.keep_demo_rules().await;
        }
        self.inner.jobs.changed(Changed::Journal, None);
        self.inner.jobs.changed(Changed::Projects, None);
        let run = run.summary;
        Ok(if job.is_cancelled() {
            JobResult::Cancelled { run: Some(run) }
        } else {
            JobResult::Applied { run }
        })
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
        let project = part.project.summary.listing.id.clone();
        let mut told = Told {
            job: job.clone(),
            progress: ApplyProgress {
                project: project.clone(),
                changes: vec![ApplyState::Waiting; part.changes.len()],
                error: None,
            },
        };
        add_counts(&mut run.summary.before, part.project.summary.counts);
        let stop = if job.is_cancelled() {
            Some(ApiError::new(ErrorCode::Cancelled))
        } else {
            self.changed_meanwhile(part).await
        };
        let mut counts = part.project.summary.counts;
        let mut sent_any = false;
        let mut ended = stop;
        for (place, (change, id)) in part.changes.iter().zip(ids).enumerate() {
            if ended.is_none() && job.is_cancelled() {
                ended = Some(ApiError::new(ErrorCode::Cancelled));
            }
            if let Some(error) = &ended {
                // The first change that is held back carries the reason.
                let first = place == 0 && error.code != ErrorCode::Cancelled;
                let closing = if first { Closing::Failed } else { Closing::Skipped };
                self.close(id, closing, None, Some(error), None, 0).await?;
                told.set(place, if first { ApplyState::Failed } else { ApplyState::Skipped }, Some(error));
                if first {
                    run.summary.failed += 1
                } else {
                    run.summary.skipped += 1
                }
                continue;
            }
            told.set(place, ApplyState::Running, None);
            self.inner.archive.entry_sent(id, self.now()).await.or_api()?;
            sent_any = true;
            let (state, result, error) = self.send(part, change).await;
            let changed = part.changed_tags.get(place).copied().unwrap_or(0);
            if let Some(read) = self.read_back(part, change, state).await {
                counts = self.keep_rules(&project, read).await?;
            }
            let done = state == ApplyState::Done;
            let tags = if done { changed } else { 0 };
            self.close(id, closing_of(state), result, error.as_ref(), Some(counts), tags).await?;
            told.set(place, state, error.as_ref());
            match state {
                ApplyState::Done => run.summary.done += 1,
                ApplyState::Unclear => run.summary.unclear += 1,
                _ => run.summary.failed += 1,
            }
            run.summary.changed_tags += tags;
            ended = error;
        }
        add_counts(&mut run.summary.after, counts);
        run.summary.projects += u32::from(sent_any);
        run.progress.failed += u32::from(ended.is_some());
        if sent_any && ended.is_none() {
            // The draft has become the rules.
            self.inner.archive.delete_draft(&project).await.or_api()?;
        }
        self.inner.jobs.changed(Changed::Projects, Some(&project));
        Ok(())
    }

    /// Reads the rules again right before the first call: a difference from what was shown is a refusal.
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

    /// Sends one change. After an unclear outcome it reads before it judges; it never sends twice.
    async fn send(&self, part: &Part, change: &Change) -> (ApplyState, Option<SavedRule>, Option<ApiError>) {
        let listing = &part.project.summary.listing;
        let client = match self.client(&listing.connection_id).await {
            Ok(client) => client,
            Err(error) => return (ApplyState::Failed, None, Some(error)),
        };
        match client.change(&reference(&part.project), &part.capabilities, change).await {
            Ok(rule) => (ApplyState::Done, rule, None),
            Err(error) => self.judge(part, change, error).await,
        }
    }

    async fn judge(
        &self,
        part: &Part,
        change: &Change,
        error: RegistryError,
    ) -> (ApplyState, Option<SavedRule>, Option<ApiError>) {
        let trouble = error.trouble.clone();
        let mut error = error.api();
        error.project = Some(part.project.summary.listing.path.clone());
        error.role_have = part.project.summary.listing.role;
        match trouble {
            Trouble::Halfway { restored: Some(rule), .. } => (ApplyState::Restored, Some(*rule), Some(error)),
            Trouble::Unclear => match self.read_rules(&part.project).await {
                Ok(read) => match trace(change, &read.rules) {
                    Trace::Made(rule) => (ApplyState::Done, rule, None),
                    Trace::NotMade => (ApplyState::Failed, None, Some(error)),
                    Trace::Unclear => (ApplyState::Unclear, None, Some(error)),
                },
                Err(_) => (ApplyState::Unclear, None, Some(error)),
            },
            _ => (ApplyState::Failed, None, Some(error)),
        }
    }

    /// The rules after a change. A server may show an older state for a moment; nothing when it
    /// cannot be read at all.
    async fn read_back(&self, part: &Part, change: &Change, state: ApplyState) -> Option<RulesRead> {
        for tried in 1..=READS_AFTER {
            let read = self.read_rules(&part.project).await.ok()?;
            let shows = state != ApplyState::Done || matches!(trace(change, &read.rules), Trace::Made(_));
            if shows || tried == READS_AFTER {
                return Some(read);
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }

    async fn close(
        &self,
        id: &str,
        closing: Closing,
        result_rule: Option<SavedRule>,
        error: Option<&ApiError>,
        after: Option<StateCounts>,
        changed_tags: u32,
    ) -> Result<(), ApiError> {
        let outcome = Outcome { closing, result_rule, error: error.and_then(to_value), after, changed_tags };
        self.inner.archive.entry_closed(id, &outcome, self.now()).await.or_api()
    }

    /// Closes what a crash left open about one project, now that its rules were read.
    pub(crate) async fn settle(&self, project: &str, rules: &[SavedRule]) -> Result<(), ApiError> {
        let archive = &self.inner.archive;
        if archive.is_read_only() {
            return Ok(());
        }
        let open = archive.open_entries().await.or_api()?;
        let mut runs: Vec<String> = Vec::new();
        for entry in &open {
            if entry.entry.project_id != project || self.inner.plans.is_running(&entry.run_id) {
                continue;
            }
            let (closing, rule) = match (entry.state, trace(&entry.entry.change, rules)) {
                (EntryState::Planned, _) => (Closing::Skipped, None),
                (_, Trace::Made(rule)) => (Closing::Done, rule),
                (_, Trace::NotMade) => (Closing::Failed, None),
                (_, Trace::Unclear) => (Closing::Unclear, None),
            };
            let error = (closing != Closing::Done).then(|| ApiError::new(ErrorCode::Unclear));
            self.close(&entry.entry.id, closing, rule, error.as_ref(), None, 0).await?;
            runs.push(entry.run_id.clone());
        }
        runs.dedup();
        let still_open = archive.open_entries().await.or_api()?;
        for run in runs {
            if still_open.iter().all(|entry| entry.run_id != run) {
                archive.finish_run(&run, self.now()).await.or_api()?;
                self.inner.jobs.changed(Changed::Journal, None);
            }
        }
        Ok(())
    }
}

struct Run {
    summary: RunSummary,
    progress: Progress,
}

/// One project's states, and the listener that follows them.
struct Told {
    job: Job,
    progress: ApplyProgress,
}

impl Told {
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

fn closing_of(state: ApplyState) -> Closing {
    match state {
        ApplyState::Done => Closing::Done,
        ApplyState::Unclear => Closing::Unclear,
        ApplyState::Restored => Closing::Restored,
        ApplyState::Skipped => Closing::Skipped,
        ApplyState::Failed | ApplyState::Waiting | ApplyState::Running => Closing::Failed,
    }
}

/// What rules tell about a change whose answer was lost.
enum Trace {
    /// It was made; with the rule that came of it, unless it was a deletion.
    Made(Option<SavedRule>),
    /// It was not made.
    NotMade,
    /// It cannot be told.
    Unclear,
}

fn trace(change: &Change, rules: &[SavedRule]) -> Trace {
    let by_id = |id: &str| rules.iter().find(|saved| saved.id == id);
    let made = |saved: &SavedRule| Trace::Made(Some(saved.clone()));
    match change {
        Change::Create { rule } => {
            rules.iter().find(|saved| saved.rule == *rule).map_or(Trace::NotMade, made)
        }
        Change::Update { from, to } => match by_id(&from.id) {
            Some(saved) if saved.rule == *to => made(saved),
            Some(saved) if saved.rule == from.rule => Trace::NotMade,
            _ => Trace::Unclear,
        },
        Change::Recreate { from, to } => match rules.iter().find(|saved| saved.rule == *to) {
            Some(saved) => made(saved),
            None if by_id(&from.id).is_some() => Trace::NotMade,
            None => Trace::Unclear,
        },
        Change::Delete { rule } if by_id(&rule.id).is_none() => Trace::Made(None),
        Change::Delete { .. } => Trace::NotMade,
    }
}
