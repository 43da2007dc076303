//! A comparison in numbers.

use serde::{Deserialize, Serialize};

use crate::rule::Role;
use crate::state::{StateCounts, TagState};

/// Where the edited rule lies in the two sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Edited {
    /// Its place before; `None` for a new rule, which is compared with nothing.
    pub before: Option<u32>,
    /// Its place after; `None` when it is deleted.
    pub after: Option<u32>,
}

/// How many tags the edit treats in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct OutcomeCounts {
    /// Covered after, not before.
    pub newly_covered: u32,
    /// Covered before, not after.
    pub no_longer_covered: u32,
    /// Covered before and after.
    pub still_covered: u32,
    /// Neither.
    pub not_matched: u32,
}

/// How many tags go from one state to another when all rules are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Transition {
    /// State before.
    pub from: TagState,
    /// State after; never the same.
    pub to: TagState,
    /// Number of tags.
    pub tags: u32,
}

/// How many tags stay in their state but ask for other roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct LevelChange {
    /// The state they keep.
    pub state: TagState,
    /// Lowest role that may push, before; `None`: nobody.
    pub push_before: Option<Role>,
    /// Lowest role that may push, after.
    pub push_after: Option<Role>,
    /// Lowest role that may delete, before.
    pub delete_before: Option<Role>,
    /// Lowest role that may delete, after.
    pub delete_after: Option<Role>,
    /// Number of tags.
    pub tags: u32,
}

/// How many tags, by what may no longer (or may again) be done with them. Each tag counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Actions {
    /// Pushing only.
    pub push: u32,
    /// Deleting only.
    pub delete: u32,
    /// Both.
    pub both: u32,
}

impl Actions {
    pub(crate) fn add(&mut self, push: bool, delete: bool, tags: u32) {
        match (push, delete) {
            (true, true) => self.both += tags,
            (true, false) => self.push += tags,
            (false, true) => self.delete += tags,
            (false, false) => {}
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What members with one role may no longer do, or may do again, with existing tags that the edited
/// rule covers before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct AccessChange {
    /// The role.
    pub role: Role,
    /// What it loses.
    pub loses: Actions,
    /// What it gains.
    pub gains: Actions,
}

/// A comparison in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Summary {
    /// All tags.
    pub tags: u32,
    /// All repositories.
    pub repositories: u32,
    /// By the edited rule alone.
    pub outcomes: OutcomeCounts,
    /// States under the rules before.
    pub states_before: StateCounts,
    /// States under the rules after.
    pub states_after: StateCounts,
    /// Tags that change state, largest group first.
    pub transitions: Vec<Transition>,
    /// Tags that keep their state but ask for other roles, largest group first.
    pub level_changes: Vec<LevelChange>,
    /// Who loses and gains what, lowest role first; roles that nothing changes for are left out.
    pub access: Vec<AccessChange>,
    /// Tags that each rule of the set after covers, in the order of its rules.
    pub rule_tags: Vec<u32>,
}
