//! Which tag names a pattern matches, as a whole: a small automaton over the tag alphabet.
//!
//! The grammar's length limit needs no counter: a shortest path to a state is the shortest name
//! that leads there, and it is a tag when it has at most 128 characters.

use std::collections::{HashMap, HashSet, VecDeque};

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Hir;

use crate::tag::MAX_TAG_LENGTH;

/// Largest automaton that is built, in bytes. A larger one is not worth the wait of a keystroke.
const SIZE_LIMIT: usize = 512 << 10;
/// Largest number of pairs that are looked at for one question.
const PAIR_LIMIT: usize = 200_000;

/// The tag alphabet, in the order in which examples are spelled.
const ALPHABET: &[u8; 65] = b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-";
/// How many of them a name can start with.
const FIRST: usize = 63;

/// A state: its number in `rows`.
type State = u32;

/// A deterministic automaton whose words are the tag names a pattern matches.
#[derive(Debug)]
pub(super) struct Automaton {
    start: State,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    accepts: bool,
    next: Box<[State; 65]>,
}

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
    /// Builds the automaton of a pattern whose classes hold characters of tags only; `None` when it
    /// would be too large.
    pub(super) fn build(hir: &Hir) -> Option<Self> {
        let nfa_config = thompson::Config::new()
            .utf8(false)
            .which_captures(thompson::WhichCaptures::None)
            .nfa_size_limit(Some(SIZE_LIMIT));
        let nfa = thompson::Compiler::new().configure(nfa_config).build_from_hir(hir).ok()?;
        let config = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .match_kind(MatchKind::All)
            .dfa_size_limit(Some(SIZE_LIMIT))
            .determinize_size_limit(Some(SIZE_LIMIT));
        let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
        Self::from_dfa(&dfa)
    }

    /// Copies the part of `dfa` that names can reach. Once it has matched, it stays matched.
    fn from_dfa(dfa: &dense::DFA<Vec<u32>>) -> Option<Self> {
        let start_config = start::Config::new().anchored(Anchored::No);
        let first = dfa.start_state(&start_config).ok()?;
        let mut rows = vec![Row::matched()];
        let mut known: HashMap<StateID, State> = HashMap::new();
        let mut waiting = VecDeque::new();
        let mut number = |id: StateID, rows: &mut Vec<Row>, waiting: &mut VecDeque<_>| {
            // The engine reports a match one character late, so a match state has matched before.
            if dfa.is_match_state(id) {
                return Row::MATCHED;
            }
            *known.entry(id).or_insert_with(|| {
                let state = rows.len() as State;
                let accepts = dfa.is_match_state(dfa.next_eoi_state(id));
                rows.push(Row { accepts, next: Box::new([0; 65]) });
                waiting.push_back((id, state));
                state
            })
        };
        let start = number(first, &mut rows, &mut waiting);
        while let Some((id, state)) = waiting.pop_front() {
            for (index, byte) in ALPHABET.iter().enumerate() {
                let to = number(dfa.next_state(id, *byte), &mut rows, &mut waiting);
                let slot = rows.get_mut(state as usize).and_then(|row| row.next.get_mut(index));
                *slot? = to;
            }
        }
        Some(Self { start, rows })
    }

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
        let mut level = vec![(self.start, other.start)];
        for length in 1..=MAX_TAG_LENGTH {
            let mut next_level = Vec::new();
            for (mine, theirs) in level {
                let pairs = self.successors(mine, length).zip(other.successors(theirs, length));
                for (mine, theirs) in pairs {
                    if other.accepts(theirs) && !self.accepts(mine) {
                        return Some(false);
                    }
                    if mine != Row::MATCHED && seen.insert((mine, theirs)) {
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
        let alive = self.alive();
        let mut visits: HashMap<State, usize> = HashMap::new();
        let mut found = Vec::new();
        let mut level = vec![(self.start, String::new())];
        for length in 1..=MAX_TAG_LENGTH {
            let mut next_level = Vec::new();
            for (state, name) in level {
                for (next, byte) in self.successors(state, length).zip(ALPHABET) {
                    if found.len() >= limit {
                        return found;
                    }
                    // More ways into one state than names are wanted lead to nothing new.
                    let visits = visits.entry(next).or_default();
                    if !alive.contains(&next) || *visits >= limit {
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
        let mut level = vec![self.start];
        for length in 1..=MAX_TAG_LENGTH {
            let states = level.into_iter().flat_map(|state| self.successors(state, length));
            let fresh: Vec<State> = states.filter(|state| seen.insert(*state)).collect();
            level = fresh;
        }
        seen
    }

    /// The states from which a word can still be reached.
    fn alive(&self) -> HashSet<State> {
        let mut before: HashMap<State, Vec<State>> = HashMap::new();
        let mut alive = HashSet::new();
        let mut waiting = Vec::new();
        for (state, row) in (0..).zip(&self.rows) {
            for next in row.next.iter() {
                before.entry(*next).or_default().push(state);
            }
            if row.accepts && alive.insert(state) {
                waiting.push(state);
            }
        }
        while let Some(state) = waiting.pop() {
            for earlier in before.get(&state).into_iter().flatten() {
                if alive.insert(*earlier) {
                    waiting.push(*earlier);
                }
            }
        }
        alive
    }

    fn accepts(&self, state: State) -> bool {
        self.rows.get(state as usize).is_some_and(|row| row.accepts)
    }

    /// The states after one more character, the `length`th of the name.
    fn successors(&self, state: State, length: usize) -> impl Iterator<Item = State> {
        let allowed = if length == 1 { FIRST } else { ALPHABET.len() };
        let row = self.rows.get(state as usize);
        row.into_iter().flat_map(move |row| row.next.iter().take(allowed).copied())
    }
}

impl Row {
    /// The number of the state in which everything that follows is a word.
    const MATCHED: State = 0;

    fn matched() -> Self {
        Self { accepts: true, next: Box::new([Self::MATCHED; 65]) }
    }
}
