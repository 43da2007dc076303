//! Patterns said in phrases. The sentences themselves are written where they are shown.

use crate::blocks::Phrase;
use crate::blocks::shape::{self, DIGITS, HEX, Node, Set, TAG, Times};
use crate::pattern::Dialect;

/// Says `pattern` in phrases; none where it cannot be said plainly.
///
/// Text any of which may come before or after is said by leaving [`Phrase::Start`] or
/// [`Phrase::End`] out, not by [`Phrase::AnyText`].
pub fn explain(dialect: Dialect, pattern: &str) -> Vec<Phrase> {
    let Some(shape) = shape::read(dialect, pattern) else { return Vec::new() };
    Speaker { any_case: shape.ignores_case }.say(&shape.nodes).unwrap_or_default()
}

/// The pieces without those at an open end that say no more than that it is open.
fn trimmed(mut nodes: &[Node]) -> &[Node] {
    while let [Node::Start, open @ Node::Chars(TAG, Times::ANY), ..]
    | [open @ Node::Chars(TAG, Times::ANY), ..] = nodes
    {
        let skipped = nodes.iter().position(|node| node == open).map_or(0, |place| place + 1);
        nodes = nodes.get(skipped..).unwrap_or_default();
    }
    while let [rest @ .., Node::Chars(TAG, Times::ANY), Node::End]
    | [rest @ .., Node::Chars(TAG, Times::ANY)] = nodes
    {
        nodes = rest;
    }
    nodes
}

fn matches_everything(nodes: &[Node]) -> bool {
    let starts = matches!(nodes.first(), Some(Node::Start));
    let ends = nodes.len() > usize::from(starts) && matches!(nodes.last(), Some(Node::End));
    let inner = nodes.get(usize::from(starts)..nodes.len() - usize::from(ends)).unwrap_or_default();
    match inner {
        [] => !starts || !ends,
        [Node::Chars(TAG, Times::ANY | Times::SOME)] => true,
        // Pieces that may all be absent: with one end open, an empty match at the other counts.
        _ => (!starts || !ends) && inner.iter().all(may_be_empty),
    }
}

fn may_be_empty(node: &Node) -> bool {
    match node {
        Node::Start | Node::End => false,
        Node::Text(text) => text.is_empty(),
        Node::Chars(_, times) => times.least == 0,
        Node::Alternatives(branches) => branches.iter().any(|branch| branch.iter().all(may_be_empty)),
        Node::Repeated(nodes, times) => times.least == 0 || nodes.iter().all(may_be_empty),
    }
}

struct Speaker {
    any_case: bool,
}

impl Speaker {
    fn say(&self, nodes: &[Node]) -> Option<Vec<Phrase>> {
        if matches_everything(nodes) {
            return Some(vec![Phrase::Everything]);
        }
        match trimmed(nodes) {
            // Each way has ends of its own.
            [Node::Start, Node::Alternatives(branches), Node::End] if plain(branches).is_none() => {
                let ends = |branch: &Vec<Node>| {
                    let branch = branch.iter().cloned();
                    self.say(&[Node::Start].into_iter().chain(branch).chain([Node::End]).collect::<Vec<_>>())
                };
                let ways: Vec<Vec<Phrase>> = branches.iter().map(ends).collect::<Option<_>>()?;
                let everything = [Phrase::Everything];
                Some(if ways.iter().any(|way| *way == everything) {
                    everything.to_vec()
                } else {
                    vec![Phrase::Either { ways }]
                })
            }
            nodes => self.phrases(nodes),
        }
    }

    fn phrases(&self, nodes: &[Node]) -> Option<Vec<Phrase>> {
        let mut said = Vec::new();
        let nodes = joined(nodes);
        let mut left = nodes.as_slice();
        while let Some((first, rest)) = left.split_first() {
            match dotted_numbers(left) {
                Some((count, after)) => {
                    said.push(Phrase::DottedNumbers { count });
                    left = after;
                }
                None => {
                    said.push(self.phrase(first)?);
                    left = rest;
                }
            }
        }
        Some(said)
    }

    fn phrase(&self, node: &Node) -> Option<Phrase> {
        Some(match node {
            Node::Start => Phrase::Start,
            Node::End => Phrase::End,
            Node::Text(text) => self.text(text),
            Node::Chars(set, times) => self.characters(*set, *times),
            Node::Alternatives(branches) => match plain(branches) {
                Some(texts) if !self.any_case => Phrase::OneOf { texts },
                _ => Phrase::Either {
                    ways: branches.iter().map(|way| self.phrases(way)).collect::<Option<_>>()?,
                },
            },
            Node::Repeated(nodes, Times::OPTIONAL) => Phrase::Optional { phrases: self.phrases(nodes)? },
            Node::Repeated(nodes, Times { least, most }) => {
                Phrase::Repeated { phrases: self.phrases(nodes)?, least: *least, most: *most }
            }
        })
    }

    fn text(&self, text: &str) -> Phrase {
        let any_case = self.any_case && text.chars().any(char::is_alphabetic);
        Phrase::Text { text: text.to_owned(), any_case }
    }

    fn characters(&self, set: Set, times: Times) -> Phrase {
        let Times { least, most } = times;
        match (set, times) {
            (TAG, Times::ANY) => Phrase::AnyText,
            (TAG, Times::ONCE) => Phrase::AnyCharacter,
            (DIGITS, _) => Phrase::Number { least, most },
            (HEX, _) => Phrase::Hex { least, most },
            (set, Times::OPTIONAL) if set.count_ones() == 1 => {
                Phrase::Optional { phrases: vec![self.text(&write_set(set))] }
            }
            (set, _) => Phrase::Characters { set: write_set(set), least, most },
        }
    }
}

/// `\d+\.\d+\.\d+`: how many numbers, and what comes after them.
fn dotted_numbers(nodes: &[Node]) -> Option<(u32, &[Node])> {
    let number = |node: &Node| *node == Node::Chars(DIGITS, Times::SOME);
    let (first, mut left) = nodes.split_first()?;
    let mut count = u32::from(number(first));
    while let [Node::Text(dot), next, rest @ ..] = left
        && count > 0
        && dot == "."
        && number(next)
    {
        count += 1;
        left = rest;
    }
    (count > 1).then_some((count, left))
}

/// A set as people write it, e.g. `0-9a-z_`.
fn write_set(set: Set) -> String {
    let has = |byte: u8| set >> byte & 1 == 1;
    let mut written = String::new();
    let mut byte = 0u8;
    while byte < 128 {
        if !has(byte) {
            byte += 1;
            continue;
        }
        let first = byte;
        while byte < 127 && has(byte + 1) && (byte + 1).is_ascii_alphanumeric() {
            byte += 1;
        }
        written.push(char::from(first));
        if byte > first {
            if byte > first + 1 {
                written.push('-');
            }
            written.push(char::from(byte));
        }
        byte += 1;
    }
    written
}

/// `-(rc|beta)\.` as `-rc.` or `-beta.`: text around texts to choose from belongs to them.
fn joined(nodes: &[Node]) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let node = match node {
            Node::Alternatives(branches) => match plain(branches) {
                Some(texts) => text_alternatives(&take_text(&mut out), &texts, ""),
                None => node.clone(),
            },
            node => node.clone(),
        };
        match (out.last().and_then(texts_of), node) {
            (Some(texts), Node::Text(after)) => {
                out.pop();
                out.push(text_alternatives("", &texts, &after));
            }
            (_, node) => out.push(node),
        }
    }
    out
}

fn take_text(nodes: &mut Vec<Node>) -> String {
    match nodes.pop() {
        Some(Node::Text(text)) => text,
        Some(other) => {
            nodes.push(other);
            String::new()
        }
        None => String::new(),
    }
}

fn text_alternatives(before: &str, texts: &[String], after: &str) -> Node {
    Node::Alternatives(texts.iter().map(|text| vec![Node::Text(format!("{before}{text}{after}"))]).collect())
}

fn texts_of(node: &Node) -> Option<Vec<String>> {
    match node {
        Node::Alternatives(branches) => plain(branches),
        _ => None,
    }
}

/// The texts, when every branch is one plain text.
fn plain(branches: &[Vec<Node>]) -> Option<Vec<String>> {
    let text = |branch: &Vec<Node>| match branch.as_slice() {
        [Node::Text(text)] => Some(text.clone()),
        _ => None,
    };
    branches.iter().map(text).collect()
}
