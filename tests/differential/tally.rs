//! What a run came to.

use std::collections::BTreeSet;
use std::fmt;

/// Most mismatches that are shrunk. The rest is likely to be of the same kinds.
const MOST_SHRUNK: usize = 40;

/// What a run came to.
#[derive(Default)]
pub(crate) struct Tally {
    /// Verdicts compared: a pattern in a dialect.
    pub(crate) compared: usize,
    /// Of those, how many RE2 accepts.
    pub(crate) accepted: usize,
    /// Of the accepted, those of which Tagwarden does not say what the server does.
    pub(crate) uncertain: usize,
    /// Refused by Rails alone.
    pub(crate) blank: usize,
    /// Verdicts compared with Go.
    pub(crate) with_go: usize,
    /// Of those, how many Go refuses and Tagwarden says so.
    pub(crate) go_refuses: usize,
    /// Of those, how many are beyond a limit of Go alone.
    pub(crate) go_limit: usize,
    /// How many differ.
    differing: usize,
    /// What differs, shrunk, in words, each once.
    pub(crate) mismatches: BTreeSet<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} verdicts, {} accepted ({} uncertain), {} with Go ({} refused by it, {} too large for it), {} blank, {} mismatches",
            self.compared,
            self.accepted,
            self.uncertain,
            self.with_go,
            self.go_refuses,
            self.go_limit,
            self.blank,
            self.differing
        )
    }
}

impl Tally {
    /// One more that differs.
    pub(crate) fn add(&mut self, shrunk: impl FnOnce() -> String) {
        self.differing += 1;
        if !self.has_seen_enough() {
            self.mismatches.insert(shrunk());
        }
    }

    /// Whether going on would tell nothing new.
    pub(crate) fn has_seen_enough(&self) -> bool {
        self.differing > MOST_SHRUNK
    }

    /// Enough of them were accepted to mean something, and nearly all of those were judged.
    pub(crate) fn check_coverage(&self) {
        assert!(self.accepted * 3 > self.compared, "too few patterns are accepted: {self}");
        assert!(self.uncertain * 100 < self.accepted.max(1), "too many are left open: {self}");
    }
}
