//! Patterns over all names of an index.
//!
//! Names are sorted, so those that start alike lie together. A walk of the pattern's automaton goes
//! on where two names part, and passes over all names below a start that settles the verdict. Where
//! every match holds a certain text, the names with that text are looked for first. Many patterns
//! are walked together.

use std::ops::Range;

use crate::pattern::{Automaton, Needles, Pattern, Product, Verdict};
use crate::preview::bits::NameBits;
use crate::preview::index::{TagIndex, to_u32};
use crate::preview::{CANCEL_EVERY, Cancelled};

impl NameBits {
    /// Runs `pattern` over every name of `index`.
    ///
    /// # Errors
    /// When `cancelled` says so, asked every few thousand names.
    pub fn of(index: &TagIndex, pattern: &Pattern, cancelled: &dyn Fn() -> bool) -> Result<Self, Cancelled> {
        let sweep = Sweep { index, cancelled };
        let is_match = |name: &str| pattern.is_match(name);
        let Some(automaton) = pattern.automaton() else { return sweep.one_by_one(&is_match) };
        // A pattern tied to the start settles more names at once than needles pass over.
        let loose = !pattern.is_tied_to_start();
        let needles = pattern.needles().filter(|_| loose);
        let mut bits = Self::new(index.name_count());
        let mut name = 0;
        while name < index.name_count() {
            if cancelled() {
                return Err(Cancelled);
            }
            let block = name..index.name_count().min(name + CANCEL_EVERY);
            // Names are sorted, so needles may lie thick in one block and far between in the next.
            let walked = match needles {
                Some(needles) => sweep.by_needles(automaton, needles, block.clone(), &mut bits),
                None => name,
            };
            name = sweep.along_shared_starts(automaton, walked..block.end, &mut bits);
        }
        sweep.put_unusual(&is_match, &mut bits)?;
        Ok(bits)
    }

    /// The names for which the server errs at `pattern`.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub(crate) fn erring(
        index: &TagIndex,
        pattern: &Pattern,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, Cancelled> {
        let sweep = Sweep { index, cancelled };
        let errs = |name: &str| pattern.verdict(name) == Verdict::Error;
        let Some(automaton) = pattern.errors() else { return sweep.one_by_one(&errs) };
        let mut bits = Self::new(index.name_count());
        if let Some(automaton) = automaton {
            for from in (0..index.name_count()).step_by(CANCEL_EVERY) {
                sweep.go_on(from)?;
                let block = from..index.name_count().min(from + CANCEL_EVERY);
                sweep.along_shared_starts(automaton, block, &mut bits);
            }
        }
        sweep.put_unusual(&errs, &mut bits)?;
        Ok(bits)
    }

    /// What each of many patterns matches, in their order.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub fn of_all(
        index: &TagIndex,
        patterns: &[&Pattern],
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Self>, Cancelled> {
        let mut all: Vec<Option<Self>> = vec![None; patterns.len()];
        let sweep = Sweep { index, cancelled };
        let costly: Vec<usize> = (0..patterns.len()).filter(|&place| is_costly(patterns[place])).collect();
        for places in costly.chunks(Product::MOST).filter(|places| places.len() > 2) {
            let automata = places.iter().filter_map(|&place| patterns[place].automaton());
            let Some(together) = sweep.together(Product::new(automata), places.len())? else { continue };
            for (&place, mut bits) in places.iter().zip(together) {
                sweep.put_unusual(&|name| patterns[place].is_match(name), &mut bits)?;
                all[place] = Some(bits);
            }
        }
        let alone = |(bits, pattern): (Option<Self>, &&Pattern)| match bits {
            Some(bits) => Ok(bits),
            None => Self::of(index, pattern, cancelled),
        };
        all.into_iter().zip(patterns).map(alone).collect()
    }
}

/// Whether one walk of its own would have to look into every name.
fn is_costly(pattern: &Pattern) -> bool {
    pattern.automaton().is_some() && pattern.needles().is_none() && !pattern.is_tied_to_start()
}

/// Longest start of a name whose states are kept.
const PATH: usize = 256;

struct Sweep<'s> {
    index: &'s TagIndex,
    cancelled: &'s dyn Fn() -> bool,
}

impl Sweep<'_> {
    fn go_on(&self, step: usize) -> Result<(), Cancelled> {
        if step.is_multiple_of(CANCEL_EVERY) && (self.cancelled)() { Err(Cancelled) } else { Ok(()) }
    }

    /// For patterns that are too large for an automaton.
    fn one_by_one(&self, is_on: &dyn Fn(&str) -> bool) -> Result<NameBits, Cancelled> {
        let mut bits = NameBits::new(self.index.name_count());
        for (place, name) in self.index.names().enumerate() {
            // Each takes a hundred times as long as a step of a walk.
            self.go_on(place * 64)?;
            if is_on(name) {
                bits.set(to_u32(place));
            }
        }
        Ok(bits)
    }

    /// Walks over these names, and over those that the last of them settles. Returns the name after.
    fn along_shared_starts(&self, automaton: &Automaton, names: Range<usize>, bits: &mut NameBits) -> usize {
        let (text, offsets, shared) = (self.index.text(), self.index.offsets(), self.index.shared());
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

    /// One walk for all; `None` when the automata have too many states together.
    fn together(
        &self,
        mut product: Product<'_>,
        patterns: usize,
    ) -> Result<Option<Vec<NameBits>>, Cancelled> {
        let (text, offsets, shared) = (self.index.text(), self.index.offsets(), self.index.shared());
        let mut all = vec![NameBits::new(shared.len()); patterns];
        let mut path = [Product::START; PATH];
        let (mut walked, mut name, mut steps) = (0, 0, 0);
        while name < shared.len() {
            self.go_on(steps)?;
            steps += 1;
            let mut depth = walked.min(usize::from(shared[name]));
            let mut tuple = path[depth];
            let mut verdicts = product.verdicts(tuple);
            for &byte in &text[offsets[name] as usize + depth..] {
                if verdicts.settled {
                    break;
                }
                let Some(next) = product.next(tuple, byte) else { return Ok(None) };
                tuple = next;
                verdicts = product.verdicts(tuple);
                depth += 1;
                if let Some(slot) = path.get_mut(depth) {
                    *slot = tuple;
                }
            }
            // Beyond the path's end states are not kept: later names walk again from there.
            walked = depth.min(path.len() - 1);
            let after = name + 1 + sharing(&shared[name + 1..], depth);
            let mut words = verdicts.words;
            while words != 0 {
                all[words.trailing_zeros() as usize].set_range(name, after);
                words &= words - 1;
            }
            name = after;
        }
        Ok(Some(all))
    }

    fn put_unusual(&self, is_on: &dyn Fn(&str) -> bool, bits: &mut NameBits) -> Result<(), Cancelled> {
        for (place, &name) in self.index.unusual().iter().enumerate() {
            self.go_on(place * 64)?;
            bits.put(name, is_on(self.index.name(name)));
        }
        Ok(())
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
fn sharing(shared: &[u8], depth: usize) -> usize {
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
