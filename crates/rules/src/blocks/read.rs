//! Building blocks read back from patterns.

use crate::blocks::shape::{self, DIGITS, HEX, Node, PRERELEASE, TAG, Times, bit};
use crate::blocks::{Block, Presence, glob};
use crate::pattern::Dialect;

impl Block {
    /// The block that says exactly what `pattern` says in `dialect`, if there is one.
    pub fn read(dialect: Dialect, pattern: &str) -> Option<Self> {
        if dialect.is_glob() {
            // In globs the signs alone tell which texts a list has.
            let no_list = |block: &Self| !matches!(block, Self::AnyOf { .. });
            return glob::read(dialect, pattern)
                .or_else(|| Self::read_shape(dialect, pattern).filter(no_list));
        }
        Self::read_shape(dialect, pattern)
    }

    fn read_shape(dialect: Dialect, pattern: &str) -> Option<Self> {
        let shape = shape::read(dialect, pattern)?;
        if shape.ignores_case {
            return None;
        }
        let mut nodes = shape.nodes.as_slice();
        let mut starts = false;
        while let [Node::Start, rest @ ..] = nodes {
            (starts, nodes) = (true, rest);
        }
        let mut ends = false;
        while let [rest @ .., Node::End] = nodes {
            (ends, nodes) = (true, rest);
        }
        // An anchor with "any text" next to it is no anchor.
        while let [Node::Chars(TAG, Times::ANY), rest @ ..] = nodes {
            (starts, nodes) = (false, rest);
        }
        while let [rest @ .., Node::Chars(TAG, Times::ANY)] = nodes {
            (ends, nodes) = (false, rest);
        }
        let block = match (starts, ends) {
            (true, true) => whole(nodes)?,
            (true, false) => open(nodes, |text| Self::StartsWith { text })?,
            (false, true) => open(nodes, |text| Self::EndsWith { text })?,
            (false, false) => open(nodes, |text| Self::Contains { text })?,
        };
        Some(block.normalised())
    }
}

/// A name with at least one open end.
fn open(nodes: &[Node], block: impl Fn(String) -> Block) -> Option<Block> {
    match nodes {
        // A tag has at least one character.
        [] | [Node::Chars(TAG, Times::SOME)] => Some(Block::Everything),
        [Node::Text(text)] => Some(block(text.clone())),
        _ => None,
    }
}

/// A name from start to end.
fn whole(nodes: &[Node]) -> Option<Block> {
    match nodes {
        [] => Some(Block::IsExactly { text: String::new() }),
        [Node::Text(text)] => Some(Block::IsExactly { text: text.clone() }),
        [Node::Chars(TAG, Times::SOME)] => Some(Block::Everything),
        [Node::Alternatives(branches)] => Some(Block::AnyOf { texts: texts_of(branches)? }),
        _ => semantic_version(nodes).or_else(|| commit_sha(nodes)).or_else(|| date(nodes)),
    }
}

fn texts_of(branches: &[Vec<Node>]) -> Option<Vec<String>> {
    let text = |branch: &Vec<Node>| match branch.as_slice() {
        [] => Some(String::new()),
        [Node::Text(text)] => Some(text.clone()),
        _ => None,
    };
    branches.iter().map(text).collect()
}

fn semantic_version(nodes: &[Node]) -> Option<Block> {
    let (v, rest) = match nodes {
        [Node::Text(text), rest @ ..] if text == "v" => (Presence::Always, rest),
        [Node::Chars(set, Times::OPTIONAL), rest @ ..] if *set == bit(b'v') => (Presence::Optional, rest),
        rest => (Presence::Never, rest),
    };
    let rest = three_numbers(rest)?;
    let prerelease = match rest {
        [] => Presence::Never,
        [Node::Repeated(inner, Times::OPTIONAL)] if is_prerelease(inner) => Presence::Optional,
        inner if is_prerelease(inner) => Presence::Always,
        _ => return None,
    };
    Some(Block::SemanticVersion { v, prerelease })
}

fn three_numbers(nodes: &[Node]) -> Option<&[Node]> {
    let dot = |text: &String| text == ".";
    match nodes {
        [
            Node::Chars(DIGITS, Times::SOME),
            Node::Text(first),
            Node::Chars(DIGITS, Times::SOME),
            Node::Text(second),
            Node::Chars(DIGITS, Times::SOME),
            rest @ ..,
        ] if dot(first) && dot(second) => Some(rest),
        _ => None,
    }
}

fn is_prerelease(nodes: &[Node]) -> bool {
    matches!(nodes, [Node::Text(dash), Node::Chars(PRERELEASE, Times::SOME)] if dash == "-")
}

fn commit_sha(nodes: &[Node]) -> Option<Block> {
    let (prefix, rest) = prefixed(nodes);
    match rest {
        [Node::Chars(HEX, Times { least, most: Some(most) })] if *least >= 1 => {
            Some(Block::CommitSha { prefix, least: *least, most: *most })
        }
        _ => None,
    }
}

fn date(nodes: &[Node]) -> Option<Block> {
    let (prefix, rest) = prefixed(nodes);
    let digits = |node: &Node, count: u32| *node == Node::Chars(DIGITS, Times::exactly(count));
    let dash = |node: &Node| *node == Node::Text("-".to_owned());
    match rest {
        [all] if digits(all, 8) => Some(Block::Date { prefix, dashes: false }),
        [year, first, month, second, day]
            if digits(year, 4) && dash(first) && digits(month, 2) && dash(second) && digits(day, 2) =>
        {
            Some(Block::Date { prefix, dashes: true })
        }
        _ => None,
    }
}

fn prefixed(nodes: &[Node]) -> (String, &[Node]) {
    match nodes {
        [Node::Text(prefix), rest @ ..] => (prefix.clone(), rest),
        rest => (String::new(), rest),
    }
}
