//! Questions about all the tag names that a pattern matches, answered on its automaton.
//!
//! The grammar's length limit needs no counter: a shortest path to a state is the shortest name
//! that leads there, and it is a tag when it has at most 128 characters.

use std::collections::{HashMap, HashSet};

use regex_syntax::hir::Hir;

use super::Comparison;
use super::automaton::{ALPHABET, Automaton, State};
use crate::tag::MAX_TAG_LENGTH;

/// Largest number of pairs that are looked at for one question.
const PAIR_LIMIT: usize = 200_000;

/// Whether a glance tells that every name matches.
pub(super) fn quick_every(hir: &Hir) -> Option<bool> {
    let properties = hir.properties();
    (properties.look_set().is_empty() && properties.minimum_len() == Some(0)).then_some(true)
}

/// Whether a glance tells that no name, or not none, matches.
pub(super) fn quick_none(hir: &Hir) -> Option<bool> {
    match hir.properties().minimum_len() {
        None => Some(true),
        Some(0) if hir.properties().look_set().is_empty() => Some(false),
        Some(_) => None,
    }
}

/// Which of two sets' tags are looked for.
#[derive(Clone, Copy)]
enum Wanted {
    OnlyFirst,
    OnlySecond,
    Both,
}

impl Wanted {
    fn has(self, first: bool, second: bool) -> bool {
        match self {
            Self::OnlyFirst => first && !second,
            Self::OnlySecond => second && !first,
            Self::Both => first && second,
        }
    }

    /// Whether no name from here on can be wanted.
    fn hopeless(self, (first, second): (State, State)) -> bool {
        let (all, none) = (Automaton::ALL, Automaton::NONE);
        match self {
            Self::OnlyFirst => first == none || second == all,
            Self::OnlySecond => second == none || first == all,
            Self::Both => first == none || second == none,
        }
    }
}

/// The shortest tags that tell two patterns apart, and those they share; `None` when that takes too
/// long to find out.
pub(super) fn compare(first: &Automaton, second: &Automaton, limit: usize) -> Option<Comparison> {
    Some(Comparison {
        only_first: shortest_pairs(first, second, Wanted::OnlyFirst, limit)?,
        only_second: shortest_pairs(first, second, Wanted::OnlySecond, limit)?,
        both: shortest_pairs(first, second, Wanted::Both, limit)?,
    })
}

fn shortest_pairs(
    first: &Automaton,
    second: &Automaton,
    wanted: Wanted,
    limit: usize,
) -> Option<Vec<String>> {
    let mut visits: HashMap<(State, State), usize> = HashMap::new();
    let mut found = Vec::new();
    // A name is the byte of its last step and the step before it.
    let mut steps: Vec<(Option<usize>, u8)> = Vec::new();
    let mut level = vec![((first.start(), second.start()), None)];
    for length in 1..=MAX_TAG_LENGTH {
        let mut next_level = Vec::new();
        for ((mine, theirs), before) in level {
            let pairs = first.successors(mine, length).zip(second.successors(theirs, length));
            for (pair, byte) in pairs.zip(ALPHABET) {
                // More ways to one pair than names are wanted lead to nothing new.
                let visits = visits.entry(pair).or_default();
                if wanted.hopeless(pair) || *visits >= limit {
                    continue;
                }
                *visits += 1;
                steps.push((before, *byte));
                if wanted.has(first.accepts(pair.0), second.accepts(pair.1)) {
                    found.push(spell(&steps));
                    if found.len() >= limit {
                        return Some(found);
                    }
                }
                next_level.push((pair, Some(steps.len() - 1)));
            }
            if visits.len() > PAIR_LIMIT {
                return None;
            }
        }
        level = next_level;
    }
    Some(found)
}

/// The name whose last step was the last one taken.
fn spell(steps: &[(Option<usize>, u8)]) -> String {
    let mut name: Vec<char> = Vec::new();
    let mut at = steps.len().checked_sub(1);
    while let Some((before, byte)) = at.and_then(|at| steps.get(at)) {
        name.push(char::from(*byte));
        at = *before;
    }
    name.iter().rev().collect()
}

impl Automaton {
    /// Whether every tag name is a word.
    pub(super) fn accepts_every(&self) -> bool {
        self.reachable().into_iter().all(|state| self.accepts(state))
    }

    /// Whether no tag name is a word.
    pub(super) fn accepts_none(&self) -> bool {
        !self.reachable().into_iter().any(|state| self.accepts(state))
    }

    /// Whether every word of `other` is a word of this one; `None` when that takes too long.
    pub(super) fn covers(&self, other: &Self) -> Option<bool> {
        let mut seen = HashSet::new();
        let mut level = vec![(self.start(), other.start())];
        for length in 1..=MAX_TAG_LENGTH {
            let mut next_level = Vec::new();
            for (mine, theirs) in level {
                let pairs = self.successors(mine, length).zip(other.successors(theirs, length));
                for (mine, theirs) in pairs {
                    if other.accepts(theirs) && !self.accepts(mine) {
                        return Some(false);
                    }
                    if mine != Automaton::ALL && theirs != Automaton::NONE && seen.insert((mine, theirs)) {
                        next_level.push((mine, theirs));
                    }
                }
                if seen.len() > PAIR_LIMIT {
                    return None;
                }
            }
            level = next_level;
        }
        Some(true)
    }

    /// Up to `limit` words, shortest first, spelled with letters before digits.
    pub(super) fn shortest(&self, limit: usize) -> Vec<String> {
        let mut visits: HashMap<State, usize> = HashMap::new();
        let mut found = Vec::new();
        let mut level = vec![(self.start(), String::new())];
        for length in 1..=MAX_TAG_LENGTH {
            let mut next_level = Vec::new();
            for (state, name) in level {
                for (next, byte) in self.successors(state, length).zip(ALPHABET) {
                    if found.len() >= limit {
                        return found;
                    }
                    // More ways into one state than names are wanted lead to nothing new.
                    let visits = visits.entry(next).or_default();
                    if next == Automaton::NONE || *visits >= limit {
                        continue;
                    }
                    *visits += 1;
                    let mut longer = name.clone();
                    longer.push(char::from(*byte));
                    if self.accepts(next) {
                        found.push(longer.clone());
                    }
                    next_level.push((next, longer));
                }
            }
            level = next_level;
        }
        found
    }

    /// The states that tag names lead to.
    fn reachable(&self) -> HashSet<State> {
        let mut seen = HashSet::new();
        let mut level = vec![self.start()];
        for length in 1..=MAX_TAG_LENGTH {
            let states = level.into_iter().flat_map(|state| self.successors(state, length));
            let fresh: Vec<State> = states.filter(|state| seen.insert(*state)).collect();
            level = fresh;
        }
        seen
    }
}
