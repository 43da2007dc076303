//! One bit for each name: what a pattern matches.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pattern::{Dialect, Pattern};
use crate::preview::Cancelled;
use crate::preview::index::{TagIndex, to_u32};

/// One bit for each name of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameBits {
    words: Vec<u64>,
    len: usize,
}

impl NameBits {
    /// `len` bits, all off.
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the bit of this name is on; off past the end.
    pub fn get(&self, name: u32) -> bool {
        let name = name as usize;
        self.words.get(name / 64).is_some_and(|word| word >> (name % 64) & 1 == 1)
    }

    /// Switches one bit on.
    pub fn set(&mut self, name: u32) {
        let name = name as usize;
        if let Some(word) = self.words.get_mut(name / 64) {
            *word |= 1 << (name % 64);
        }
    }

    /// Switches on the bits from `from` up to `to`, which is not one of them.
    pub(crate) fn set_range(&mut self, from: usize, to: usize) {
        let to = to.min(self.len);
        let mut at = from;
        while at < to {
            let inside = at % 64;
            let count = (64 - inside).min(to - at);
            if let Some(word) = self.words.get_mut(at / 64) {
                *word |= (u64::MAX >> (64 - count)) << inside;
            }
            at += count;
        }
    }

    /// Sets one bit to `on`.
    pub(crate) fn put(&mut self, name: u32, on: bool) {
        self.set(name);
        if !on && let Some(word) = self.words.get_mut(name as usize / 64) {
            *word &= !(1 << (name % 64));
        }
    }

    /// Number of bits that are on.
    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// The names whose bit is on, in order.
    pub fn ones(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.words).flat_map(|(place, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(place * 64 + bit)
            })
        })
    }

    /// A name that both have on.
    pub fn first_common(&self, other: &Self) -> Option<u32> {
        let both = self.words.iter().zip(&other.words).map(|(a, b)| a & b);
        (0u32..)
            .zip(both)
            .find(|(_, word)| *word != 0)
            .map(|(place, word)| place * 64 + word.trailing_zeros())
    }

    /// Number of rows of `index` whose name is on.
    pub fn rows(&self, index: &TagIndex) -> u32 {
        to_u32(index.row_names().iter().filter(|&&name| self.get(name)).count())
    }
}

/// What patterns match in one index, kept from one keystroke to the next: only the edited rule's
/// pattern has to run again. Belongs to one index; drop it with the index.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    known: HashMap<(Dialect, String), Arc<NameBits>>,
}

impl Matches {
    /// More patterns than a project's rules and a few keystrokes need; then it starts afresh.
    const CAPACITY: usize = 64;

    /// The bits of `pattern`, from memory or by running it.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub fn of(
        &mut self,
        index: &TagIndex,
        pattern: &Pattern,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Arc<NameBits>, Cancelled> {
        let key = (pattern.dialect(), pattern.text().to_owned());
        if let Some(bits) = self.known.get(&key) {
            return Ok(Arc::clone(bits));
        }
        let bits = Arc::new(NameBits::of(index, pattern, cancelled)?);
        if self.known.len() >= Self::CAPACITY {
            self.known.clear();
        }
        self.known.insert(key, Arc::clone(&bits));
        Ok(bits)
    }
}
