//! The cleanup dialect, what the registry's own engine refuses, and texts nobody should send.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use tagwarden_rules::pattern::{Dialect, Pattern, PatternErrorKind};

fn cleanup(text: &str) -> Pattern {
    Pattern::compile(Dialect::GitlabCleanup, text).expect("accepted")
}

fn gitlab(text: &str) -> Pattern {
    Pattern::compile(Dialect::Gitlab, text).expect("accepted")
}

#[test]
fn a_cleanup_pattern_is_anchored_without_a_group() {
    let pattern = cleanup("main|master|latest");
    for name in ["main", "main-2", "remaster", "webmaster-1", "latest", "xlatest"] {
        assert!(pattern.is_match(name), "{name}");
    }
    for name in ["xmain", "latest-1", "v1"] {
        assert!(!pattern.is_match(name), "{name}");
    }
    assert_eq!(pattern.text(), "main|master|latest");
    assert_eq!(pattern.dialect(), Dialect::GitlabCleanup);
}

#[test]
fn a_cleanup_pattern_of_one_branch_is_the_whole_name() {
    let pattern = cleanup("v\\d+");
    assert!(pattern.is_match("v12"));
    assert!(!pattern.is_match("v12.0"));
    assert!(!pattern.is_match("rv12"));
}

#[test]
fn an_open_quote_eats_the_end_of_a_cleanup_pattern() {
    let pattern = cleanup("\\Qv1");
    assert!(!pattern.is_match("v1"));
    assert_eq!(pattern.matches_no_tag(), Some(true));
}

#[test]
fn the_wrapping_changes_what_is_a_slip() {
    // What is saved unvalidated: the `*` repeats `\A`, and the backslash makes a plain backslash of the `\z`.
    let saved = |text| Pattern::compile_saved(Dialect::GitlabCleanup, text).expect("read");
    assert!(saved("*a").is_match("ba"));
    assert!(!saved("a\\").is_match("a"));
    for text in ["*a", "a\\"] {
        let error = Pattern::compile(Dialect::GitlabCleanup, text).expect_err("validated without `\\A`");
        assert_eq!(error.kind, PatternErrorKind::Refused);
    }
    assert_eq!(cleanup("").matches_no_tag(), Some(true));
}

#[test]
fn what_go_refuses_is_named() {
    for (text, construct) in [
        ("v\\C1", Some("\\C")),
        ("(?P<é>v)", Some("(?P<é>")),
        ("\\p{Old_Italic}|v", Some("\\p{Old_Italic}")),
        ("\\QC\\E\\pL(?P<a>b)(?P<a>c)", None),
        ("\\\\C", None),
        ("v{1000000000}", Some("{1000000000}")),
        ("v{1,1000000000}", Some("{1,1000000000}")),
        ("v{1000000000", None),
        ("v{0000000001}", None),
        ("[v{1000000000}]", None),
    ] {
        assert_eq!(gitlab(text).enforcer_refuses().as_deref(), construct, "{text}");
    }
}

#[test]
fn the_span_is_the_leftmost_and_then_the_first() {
    for (text, name, span) in [
        ("a|ab", "xab", Some(1..2)),
        ("ab|a", "xab", Some(1..3)),
        ("a+?", "aaa", Some(0..1)),
        ("(?U)a+", "aaa", Some(0..1)),
        ("a??(?:a?[^a])|a{0,1}?\\C{1,}", "aabbcc", Some(0..3)),
        ("b*", "ab", Some(0..0)),
        ("\\d", "ab", None),
    ] {
        assert_eq!(gitlab(text).find(name), span, "{text} in {name}");
    }
}

#[test]
fn hostile_texts_are_answered_in_time() {
    let deep =
        |open: &str, close: &str, times: usize| format!("{}a{}", open.repeat(times), close.repeat(times));
    let texts = [
        "a".repeat(100_000),
        "a|".repeat(50_000),
        "(".repeat(100_000),
        ")".repeat(100_000),
        "[".repeat(100_000),
        "[[:".repeat(30_000),
        "\\".repeat(100_000),
        "é*".repeat(30_000),
        "\u{1F980}[^\u{1F980}]".repeat(5_000),
        "(?P<".repeat(20_000),
        "{".repeat(100_000),
        "a{1,1000}".repeat(5_000),
        "(?i:\\pL){500}".repeat(10),
        deep("(", ")", 10_000),
        deep("(?:", ")*", 10_000),
        deep("(?:b", "c)*", 10_000),
        deep("(", "|b)", 10_000),
        deep("(?:(?:", "?){2}?b)", 10_000),
        "(?:a?){30}a{30}".to_owned(),
        "\u{202E}\u{7F}\u{1}".to_owned(),
    ];
    for text in texts {
        let begun = Instant::now();
        for dialect in [Dialect::Gitlab, Dialect::GitlabCleanup] {
            if let Ok(pattern) = Pattern::compile(dialect, &text) {
                pattern.is_match(&"a".repeat(128));
                pattern.matches_every_tag();
                pattern.matches_no_tag();
                pattern.shortest_tags(3);
            }
        }
        let start: String = text.chars().take(20).collect();
        assert!(begun.elapsed() < Duration::from_secs(10), "{start}… took {:?}", begun.elapsed());
    }
}

#[test]
fn groups_alone_may_be_nested_without_end_but_not_other_things() {
    let nested = |open: &str, close: &str, times: usize| {
        Pattern::compile(Dialect::Gitlab, &format!("{}a{}", open.repeat(times), close.repeat(times)))
    };
    assert!(nested("(", ")", 10_000).is_ok());
    let error = nested("(b", "c)", 10_000).expect_err("too deep to be certain");
    assert_eq!(error.kind, PatternErrorKind::Uncertain);
    // What RE2 refuses is refused all the same, with its words.
    let text = format!("{}**", "(b".repeat(10_000));
    let error = Pattern::compile(Dialect::Gitlab, &text).expect_err("refused");
    assert_eq!((error.kind, error.column), (PatternErrorKind::Refused, Some(20_002)));
}

#[test]
fn a_pattern_can_be_shared() {
    fn shareable<T: Clone + Send + Sync + std::fmt::Debug>() {}
    shareable::<Pattern>();
    assert_eq!(format!("{:?}", gitlab("v1").clone()), "Pattern { dialect: Gitlab, text: \"v1\", .. }");
}
