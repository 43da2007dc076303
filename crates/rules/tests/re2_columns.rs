//! What is wrong with a refused pattern, where, and what was probably meant.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use tagwarden_rules::pattern::PatternErrorCode as Code;
use tagwarden_rules::pattern::{Dialect, Pattern, PatternError, PatternErrorKind};

fn refused(dialect: Dialect, text: &str) -> PatternError {
    match Pattern::compile(dialect, text) {
        Ok(_) => panic!("{text:?} is accepted"),
        Err(error) => error,
    }
}

/// Pattern, code, RE2's words, column, suggestion.
type Row = (&'static str, Code, &'static str, Option<u32>, Option<&'static str>);

fn check(dialect: Dialect, rows: &[Row]) {
    for (text, code, reason, column, suggestion) in rows {
        let error = refused(dialect, text);
        assert_eq!(error.kind, PatternErrorKind::Refused, "{text:?}");
        let ours = (error.code, error.reason.as_str(), error.column, error.suggestion.as_deref());
        assert_eq!(ours, (*code, *reason, *column, *suggestion), "{text:?}");
    }
}

#[test]
fn a_refusal_names_the_first_character_concerned() {
    check(
        Dialect::Gitlab,
        &[
            ("^v(rc|beta", Code::MissingParen, "missing ): ^v(rc|beta", Some(3), Some("^v(rc|beta)")),
            ("a(b)(c(d", Code::MissingParen, "missing ): a(b)(c(d", Some(5), Some("a(b)(c(d))")),
            ("é(b", Code::MissingParen, "missing ): é(b", Some(2), Some("é(b)")),
            ("a)b", Code::UnexpectedParen, "unexpected ): a)b", Some(2), Some("ab")),
            ("v[0-9", Code::MissingBracket, "missing ]: [0-9", Some(2), Some("v[0-9]")),
            ("(v[0-9", Code::MissingBracket, "missing ]: [0-9", Some(3), Some("(v[0-9])")),
            ("*", Code::NothingToRepeat, "no argument for repetition operator: *", Some(1), Some(".*")),
            ("a|+", Code::NothingToRepeat, "no argument for repetition operator: +", Some(3), None),
            ("a**", Code::StackedRepetition, "bad repetition operator: **", Some(3), Some("a*")),
            ("a{2}{3}", Code::StackedRepetition, "bad repetition operator: {2}{3}", Some(5), Some("a{2}")),
            ("xa{3,1}", Code::RepetitionSize, "invalid repetition size: {3,1}", Some(3), Some("xa{1,3}")),
            ("a{1001}", Code::RepetitionSize, "invalid repetition size: {1001}", Some(2), None),
            ("[xz-a]", Code::ClassRange, "invalid character class range: z-a", Some(3), Some("[xa-z]")),
            ("[[:foo:]]", Code::ClassRange, "invalid character class range: [:foo:]", Some(2), None),
            ("\\p{latin}", Code::ClassRange, "invalid character class range: \\p{latin}", Some(1), None),
            ("v\\Z", Code::Escape, "invalid escape sequence: \\Z", Some(2), Some("v\\z")),
            ("v\\h", Code::Escape, "invalid escape sequence: \\h", Some(2), None),
            ("(a)\\1", Code::BackReference, "invalid escape sequence: \\1", Some(4), None),
            ("a\\", Code::TrailingBackslash, "trailing \\", Some(2), Some("a")),
            ("a(?=b)", Code::LookAround, "invalid perl operator: (?=", Some(2), None),
            ("(?<!a)b", Code::LookAround, "invalid perl operator: (?<!", Some(1), None),
            ("(?x)a", Code::GroupFlag, "invalid perl operator: (?x", Some(1), None),
            ("(?>a)", Code::GroupFlag, "invalid perl operator: (?>", Some(1), Some("(?:a)")),
            ("(?P<a b>c)", Code::GroupName, "invalid named capture group: (?P<a b>", Some(1), None),
            ("\\pL{1000}", Code::TooLarge, "pattern too large - compile failed", None, None),
            // Without the slip it would be blank.
            (" \\", Code::TrailingBackslash, "trailing \\", Some(2), None),
            // Without the slip it would be too large to be judged.
            (
                "[^\\PN]{2,1000}*",
                Code::StackedRepetition,
                "bad repetition operator: {2,1000}*",
                Some(15),
                None,
            ),
            ("", Code::Blank, "can't be blank", None, None),
            (" \t", Code::Blank, "can't be blank", None, None),
        ],
    );
}

#[test]
fn a_refusal_of_a_cleanup_pattern_points_into_what_the_user_wrote() {
    check(
        Dialect::GitlabCleanup,
        &[
            ("v(a", Code::MissingParen, "missing ): v(a", Some(2), Some("v(a)")),
            ("a)", Code::UnexpectedParen, "unexpected ): a)", Some(2), Some("a")),
            ("ab[c", Code::MissingBracket, "missing ]: [c", Some(3), Some("ab[c]")),
            ("a**", Code::StackedRepetition, "bad repetition operator: **", Some(3), Some("a*")),
            ("a\\h", Code::Escape, "invalid escape sequence: \\h", Some(2), None),
            (
                "*-dev",
                Code::NothingToRepeat,
                "no argument for repetition operator: *",
                Some(1),
                Some(".*-dev"),
            ),
            ("a|?", Code::NothingToRepeat, "no argument for repetition operator: ?", Some(3), None),
            ("{2}", Code::NothingToRepeat, "no argument for repetition operator: {2}", Some(1), None),
            ("a\\", Code::TrailingBackslash, "trailing \\", Some(2), Some("a")),
            ("a(?i", Code::GroupFlag, "invalid perl operator: (?i", Some(2), None),
        ],
    );
}

#[test]
fn what_is_never_stored_is_not_judged() {
    for dialect in [Dialect::Gitlab, Dialect::GitlabCleanup] {
        let error = refused(dialect, "a\0b");
        assert_eq!((error.kind, error.code), (PatternErrorKind::Uncertain, Code::Encoding));
    }
}

#[test]
fn every_suggestion_is_accepted() {
    let parts = ["(", ")", "[", "*", "a", "z-a", "{3,1}", "\\", "|", "**", "\\E", "(?>", "?", "]"];
    for first in parts {
        for second in parts {
            for third in parts {
                let text = format!("{first}{second}{third}");
                for dialect in [Dialect::Gitlab, Dialect::GitlabCleanup] {
                    if let Err(PatternError { suggestion: Some(better), .. }) =
                        Pattern::compile(dialect, &text)
                    {
                        assert!(Pattern::compile(dialect, &better).is_ok(), "{text:?}: {better:?}");
                    }
                }
            }
        }
    }
}
