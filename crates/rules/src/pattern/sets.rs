//! Questions about all the tag names that a pattern matches, answered on its automaton.
//!
//! The grammar's length limit needs no counter: a shortest path to a state is the shortest name
//! that leads there, and it is a tag when it has at most 128 characters.

use std::collections::{HashMap, HashSet};

use regex_syntax::hir::Hir;

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
