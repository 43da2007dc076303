//! One project's changes, one after the other; the first that is not done holds the rest back.

use tagwarden_archive::{Closing, RunKind};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent};
use tagwarden_ipc::plans::{ApplyProgress, ApplyState};
use tagwarden_rules::rule::SavedRule;

use super::Run;
use super::change::{Site, Underway};
use super::ended::{Ended, shown};
use super::pace::Waited;
use crate::Console;
use crate::errors::{OrApi as _, concerns_connection};
use crate::jobs::Job;
use crate::plans::Part;
use crate::preview::add_counts;
use crate::registry::Client;

impl Console {
    pub(super) async fn apply_part(
        &self,
        job: &Job,
        part: &Part,
        ids: &[String],
        run: &mut Run,
    ) -> Result<(), ApiError> {
        let listing = &part.project.summary.listing;
        let mut reporter = Reporter::new(job, part);
        let mut counts = part.project.summary.counts;
        add_counts(&mut run.summary.before, counts);
        let mut base = part.base.clone();
        self.inner.registries.watch(&listing.connection_id, run.pace.on_wait());
        let client = self.client(&listing.connection_id).await;
        // Why the next change is not sent, and what the first one held back is closed as.
        let mut stop = match (run.stopped(part), &client) {
            (Some(error), _) => Some((Closing::Skipped, error)),
            (None, Err(error)) => Some((Closing::Failed, error.clone())),
            (None, Ok(client)) => self.first_look(part, client, run).await,
        };
        let mut done = 0;
        for (index, (change, id)) in part.changes.iter().zip(ids).enumerate() {
            if stop.is_none() && run.pace.before_next(self).await == Waited::Cancelled {
                stop = Some((Closing::Skipped, ApiError::new(ErrorCode::Cancelled)));
            }
            let (Ok(client), None) = (&client, &stop) else {
                let (closing, error) =
                    stop.get_or_insert_with(|| (Closing::Skipped, ApiError::new(ErrorCode::Internal)));
                let ended = Ended::with(*closing, None, Some(error.clone()));
                self.inner.archive.entry_closed(id, &ended.outcome(), self.now()).await.or_api()?;
                reporter.set(index, shown(*closing), Some(error));
                run.count(*closing);
                *closing = Closing::Skipped;
                continue;
            };
            reporter.set(index, ApplyState::Running, None);
            self.inner.archive.entry_sent(id, self.now()).await.or_api()?;
            let stages = client.stages(change);
            let site = part.site(client, &base);
            let underway = Underway::at(change, id, stages, 0, change.old().cloned());
            let mut ended = Box::pin(self.carry_on(&site, underway, &mut run.pace)).await?;
            let mut outcome = ended.outcome();
            if let Some(read) = ended.read.take() {
                base.clone_from(&read.rules);
                counts = self.keep_rules(&listing.id, read).await?;
                outcome.after = Some(counts);
            }
            if ended.closing == Closing::Done {
                outcome.changed_tags = part.changed_tags.get(index).copied().unwrap_or(0);
                done += 1;
            }
            run.summary.changed_tags += outcome.changed_tags;
            self.inner.archive.entry_closed(id, &outcome, self.now()).await.or_api()?;
            reporter.set(index, shown(ended.closing), ended.error.as_ref());
            run.count(ended.closing);
            stop = ended.error.map(|error| (Closing::Skipped, error));
        }
        add_counts(&mut run.summary.after, counts);
        run.summary.projects += u32::from(done > 0);
        run.pace.advance(stop.is_some());
        if run.kind == RunKind::Change && stop.is_none() {
            // The draft has become the rules.
            self.inner.archive.delete_draft(&listing.id).await.or_api()?;
        }
        if let Some((_, error)) = stop
            && concerns_connection(error.code)
        {
            run.unreachable.push((listing.connection_id.clone(), error));
        }
        self.inner.jobs.changed_often(Changed::Projects);
        Ok(())
    }

    /// Why nothing of this project's changes may be sent.
    async fn first_look(&self, part: &Part, client: &Client, run: &mut Run) -> Option<(Closing, ApiError)> {
        let error = self.changed_meanwhile(&part.site(client, &part.base), &mut run.pace).await?;
        let cancelled = error.code == ErrorCode::Cancelled;
        Some((if cancelled { Closing::Skipped } else { Closing::Failed }, error))
    }
}

impl Part {
    fn site<'a>(&'a self, client: &Client, base: &'a [SavedRule]) -> Site<'a> {
        let client = Client::clone(client);
        Site { client, project: &self.project, capabilities: &self.capabilities, base }
    }
}

/// Tells the listener of one project's states.
struct Reporter {
    job: Job,
    progress: ApplyProgress,
}

impl Reporter {
    fn new(job: &Job, part: &Part) -> Self {
        let progress = ApplyProgress {
            project: part.project.summary.listing.id.clone(),
            changes: vec![ApplyState::Waiting; part.changes.len()],
            error: None,
        };
        Self { job: job.clone(), progress }
    }

    fn set(&mut self, index: usize, state: ApplyState, error: Option<&ApiError>) {
        if let Some(slot) = self.progress.changes.get_mut(index) {
            *slot = state;
        }
        if let Some(error) = error {
            self.progress.error = Some(error.clone());
        }
        self.job.send(JobEvent::Applying { job: self.job.id, progress: self.progress.clone() });
    }
}
