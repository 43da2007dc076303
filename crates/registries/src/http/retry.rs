//! Whether and when a read is sent again.

use std::time::Duration;

use super::{HttpSettings, Pacing};

/// A refusal without a pause counts as this long, so that a server cannot ask for ever.
const SHORTEST: Duration = Duration::from_secs(1);

/// What the outcome of one try allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// It is final.
    Never,
    /// The server or the connection failed: a few more tries.
    AfterFailure,
    /// The server did nothing and asks to come back later; the pause it asks for, if it names one.
    WhenAllowed(Option<Duration>),
}

/// The tries of one read.
pub(crate) struct Retry<'a> {
    settings: &'a HttpSettings,
    pacing: &'a Pacing,
    failures: u32,
    refusals: u32,
    waited: Duration,
}

impl<'a> Retry<'a> {
    pub(crate) fn new(settings: &'a HttpSettings, pacing: &'a Pacing) -> Self {
        Self { settings, pacing, failures: 0, refusals: 0, waited: Duration::ZERO }
    }

    /// The pause before the next try; `None`: no next try. Being asked to wait is no failure: such pauses add
    /// up to [`HttpSettings::patience`].
    pub(crate) fn pause(&mut self, again: Again) -> Option<Duration> {
        match again {
            Again::Never => None,
            Again::AfterFailure => {
                self.failures += 1;
                let pause = self.pacing.backoff(self.settings.pause, self.failures);
                (self.failures < self.settings.tries).then_some(pause)
            }
            Again::WhenAllowed(asked) => {
                self.refusals += 1;
                let pause = match asked {
                    Some(asked) if asked > self.settings.longest_wait => return None,
                    Some(asked) => asked + self.pacing.backoff(self.settings.pause, 1),
                    None => self.pacing.backoff(self.settings.pause, self.refusals),
                };
                self.waited += pause.max(SHORTEST);
                (self.waited <= self.settings.patience).then_some(pause)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(settings: &HttpSettings, again: Again) -> Vec<Duration> {
        let pacing = Pacing::fixed(|_| Box::pin(std::future::ready(())), 0);
        let mut retry = Retry::new(settings, &pacing);
        std::iter::from_fn(|| retry.pause(again)).take(10_000).collect()
    }

    #[test]
    fn failures_are_counted_and_waits_are_summed_up() {
        let settings = HttpSettings { patience: Duration::from_secs(60), ..HttpSettings::default() };
        assert!(pauses(&settings, Again::Never).is_empty());
        assert_eq!(pauses(&settings, Again::AfterFailure), [300, 600, 1200].map(Duration::from_millis));
        let asked = |seconds| Again::WhenAllowed(Some(Duration::from_secs(seconds)));
        assert_eq!(pauses(&settings, asked(9)).len(), 6);
        assert_eq!(pauses(&settings, asked(0)).len(), 60);
        assert!(pauses(&settings, asked(121)).is_empty());
        let unsaid = pauses(&settings, Again::WhenAllowed(None));
        assert_eq!(unsaid[..3], [300, 600, 1200].map(Duration::from_millis));
        assert!((6..12).contains(&unsaid.len()), "{unsaid:?}");
    }
}
