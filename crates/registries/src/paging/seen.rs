//! Which rows of a list have been read.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// Remembers rows by 128 random-keyed bits each: a list of a million names must not be held twice.
#[derive(Default)]
pub(super) struct Seen {
    keys: (RandomState, RandomState),
    rows: HashSet<u128>,
}

impl Seen {
    /// Adds a row; `false`: it was there.
    pub(super) fn insert(&mut self, identity: &str) -> bool {
        let (high, low) = (self.keys.0.hash_one(identity), self.keys.1.hash_one(identity));
        self.rows.insert((u128::from(high) << 64) | u128::from(low))
    }

    pub(super) fn len(&self) -> u64 {
        self.rows.len() as u64
    }
}
