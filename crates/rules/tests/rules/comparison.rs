//! Two sets of rules over many tags.

use std::cell::Cell;
use std::sync::Arc;

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::preview::{
    Actions, Cancelled, Comparison, Edited, NameBits, PreviewFilter, PreviewLine, RowOutcome, TagIndex,
};
use tagwarden_rules::rule::{Role, Rule};
use tagwarden_rules::state::{CompiledRules, StateCounts, TagState};

use crate::standing::any_rule;
use crate::support::{immutable, index, never, protected};

fn compare(index: &Arc<TagIndex>, before: &[Rule], after: &[Rule], edited: Edited) -> Comparison {
    let (before, after) = (CompiledRules::compile(before), CompiledRules::compile(after));
    Comparison::new(index, &before, &after, edited, &never).unwrap()
}

fn same_place(place: u32) -> Edited {
    Edited { before: Some(place), after: Some(place) }
}

#[test]
fn names_are_kept_once_and_rows_keep_their_order() {
    let index = index(&[("b", &["v2", "v1"]), ("empty", &[]), ("a", &["v1", "latest"])]);
    assert_eq!((index.len(), index.name_count()), (4, 3));
    assert_eq!((0..4).map(|row| index.tag(row)).collect::<Vec<_>>(), ["v2", "v1", "v1", "latest"]);
    assert_eq!(
        (0..5).map(|row| index.repository_of(row)).collect::<Vec<_>>(),
        [Some(0), Some(0), Some(2), Some(2), None]
    );
    assert_eq!(index.find("a", "v1"), Some(2));
    assert_eq!(index.find("a", "v2"), None);
    assert!(index.contains("latest") && !index.contains("lates"));
}

#[test]
fn an_index_takes_over_what_has_not_changed() {
    let old = TagIndex::build(any_repositories(&[("a", 300), ("b", 200), ("c", 0), ("d", 90)]));
    let mut read = any_repositories(&[("d", 90), ("c", 0), ("a", 300), ("b", 0), ("new", 0)]);
    read[3].1 = vec!["v7".to_owned(), "only-here".to_owned(), "v7".to_owned()];
    read[4].1 = vec!["é".to_owned(), "v1".to_owned(), String::new()];
    same(&old.updated(read.clone()), &TagIndex::build(read.clone()));
    // Names that nobody has any more are gone, too.
    same(&old.updated(read.split_off(3)), &TagIndex::build(read_again()));
    same(&TagIndex::default().updated(read.clone()), &TagIndex::build(read));
    same(&old.updated(Vec::new()), &TagIndex::default());
}

fn read_again() -> Vec<(String, Vec<String>)> {
    let tags = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect();
    vec![("b".to_owned(), tags(&["v7", "only-here", "v7"])), ("new".to_owned(), tags(&["é", "v1", ""]))]
}

fn any_repositories(sizes: &[(&str, usize)]) -> Vec<(String, Vec<String>)> {
    let tags =
        |name: &str, size: usize| (0..size).map(|n| format!("v{}-{}", n % 70, &name[..n % 2])).collect();
    sizes.iter().map(|&(name, size)| (name.to_owned(), tags(name, size))).collect()
}

/// Whether two indexes hold the same rows, names, numbers and counts.
fn same(one: &TagIndex, other: &TagIndex) {
    assert_eq!(one.repositories(), other.repositories());
    assert_eq!(one.names().collect::<Vec<_>>(), other.names().collect::<Vec<_>>());
    assert_eq!(one.row_names(), other.row_names());
    for pattern in ["v1", "^$", "é", "."] {
        let pattern = Pattern::compile(Dialect::Gitlab, pattern).unwrap();
        let bits = NameBits::of(one, &pattern, &never).unwrap();
        assert_eq!(bits, NameBits::of(other, &pattern, &never).unwrap());
        let rows = (0..).zip(one.row_names()).filter(|&(_, &name)| bits.get(name)).count();
        assert_eq!(bits.rows(one) as usize, rows);
    }
}

#[test]
fn an_edit_says_what_it_newly_covers_and_lets_go() {
    let index = index(&[("api", &["v1", "v1-rc", "x-rc", "main"]), ("web", &["v2", "main"])]);
    let before = [protected("-rc", Role::Maintainer, Role::Maintainer)];
    let after = [protected("^v", Role::Maintainer, Role::Owner)];
    let comparison = compare(&index, &before, &after, same_place(0));
    let summary = comparison.summary();
    assert_eq!(summary.outcomes.newly_covered, 2);
    assert_eq!(summary.outcomes.no_longer_covered, 1);
    assert_eq!(summary.outcomes.still_covered, 1);
    assert_eq!(summary.outcomes.not_matched, 2);
    assert_eq!(summary.states_before, StateCounts { open: 4, protected: 2, immutable: 0, unknown: 0 });
    assert_eq!(summary.states_after, StateCounts { open: 3, protected: 3, immutable: 0, unknown: 0 });
    let level = summary.level_changes.first().unwrap();
    assert_eq!(level.tags, 1, "v1-rc stays protected, but Maintainers can no longer delete it");
    assert_eq!((level.delete_before, level.delete_after), (Some(Role::Maintainer), Some(Role::Owner)));
    let developers = summary.access.iter().find(|change| change.role == Role::Developer).unwrap();
    assert_eq!(developers.loses, Actions { push: 0, delete: 0, both: 2 });
    assert_eq!(developers.gains, Actions { push: 0, delete: 0, both: 1 });
    let maintainers = summary.access.iter().find(|change| change.role == Role::Maintainer).unwrap();
    assert_eq!(maintainers.loses, Actions { push: 0, delete: 3, both: 0 });
    assert!(summary.access.iter().all(|change| change.role != Role::Owner));
}

#[test]
fn states_come_from_all_rules_together_and_outcomes_from_the_edited_one() {
    let index = index(&[("api", &["v1", "v2", "main"])]);
    let before = [immutable("^v1$")];
    let after = [immutable("^v1$"), immutable("^v")];
    let comparison = compare(&index, &before, &after, Edited { before: None, after: Some(1) });
    assert_eq!(comparison.summary().outcomes.newly_covered, 2, "a new rule is compared with nothing");
    let transitions = &comparison.summary().transitions;
    assert_eq!(transitions.len(), 1);
    assert_eq!(
        (transitions[0].from, transitions[0].to, transitions[0].tags),
        (TagState::Open, TagState::Immutable, 1)
    );
    assert_eq!(comparison.rows_between(TagState::Open, TagState::Immutable, 0, 10), [1]);
    assert_eq!(comparison.summary().rule_tags, [1, 2]);
}

#[test]
fn pages_start_with_the_repository_that_changes_most() {
    let index = index(&[("quiet", &["main", "v0"]), ("busy", &["main", "v1", "old", "v2", "both-v"])]);
    let before = [protected("old|both", Role::Owner, Role::Owner)];
    let after = [protected("v", Role::Owner, Role::Owner)];
    let comparison = compare(&index, &before, &after, same_place(0));
    let listed = |filter: &PreviewFilter, offset, limit| -> Vec<String> {
        comparison
            .page(filter, offset, limit)
            .into_iter()
            .map(|line| match line {
                PreviewLine::Repository { name, newly_covered, no_longer_covered, matched, .. } => {
                    format!("{name} +{newly_covered} -{no_longer_covered} {matched}")
                }
                PreviewLine::Tag { tag, span, .. } => format!("{tag} {span:?}"),
            })
            .collect()
    };
    let changes = PreviewFilter::of(&RowOutcome::ALL[..3]);
    let all = listed(&changes, 0, 100);
    assert_eq!(
        all,
        [
            "busy +2 -1 3",
            "v1 Some((0, 1))",
            "v2 Some((0, 1))",
            "old None",
            "both-v Some((5, 6))",
            "quiet +1 -0 1",
            "v0 Some((0, 1))",
        ]
    );
    assert_eq!(comparison.line_count(&changes), all.len());
    for offset in 0..=all.len() {
        for limit in 0..4 {
            let expected: Vec<_> = all.iter().skip(offset).take(limit).cloned().collect();
            assert_eq!(listed(&changes, offset, limit), expected, "{limit} lines from {offset}");
        }
    }
    let collapsed = PreviewFilter { collapsed: vec![1], ..changes };
    assert_eq!(listed(&collapsed, 0, 9), ["busy +2 -1 3", "quiet +1 -0 1", "v0 Some((0, 1))"]);
    let lost = PreviewFilter::of([RowOutcome::NoLongerCovered]);
    assert_eq!(listed(&lost, 0, 9), ["busy +2 -1 3", "old None"]);
}

#[test]
fn a_newer_question_stops_the_work() {
    let tags: Vec<String> = (0..20_000).map(|n| format!("v{n}")).collect();
    let index = Arc::new(TagIndex::build(vec![("api".to_owned(), tags)]));
    let rules = CompiledRules::compile(&[immutable("^v1")]);
    let asked = Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 2
    };
    assert_eq!(Comparison::new(&index, &rules, &rules, same_place(0), &cancelled).err(), Some(Cancelled));
    assert!(asked.get() <= 4, "asked again after the answer was yes");
}

proptest! {
    #[test]
    fn a_comparison_equals_asking_tag_by_tag(
        before in proptest::collection::vec(any_rule(), 0..4),
        after in proptest::collection::vec(any_rule(), 0..4),
        tags in proptest::collection::vec("(v|x|latest|a|b|1|-rc){1,4}", 0..300),
        split in 0usize..300,
        edited in (0u32..5, 0u32..5),
    ) {
        let (left, right) = tags.split_at(split.min(tags.len()));
        let repositories = vec![("api".to_owned(), left.to_vec()), ("web".to_owned(), right.to_vec())];
        let rows: Vec<(&str, &str)> = repositories.iter()
            .flat_map(|(name, tags)| tags.iter().map(move |tag| (name.as_str(), tag.as_str()))).collect();
        let index = Arc::new(TagIndex::build(repositories.clone()));
        let edited = Edited {
            before: Some(edited.0).filter(|place| (*place as usize) < before.len()),
            after: Some(edited.1).filter(|place| (*place as usize) < after.len()),
        };
        let (old, new) = (CompiledRules::compile(&before), CompiledRules::compile(&after));
        let comparison = Comparison::new(&index, &old, &new, edited, &never).unwrap();
        let mut counts = (StateCounts::default(), StateCounts::default());
        let mut changed = 0;
        for (row, (repository, tag)) in (0u32..).zip(&rows) {
            let (was, is) = (old.standing(repository, tag), new.standing(repository, tag));
            let found = comparison.before().standing(&index, row).unwrap();
            prop_assert_eq!((found.state, found.deciding, found.push, found.delete),
                (was.state, was.deciding, was.push, was.delete));
            let found = comparison.after().standing(&index, row).unwrap();
            prop_assert_eq!((found.state, found.deciding), (is.state, is.deciding));
            let covered = |rules: &CompiledRules, raw: &[Rule], place: Option<u32>| place.is_some_and(|place| {
                raw[place as usize].enabled
                    && rules.rule(place as usize).unwrap().is_ok_and(|rule| rule.covers(repository, tag))
            });
            let expected = match (covered(&old, &before, edited.before), covered(&new, &after, edited.after)) {
                (false, true) => RowOutcome::NewlyCovered,
                (true, false) => RowOutcome::NoLongerCovered,
                (true, true) => RowOutcome::StillCovered,
                (false, false) => RowOutcome::NotMatched,
            };
            prop_assert_eq!(comparison.outcome(row), Some(expected));
            counts.0.add(was.state);
            counts.1.add(is.state);
            changed += u32::from(was.state != is.state);
        }
        let summary = comparison.summary();
        prop_assert_eq!((summary.states_before, summary.states_after), counts);
        prop_assert_eq!(summary.transitions.iter().map(|t| t.tags).sum::<u32>(), changed);
        let everything = PreviewFilter::of(RowOutcome::ALL);
        let page = comparison.page(&everything, 0, usize::MAX);
        prop_assert_eq!(page.len(), comparison.line_count(&everything));
        let mut listed: Vec<u32> = page.iter().filter_map(|line| match line {
            PreviewLine::Tag { row, .. } => Some(*row),
            PreviewLine::Repository { .. } => None,
        }).collect();
        listed.sort_unstable();
        prop_assert!(listed.iter().copied().eq(0..rows.len() as u32), "each row is listed once");
    }
}
