//! One pattern over neighbouring names of an index.
//!
//! Names are sorted, so those that start alike lie together. A walk of the pattern's automaton goes
//! on where two names part, and passes over all names below a start that settles the verdict. Where
//! every match holds a certain text, the names with that text are looked for first.

use std::ops::Range;

use crate::pattern::{Automaton, Needles, Pattern, Verdict};
use crate::preview::bits::NameBits;
use crate::preview::index::{TagIndex, to_u32};
use crate::preview::{CANCEL_EVERY, Cancelled};

/// Names matched one by one between two questions whether to give up: each takes a hundred times as
/// long as a step of a walk.
const CANCEL_EVERY_SLOW: usize = 64;
/// Longest start of a name whose states are kept.
pub(super) const PATH: usize = 256;

/// A pattern, and the fastest way to find the names on which it has a certain verdict.
pub(super) struct Walk<'w> {
    pub(super) index: &'w TagIndex,
    pattern: &'w Pattern,
    wanted: Verdict,
    way: Way<'w>,
}

enum Way<'w> {
    /// The pattern is too large for an automaton.
    OneByOne,
    Along(&'w Automaton, Option<&'w Needles>),
    /// Only names with characters that no tag has can be among them.
    Unusual,
}

impl<'w> Walk<'w> {
    /// To the names that `pattern` matches.
    pub(super) fn to_matches(index: &'w TagIndex, pattern: &'w Pattern) -> Self {
        // A pattern tied to the start settles more names at once than needles pass over.
        let needles = || pattern.needles().filter(|_| !pattern.is_tied_to_start());
        let way = pattern.automaton().map_or(Way::OneByOne, |automaton| Way::Along(automaton, needles()));
        Self { index, pattern, wanted: Verdict::Match, way }
    }

    /// To the names for which the server errs at `pattern`.
    pub(super) fn to_errors(index: &'w TagIndex, pattern: &'w Pattern) -> Self {
        let way = match pattern.errors() {
            None => Way::OneByOne,
            Some(None) => Way::Unusual,
            Some(Some(automaton)) => Way::Along(automaton, None),
        };
        Self { index, pattern, wanted: Verdict::Error, way }
    }

    /// Names that are walked over within a part of a millisecond.
    pub(super) fn block(&self) -> usize {
        match self.way {
            Way::OneByOne => 4 * CANCEL_EVERY_SLOW,
            Way::Along(..) | Way::Unusual => CANCEL_EVERY,
        }
    }

    /// Puts the bits of these names, and of those up to `reach` that the last of them settles. Returns
    /// the name after.
    ///
    /// # Errors
    /// When `cancelled` says so, asked where a name takes long.
    pub(super) fn over(
        &self,
        names: Range<usize>,
        reach: usize,
        bits: &mut NameBits,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<usize, Cancelled> {
        let after = match self.way {
            Way::OneByOne => {
                self.one_by_one(names.clone().map(to_u32), bits, cancelled)?;
                return Ok(names.end);
            }
            Way::Along(automaton, needles) => {
                // Needles may lie thick here and far between among the next names.
                let walked = match needles {
                    Some(needles) => self.by_needles(automaton, needles, names.clone(), bits),
                    None => names.start,
                };
                self.along_shared_starts(automaton, walked..names.end, reach, bits)
            }
            Way::Unusual => names.end,
        };
        let unusual = self.index.unusual();
        let before = |end: usize| unusual.partition_point(|&name| (name as usize) < end);
        let unusual = &unusual[before(names.start)..before(after)];
        self.one_by_one(unusual.iter().copied(), bits, cancelled)?;
        Ok(after)
    }

    /// Puts the bits of all names with characters that no tag has.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub(super) fn over_unusual(
        &self,
        bits: &mut NameBits,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), Cancelled> {
        self.one_by_one(self.index.unusual().iter().copied(), bits, cancelled)
    }

    fn one_by_one(
        &self,
        names: impl Iterator<Item = u32>,
        bits: &mut NameBits,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), Cancelled> {
        for (asked, name) in names.enumerate() {
            if asked.is_multiple_of(CANCEL_EVERY_SLOW) && cancelled() {
                return Err(Cancelled);
            }
            let tag = self.index.name(name);
            let on = match self.wanted {
                Verdict::Match => self.pattern.is_match(tag),
                wanted => self.pattern.verdict(tag) == wanted,
            };
            bits.put(name, on);
        }
        Ok(())
    }

    fn along_shared_starts(
        &self,
        automaton: &Automaton,
        names: Range<usize>,
        reach: usize,
        bits: &mut NameBits,
    ) -> usize {
        let (text, offsets) = (self.index.text(), self.index.offsets());
        let shared = &self.index.shared()[..reach];
        // The states after each byte of the current name, as far as it was walked.
        let mut path = [automaton.start(); PATH];
        let mut walked = 0;
        let mut name = names.start;
        while name < names.end {
            let mut depth = walked.min(usize::from(shared[name]));
            let mut state = path[depth];
            let start = offsets[name] as usize;
            if state > Automaton::NONE {
                for (slot, &byte) in path[depth + 1..].iter_mut().zip(&text[start + depth..]) {
                    state = automaton.next(state, byte);
                    *slot = state;
                    depth += 1;
                    if state <= Automaton::NONE {
                        break;
                    }
                }
            }
            walked = depth;
            let mut after = name + 1;
            if state <= Automaton::NONE {
                after += sharing(&shared[after..], depth);
            } else {
                state = automaton.end_of(state, &text[start + depth..]);
            }
            if state == Automaton::ALL {
                bits.set_range(name, after);
            }
            name = after;
        }
        name.max(names.end)
    }

    /// Goes from needle to needle. Returns where it gave up, because most names hold one.
    fn by_needles(
        &self,
        automaton: &Automaton,
        needles: &Needles,
        names: Range<usize>,
        bits: &mut NameBits,
    ) -> usize {
        let offsets = self.index.offsets();
        let text = &self.index.text()[..offsets[names.end] as usize];
        let (mut name, mut tried) = (names.start, 0);
        while let Some(place) = needles.next(text, offsets[name] as usize) {
            name += holding(&offsets[name..], to_u32(place));
            tried += 1;
            if needles.decide || automaton.matches(&text[offsets[name] as usize..]) {
                bits.set(to_u32(name));
            }
            name += 1;
            if !needles.decide && Needles::too_many(tried, name - names.start) {
                return name;
            }
        }
        names.end
    }
}

/// How many names from here on share at least `depth` bytes with the one before.
pub(super) fn sharing(shared: &[u8], depth: usize) -> usize {
    let Ok(depth) = u8::try_from(depth) else { return 0 };
    if shared.first().is_none_or(|&first| first < depth) {
        return 0;
    }
    let chunks = shared.chunks_exact(32);
    // Without an early exit inside a chunk the compiler compares many bytes at a time.
    let whole = chunks.take_while(|chunk| chunk.iter().fold(true, |all, &s| all & (s >= depth))).count() * 32;
    let rest = shared.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|&&s| s >= depth).count()
}

/// Which of these names, given where each starts, holds `place`. Near ones are found fastest.
fn holding(starts: &[u32], place: u32) -> usize {
    let mut reach = 1;
    while starts.get(reach).is_some_and(|&start| start <= place) {
        reach *= 2;
    }
    let low = reach / 2;
    let high = reach.min(starts.len());
    low + starts[low..high].partition_point(|&start| start <= place) - 1
}
