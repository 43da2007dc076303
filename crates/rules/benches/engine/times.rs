//! Times, and what is read off them.

use std::time::Instant;

/// Milliseconds of one run, and its answer.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let answer = work();
    (started.elapsed().as_secs_f64() * 1000.0, answer)
}

pub(crate) fn median(times: Vec<f64>) -> f64 {
    share(times, 0.5)
}

/// The time that this share of them does not exceed.
pub(crate) fn share(mut times: Vec<f64>, share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let last = times.len().saturating_sub(1);
    times.get((last as f64 * share).ceil() as usize).copied().unwrap_or(f64::NAN)
}
