//! Why a question could not be answered.

use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::pattern::{Dialect, PatternError, PatternErrorKind};
use tagwarden_rules::translation;

use crate::remarks::foreign;

/// Why a question could not be answered, shown on standard error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The text is no pattern.
    #[error("{}", about_pattern(*dialect, text, error))]
    Pattern {
        /// The language that the server reads.
        dialect: Dialect,
        /// The text.
        text: String,
        /// What is wrong with it.
        error: PatternError,
    },
    /// The names could not be read.
    #[error("cannot read {name}: {error}")]
    Read {
        /// The file, or "standard input".
        name: String,
        /// Why.
        error: std::io::Error,
    },
    /// A line is too long to be a name.
    #[error("line {line} of {name} is longer than {limit} bytes; a list has one name a line")]
    LongLine {
        /// The file, or "standard input".
        name: String,
        /// Its number, from 1.
        line: usize,
        /// The longest that is read.
        limit: usize,
    },
    /// The answer could not be written.
    #[error("cannot write the answer: {0}")]
    Write(#[from] std::io::Error),
    /// The answer could not be put into JSON.
    #[error("cannot write the answer: {0}")]
    Json(#[from] serde_json::Error),
}

fn about_pattern(dialect: Dialect, text: &str, error: &PatternError) -> String {
    let verdict = match error.kind {
        PatternErrorKind::Refused => "the server refuses",
        PatternErrorKind::Uncertain => "cannot tell what the server does with",
    };
    let shown: String = text.chars().take(200).collect();
    let column = error.column.map(|column| format!("column {column}: ")).unwrap_or_default();
    let hint =
        error.suggestion.as_ref().map(|better| format!("; did you mean {better:?}?")).unwrap_or_default();
    let reason: String = error.reason.chars().take(300).collect();
    let language = match error.kind {
        PatternErrorKind::Refused => translation::recognize(dialect, text),
        PatternErrorKind::Uncertain => None,
    };
    let language = language.map(|(syntax, translation)| {
        foreign(&shown, &Capabilities::of_dialect(dialect), syntax, translation.as_ref(), false)
    });
    let language = language.map(|sentence| format!("; {sentence}")).unwrap_or_default();
    format!("{verdict} {shown:?}: {column}{reason}{hint}{language}")
}
