//! What is worth telling the owner of rules.

use tagwarden_rules::blocks::Block;
use tagwarden_rules::finding::{Finding, Fix, Severity, What, findings};
use tagwarden_rules::preview::TagIndex;
use tagwarden_rules::rule::{Role, Rule};
use tagwarden_rules::state::CompiledRules;

use crate::support::{gitlab, immutable, index, pattern, protected};

fn look(rules: &[Rule], index: Option<&TagIndex>) -> Vec<Finding> {
    let found = findings(&CompiledRules::compile(rules), rules, index, &gitlab());
    for fix in found.iter().flat_map(|finding| &finding.fixes) {
        if let Fix::ReplacePattern { pattern: text, matches, .. } = fix {
            let offered = pattern(text);
            let rows =
                index.map_or(0, |i| (0..i.len() as u32).filter(|row| offered.is_match(i.tag(*row))).count());
            assert_eq!(*matches as usize, rows, "the number beside {text}");
        }
    }
    found
}

fn guard(pattern: &str) -> Rule {
    protected(pattern, Role::Maintainer, Role::Maintainer)
}

fn find(found: &[Finding], pick: impl Fn(&What) -> bool) -> Option<&Finding> {
    found.iter().find(|finding| pick(&finding.what))
}

fn patterns(finding: &Finding) -> Vec<&str> {
    finding
        .fixes
        .iter()
        .filter_map(|fix| match fix {
            Fix::ReplacePattern { pattern, .. } => Some(pattern.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_glob_that_matches_every_tag_is_told_with_three_ways_out() {
    let tags = index(&[("api", &["v1", "v2.0", "v", "main", "latest"])]);
    let found = look(&[immutable("v*")], Some(&tags));
    let every = find(&found, |what| matches!(what, What::MatchesEveryTag { .. })).unwrap();
    assert_eq!(every.what, What::MatchesEveryTag { repeated: Some("v".to_owned()) });
    assert_eq!(every.severity, Severity::Warning);
    assert_eq!(patterns(every), ["^v.*", r"^v\d+", "^v$"]);
    let Some(Fix::ReplacePattern { meaning, matches, .. }) = every.fixes.first() else { panic!("{every:?}") };
    assert_eq!((meaning.as_ref(), *matches), (Some(&Block::StartsWith { text: "v".to_owned() }), 3));
    let moving = find(&found, |what| matches!(what, What::BlocksMovingTags { .. })).unwrap();
    let What::BlocksMovingTags { tags, total, .. } = &moving.what else { panic!("{moving:?}") };
    assert_eq!((tags.as_slice(), *total), (&["latest".to_owned(), "main".to_owned()][..], 2));
}

#[test]
fn every_tag_on_purpose_is_only_a_note() {
    let found = look(&[guard(".*")], None);
    let every = find(&found, |what| matches!(what, What::MatchesEveryTag { .. })).unwrap();
    assert_eq!(every.severity, Severity::Note);
}

#[test]
fn a_pattern_without_anchors_is_shown_with_the_tag_it_hits_by_mistake() {
    let tags = index(&[("api", &["v2.14.0-rc.3", "hotfix-rc-test", "main"])]);
    let found = look(&[guard("-rc")], Some(&tags));
    let open = find(&found, |what| matches!(what, What::NotAnchored { .. })).unwrap();
    assert_eq!(open.what, What::NotAnchored { example: "hotfix-rc-test".to_owned(), exists: true });
    assert_eq!(open.severity, Severity::Warning);
    assert!(!open.fixes.is_empty());

    let prefix = index(&[("api", &["v1.0", "v1.0.1"])]);
    let found = look(&[guard(r"v1\.0")], Some(&prefix));
    let open = find(&found, |what| matches!(what, What::NotAnchored { .. })).unwrap();
    assert_eq!(open.what, What::NotAnchored { example: "devv1.0".to_owned(), exists: false });
    assert_eq!(open.severity, Severity::Note);
    assert_eq!(patterns(open), [r"^v1\.0", r"^v1\.0$"]);
}

#[test]
fn anchored_patterns_are_left_alone() {
    for text in ["^v", "-rc$", r"^v\d+\.\d+$", "^(latest|stable)$"] {
        let found = look(&[guard(text)], Some(&index(&[("api", &["v1", "xv1", "a-rc", "latest", "v1.1"])])));
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn a_dot_between_digits_is_told_with_what_it_lets_in() {
    let tags = index(&[("api", &["1.0", "1x0"])]);
    let found = look(&[guard("^1.0$")], Some(&tags));
    let dot = find(&found, |what| matches!(what, What::UnescapedDot { .. })).unwrap();
    assert_eq!(dot.what, What::UnescapedDot { example: "1x0".to_owned() });
    assert_eq!((dot.severity, patterns(dot)), (Severity::Warning, vec![r"^1\.0$"]));
    let found = look(&[guard(r"^v\d+.\d+$")], None);
    let dot = find(&found, |what| matches!(what, What::UnescapedDot { .. })).unwrap();
    assert_eq!((dot.severity, patterns(dot)), (Severity::Note, vec![r"^v\d+\.\d+$"]));
    assert!(look(&[guard("^v.*$")], None).is_empty());
}

#[test]
fn a_rule_that_another_makes_needless_is_told() {
    let rules = [guard("^v"), guard(r"^v\d+$"), protected("^v1$", Role::Owner, Role::Owner)];
    let found = look(&rules, None);
    let covered: Vec<_> = found.iter().filter(|f| matches!(f.what, What::Covered { .. })).collect();
    assert_eq!(covered.len(), 1, "a stricter rule inside is not needless: {found:?}");
    assert_eq!(
        (covered[0].rule, &covered[0].what),
        (Some(1), &What::Covered { by: 0, example: Some("v0".to_owned()) })
    );
    assert_eq!(covered[0].fixes, [Fix::DeleteRule]);
    assert!(
        find(&look(&[immutable("^v"), guard("^v1$")], None), |w| matches!(w, What::Covered { .. })).is_none(),
        "an immutable rule lets anybody create what a protected one does not"
    );
}

#[test]
fn a_rule_that_asks_for_more_in_one_way_only_makes_no_other_needless() {
    let rules =
        [protected("^v", Role::Owner, Role::Maintainer), protected("^v1$", Role::Maintainer, Role::Owner)];
    assert!(find(&look(&rules, None), |what| matches!(what, What::Covered { .. })).is_none());
}

#[test]
fn of_two_rules_that_say_the_same_only_the_later_is_needless() {
    let found = look(&[guard("^(a|b)$"), guard("^(b|a)$")], None);
    let told: Vec<_> = found.iter().map(|finding| (finding.rule, &finding.what)).collect();
    assert_eq!(told, [(Some(1), &What::SameTags { with: 0, example: Some("a".to_owned()) })]);
    // Where one asks for more, the other goes wherever it stands.
    let found = look(&[guard("^(a|b)$"), protected("^(b|a)$", Role::Owner, Role::Owner)], None);
    let told: Vec<_> = found.iter().map(|finding| (finding.rule, &finding.what)).collect();
    assert_eq!(told, [(Some(0), &What::SameTags { with: 1, example: Some("a".to_owned()) })]);
}

#[test]
fn the_same_text_twice_is_told_once() {
    let found = look(&[guard("^v1$"), guard("^v1$")], None);
    let told: Vec<_> = found.iter().map(|finding| (finding.rule, &finding.what)).collect();
    assert_eq!(told, [(Some(1), &What::DuplicatePattern { with: 0, other_kind: false })]);
}

#[test]
fn a_rule_that_others_make_needless_together_is_told_with_what_each_of_them_adds() {
    let rules = [guard("^v1"), guard("^x"), guard(r"^v\d$"), guard("^v[02-5]"), guard("^v[4-9]")];
    let found = look(&rules, None);
    let examples = ["v1", "v0", "v6"].map(str::to_owned).to_vec();
    let together = What::CoveredTogether { by: vec![0, 3, 4], examples };
    assert_eq!((found[0].rule, &found[0].what), (Some(2), &together));
    assert_eq!(found[0].fixes, [Fix::DeleteRule]);
    // A tag that exists says more than one that does not, and settles the matter sooner.
    let tags = index(&[("api", &["v1", "v3", "v9", "x"])]);
    let found = look(&rules, Some(&tags));
    let examples = ["v1", "v3", "v9"].map(str::to_owned).to_vec();
    assert_eq!(found[0].what, What::CoveredTogether { by: vec![0, 3, 4], examples });
    let found = look(&[guard("^v1"), guard(r"^v\d$"), guard("^v[2-9]")], Some(&tags));
    assert!(found.iter().all(|finding| finding.rule != Some(1)), "v0 is left: {found:?}");
}

#[test]
fn one_rule_may_see_to_pushing_and_another_to_deleting() {
    let (push, delete) =
        (protected("^v", Role::Owner, Role::Maintainer), protected(r"^v\d", Role::Maintainer, Role::Owner));
    let rule = protected("^v1$", Role::Owner, Role::Owner);
    let found = look(&[push.clone(), delete.clone(), rule.clone()], None);
    let together = find(&found, |what| matches!(what, What::CoveredTogether { .. })).unwrap();
    let examples = vec!["v1".to_owned(), "v1".to_owned()];
    assert_eq!(
        (together.rule, &together.what),
        (Some(2), &What::CoveredTogether { by: vec![0, 1], examples })
    );
    let strictest = protected("^v1$", Role::Admin, Role::Owner);
    let found = look(&[push, delete, strictest], None);
    assert!(find(&found, |what| matches!(what, What::CoveredTogether { .. })).is_none(), "{found:?}");
}

#[test]
fn what_is_told_to_be_needless_can_all_be_deleted_at_once() {
    // Each of the three is covered by the other two.
    let rules = [guard("^[ab]$"), guard("^[bc]$"), guard("^[ca]$")];
    let found = look(&rules, None);
    let told: Vec<_> = found.iter().map(|finding| (finding.rule, &finding.what)).collect();
    let examples = vec!["a".to_owned(), "c".to_owned()];
    assert_eq!(told, [(Some(2), &What::CoveredTogether { by: vec![0, 1], examples })]);
}

#[test]
fn a_rule_for_some_repositories_covers_nothing_elsewhere() {
    let somewhere = |mut rule: Rule| {
        rule.repositories = Some(rule.tags.clone());
        rule
    };
    let (low, high) = (guard("^v[0-4]$"), guard("^v[5-9]$"));
    let told = |rules: &[Rule]| look(rules, None).iter().filter_map(|found| found.rule).collect::<Vec<_>>();
    assert_eq!(told(&[low.clone(), high.clone(), guard(r"^v\d$")]), [2]);
    assert_eq!(
        told(&[low.clone(), somewhere(high.clone()), guard(r"^v\d$")]),
        [0, 1],
        "the wide one is needed"
    );
    assert_eq!(told(&[low, high, somewhere(guard(r"^v\d$"))]), [2]);
    // The same tags, but only in some places.
    let found = look(&[guard("^(a|b)$"), somewhere(guard("^(b|a)$"))], None);
    assert_eq!(found[0].what, What::Covered { by: 0, example: Some("a".to_owned()) });
}

#[test]
fn rules_with_other_roles_are_shown_with_the_shortest_tag_both_match() {
    let rules =
        [protected("^v.*-x$", Role::Owner, Role::Owner), protected("[.]1-x$", Role::Admin, Role::Owner)];
    let found = look(&rules, None);
    let other = find(&found, |what| matches!(what, What::ContradictoryLevels { .. })).unwrap();
    let What::ContradictoryLevels { example, .. } = &other.what else { panic!("{other:?}") };
    assert_eq!(example, "v.1-x");
}

#[test]
fn levels_that_pull_both_ways_are_a_warning() {
    let tags = index(&[("api", &["v1-rc"])]);
    let rules =
        [protected("^v", Role::Owner, Role::Maintainer), protected("-rc$", Role::Maintainer, Role::Admin)];
    let found = look(&rules, Some(&tags));
    let pull = find(&found, |what| matches!(what, What::ContradictoryLevels { .. })).unwrap();
    let expected = What::ContradictoryLevels {
        with: 0,
        example: "v1-rc".to_owned(),
        push: Role::Owner,
        delete: Role::Admin,
    };
    assert_eq!((&pull.what, pull.severity, pull.rule), (&expected, Severity::Warning, Some(1)));
}

#[test]
fn the_rule_limit_is_told_with_a_merge_where_two_rules_can_be_one() {
    let rules = [guard("^a$"), guard("^b$"), immutable("^c$"), immutable("^d\\d$"), guard("^e$")];
    let found = look(&rules, None);
    let limit = find(&found, |what| matches!(what, What::RuleLimit { .. })).unwrap();
    assert_eq!(limit.what, What::RuleLimit { used: 5, limit: 5 });
    let Some(Fix::Merge { with, into }) = limit.fixes.first() else { panic!("{limit:?}") };
    assert_eq!((limit.rule, *with, into.tags.pattern.as_str()), (Some(0), 1, "^(a|b)$"));
}

#[test]
fn lengths_are_counted_in_characters_and_in_bytes() {
    let found = look(&[guard(&format!("^{}$", "ä".repeat(80)))], None);
    let bytes = find(&found, |what| matches!(what, What::PatternTooManyBytes { .. })).unwrap();
    assert_eq!(
        (&bytes.what, bytes.severity),
        (&What::PatternTooManyBytes { bytes: 162, limit: 100 }, Severity::Incident)
    );
    let found = look(&[guard(&format!("^{}$", "a".repeat(99)))], None);
    assert!(find(&found, |what| *what == What::PatternTooLong { characters: 101, limit: 100 }).is_some());
}

#[test]
fn the_same_pattern_in_both_kinds_gets_another_wording() {
    let found = look(&[guard("^v1$"), immutable("^v1$")], None);
    let twice = find(&found, |what| matches!(what, What::DuplicatePattern { .. })).unwrap();
    assert_eq!((&twice.what, twice.rule), (&What::DuplicatePattern { with: 0, other_kind: true }, Some(1)));
    assert_eq!(patterns(twice), ["(?:^v1$)"]);
}

#[test]
fn what_only_the_enforcing_part_refuses_is_an_incident() {
    let found = look(&[guard("^v\\C$")], None);
    let refused = find(&found, |what| matches!(what, What::EnforcerRefuses { .. })).unwrap();
    assert_eq!(refused.severity, Severity::Incident);
    assert_eq!(found.first(), Some(refused), "worst first");
}

#[test]
fn projects_without_rules_and_rules_without_tags() {
    let tags = index(&[("api", &["v1", "v2"])]);
    assert_eq!(look(&[], Some(&tags))[0].what, What::NoRules { open: 2 });
    assert!(look(&[], Some(&index(&[("api", &[])]))).is_empty());
    let found = look(&[guard("^release$")], Some(&tags));
    assert_eq!(
        found.iter().map(|f| (&f.what, f.severity)).collect::<Vec<_>>(),
        [(&What::MatchesNothing { never: false, excluding: false }, Severity::Note)]
    );
    assert!(look(&[guard("^release$")], None).is_empty());
}
