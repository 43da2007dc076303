//! A pattern as an automaton over the characters of tags: what walks over a million names.
//!
//! States from which everything or nothing follows are merged into one each, so that a walk can
//! stop as soon as the verdict is known.

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

    /// The automaton of these states. `columns` holds the column of each character of tags; `None`:
    /// there are too many.
    pub(super) fn of_rows(columns: &[u8; 256], width: usize, start: usize, rows: Vec<Row>) -> Option<Self> {
        let mut columns = Box::new(*columns);
        put_outside(&mut columns, width);
        Draft { start, columns, width, rows }.finish()
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

/// A state that names can reach.
pub(super) struct Row {
    /// Whether a name may end there.
    pub(super) accepts: bool,
    /// The row after each column.
    pub(super) next: Vec<usize>,
}

/// An automaton whose states have no final numbers yet.
struct Draft {
    start: usize,
    columns: Box<[u8; 256]>,
    width: usize,
    rows: Vec<Row>,
}

impl Draft {
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
