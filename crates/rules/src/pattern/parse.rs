//! RE2's grammar, read from left to right without recursion, so that depth costs no stack.

use std::ops::Range;

use regex_syntax::hir::Look;

use super::PatternErrorCode as Code;
use super::ascii::AsciiSet;
use super::ast::{Ast, Cost, Item};
use super::refusal::{self, Refusal};

/// Highest count in `{}`, and highest product of counts inside one another.
const MAX_COUNT: u64 = 1000;

/// What a text turned out to mean.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The tree. Meaningless when `too_deep`.
    pub(super) ast: Ast,
    /// Its size in RE2.
    pub(super) cost: Cost,
    /// RE2 reads it, but it is nested too deep to be built here.
    pub(super) too_deep: bool,
    /// The first construct that Go's regexp, unlike RE2, refuses.
    pub(super) refused_by_go: Option<String>,
}

/// What `(?imsU)` switch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    /// `i`: letters match in either case.
    pub(super) fold: bool,
    /// `m`: `^` and `$` match at lines.
    pub(super) lines: bool,
    /// `s`: `.` matches a newline.
    pub(super) dot_newline: bool,
    /// `U`: repetitions take as little as they can, unless followed by `?`.
    pub(super) ungreedy: bool,
}

/// An open group, or the text as a whole.
#[derive(Debug)]
struct Frame {
    open: usize,
    outer_flags: Flags,
    captures: bool,
    branches: Vec<Item>,
    items: Vec<Item>,
}

/// The reader and what it has built so far.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) pos: usize,
    pub(super) flags: Flags,
    frame: Frame,
    outer: Vec<Frame>,
    /// Where the repetition operator just before `pos` starts.
    repeated_from: Option<usize>,
    /// Where the last `:]` of the text is, once it was looked for.
    pub(super) last_posix_end: Option<Option<usize>>,
    too_deep: bool,
    refused_by_go: Option<String>,
}

/// Reads a text as RE2 does.
pub(super) fn parse(text: &str) -> Result<Parsed, Refusal> {
    let mut parser = Parser {
        text,
        pos: 0,
        flags: Flags::default(),
        frame: Frame::new(0, Flags::default(), false),
        outer: Vec::new(),
        repeated_from: None,
        last_posix_end: None,
        too_deep: false,
        refused_by_go: None,
    };
    while let Some(next) = parser.peek() {
        let repetition_at = parser.step(next)?;
        parser.repeated_from = repetition_at;
    }
    parser.finish()
}

impl Frame {
    fn new(open: usize, outer_flags: Flags, captures: bool) -> Self {
        Self { open, outer_flags, captures, branches: Vec::new(), items: Vec::new() }
    }

    fn end_branch(&mut self) {
        let items = std::mem::take(&mut self.items);
        self.branches.push(Item::concat(items));
    }
}

impl<'t> Parser<'t> {
    /// What is not read yet.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the next character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.pos += next.len_utf8();
        Some(next)
    }

    /// Takes `prefix` if it is next.
    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.pos += prefix.len();
        }
        found
    }

    /// Notes the first construct that Go refuses.
    pub(super) fn refused_by_go(&mut self, construct: impl Into<String>) {
        self.refused_by_go.get_or_insert_with(|| construct.into());
    }

    /// Reads one element; answers where it starts if it was a repetition operator.
    fn step(&mut self, next: char) -> Result<Option<usize>, Refusal> {
        let start = self.pos;
        match next {
            '(' => self.open_group()?,
            '|' => {
                self.bump();
                self.frame.end_branch();
            }
            ')' => self.close_group()?,
            '^' => self.anchor(Look::Start, Look::StartLF),
            '$' => self.anchor(Look::End, Look::EndLF),
            '.' => {
                self.bump();
                let set = if self.flags.dot_newline { AsciiSet::ALL } else { AsciiSet::NOT_NEWLINE };
                self.push(Ast::Set(set), Cost { low: 8, high: 12 });
            }
            '[' => {
                let (set, cost) = self.bracket_class()?;
                self.push(Ast::Set(set), cost);
            }
            '*' => return self.operator(start, 0, None).map(Some),
            '+' => return self.operator(start, 1, None).map(Some),
            '?' => return self.operator(start, 0, Some(1)).map(Some),
            '{' => match count(self.rest()) {
                Some(count) if count.is_read() => return self.counted(start, &count).map(Some),
                text => {
                    // To Go it is a count all the same, and too large.
                    if let Some(digits) = text.and_then(|count| self.rest().get(..count.length)) {
                        self.refused_by_go(digits);
                    }
                    self.bump();
                    self.literal(u32::from('{'));
                }
            },
            '\\' => self.backslash()?,
            other => {
                self.bump();
                self.literal(u32::from(other));
            }
        }
        Ok(None)
    }

    /// Adds a leaf to the branch that is being read.
    pub(super) fn push(&mut self, ast: Ast, cost: Cost) {
        self.push_item(Item::leaf(ast, cost));
    }

    fn push_item(&mut self, item: Item) {
        if item.too_deep() {
            // The reading goes on: what RE2 refuses further on is refused with its words.
            self.too_deep = true;
            let copies = item.copies;
            let mut stand_in = Item::leaf(Ast::Empty, item.cost);
            stand_in.copies = copies;
            self.frame.items.push(stand_in);
        } else {
            self.frame.items.push(item);
        }
    }

    /// Adds one character, in both cases when folding. Outside ASCII no tag has it.
    pub(super) fn literal(&mut self, code: u32) {
        let set =
            if self.flags.fold { AsciiSet::folded_range(code, code) } else { AsciiSet::range(code, code) };
        let cost = if self.flags.fold { Cost { low: 1, high: 12 } } else { literal_cost(code) };
        self.push(Ast::Set(set), cost);
    }

    fn anchor(&mut self, text: Look, line: Look) {
        self.bump();
        let look = if self.flags.lines { line } else { text };
        self.push(Ast::Look(look), Cost { low: 0, high: 1 });
    }

    /// Opens a group that starts at `open`; `flags` hold inside it.
    pub(super) fn push_group(&mut self, open: usize, captures: bool, flags: Flags) {
        let inner = Frame::new(open, self.flags, captures);
        self.flags = flags;
        self.outer.push(std::mem::replace(&mut self.frame, inner));
    }

    fn close_group(&mut self) -> Result<(), Refusal> {
        let Some(outer) = self.outer.pop() else {
            let code = Code::UnexpectedParen;
            return Err(Refusal::whole(code, refusal::UNEXPECTED_PAREN, self.text, self.pos));
        };
        self.bump();
        let mut group = std::mem::replace(&mut self.frame, outer);
        self.flags = group.outer_flags;
        group.end_branch();
        let item = Item::alternate(group.branches);
        self.push_item(if group.captures { item.captured() } else { item });
        Ok(())
    }

    /// `*`, `+` or `?`.
    fn operator(&mut self, start: usize, min: u32, max: Option<u32>) -> Result<usize, Refusal> {
        self.bump();
        let greedy = self.eat("?") == self.flags.ungreedy;
        self.refuse_stacked(start)?;
        self.repeat(start, |item| item.repeat(min, max, greedy, false))?;
        Ok(start)
    }

    /// `{n}`, `{n,}` or `{n,m}`.
    fn counted(&mut self, start: usize, count: &Count) -> Result<usize, Refusal> {
        self.pos += count.length;
        let greedy = self.eat("?") == self.flags.ungreedy;
        self.refuse_stacked(start)?;
        let size = || Refusal::new(Code::RepetitionSize, refusal::REPETITION_SIZE, start..self.pos);
        let too_many = u64::from(count.max.unwrap_or(count.min).max(count.min)) > MAX_COUNT;
        if too_many || count.max.is_some_and(|max| max < count.min) {
            return Err(size());
        }
        let refused = size();
        let copies = self.repeat(start, |item| item.repeat(count.min, count.max, greedy, true))?;
        if copies > MAX_COUNT && count.max.unwrap_or(count.min) >= 2 {
            return Err(refused);
        }
        Ok(start)
    }

    fn refuse_stacked(&self, start: usize) -> Result<(), Refusal> {
        match self.repeated_from {
            Some(first) => Err(Refusal {
                at: start,
                ..Refusal::new(Code::StackedRepetition, refusal::BAD_REPETITION, first..self.pos)
            }),
            None => Ok(()),
        }
    }

    /// Repeats what was read last; answers the product of counts inside it.
    fn repeat(&mut self, start: usize, build: impl FnOnce(Item) -> Item) -> Result<u64, Refusal> {
        let Some(item) = self.frame.items.pop() else {
            return Err(Refusal::new(Code::NothingToRepeat, refusal::NO_ARGUMENT, start..self.pos));
        };
        let repeated = build(item);
        let copies = repeated.copies;
        self.push_item(repeated);
        Ok(copies)
    }

    fn finish(mut self) -> Result<Parsed, Refusal> {
        let first_open = match self.outer.get(1) {
            Some(inner) => Some(inner.open),
            None => (!self.outer.is_empty()).then_some(self.frame.open),
        };
        if let Some(open) = first_open {
            let code = Code::MissingParen;
            return Err(Refusal::whole(code, refusal::MISSING_PAREN, self.text, open));
        }
        self.frame.end_branch();
        let item = Item::alternate(self.frame.branches);
        Ok(Parsed {
            too_deep: self.too_deep || item.too_deep(),
            ast: item.ast,
            cost: item.cost,
            refused_by_go: self.refused_by_go,
        })
    }
}

/// How many bytes RE2 spells a character with.
fn literal_cost(code: u32) -> Cost {
    Cost::exactly(match code {
        0..=0x7F => 1,
        0x80..=0x7FF => 2,
        0x800..=0xFFFF => 3,
        _ => 4,
    })
}

/// A count in braces.
struct Count {
    min: u32,
    max: Option<u32>,
    length: usize,
}

impl Count {
    /// Whether RE2 reads it as a count: with a longer number than it reads, it is plain text.
    fn is_read(&self) -> bool {
        self.min != UNREAD && self.max != Some(UNREAD)
    }
}

/// A number of more digits than RE2 reads.
const UNREAD: u32 = u32::MAX;

/// Reads `{n}`, `{n,}` or `{n,m}`; anything else is plain text to RE2.
fn count(text: &str) -> Option<Count> {
    let (min, rest) = integer(text.strip_prefix('{')?)?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => {
            let (max, rest) = integer(rest)?;
            (Some(max), rest)
        }
    };
    let rest = rest.strip_prefix('}')?;
    Some(Count { min, max, length: text.len() - rest.len() })
}

/// Reads a number without leading zeros; [`UNREAD`] for one of more than nine digits.
fn integer(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    if digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    if end > 9 {
        return Some((UNREAD, rest));
    }
    Some((digits.parse().ok()?, rest))
}

/// The part of the text from `start` up to the reader.
pub(super) fn since(start: usize, parser: &Parser<'_>) -> Range<usize> {
    start..parser.pos
}
