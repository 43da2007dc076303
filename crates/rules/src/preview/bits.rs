//! One bit for each name: what a pattern matches.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::pattern::{Dialect, Pattern, Verdict};
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

    /// `len` bits, all on.
    pub(crate) fn all(len: usize) -> Self {
        let mut all = Self::new(len);
        all.set_range(0, len);
        all
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

    /// Switches on what is on in `other`.
    pub(crate) fn add(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// Switches off what is off in `other`.
    pub(crate) fn retain(&mut self, other: &Self) {
        for (place, word) in self.words.iter_mut().enumerate() {
            *word &= other.word(place);
        }
    }

    /// Switches off what is on in `other`.
    pub(crate) fn remove(&mut self, other: &Self) {
        for (word, less) in self.words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
    }

    /// Number of bits that are on.
    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// The names whose bit is on, in order.
    pub fn ones(&self) -> impl Iterator<Item = u32> {
        self.ones_in(0..self.len)
    }

    /// The same of these names only.
    pub(crate) fn ones_in(&self, names: Range<usize>) -> impl Iterator<Item = u32> {
        let places = names.start / 64..names.end.min(self.len).div_ceil(64);
        places.flat_map(move |place| {
            let mut left = self.word(place) & inside(&names, place * 64);
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(to_u32(place * 64) + bit)
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
        (0..self.words.len()).map(|place| rows_of(index, place, self.words[place])).sum()
    }

    /// Bits 64 · `place` and on; off past the end.
    pub(crate) fn word(&self, place: usize) -> u64 {
        self.words.get(place).copied().unwrap_or_default()
    }
}

/// The bits from `first` on, 64 of them, that are in a range.
fn inside(range: &Range<usize>, first: usize) -> u64 {
    let from = range.start.saturating_sub(first).min(64);
    let to = range.end.saturating_sub(first).min(64);
    let below = |end: usize| if end == 64 { u64::MAX } else { (1 << end) - 1 };
    below(to) & !below(from)
}

/// Number of rows whose name is on in `word`, which holds the bits from 64 · `place` on.
pub(crate) fn rows_of(index: &TagIndex, place: usize, word: u64) -> u32 {
    let before = index.rows_before();
    let mut left = word;
    let mut sum = 0;
    while left != 0 {
        // Names whose bits are on side by side are counted at once.
        let first = left.trailing_zeros();
        let run = (left >> first).trailing_ones();
        let from = place * 64 + first as usize;
        sum += before[from + run as usize] - before[from];
        left = if first + run == 64 { 0 } else { left >> (first + run) << (first + run) };
    }
    sum
}

/// What patterns match in one index, kept from one keystroke to the next: only the edited rule's
/// pattern has to run again. Belongs to one index; drop it with the index.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    known: HashMap<Key, Arc<NameBits>>,
}

/// A pattern and the verdict that its bits stand for.
type Key = (Dialect, String, Verdict);

impl Matches {
    /// Bytes of bits that are kept: more than a project's rules and a few keystrokes need. Then it
    /// starts afresh.
    const ROOM: usize = 32 << 20;

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
        self.remember(key(pattern, Verdict::Match), || NameBits::of(index, pattern, cancelled))
    }

    /// The names for which the server errs at `pattern`, from memory or by running it.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub(crate) fn erring(
        &mut self,
        index: &TagIndex,
        pattern: &Pattern,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Arc<NameBits>, Cancelled> {
        self.remember(key(pattern, Verdict::Error), || NameBits::erring(index, pattern, cancelled))
    }

    fn remember(
        &mut self,
        key: Key,
        run: impl FnOnce() -> Result<NameBits, Cancelled>,
    ) -> Result<Arc<NameBits>, Cancelled> {
        if let Some(bits) = self.known.get(&key) {
            return Ok(Arc::clone(bits));
        }
        let bits = Arc::new(run()?);
        self.keep(key, &bits);
        Ok(bits)
    }

    /// Runs those of the patterns that are not known yet, all at once.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub fn learn(
        &mut self,
        index: &TagIndex,
        patterns: &[&Pattern],
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), Cancelled> {
        let mut new: Vec<&Pattern> = Vec::new();
        for &pattern in patterns {
            let this = key(pattern, Verdict::Match);
            let again = new.iter().any(|known| key(known, Verdict::Match) == this);
            if !again && !self.known.contains_key(&this) {
                new.push(pattern);
            }
        }
        for (pattern, bits) in new.iter().zip(NameBits::of_all(index, &new, cancelled)?) {
            self.keep(key(pattern, Verdict::Match), &Arc::new(bits));
        }
        Ok(())
    }

    fn keep(&mut self, key: Key, bits: &Arc<NameBits>) {
        if self.known.len() * bits.words.len() * size_of::<u64>() >= Self::ROOM {
            self.known.clear();
        }
        self.known.insert(key, Arc::clone(bits));
    }
}

fn key(pattern: &Pattern, verdict: Verdict) -> Key {
    (pattern.dialect(), pattern.text().to_owned(), verdict)
}
