//! What a pattern matches as a whole, compared with all names that could exist.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::tag::is_valid_tag;

fn gitlab(text: &str) -> Pattern {
    Pattern::compile(Dialect::Gitlab, text).expect("accepted")
}

#[test]
fn patterns_that_match_every_tag_are_known() {
    for text in
        ["v*", ".*", ".", "", "()", "^", "\\w", "^[\\w.-]", "[^ ]$", "a|b*", "\\b|\\B", "(?:)", "^.{1,128}$"]
    {
        let Ok(pattern) = Pattern::compile(Dialect::Gitlab, text) else { continue };
        assert_eq!(pattern.matches_every_tag(), Some(true), "{text}");
        assert_eq!(pattern.matches_no_tag(), Some(false), "{text}");
    }
    for text in [
        "v*",
        ".*",
        ".",
        "()",
        "^",
        "\\w",
        "^[\\w.-]",
        "[^ ]$",
        "a|b*",
        "\\b",
        "\\b|\\B",
        "(?:)",
        "^.{1,128}$",
        // Beside what no tag can have.
        "|é",
        "é*",
        "(?:é|)b?",
        "(?:aé){0,2}",
    ] {
        assert_eq!(gitlab(text).matches_every_tag(), Some(true), "{text}");
        assert_eq!(gitlab(text).matches_no_tag(), Some(false), "{text}");
    }
    for text in ["v", "[a-z]", "^.{1,127}$", "^[^_]", "..", "\\B"] {
        assert_eq!(gitlab(text).matches_every_tag(), Some(false), "{text}");
    }
}

#[test]
fn patterns_that_match_no_tag_are_known() {
    for text in ["a^", "$a", "[^\\x00-\\x7F]", "é", "a b", "^[.-]", "/", "^.{129}", "\\Qa b", "v\\b1"] {
        assert_eq!(gitlab(text).matches_no_tag(), Some(true), "{text}");
        assert!(gitlab(text).shortest_tags(3).is_empty(), "{text}");
    }
    for text in ["é+", "(?:é|ü)a", "(?:é*ü){2}|é", "[^\\x00-\\x7F]a*|é"] {
        assert_eq!(gitlab(text).matches_no_tag(), Some(true), "{text}");
    }
    for text in ["a", "^.{128}$", "\\.$", "-", "latest|é", "é|latest", "é?v", "(?:é|v){2}"] {
        assert_eq!(gitlab(text).matches_no_tag(), Some(false), "{text}");
    }
}

#[test]
fn one_pattern_covers_another() {
    for (wide, narrow, covers) in [
        ("^v", "^v\\d+$", true),
        ("^v\\d+$", "^v", false),
        ("\\d+\\.\\d+\\.\\d+", "^v\\d+\\.\\d+\\.\\d+-rc\\.\\d+$", true),
        ("\\d+\\.\\d+\\.\\d+", "^(latest|v\\d+\\.\\d+\\.\\d+)$", false),
        ("\\w+", "^[0-9a-f]{7,40}$", true),
        ("(?i)RELEASE", "stable|release", false),
        ("^.{1,128}$", "v", true),
        ("^.{1,127}$", "v", false),
        ("v1", "v1", true),
        ("x", "[^\\x00-\\x7F]", true),
        (".*", "v", true),
        ("v", ".*", false),
    ] {
        assert_eq!(gitlab(wide).covers(&gitlab(narrow)), Some(covers), "{wide} over {narrow}");
    }
}

#[test]
fn a_cleanup_pattern_compares_with_a_tag_rule() {
    let whole = Pattern::compile(Dialect::GitlabCleanup, "v1").expect("accepted");
    assert_eq!(gitlab("v1").covers(&whole), Some(true));
    assert_eq!(whole.covers(&gitlab("v1")), Some(false));
}

#[test]
fn what_is_too_large_is_undecided_and_soon_so() {
    let (one, other) = (gitlab("^.*a.{24}$"), gitlab("^.*b.{24}$"));
    let begun = std::time::Instant::now();
    assert_eq!(one.covers(&other), None);
    assert_eq!(one.matches_every_tag(), None);
    assert!(one.shortest_tags(3).is_empty());
    assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn examples_are_short_valid_and_matched() {
    assert_eq!(gitlab("^v\\d$").shortest_tags(3), ["v0", "v1", "v2"]);
    assert_eq!(gitlab("^(latest|v\\d+\\.\\d+\\.\\d+)$").shortest_tags(1), ["latest"]);
    assert_eq!(gitlab("^(one|four)$").shortest_tags(9), ["one", "four"]);
    assert_eq!(gitlab("^.{128}$").shortest_tags(1)[0].len(), 128);
    for text in ["-rc", "\\.", "^[A-F]{3}x?$", "a|b", "\\b-\\B", ".*"] {
        let names = gitlab(text).shortest_tags(20);
        assert_eq!(names.len(), 20, "{text}");
        for name in &names {
            assert!(is_valid_tag(name) && gitlab(text).is_match(name), "{text}: {name}");
        }
    }
}

/// All names of up to three characters over a small part of the alphabet.
fn names() -> Vec<String> {
    let letters = ["a", "b", "1", ".", "-"];
    let mut all: Vec<String> = letters.iter().map(|letter| (*letter).to_owned()).collect();
    for _ in 0..2 {
        let longer = all.iter().flat_map(|name| letters.map(|letter| format!("{name}{letter}")));
        let longer: Vec<String> = longer.collect();
        all.extend(longer);
    }
    all.retain(|name| is_valid_tag(name));
    all
}

const PIECES: [&str; 18] = [
    "a", "b", "1", "\\.", "-", ".", "[a-z]", "\\d", "\\w*", "^", "$", "\\b", "\\B", "(?:a|b1)", "a?", "[^a]",
    "|", ".*",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn set_answers_agree_with_single_answers(
        one in prop::collection::vec(prop::sample::select(PIECES.as_slice()), 1..6),
        other in prop::collection::vec(prop::sample::select(PIECES.as_slice()), 1..6),
    ) {
        let compiled = (Pattern::compile(Dialect::Gitlab, &one.concat()), Pattern::compile(Dialect::Gitlab, &other.concat()));
        let (Ok(one), Ok(other)) = compiled else { return Ok(()) };
        let answers = (one.matches_every_tag(), one.matches_no_tag(), one.covers(&other));
        let (every, none, covers) = answers;
        for name in names() {
            let (in_one, in_other) = (one.is_match(&name), other.is_match(&name));
            prop_assert!(in_one || every == Some(false), "{name}");
            prop_assert!(!in_one || none == Some(false), "{name}");
            prop_assert!(!in_other || in_one || covers == Some(false), "{name}");
        }
        let examples = one.shortest_tags(5);
        prop_assert_eq!(examples.is_empty(), none == Some(true));
        for name in &examples {
            prop_assert!(is_valid_tag(name) && one.is_match(name), "{name}");
        }
        // One that is not covered has a name that shows it.
        if covers == Some(false) {
            let names = other.shortest_tags(200);
            prop_assert!(names.len() == 200 || names.iter().any(|name| !one.is_match(name)));
        }
    }
}
