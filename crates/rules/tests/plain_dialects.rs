//! ECR's filters and prefixes, against a literal reading of what they say.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use tagwarden_rules::blocks::{Block, explain};
use tagwarden_rules::pattern::{Dialect, Pattern, PatternErrorCode, Relation};

/// `*` stands for any text; everything else for itself; the whole name counts.
fn literally(filter: &[u8], name: &[u8]) -> bool {
    match filter.split_first() {
        None => name.is_empty(),
        Some((b'*', rest)) => (0..=name.len()).any(|skipped| literally(rest, &name[skipped..])),
        Some((first, rest)) => name.first() == Some(first) && literally(rest, &name[1..]),
    }
}

proptest! {
    #[test]
    fn a_filter_matches_what_it_says(filter in "[a.\\-]{0,4}(\\*[a.b]{0,3}){0,2}", name in "[ab.\\-/]{0,9}") {
        prop_assume!(!filter.is_empty());
        let pattern = Pattern::compile(Dialect::Ecr, &filter).expect("a filter");
        prop_assert_eq!(pattern.is_match(&name), literally(filter.as_bytes(), name.as_bytes()));
    }

    #[test]
    fn a_list_matches_what_one_of_its_filters_matches(
        filters in prop::collection::vec("[a.\\-]{0,3}(\\*[a.b]{0,3}){0,2}", 1..6),
        name in "[ab.\\-]{0,9}",
    ) {
        prop_assume!(filters.iter().all(|filter| !filter.is_empty()));
        let pattern = Pattern::compile(Dialect::EcrFilters, &filters.join(",")).expect("filters");
        let expected = filters.iter().any(|filter| literally(filter.as_bytes(), name.as_bytes()));
        prop_assert_eq!(pattern.is_match(&name), expected);
    }

    #[test]
    fn a_prefix_matches_names_that_start_with_it(prefix in "[a.*+(\\[]{1,4}", name in "[a.*+(\\[]{0,6}") {
        let pattern = Pattern::compile(Dialect::Prefix, &prefix).expect("a prefix");
        prop_assert_eq!(pattern.is_match(&name), name.starts_with(&prefix));
    }
}

#[test]
fn a_filter_has_only_the_characters_the_length_and_the_stars_that_the_service_allows() {
    let refused = |text: &str| {
        let error = Pattern::compile(Dialect::Ecr, text).expect_err(text);
        (error.code, error.column)
    };
    assert_eq!(refused(""), (PatternErrorCode::Blank, Some(1)));
    assert_eq!(refused("v[0-9]"), (PatternErrorCode::Other, Some(2)));
    assert_eq!(refused("v?"), (PatternErrorCode::Other, Some(2)));
    assert_eq!(refused("a*b*c*"), (PatternErrorCode::Other, Some(6)));
    assert_eq!(refused(&"a".repeat(129)), (PatternErrorCode::TooLong, Some(129)));
    assert!(Pattern::compile(Dialect::Ecr, &"a".repeat(128)).is_ok());
    assert!(Pattern::compile(Dialect::Ecr, "*a*").is_ok());
}

#[test]
fn a_list_has_one_to_five_filters_and_says_which_is_wrong() {
    let refused = |text: &str| {
        let error = Pattern::compile(Dialect::EcrFilters, text).expect_err(text);
        (error.code, error.column, error.suggestion)
    };
    assert_eq!(refused(""), (PatternErrorCode::Blank, Some(1), None));
    assert_eq!(refused("a,"), (PatternErrorCode::Blank, Some(3), None));
    assert_eq!(refused("a,,b"), (PatternErrorCode::Blank, Some(3), None));
    assert_eq!(refused("v*,v?"), (PatternErrorCode::Other, Some(5), None));
    assert_eq!(refused("v*,a*b*c*"), (PatternErrorCode::Other, Some(9), None));
    assert_eq!(refused("a,b,c,d,e,f"), (PatternErrorCode::Other, Some(11), None));
    assert_eq!(refused(&format!("a,{}", "b".repeat(129))), (PatternErrorCode::TooLong, Some(131), None));
    assert_eq!(refused("v*, latest"), (PatternErrorCode::Other, Some(4), Some("v*,latest".to_owned())));
    let longest =
        ["a".repeat(128), "b".repeat(128), "*c*".to_owned(), "d".to_owned(), "*".to_owned()].join(",");
    assert!(Pattern::compile(Dialect::EcrFilters, &longest).is_ok());
}

#[test]
fn sets_of_a_list_are_those_of_its_filters() {
    let list = |text: &str| Pattern::compile(Dialect::EcrFilters, text).expect(text);
    let one = Pattern::compile(Dialect::Ecr, "v*").expect("a filter");
    assert_eq!(list("v*").compare(&one, 3).map(|found| found.relation()), Some(Relation::Equal));
    assert_eq!(list("v*,latest").covers(&one), Some(true));
    assert_eq!(list("v*,latest").covers(&list("latest,v1*")), Some(true));
    assert_eq!(list("*a,*").matches_every_tag(), Some(true));
    assert_eq!(list("latest,dev-*").shortest_tags(1), ["dev-"]);
}

#[test]
fn blocks_are_written_where_one_filter_can_say_them_and_read_back() {
    let starts = Block::StartsWith { text: "dev-1.".to_owned() };
    for dialect in [Dialect::Ecr, Dialect::EcrFilters, Dialect::Prefix] {
        let written = starts.write(dialect).expect("a prefix can be said");
        assert_eq!(Block::read(dialect, &written), Some(starts.clone()), "{written}");
        assert!(!explain(dialect, &written).is_empty());
    }
    for block in [
        Block::IsExactly { text: "latest".to_owned() },
        Block::EndsWith { text: "-rc".to_owned() },
        Block::Contains { text: "x".to_owned() },
        Block::Everything,
    ] {
        let written = block.write(Dialect::Ecr).expect("a filter can say it");
        assert_eq!(Block::read(Dialect::Ecr, &written), Some(block.clone()), "{written}");
        assert_eq!(block.write(Dialect::Prefix), None);
    }
    let texts = Block::AnyOf { texts: vec!["a".into(), "b".into()] };
    assert_eq!(texts.write(Dialect::Ecr), None);
    assert_eq!(texts.write(Dialect::EcrFilters).as_deref(), Some("a,b"));
    assert_eq!(Block::read(Dialect::EcrFilters, "a,b"), Some(texts));
    for (block, written) in [(starts, "dev-1.*"), (Block::Everything, "*")] {
        assert_eq!(block.write(Dialect::EcrFilters).as_deref(), Some(written));
        assert_eq!(Block::read(Dialect::EcrFilters, written), Some(block));
    }
    let six = Block::AnyOf { texts: "a b c d e f".split(' ').map(str::to_owned).collect() };
    assert_eq!(six.write(Dialect::EcrFilters), None);
    assert_eq!(Block::IsExactly { text: "a,b".to_owned() }.write(Dialect::EcrFilters), None);
    assert!(!explain(Dialect::EcrFilters, "latest,dev-*").is_empty());
}
