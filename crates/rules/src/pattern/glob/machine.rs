//! A glob as a machine that reads a tag character by character: doublestar's recursion turned into
//! states. A state says what is still to be asked of the rest of the name, in the server's order, so
//! that the machine errs, loses alternatives and stops trying where the server does.
//!
//! Tags hold no slash and nothing outside ASCII; for other names there is [`super::literal`].

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::text::{Class, NO_CHARACTER, alternatives, can_be_empty, find_unescaped, first_character, split};
use super::well_formed::never_errs;
use super::{Malformed, Release};
use crate::pattern::Cancelled;
use crate::pattern::automaton::ALPHABET;

/// Most states, and most pieces they are made of.
const MOST_STATES: usize = 6_000;
const MOST_PIECES: usize = 60_000;
/// Most bytes of text that the pieces hold together.
const MOST_TEXT: usize = 8 << 20;

/// A piece's number.
type Id = u32;

/// How a segment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    /// It does not match.
    No,
    /// It matches, and the pattern ends with it.
    Whole,
    /// It matches, and the pattern wants more segments.
    More,
    /// The pattern is found to be malformed.
    Error,
}

/// What is still to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Piece {
    /// Nothing: whatever follows, it ends so.
    Settled(End),
    /// Whether the rest matches this.
    Text(Rc<[u8]>),
    /// Whether the rest without its start, the shortest first, matches this.
    Tries(Rc<[u8]>),
    /// Of these the first that does not end with [`End::No`].
    First(Box<[Id]>),
    /// All of these: an error wins, then the wish for more.
    Together(Box<[Id]>),
    /// The same, where the server takes everything but a whole match for no match.
    OnlyWhole(Id),
    /// The same, where there are no segments left for the rest of the pattern.
    OnlyErrors(Id),
}

/// Where the machine can be after each name: state by state how a name that ends there ends, and
/// for each column the state that follows.
pub(super) struct Table {
    /// The column of each character of tags.
    pub(super) columns: [u8; 256],
    pub(super) width: usize,
    pub(super) states: Vec<(End, Vec<usize>)>,
}

/// The states of a pattern, the start first; `Ok(None)` when there are too many. What it says of the
/// empty name, which is no tag, does not count.
pub(super) fn build(
    release: Release,
    pattern: &str,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Table>, Cancelled> {
    let (columns, letters) = columns(pattern.as_bytes());
    let mut machine = Machine::new(release);
    let start = machine.start(pattern.as_bytes());
    // Nothing leads back to the start, so that the empty name can have an answer of its own.
    let mut order = vec![start];
    let mut numbers: HashMap<Id, usize> = HashMap::new();
    let mut states = Vec::new();
    while let Some(&piece) = order.get(states.len()) {
        if cancelled() {
            return Err(Cancelled);
        }
        let mut next = Vec::with_capacity(letters.len());
        for letter in &letters {
            let to = machine.step(piece, *letter);
            if machine.is_full() {
                return Ok(None);
            }
            next.push(*numbers.entry(to).or_insert_with(|| {
                order.push(to);
                order.len() - 1
            }));
        }
        states.push((machine.end(piece), next));
        if order.len() > MOST_STATES {
            return Ok(None);
        }
    }
    Ok(Some(Table { columns, width: letters.len(), states }))
}

/// The column of each byte of the alphabet, and one letter of each. Letters that the text does not
/// name lie in no other range than their neighbours.
fn columns(text: &[u8]) -> ([u8; 256], Vec<u8>) {
    let named: BTreeSet<u8> = text.iter().copied().collect();
    let has_ranges = named.contains(&b'[');
    let mut known: HashMap<(bool, usize), u8> = HashMap::new();
    let (mut columns, mut letters) = ([u8::MAX; 256], Vec::new());
    for &letter in ALPHABET {
        let is_named = named.contains(&letter);
        let below = if is_named || has_ranges { named.range(..letter).count() } else { 0 };
        columns[usize::from(letter)] = *known.entry((is_named, below)).or_insert_with(|| {
            letters.push(letter);
            (letters.len() - 1) as u8
        });
    }
    (columns, letters)
}

struct Machine {
    release: Release,
    pieces: Vec<Piece>,
    /// Whether a piece can end with nothing but [`End::No`] and [`End::Whole`].
    plain: Vec<bool>,
    numbers: HashMap<Piece, Id>,
    steps: HashMap<(Id, u8), Id>,
    text: usize,
}

const NO: Id = 0;
const WHOLE: Id = 1;
const MORE: Id = 2;
const ERROR: Id = 3;

impl Machine {
    fn new(release: Release) -> Self {
        let mut machine = Self {
            release,
            pieces: Vec::new(),
            plain: Vec::new(),
            numbers: HashMap::new(),
            steps: HashMap::new(),
            text: 0,
        };
        for end in [End::No, End::Whole, End::More, End::Error] {
            machine.number(Piece::Settled(end));
        }
        machine
    }

    fn is_full(&self) -> bool {
        self.pieces.len() > MOST_PIECES || self.text > MOST_TEXT
    }

    fn number(&mut self, piece: Piece) -> Id {
        if let Some(known) = self.numbers.get(&piece) {
            return *known;
        }
        let plain = match &piece {
            Piece::Settled(end) => matches!(end, End::No | End::Whole),
            Piece::Text(text) => never_errs(text),
            // The older release goes on trying after an error.
            Piece::Tries(text) => self.release == Release::Older || never_errs(text),
            Piece::First(parts) | Piece::Together(parts) => parts.iter().all(|part| self.is_plain(*part)),
            Piece::OnlyWhole(_) => true,
            Piece::OnlyErrors(_) => false,
        };
        if let Piece::Text(text) | Piece::Tries(text) = &piece {
            self.text += text.len();
        }
        let id = self.pieces.len() as Id;
        self.pieces.push(piece.clone());
        self.plain.push(plain);
        self.numbers.insert(piece, id);
        id
    }

    fn is_plain(&self, piece: Id) -> bool {
        self.plain[piece as usize]
    }

    /// What is asked of a whole name.
    fn start(&mut self, pattern: &[u8]) -> Id {
        match self.release {
            Release::Recent => {
                let slash = find_unescaped(pattern, b'/');
                match (pattern.get(..slash.unwrap_or(pattern.len())), slash) {
                    (Some(b"**"), None) => WHOLE,
                    (Some(b"**"), Some(slash)) => {
                        let rest = self.start(pattern.get(slash + 1..).unwrap_or_default());
                        self.only_whole(rest)
                    }
                    _ => self.number(Piece::Text(pattern.into())),
                }
            }
            Release::Older => self.start_parts(&split(pattern, b'/', Release::Older)),
        }
    }

    fn start_parts(&mut self, parts: &[&[u8]]) -> Id {
        match parts {
            [] => NO,
            [b"**"] => WHOLE,
            [b"**", rest @ ..] => {
                let rest = self.start_parts(rest);
                self.only_whole(rest)
            }
            [only] => self.number(Piece::Text((*only).into())),
            [first, ..] => {
                let first = self.number(Piece::Text((*first).into()));
                self.only_errors(first)
            }
        }
    }

    fn only_whole(&mut self, piece: Id) -> Id {
        match piece {
            MORE | ERROR => NO,
            _ if self.is_plain(piece) => piece,
            _ => self.number(Piece::OnlyWhole(piece)),
        }
    }

    fn only_errors(&mut self, piece: Id) -> Id {
        match piece {
            ERROR => ERROR,
            _ if self.is_plain(piece) || piece == MORE => NO,
            _ => self.number(Piece::OnlyErrors(piece)),
        }
    }

    fn first(&mut self, parts: impl IntoIterator<Item = Id>) -> Id {
        let mut kept: Vec<Id> = Vec::new();
        for part in parts {
            let inner = match &self.pieces[part as usize] {
                Piece::First(inner) => inner.to_vec(),
                _ => vec![part],
            };
            for part in inner {
                if part != NO && !kept.contains(&part) && !kept.last().is_some_and(|last| is_settled(*last)) {
                    kept.push(part);
                }
            }
        }
        if kept.iter().all(|part| self.is_plain(*part)) {
            // In which order is all the same then.
            if kept.contains(&WHOLE) {
                return WHOLE;
            }
            kept.sort_unstable();
        }
        match kept.as_slice() {
            [] => NO,
            [only] => *only,
            _ => self.number(Piece::First(kept.into())),
        }
    }

    fn together(&mut self, parts: Vec<Id>) -> Id {
        if parts.contains(&ERROR) {
            return ERROR;
        }
        if parts.iter().all(|part| self.is_plain(*part)) {
            return self.first(parts);
        }
        let mut kept: BTreeSet<Id> = BTreeSet::new();
        for part in parts {
            match &self.pieces[part as usize] {
                Piece::Together(inner) => kept.extend(inner.iter().copied()),
                _ => kept.extend((part != NO).then_some(part)),
            }
        }
        let kept: Vec<Id> = kept.into_iter().collect();
        match kept.as_slice() {
            [] => NO,
            [only] => *only,
            _ => self.number(Piece::Together(kept.into())),
        }
    }

    /// What is still to be asked after one more character.
    fn step(&mut self, piece: Id, letter: u8) -> Id {
        if is_settled(piece) {
            return piece;
        }
        if let Some(known) = self.steps.get(&(piece, letter)) {
            return *known;
        }
        if self.is_full() {
            return NO;
        }
        let to = match self.pieces[piece as usize].clone() {
            Piece::Settled(_) => piece,
            Piece::Text(text) => self.step_text(&text, letter),
            Piece::Tries(text) => self.step_tries(&text, letter),
            Piece::First(parts) => {
                let parts: Vec<Id> = parts.iter().map(|part| self.step(*part, letter)).collect();
                self.first(parts)
            }
            Piece::Together(parts) => {
                let parts = parts.iter().map(|part| self.step(*part, letter)).collect();
                self.together(parts)
            }
            Piece::OnlyWhole(inner) => {
                let inner = self.step(inner, letter);
                self.only_whole(inner)
            }
            Piece::OnlyErrors(inner) => {
                let inner = self.step(inner, letter);
                self.only_errors(inner)
            }
        };
        self.steps.insert((piece, letter), to);
        to
    }

    fn text(&mut self, text: &[u8]) -> Id {
        self.number(Piece::Text(text.into()))
    }

    fn step_tries(&mut self, text: &[u8], letter: u8) -> Id {
        let here = self.text(text);
        let mut here = self.step(here, letter);
        if self.release == Release::Older {
            here = self.only_whole(here);
        }
        let later = self.number(Piece::Tries(text.into()));
        self.first([here, later])
    }

    fn step_text(&mut self, text: &[u8], letter: u8) -> Id {
        if text.is_empty() {
            return NO;
        }
        let (mark, width) = first_character(text);
        let rest = text.get(width..).unwrap_or_default();
        let character = char::from(letter);
        match mark {
            '\\' => match first_character(rest) {
                (NO_CHARACTER, _) => ERROR,
                (escaped, width) if escaped == character => self.text(rest.get(width..).unwrap_or_default()),
                _ => NO,
            },
            '*' if rest.is_empty() => WHOLE,
            '*' if self.release == Release::Recent && rest.starts_with(b"/") => MORE,
            '*' => self.step_tries(rest, letter),
            '[' => match Class::read(rest) {
                Err(Malformed) => ERROR,
                Ok((class, rest)) if class.has(character) => self.text(rest),
                Ok(_) => NO,
            },
            '{' => {
                let Ok((parts, after)) = alternatives(rest, self.release) else { return ERROR };
                let mut next = Vec::with_capacity(parts.len());
                for part in parts {
                    let part = self.text(&[part, after].concat());
                    next.push(self.step(part, letter));
                }
                match self.release {
                    Release::Recent => self.together(next),
                    Release::Older => self.first(next),
                }
            }
            // No tag has a slash.
            '/' => NO,
            _ if mark == '?' || mark == character => self.text(rest),
            _ => NO,
        }
    }

    /// What is answered where the name ends.
    fn end(&self, piece: Id) -> End {
        match &self.pieces[piece as usize] {
            Piece::Settled(end) => *end,
            Piece::Text(text) => self.end_of_text(text),
            Piece::Tries(_) => End::No,
            Piece::First(parts) => {
                parts.iter().map(|part| self.end(*part)).find(|end| *end != End::No).unwrap_or(End::No)
            }
            Piece::Together(parts) => {
                let ends: Vec<End> = parts.iter().map(|part| self.end(*part)).collect();
                let strongest = [End::Error, End::More, End::Whole];
                strongest.into_iter().find(|end| ends.contains(end)).unwrap_or(End::No)
            }
            Piece::OnlyWhole(inner) => {
                Some(self.end(*inner)).filter(|end| *end == End::Whole).unwrap_or(End::No)
            }
            Piece::OnlyErrors(inner) => {
                Some(self.end(*inner)).filter(|end| *end == End::Error).unwrap_or(End::No)
            }
        }
    }

    fn end_of_text(&self, text: &[u8]) -> End {
        if self.release == Release::Older {
            return if matches!(text, b"" | b"*" | b"**") { End::Whole } else { End::No };
        }
        let slash = find_unescaped(text, b'/');
        match can_be_empty(text.get(..slash.unwrap_or(text.len())).unwrap_or_default()) {
            Err(Malformed) => End::Error,
            Ok(false) => End::No,
            Ok(true) if slash.is_some() => End::More,
            Ok(true) => End::Whole,
        }
    }
}

fn is_settled(piece: Id) -> bool {
    piece <= ERROR
}
