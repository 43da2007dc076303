//! Patterns taken apart into the few pieces that people write: what building blocks and sentences
//! are read from.
//!
//! Only constructs that mean the same in every dialect here and in the parser used are taken; all
//! else makes the whole pattern unreadable (`None`), never half read.

use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassPerlKind, ClassSet, ClassSetItem, GroupKind, LiteralKind, RepetitionKind,
    RepetitionRange,
};

use crate::pattern::{Dialect, Pattern};

/// A set of ASCII characters, one bit each.
pub(crate) type Set = u128;

/// The digits.
pub(crate) const DIGITS: Set = range(b'0', b'9');
/// The lower-case hexadecimal digits.
pub(crate) const HEX: Set = DIGITS | range(b'a', b'f');
/// Every character of the tag grammar.
pub(crate) const TAG: Set = WORD | bit(b'.') | bit(b'-');
/// What `\w` stands for.
pub(crate) const WORD: Set = DIGITS | range(b'a', b'z') | range(b'A', b'Z') | bit(b'_');
/// Letters, digits, dots and dashes: the characters of a semantic version's pre-release.
pub(crate) const PRERELEASE: Set = (TAG & !bit(b'_')) & TAG;

/// The set of one character.
pub(crate) const fn bit(byte: u8) -> Set {
    1 << byte
}

const fn range(first: u8, last: u8) -> Set {
    let mut set = 0;
    let mut byte = first;
    while byte <= last {
        set |= bit(byte);
        byte += 1;
    }
    set
}

/// How often something stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) least: u32,
    pub(crate) most: Option<u32>,
}

impl Times {
    pub(crate) const ONCE: Self = Self { least: 1, most: Some(1) };
    pub(crate) const OPTIONAL: Self = Self { least: 0, most: Some(1) };
    pub(crate) const SOME: Self = Self { least: 1, most: None };
    pub(crate) const ANY: Self = Self { least: 0, most: None };

    pub(crate) const fn exactly(count: u32) -> Self {
        Self { least: count, most: Some(count) }
    }
}

/// One piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// The start of the name.
    Start,
    /// The end of the name.
    End,
    /// Plain text.
    Text(String),
    /// Characters out of a set.
    Chars(Set, Times),
    /// One of several.
    Alternatives(Vec<Vec<Node>>),
    /// Something repeated; never just characters.
    Repeated(Vec<Node>, Times),
}

/// A pattern in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The pieces in order; text next to text is one piece.
    pub(crate) nodes: Vec<Node>,
    /// Whether upper and lower case are the same to it.
    pub(crate) ignores_case: bool,
}

/// Takes a pattern apart; `None` where it is not a pattern or not one of the simple ones.
pub(crate) fn read(dialect: Dialect, text: &str) -> Option<Shape> {
    // The server puts the text between these without a group, so that `a|b` reads `\Aa|b\z`.
    let whole = Pattern::compile(dialect, text).ok()?.as_re2()?;
    let (ignores_case, whole) = match whole.strip_prefix("(?i)") {
        Some(rest) => (true, rest.to_owned()),
        None => (false, whole),
    };
    let ast = ast::parse::Parser::new().parse(&whole).ok()?;
    let mut nodes = Vec::new();
    push(&ast, &whole, &mut nodes)?;
    Some(Shape { nodes, ignores_case })
}

fn push(ast: &Ast, text: &str, nodes: &mut Vec<Node>) -> Option<()> {
    match ast {
        Ast::Empty(_) => {}
        Ast::Literal(literal) => push_text(char_of(literal)?, nodes),
        Ast::Assertion(assertion) => nodes.push(match assertion.kind {
            AssertionKind::StartLine | AssertionKind::StartText => Node::Start,
            AssertionKind::EndLine | AssertionKind::EndText => Node::End,
            _ => return None,
        }),
        Ast::Dot(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => {
            nodes.push(Node::Chars(set_of(ast)?, Times::ONCE));
        }
        Ast::Group(group) => {
            plain_group(&group.kind)?;
            push(&group.ast, text, nodes)?;
        }
        Ast::Concat(concat) => {
            for ast in &concat.asts {
                push(ast, text, nodes)?;
            }
        }
        Ast::Alternation(alternation) => {
            let branches = alternation.asts.iter().map(|ast| {
                let mut branch = Vec::new();
                push(ast, text, &mut branch).map(|()| branch)
            });
            nodes.push(Node::Alternatives(branches.collect::<Option<_>>()?));
        }
        Ast::Repetition(repetition) => {
            let times = times_of(&repetition.op, text)?;
            nodes.push(repeat(&repetition.ast, times, text)?);
        }
        Ast::Flags(_) | Ast::ClassUnicode(_) => return None,
    }
    Some(())
}

/// Text next to text becomes one piece.
fn push_text(c: char, nodes: &mut Vec<Node>) {
    if let Some(Node::Text(text)) = nodes.last_mut() {
        text.push(c);
    } else {
        nodes.push(Node::Text(c.into()));
    }
}

fn repeat(ast: &Ast, times: Times, text: &str) -> Option<Node> {
    if let Some(set) = set_of(ast) {
        return Some(Node::Chars(set, times));
    }
    let mut nodes = Vec::new();
    push(ast, text, &mut nodes)?;
    match nodes.as_slice() {
        [Node::Chars(set, Times::ONCE)] => Some(Node::Chars(*set, times)),
        [Node::Text(one)] if one.len() == 1 => Some(Node::Chars(bit(*one.as_bytes().first()?), times)),
        _ => Some(Node::Repeated(nodes, times)),
    }
}

fn times_of(op: &ast::RepetitionOp, text: &str) -> Option<Times> {
    let RepetitionKind::Range(range) = &op.kind else {
        return match op.kind {
            RepetitionKind::ZeroOrOne => Some(Times::OPTIONAL),
            RepetitionKind::ZeroOrMore => Some(Times::ANY),
            RepetitionKind::OneOrMore => Some(Times::SOME),
            RepetitionKind::Range(_) => None,
        };
    };
    let (times, canonical) = match range {
        RepetitionRange::Exactly(n) => (Times::exactly(*n), format!("{{{n}}}")),
        RepetitionRange::AtLeast(n) => (Times { least: *n, most: None }, format!("{{{n},}}")),
        RepetitionRange::Bounded(n, m) => (Times { least: *n, most: Some(*m) }, format!("{{{n},{m}}}")),
    };
    // RE2 reads `{01}` and `{ 1}` as text.
    let written = text.get(op.span.start.offset..op.span.end.offset)?;
    (written.trim_end_matches('?') == canonical).then_some(times)
}

fn plain_group(kind: &GroupKind) -> Option<()> {
    match kind {
        GroupKind::CaptureIndex(_) | GroupKind::CaptureName { .. } => Some(()),
        GroupKind::NonCapturing(flags) => flags.items.is_empty().then_some(()),
    }
}

fn char_of(literal: &ast::Literal) -> Option<char> {
    matches!(literal.kind, LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous)
        .then_some(literal.c)
}

/// The set a single-character piece stands for, as far as tags can contain it.
fn set_of(ast: &Ast) -> Option<Set> {
    match ast {
        Ast::Dot(_) => Some(TAG),
        Ast::Literal(literal) => set_of_char(char_of(literal)?),
        Ast::ClassPerl(class) => perl(&class.kind, class.negated),
        Ast::ClassBracketed(class) => {
            let ClassSet::Item(item) = &class.kind else { return None };
            let set = set_of_item(item)?;
            Some(if class.negated { TAG & !set } else { set })
        }
        _ => None,
    }
}

fn set_of_item(item: &ClassSetItem) -> Option<Set> {
    match item {
        ClassSetItem::Literal(literal) => set_of_char(char_of(literal)?),
        ClassSetItem::Range(bounds) => {
            let first = u8::try_from(char_of(&bounds.start)?).ok().filter(u8::is_ascii)?;
            let last = u8::try_from(char_of(&bounds.end)?).ok().filter(u8::is_ascii)?;
            Some(range(first, last))
        }
        ClassSetItem::Perl(class) => perl(&class.kind, class.negated),
        ClassSetItem::Union(union) => {
            union.items.iter().map(set_of_item).try_fold(0, |all, set| set.map(|set| all | set))
        }
        _ => None,
    }
}

fn set_of_char(c: char) -> Option<Set> {
    u8::try_from(c).ok().filter(u8::is_ascii).map(bit)
}

fn perl(kind: &ClassPerlKind, negated: bool) -> Option<Set> {
    let set = match kind {
        ClassPerlKind::Digit => DIGITS,
        ClassPerlKind::Word => WORD,
        ClassPerlKind::Space => return None,
    };
    Some(if negated { TAG & !set } else { set })
}
