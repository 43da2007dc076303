//! Several automata walked as one: what makes many rules cost little more than one.
//!
//! A state is the tuple of the automata's states. Only those that names lead to are made, when a
//! walk first comes there.

use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::RandomState;

use super::automaton::{Automaton, State};

/// A state's number.
pub(crate) type Tuple = u32;

/// Room for states and steps, in bytes for each automaton. Beyond it, walks of their own are faster.
const ROOM: usize = 512 << 10;

/// Up to [`Product::MOST`] automata as one, made while it is walked.
#[derive(Debug)]
pub(crate) struct Product<'a> {
    automata: Vec<&'a Automaton>,
    /// The column of each byte. Bytes that no automaton tells apart share one.
    columns: [u8; 256],
    width: usize,
    known: HashMap<Rc<[State]>, Tuple, RandomState>,
    tuples: Vec<Rc<[State]>>,
    /// Rows of `width` columns; [`Product::UNKNOWN`] where no walk has been.
    next: Vec<Tuple>,
    verdicts: Vec<Verdicts>,
    most_tuples: usize,
}

/// What all the automata say of a name that ends here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdicts {
    /// One bit for each automaton: whether the name is its word.
    pub(crate) words: u16,
    /// Whether that holds for everything that follows, too.
    pub(crate) settled: bool,
}

impl<'a> Product<'a> {
    /// Most automata in one product. More have too many tuples.
    pub(crate) const MOST: usize = 16;
    /// The start: the first tuple made.
    pub(crate) const START: Tuple = 0;
    const UNKNOWN: Tuple = Tuple::MAX;

    /// The product of the first [`Product::MOST`] of these automata.
    pub(crate) fn new(automata: impl IntoIterator<Item = &'a Automaton>) -> Self {
        let automata: Vec<_> = automata.into_iter().take(Self::MOST).collect();
        let (columns, width) = joint_columns(&automata);
        let each = width * size_of::<Tuple>() + automata.len() * size_of::<State>() + size_of::<Verdicts>();
        let mut product = Self {
            most_tuples: ROOM * automata.len() / each,
            columns,
            width,
            known: HashMap::default(),
            tuples: Vec::new(),
            next: Vec::new(),
            verdicts: Vec::new(),
            automata,
        };
        let start = product.automata.iter().map(|automaton| automaton.start()).collect();
        product.number(start);
        product
    }

    /// The tuple after one more byte; `None` when there are too many.
    #[inline]
    pub(crate) fn next(&mut self, tuple: Tuple, byte: u8) -> Option<Tuple> {
        let place = tuple as usize * self.width + usize::from(self.columns[usize::from(byte)]);
        match self.next[place] {
            Self::UNKNOWN => self.find(tuple, byte, place),
            known => Some(known),
        }
    }

    #[cold]
    fn find(&mut self, tuple: Tuple, byte: u8, place: usize) -> Option<Tuple> {
        let from = Rc::clone(&self.tuples[tuple as usize]);
        let to = from.iter().zip(&self.automata).map(|(state, automaton)| automaton.next(*state, byte));
        let to = self.number(to.collect());
        self.next[place] = to;
        (self.tuples.len() <= self.most_tuples).then_some(to)
    }

    fn number(&mut self, states: Rc<[State]>) -> Tuple {
        if let Some(known) = self.known.get(&states) {
            return *known;
        }
        let number = self.tuples.len() as Tuple;
        let accepts = states.iter().zip(&self.automata).map(|(state, automaton)| automaton.accepts(*state));
        let words = accepts.enumerate().fold(0, |words, (place, word)| words | u16::from(word) << place);
        self.verdicts.push(Verdicts { words, settled: states.iter().all(|state| *state <= Automaton::NONE) });
        self.next.resize(self.next.len() + self.width, Self::UNKNOWN);
        self.tuples.push(Rc::clone(&states));
        self.known.insert(states, number);
        number
    }

    /// What the automata say of a name that ends here.
    #[inline]
    pub(crate) fn verdicts(&self, tuple: Tuple) -> Verdicts {
        self.verdicts[tuple as usize]
    }
}

fn joint_columns(automata: &[&Automaton]) -> ([u8; 256], usize) {
    let mut columns = [0; 256];
    let mut known: HashMap<Vec<u32>, u8> = HashMap::new();
    for byte in 0..=u8::MAX {
        let column = automata.iter().map(|automaton| automaton.column(byte)).collect();
        let fresh = known.len() as u8;
        columns[usize::from(byte)] = *known.entry(column).or_insert(fresh);
    }
    (columns, known.len())
}
