//! A pattern as an automaton over the characters of tags: what walks over a million names.
//!
//! States from which everything or nothing follows are merged into one each, so that a walk can
//! stop as soon as the verdict is known.

use std::collections::{HashMap, VecDeque};

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Hir;

/// Largest automaton that is built, in bytes. A larger one is not worth the wait of a keystroke.
const SIZE_LIMIT: usize = 512 << 10;
/// Most memory for the states while they are found, in bytes. Patterns that would be too large are
/// given up twice as soon with it; those that come out small enough never need more.
const WORK_LIMIT: usize = 256 << 10;

/// The tag alphabet, in the order in which examples are spelled.
pub(super) const ALPHABET: &[u8; 65] = b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-";
/// How many of them a name can start with.
pub(super) const FIRST: usize = 63;

/// A state's number.
pub(crate) type State = u16;

/// A deterministic automaton whose words are the texts over the tag alphabet that a pattern
/// matches, of any length.
#[derive(Debug)]
pub(crate) struct Automaton {
    start: State,
    /// Where in `next` the column of each byte begins. Characters that no state tells apart share one.
    columns: Box<[u32; 256]>,
    /// Columns of states: that makes a step the load of one number, with nothing to reckon before it.
    next: Vec<State>,
    accepts: Vec<bool>,
}

impl Automaton {
    /// The state in which everything that follows is a word.
    pub(crate) const ALL: State = 0;
    /// The state in which nothing that follows is a word.
    pub(crate) const NONE: State = 1;

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
            .determinize_size_limit(Some(WORK_LIMIT));
        let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
        Draft::read(&dfa)?.finish()
    }

    /// The automaton of states that are known already, each with whether a name may end there and the
    /// state after each column; the first is the start. `columns` holds the column of each character
    /// of tags.
    pub(super) fn of_rows(columns: &[u8; 256], width: usize, rows: Vec<(bool, Vec<usize>)>) -> Option<Self> {
        let mut columns = Box::new(*columns);
        put_outside(&mut columns, width);
        let rows = rows.into_iter().map(|(accepts, next)| Row { accepts, next }).collect();
        Draft { start: 0, columns, width, rows }.finish()
    }

    /// The state before the first character.
    pub(crate) fn start(&self) -> State {
        self.start
    }

    /// The state after one more byte. A newline ends the name: [`Automaton::ALL`] follows when it is a
    /// word, else [`Automaton::NONE`]. Other characters outside the tag alphabet lead nowhere.
    #[inline]
    pub(crate) fn next(&self, state: State, byte: u8) -> State {
        self.next[self.columns[usize::from(byte)] as usize + usize::from(state)]
    }

    /// Bytes with one column lead to the same states everywhere.
    pub(super) fn column(&self, byte: u8) -> u32 {
        self.columns[usize::from(byte)]
    }

    /// Whether a name that ends here is a word.
    #[inline]
    pub(crate) fn accepts(&self, state: State) -> bool {
        self.accepts[usize::from(state)]
    }

    /// Where a name goes on to from `state`: [`Automaton::ALL`] when it is a word. It ends with the
    /// first newline, or with the text.
    #[inline]
    pub(crate) fn end_of(&self, mut state: State, text: &[u8]) -> State {
        for &byte in text {
            if state <= Self::NONE {
                return state;
            }
            state = self.next(state, byte);
        }
        self.next(state, b'\n')
    }

    /// Whether the name with which the text begins, up to the first newline, is a word.
    #[inline]
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        self.end_of(self.start, text) == Self::ALL
    }

    /// How many states there are.
    pub(super) fn states(&self) -> usize {
        self.accepts.len()
    }
}

/// What the engine built, cut down to what names can reach, one row a state.
struct Draft {
    start: usize,
    columns: Box<[u8; 256]>,
    width: usize,
    rows: Vec<Row>,
}

struct Row {
    accepts: bool,
    next: Vec<usize>,
}

impl Draft {
    /// The row in which the pattern has been found already.
    const FOUND: usize = 0;

    /// Copies the part of `dfa` that names can reach. Once it has matched, it stays matched.
    fn read(dfa: &dense::DFA<Vec<u32>>) -> Option<Self> {
        let (columns, letters) = columns(dfa);
        let width = letters.len();
        let start_config = start::Config::new().anchored(Anchored::No);
        let first = dfa.start_state(&start_config).ok()?;
        let mut rows = vec![Row { accepts: true, next: vec![Self::FOUND; width] }];
        let mut known: HashMap<StateID, usize> = HashMap::new();
        let mut waiting = VecDeque::new();
        let mut number = |id: StateID, rows: &mut Vec<Row>, waiting: &mut VecDeque<_>| {
            // The engine reports a match one character late, so a match state has matched before.
            if dfa.is_match_state(id) {
                return Self::FOUND;
            }
            *known.entry(id).or_insert_with(|| {
                let row = rows.len();
                rows.push(Row { accepts: dfa.is_match_state(dfa.next_eoi_state(id)), next: Vec::new() });
                waiting.push_back((id, row));
                row
            })
        };
        let start = number(first, &mut rows, &mut waiting);
        while let Some((id, row)) = waiting.pop_front() {
            let mut next = Vec::with_capacity(width);
            for letter in &letters {
                next.push(number(dfa.next_state(id, *letter), &mut rows, &mut waiting));
            }
            rows.get_mut(row)?.next = next;
        }
        Some(Self { start, columns, width, rows })
    }

    /// The rows from which one that accepts (or one that does not) can still be reached.
    fn leads_to(&self, accepting: bool) -> Vec<bool> {
        let mut before = vec![Vec::new(); self.rows.len()];
        for (from, row) in self.rows.iter().enumerate() {
            for to in &row.next {
                before[*to].push(from);
            }
        }
        let mut leads: Vec<bool> = self.rows.iter().map(|row| row.accepts == accepting).collect();
        let mut waiting: Vec<usize> = (0..leads.len()).filter(|row| leads[*row]).collect();
        while let Some(row) = waiting.pop() {
            for from in &before[row] {
                if !leads[*from] {
                    leads[*from] = true;
                    waiting.push(*from);
                }
            }
        }
        leads
    }

    /// Gives each row its final number and lays them out in one table.
    fn finish(self) -> Option<Automaton> {
        let (hope, doubt) = (self.leads_to(true), self.leads_to(false));
        let mut states = Automaton::NONE + 1;
        let mut numbers = Vec::with_capacity(self.rows.len());
        for row in 0..self.rows.len() {
            numbers.push(match (hope[row], doubt[row]) {
                (_, false) => Automaton::ALL,
                (false, true) => Automaton::NONE,
                (true, true) => {
                    states = states.checked_add(1)?;
                    states - 1
                }
            });
        }
        // Two more columns: for the bytes that no tag has, and for the end of the name.
        let (end, height) = (self.width + 1, usize::from(states));
        let mut next = vec![Automaton::NONE; (end + 1) * height];
        let mut accepts = vec![false; height];
        accepts[usize::from(Automaton::ALL)] = true;
        for column in (0..self.width).chain([end]) {
            next[column * height] = Automaton::ALL;
        }
        for (row, number) in self.rows.iter().zip(&numbers) {
            if *number > Automaton::NONE {
                let number = usize::from(*number);
                accepts[number] = row.accepts;
                if row.accepts {
                    next[end * height + number] = Automaton::ALL;
                }
                for (column, to) in row.next.iter().enumerate() {
                    next[column * height + number] = numbers[*to];
                }
            }
        }
        let columns = Box::new(self.columns.map(|column| u32::from(column) * u32::from(states)));
        Some(Automaton { start: numbers[self.start], columns, next, accepts })
    }
}

/// The column of each byte, and one letter of each column.
fn columns(dfa: &dense::DFA<Vec<u32>>) -> (Box<[u8; 256]>, Vec<u8>) {
    let mut letters: Vec<u8> = Vec::new();
    let mut column_of_class: HashMap<u8, u8> = HashMap::new();
    let mut columns = Box::new([u8::MAX; 256]);
    for letter in ALPHABET {
        let class = dfa.byte_classes().get(*letter);
        columns[usize::from(*letter)] = *column_of_class.entry(class).or_insert_with(|| {
            letters.push(*letter);
            (letters.len() - 1) as u8
        });
    }
    put_outside(&mut columns, letters.len());
    (columns, letters)
}

/// All bytes that no tag has share the column after those of tags, but for the newline, which has
/// the last.
fn put_outside(columns: &mut [u8; 256], width: usize) {
    for (byte, column) in columns.iter_mut().enumerate() {
        if !ALPHABET.contains(&(byte as u8)) {
            *column = width as u8;
        }
    }
    columns[usize::from(b'\n')] = width as u8 + 1;
}
