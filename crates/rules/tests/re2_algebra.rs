//! What is said of all tags at once, against a library that finds it out in another way: with
//! derivatives of expressions, without any automaton.

// A helper of a test fails the test.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use proptest::prelude::*;
use resharp_algebra::{NodeId, RegexBuilder};
use tagwarden_rules::pattern::{Dialect, Pattern, Relation};
use tagwarden_rules::tag::is_valid_tag;

/// What both can say.
#[derive(Clone, Debug)]
enum Node {
    /// One byte of these ranges, and how RE2 spells that.
    Set(&'static str, &'static [(u8, u8)]),
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Repeat(Box<Node>, u32, Option<u32>),
}

/// One branch: tied to the start, what, tied to the end.
type Branch = (bool, Node, bool);

impl Node {
    fn text(&self) -> String {
        match self {
            Self::Set(text, _) => (*text).to_owned(),
            Self::Concat(parts) => parts.iter().map(Self::text).collect(),
            Self::Either(parts) => {
                format!("(?:{})", parts.iter().map(Self::text).collect::<Vec<_>>().join("|"))
            }
            Self::Repeat(sub, 0, None) => format!("(?:{})*", sub.text()),
            Self::Repeat(sub, min, None) => format!("(?:{}){{{min},}}", sub.text()),
            Self::Repeat(sub, min, Some(max)) => format!("(?:{}){{{min},{max}}}", sub.text()),
        }
    }

    fn build(&self, builder: &mut RegexBuilder) -> NodeId {
        match self {
            Self::Set(_, []) => NodeId::BOT,
            Self::Set(_, ranges) => builder.mk_ranges_u8(ranges),
            Self::Concat(parts) => {
                let parts: Vec<NodeId> = parts.iter().map(|part| part.build(builder)).collect();
                builder.mk_concats(parts.into_iter())
            }
            Self::Either(parts) => {
                let parts: Vec<NodeId> = parts.iter().map(|part| part.build(builder)).collect();
                builder.mk_unions(parts.into_iter())
            }
            Self::Repeat(sub, min, max) => {
                let sub = sub.build(builder);
                match max {
                    Some(max) => builder.mk_repeat(sub, *min, *max),
                    None => {
                        let least = builder.mk_repeat(sub, *min, *min);
                        let more = builder.mk_star(sub);
                        builder.mk_concat(least, more)
                    }
                }
            }
        }
    }
}

fn text(branches: &[Branch]) -> String {
    let spell = |(start, node, end): &Branch| {
        format!("{}{}{}", if *start { "^" } else { "" }, node.text(), if *end { "$" } else { "" })
    };
    branches.iter().map(spell).collect::<Vec<_>>().join("|")
}

/// The tags that the branches match.
fn tags(branches: &[Branch], builder: &mut RegexBuilder, grammar: NodeId) -> NodeId {
    let mut all = NodeId::BOT;
    for (start, node, end) in branches {
        let node = node.build(builder);
        let before = if *start { NodeId::EPS } else { NodeId::TS };
        let after = if *end { NodeId::EPS } else { NodeId::TS };
        let tail = builder.mk_concat(node, after);
        let branch = builder.mk_concat(before, tail);
        all = builder.mk_union(all, branch);
    }
    builder.mk_inter(all, grammar)
}

fn grammar(builder: &mut RegexBuilder) -> NodeId {
    let first = builder.mk_ranges_u8(&[(b'A', b'Z'), (b'a', b'z'), (b'0', b'9'), (b'_', b'_')]);
    let other = builder.mk_ranges_u8(&[
        (b'A', b'Z'),
        (b'a', b'z'),
        (b'0', b'9'),
        (b'_', b'_'),
        (b'.', b'.'),
        (b'-', b'-'),
    ]);
    let others = builder.mk_repeat(other, 0, 127);
    builder.mk_concat(first, others)
}

/// How the second lies to the first; `None`: beyond the library's budget.
fn theirs(builder: &mut RegexBuilder, first: NodeId, second: NodeId) -> Option<Relation> {
    let (holds_second, holds_first) = (builder.subsumes(first, second)?, builder.subsumes(second, first)?);
    let both = builder.mk_inter(first, second);
    let apart = builder.is_empty_lang(both)?;
    Some(match (holds_first, holds_second) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::FirstInSecond,
        (false, true) => Relation::SecondInFirst,
        (false, false) if apart => Relation::Disjoint,
        (false, false) => Relation::Overlap,
    })
}

fn node() -> impl Strategy<Value = Node> {
    let set = prop_oneof![
        4 => Just(Node::Set("a", &[(b'a', b'a')])),
        3 => Just(Node::Set("b", &[(b'b', b'b')])),
        2 => Just(Node::Set("1", &[(b'1', b'1')])),
        1 => Just(Node::Set("\\.", &[(b'.', b'.')])),
        1 => Just(Node::Set("-", &[(b'-', b'-')])),
        1 => Just(Node::Set("[ab]", &[(b'a', b'b')])),
        1 => Just(Node::Set("[a-c.-]", &[(b'a', b'c'), (b'.', b'.'), (b'-', b'-')])),
        1 => Just(Node::Set("\\d", &[(b'0', b'9')])),
        1 => Just(Node::Set("\\w", &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')])),
        1 => Just(Node::Set("(?i:a)", &[(b'A', b'A'), (b'a', b'a')])),
        1 => Just(Node::Set("[^a\\n]", &[(0, 9), (11, 96), (98, 127)])),
        // Not a character of tags, or of ASCII.
        1 => Just(Node::Set("/", &[(b'/', b'/')])),
        1 => Just(Node::Set("é", &[])),
        2 => Just(Node::Set(".", &[(0, 9), (11, 127)])),
    ];
    set.prop_recursive(3, 12, 3, |inner| {
        let count = prop_oneof![
            4 => (0u32..2, Just(None)),
            3 => (0u32..3, (0u32..3).prop_map(Some)),
            1 => (0u32..2, (100u32..140).prop_map(Some)),
        ];
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 1..4).prop_map(Node::Concat),
            2 => prop::collection::vec(inner.clone(), 1..3).prop_map(Node::Either),
            2 => (inner, count).prop_map(|(sub, (min, more))| {
                Node::Repeat(Box::new(sub), min, more.map(|more| min + more))
            }),
        ]
    })
}

fn branches() -> impl Strategy<Value = Vec<Branch>> {
    prop::collection::vec((any::<bool>(), node(), any::<bool>()), 1..3)
}

/// Two that have something to do with one another more often than by chance.
fn pair() -> impl Strategy<Value = (Vec<Branch>, Vec<Branch>)> {
    (branches(), branches(), 0..6).prop_map(|(one, other, kin)| {
        let mut second = one.clone();
        match kin {
            0 => second.extend(other),
            1 => second.truncate(1),
            2 => second.iter_mut().for_each(|branch| branch.0 = false),
            3 => second.iter_mut().for_each(|branch| branch.2 = true),
            4 => {
                second
                    .iter_mut()
                    .for_each(|branch| branch.1 = Node::Concat(vec![branch.1.clone(), other[0].1.clone()]));
            }
            _ => second = other,
        }
        (one, second)
    })
}

fn check(one: &[Branch], other: &[Branch]) -> Result<bool, TestCaseError> {
    let compile = |branches: &[Branch]| Pattern::compile(Dialect::Gitlab, &text(branches));
    // Counts inside one another can be more than RE2 takes.
    let (Ok(first), Ok(second)) = (compile(one), compile(other)) else { return Ok(false) };
    let names = format!("{:?} and {:?}", first.text(), second.text());
    let Some(ours) = first.compare(&second, 3) else { return Ok(false) };
    for (tags, in_first, in_second) in
        [(&ours.only_first, true, false), (&ours.only_second, false, true), (&ours.both, true, true)]
    {
        for tag in tags {
            let verdict = (is_valid_tag(tag), first.is_match(tag), second.is_match(tag));
            prop_assert_eq!(verdict, (true, in_first, in_second), "{} of {}", tag, &names);
        }
    }
    let mut builder = RegexBuilder::new();
    let grammar = grammar(&mut builder);
    let (mine, yours) = (tags(one, &mut builder, grammar), tags(other, &mut builder, grammar));
    let Some(relation) = theirs(&mut builder, mine, yours) else { return Ok(false) };
    prop_assert_eq!(ours.relation(), relation, "{}", &names);
    // Asked alone, in the short ways.
    prop_assert_eq!(first.covers(&second), builder.subsumes(mine, yours), "{}", &names);
    prop_assert_eq!(second.covers(&first), builder.subsumes(yours, mine), "{}", &names);
    prop_assert_eq!(first.matches_every_tag(), builder.subsumes(mine, grammar), "{}", &names);
    prop_assert_eq!(first.matches_no_tag(), builder.is_empty_lang(mine), "{}", &names);
    Ok(true)
}

#[test]
fn sets_of_tags_lie_as_derivatives_say() {
    // Not the macro, so that what neither could decide is counted.
    let count = std::env::var("TAGWARDEN_PATTERNS").ok().and_then(|count| count.parse().ok()).unwrap_or(1500);
    let config = ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let decided = std::cell::Cell::new(0);
    let outcome = runner.run(&pair(), |(one, other)| {
        if check(&one, &other)? {
            decided.set(decided.get() + 1);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|difference| panic!("{difference}"));
    assert!(decided.get() * 10 > count * 9, "only {} of {count} were decided by both", decided.get());
}
