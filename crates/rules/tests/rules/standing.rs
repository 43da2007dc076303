//! One tag under a set of rules.

use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, Selector, SelectorMode};
use tagwarden_rules::state::{CompiledRules, TagState};

use crate::support::{immutable, protected, rule};

#[test]
fn no_rule_leaves_a_tag_open_to_developers() {
    let standing = CompiledRules::compile(&[]).standing("api", "v1");
    assert_eq!(standing.state, TagState::Open);
    assert_eq!((standing.push, standing.delete), (Some(Role::Developer), Some(Role::Developer)));
    assert_eq!(standing.deciding, None);
}

#[test]
fn of_several_protected_rules_each_action_takes_the_highest_role() {
    let rules = CompiledRules::compile(&[
        protected("^v", Role::Maintainer, Role::Maintainer),
        protected("^v1", Role::Owner, Role::Maintainer),
        protected("1$", Role::Maintainer, Role::Admin),
    ]);
    let standing = rules.standing("api", "v1");
    assert_eq!(standing.state, TagState::Protected);
    assert_eq!((standing.push, standing.delete), (Some(Role::Owner), Some(Role::Admin)));
    assert_eq!(standing.covering, [0, 1, 2]);
    assert_eq!(standing.deciding, Some(2), "the rule that asks for the highest role is named");
}

#[test]
fn an_immutable_rule_outranks_protected_ones() {
    let rules = CompiledRules::compile(&[protected("^v", Role::Admin, Role::Admin), immutable("^v1")]);
    let standing = rules.standing("api", "v1");
    assert_eq!((standing.state, standing.push, standing.delete), (TagState::Immutable, None, None));
    assert_eq!(standing.deciding, Some(1));
}

#[test]
fn a_rule_that_lets_tags_be_deleted_leaves_deleting_to_the_others() {
    let rules = CompiledRules::compile(&[
        rule("^v", Effect::Immutable { blocks: Blocks::Overwrite }),
        protected("^v", Role::Maintainer, Role::Owner),
    ]);
    let standing = rules.standing("api", "v1");
    assert_eq!((standing.push, standing.delete), (None, Some(Role::Owner)));
}

#[test]
fn a_rule_switched_off_covers_nothing_and_keeps_its_place() {
    let off = Rule { enabled: false, ..immutable(".*") };
    let standing = CompiledRules::compile(&[off, immutable("^v")]).standing("api", "v1");
    assert_eq!(standing.deciding, Some(1));
    assert_eq!(standing.covering, [1]);
}

#[test]
fn a_pattern_that_cannot_be_read_makes_tags_unknown_unless_an_immutable_rule_decides() {
    let rules = [protected("^v", Role::Owner, Role::Owner), immutable("("), immutable("^v1$")];
    let compiled = CompiledRules::compile(&rules);
    assert_eq!(compiled.errors().map(|(place, _)| place).collect::<Vec<_>>(), [1]);
    assert_eq!(compiled.standing("api", "v2").state, TagState::Unknown);
    assert_eq!(compiled.standing("api", "v2").deciding, Some(1));
    assert_eq!(compiled.standing("api", "v1").state, TagState::Immutable);
}

#[test]
fn selectors_choose_repositories_and_can_exclude() {
    let tags = Selector { mode: SelectorMode::Excluding, ..Selector::matching(Dialect::Gitlab, "^pr-") };
    let repositories = Some(Selector::matching(Dialect::Gitlab, "^api$"));
    let rules = CompiledRules::compile(&[Rule { tags, repositories, ..immutable("") }]);
    assert_eq!(rules.standing("api", "v1").state, TagState::Immutable);
    assert_eq!(rules.standing("api", "pr-1").state, TagState::Open);
    assert_eq!(rules.standing("web", "v1").state, TagState::Open);
}

pub(crate) fn any_role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Maintainer), Just(Role::Owner), Just(Role::Admin)]
}

pub(crate) fn any_rule() -> impl Strategy<Value = Rule> {
    let pattern = prop_oneof![
        Just("^v"),
        Just("1"),
        Just("-rc"),
        Just("^latest$"),
        Just(".*"),
        Just("[ab]$"),
        Just("("),
        Just("^x"),
    ];
    let effect = prop_oneof![
        (any_role(), any_role()).prop_map(|(push, delete)| Effect::Protect { push, delete }),
        any::<bool>().prop_map(|all| Effect::Immutable {
            blocks: if all { Blocks::OverwriteAndDelete } else { Blocks::Overwrite }
        }),
    ];
    (pattern, effect, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(pattern, effect, on, excluding, some)| {
            let mut made = rule(pattern, effect);
            made.enabled = on;
            made.repositories = some.then(|| Selector::matching(Dialect::Gitlab, "^a"));
            if excluding {
                made.tags.mode = SelectorMode::Excluding;
            }
            made
        },
    )
}

proptest! {
    #[test]
    fn standing_is_the_maximum_over_the_rules_that_cover(
        rules in proptest::collection::vec(any_rule(), 0..6),
        tag in "(v|x|latest|a|b|1|-rc){1,3}",
    ) {
        let standing = CompiledRules::compile(&rules).standing("api", &tag);
        let covering: Vec<&Rule> = rules.iter().filter(|rule| {
            rule.enabled && CompiledRules::compile(&[(*rule).clone()]).rule(0).unwrap()
                .is_ok_and(|compiled| compiled.covers("api", &tag))
        }).collect();
        let unclear = rules.iter().any(|rule| rule.enabled && rule.tags.pattern == "(");
        let immutable = |rule: &&Rule| matches!(rule.effect, Effect::Immutable { .. });
        let expected = if covering.iter().any(immutable) { TagState::Immutable }
            else if unclear { TagState::Unknown }
            else if covering.is_empty() { TagState::Open }
            else { TagState::Protected };
        prop_assert_eq!(standing.state, expected);
        if expected == TagState::Protected {
            let levels = |pick: fn((Role, Role)) -> Role| covering.iter().filter_map(|rule| match rule.effect {
                Effect::Protect { push, delete } => Some(pick((push, delete))),
                Effect::Immutable { .. } => None,
            }).max();
            prop_assert_eq!(standing.push, levels(|(push, _)| push));
            prop_assert_eq!(standing.delete, levels(|(_, delete)| delete));
        }
    }
}
