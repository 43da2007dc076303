//! Patterns over all names of an index.
//!
//! What lasts is shared with the other cores: a walk over a million names falls into blocks that know
//! nothing of one another. Many patterns are walked together.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::pattern::{Pattern, Product};
use crate::preview::bits::NameBits;
use crate::preview::index::TagIndex;
use crate::preview::walk::{PATH, Walk, sharing};
use crate::preview::{CANCEL_EVERY, Cancelled};

/// Blocks that are walked before the other cores are woken: a sweep that skips over most names, or has
/// few, is over by then.
const ALONE: usize = 8;
/// Enough for a part of a frame; more cores than that are left to the window.
const MOST_HELPERS: usize = 3;
/// Names between two looks at whether enough were found.
const ROUND: usize = 1 << 16;

impl NameBits {
    /// Runs `pattern` over every name of `index`.
    ///
    /// # Errors
    /// When `cancelled` says so, asked every few thousand names.
    pub fn of(index: &TagIndex, pattern: &Pattern, cancelled: &dyn Fn() -> bool) -> Result<Self, Cancelled> {
        everywhere(&Walk::to_matches(index, pattern), cancelled)
    }

    /// The first names that `pattern` matches and that are not among `except`, not more than `most`.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub(crate) fn first_beyond(
        index: &TagIndex,
        pattern: &Pattern,
        except: &Self,
        most: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<u32>, Cancelled> {
        let walk = Walk::to_matches(index, pattern);
        let mut bits = Self::new(index.name_count());
        let mut first = Vec::new();
        let mut name = 0;
        while name < index.name_count() && first.len() < most {
            let round = name..index.name_count().min(name + ROUND);
            let alone = if name == 0 { ALONE } else { 0 };
            sweep(&walk, round.clone(), alone, &mut bits, cancelled)?;
            first.extend(bits.ones_in(round.clone()).filter(|name| !except.get(*name)));
            name = round.end;
        }
        first.truncate(most);
        Ok(first)
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
        everywhere(&Walk::to_errors(index, pattern), cancelled)
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
        let costly: Vec<usize> = (0..patterns.len()).filter(|&place| is_costly(patterns[place])).collect();
        for places in costly.chunks(Product::MOST).filter(|places| places.len() > 2) {
            let automata = places.iter().filter_map(|&place| patterns[place].automaton());
            let together = together(index, Product::new(automata), places.len(), cancelled)?;
            let Some(together) = together else { continue };
            for (&place, mut bits) in places.iter().zip(together) {
                Walk::to_matches(index, patterns[place]).over_unusual(&mut bits, cancelled)?;
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

fn everywhere(walk: &Walk<'_>, cancelled: &dyn Fn() -> bool) -> Result<NameBits, Cancelled> {
    let names = 0..walk.index.name_count();
    let mut bits = NameBits::new(names.end);
    sweep(walk, names, ALONE, &mut bits, cancelled)?;
    Ok(bits)
}

/// Puts the bits of these names. After `alone` blocks the other cores help.
fn sweep(
    walk: &Walk<'_>,
    names: Range<usize>,
    alone: usize,
    bits: &mut NameBits,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), Cancelled> {
    let mut name = names.start;
    for _ in 0..alone {
        if name >= names.end {
            return Ok(());
        }
        if cancelled() {
            return Err(Cancelled);
        }
        let block = name..names.end.min(name + walk.block());
        name = walk.over(block, names.end, bits, cancelled)?;
    }
    with_helpers(walk, name..names.end, bits, cancelled)
}

/// Puts the bits of these names with the help of the other cores.
fn with_helpers(
    walk: &Walk<'_>,
    names: Range<usize>,
    bits: &mut NameBits,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), Cancelled> {
    let next = AtomicUsize::new(names.start);
    let over = AtomicBool::new(false);
    let found: Mutex<Vec<NameBits>> = Mutex::default();
    // Each takes the next block that nobody has taken.
    let work = |bits: &mut NameBits, cancelled: &dyn Fn() -> bool| {
        loop {
            let from = next.fetch_add(walk.block(), Ordering::Relaxed);
            if from >= names.end {
                return Ok(());
            }
            if cancelled() {
                return Err(Cancelled);
            }
            let block = from..names.end.min(from + walk.block());
            walk.over(block.clone(), block.end, bits, cancelled)?;
        }
    };
    let Some(helpers) = helpers() else { return work(bits, cancelled) };
    let result = helpers.in_place_scope(|scope| {
        for _ in 0..helpers.current_num_threads().min(names.len() / walk.block()) {
            scope.spawn(|_| {
                let mut mine = NameBits::new(walk.index.name_count());
                // Whoever waits for the answer is asked by one of us alone.
                if work(&mut mine, &|| over.load(Ordering::Relaxed)).is_ok() {
                    found.lock().unwrap_or_else(PoisonError::into_inner).push(mine);
                }
            });
        }
        let result = work(bits, cancelled);
        over.store(result.is_err(), Ordering::Relaxed);
        result
    });
    for other in found.into_inner().unwrap_or_else(PoisonError::into_inner) {
        bits.add(&other);
    }
    result
}

/// A thread for each core that can help; `None` where there is none.
fn helpers() -> Option<&'static ThreadPool> {
    static HELPERS: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let others = || std::thread::available_parallelism().map_or(0, |cores| cores.get() - 1);
    let pool = || match others().min(MOST_HELPERS) {
        0 => None,
        threads => ThreadPoolBuilder::new().num_threads(threads).build().ok(),
    };
    HELPERS.get_or_init(pool).as_ref()
}

/// One walk for many patterns; `None` when their automata have too many states together.
fn together(
    index: &TagIndex,
    mut product: Product<'_>,
    patterns: usize,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Vec<NameBits>>, Cancelled> {
    let (text, offsets, shared) = (index.text(), index.offsets(), index.shared());
    let mut all = vec![NameBits::new(shared.len()); patterns];
    let mut path = [Product::START; PATH];
    let (mut walked, mut name, mut steps) = (0, 0usize, 0usize);
    while name < shared.len() {
        if steps.is_multiple_of(CANCEL_EVERY) && cancelled() {
            return Err(Cancelled);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Dialect;

    /// Blocks that are shared out give what one walk gives, and a name at a time.
    #[test]
    fn help_changes_no_verdict() {
        let tags: Vec<String> = (0..40_000u32)
            .map(|number| match number % 5 {
                0 => format!("v{}.{}", number % 40, number),
                1 => format!("release-{number:x}-stable"),
                2 => format!("{:08x}", number.wrapping_mul(2_654_435_761)),
                3 => format!("v{number} odd"),
                _ => format!("main-{}-alpine{number}", number % 7),
            })
            .collect();
        let index = TagIndex::build(vec![("project/image".to_owned(), tags)]);
        let patterns = [
            ".*",
            "^v",
            "^v1",
            "^v\\d+$",
            "-",
            "alpine|b",
            "a9$",
            "^[0-9a-f]{7,40}$",
            "stable$",
            "\\d\\d0",
            "x{500}|^v(a.{20}b.{20}c|\\d+)$",
        ];
        for text in patterns {
            let pattern = Pattern::compile(Dialect::Gitlab, text).unwrap();
            let walk = Walk::to_matches(&index, &pattern);
            let mut bits = NameBits::new(index.name_count());
            with_helpers(&walk, 0..index.name_count(), &mut bits, &|| false).unwrap();
            let mut alone = NameBits::new(index.name_count());
            sweep(&walk, 0..index.name_count(), usize::MAX, &mut alone, &|| false).unwrap();
            for (name, tag) in (0u32..).zip(index.names()) {
                assert_eq!(bits.get(name), pattern.is_match(tag), "{text} on {tag}");
            }
            assert_eq!(bits, alone, "{text}");
            let first = NameBits::first_beyond(&index, &pattern, &NameBits::new(0), 100, &|| false).unwrap();
            assert_eq!(first, alone.ones().take(100).collect::<Vec<_>>(), "{text}");
        }
    }

    /// All of them stop when nobody wants the answer any more.
    #[test]
    fn helpers_stop_too() {
        let tags = (0..40_000u32).map(|number| format!("tag-{number}")).collect();
        let index = TagIndex::build(vec![("project/image".to_owned(), tags)]);
        let pattern = Pattern::compile(Dialect::Gitlab, "9$").unwrap();
        let asked = std::cell::Cell::new(0);
        let third = || asked.replace(asked.get() + 1) >= 2;
        let walk = Walk::to_matches(&index, &pattern);
        let mut bits = NameBits::new(index.name_count());
        // Helpers may have left less than three blocks.
        let stopped = with_helpers(&walk, 0..index.name_count(), &mut bits, &third).is_err();
        assert_eq!(stopped, asked.get() >= 3);
        assert!(with_helpers(&walk, 0..index.name_count(), &mut bits, &|| true).is_err());
    }
}
