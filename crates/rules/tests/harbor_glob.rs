//! Harbor's globs: doublestar's own verdicts, and every fast way held against its rules followed
//! literally.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::Value;
use tagwarden_rules::blocks::{Block, Presence, explain};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::{Fix, Severity, What, findings};
use tagwarden_rules::pattern::{Dialect, Pattern, PatternErrorCode, Verdict};
use tagwarden_rules::preview::{NameBits, TagIndex};
use tagwarden_rules::rule::{Effect, Role, Rule, RulePart, Selector};
use tagwarden_rules::state::CompiledRules;

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
        "{a,a/b}",
        "{*,a/b}",
        "{a/**,ab}",
        "{a,[}",
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
    #![proptest_config(ProptestConfig::with_cases(2000))]

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

#[test]
fn a_malformed_text_is_told_with_its_place_although_every_text_is_a_pattern() {
    use PatternErrorCode as Code;
    let told = |dialect, text: &str| glob(dialect, text).malformed().map(|error| (error.code, error.column));
    for (text, wanted) in [
        ("{a,b", Some((Code::MissingBrace, Some(1)))),
        ("vé{1", Some((Code::MissingBrace, Some(3)))),
        ("v[", Some((Code::MissingBracket, Some(2)))),
        ("v[]1", Some((Code::ClassRange, Some(2)))),
        ("v[]]", Some((Code::ClassRange, Some(2)))),
        ("v[a-]x", Some((Code::ClassRange, Some(2)))),
        ("a\\", Some((Code::TrailingBackslash, Some(2)))),
        ("{x,v[a}", Some((Code::MissingBracket, Some(5)))),
        ("**/v[", Some((Code::MissingBracket, Some(5)))),
        ("redis{,/**}", Some((Code::SlashInBraces, Some(8)))),
        ("{a/b,c}", None),
        ("{[a,b]}", Some((Code::MissingBracket, Some(2)))),
        ("v[^a][b-c]{1,2}*?\\{", None),
        ("a,b}]", None),
        ("{x[a,b]c}", Some((Code::MissingBracket, Some(3)))),
        ("", None),
    ] {
        assert_eq!(told(Dialect::Harbor, text), wanted, "{text}");
    }
    assert_eq!(told(Dialect::Harbor11, "{a/b,c}"), Some((Code::SlashInBraces, Some(1))));
    assert_eq!(told(Dialect::Harbor11, "{a,{b,c}}"), None);
    // A slash cuts the set: one more bracket mends nothing, however many there are.
    assert_eq!(told(Dialect::Harbor11, "[^//"), Some((Code::MissingBracket, Some(1))));
    assert_eq!(glob(Dialect::Harbor, "{a,b").malformed().unwrap().suggestion.as_deref(), Some("{a,b}"));
    assert_eq!(glob(Dialect::Harbor, "v[").erring_tags(2), Some(vec!["va".to_owned(), "vb".to_owned()]));
    assert_eq!(glob(Dialect::Harbor, "v*").erring_tags(2), Some(Vec::new()));
    assert_eq!(Pattern::compile(Dialect::Gitlab, "v").unwrap().malformed(), None);
}

#[test]
fn blocks_are_written_where_one_glob_can_say_them_and_read_back() {
    let text = |text: &str| text.to_owned();
    let all = |texts: &[&str]| Block::AnyOf { texts: texts.iter().map(|text| text.to_string()).collect() };
    for dialect in DIALECTS {
        for (block, wanted) in [
            (Block::IsExactly { text: text("latest") }, Some("latest")),
            (Block::IsExactly { text: text("a*{") }, Some("a\\*\\{")),
            (Block::IsExactly { text: text("") }, None),
            (Block::StartsWith { text: text("v1.") }, Some("v1.*")),
            (Block::EndsWith { text: text("-rc") }, Some("*-rc")),
            (Block::Contains { text: text("x") }, Some("*x*")),
            (all(&["main", "v1.0"]), Some("{main,v1.0}")),
            (all(&["release-*", "lts-?"]), Some("{release-*,lts-?}")),
            (Block::Below { text: text("team/old") }, Some("team/old/**")),
            (Block::Below { text: text("") }, None),
            (Block::StartsWith { text: text("team/") }, None),
            (all(&["team", "team/app"]), None),
            (
                Block::Date { prefix: text("n-"), dashes: true },
                Some("n-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"),
            ),
            (Block::CommitSha { prefix: text("g"), least: 2, most: 2 }, Some("g[0-9a-f][0-9a-f]")),
            (Block::CommitSha { prefix: text("g"), least: 2, most: 3 }, None),
            (Block::SemanticVersion { v: Presence::Always, prerelease: Presence::Never }, None),
            (Block::Everything, Some("**")),
        ] {
            let written = block.write(dialect);
            assert_eq!(written.as_deref(), wanted, "{block:?}");
            let Some(written) = written.filter(|written| !written.contains('\\')) else { continue };
            assert!(!explain(dialect, &written).is_empty() || written.contains('/'), "{written}");
            assert_eq!(Block::read(dialect, &written), Some(block), "{written}");
        }
        for (written, block) in [
            ("", Some(Block::Everything)),
            ("*", Some(Block::Everything)),
            ("a/b", None),
            ("v[", None),
            ("{v,x}", Some(all(&["v", "x"]))),
        ] {
            assert_eq!(Block::read(dialect, written), block, "{written}");
        }
    }
    assert_eq!(all(&["a/b", "c"]).write(Dialect::Harbor).as_deref(), Some("{a/b,c}"));
    assert_eq!(all(&["a/b", "c"]).write(Dialect::Harbor11), None);
    assert!(!explain(Dialect::Harbor, "v?.[0-9]-{rc,beta}*").is_empty());
}

/// What is found in one rule of this text, with the first fix.
fn found(dialect: Dialect, text: &str, tags: &[&str]) -> Vec<(What, Severity, Option<String>)> {
    let effect = Effect::Protect { push: Role::Maintainer, delete: Role::Maintainer };
    let rules = [Rule { repositories: None, tags: Selector::matching(dialect, text), effect, enabled: true }];
    let tags = tags.iter().map(|tag| tag.to_string()).collect();
    let index = TagIndex::build(vec![(String::new(), tags)]);
    let capabilities = Capabilities::of_dialect(dialect);
    findings(&CompiledRules::compile(&rules), &rules, Some(&index), &capabilities)
        .into_iter()
        .map(|finding| {
            let fix = finding.fixes.into_iter().find_map(|fix| match fix {
                Fix::ReplacePattern { pattern, .. } => Some(pattern),
                _ => None,
            });
            (finding.what, finding.severity, fix)
        })
        .collect()
}

#[test]
fn what_a_glob_does_not_do_is_told() {
    let malformed = |example: &str, exists| What::MalformedPattern {
        problem: PatternErrorCode::MissingBrace,
        column: Some(2),
        example: Some(example.to_owned()),
        exists,
    };
    let fix = |text: &str| Some(text.to_owned());
    let part = RulePart::Tags;
    for (text, tags, wanted) in [
        ("v{1", &["v1", "a"][..], (malformed("v1", true), Severity::Incident, fix("v{1}"))),
        ("v{1", &["v"][..], (malformed("v", true), Severity::Incident, fix("v{1}"))),
        ("v{1", &["a"][..], (malformed("v", false), Severity::Warning, fix("v{1}"))),
        ("rc,test", &[][..], (What::BareComma { part }, Severity::Warning, fix("{rc,test}"))),
        ("rc,{a,b}", &[][..], (What::BareComma { part }, Severity::Warning, fix("{rc,a,b}"))),
        ("{a, b}", &[][..], (What::WhiteSpace { part }, Severity::Warning, fix("{a,b}"))),
        ("{**,x}", &[][..], (What::DoubleStarInBraces { part }, Severity::Note, fix("{*,x}"))),
        (
            "{app,app/x}",
            &[][..],
            (What::AlternativeLost { part, example: "app".to_owned() }, Severity::Warning, fix("{app}")),
        ),
        (
            "v{1,{2,3}/x,4}",
            &[][..],
            (
                What::MalformedPattern {
                    problem: PatternErrorCode::SlashInBraces,
                    column: Some(10),
                    example: Some("v".to_owned()),
                    exists: false,
                },
                Severity::Warning,
                None,
            ),
        ),
    ] {
        let told = found(Dialect::Harbor, text, tags);
        assert!(told.contains(&wanted), "{text}: {told:?}");
    }
    for text in ["v*", "{rc,test}", "**", "v[0-9].\\,x", "**/x", "{a/b,c}"] {
        let told = found(Dialect::Harbor, text, &["v1", "rc", "x", "v1.,x", "c"]);
        let about_globs = told.iter().filter(|(what, ..)| !is_about_tags(what));
        assert_eq!(about_globs.count(), 0, "{text}: {told:?}");
    }
    for (text, said) in [("rc,{a,b}", fix("{rc,a,b}")), ("rc,{a,b}x", None), ("team/a,b", None)] {
        let old = found(Dialect::Harbor11, text, &[]);
        let comma = old.iter().find(|(what, ..)| *what == What::BareComma { part });
        assert_eq!(comma.map(|(_, _, fix)| fix.clone()), Some(said), "{text}: {old:?}");
    }
}

/// Whether it is about which tags are matched, not about what globs do.
fn is_about_tags(what: &What) -> bool {
    matches!(what, What::MatchesEveryTag { .. } | What::MatchesNothing { .. } | What::Unreachable { .. })
}
