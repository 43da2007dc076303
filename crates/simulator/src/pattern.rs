//! The one seam to the RE2 engine. Verdicts are made here from literal server code order; only
//! "does this text compile" and "does it match" come from the shared crate.

use tagwarden_rules::pattern::{Dialect, Pattern, PatternError};

/// Whether `text` is RE2; the error reads as RE2 puts it.
pub(crate) fn check(text: &str) -> Result<(), PatternError> {
    Pattern::compile(Dialect::Gitlab, text).map(|_| ())
}

/// A compiled pattern that is searched anywhere, case-sensitively.
///
/// GitLab: `Gitlab::UntrustedRegexp#match?` in Rails and `MatchString` in the registry.
#[derive(Clone, Debug)]
pub(crate) struct Search(Pattern);

impl Search {
    /// `None` when `text` is not RE2.
    pub(crate) fn new(text: &str) -> Option<Self> {
        Pattern::compile(Dialect::Gitlab, text).ok().map(Self)
    }

    pub(crate) fn is_match(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

/// Whether `text` is RE2 and is found in `name`.
pub(crate) fn matches(text: &str, name: &str) -> bool {
    Search::new(text).is_some_and(|search| search.is_match(name))
}
