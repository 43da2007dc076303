//! Why RE2 refuses a text, in its own words, with the place.

use std::ops::Range;

use super::PatternErrorCode;

/// One refusal, in byte offsets of the text that was parsed.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// What is wrong.
    pub(super) code: PatternErrorCode,
    /// RE2's words for it.
    pub(super) words: &'static str,
    /// The part of the text that RE2 quotes after its words.
    pub(super) quoted: Option<Range<usize>>,
    /// Where it goes wrong.
    pub(super) at: usize,
    /// The `[` of the class in which it goes wrong.
    pub(super) class: Option<usize>,
}

impl Refusal {
    /// The quoted part is also the place.
    pub(super) fn new(code: PatternErrorCode, words: &'static str, quoted: Range<usize>) -> Self {
        Self { code, words, at: quoted.start, quoted: Some(quoted), class: None }
    }

    /// The whole text is quoted; the place is somewhere in it.
    pub(super) fn whole(code: PatternErrorCode, words: &'static str, text: &str, at: usize) -> Self {
        Self { code, words, at, quoted: Some(0..text.len()), class: None }
    }

    /// Nothing is quoted.
    pub(super) fn bare(code: PatternErrorCode, words: &'static str, at: usize) -> Self {
        Self { code, words, at, quoted: None, class: None }
    }

    /// The same refusal of a text with `by` more bytes in front.
    pub(super) fn moved(&self, by: usize) -> Self {
        Self {
            quoted: self.quoted.clone().map(|part| part.start + by..part.end + by),
            at: self.at + by,
            class: self.class.map(|open| open + by),
            ..self.clone()
        }
    }

    /// RE2's full message.
    pub(super) fn reason(&self, text: &str) -> String {
        match self.quoted.clone().and_then(|range| text.get(range)) {
            Some(part) if !part.is_empty() => format!("{}: {part}", self.words),
            _ => self.words.to_owned(),
        }
    }
}

/// `invalid escape sequence`.
pub(super) const ESCAPE: &str = "invalid escape sequence";
/// `invalid character class range`.
pub(super) const CLASS_RANGE: &str = "invalid character class range";
/// `missing ]`.
pub(super) const MISSING_BRACKET: &str = "missing ]";
/// `missing )`.
pub(super) const MISSING_PAREN: &str = "missing )";
/// `unexpected )`.
pub(super) const UNEXPECTED_PAREN: &str = "unexpected )";
/// `trailing \`.
pub(super) const TRAILING_BACKSLASH: &str = "trailing \\";
/// `no argument for repetition operator`.
pub(super) const NO_ARGUMENT: &str = "no argument for repetition operator";
/// `invalid repetition size`.
pub(super) const REPETITION_SIZE: &str = "invalid repetition size";
/// `bad repetition operator`.
pub(super) const BAD_REPETITION: &str = "bad repetition operator";
/// `invalid perl operator`.
pub(super) const PERL_OPERATOR: &str = "invalid perl operator";
/// `invalid named capture group`.
pub(super) const CAPTURE_NAME: &str = "invalid named capture group";
/// `invalid UTF-8`, which RE2 also says of `\x{` at the end.
pub(super) const UTF8: &str = "invalid UTF-8";
/// Of an empty filter or prefix.
pub(super) const EMPTY: &str = "can't be empty";
/// Of another character in a filter of ECR.
pub(super) const ECR_CHARACTER: &str = "only letters, digits, '.', '_', '-' and '*' are allowed";
/// Of a filter of ECR that is too long.
pub(super) const ECR_LENGTH: &str = "a filter has at most 128 characters";
/// Of a filter of ECR with too many wildcards.
pub(super) const ECR_STARS: &str = "a filter has at most two '*'";
/// Of a repository with too many filters of ECR.
pub(super) const ECR_FILTERS: &str = "a repository has at most five filters";
/// Of a glob where an expression is asked for.
pub(super) const GLOB: &str = "a glob is no regular expression";
/// What RE2 says when its program gets too large.
pub(super) const TOO_LARGE: &str = "pattern too large - compile failed";
