//! From the rules there are to those wanted.

use tagwarden_rules::capabilities::{Capabilities, Unavailable};
use tagwarden_rules::plan::{
    AppliedChange, Change, Conflict, Obstacle, ProjectOutcome, ProjectPlan, bulk, conflicts, plan, reverse,
};
use tagwarden_rules::rule::{
    DraftRule, Role, Rule, RuleKind, RulePart, SavedRule, SelectorMode, UnreadSelector,
};

use crate::support::{gitlab, immutable, protected, saved};

fn guard(pattern: &str) -> Rule {
    protected(pattern, Role::Maintainer, Role::Maintainer)
}

fn new(wanted: Rule) -> DraftRule {
    DraftRule { saved: None, wanted: Some(wanted) }
}

fn edit(saved: &SavedRule, wanted: Rule) -> DraftRule {
    DraftRule { saved: Some(saved.clone()), wanted: Some(wanted) }
}

fn delete(saved: &SavedRule) -> DraftRule {
    DraftRule { saved: Some(saved.clone()), wanted: None }
}

fn as_owner(current: &[SavedRule], draft: &[DraftRule]) -> ProjectPlan {
    plan(current, draft, &gitlab(), Some(Role::Owner))
}

/// The order of changes, short: `+` create, `~` update, `±` recreate, `-` delete.
fn short(plan: &ProjectPlan) -> Vec<String> {
    plan.changes
        .iter()
        .map(|change| match change {
            Change::Create { rule } => format!("+{}", rule.tags.pattern),
            Change::Update { to, .. } => format!("~{}", to.tags.pattern),
            Change::Recreate { to, .. } => format!("±{}", to.tags.pattern),
            Change::Delete { rule } => format!("-{}", rule.rule.tags.pattern),
        })
        .collect()
}

#[test]
fn protected_rules_are_edited_in_place_and_immutable_ones_made_anew() {
    let current = [saved("1", guard("^a$")), saved("2", immutable("^b$")), saved("3", guard("^c$"))];
    let draft = [
        edit(&current[0], guard("^a2$")),
        edit(&current[1], immutable("^b2$")),
        edit(&current[2], guard("^c$")),
        DraftRule { saved: None, wanted: None },
    ];
    let found = as_owner(&current, &draft);
    assert_eq!(short(&found), ["~^a2$", "±^b2$"], "what stays as it is needs no change");
    assert!(found.obstacles.is_empty());
    let other_kind = as_owner(&current, &[edit(&current[0], immutable("^a$"))]);
    assert_eq!(short(&other_kind), ["±^a$"]);
}

#[test]
fn tags_stay_covered_while_a_rule_is_replaced_unless_the_limit_is_reached() {
    let mut current = vec![saved("1", guard("^a$"))];
    let draft = [delete(&current[0].clone()), new(guard("^b$"))];
    assert_eq!(short(&as_owner(&current, &draft)), ["+^b$", "-^a$"]);
    current.extend((2..=5).map(|n| saved(&n.to_string(), guard(&format!("^x{n}$")))));
    let full = as_owner(&current, &draft);
    assert_eq!((short(&full), full.obstacles.len()), (vec!["-^a$".to_owned(), "+^b$".to_owned()], 0));
}

#[test]
fn a_sixth_rule_is_refused() {
    let current: Vec<SavedRule> = (1..=4).map(|n| saved(&n.to_string(), guard(&format!("^x{n}$")))).collect();
    let found = as_owner(&current, &[new(guard("^a$")), new(guard("^b$"))]);
    assert_eq!(short(&found), ["+^a$"]);
    assert_eq!(
        (found.obstacles[0].draft, &found.obstacles[0].obstacle),
        (1, &Obstacle::RuleLimit { limit: 5 })
    );
}

#[test]
fn a_pattern_is_taken_once_whatever_the_kind() {
    let current = [saved("1", guard("^a$")), saved("2", guard("^b$"))];
    let found = as_owner(&current, &[new(immutable("^a$")), new(guard("^c$")), new(guard("^c$"))]);
    assert_eq!(short(&found), ["+^c$"]);
    let why: Vec<_> = found.obstacles.iter().map(|o| (o.draft, o.obstacle.clone())).collect();
    assert_eq!(
        why,
        [
            (0, Obstacle::DuplicatePattern { other_kind: true }),
            (2, Obstacle::DuplicatePattern { other_kind: false })
        ]
    );
    let freed = as_owner(&current, &[delete(&current[0]), new(immutable("^a$"))]);
    assert_eq!(short(&freed), ["-^a$", "+^a$"], "the pattern becomes free first");
}

#[test]
fn patterns_move_along_a_chain_and_round_a_circle() {
    let current = [saved("1", guard("^a$")), saved("2", guard("^b$"))];
    let chain = as_owner(&current, &[edit(&current[0], guard("^b$")), edit(&current[1], guard("^c$"))]);
    assert_eq!(short(&chain), ["~^c$", "~^b$"]);
    let circle = as_owner(&current, &[edit(&current[0], guard("^b$")), edit(&current[1], guard("^a$"))]);
    assert_eq!(short(&circle), ["-^a$", "~^a$", "+^b$"]);
}

#[test]
fn roles_licences_and_broken_patterns_stand_in_the_way() {
    let kept = saved("1", immutable("^a$"));
    let as_maintainer =
        |draft: &[DraftRule]| plan(std::slice::from_ref(&kept), draft, &gitlab(), Some(Role::Maintainer));
    let too_low = Obstacle::RoleTooLow { have: Some(Role::Maintainer), need: Role::Owner };
    assert_eq!(as_maintainer(&[new(immutable("^b$"))]).obstacles[0].obstacle, too_low);
    assert_eq!(as_maintainer(&[delete(&kept)]).obstacles[0].obstacle, too_low);
    assert!(as_maintainer(&[new(guard("^b$"))]).obstacles.is_empty());
    assert!(
        plan(&[], &[new(immutable("^b$"))], &gitlab(), None).obstacles.is_empty(),
        "unknown is no obstacle"
    );

    let mut unlicensed = gitlab();
    unlicensed.kinds[1].unavailable = Some(Unavailable::Licence);
    let found = plan(&[], &[new(immutable("^b$"))], &unlicensed, Some(Role::Owner));
    assert_eq!(found.obstacles[0].obstacle, Obstacle::Unavailable { reason: Unavailable::Licence });

    let broken = as_owner(&[], &[new(guard("^v(rc")), new(guard(&"a".repeat(101)))]);
    assert!(broken.changes.is_empty());
    assert!(broken.obstacles.iter().all(|o| matches!(o.obstacle, Obstacle::Pattern { .. })), "{broken:?}");
}

#[test]
fn what_somebody_else_deleted_is_created_or_left() {
    let gone = saved("9", guard("^a$"));
    assert_eq!(short(&as_owner(&[], &[edit(&gone, guard("^b$"))])), ["+^b$"]);
    assert!(as_owner(&[], &[delete(&gone)]).changes.is_empty());
}

#[test]
fn many_projects_each_have_their_outcome() {
    let wanted = immutable("^v");
    let outcome = |current: &[SavedRule]| bulk(current, &wanted, &gitlab(), Some(Role::Owner));
    assert_eq!(outcome(&[]), ProjectOutcome::Create);
    assert_eq!(outcome(&[saved("7", wanted.clone())]), ProjectOutcome::AlreadyThere { id: "7".to_owned() });
    let cannot = ProjectOutcome::Cannot { obstacle: Obstacle::DuplicatePattern { other_kind: true } };
    assert_eq!(outcome(&[saved("7", guard("^v"))]), cannot);
}

#[test]
fn undoing_brings_back_what_was_there() {
    let (a, b, c) = (saved("1", guard("^a$")), saved("2", immutable("^b$")), saved("3", guard("^c$")));
    let done = [
        AppliedChange::Deleted { rule: a.clone() },
        AppliedChange::Replaced { from: b.clone(), to: saved("8", immutable("^b2$")) },
        AppliedChange::Created { rule: saved("9", guard("^d$")) },
    ];
    let now = [saved("8", immutable("^b2$")), c.clone(), saved("9", guard("^d$"))];
    let back = plan(&now, &reverse(&done), &gitlab(), Some(Role::Owner));
    assert_eq!(short(&back), ["±^b$", "+^a$", "-^d$"]);
    let kinds: Vec<RuleKind> = [a, b, c].iter().map(|rule| rule.rule.effect.kind()).collect();
    assert_eq!(kinds, [RuleKind::Protected, RuleKind::Immutable, RuleKind::Protected]);
}

#[test]
fn what_others_changed_meanwhile_is_a_conflict() {
    let base = [saved("1", guard("^a$")), saved("2", guard("^b$")), saved("3", guard("^c$"))];
    let now = [saved("3", guard("^c$")), saved("2", guard("^b2$")), saved("4", guard("^d$"))];
    let found = conflicts(&base, &now);
    assert_eq!(
        found,
        [
            Conflict::Removed { rule: base[0].clone() },
            Conflict::Changed { was: base[1].clone(), now: now[1].clone() },
            Conflict::Added { rule: now[2].clone() },
        ]
    );
    assert!(conflicts(&base, &base).is_empty());
}

#[test]
fn a_second_rule_that_selects_the_same_is_foreseen_where_the_server_takes_none() {
    let harbor = Capabilities { unique_patterns: false, unique_rules: true, ..gitlab() };
    let there = saved("1", guard("^v"));
    let off = Rule { enabled: false, ..guard("^v") };
    let obstacles = |current: &[SavedRule], draft: &[DraftRule]| {
        let plan = plan(current, draft, &harbor, None);
        plan.obstacles.into_iter().map(|one| (one.draft, one.obstacle)).collect::<Vec<_>>()
    };
    let same = |id: Option<&str>, enabled| Obstacle::SameRule { id: id.map(str::to_owned), enabled };
    // A new rule is in force at first, so that one to be off meets the one that is on.
    assert_eq!(obstacles(std::slice::from_ref(&there), &[new(off.clone())]), [(0, same(Some("1"), true))]);
    assert_eq!(obstacles(&[saved("1", off.clone())], &[new(guard("^v"))]), [(0, same(Some("1"), false))]);
    assert_eq!(obstacles(&[], &[new(guard("^v")), new(off.clone())]), [(1, same(None, true))]);
    assert_eq!(obstacles(std::slice::from_ref(&there), &[new(guard("^w"))]), []);
    // Where the rule goes or becomes another first, there is room.
    assert_eq!(obstacles(std::slice::from_ref(&there), &[edit(&there, guard("^w")), new(off.clone())]), []);
    let replaced = plan(std::slice::from_ref(&there), &[new(off), delete(&there)], &harbor, None);
    assert_eq!(short(&replaced), ["-^v", "+^v"], "the old one goes first");
    assert_eq!(replaced.obstacles, []);
    // What the server keeps beside a rule makes it another.
    let further = UnreadSelector {
        part: RulePart::Tags,
        first: false,
        selects_nothing: false,
        kind: "doublestar".to_owned(),
        decoration: "matches".to_owned(),
        pattern: "x".to_owned(),
    };
    let longer = SavedRule { unread: vec![further], ..there };
    assert_eq!(obstacles(&[longer], &[new(guard("^v"))]), []);
}

#[test]
fn a_rule_at_which_its_server_errs_is_not_written_a_second_time() {
    let mut odd = saved("1", immutable("x"));
    odd.rule.tags.mode = SelectorMode::Unsupported;
    let gone = plan(std::slice::from_ref(&odd), &[delete(&odd)], &gitlab(), Some(Role::Owner));
    assert_eq!(short(&gone), ["-x"], "it can be deleted");
    let back = reverse(&[AppliedChange::Deleted { rule: odd.clone() }]);
    let found = as_owner(&[], &back);
    assert!(found.changes.is_empty());
    assert_eq!(found.obstacles.len(), 1);
    assert_eq!(found.obstacles[0].obstacle, Obstacle::UnsupportedSelector);
}
