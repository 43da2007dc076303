//! What patterns match together, against a literal list of names, and every name that is given as a
//! proof looked at again.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use tagwarden_rules::pattern::{Dialect, Pattern, Relation};
use tagwarden_rules::tag::is_valid_tag;

fn gitlab(text: &str) -> Pattern {
    Pattern::compile(Dialect::Gitlab, text).expect("accepted")
}

/// All names of up to four characters over a small part of the alphabet.
fn names() -> Vec<String> {
    let mut all: Vec<String> = vec![String::new()];
    let mut longest = all.clone();
    for _ in 0..4 {
        longest = longest
            .iter()
            .flat_map(|name| ["a", "b", "1", "."].map(|letter| name.clone() + letter))
            .collect();
        all.extend(longest.clone());
    }
    all.retain(|name| is_valid_tag(name));
    all
}

fn any(patterns: &[&Pattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(name))
}

#[test]
fn several_patterns_cover_what_none_of_them_does() {
    let (all, even, odd) = (gitlab(r"^v\d$"), gitlab("[02468]$"), gitlab("[13579]$"));
    let left_out = |covers: &[Vec<&Pattern>], limit| all.tags_left_out(covers, limit).unwrap();
    assert!(left_out(&[vec![&even, &odd]], 1).is_empty());
    assert_eq!(left_out(&[vec![&even]], 2), ["v1", "v3"]);
    // Every cover has to have them.
    assert_eq!(left_out(&[vec![&even, &odd], vec![&odd]], 1), ["v0"]);
    assert_eq!(left_out(&[vec![]], 1), ["v0"], "nothing covers nothing");
    assert!(left_out(&[], 1).is_empty(), "no cover leaves anything out");
    assert!(left_out(&[vec![&all]], 1).is_empty());
}

#[test]
fn the_length_of_a_tag_is_part_of_the_question() {
    let (short, long) = (gitlab("^.{1,100}$"), gitlab("^.{101,}$"));
    assert_eq!(gitlab(".").tags_left_out(&[vec![&short, &long]], 1), Some(Vec::new()));
    let shorter = gitlab("^.{101,127}$");
    let left = gitlab(".").tags_left_out(&[vec![&short, &shorter]], 1).unwrap();
    assert_eq!(left.iter().map(String::len).collect::<Vec<_>>(), [128]);
}

#[test]
fn a_pattern_that_is_too_large_proves_nothing_and_hides_nothing() {
    let (huge, plain) = (gitlab("^.*a.{24}$"), gitlab("^v"));
    assert_eq!(huge.tags_left_out(&[vec![&plain]], 1), None);
    // `v` is left out by both, which a look at it tells.
    assert_eq!(plain.tags_left_out(&[vec![&huge]], 1), Some(vec!["v".to_owned()]));
    assert_eq!(plain.tags_left_out(&[vec![&huge, &gitlab("^v")]], 1), Some(Vec::new()));
}

const PIECES: [&str; 16] =
    ["a", "b", "1", r"\.", ".", "[a-z]", r"\d", r"\w*", "^", "$", r"\b", "(?:a|b1)", "a?", "[^a]", "|", ".*"];

fn pattern() -> impl Strategy<Value = Pattern> {
    prop::collection::vec(prop::sample::select(PIECES.as_slice()), 1..5)
        .prop_filter_map("refused", |pieces| Pattern::compile(Dialect::Gitlab, &pieces.concat()).ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_covered_together_agrees_with_a_list_of_names(
        rule in pattern(),
        covers in prop::collection::vec(prop::collection::vec(pattern(), 0..4), 1..3),
    ) {
        let covers: Vec<Vec<&Pattern>> = covers.iter().map(|cover| cover.iter().collect()).collect();
        let left_out = |name: &str| rule.is_match(name) && covers.iter().any(|cover| !any(cover, name));
        let first = names().into_iter().find(|name| left_out(name));
        let found = rule.tags_left_out(&covers, 4).expect("small patterns are decided");
        for name in &found {
            prop_assert!(is_valid_tag(name) && left_out(name), "{name}");
        }
        if let Some(first) = first {
            prop_assert!(found.first().is_some_and(|found| found.len() <= first.len()), "{first}, {found:?}");
        }
        prop_assert!(found.windows(2).all(|two| two[0].len() <= two[1].len() && two[0] != two[1]));
    }

    #[test]
    fn how_two_patterns_lie_agrees_with_a_list_of_names(one in pattern(), other in pattern()) {
        let told = one.compare(&other, 3).expect("small patterns are decided");
        let parts = [(&told.only_first, (true, false)), (&told.only_second, (false, true)), (&told.both, (true, true))];
        for (found, (in_one, in_other)) in parts {
            let is_part = |name: &str| one.is_match(name) == in_one && other.is_match(name) == in_other;
            for name in found {
                prop_assert!(is_valid_tag(name) && is_part(name), "{name}");
            }
            let listed: Vec<String> = names().into_iter().filter(|name| is_part(name)).collect();
            if let Some(first) = listed.first() {
                prop_assert!(found.first().is_some_and(|found| found.len() <= first.len()), "{first}, {found:?}");
            }
            prop_assert!(found.len() == 3 || found.len() >= listed.len().min(3));
        }
        prop_assert_eq!(told.only_first.clone(), one.tags_beyond(&other, 3).unwrap());
        prop_assert_eq!(told.both.clone(), one.common_tags(&other, 3).unwrap());
        let equal = told.relation() == Relation::Equal;
        prop_assert_eq!(equal, one.covers(&other) == Some(true) && other.covers(&one) == Some(true));
    }
}
