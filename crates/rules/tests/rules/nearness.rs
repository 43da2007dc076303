//! Near misses, reasons for losses, and tags still to come.

use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::preview::{
    Matched, NameBits, NearMiss, TagIndex, Why, future_difference, future_examples, near_misses, why_lost,
};
use tagwarden_rules::tag::is_valid_tag;

use crate::support::{index, never, pattern};

fn misses(index: &TagIndex, text: &str) -> Vec<NearMiss> {
    let pattern = pattern(text);
    let matched = NameBits::of(index, &pattern, &never).unwrap();
    near_misses(index, &pattern, &matched, 10, &never).unwrap().list
}

#[test]
fn the_near_misses_of_a_release_candidate() {
    let index = index(&[(
        "ledger-api",
        &["v2.14.0-rc.2", "v2.13.0-rc1", "V2.12.0-rc.1", "v2.14.0-rc.2-arm64", "main", "v1", "2.1.0-rc.1"],
    )]);
    let found = misses(&index, r"^v\d+\.\d+\.\d+-(rc|beta)\.\d+$");
    let of = |tag: &str| {
        let miss = found.iter().find(|miss| miss.tag == tag).unwrap_or_else(|| panic!("{tag} in {found:#?}"));
        (miss.why.clone(), tag[miss.span.0 as usize..miss.span.1 as usize].to_owned())
    };
    assert_eq!(of("v2.13.0-rc1"), (Why::SeparatorMissing { separator: '.' }, "1".to_owned()));
    assert_eq!(of("V2.12.0-rc.1"), (Why::Case, "V".to_owned()));
    assert_eq!(of("v2.14.0-rc.2-arm64"), (Why::TextAfter, "-arm64".to_owned()));
    assert_eq!(of("2.1.0-rc.1"), (Why::PrefixMissing { text: "v".to_owned() }, "2".to_owned()));
    assert_eq!(found.len(), 4, "neither matched tags nor distant ones are near misses");
}

#[test]
fn every_suggestion_matches_the_tag_it_is_for() {
    let index = index(&[("api", &["v1_0", "xv1.0", "v1.0x", "V1.0", "v.1.0", "v10", "1.0", "v1.0"])]);
    for text in [r"^v\d\.\d$", r"v1\.0$", r"^v(\d)\.\d", "^V"] {
        for miss in misses(&index, text) {
            assert!(pattern(miss.suggestion.as_deref().unwrap()).is_match(&miss.tag), "{text}: {miss:?}");
            assert!(!pattern(text).is_match(&miss.tag));
            assert!(miss.span.0 < miss.span.1 && miss.span.1 as usize <= miss.tag.len(), "{text}: {miss:?}");
            assert_eq!(index.tag(miss.row), miss.tag);
        }
    }
}

#[test]
fn a_pattern_that_leaves_nothing_out_has_no_near_misses() {
    let index = index(&[("api", &["v1", "main"])]);
    assert!(misses(&index, "v*").is_empty());
}

#[test]
fn wildcards_have_near_misses_of_their_own() {
    let index = index(&[("api", &["v1.0-x", "my-v1.0", "V1.0", "main"])]);
    let told = |dialect, text: &str| -> Vec<(String, Why, Option<String>)> {
        let pattern = Pattern::compile(dialect, text).unwrap();
        let matched = NameBits::of(&index, &pattern, &never).unwrap();
        let near = near_misses(&index, &pattern, &matched, 10, &never).unwrap().list;
        near.into_iter().map(|miss| (miss.tag, miss.why, miss.suggestion)).collect()
    };
    let expected = [
        ("v1.0-x".to_owned(), Why::TextAfter, Some("v1.*0*".to_owned())),
        ("my-v1.0".to_owned(), Why::TextBefore, Some("*v1.*0".to_owned())),
    ];
    assert_eq!(told(Dialect::Ecr, "v1.*0"), expected);
    assert!(told(Dialect::Prefix, "v1").is_empty());
}

#[test]
fn the_commonest_reason_for_a_loss_is_named_with_a_way_out() {
    let index = index(&[("api", &["v1.0.0-rc1", "v2.0.0-rc2", "hotfix-rc-test"])]);
    let reason = why_lost(&index, &pattern(r"^v\d+\.\d+\.\d+-rc\.\d+$"), &[0, 1, 2]).unwrap();
    assert_eq!(reason.tags, 2);
    assert_eq!(reason.why, Why::SeparatorMissing { separator: '.' });
    assert_eq!(reason.example, "v1.0.0-rc1");
    assert_eq!(reason.suggestion, r"^v\d+\.\d+\.\d+-rc\.?\d+$");
}

#[test]
fn coming_tags_continue_those_that_exist() {
    let index = index(&[("api", &["v2.14.0-rc.3", "v2.15.0-beta.4", "v2.15.0-beta.3", "v2.9.0-beta.9"])]);
    let pattern = pattern(r"^v\d+\.\d+\.\d+-(rc|beta)\.\d+$");
    let matched = NameBits::of(&index, &pattern, &never).unwrap();
    let examples = future_examples(&index, &pattern, &matched);
    assert_eq!(examples.len(), 3);
    assert_eq!(examples[0], "v2.15.0-beta.5");
    assert_eq!(examples[1], "v2.14.0-rc.4");
    for example in &examples {
        assert!(is_valid_tag(example) && pattern.is_match(example) && !index.contains(example), "{example}");
    }
}

#[test]
fn coming_tags_are_found_where_nothing_matches_yet() {
    let index = index(&[("api", &["main"])]);
    for text in [r"^v\d+\.\d+\.\d+$", "^sha-[0-9a-f]{40}$", "-rc", "^(latest|stable)$"] {
        let pattern = pattern(text);
        let matched = NameBits::of(&index, &pattern, &never).unwrap();
        let examples = future_examples(&index, &pattern, &matched);
        assert!(!examples.is_empty(), "{text}");
        for example in &examples {
            assert!(is_valid_tag(example) && pattern.is_match(example), "{text}: {example}");
        }
    }
}

#[test]
fn hashes_are_followed_by_other_hashes() {
    let index = index(&[("api", &["sha-77d1c0e9", "sha-00ff12ab"])]);
    let pattern = pattern("^sha-[0-9a-f]{8}$");
    let matched = NameBits::of(&index, &pattern, &never).unwrap();
    let examples = future_examples(&index, &pattern, &matched);
    assert!(examples[0].starts_with("sha-") && examples[0].len() == 12, "{examples:?}");
}

#[test]
fn the_number_of_a_machine_is_not_counted_on() {
    let index = index(&[("api", &["v2.14.0-arm64", "main-amd64"])]);
    let pattern = pattern("-(arm|amd)[0-9]+$");
    let matched = NameBits::of(&index, &pattern, &never).unwrap();
    let examples = future_examples(&index, &pattern, &matched);
    assert_eq!(examples, ["v2.14.1-arm64", "v2.15.0-arm64", "v3.0.0-arm64"]);
}

/// Coming tags that the first pattern matches and the second does not.
fn difference(index: &TagIndex, wide: &str, narrow: &str) -> Vec<String> {
    let (wide, narrow) = (pattern(wide), pattern(narrow));
    let names = [&wide, &narrow].map(|pattern| NameBits::of(index, pattern, &never).unwrap());
    let examples = future_difference(
        index,
        Matched { pattern: &wide, names: &names[0] },
        Matched { pattern: &narrow, names: &names[1] },
    );
    for example in &examples {
        assert!(is_valid_tag(example) && !index.contains(example), "{example}");
        assert!(wide.is_match(example) && !narrow.is_match(example), "{example}");
    }
    examples
}

#[test]
fn an_edit_is_shown_by_the_tags_that_would_follow_those_it_loses() {
    let index = index(&[("api", &["v2.14.0-rc.3", "v2.13.0-rc1", "hotfix-rc-test", "main"])]);
    let (old, new) = ("-rc", r"^v\d+\.\d+\.\d+-(rc|beta)\.\d+$");
    assert_eq!(difference(&index, old, new)[0], "v2.13.0-rc2");
    let gained = difference(&index, new, old);
    assert!(!gained.is_empty() && gained.iter().all(|tag| tag.contains("-beta.")), "{gained:?}");
}

#[test]
fn an_edit_that_changes_no_tag_that_exists_is_shown_by_tags_like_them() {
    let index = index(&[("api", &["v1.2.3", "v1.10.0", "v9"])]);
    assert_eq!(
        difference(&index, r"^v\d+\.\d+\.\d+", r"^v\d+\.\d+\.\d+$"),
        ["v1.10.0-rc.1", "v1.10.0-alpine", "v1.10.0-1"]
    );
    assert_eq!(difference(&index, r"^v\d+$", r"^v\d$")[0], "v10");
    assert_eq!(difference(&index, r"^v?\d+\.\d+\.\d+$", r"^v\d+\.\d+\.\d+$")[0], "1.10.0");
}

#[test]
fn an_edit_that_says_the_same_adds_and_takes_away_nothing() {
    let index = index(&[("api", &["a1", "b2"])]);
    assert!(difference(&index, "^(a|b)", "^(b|a)").is_empty());
    assert!(difference(&index, "^a1$", "^a").is_empty());
    // Without any tags the shortest possible ones are left.
    let nothing = TagIndex::build(Vec::new());
    assert_eq!(difference(&nothing, "^[ab]x$", "^a").len(), 1);
}
