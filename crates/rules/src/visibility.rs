//! Rules that cannot be seen: why, and what the server says of tags all the same.
//!
//! Registries hide rules from accounts below a role, and some answer an empty list instead of an error.
//! Only [`KnownRules::Read`] with an empty list says that a project has no rules.

use serde::{Deserialize, Serialize};

use crate::enforcement::Enforcement;
use crate::rule::{Effect, Role, SavedRule};
use crate::state::{Standing, TagState, Tally};

/// Why this account does not see the rules of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NotVisible {
    /// The server shows them from this role up.
    Role {
        /// The lowest role that sees them.
        needs: Role,
    },
    /// The account has no role; the server shows them to accounts with this permission.
    Permission {
        /// The permission, as the server spells it.
        needs: String,
    },
    /// The project is archived: until it is restored, the server shows its rules to nobody.
    Archived,
    /// The server holds something that this version of Tagwarden cannot read.
    NotUnderstood,
}

/// What is known of a project's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "known", rename_all = "snake_case")]
pub enum KnownRules<T = Vec<SavedRule>> {
    /// They were never read.
    NotRead,
    /// There may be rules; this account does not see them.
    NotVisible {
        /// Why.
        reason: NotVisible,
    },
    /// They were read, as far as the account sees them.
    Read {
        /// The rules; empty: there are none.
        rules: T,
    },
}

impl<T> KnownRules<T> {
    /// The rules, if they were read.
    pub fn read(&self) -> Option<&T> {
        match self {
            Self::Read { rules } => Some(rules),
            Self::NotRead | Self::NotVisible { .. } => None,
        }
    }

    /// The same, owned.
    pub fn into_read(self) -> Option<T> {
        match self {
            Self::Read { rules } => Some(rules),
            Self::NotRead | Self::NotVisible { .. } => None,
        }
    }

    /// Why they are not visible, if that is so.
    pub fn not_visible(&self) -> Option<&NotVisible> {
        match self {
            Self::NotVisible { reason } => Some(reason),
            Self::NotRead | Self::Read { .. } => None,
        }
    }

    /// Something else about the rules, if they were read.
    pub fn map<U>(&self, of: impl FnOnce(&T) -> U) -> KnownRules<U> {
        match self {
            Self::NotRead => KnownRules::NotRead,
            Self::NotVisible { reason } => KnownRules::NotVisible { reason: reason.clone() },
            Self::Read { rules } => KnownRules::Read { rules: of(rules) },
        }
    }
}

impl<T> From<Result<T, NotVisible>> for KnownRules<T> {
    fn from(read: Result<T, NotVisible>) -> Self {
        match read {
            Ok(rules) => Self::Read { rules },
            Err(reason) => Self::NotVisible { reason },
        }
    }
}

/// What the server itself says of one tag, without showing the rules that it has this from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum ServerVerdict {
    /// No rule covers it.
    NotCovered,
    /// Rules cover it that have this effect, taken together.
    Covered {
        /// The effect.
        effect: Effect,
    },
}

impl ServerVerdict {
    /// Where a tag stands of which the server says so. No rule is named, since none is visible.
    pub fn standing(self, enforcement: Enforcement) -> Standing {
        let mut tally = Tally::new(enforcement.writers());
        if let Self::Covered { effect } = self {
            tally.cover(0, effect);
        }
        let cell = tally.finish();
        Standing {
            state: cell.state,
            deciding: None,
            covering: Vec::new(),
            push: cell.push,
            delete: cell.delete,
            given_up_at: None,
        }
    }

    /// The state alone.
    pub fn state(self) -> TagState {
        match self {
            Self::NotCovered => TagState::Open,
            Self::Covered { effect: Effect::Protect { .. } } => TagState::Protected,
            Self::Covered { effect: Effect::Immutable { .. } } => TagState::Immutable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Blocks;

    #[test]
    fn a_verdict_of_the_server_names_state_and_roles_and_no_rule() {
        let protected = ServerVerdict::Covered {
            effect: Effect::Protect { push: Role::Maintainer, delete: Role::Owner },
        };
        let standing = protected.standing(Enforcement::Gitlab);
        assert_eq!(standing.state, protected.state());
        assert_eq!((standing.push, standing.delete), (Some(Role::Maintainer), Some(Role::Owner)));
        assert_eq!((standing.deciding, standing.covering), (None, Vec::new()));
        let immutable =
            ServerVerdict::Covered { effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete } };
        assert_eq!(immutable.standing(Enforcement::Harbor).delete, None);
        let open = ServerVerdict::NotCovered.standing(Enforcement::Harbor);
        assert_eq!((open.state, open.delete), (TagState::Open, Some(Role::Maintainer)));
    }

    #[test]
    fn only_an_empty_list_that_was_read_says_that_there_are_no_rules() {
        let hidden: KnownRules<u32> = Err(NotVisible::Archived).into();
        assert_eq!((hidden.read(), KnownRules::<u32>::NotRead.read()), (None, None));
        assert_eq!(KnownRules::from(Ok::<_, NotVisible>(0)).read(), Some(&0));
    }
}
