//! Building blocks: what people mean, written as a pattern and read back from one.

mod explain;
mod glob;
mod list;
mod path;
mod read;
pub(crate) mod shape;
mod write;

use serde::{Deserialize, Serialize};

pub use explain::explain;
pub(crate) use list::read as glob_entries;
pub use path::explain_path;
pub(crate) use write::escape;

/// One building block. `write` makes its pattern; `read` finds it in a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// The whole name is this text.
    IsExactly {
        /// Plain text.
        text: String,
    },
    /// The name starts with this text.
    StartsWith {
        /// Plain text.
        text: String,
    },
    /// The name ends with this text.
    EndsWith {
        /// Plain text.
        text: String,
    },
    /// This text is somewhere in the name.
    Contains {
        /// Plain text.
        text: String,
    },
    /// The whole name is one of these.
    AnyOf {
        /// At least one: plain texts, or patterns of the language itself where that has a sign for
        /// lists.
        texts: Vec<String>,
    },
    /// A path that goes on below this folder, at any depth.
    Below {
        /// The folder, without a slash at its end.
        text: String,
    },
    /// Three numbers separated by dots.
    SemanticVersion {
        /// With a `v` in front: always, never, or either way.
        v: Presence,
        /// With a pre-release such as `-rc.1`: always, never, or either way.
        prerelease: Presence,
    },
    /// A commit hash in hexadecimal, after an optional prefix.
    CommitSha {
        /// Plain text before it, e.g. `sha-`.
        prefix: String,
        /// Shortest number of digits.
        least: u32,
        /// Longest number of digits.
        most: u32,
    },
    /// A calendar date, after an optional prefix.
    Date {
        /// Plain text before it, e.g. `nightly-`.
        prefix: String,
        /// `20261119` (false) or `2026-11-19` (true).
        dashes: bool,
    },
    /// Every tag.
    Everything,
}

/// Why a building block cannot be written as a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum BlockProblem {
    /// No pattern of this language says it.
    Unsayable,
    /// Something is needed where nothing is.
    Empty,
    /// White space stands for itself, and no name has any.
    WhiteSpace {
        /// The entry of the list.
        entry: String,
    },
    /// A comma or a brace inside of the list would take it apart.
    Braces {
        /// The entry of the list.
        entry: String,
    },
    /// The entry is malformed by itself.
    Malformed {
        /// The entry of the list.
        entry: String,
    },
    /// This version of the server takes a text apart at slashes before it looks at braces.
    Slash {
        /// The entry of the list.
        entry: String,
    },
    /// At the start of an entry `**` does no more than `*`.
    DoubleStar {
        /// The entry of the list.
        entry: String,
    },
    /// The server would lose the names of one entry, because another one goes on after a slash.
    Lost {
        /// The entry that would be lost.
        entry: String,
        /// The one that goes on.
        by: String,
    },
}

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Always there.
    Always,
    /// Never there.
    Never,
    /// Either way.
    Optional,
}

/// A piece of the description of a pattern. The window puts the pieces into a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "phrase", rename_all = "snake_case")]
pub enum Phrase {
    /// The name starts here: nothing may come before.
    Start,
    /// The name ends here: nothing may come after.
    End,
    /// Exactly this text.
    Text {
        /// The text.
        text: String,
        /// Whether upper and lower case are the same.
        any_case: bool,
    },
    /// One of these texts.
    OneOf {
        /// The texts.
        texts: Vec<String>,
    },
    /// A number: one or more digits, or exactly so many.
    Number {
        /// Least digits.
        least: u32,
        /// Most digits; `None`: any number of them.
        most: Option<u32>,
    },
    /// So many numbers separated by dots.
    DottedNumbers {
        /// How many.
        count: u32,
    },
    /// Hexadecimal digits.
    Hex {
        /// Least digits.
        least: u32,
        /// Most digits; `None`: any number of them.
        most: Option<u32>,
    },
    /// Characters of a set.
    Characters {
        /// The set, as in a class: `a-z0-9`.
        set: String,
        /// Least characters.
        least: u32,
        /// Most characters; `None`: any number of them.
        most: Option<u32>,
    },
    /// Any text, maybe none.
    AnyText,
    /// Any text without a slash, maybe none.
    AnyPart,
    /// Any folders, maybe none.
    Folders,
    /// Any one character.
    AnyCharacter,
    /// What follows may be there or not.
    Optional {
        /// What.
        phrases: Vec<Phrase>,
    },
    /// One of these ways.
    Either {
        /// The ways.
        ways: Vec<Vec<Phrase>>,
    },
    /// Repeated.
    Repeated {
        /// What.
        phrases: Vec<Phrase>,
        /// Least times.
        least: u32,
        /// Most times; `None`: any number.
        most: Option<u32>,
    },
    /// Every tag, since an empty match counts.
    Everything,
}
