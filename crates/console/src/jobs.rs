//! Jobs: started, followed by events, cancelled; one listener at a time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobId, JobKind, JobResult, Progress};
use tokio_util::sync::CancellationToken;

/// Takes one event; `false` when nobody listens any more.
type Listener = Arc<dyn Fn(JobEvent) -> bool + Send + Sync>;

/// All jobs of one console.
#[derive(Default)]
pub(crate) struct Jobs {
    last: AtomicU32,
    running: Mutex<HashMap<JobId, CancellationToken>>,
    listener: Mutex<Option<Listener>>,
}

impl Jobs {
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
                Ok(Err(error)) => JobResult::Failed { error: Box::new(error) },
                // A bug in a job must not leave the window waiting for its end.
                Err(_) => JobResult::Failed { error: Box::new(ApiError::new(ErrorCode::Internal)) },
            };
            lock(&jobs.running).remove(&id);
            jobs.send(JobEvent::Ended { job: id, kind, result: Box::new(result) });
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
