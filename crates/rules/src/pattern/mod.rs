//! Patterns: a text, the dialect it is written in, and the compiled form of both.
//!
//! Compile once, match many. A [`Pattern`] exists only if the server would accept the text *and*
//! Tagwarden is certain to read it as the server does.

mod ascii;
mod ast;
mod automaton;
mod class;
mod compile;
mod escape;
mod glob;
mod group;
mod lines;
mod matcher;
mod needles;
mod parse;
mod plain;
mod product;
mod refusal;
mod sets;
mod states;
mod suggest;
mod unicode;

use serde::{Deserialize, Serialize};

pub(crate) use automaton::Automaton;
pub use compile::Pattern;
pub(crate) use glob::{Mark, MarkKind, marks};
pub(crate) use needles::Needles;
pub(crate) use plain::ECR_COMMA;
pub use plain::{ECR_FILTERS, ECR_LENGTH, ECR_STARS};
pub(crate) use product::Product;

/// The work was given up because a newer question replaced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// The exact pattern language of one server feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// GitLab tag rules: RE2, searched anywhere in the name, case-sensitive.
    Gitlab,
    /// GitLab cleanup policies: the text wrapped as `\A` + pattern + `\z`, without a group.
    GitlabCleanup,
    /// AWS ECR exclusion filters: the whole name, where `*` stands for any text, also none. That the
    /// whole name is meant is documented by examples only.
    Ecr,
    /// All exclusion filters of an AWS ECR repository: one to five filters joined by commas, of which one
    /// has to match. No filter can hold a comma.
    EcrFilters,
    /// The name starts with the text, character for character (ECR `tagPrefixList` and the like).
    Prefix,
    /// Harbor's rules: doublestar 1.3.4 over the whole name, from Harbor 2.9.5, 2.10.3 and 2.11 on.
    Harbor,
    /// The same in older Harbor: doublestar 1.1.1, which knows no slash in braces.
    #[serde(rename = "harbor-1.1")]
    Harbor11,
}

impl Dialect {
    /// Every dialect there is.
    pub const ALL: [Self; 7] = [
        Self::Gitlab,
        Self::GitlabCleanup,
        Self::Ecr,
        Self::EcrFilters,
        Self::Prefix,
        Self::Harbor,
        Self::Harbor11,
    ];

    /// How long its texts may be, where that is not part of the language itself.
    pub fn limits(self) -> Limits {
        match self {
            // GitLab counts characters, its registry counts bytes, both to 100.
            Self::Gitlab => Limits { characters: Some(100), bytes: Some(100) },
            Self::GitlabCleanup
            | Self::Ecr
            | Self::EcrFilters
            | Self::Prefix
            | Self::Harbor
            | Self::Harbor11 => Limits::default(),
        }
    }

    /// Whether its texts are RE2's, whatever the server puts around them.
    pub(crate) fn is_re2(self) -> bool {
        matches!(self, Self::Gitlab | Self::GitlabCleanup)
    }

    /// Whether its texts are globs, with `*` and `{a,b}`.
    pub(crate) fn is_glob(self) -> bool {
        self.release().is_some()
    }

    fn release(self) -> Option<glob::Release> {
        match self {
            Self::Harbor => Some(glob::Release::Recent),
            Self::Harbor11 => Some(glob::Release::Older),
            Self::Gitlab | Self::GitlabCleanup | Self::Ecr | Self::EcrFilters | Self::Prefix => None,
        }
    }
}

/// What the server makes of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The pattern matches.
    Match,
    /// It does not.
    No,
    /// The server finds the pattern malformed while it looks at this name.
    Error,
}

/// How long a pattern may be; `None`: as long as one likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Most characters that the server saves.
    pub characters: Option<u32>,
    /// Most bytes that the enforcing part reads.
    pub bytes: Option<u32>,
}

/// What two patterns make of all the tags there can be: the shortest tags of each part, empty where
/// there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Tags that only the first matches.
    pub only_first: Vec<String>,
    /// Tags that only the second matches.
    pub only_second: Vec<String>,
    /// Tags that both match.
    pub both: Vec<String>,
}

/// How two sets of tags lie to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same tags.
    Equal,
    /// All of the first are in the second, not the other way round.
    FirstInSecond,
    /// All of the second are in the first, not the other way round.
    SecondInFirst,
    /// Some in both, some in each alone.
    Overlap,
    /// None in both.
    Disjoint,
}

impl Comparison {
    /// How the two lie to one another. The empty set is equal to itself, and inside every other.
    pub fn relation(&self) -> Relation {
        match (self.only_first.is_empty(), self.only_second.is_empty(), self.both.is_empty()) {
            (true, true, _) => Relation::Equal,
            (true, false, _) => Relation::FirstInSecond,
            (false, true, _) => Relation::SecondInFirst,
            (false, false, false) => Relation::Overlap,
            (false, false, true) => Relation::Disjoint,
        }
    }
}

/// Why a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[error("{reason}")]
pub struct PatternError {
    /// Whether the server refuses it, or Tagwarden cannot tell what the server would do.
    pub kind: PatternErrorKind,
    /// A code for the sentence to show, independent of the server's wording.
    pub code: PatternErrorCode,
    /// The server's own words, e.g. `missing ): ^v(rc|beta`.
    pub reason: String,
    /// Where it goes wrong: the first character concerned, counted from 1 in characters.
    pub column: Option<u32>,
    /// A text that would be accepted and most likely means the same.
    pub suggestion: Option<String>,
}

/// Who is sure of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum PatternErrorKind {
    /// The server refuses this text.
    Refused,
    /// The server may accept it, but Tagwarden is not certain to match as the server does.
    Uncertain,
}

/// What is wrong with a pattern, for sentences and fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum PatternErrorCode {
    /// No pattern at all.
    Blank,
    /// `(` never closed.
    MissingParen,
    /// `)` without `(`.
    UnexpectedParen,
    /// `[` never closed.
    MissingBracket,
    /// `{` never closed.
    MissingBrace,
    /// A slash inside of braces, where the server cuts them.
    SlashInBraces,
    /// `*`, `+`, `?` or `{}` with nothing before it.
    NothingToRepeat,
    /// Two repetition operators in a row.
    StackedRepetition,
    /// A count over 1000 or out of order.
    RepetitionSize,
    /// A class range that ends before it starts, or an unknown class name.
    ClassRange,
    /// An escape the dialect does not have.
    Escape,
    /// `(?...` that the dialect does not have.
    GroupFlag,
    /// Look-ahead or look-behind.
    LookAround,
    /// `\1` and the like.
    BackReference,
    /// A group name used twice or not a name.
    GroupName,
    /// `\` at the end.
    TrailingBackslash,
    /// Not UTF-8 where it has to be.
    Encoding,
    /// Nested or repeated beyond what the server compiles.
    TooLarge,
    /// Longer than the server allows.
    TooLong,
    /// Another reason.
    Other,
}
