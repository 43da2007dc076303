//! The states of an expression, found one after the other from the start, so that the work can be given up
//! between any two of them.

use std::collections::{HashMap, VecDeque};

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Hir;

use super::Cancelled;
use super::automaton::{ALPHABET, Automaton, Row};

/// Largest table of an automaton, in bytes. A larger one is not worth the wait of a keystroke.
const SIZE_LIMIT: usize = 512 << 10;
/// Most memory for the states while they are found, in bytes. Patterns that would be too large are
/// given up the sooner; those that come out small enough never need more.
const WORK_LIMIT: usize = 768 << 10;
/// How many states are found before the work asks whether it is still wanted: a small part of a
/// millisecond.
const ASK_EVERY: usize = 32;

/// The row in which the pattern has been found already.
const FOUND: usize = 0;

/// The automaton of a pattern whose classes hold characters of tags only; `Ok(None)` when it would be
/// too large.
pub(super) fn automaton(hir: &Hir, cancelled: &dyn Fn() -> bool) -> Result<Option<Automaton>, Cancelled> {
    let Some(mut search) = Search::new(hir) else { return Ok(None) };
    if !search.run(cancelled)? {
        return Ok(None);
    }
    Ok(Automaton::of_rows(&search.columns, search.letters.len(), search.start, search.rows))
}

struct Search {
    dfa: DFA,
    cache: Cache,
    columns: [u8; 256],
    /// One letter of each column.
    letters: Vec<u8>,
    start: usize,
    rows: Vec<Row>,
    known: HashMap<LazyStateID, usize>,
    /// States whose next ones are still to be found, with their rows.
    waiting: VecDeque<(LazyStateID, usize)>,
}

impl Search {
    /// `None`: too large before it begins.
    fn new(hir: &Hir) -> Option<Self> {
        let nfa_config = thompson::Config::new()
            .utf8(false)
            .which_captures(thompson::WhichCaptures::None)
            .nfa_size_limit(Some(SIZE_LIMIT));
        let nfa = thompson::Compiler::new().configure(nfa_config).build_from_hir(hir).ok()?;
        let config = Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(WORK_LIMIT)
            .minimum_cache_clear_count(Some(0));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let cache = dfa.create_cache();
        let (columns, letters) = columns(&dfa);
        let found = Row { accepts: true, next: vec![FOUND; letters.len()] };
        Some(Self {
            dfa,
            cache,
            columns,
            letters,
            start: FOUND,
            rows: vec![found],
            known: HashMap::new(),
            waiting: VecDeque::new(),
        })
    }

    /// Finds all states; `Ok(false)`: there are too many.
    fn run(&mut self, cancelled: &dyn Fn() -> bool) -> Result<bool, Cancelled> {
        let config = start::Config::new().anchored(Anchored::No);
        let first = self.dfa.start_state(&mut self.cache, &config).ok();
        let Some(start) = first.and_then(|first| self.row_of(first)) else { return Ok(false) };
        self.start = start;
        let mut found = 0_usize;
        while let Some((id, row)) = self.waiting.pop_front() {
            found += 1;
            if found.is_multiple_of(ASK_EVERY) && cancelled() {
                return Err(Cancelled);
            }
            if !self.follow(id, row) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Finds what comes after a state; `false`: too many.
    fn follow(&mut self, id: LazyStateID, row: usize) -> bool {
        let mut next = Vec::with_capacity(self.letters.len());
        for at in 0..self.letters.len() {
            let to = self.dfa.next_state(&mut self.cache, id, self.letters[at]).ok();
            let Some(to) = to.and_then(|to| self.row_of(to)) else { return false };
            next.push(to);
        }
        self.rows[row].next = next;
        true
    }

    /// The row of a state, a new one if it was not met before. Once the pattern is found, it stays found.
    fn row_of(&mut self, id: LazyStateID) -> Option<usize> {
        // The engine reports a match one character late, so a match state has matched before.
        if id.is_match() {
            return Some(FOUND);
        }
        if let Some(row) = self.known.get(&id) {
            return Some(*row);
        }
        let row = self.rows.len();
        if (row + 1) * (self.letters.len() + 2) * size_of::<super::automaton::State>() > SIZE_LIMIT {
            return None;
        }
        let accepts = self.dfa.next_eoi_state(&mut self.cache, id).ok()?.is_match();
        self.rows.push(Row { accepts, next: Vec::new() });
        self.known.insert(id, row);
        self.waiting.push_back((id, row));
        Some(row)
    }
}

/// The column of each character of tags, and one letter of each column.
fn columns(dfa: &DFA) -> ([u8; 256], Vec<u8>) {
    let mut letters: Vec<u8> = Vec::new();
    let mut column_of_class: HashMap<u8, u8> = HashMap::new();
    let mut columns = [u8::MAX; 256];
    for letter in ALPHABET {
        let class = dfa.byte_classes().get(*letter);
        columns[usize::from(*letter)] = *column_of_class.entry(class).or_insert_with(|| {
            letters.push(*letter);
            (letters.len() - 1) as u8
        });
    }
    (columns, letters)
}
