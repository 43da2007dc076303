//! Blocking keychain calls off the async threads, with a time limit and one at a time per entry.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, oneshot};

use crate::VaultError;

/// Runs blocking calls on threads of their own.
///
/// Not on the runtime's blocking pool: a call may wait for a person for hours, and a runtime that
/// shuts down waits for its pool, so the program would not end. A thread of its own is simply left.
pub(crate) struct Runner {
    limit: Duration,
    /// One lock an entry: Windows does not order calls from several threads. A call that ran out
    /// of time keeps its lock until it really ends, so at most one thread an entry is ever stuck.
    entries: Mutex<HashMap<String, Arc<AsyncMutex<()>>>>,
}

impl Runner {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, entries: Mutex::default() }
    }

    /// Runs `call` as soon as no other call for `entry` runs. The limit covers the waiting, too.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        entry: &str,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, VaultError> {
        let lock = self.lock_of(entry);
        let work = async move {
            let guard = lock.lock_owned().await;
            let answer = start(guard, call)?;
            answer.await.map_err(|_| VaultError::Backend { what: "its client stopped" })
        };
        tokio::time::timeout(self.limit, work).await.unwrap_or(Err(VaultError::TimedOut))
    }

    fn lock_of(&self, entry: &str) -> Arc<AsyncMutex<()>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        // An unused lock is one that only this map holds; dropping those bounds the map.
        entries.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(entries.entry(entry.to_owned()).or_default())
    }
}

fn start<T: Send + 'static>(
    guard: OwnedMutexGuard<()>,
    call: impl FnOnce() -> T + Send + 'static,
) -> Result<oneshot::Receiver<T>, VaultError> {
    let (tell, answer) = oneshot::channel();
    std::thread::Builder::new()
        .name("keychain".into())
        .spawn(move || {
            let result = call();
            drop(guard);
            // Nobody listens any more when the time limit has passed.
            let _ = tell.send(result);
        })
        .map_err(|_| VaultError::Backend { what: "no thread to call it from" })?;
    Ok(answer)
}
