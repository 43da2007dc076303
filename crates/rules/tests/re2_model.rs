//! Random patterns against the plainest matcher there is: every place where the pattern can end,
//! found by trying everything.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;

use proptest::prelude::*;
use tagwarden_rules::pattern::{Dialect, Pattern};

/// A pattern as the test sees it; it is written out as text for the engine.
#[derive(Clone, Debug)]
enum Node {
    Letter(char),
    Class(&'static str, fn(char) -> bool),
    Start,
    End,
    Word(bool),
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Repeat(Box<Node>, u32, Option<u32>, bool),
    Fold(Box<Node>),
}

impl Node {
    fn text(&self) -> String {
        match self {
            Self::Letter(letter) if letter.is_alphanumeric() => letter.to_string(),
            Self::Letter(letter) => format!("\\{letter}"),
            Self::Class(text, _) => (*text).to_owned(),
            Self::Start => "^".to_owned(),
            Self::End => "$".to_owned(),
            Self::Word(true) => "\\b".to_owned(),
            Self::Word(false) => "\\B".to_owned(),
            Self::Concat(parts) => parts.iter().map(Self::text).collect(),
            Self::Either(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::text).collect();
                format!("(?:{})", parts.join("|"))
            }
            Self::Repeat(sub, min, max, greedy) => {
                let count = match (min, max) {
                    (0, None) => "*".to_owned(),
                    (1, None) => "+".to_owned(),
                    (0, Some(1)) => "?".to_owned(),
                    (min, None) => format!("{{{min},}}"),
                    (min, Some(max)) if min == max => format!("{{{min}}}"),
                    (min, Some(max)) => format!("{{{min},{max}}}"),
                };
                format!("({}){count}{}", sub.text(), if *greedy { "" } else { "?" })
            }
            Self::Fold(sub) => format!("(?i:{})", sub.text()),
        }
    }

    /// Every place where a match that starts at `from` can end.
    fn ends(&self, name: &[char], from: usize, fold: bool) -> BTreeSet<usize> {
        let one = |yes: bool, to: usize| if yes { BTreeSet::from([to]) } else { BTreeSet::new() };
        let any_case = |test: &dyn Fn(char) -> bool| {
            name.get(from).is_some_and(|c| {
                test(*c) || fold && (test(c.to_ascii_lowercase()) || test(c.to_ascii_uppercase()))
            })
        };
        let is_word = |at: Option<usize>| {
            at.and_then(|at| name.get(at)).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_')
        };
        match self {
            Self::Letter(letter) => one(any_case(&|c| c == *letter), from + 1),
            Self::Class(_, test) => one(any_case(test), from + 1),
            Self::Start => one(from == 0, from),
            Self::End => one(from == name.len(), from),
            Self::Word(wanted) => {
                let border = is_word(from.checked_sub(1)) != is_word(Some(from));
                one(border == *wanted, from)
            }
            Self::Concat(parts) => parts.iter().fold(BTreeSet::from([from]), |places, part| {
                places.iter().flat_map(|place| part.ends(name, *place, fold)).collect()
            }),
            Self::Either(parts) => parts.iter().flat_map(|part| part.ends(name, from, fold)).collect(),
            Self::Repeat(sub, min, max, _) => {
                let mut places = BTreeSet::from([from]);
                let mut found = BTreeSet::new();
                for round in 0..=max.unwrap_or(min + name.len() as u32 + 1) {
                    if round >= *min {
                        found.extend(places.iter().copied());
                    }
                    places = places.iter().flat_map(|place| sub.ends(name, *place, fold)).collect();
                }
                found
            }
            Self::Fold(sub) => sub.ends(name, from, true),
        }
    }

    fn is_in(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        (0..=name.len()).any(|from| !self.ends(&name, from, false).is_empty())
    }
}

fn leaf() -> impl Strategy<Value = Node> {
    prop_oneof![
        6 => prop::sample::select(&['a', 'b', 'k', 'S', '1', '.', '-', '_'][..]).prop_map(Node::Letter),
        1 => Just(Node::Class(".", |_| true)),
        1 => Just(Node::Class("\\d", |c| c.is_ascii_digit())),
        1 => Just(Node::Class("\\W", |c| !c.is_ascii_alphanumeric() && c != '_')),
        1 => Just(Node::Class("[a-c.-]", |c| matches!(c, 'a'..='c' | '.' | '-'))),
        1 => Just(Node::Class("[+--]", |c| matches!(c, '+'..='-'))),
        1 => Just(Node::Class("[b&&k]", |c| matches!(c, 'b' | '&' | 'k'))),
        1 => Just(Node::Class("\\p{Lu}", |c| c.is_ascii_uppercase())),
        1 => Just(Node::Class("[[:punct:]]", |c| c.is_ascii_punctuation())),
        1 => Just(Node::Start),
        1 => Just(Node::End),
        1 => any::<bool>().prop_map(Node::Word),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 0..4).prop_map(Node::Concat),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Node::Either),
            2 => (inner.clone(), 0u32..3, prop::option::of(0u32..3), any::<bool>()).prop_map(
                |(sub, min, more, greedy)| Node::Repeat(Box::new(sub), min, more.map(|more| min + more), greedy)
            ),
            1 => inner.prop_map(|sub| Node::Fold(Box::new(sub))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_engine_finds_what_trying_everything_finds(
        node in node(),
        names in prop::collection::vec("[abkKsS1_][abkKsS1_.-]{0,7}", 8),
    ) {
        let text = node.text();
        prop_assume!(!text.is_empty());
        let pattern = Pattern::compile(Dialect::Gitlab, &text).expect("accepted");
        for name in names {
            prop_assert_eq!(pattern.is_match(&name), node.is_in(&name), "{} in {}", &text, name);
            // A span, where there is one, is a match of its own.
            if let Some(span) = pattern.find(&name) {
                let characters: Vec<char> = name.chars().collect();
                prop_assert!(node.ends(&characters, span.start, false).contains(&span.end));
            }
        }
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,40}") {
        for dialect in [Dialect::Gitlab, Dialect::GitlabCleanup] {
            match Pattern::compile(dialect, &text) {
                Ok(pattern) => {
                    pattern.is_match("v1.0.0");
                }
                Err(error) => {
                    let length = text.chars().count() as u32;
                    prop_assert!(error.column.is_none_or(|column| (1..=length + 1).contains(&column)));
                }
            }
        }
    }
}
