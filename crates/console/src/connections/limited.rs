//! The time that a check of a connection test may take, counted down where it can be seen.

use std::time::Duration;

use tagwarden_ipc::connections::CheckWait;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

/// Pauses shorter than this are part of the waiting for an answer.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// What a check waits for at its start.
pub(super) fn first_wait(limit: Duration) -> CheckWait {
    CheckWait::Answer { seconds: whole(limit) }
}

/// Awaits `request`; `None`: no answer within `limit`. `pauses` are those that the request makes because
/// the server asks for them; they count on top. `tell` hears what is waited for whenever that changes.
pub(super) async fn limited<T>(
    limit: Duration,
    request: impl Future<Output = T>,
    pauses: &mut UnboundedReceiver<Duration>,
    tell: impl Fn(CheckWait),
) -> Option<T> {
    // What an earlier request was told is over.
    while pauses.try_recv().is_ok() {}
    let mut request = std::pin::pin!(request);
    let mut ends = Instant::now() + limit;
    let mut resumes = ends;
    let mut is_paused = false;
    loop {
        tokio::select! {
            biased;
            answer = &mut request => return Some(answer),
            Some(pause) = pauses.recv() => {
                if pause < WORTH_SAYING {
                    continue;
                }
                (ends, resumes, is_paused) = (ends + pause, Instant::now() + pause, true);
                tell(CheckWait::Pause { seconds: whole(pause) });
            }
            () = sleep_until(resumes), if is_paused => {
                is_paused = false;
                tell(CheckWait::Answer { seconds: whole(ends.saturating_duration_since(Instant::now())) });
            }
            () = sleep_until(ends), if !is_paused => return None,
        }
    }
}

/// Seconds, the last one begun counted whole.
fn whole(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}
