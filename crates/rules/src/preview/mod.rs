//! What a draft would do to the tags that exist.
//!
//! A [`TagIndex`] is a snapshot of a project's tags, or of many projects'. Each pattern runs once
//! over the distinct names in it and leaves one bit a name ([`NameBits`]); everything else, from
//! the state of a tag to the groups of changes, is read off those bits. `sweep.rs` finds them.

mod bits;
mod build;
mod comparison;
mod crossed;
mod evaluation;
mod examples;
mod index;
mod kinds;
mod near;
mod page;
mod relax;
mod summary;
mod sweep;
mod walk;

use serde::{Deserialize, Serialize};

pub use crate::pattern::Cancelled;
pub use bits::{Matches, NameBits};
pub use comparison::Comparison;
pub use evaluation::{Evaluation, RowStanding};
pub use examples::{Matched, future_difference, future_examples};
pub use index::{Repository, TagIndex};
pub use near::{LossReason, NearMiss, NearMisses, Why, near_misses, why_lost};
pub use page::{PreviewFilter, PreviewLine};
pub use summary::{AccessChange, Actions, Edited, LevelChange, OutcomeCounts, Summary, Transition};

/// What an edit does to one tag, seen from the edited rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// Covered after, not before.
    NewlyCovered,
    /// Covered before, not after.
    NoLongerCovered,
    /// Covered before and after.
    StillCovered,
    /// Neither.
    NotMatched,
}

impl RowOutcome {
    /// All outcomes, in the order they are listed.
    pub const ALL: [Self; 4] =
        [Self::NewlyCovered, Self::NoLongerCovered, Self::StillCovered, Self::NotMatched];

    pub(crate) fn place(self) -> usize {
        match self {
            Self::NewlyCovered => 0,
            Self::NoLongerCovered => 1,
            Self::StillCovered => 2,
            Self::NotMatched => 3,
        }
    }
}

/// How many names are looked at between two questions whether to give up.
pub(crate) const CANCEL_EVERY: usize = 4096;
