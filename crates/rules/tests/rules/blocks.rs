//! Building blocks and patterns in words.

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use tagwarden_rules::blocks::{Block, Phrase, Presence, explain};
use tagwarden_rules::pattern::{Dialect, Pattern};

fn read(pattern: &str) -> Option<Block> {
    Block::read(Dialect::Gitlab, pattern)
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn common_patterns_are_read_as_blocks() {
    let version = |v, prerelease| Some(Block::SemanticVersion { v, prerelease });
    let any_of = || Some(Block::AnyOf { texts: vec![text("a"), text("b")] });
    let table = [
        (r"^v\d+\.\d+\.\d+$", version(Presence::Always, Presence::Never)),
        (r"^v?[0-9]+\.[0-9]+\.[0-9]+$", version(Presence::Optional, Presence::Never)),
        (r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$", version(Presence::Never, Presence::Optional)),
        ("^(a|b)$", any_of()),
        ("^(?:a|b)$", any_of()),
        ("^latest$", Some(Block::IsExactly { text: text("latest") })),
        (r"\Alatest\z", Some(Block::IsExactly { text: text("latest") })),
        ("^(latest)$", Some(Block::IsExactly { text: text("latest") })),
        (".*-stable$", Some(Block::EndsWith { text: text("-stable") })),
        ("-stable$", Some(Block::EndsWith { text: text("-stable") })),
        ("^v.*", Some(Block::StartsWith { text: text("v") })),
        ("^v.*$", Some(Block::StartsWith { text: text("v") })),
        ("^v", Some(Block::StartsWith { text: text("v") })),
        ("-rc", Some(Block::Contains { text: text("-rc") })),
        (r"v1\.0", Some(Block::Contains { text: text("v1.0") })),
        ("^sha-[0-9a-f]{40}$", Some(Block::CommitSha { prefix: text("sha-"), least: 40, most: 40 })),
        (r"^nightly-\d{8}$", Some(Block::Date { prefix: text("nightly-"), dashes: false })),
        (".*", Some(Block::Everything)),
        ("^.+$", Some(Block::Everything)),
        // Not exactly a block.
        (r"\d+\.\d+\.\d+", None),
        ("v*", None),
        ("^a|b$", None),
        ("(?i)^v", None),
        ("^v.$", None),
        ("^v{01}$", None),
        ("(", None),
    ];
    for (pattern, expected) in table {
        assert_eq!(read(pattern), expected, "{pattern}");
    }
}

#[test]
fn cleanup_patterns_are_whole_names_and_bind_alternatives_loosely() {
    let cleanup = |pattern| Block::read(Dialect::GitlabCleanup, pattern);
    assert_eq!(cleanup("v1"), Some(Block::IsExactly { text: text("v1") }));
    assert_eq!(cleanup("v1.*"), Some(Block::StartsWith { text: text("v1") }));
    assert_eq!(cleanup("main|release"), None, "starts with main or ends with release");
    assert_eq!(cleanup("(?:a|b)"), Some(Block::AnyOf { texts: vec![text("a"), text("b")] }));
}

/// What a block says, without any pattern.
fn says(block: &Block, tag: &str) -> bool {
    match block {
        Block::IsExactly { text } => tag == text,
        Block::StartsWith { text } => tag.starts_with(text.as_str()),
        Block::EndsWith { text } => tag.ends_with(text.as_str()),
        Block::Contains { text } => tag.contains(text.as_str()),
        Block::AnyOf { texts } => texts.iter().any(|text| text == tag),
        Block::CommitSha { prefix, least, most } => tag.strip_prefix(prefix.as_str()).is_some_and(|rest| {
            (*least as usize..=*most as usize).contains(&rest.len())
                && rest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        }),
        Block::Date { prefix, dashes } => tag.strip_prefix(prefix.as_str()).is_some_and(|rest| {
            let shape: String = rest.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            shape == if *dashes { "0000-00-00" } else { "00000000" }
        }),
        Block::SemanticVersion { v, prerelease } => {
            let (has_v, rest) = match tag.strip_prefix('v') {
                Some(rest) => (true, rest),
                None => (false, tag),
            };
            let (core, pre) = match rest.split_once('-') {
                Some((core, pre)) => (core, Some(pre)),
                None => (rest, None),
            };
            let numbers: Vec<&str> = core.split('.').collect();
            let fits = |presence: &Presence, there: bool| match presence {
                Presence::Always => there,
                Presence::Never => !there,
                Presence::Optional => true,
            };
            let numeric = |n: &&str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
            numbers.len() == 3
                && numbers.iter().all(numeric)
                && fits(v, has_v)
                && fits(prerelease, pre.is_some())
                && pre.is_none_or(|pre| !pre.is_empty() && !pre.contains('_'))
        }
        Block::Below { text } => tag.strip_prefix(text.as_str()).is_some_and(|rest| rest.starts_with('/')),
        Block::Everything => true,
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9._-]{1,6}", r"[a-z.+*?()|{}^$\\\[\]<>#&~-]{1,6}", Just("(?i)v".to_owned())]
}

fn any_presence() -> impl Strategy<Value = Presence> {
    prop_oneof![Just(Presence::Always), Just(Presence::Never), Just(Presence::Optional)]
}

fn any_block() -> impl Strategy<Value = Block> {
    prop_oneof![
        any_text().prop_map(|text| Block::IsExactly { text }),
        any_text().prop_map(|text| Block::StartsWith { text }),
        any_text().prop_map(|text| Block::EndsWith { text }),
        any_text().prop_map(|text| Block::Contains { text }),
        proptest::collection::vec(any_text(), 1..4).prop_map(|texts| Block::AnyOf { texts }),
        (any_presence(), any_presence()).prop_map(|(v, prerelease)| Block::SemanticVersion { v, prerelease }),
        (any_text(), 0u32..50, 0u32..50).prop_map(|(prefix, least, most)| Block::CommitSha {
            prefix,
            least,
            most
        }),
        (any_text(), any::<bool>()).prop_map(|(prefix, dashes)| Block::Date { prefix, dashes }),
        Just(Block::Everything),
        Just(Block::StartsWith { text: String::new() }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_and_matches_what_it_says(
        block in any_block(),
        cleanup in any::<bool>(),
        tag in "(v?[0-9]\\.[0-9]{1,2}\\.[0-9](-[a-z._]{0,3})?|[a-z0-9][a-z0-9._-]{0,8}|[a-f0-9]{1,9}|20261119|2026-11-19)",
    ) {
        let dialect = if cleanup { Dialect::GitlabCleanup } else { Dialect::Gitlab };
        let written = block.write(dialect).expect("RE2 can say every block");
        let normal = block.normalised();
        prop_assert_eq!(Block::read(dialect, &written), Some(normal.clone()), "{}", &written);
        let pattern = Pattern::compile(dialect, &written).unwrap();
        let named = match &normal {
            Block::IsExactly { text } | Block::StartsWith { text } | Block::EndsWith { text } | Block::Contains { text } => text,
            Block::CommitSha { prefix, .. } | Block::Date { prefix, .. } => prefix,
            _ => "",
        };
        for tag in [tag.clone(), format!("{named}{tag}"), format!("{tag}{named}"), named.to_owned()] {
            prop_assert_eq!(pattern.is_match(&tag), says(&normal, &tag), "{} on {}", &written, &tag);
        }
        prop_assert!(!explain(dialect, &written).is_empty(), "{} has no words", written);
    }
}

fn plain(value: &str) -> Phrase {
    Phrase::Text { text: text(value), any_case: false }
}

const NUMBER: Phrase = Phrase::Number { least: 1, most: None };

#[test]
fn patterns_are_said_in_words() {
    let said = |pattern| explain(Dialect::Gitlab, pattern);
    assert_eq!(
        said(r"^v\d+\.\d+\.\d+-(rc|beta)\.\d+$"),
        [
            Phrase::Start,
            plain("v"),
            Phrase::DottedNumbers { count: 3 },
            Phrase::OneOf { texts: vec![text("-rc."), text("-beta.")] },
            NUMBER,
            Phrase::End,
        ]
    );
    assert_eq!(said("v*"), [Phrase::Everything]);
    assert_eq!(said(".*"), [Phrase::Everything]);
    assert_eq!(said("-rc"), [plain("-rc")]);
    assert_eq!(said("^v.*"), [Phrase::Start, plain("v")]);
    assert_eq!(said("^.*-stable$"), [plain("-stable"), Phrase::End]);
    assert_eq!(
        said("^sha-[0-9a-f]{7,40}$"),
        [Phrase::Start, plain("sha-"), Phrase::Hex { least: 7, most: Some(40) }, Phrase::End]
    );
    assert_eq!(said("(?i)release"), [Phrase::Text { text: text("release"), any_case: true }]);
    assert_eq!(
        said(r"^v?\d+$"),
        [Phrase::Start, Phrase::Optional { phrases: vec![plain("v")] }, NUMBER, Phrase::End]
    );
    assert_eq!(
        said("^a|b$"),
        [Phrase::Either { ways: vec![vec![Phrase::Start, plain("a")], vec![plain("b"), Phrase::End]] }]
    );
    assert_eq!(said(r"\bv"), []);
}
