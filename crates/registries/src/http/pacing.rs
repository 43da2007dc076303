//! How long to wait between tries. Sleep, chance and the clock come in from outside.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::Answer;

/// Longest pause that the client chooses by itself.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

type Sleep = dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync;
type Chance = dyn Fn() -> f64 + Send + Sync;
type Clock = dyn Fn() -> i64 + Send + Sync;

/// Sleep, chance and the clock.
#[derive(Clone)]
pub struct Pacing {
    sleep: Arc<Sleep>,
    chance: Arc<Chance>,
    clock: Arc<Clock>,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            sleep: Arc::new(|pause| Box::pin(tokio::time::sleep(pause))),
            chance: Arc::new(fastrand::f64),
            clock: Arc::new(|| {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
            }),
        }
    }
}

impl Pacing {
    /// For tests: `sleep` as given, chance always in the middle, the clock at `now` (unix seconds).
    pub fn fixed(
        sleep: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static,
        now: i64,
    ) -> Self {
        Self { sleep: Arc::new(sleep), chance: Arc::new(|| 0.5), clock: Arc::new(move || now) }
    }

    pub(crate) async fn sleep(&self, pause: Duration) {
        (self.sleep)(pause).await;
    }

    /// The pause after the `tried`th try: doubles, and is shortened by chance down to its half, so
    /// that clients which failed together do not come back together.
    pub(crate) fn backoff(&self, first: Duration, tried: u32) -> Duration {
        let whole = first.saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1))).min(LONGEST_BACKOFF);
        whole.mul_f64(0.5 + 0.5 * (self.chance)().clamp(0.0, 1.0))
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// What the server asks for: `Retry-After` in seconds or as a date, else, after a 429,
    /// `RateLimit-Reset` in unix seconds. GitLab.com leaves both out at times.
    pub(super) fn asked_wait(&self, answer: &Answer) -> Option<Duration> {
        let now = (self.clock)();
        if let Some(asked) = answer.header("retry-after") {
            return parse_retry_after(asked, now);
        }
        // Docker Hub, in unix seconds.
        let until = answer.header("x-retry-after").and_then(|until| until.trim().parse::<i64>().ok());
        if let Some(until) = until {
            return Some(Duration::from_secs(u64::try_from(until - now).unwrap_or(0)));
        }
        if answer.status != 429 {
            return None;
        }
        let reset = answer.header("ratelimit-reset")?.trim().parse::<i64>().ok()?;
        Some(Duration::from_secs(u64::try_from(reset - now).unwrap_or(0)))
    }
}

fn parse_retry_after(text: &str, now: i64) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822).ok()?.unix_timestamp();
    Some(Duration::from_secs(u64::try_from(until - now).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_can_be_told_in_seconds_or_as_a_date() {
        let now = 784_111_700;
        assert_eq!(parse_retry_after(" 17 ", now), Some(Duration::from_secs(17)));
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(77)));
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(parse_retry_after("soon", now), None);
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_vary_by_half() {
        let pacing = |chance: f64| Pacing { chance: Arc::new(move || chance), ..Pacing::default() };
        let first = Duration::from_millis(400);
        assert_eq!(pacing(1.0).backoff(first, 1), Duration::from_millis(400));
        assert_eq!(pacing(0.0).backoff(first, 1), Duration::from_millis(200));
        assert_eq!(pacing(1.0).backoff(first, 3), Duration::from_millis(1600));
        assert_eq!(pacing(1.0).backoff(first, 40), LONGEST_BACKOFF);
    }
}
