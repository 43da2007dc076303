//! Plans: the changes that turn the present rules into the wanted ones.

use serde::{Deserialize, Serialize};

use crate::rule::{Rule, SavedRule};

/// One change to one project's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Make a rule that is not there.
    Create {
        /// The rule.
        rule: Rule,
    },
    /// Change a rule in place.
    Update {
        /// As it is.
        from: SavedRule,
        /// As it shall be.
        to: Rule,
    },
    /// Delete and create anew, where the server cannot edit. In between, its tags are not covered.
    Recreate {
        /// As it is.
        from: SavedRule,
        /// As it shall be.
        to: Rule,
    },
    /// Delete a rule.
    Delete {
        /// As it is.
        rule: SavedRule,
    },
}

/// Why a change cannot be made here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Obstacle {
    /// All rules are used.
    RuleLimit {
        /// Rules allowed.
        limit: u32,
    },
    /// The user's role is too low for this kind of rule.
    RoleTooLow {
        /// The role the user has, when known.
        have: Option<crate::rule::Role>,
        /// The role it takes.
        need: crate::rule::Role,
    },
    /// This kind of rule is not to be had here.
    Unavailable {
        /// Why.
        reason: crate::capabilities::Unavailable,
    },
    /// Another rule has the pattern already.
    DuplicatePattern {
        /// Whether that rule is of the other kind.
        other_kind: bool,
    },
    /// The pattern is refused.
    Pattern {
        /// Why.
        error: crate::pattern::PatternError,
    },
    /// The project could not be read just now; what it says is in the outcome's error.
    Unreadable,
}
