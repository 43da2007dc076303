//! The pace of a run: what a registry asks for is waited out, and the run goes on more slowly.

use std::sync::Arc;
use std::time::Duration;

use tagwarden_ipc::ApiError;
use tagwarden_ipc::jobs::{JobEvent, Progress};

use crate::Console;
use crate::jobs::Job;
use crate::registry::OnWait;

/// Longest time that a registry may ask a run to wait at once; beyond it the run ends.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Longest time that one call is tried again because the registry asks to slow down.
const LONGEST_PATIENCE: Duration = Duration::from_secs(30 * 60);
/// First wait after a registry that does not say how long; doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest such wait: half of the minute in which registries usually count.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
/// Pause between two changes after the first request to slow down; doubles with each further one.
const FIRST_GAP: Duration = Duration::from_millis(500);
/// Longest such pause.
const LONGEST_GAP: Duration = Duration::from_secs(8);

/// Times a call that is needed to finish a change is sent again.
const REPEATS: u32 = 3;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// The time is over.
    Out,
    /// The run was cancelled meanwhile.
    Cancelled,
    /// It would be too long.
    TooLong,
}

/// The pace of one run.
pub(super) struct Pace {
    /// Whose progress tells of waits; `None`: nobody waits here, so nothing is waited for.
    job: Option<(Job, Progress)>,
    gap: Duration,
    backoff: Duration,
    waited: Duration,
}

impl Pace {
    /// The pace of a run that somebody follows.
    pub(super) fn of(job: &Job, progress: Progress) -> Self {
        Self { job: Some((job.clone(), progress)), ..Self::unattended() }
    }

    /// For work beside a sync: it does not wait but is done another time.
    pub(super) fn unattended() -> Self {
        Self { job: None, gap: Duration::ZERO, backoff: FIRST_WAIT, waited: Duration::ZERO }
    }

    /// Counts one project more, and tells.
    pub(super) fn advance(&mut self, failed: bool) {
        let Some((job, progress)) = &mut self.job else { return };
        progress.done += 1;
        progress.failed += u32::from(failed);
        job.send(JobEvent::Progress { progress: progress.clone() });
    }

    /// Whether the run was cancelled.
    pub(super) fn is_cancelled(&self) -> bool {
        self.job.as_ref().is_some_and(|(job, _)| job.is_cancelled())
    }

    /// Awaits `work`, or stops when the run is cancelled.
    pub(super) async fn until_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, ApiError> {
        match &self.job {
            Some((job, _)) => job.until_cancelled(work).await,
            None => Ok(work.await),
        }
    }

    /// Told of the waits that a client sits out by itself, so that they are shown, too.
    pub(super) fn on_wait(&self) -> Option<OnWait> {
        let (job, progress) = self.job.clone()?;
        Some(Arc::new(move |wait| {
            let waiting = Some(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1));
            job.send(JobEvent::Progress { progress: Progress { waiting, ..progress.clone() } });
        }))
    }

    /// Times a call that is needed to finish a change is sent again.
    pub(super) fn repeats(&self) -> u32 {
        if self.job.is_some() { REPEATS } else { 0 }
    }

    /// A call went through: patience begins again for the next one.
    pub(super) fn went_through(&mut self) {
        (self.backoff, self.waited) = (FIRST_WAIT, Duration::ZERO);
    }

    /// The pause before the next change, after a registry has asked to slow down.
    pub(super) async fn before_next(&mut self, console: &Console) -> Waited {
        if self.is_cancelled() {
            return Waited::Cancelled;
        }
        if self.gap.is_zero() { Waited::Out } else { self.sleep(console, self.gap, true).await }
    }

    /// Waits for as long as a registry asked, or a time of our own where it did not say.
    pub(super) async fn wait_out(
        &mut self,
        console: &Console,
        asked: Option<u32>,
        cancellable: bool,
    ) -> Waited {
        let Some((job, progress)) = &self.job else { return Waited::TooLong };
        let wait = match asked {
            // What is not over on the server's clock when it is over on ours would only be asked again.
            Some(seconds) => Duration::from_secs(u64::from(seconds)).max(FIRST_WAIT),
            None => self.backoff,
        };
        if wait > LONGEST_WAIT || self.waited + wait > LONGEST_PATIENCE {
            return Waited::TooLong;
        }
        let waiting = Some(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1));
        job.send(JobEvent::Progress { progress: Progress { waiting, ..progress.clone() } });
        let ended = self.sleep(console, wait, cancellable).await;
        self.waited += wait;
        self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
        self.gap = (self.gap * 2).clamp(FIRST_GAP, LONGEST_GAP);
        if let Some((job, progress)) = &self.job {
            job.send(JobEvent::Progress { progress: progress.clone() });
        }
        ended
    }

    async fn sleep(&self, console: &Console, pause: Duration, cancellable: bool) -> Waited {
        match &self.job {
            Some((job, _)) if cancellable => match job.until_cancelled(console.sleep(pause)).await {
                Ok(()) => Waited::Out,
                Err(_) => Waited::Cancelled,
            },
            _ => {
                console.sleep(pause).await;
                Waited::Out
            }
        }
    }
}
