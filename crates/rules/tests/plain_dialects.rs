//! ECR's filters and prefixes, against a literal reading of what they say.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use tagwarden_rules::blocks::{Block, explain};
use tagwarden_rules::pattern::{Dialect, Pattern, PatternErrorCode};

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
fn blocks_are_written_where_one_filter_can_say_them_and_read_back() {
    let starts = Block::StartsWith { text: "dev-1.".to_owned() };
    for dialect in [Dialect::Ecr, Dialect::Prefix] {
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
    assert_eq!(Block::AnyOf { texts: vec!["a".into(), "b".into()] }.write(Dialect::Ecr), None);
}
