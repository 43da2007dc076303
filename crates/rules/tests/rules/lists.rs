//! Lists of globs: written where braces say them, refused with the reason where they do not.

use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use tagwarden_rules::blocks::{Block, BlockProblem, Phrase, explain, explain_path};
use tagwarden_rules::pattern::{Dialect, Pattern, Verdict};

const DIALECTS: [Dialect; 2] = [Dialect::Harbor, Dialect::Harbor11];

fn written(dialect: Dialect, entries: &[&str]) -> Result<String, BlockProblem> {
    list(entries).try_write(dialect)
}

fn list(entries: &[&str]) -> Block {
    Block::AnyOf { texts: entries.iter().map(|entry| (*entry).to_owned()).collect() }
}

#[test]
fn a_list_is_written_with_braces_and_read_back() {
    for dialect in DIALECTS {
        assert_eq!(written(dialect, &["release-*", "lts-*"]).as_deref(), Ok("{release-*,lts-*}"));
        assert_eq!(Block::read(dialect, "{release-*,lts-*}"), Some(list(&["release-*", "lts-*"])));
        assert_eq!(written(dialect, &["v1", "v1", "v2"]).as_deref(), Ok("{v1,v2}"));
        assert_eq!(written(dialect, &["v?"]).as_deref(), Ok("v?"), "a list of one needs no braces");
        for other in ["{a,{b,c}}", "{a,}", "{a,a}", "{a,b}x", "{a,b},{c,d}", "{a, b}"] {
            assert!(!matches!(Block::read(dialect, other), Some(Block::AnyOf { .. })), "{other}");
        }
    }
    assert_eq!(Block::read(Dialect::Harbor, "{a/b,c/**}"), Some(list(&["a/b", "c/**"])));
    assert_eq!(Block::read(Dialect::Harbor11, "{a/b,c/**}"), None);
    assert_eq!(Block::read(Dialect::Harbor, "{app,app/**}"), None, "it does not say app");
}

#[test]
fn what_braces_cannot_say_is_refused_with_the_reason() {
    let of = |entry: &str| entry.to_owned();
    for (entries, problem) in [
        (vec![], BlockProblem::Empty),
        (vec!["a", ""], BlockProblem::Empty),
        (vec!["a", "b,c"], BlockProblem::Braces { entry: of("b,c") }),
        (vec!["a", "{b}"], BlockProblem::Braces { entry: of("{b}") }),
        (vec!["a", "b c"], BlockProblem::WhiteSpace { entry: of("b c") }),
        (vec!["a", "v["], BlockProblem::Malformed { entry: of("v[") }),
        (vec!["a", "b\\\\"], BlockProblem::Malformed { entry: of("b\\\\") }),
        (vec!["a", "**"], BlockProblem::DoubleStar { entry: of("**") }),
        (vec!["a", "**/b"], BlockProblem::DoubleStar { entry: of("**/b") }),
        (vec!["app", "app/**"], BlockProblem::Lost { entry: of("app"), by: of("app/**") }),
        (vec!["a/b", "*"], BlockProblem::Lost { entry: of("*"), by: of("a/b") }),
    ] {
        assert_eq!(written(Dialect::Harbor, &entries), Err(problem), "{entries:?}");
    }
    let cut = written(Dialect::Harbor11, &["a/b", "c"]);
    assert_eq!(cut, Err(BlockProblem::Slash { entry: of("a/b") }));
    assert_eq!(list(&["a"]).try_write(Dialect::Ecr).as_deref(), Ok("a"));
    assert_eq!(list(&["a", "b"]).try_write(Dialect::Ecr), Err(BlockProblem::Unsayable));
}

#[test]
fn ways_that_start_or_end_alike_are_said_with_their_ends() {
    let text = |text: &str| Phrase::Text { text: text.to_owned(), any_case: false };
    let starts = |start: &str| vec![Phrase::Start, text(start)];
    let either = vec![Phrase::Either { ways: vec![starts("release-"), starts("lts-")] }];
    assert_eq!(explain(Dialect::Harbor, "{release-*,lts-*}"), either);
    assert_eq!(explain(Dialect::Gitlab, "^(release-.*|lts-.*)$"), either);
    assert_eq!(explain(Dialect::Harbor, "{v*,*}"), [Phrase::Everything]);
    let one = Phrase::OneOf { texts: vec!["v1".to_owned(), "v2".to_owned()] };
    assert_eq!(explain(Dialect::Harbor, "v{1,2}*"), [Phrase::Start, one]);
}

#[test]
fn paths_are_said_with_their_slashes() {
    let text = |text: &str| Phrase::Text { text: text.to_owned(), any_case: false };
    let said = |pattern: &str| explain_path(Dialect::Harbor, pattern);
    let (start, end) = (Phrase::Start, Phrase::End);
    for everything in ["", "**"] {
        assert_eq!(said(everything), [Phrase::Everything]);
    }
    assert_eq!(said("sandbox/**"), [start.clone(), text("sandbox/")]);
    assert_eq!(said("team/app"), [start.clone(), text("team/app"), end.clone()]);
    assert_eq!(said("*"), [start.clone(), Phrase::AnyPart, end.clone()]);
    assert_eq!(said("**/app"), [start.clone(), Phrase::Folders, text("app"), end.clone()]);
    assert_eq!(
        said("a/**/b?"),
        [start.clone(), text("a/"), Phrase::Folders, text("b"), Phrase::AnyCharacter, end.clone()]
    );
    let texts = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(said("{a,b}"), [start, Phrase::OneOf { texts }, end]);
    for unsaid in ["v[", "[a-z]*", "{a,{b,c}}", "{app,app/**}", "x{a,b}"] {
        assert!(said(unsaid).is_empty(), "{unsaid}");
    }
}

fn entry() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab*?/]{1,4}",
        "[ab]{1,2}",
        "(a|b|\\*|\\*\\*)(/(a|b|\\*|\\*\\*)){0,2}",
        "[ab\\[\\]\\\\^*/-]{1,4}"
    ]
}

proptest! {
    /// The promise of the editor: what it writes covers each entry's names and no others.
    #[test]
    fn a_written_list_says_what_its_entries_say(
        entries in proptest::collection::vec(entry(), 1..4),
        older in proptest::arbitrary::any::<bool>(),
        names in proptest::collection::vec("[abc]{1,2}(/[abc]{1,2}){0,3}", 12),
    ) {
        let dialect = if older { Dialect::Harbor11 } else { Dialect::Harbor };
        let block = Block::AnyOf { texts: entries.clone() };
        let Ok(text) = block.try_write(dialect) else { return Ok(()) };
        let list = Pattern::compile(dialect, &text).unwrap();
        let parts: Vec<Pattern> =
            entries.iter().map(|entry| Pattern::compile(dialect, entry).unwrap()).collect();
        for name in names.iter().map(|name| name.as_bytes()) {
            let wanted = parts.iter().any(|part| part.verdict_literally(name) == Verdict::Match);
            let verdict = list.verdict_literally(name);
            prop_assert!(verdict != Verdict::Error, "{text} on {name:?}");
            prop_assert_eq!(verdict == Verdict::Match, wanted, "{} on {:?}", &text, String::from_utf8_lossy(name));
        }
    }

    /// What is read as a list is written as it was.
    #[test]
    fn a_list_that_is_read_is_written_again(inner in "[ab*?/,]{1,8}") {
        let text = format!("{{{inner}}}");
        if let Some(block @ Block::AnyOf { .. }) = Block::read(Dialect::Harbor, &text) {
            prop_assert_eq!(block.write(Dialect::Harbor), Some(text));
        }
    }
}
