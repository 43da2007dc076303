//! The fast ways over many names give what asking for each name gives.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::cell::Cell;
use std::io::{BufRead, BufReader};

use proptest::prelude::*;
use serde_json::Value;
use tagwarden_rules::pattern::{Cancelled, Dialect, Pattern};
use tagwarden_rules::preview::{NameBits, TagIndex};

/// Names as they are, and names that no registry should hold but some do.
fn names() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for major in 0..4 {
        for minor in 0..12 {
            names.push(format!("v{major}.{minor}.0"));
            names.push(format!("{major}.{minor}.3-rc.{minor}"));
            names.push(format!("{major}.{minor}.3-alpine-stable"));
        }
    }
    for plain in [
        "latest",
        "stable",
        "RELEASE",
        "release-2",
        "main",
        "a",
        "ab",
        "abc",
        "B",
        "-",
        ".",
        "_",
        "--",
        "0",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "nightly-20240101",
        "feature_x.y",
        "k",
        "S",
        "s",
    ] {
        names.push(plain.to_owned());
    }
    for unusual in ["", "a/b", "v1.0 ", "v1.0\nlatest", "\nlatest", "é", "vé.1", "a\0b", "v1.0\r", "ſ", "K"]
    {
        names.push(unusual.to_owned());
    }
    for length in [127, 128, 129, 254, 255, 256, 257, 300] {
        names.push("a".repeat(length));
        names.push(format!("{}b", "a".repeat(length)));
        names.push(format!("{}-stable", "a".repeat(length)));
    }
    names
}

fn index(names: &[String]) -> TagIndex {
    TagIndex::build(vec![("one".to_owned(), names.to_vec()), ("two".to_owned(), names.to_vec())])
}

/// Every way there is, against one question a name.
fn check(index: &TagIndex, text: &str, pattern: &Pattern) {
    let bits = NameBits::of(index, pattern, &|| false).expect("not cancelled");
    for (id, name) in (0..).zip(index.names()) {
        assert_eq!(bits.get(id), pattern.is_match(name), "{:?} on {name:?}", pattern.text());
    }
    let mut found = Vec::new();
    pattern.matching_lines(text.as_bytes(), |place| found.push(place));
    let mut start = 0;
    let mut wanted = Vec::new();
    for line in text.split_inclusive('\n') {
        let name = line.strip_suffix('\n').unwrap_or(line);
        if pattern.is_match(name) {
            wanted.push(start..start + name.len());
        }
        start += line.len();
    }
    assert_eq!(found, wanted, "{:?} over lines", pattern.text());
}

#[test]
fn no_fuzzed_pattern_is_matched_otherwise_in_bulk() {
    let all = names();
    let index = index(&all);
    let usual: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|name| !name.contains(['/', ' ', '\n', '\r', '\0']) && name.is_ascii())
        .collect();
    let texts = [usual.join("\n"), all.join("\n") + "\n"];
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/re2-fuzz.jsonl.gz");
    let file = std::fs::File::open(path).expect("the vectors");
    let mut compared = 0;
    let mut together: Vec<Pattern> = Vec::new();
    for (place, line) in BufReader::new(flate2::read::GzDecoder::new(file)).lines().enumerate().skip(1) {
        let case: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let text = case[0].as_str().expect("a pattern");
        for dialect in [Dialect::Gitlab, Dialect::GitlabCleanup] {
            if let Ok(pattern) = Pattern::compile(dialect, text) {
                check(&index, &texts[place % 2], &pattern);
                compared += 1;
                together.push(pattern);
            }
        }
    }
    for some in together.chunks(20) {
        check_together(&index, some);
    }
    assert!(compared > 5_000, "only {compared} patterns were compared");
}

/// Many patterns at once, against one question a pattern.
fn check_together(index: &TagIndex, patterns: &[Pattern]) {
    let all =
        NameBits::of_all(index, &patterns.iter().collect::<Vec<_>>(), &|| false).expect("not cancelled");
    for (pattern, bits) in patterns.iter().zip(all) {
        let alone = NameBits::of(index, pattern, &|| false).expect("not cancelled");
        assert_eq!(bits, alone, "{:?} among others", pattern.text());
    }
}

#[test]
fn patterns_that_are_too_large_together_are_matched_all_the_same() {
    let index = index(&names());
    let texts = ["a.{9}b", "b.{9}a", "^(?:[ab]*a[ab]{8})$", "s.{8}e", "^[ab]*a[ab]{18}$", "v"];
    let patterns: Vec<_> = texts.map(|text| Pattern::compile(Dialect::Gitlab, text).expect(text)).into();
    check_together(&index, &patterns);
    check_together(&index, &patterns[..4]);
}

#[test]
fn a_pattern_too_large_for_an_automaton_is_matched_all_the_same() {
    let all = names();
    for text in ["^[ab]*a[ab]{18}$", "[ab]*a[ab]{12}c", "^(?:.{0,60}a.{0,60}b){2}", "(a.{20}b.{20}c)|x{500}"]
    {
        check(&index(&all), &all.join("\n"), &Pattern::compile(Dialect::Gitlab, text).expect(text));
    }
}

#[test]
fn building_stops_when_a_newer_question_comes_and_nothing_is_lost_by_it() {
    let names = names();
    let index = index(&names);
    for (dialect, text) in [(Dialect::Gitlab, "^[ab]*a[ab]{8}$"), (Dialect::Harbor, "{a,b}*{c,d}*?")] {
        let pattern = Pattern::compile(dialect, text).unwrap();
        let asked = Cell::new(0);
        let wanted = || {
            asked.set(asked.get() + 1);
            asked.get() > 1
        };
        assert_eq!(pattern.prepare(&wanted), Err(Cancelled), "{text}");
        assert_eq!(asked.get(), 2, "{text}: it stops at once");
        pattern.prepare(&|| false).unwrap();
        check(&index, &names.join("\n"), &pattern);
    }
}

#[test]
fn empty_lines_are_names_wherever_they_are() {
    let index = index(&[String::new()]);
    for pattern in ["^$", "a*", "b|^$"] {
        let pattern = Pattern::compile(Dialect::Gitlab, pattern).expect("a pattern");
        for text in ["\n", "\n\n", "ab\n\n", "ab\n\nb", "\n\nab\n"] {
            check(&index, text, &pattern);
        }
        // Also at the end of a block of text.
        check(&index, &"a\n\n\n".repeat(50_000), &pattern);
        check(&index, &"\n".repeat(200_000), &pattern);
    }
}

#[test]
fn needles_that_lead_to_nothing_are_given_up() {
    let all: Vec<String> = (0..20_000).map(|number| format!("build-{number}-rc")).collect();
    let pattern = Pattern::compile(Dialect::Gitlab, "build-.*7777.*-rc$").expect("a pattern");
    check(&index(&all), &all.join("\n"), &pattern);
}

#[test]
fn an_empty_name_at_the_end_of_a_text_is_a_name() {
    let all = [String::new()];
    for text in [".*", "^$", "a*", "a"] {
        let pattern = Pattern::compile(Dialect::Gitlab, text).expect(text);
        for lines in ["\n", "a\n\n", "\n\n", "/\n\n"] {
            check(&index(&all), lines, &pattern);
        }
    }
}

#[test]
fn an_index_without_tags_has_no_bits() {
    let index = TagIndex::build(Vec::new());
    for text in [".*", "a", "^$", "stable|release"] {
        let pattern = Pattern::compile(Dialect::Gitlab, text).expect(text);
        assert_eq!(NameBits::of(&index, &pattern, &|| false).map(|bits| bits.count()), Ok(0));
    }
}

proptest! {
    #[test]
    fn any_names_and_any_piece_of_pattern_agree(
        names in prop::collection::vec("[ab.\\-]{0,6}|[a/\n]{1,3}", 0..60),
        text in "\\^?(\\(?[ab.]\\|?[ab]*\\)?[*+?]?){1,4}\\$?",
    ) {
        if let Ok(pattern) = Pattern::compile(Dialect::Gitlab, &text) {
            check(&index(&names), &names.join("\n"), &pattern);
        }
    }
}
