//! What the rules in force make of one tag.

use serde::{Deserialize, Serialize};

use crate::rule::Role;

/// The state of a tag, strictest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum TagState {
    /// No rule covers it.
    Open,
    /// Some roles are kept from pushing or deleting it.
    Protected,
    /// Nobody may change it.
    Immutable,
    /// A rule in force could not be read with certainty.
    Unknown,
}

/// Where a tag stands under a set of rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Standing {
    /// Its state.
    pub state: TagState,
    /// Index of the rule that decides: the immutable one, else the one that asks for the highest role.
    pub deciding: Option<u32>,
    /// Indices of all rules that cover it.
    pub covering: Vec<u32>,
    /// Lowest role that may push over it; `None`: nobody.
    pub push: Option<Role>,
    /// Lowest role that may delete it; `None`: nobody.
    pub delete: Option<Role>,
}

/// How many tags are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct StateCounts {
    /// Tags no rule covers.
    pub open: u32,
    /// Tags some roles may not change.
    pub protected: u32,
    /// Tags nobody may change.
    pub immutable: u32,
    /// Tags whose state cannot be told.
    pub unknown: u32,
}
