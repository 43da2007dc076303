//! The one walk behind every question about sets of tags: over several automata side by side, one
//! character at a time, until the shortest names that are asked for are found.
//!
//! The grammar's length limit needs no counter: a shortest path to a place is the shortest name
//! that leads there, and it is a tag when it has at most 128 characters.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::pattern::automaton::{ALPHABET, Automaton, FIRST, State};
use crate::tag::MAX_TAG_LENGTH;

/// Most places (one state of each automaton) that are looked at for one question, so that it is
/// given up after some 10 ms.
const MOST_PLACES: usize = 200_000;

/// The same where there are more than [`DENSE`]: each of them takes several times as long.
const MOST_SPARSE_PLACES: usize = 40_000;

/// Most places that one table holds; of more only those that are met are kept.
const DENSE: usize = 1 << 23;

/// Which names are looked for, by the automata's numbers.
pub(super) struct Question<'a> {
    /// Names that all of these have,
    pub(super) inside: &'a [usize],
    /// and that at least one of these groups does not have: none of its members has them. A group
    /// without members has no name.
    pub(super) outside: &'a [&'a [usize]],
}

impl Question<'_> {
    fn wants(&self, automata: &[&Automaton], place: &[State]) -> bool {
        let has = |one: &usize| automata[*one].accepts(place[*one]);
        self.inside.iter().all(has) && self.outside.iter().any(|group| !group.iter().any(has))
    }

    /// Whether no name from here on can be wanted.
    fn is_hopeless(&self, place: &[State]) -> bool {
        self.inside.iter().any(|one| place[*one] == Automaton::NONE)
            || self.outside.iter().all(|group| group.iter().any(|one| place[*one] == Automaton::ALL))
    }
}

/// Up to `limit` names (255 at most) that are wanted, shortest first, spelled with letters before digits; `None`
/// when that takes too long to find out.
pub(super) fn shortest(
    automata: &[&Automaton],
    question: &Question<'_>,
    limit: usize,
) -> Option<Vec<String>> {
    let limit = u8::try_from(limit).unwrap_or(u8::MAX);
    let letters = letters(automata, limit);
    let mut visits = Visits::new(automata)?;
    let mut found = Vec::new();
    // A name is the byte of its last step and the step before it; the first step is none.
    let mut steps: Vec<(u32, u8)> = vec![(0, 0)];
    let mut level: Vec<State> = automata.iter().map(|automaton| automaton.start()).collect();
    let mut before = vec![0];
    let mut place = level.clone();
    for length in 1..=MAX_TAG_LENGTH {
        let (mut next_level, mut next_before) = (Vec::new(), Vec::new());
        for (from, before) in level.chunks_exact(automata.len()).zip(&before) {
            for &(at, byte) in &letters {
                if length == 1 && at >= FIRST {
                    break;
                }
                for ((to, automaton), from) in place.iter_mut().zip(automata).zip(from) {
                    *to = automaton.next(*from, byte);
                }
                // More ways to one place than names are wanted lead to nothing new.
                if question.is_hopeless(&place) || !visits.visit(&place, limit) {
                    continue;
                }
                next_before.push(u32::try_from(steps.len()).ok()?);
                steps.push((*before, byte));
                if question.wants(automata, &place) {
                    found.push(spell(&steps));
                    if found.len() >= usize::from(limit) {
                        return Some(found);
                    }
                }
                next_level.extend_from_slice(&place);
            }
            if visits.left == 0 {
                return None;
            }
        }
        if next_level.is_empty() {
            break;
        }
        (level, before) = (next_level, next_before);
    }
    Some(found)
}

/// The characters worth trying, with their places in the alphabet: of those that no automaton tells
/// apart, as many as names are wanted.
fn letters(automata: &[&Automaton], limit: u8) -> Vec<(usize, u8)> {
    let mut classes: Vec<(u8, u8)> = Vec::new();
    let mut letters = Vec::new();
    for (at, &byte) in ALPHABET.iter().enumerate() {
        let alike = |other: u8| automata.iter().all(|one| one.column(other) == one.column(byte));
        let class = classes.iter().position(|(other, _)| alike(*other)).unwrap_or_else(|| {
            classes.push((byte, 0));
            classes.len() - 1
        });
        if classes[class].1 < limit {
            classes[class].1 += 1;
            letters.push((at, byte));
        }
    }
    letters
}

/// How often each place was met.
struct Visits {
    /// What a state of each automaton counts in the number of a place.
    weights: Vec<u128>,
    seen: Seen,
    /// How many new places may still be met.
    left: usize,
}

enum Seen {
    Dense(Vec<u8>),
    Sparse(HashMap<u128, u8, BuildHasherDefault<PlaceHasher>>),
}

impl Visits {
    fn new(automata: &[&Automaton]) -> Option<Self> {
        let mut weights = Vec::with_capacity(automata.len());
        let mut places = 1u128;
        for automaton in automata {
            weights.push(places);
            places = places.checked_mul(automaton.states() as u128)?;
        }
        let (seen, left) = match usize::try_from(places) {
            Ok(places) if places <= DENSE => (Seen::Dense(vec![0; places]), MOST_PLACES),
            _ => (Seen::Sparse(HashMap::default()), MOST_SPARSE_PLACES),
        };
        Some(Self { weights, seen, left })
    }

    /// Counts one more way to `place`, unless there are `limit` already.
    fn visit(&mut self, place: &[State], limit: u8) -> bool {
        let weighed = place.iter().zip(&self.weights);
        let visits = match &mut self.seen {
            // Numbers of a dense table fit into it.
            Seen::Dense(table) => {
                let number: usize =
                    weighed.map(|(state, weight)| usize::from(*state) * *weight as usize).sum();
                &mut table[number]
            }
            Seen::Sparse(table) => {
                table.entry(weighed.map(|(state, weight)| u128::from(*state) * weight).sum()).or_default()
            }
        };
        if *visits >= limit {
            return false;
        }
        self.left = self.left.saturating_sub(usize::from(*visits == 0));
        *visits += 1;
        true
    }
}

/// Nobody outside chooses the numbers of places, so they need no guarded hash.
#[derive(Default)]
struct PlaceHasher(u64);

impl Hasher for PlaceHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u128(u128::from(*byte));
        }
    }

    fn write_u128(&mut self, number: u128) {
        let folded = (number as u64) ^ ((number >> 64) as u64).rotate_left(32);
        let mixed = u128::from(self.0 ^ folded) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (mixed as u64) ^ ((mixed >> 64) as u64);
    }
}

/// The name whose last step was the last one taken.
fn spell(steps: &[(u32, u8)]) -> String {
    let mut name: Vec<char> = Vec::new();
    let mut at = steps.len() - 1;
    while let Some((before, byte)) = steps.get(at).filter(|_| at > 0) {
        name.push(char::from(*byte));
        at = *before as usize;
    }
    name.iter().rev().collect()
}
