//! The setting that takes the place of rules where a repository has exactly one: a mode, and
//! exclusions from it.

use serde::{Deserialize, Serialize};

use crate::pattern::{Dialect, ECR_COMMA};
use crate::rule::{Rule, SelectorMode};

/// How a repository treats the tags that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum MutabilityMode {
    /// Every tag can be overwritten.
    Mutable,
    /// No tag can.
    Immutable,
    /// No tag can, except those that match an exclusion.
    ImmutableExcept,
    /// Every tag can, except those that match an exclusion.
    MutableExcept,
}

/// A repository's mode, with the number of its exclusions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Mutability {
    /// The mode.
    pub mode: MutabilityMode,
    /// Exclusions; 0 in the two modes without.
    pub exclusions: u32,
}

impl Mutability {
    /// What these rules say, of which there may be one; `None`: they are no such setting.
    pub fn of<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Option<Self> {
        let mut rules = rules.into_iter();
        let Some(rule) = rules.next() else {
            return Some(Self { mode: MutabilityMode::Mutable, exclusions: 0 });
        };
        if rules.next().is_some() || rule.repositories.is_some() || rule.tags.dialect != Dialect::EcrFilters {
            return None;
        }
        let exclusions = u32::try_from(rule.tags.pattern.split(ECR_COMMA).count()).ok()?;
        match rule.tags.mode {
            SelectorMode::Matching if rule.tags.pattern == EVERY_TAG => {
                Some(Self { mode: MutabilityMode::Immutable, exclusions: 0 })
            }
            SelectorMode::Matching => Some(Self { mode: MutabilityMode::MutableExcept, exclusions }),
            SelectorMode::Excluding => Some(Self { mode: MutabilityMode::ImmutableExcept, exclusions }),
            SelectorMode::MatchingOtherPart
            | SelectorMode::ExcludingOtherPart
            | SelectorMode::Unsupported => None,
        }
    }
}

/// The filter that every tag matches.
pub const EVERY_TAG: &str = "*";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Blocks, Effect, Selector};

    fn rule(mode: SelectorMode, pattern: &str) -> Rule {
        Rule {
            repositories: None,
            tags: Selector { mode, dialect: Dialect::EcrFilters, pattern: pattern.to_owned() },
            effect: Effect::Immutable { blocks: Blocks::Overwrite },
            enabled: true,
        }
    }

    fn said(rules: &[Rule]) -> Option<(MutabilityMode, u32)> {
        Mutability::of(rules).map(|found| (found.mode, found.exclusions))
    }

    #[test]
    fn one_rule_is_one_of_four_modes() {
        assert_eq!(said(&[]), Some((MutabilityMode::Mutable, 0)));
        assert_eq!(said(&[rule(SelectorMode::Matching, "*")]), Some((MutabilityMode::Immutable, 0)));
        assert_eq!(said(&[rule(SelectorMode::Matching, "v*")]), Some((MutabilityMode::MutableExcept, 1)));
        assert_eq!(
            said(&[rule(SelectorMode::Excluding, "latest,dev-*")]),
            Some((MutabilityMode::ImmutableExcept, 2))
        );
    }

    #[test]
    fn two_rules_are_no_setting() {
        assert_eq!(said(&[rule(SelectorMode::Matching, "*"), rule(SelectorMode::Matching, "v*")]), None);
    }
}
