//! Jobs: started, followed by events, cancelled; one listener at a time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobId, JobKind, JobResult, Progress};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Takes one event; `false` when nobody listens any more.
type Listener = Arc<dyn Fn(JobEvent) -> bool + Send + Sync>;

/// Completes an error before it is told.
type Note = Box<dyn Fn(ApiError) -> ApiError + Send + Sync>;

/// All jobs of one console.
#[derive(Default)]
pub(crate) struct Jobs {
    note: OnceLock<Note>,
    last: AtomicU32,
    running: Mutex<HashMap<JobId, CancellationToken>>,
    listener: Mutex<Option<Listener>>,
    /// Woken at each job's end.
    ended: Notify,
    /// What is to be told as changed as soon as the pause since the last time is over.
    pending: Mutex<HashMap<Changed, Pending>>,
}

/// Pause between two notices that the same thing changed: each makes the window read again.
const PAUSE: Duration = Duration::from_millis(250);

/// A notice that is held back.
#[derive(Clone, Copy, PartialEq)]
enum Pending {
    /// One was sent just now; another may follow after the pause.
    Resting,
    /// Another is due after the pause.
    Due,
}

impl Jobs {
    /// Has every error that ends a job completed by `note`. The first one stays.
    pub(crate) fn note_errors(&self, note: Note) {
        let _ = self.note.set(note);
    }

    fn noted(&self, error: ApiError) -> ApiError {
        match self.note.get() {
            Some(note) => note(error),
            None => error,
        }
    }

    /// Sends all events there from now on.
    pub(crate) fn listen(&self, listener: Listener) {
        *lock(&self.listener) = Some(listener);
    }

    /// Tells the listener.
    pub(crate) fn send(&self, event: JobEvent) {
        let listener = lock(&self.listener).clone();
        if let Some(listener) = listener
            && !listener(event)
        {
            *lock(&self.listener) = None;
        }
    }

    /// Tells the listener that what it shows may be out of date.
    pub(crate) fn changed(&self, what: Changed, project: Option<&str>) {
        self.send(JobEvent::Changed { what, project: project.map(str::to_owned) });
    }

    /// As [`Jobs::changed`], for changes that come thick and fast: the first is told at once, then at
    /// most one every quarter of a second, and always a last one.
    pub(crate) fn changed_often(self: &Arc<Self>, what: Changed) {
        match lock(&self.pending).entry(what) {
            Entry::Occupied(mut known) => {
                known.insert(Pending::Due);
                return;
            }
            Entry::Vacant(place) => place.insert(Pending::Resting),
        };
        self.changed(what, None);
        let jobs = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                {
                    let mut pending = lock(&jobs.pending);
                    if pending.insert(what, Pending::Resting) != Some(Pending::Due) {
                        pending.remove(&what);
                        return;
                    }
                }
                jobs.changed(what, None);
            }
        });
    }

    /// Starts a job and answers with its id at once.
    pub(crate) fn spawn<F, Fut>(self: &Arc<Self>, kind: JobKind, work: F) -> JobId
    where
        F: FnOnce(Job) -> Fut,
        Fut: Future<Output = Result<JobResult, ApiError>> + Send + 'static,
    {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let token = CancellationToken::new();
        lock(&self.running).insert(id, token.clone());
        let task = tokio::spawn(work(Job { id, kind, token, jobs: Arc::clone(self) }));
        let jobs = Arc::clone(self);
        tokio::spawn(async move {
            let result = match task.await {
                Ok(Ok(result)) => result,
                Ok(Err(error)) if error.code == ErrorCode::Cancelled => JobResult::Cancelled { run: None },
                Ok(Err(error)) => JobResult::Failed { error: Box::new(jobs.noted(error)) },
                // A bug in a job must not leave the window waiting for its end.
                Err(_) => JobResult::Failed { error: Box::new(ApiError::new(ErrorCode::Internal)) },
            };
            lock(&jobs.running).remove(&id);
            jobs.send(JobEvent::Ended { job: id, kind, result: Box::new(result) });
            jobs.ended.notify_waiters();
        });
        id
    }

    /// Asks a job to stop. One that has ended already is none of our business.
    pub(crate) fn cancel(&self, id: JobId) {
        if let Some(token) = lock(&self.running).get(&id) {
            token.cancel();
        }
    }

    /// Asks all jobs to stop.
    pub(crate) fn cancel_all(&self) {
        for token in lock(&self.running).values() {
            token.cancel();
        }
    }

    /// Waits until all jobs have ended, at most so long.
    pub(crate) async fn all_ended(&self, limit: Duration) {
        let ended = async {
            loop {
                let next = self.ended.notified();
                if lock(&self.running).is_empty() {
                    return;
                }
                next.await;
            }
        };
        // What is still under way then is written down as sent, and settled at the next start.
        let _ = tokio::time::timeout(limit, ended).await;
    }
}

/// The inside view of one running job.
#[derive(Clone)]
pub(crate) struct Job {
    /// Its id.
    pub(crate) id: JobId,
    kind: JobKind,
    token: CancellationToken,
    jobs: Arc<Jobs>,
}

impl Job {
    /// Whether somebody asked it to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Resolves when somebody asks it to stop.
    pub(crate) async fn cancelled(&self) {
        self.token.cancelled().await;
    }

    /// An error to return when it was asked to stop.
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        if self.is_cancelled() { Err(ApiError::new(ErrorCode::Cancelled)) } else { Ok(()) }
    }

    /// Awaits `work`, or stops when somebody asks.
    pub(crate) async fn until_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, ApiError> {
        tokio::select! {
            biased;
            () = self.cancelled() => Err(ApiError::new(ErrorCode::Cancelled)),
            result = work => Ok(result),
        }
    }

    /// An empty progress of this job.
    pub(crate) fn progress(&self, connection: Option<&str>) -> Progress {
        Progress {
            job: self.id,
            kind: self.kind,
            connection: connection.map(str::to_owned),
            done: 0,
            total: None,
            tags: 0,
            failed: 0,
            waiting: None,
        }
    }

    /// Tells the listener.
    pub(crate) fn send(&self, event: JobEvent) {
        self.jobs.send(event);
    }
}

/// Locks without regard to a panic elsewhere: what the lock holds stays consistent at all times.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
