//! Where Tagwarden contradicts itself.

use std::ops::Range;

/// Where Tagwarden contradicts itself over one pattern.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Disagreement {
    /// It gives no answer.
    #[error("Tagwarden panics")]
    Panic,
    /// What is said of all tags does not hold for one.
    #[error("{name:?} matches: {hit}, said to match every tag: {every:?}, none: {none:?}")]
    OverAllTags { name: String, hit: bool, every: Option<bool>, none: Option<bool> },
    /// A name alone, and the same name in an index.
    #[error("{name:?} matches alone: {alone}, in the sweep: {}", !alone)]
    InTheSweep { name: String, alone: bool },
    /// A name as text, and as bytes.
    #[error("{name:?} matches as text: {text}, as bytes: {}", !text)]
    AsBytes { name: String, text: bool },
    /// The names of a text one by one, and all in one pass.
    #[error("lines at {found:?} instead of {wanted:?}")]
    OverLines { found: Vec<Range<usize>>, wanted: Vec<Range<usize>> },
    /// What is said to be meant is no pattern.
    #[error("{suggestion:?} is suggested and refused")]
    Suggestion { suggestion: String },
    /// The place is outside of the pattern.
    #[error("column {column} of {characters}")]
    Outside { column: u32, characters: usize },
    /// The place is not in what the server quotes.
    #[error("column {column} lies outside of {quoted:?}")]
    Elsewhere { column: u32, quoted: String },
}
