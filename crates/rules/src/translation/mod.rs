//! Patterns that are written in another language than the server reads: recognised by their signs, and
//! translated.
//!
//! A translation is compared with what the author means over all tags there can be, so that it is either
//! proved equal or comes with the shortest tags that differ.

mod expression;
mod glob;

use serde::{Deserialize, Serialize};

use crate::pattern::{Dialect, Pattern};

/// The language that a text looks to be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Syntax {
    /// `^v\d+$`
    RegularExpression,
    /// `v*`
    Glob,
}

/// A pattern that says in the server's language what was written in another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Translation {
    /// The pattern.
    pub pattern: String,
    /// Whether it is proved to match exactly the tags that are meant.
    pub equal: bool,
    /// The shortest tags that it matches and that are not meant; at most two.
    pub also: Vec<String>,
    /// The shortest tags that are meant and that it does not match; at most two.
    pub not: Vec<String>,
}

/// The language that a text looks to be written in, where the server reads another one, and the same in the
/// server's language where that can say it.
pub fn recognize(dialect: Dialect, text: &str) -> Option<(Syntax, Option<Translation>)> {
    foreign(dialect, text).map(|foreign| (foreign.syntax, foreign.translation))
}

/// A text in a language that the server does not read.
pub(crate) struct Foreign {
    /// The language it looks to be written in.
    pub(crate) syntax: Syntax,
    /// What its author means.
    pub(crate) meant: Pattern,
    /// The same in the server's language, where that can say it.
    pub(crate) translation: Option<Translation>,
    /// Whether the text has no other sensible meaning. `v.*` may also mean "v, a dot, any text".
    pub(crate) certain: bool,
}

/// Tags named where a translation differs.
const DIFFERENCES: usize = 2;
/// Longest text that is looked at, in bytes.
const LONGEST: usize = 512;

/// The text as one of another language; `None`: it looks like one of its own.
pub(crate) fn foreign(dialect: Dialect, text: &str) -> Option<Foreign> {
    if text.len() > LONGEST {
        return None;
    }
    if dialect.is_re2() {
        return glob::foreign(dialect, text);
    }
    expression::foreign(dialect, text).or_else(|| {
        let is_prefix = dialect == Dialect::Prefix;
        is_prefix.then(|| glob::foreign(dialect, text)).flatten()
    })
}

/// `text` as a translation of `meant`, if the server reads it.
fn translation(dialect: Dialect, text: String, meant: &Pattern) -> Option<Translation> {
    let pattern = Pattern::compile(dialect, &text).ok()?;
    if pattern.malformed().is_some() {
        return None;
    }
    let compared = pattern.compare(meant, DIFFERENCES);
    let equal = compared.as_ref().is_some_and(|c| c.only_first.is_empty() && c.only_second.is_empty());
    let (also, not) = compared.map(|c| (c.only_first, c.only_second)).unwrap_or_default();
    Some(Translation { pattern: text, equal, also, not })
}
