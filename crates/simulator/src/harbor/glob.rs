//! The one seam to the glob engine: "does it match, or err, over this one name". What rules make of the
//! answer is written in `matching.rs`, from the server's own order.

use tagwarden_rules::pattern::{Dialect, Pattern, Verdict};

use super::has_old_globs;
use crate::version::Version;

/// Harbor: `syntax error in pattern`, found while a name is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError;

/// A pattern in the language of one Harbor.
pub(super) struct Glob {
    empty: bool,
    /// `None`: too large to be read with certainty.
    pattern: Option<Pattern>,
}

impl Glob {
    pub(super) fn new(version: Version, text: &str) -> Self {
        let dialect = if has_old_globs(version) { Dialect::Harbor11 } else { Dialect::Harbor };
        Self { empty: text.is_empty(), pattern: Pattern::compile(dialect, text).ok() }
    }

    /// Harbor: an empty pattern matches without doublestar being asked.
    pub(super) fn matches(&self, name: &str) -> Result<bool, SyntaxError> {
        if self.empty {
            return Ok(true);
        }
        match self.pattern.as_ref().map(|pattern| pattern.verdict(name)) {
            Some(Verdict::Match) => Ok(true),
            Some(Verdict::No) => Ok(false),
            Some(Verdict::Error) | None => Err(SyntaxError),
        }
    }
}
