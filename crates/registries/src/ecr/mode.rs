//! A repository's tag mutability and its exclusion filters as one rule, and back.
//!
//! | mode | rule |
//! | --- | --- |
//! | `MUTABLE` | none |
//! | `IMMUTABLE` | immutable: `*` |
//! | `MUTABLE_WITH_EXCLUSION` f… | immutable: f… |
//! | `IMMUTABLE_WITH_EXCLUSION` f… | immutable: all but f… |

use aws_sdk_ecr::types::{
    ImageTagMutability as Mode, ImageTagMutabilityExclusionFilter as Filter,
    ImageTagMutabilityExclusionFilterType as FilterType,
};
use tagwarden_rules::mutability::EVERY_TAG;
use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::rule::{Blocks, Effect, Rule, SavedRule, Selector, SelectorMode};

/// The id of the one rule that a repository can have.
pub(super) const RULE_ID: &str = "imageTagMutability";

/// The rule of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// This one, or none.
    Rule(Option<SavedRule>),
    /// One of a kind that only newer versions know.
    Unknown,
}

impl Held {
    pub(super) fn of(mode: Option<&Mode>, filters: &[Filter]) -> Self {
        // A filter with a comma would be read as two.
        let known =
            |filter: &Filter| *filter.filter_type() == FilterType::Wildcard && !filter.filter().contains(',');
        if !filters.iter().all(known) {
            return Self::Unknown;
        }
        let list = filters.iter().map(Filter::filter).collect::<Vec<_>>().join(",");
        match (mode, filters.is_empty()) {
            // The service's own default.
            (None | Some(Mode::Mutable), true) | (Some(Mode::MutableWithExclusion), true) => Self::Rule(None),
            (Some(Mode::Immutable | Mode::ImmutableWithExclusion), true) => {
                Self::saved(SelectorMode::Matching, EVERY_TAG.to_owned())
            }
            (Some(Mode::MutableWithExclusion), false) => Self::saved(SelectorMode::Matching, list),
            (Some(Mode::ImmutableWithExclusion), false) => Self::saved(SelectorMode::Excluding, list),
            _ => Self::Unknown,
        }
    }

    fn saved(mode: SelectorMode, pattern: String) -> Self {
        let tags = Selector { mode, dialect: Dialect::EcrFilters, pattern };
        let effect = Effect::Immutable { blocks: Blocks::Overwrite };
        let rule = Rule { repositories: None, tags, effect, enabled: true };
        Self::Rule(Some(SavedRule::new(RULE_ID, rule)))
    }
}

/// What a repository shall be set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) mode: Mode,
    pub(super) filters: Vec<String>,
}

impl Wanted {
    /// The mode that says this; `None` where none does.
    pub(super) fn of(rule: Option<&Rule>) -> Option<Self> {
        let Some(rule) = rule else { return Some(Self { mode: Mode::Mutable, filters: Vec::new() }) };
        let can = rule.repositories.is_none()
            && rule.enabled
            && rule.effect == Effect::Immutable { blocks: Blocks::Overwrite }
            && rule.tags.dialect == Dialect::EcrFilters
            && Pattern::compile(Dialect::EcrFilters, &rule.tags.pattern).is_ok();
        if !can {
            return None;
        }
        let filters = || rule.tags.pattern.split(',').map(str::to_owned).collect();
        Some(match rule.tags.mode {
            SelectorMode::Matching if rule.tags.pattern == EVERY_TAG => {
                Self { mode: Mode::Immutable, filters: Vec::new() }
            }
            SelectorMode::Matching => Self { mode: Mode::MutableWithExclusion, filters: filters() },
            SelectorMode::Excluding => Self { mode: Mode::ImmutableWithExclusion, filters: filters() },
            SelectorMode::MatchingOtherPart
            | SelectorMode::ExcludingOtherPart
            | SelectorMode::Unsupported => return None,
        })
    }

    /// The filters as the API takes them.
    pub(super) fn as_filters(&self) -> Option<Vec<Filter>> {
        let one =
            |filter: &String| Filter::builder().filter_type(FilterType::Wildcard).filter(filter).build().ok();
        let filters: Vec<Filter> = self.filters.iter().filter_map(one).collect();
        (!filters.is_empty()).then_some(filters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(list: &[&str]) -> Vec<Filter> {
        let wanted =
            Wanted { mode: Mode::Mutable, filters: list.iter().map(|one| (*one).to_owned()).collect() };
        wanted.as_filters().unwrap_or_default()
    }

    fn rule_of(held: &Held) -> Option<&Rule> {
        match held {
            Held::Rule(rule) => rule.as_ref().map(|saved| &saved.rule),
            Held::Unknown => panic!("not known"),
        }
    }

    #[test]
    fn every_mode_is_one_rule_and_back() {
        for (mode, list, expected) in [
            (Mode::Mutable, &[][..], None),
            (Mode::Immutable, &[], Some((SelectorMode::Matching, "*"))),
            (
                Mode::MutableWithExclusion,
                &["v*", "release-*"],
                Some((SelectorMode::Matching, "v*,release-*")),
            ),
            (
                Mode::ImmutableWithExclusion,
                &["latest", "dev-*"],
                Some((SelectorMode::Excluding, "latest,dev-*")),
            ),
        ] {
            let held = Held::of(Some(&mode), &filters(list));
            let rule = rule_of(&held);
            assert_eq!(rule.map(|rule| (rule.tags.mode, rule.tags.pattern.as_str())), expected, "{mode:?}");
            let wanted = Wanted::of(rule).unwrap();
            assert_eq!((wanted.mode.clone(), wanted.as_filters().unwrap_or_default()), (mode, filters(list)));
        }
    }

    #[test]
    fn what_no_mode_says_is_not_sent() {
        let Held::Rule(Some(saved)) = Held::of(Some(&Mode::Immutable), &[]) else { panic!() };
        let with = |change: &dyn Fn(&mut Rule)| {
            let mut rule = saved.rule.clone();
            change(&mut rule);
            Wanted::of(Some(&rule))
        };
        assert_eq!(with(&|rule| rule.enabled = false), None);
        assert_eq!(with(&|rule| rule.tags.pattern = "v[0-9]".to_owned()), None);
        assert_eq!(with(&|rule| rule.tags.pattern = "a,b,c,d,e,f".to_owned()), None);
        assert_eq!(with(&|rule| rule.tags.dialect = Dialect::Gitlab), None);
        let both = Effect::Immutable { blocks: Blocks::OverwriteAndDelete };
        assert_eq!(with(&|rule| rule.effect = both), None);
    }

    #[test]
    fn what_only_newer_versions_know_is_not_guessed() {
        assert_eq!(Held::of(Some(&Mode::from("SOMETIMES")), &[]), Held::Unknown);
        let odd = Filter::builder().filter_type(FilterType::from("REGEX")).filter("v.*").build().unwrap();
        assert_eq!(Held::of(Some(&Mode::MutableWithExclusion), &[odd]), Held::Unknown);
        assert_eq!(Held::of(Some(&Mode::MutableWithExclusion), &filters(&["a,b"])), Held::Unknown);
        // Filters where there can be none.
        assert_eq!(Held::of(Some(&Mode::Immutable), &filters(&["a"])), Held::Unknown);
    }
}
