//! How many requests are under way at once: fewer after a server asked to slow down.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Answers in good order, for each lane, after which one lane more is tried.
const GOOD_ANSWERS: usize = 8;

/// The requests that may be under way at once.
#[derive(Debug)]
pub(crate) struct Lanes {
    most: usize,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    /// At most this many now.
    limit: usize,
    running: usize,
    good: usize,
}

/// The right to send one request.
pub(crate) struct Lane<'a>(&'a Lanes);

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.0.state().running -= 1;
        self.0.freed.notify_one();
    }
}

impl Lanes {
    pub(crate) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self { most, state: Mutex::new(State { limit: most, running: 0, good: 0 }), freed: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until another request may be sent.
    pub(crate) async fn enter(&self) -> Lane<'_> {
        loop {
            let mut freed = pin!(self.freed.notified());
            // A lane that is freed from here on is not missed.
            freed.as_mut().enable();
            if self.state().start() {
                return Lane(self);
            }
            freed.await;
        }
    }

    /// The server asked to slow down: half as many from now on.
    pub(crate) fn slow_down(&self) {
        let mut state = self.state();
        state.limit = (state.limit / 2).max(1);
        state.good = 0;
    }

    /// The server answered: after some good answers one more at once.
    pub(crate) fn good_answer(&self) {
        let mut state = self.state();
        if state.limit == self.most {
            return;
        }
        state.good += 1;
        if state.good >= state.limit * GOOD_ANSWERS {
            state.good = 0;
            state.limit += 1;
            drop(state);
            self.freed.notify_one();
        }
    }
}

impl State {
    fn start(&mut self) -> bool {
        let free = self.running < self.limit;
        self.running += usize::from(free);
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    /// How many more requests could start now.
    fn free(lanes: &Lanes) -> usize {
        let mut entered = Vec::new();
        while let Some(lane) = lanes.enter().now_or_never() {
            entered.push(lane);
        }
        entered.len()
    }

    #[tokio::test]
    async fn a_server_that_asks_to_slow_down_gets_half_as_many_until_it_answers_well() {
        let lanes = Lanes::new(8);
        assert_eq!(free(&lanes), 8);
        lanes.slow_down();
        lanes.slow_down();
        assert_eq!(free(&lanes), 2);
        (0..2 * GOOD_ANSWERS).for_each(|_| lanes.good_answer());
        assert_eq!(free(&lanes), 3);
        (0..10).for_each(|_| lanes.slow_down());
        assert_eq!(free(&lanes), 1);
        (0..1000).for_each(|_| lanes.good_answer());
        assert_eq!(free(&lanes), 8);
    }

    #[tokio::test]
    async fn requests_under_way_end_before_others_begin() {
        let lanes = Lanes::new(2);
        let (one, two) = (lanes.enter().await, lanes.enter().await);
        lanes.slow_down();
        let mut third = Box::pin(lanes.enter());
        assert!((&mut third).now_or_never().is_none());
        drop(one);
        assert!((&mut third).now_or_never().is_none(), "one is still under way");
        drop(two);
        assert!(third.now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_waiting_request_that_is_given_up_does_not_keep_the_others_waiting() {
        let lanes = Lanes::new(1);
        let one = lanes.enter().await;
        let mut second = Box::pin(lanes.enter());
        assert!((&mut second).now_or_never().is_none());
        let mut third = Box::pin(lanes.enter());
        assert!((&mut third).now_or_never().is_none());
        drop(one);
        drop(second);
        assert!(third.now_or_never().is_some());
    }
}
