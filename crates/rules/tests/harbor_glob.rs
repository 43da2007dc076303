//! Harbor's globs: doublestar's own verdicts, and every fast way held against its rules followed
//! literally.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::Value;
use tagwarden_rules::pattern::{Dialect, Pattern, Verdict};
use tagwarden_rules::preview::{NameBits, TagIndex};

const DIALECTS: [Dialect; 2] = [Dialect::Harbor, Dialect::Harbor11];

fn glob(dialect: Dialect, text: &str) -> Pattern {
    Pattern::compile(dialect, text).expect("every text is a glob")
}

/// Every way to ask for one name.
fn verdict(pattern: &Pattern, name: &str) -> Verdict {
    let literally = pattern.verdict_literally(name.as_bytes());
    let context = || format!("{:?} {:?} on {name:?}", pattern.dialect(), pattern.text());
    assert_eq!(pattern.verdict(name), literally, "{}", context());
    assert_eq!(pattern.verdict_bytes(name.as_bytes()), literally, "{}", context());
    assert_eq!(pattern.verdict(name), literally, "with automata: {}", context());
    assert_eq!(pattern.is_match(name), literally == Verdict::Match, "{}", context());
    assert_eq!(pattern.is_match_bytes(name.as_bytes()), literally == Verdict::Match, "{}", context());
    literally
}

#[test]
fn every_vector_has_the_servers_verdict() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/harbor-glob.json");
    let text = std::fs::read_to_string(path).expect("the vectors");
    let vectors: Value = serde_json::from_str(&text).expect("JSON");
    let cases = vectors["cases"].as_array().expect("cases");
    for case in cases {
        let text = |key: &str| case[key].as_str().expect("a text");
        let wanted = match text("result") {
            "true" => Verdict::Match,
            "false" => Verdict::No,
            "error" => Verdict::Error,
            other => panic!("{other}?"),
        };
        let pattern = glob(Dialect::Harbor, text("pattern"));
        assert_eq!(verdict(&pattern, text("name")), wanted, "{:?} on {:?}", text("pattern"), text("name"));
    }
    assert_eq!(cases.len(), 91);
}

/// What the two releases were seen to say of the same names.
#[test]
fn the_older_release_differs_where_it_should() {
    for (text, name, recent, older) in [
        ("{a/b,c}", "c", Verdict::Match, Verdict::Error),
        ("{a,}", "", Verdict::Match, Verdict::No),
        ("v{1,{2,3}}", "v2", Verdict::Match, Verdict::Match),
        ("v{1,{2,3}}", "v1", Verdict::Match, Verdict::No),
        ("*[", "a", Verdict::Error, Verdict::No),
        ("*b", "éab", Verdict::Match, Verdict::No),
        ("a/", "a", Verdict::No, Verdict::Match),
        ("redis{,/**}", "redis", Verdict::Error, Verdict::No),
        ("v[", "v", Verdict::No, Verdict::No),
        ("v[", "v1", Verdict::Error, Verdict::Error),
        ("", "anything/at all", Verdict::Match, Verdict::Match),
    ] {
        assert_eq!(verdict(&glob(Dialect::Harbor, text), name), recent, "{text:?} on {name:?}");
        assert_eq!(verdict(&glob(Dialect::Harbor11, text), name), older, "1.1.1: {text:?} on {name:?}");
    }
}

/// Names that show differences: tags, repositories, and what no registry stores.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[abv1.\\-]{0,6}",
        2 => "[abv1/]{0,6}",
        1 => "[abé\\\\,{}\\[*\0/]{0,5}",
    ]
}

/// Pieces of patterns, well and badly put together.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "*",
        "*",
        "**",
        "?",
        "[a-c]",
        "[^a]",
        "[ab]",
        "[^]",
        "[",
        "]",
        "[]",
        "[a-]",
        "[b-a]",
        "{",
        "}",
        ",",
        "{a,b}",
        "{,v}",
        "{*,b}",
        "{a,ab}",
        "{a/b,v}",
        "{a,{b,v}}",
        "{[a,b]}",
        "/",
        "**/",
        "/**",
        "\\",
        "\\*",
        "\\/",
        "a",
        "a",
        "b",
        "b",
        "v",
        "1",
        ".",
        "-",
        "é",
    ]);
    prop::collection::vec(pieces, 0..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_fast_way_says_what_the_rules_say(
        texts in prop::collection::vec(text(), 1..6),
        names in prop::collection::vec(name(), 1..40),
    ) {
        for dialect in DIALECTS {
            let patterns: Vec<Pattern> = texts.iter().map(|text| glob(dialect, text)).collect();
            let index = TagIndex::build(vec![("one".to_owned(), names.clone())]);
            for pattern in &patterns {
                for name in &names {
                    verdict(pattern, name);
                }
                let bits = NameBits::of(&index, pattern, &|| false).expect("not cancelled");
                check_bits(&index, pattern, &bits);
                check_lines(pattern, &names);
            }
            let all: Vec<&Pattern> = patterns.iter().collect();
            let together = NameBits::of_all(&index, &all, &|| false).expect("not cancelled");
            for (pattern, bits) in patterns.iter().zip(&together) {
                check_bits(&index, pattern, bits);
            }
        }
    }

    #[test]
    fn what_is_said_of_all_tags_holds_for_each(
        one in text(),
        other in text(),
        names in prop::collection::vec("[abv1][abv1.\\-]{0,5}", 1..40),
    ) {
        for dialect in DIALECTS {
            let (one, other) = (glob(dialect, &one), glob(dialect, &other));
            let matches = |pattern: &Pattern, name: &str| {
                pattern.verdict_literally(name.as_bytes()) == Verdict::Match
            };
            for name in &names {
                let (in_one, in_other) = (matches(&one, name), matches(&other, name));
                prop_assert!(one.matches_every_tag() != Some(true) || in_one, "{} {}", one.text(), name);
                prop_assert!(one.matches_no_tag() != Some(true) || !in_one, "{} {}", one.text(), name);
                prop_assert!(one.covers(&other) != Some(true) || in_one || !in_other, "{} {}", one.text(), name);
            }
            for tag in one.shortest_tags(3) {
                prop_assert!(matches(&one, &tag), "{} {}", one.text(), tag);
            }
            if let Some(parts) = one.compare(&other, 2) {
                for tag in &parts.only_first {
                    prop_assert!(matches(&one, tag) && !matches(&other, tag));
                }
                for tag in &parts.both {
                    prop_assert!(matches(&one, tag) && matches(&other, tag));
                }
            }
        }
    }
}

fn check_bits(index: &TagIndex, pattern: &Pattern, bits: &NameBits) {
    for (id, name) in (0..).zip(index.names()) {
        let wanted = pattern.verdict_literally(name.as_bytes()) == Verdict::Match;
        assert_eq!(bits.get(id), wanted, "{:?} {:?} on {name:?}", pattern.dialect(), pattern.text());
    }
}

fn check_lines(pattern: &Pattern, names: &[String]) {
    let lines = names.join("\n");
    let mut found = Vec::new();
    pattern.matching_lines(lines.as_bytes(), |place| found.push(lines[place].to_owned()));
    let matches = |name: &&str| pattern.verdict_literally(name.as_bytes()) == Verdict::Match;
    let given = lines.split_inclusive('\n').map(|line| line.strip_suffix('\n').unwrap_or(line));
    let wanted: Vec<&str> = given.filter(matches).collect();
    assert_eq!(found, wanted, "{:?} {:?} over lines", pattern.dialect(), pattern.text());
}

#[test]
fn stars_side_by_side_and_lists_end_to_end_take_no_longer_than_others() {
    let name = format!("{}c", "a".repeat(120));
    for dialect in DIALECTS {
        for text in ["*a*a*a*a*a*a*a*a*a*a*a*b", &"{a,a,a}".repeat(60), &format!("{}b", "{*,*}".repeat(12))] {
            let pattern = glob(dialect, text);
            assert_eq!(pattern.verdict_literally(name.as_bytes()), Verdict::No, "{text}");
        }
        let deep = format!("{}b", "**/".repeat(30));
        let path = "a/".repeat(40) + "a";
        assert_eq!(glob(dialect, &deep).verdict_literally(path.as_bytes()), Verdict::No);
    }
}

#[test]
fn a_pattern_too_large_for_an_automaton_is_matched_all_the_same() {
    let text = format!("*a{}", "?".repeat(20));
    let names: Vec<String> = (0..40).map(|length| format!("{}b", "ab".repeat(length))).collect();
    let index = TagIndex::build(vec![("one".to_owned(), names.clone())]);
    for dialect in DIALECTS {
        let pattern = glob(dialect, &text);
        assert_eq!(pattern.matches_no_tag(), None);
        check_bits(&index, &pattern, &NameBits::of(&index, &pattern, &|| false).expect("not cancelled"));
        check_lines(&pattern, &names);
    }
}

#[test]
fn a_text_beyond_what_the_server_stores_is_not_read() {
    for text in ["*".repeat(501), "a".repeat((16 << 10) + 1)] {
        assert!(Pattern::compile(Dialect::Harbor, &text).is_err());
    }
    assert!(Pattern::compile(Dialect::Harbor, &"*".repeat(500)).is_ok());
    let pattern = glob(Dialect::Harbor, &"{".repeat(500));
    assert_eq!(pattern.verdict("a"), Verdict::Error);
    verdict(&glob(Dialect::Harbor, &"*".repeat(500)), "a");
    verdict(&glob(Dialect::Harbor, &format!("{}{}", "{".repeat(250), "}".repeat(250))), "a");
}
