//! Tags that do not exist yet but would match: the next ones that people are likely to push.

use std::cmp::Ordering;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::pattern::Pattern;
use crate::preview::bits::NameBits;
use crate::preview::index::TagIndex;
use crate::tag::is_valid_tag;

/// Most examples given.
const MOST: usize = 3;

/// Most matching names looked at for a pattern to continue; of more, an even sample.
const MOST_SEEDS: usize = 2_000;

/// Words whose number is part of a machine's name, such as `arm64`: no other one follows it.
const MACHINES: [&str; 8] = ["aarch", "amd", "arm", "i", "ppc", "riscv", "s", "x"];

/// A pattern, and the names of an index that it matches.
#[derive(Clone, Copy, Debug)]
pub struct Matched<'a> {
    /// The pattern.
    pub pattern: &'a Pattern,
    /// What it matches.
    pub names: &'a NameBits,
}

/// Up to three tags that no repository of `index` has and that `pattern` matches. They continue the
/// tags that match today (`matched` are their names) and fall back on the shortest possible ones.
pub fn future_examples(index: &TagIndex, pattern: &Pattern, matched: &NameBits) -> Vec<String> {
    let mut examples = Examples { index, fits: &|tag| pattern.is_match(tag), found: Vec::new() };
    let seeds = newest_of_each_shape(index, matched.ones(), matched.count());
    examples.offer_by_turns(seeds.into_iter().map(successors));
    examples.offer_shortest(pattern.shortest_tags(MOST * 4));
    examples.found
}

/// Up to three tags that no repository of `index` has and that `wide` matches but `narrow` does not:
/// what an edit from one to the other takes away, or adds, beyond the tags that exist.
pub fn future_difference(index: &TagIndex, wide: Matched<'_>, narrow: Matched<'_>) -> Vec<String> {
    let fits = |tag: &str| wide.pattern.is_match(tag) && !narrow.pattern.is_match(tag);
    let mut examples = Examples { index, fits: &fits, found: Vec::new() };
    let differ = || wide.names.ones().filter(|name| !narrow.names.get(*name));
    let seeds = match differ().next() {
        Some(_) => newest_of_each_shape(index, differ(), wide.names.count()),
        None => newest_of_each_shape(index, wide.names.ones(), wide.names.count()),
    };
    examples.offer_by_turns(seeds.iter().map(|tag| successors(tag)));
    examples.offer_by_turns(seeds.iter().map(|tag| variations(tag)));
    if examples.found.len() < MOST {
        examples.offer_shortest(wide.pattern.tags_beyond(narrow.pattern, MOST * 4).unwrap_or_default());
    }
    examples.found
}

/// Collects tags that fit and do not exist.
struct Examples<'a> {
    index: &'a TagIndex,
    fits: &'a dyn Fn(&str) -> bool,
    found: Vec<String>,
}

impl Examples<'_> {
    fn offer(&mut self, candidate: String) {
        let room = self.found.len() < MOST && !self.found.contains(&candidate);
        if room && is_valid_tag(&candidate) && (self.fits)(&candidate) && !self.index.contains(&candidate) {
            self.found.push(candidate);
        }
    }

    /// The first of each list, then the second, and so on.
    fn offer_by_turns(&mut self, lists: impl Iterator<Item = Vec<String>>) {
        let lists: Vec<Vec<String>> = lists.collect();
        let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
        for turn in 0..longest {
            for candidate in lists.iter().filter_map(|list| list.get(turn)) {
                self.offer(candidate.clone());
            }
        }
    }

    fn offer_shortest(&mut self, shortest: Vec<String>) {
        if let Some(first) = shortest.first() {
            successors(first).into_iter().rev().for_each(|tag| self.offer(tag));
        }
        shortest.into_iter().for_each(|tag| self.offer(tag));
    }
}

/// For the commonest shapes among some names (not more than `most`), the name with the highest
/// numbers.
fn newest_of_each_shape(index: &TagIndex, names: impl Iterator<Item = u32>, most: u32) -> Vec<&str> {
    let mut shapes: HashMap<String, (u32, &str), RandomState> = HashMap::default();
    let step = (most as usize).div_ceil(MOST_SEEDS).max(1);
    let mut shape = String::new();
    for name in names.step_by(step) {
        let tag = index.name(name);
        put_shape(tag, &mut shape);
        let (times, newest) = shapes.entry_ref(shape.as_str()).or_insert((0, tag));
        *times += 1;
        if by_numbers(tag, newest) == Ordering::Greater {
            *newest = tag;
        }
    }
    let mut newest: Vec<(u32, &str)> = shapes.into_values().collect();
    newest.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    newest.into_iter().map(|(_, tag)| tag).take(MOST).collect()
}

/// The same tag as people also write it: with something after it, or before it, in other letters.
fn variations(tag: &str) -> Vec<String> {
    let mut tags: Vec<String> =
        ["-rc.1", "-alpine", "-1", ".1"].iter().map(|end| format!("{tag}{end}")).collect();
    match tag.strip_prefix('v') {
        Some(rest) => tags.push(rest.to_owned()),
        None => tags.push(format!("v{tag}")),
    }
    if let Some((shorter, _)) = tag.rsplit_once(['-', '_']).or_else(|| tag.rsplit_once('.')) {
        tags.push(shorter.to_owned());
    }
    tags.push(tag.to_ascii_uppercase());
    tags.push(tag.replace('-', "_"));
    tags.push(format!("release-{tag}"));
    tags
}

/// A piece of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Number(&'a str),
    Hash(&'a str),
    Text(&'a str),
}

/// Cuts a tag into numbers, hashes (seven or more hexadecimal digits with both kinds) and the rest.
fn pieces(tag: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut left = tag;
    std::iter::from_fn(move || {
        let (piece, length) = first_piece(left)?;
        left = left.get(length.max(1)..).unwrap_or_default();
        Some(piece)
    })
}

fn first_piece(left: &str) -> Option<(Piece<'_>, usize)> {
    let first = left.bytes().next()?;
    let word = run(left, |b| b.is_ascii_alphanumeric());
    let hex = run(left, |b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
    let both = hex.bytes().any(|b| b.is_ascii_digit()) && hex.bytes().any(|b| b.is_ascii_alphabetic());
    Some(if hex.len() >= 7 && hex.len() == word.len() && both {
        (Piece::Hash(hex), hex.len())
    } else if first.is_ascii_digit() {
        let digits = run(left, |b| b.is_ascii_digit());
        (Piece::Number(digits), digits.len())
    } else {
        let inside_word = run(left, |b| b.is_ascii_alphabetic());
        let text =
            if inside_word.is_empty() { run(left, |b| !b.is_ascii_alphanumeric()) } else { inside_word };
        (Piece::Text(text), text.len())
    })
}

fn run(text: &str, keep: impl Fn(u8) -> bool) -> &str {
    let end = text.bytes().position(|b| !keep(b)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Writes down what tags have in common that differ in numbers and hashes only.
fn put_shape(tag: &str, shape: &mut String) {
    shape.clear();
    for piece in pieces(tag) {
        match piece {
            Piece::Number(_) => shape.push('\u{1}'),
            Piece::Hash(_) => shape.push('\u{2}'),
            Piece::Text(text) => shape.push_str(text),
        }
    }
}

/// Compares two tags of the same shape by their numbers, first one first.
fn by_numbers(a: &str, b: &str) -> Ordering {
    let number = |piece: Piece<'_>| match piece {
        Piece::Number(digits) => digits.parse::<u64>().unwrap_or(u64::MAX),
        _ => 0,
    };
    pieces(a).map(number).cmp(pieces(b).map(number))
}

/// The tags that would follow: last number up, then the number before it with the later ones reset,
/// and so on to the first; for a hash another hash.
fn successors(tag: &str) -> Vec<String> {
    let pieces: Vec<Piece<'_>> = pieces(tag).collect();
    if let Some(place) = pieces.iter().rposition(|piece| matches!(piece, Piece::Hash(_))) {
        return vec![render(&pieces, |at, piece| match piece {
            Piece::Hash(hash) if at == place => hash.bytes().rev().map(char::from).collect(),
            piece => text_of(piece).to_owned(),
        })];
    }
    let of_machine = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| pieces.get(at));
        before.is_some_and(|word| MACHINES.contains(&text_of(*word)))
    };
    let numbers: Vec<usize> = (0..pieces.len())
        .filter(|&at| matches!(pieces.get(at), Some(Piece::Number(_))) && !of_machine(at))
        .collect();
    numbers
        .iter()
        .rev()
        .map(|&raised| {
            render(&pieces, |at, piece| match piece {
                Piece::Number(digits) if at == raised => next(digits),
                Piece::Number(digits) if at > raised && !of_machine(at) => reset(digits, at, &pieces),
                piece => text_of(piece).to_owned(),
            })
        })
        .collect()
}

fn render(pieces: &[Piece<'_>], text: impl Fn(usize, Piece<'_>) -> String) -> String {
    pieces.iter().enumerate().map(|(at, &piece)| text(at, piece)).collect()
}

fn text_of(piece: Piece<'_>) -> &str {
    match piece {
        Piece::Number(text) | Piece::Hash(text) | Piece::Text(text) => text,
    }
}

/// The number after, as wide as before where that was padded.
fn next(digits: &str) -> String {
    let value = digits.parse::<u64>().unwrap_or(0).saturating_add(1);
    if digits.starts_with('0') { format!("{value:0width$}", width = digits.len()) } else { value.to_string() }
}

/// What a number starts again with: 1 after a word (`rc.1`), else 0; long ones such as dates stay.
fn reset(digits: &str, at: usize, pieces: &[Piece<'_>]) -> String {
    if digits.len() >= 4 {
        return digits.to_owned();
    }
    let before = pieces.get(..at).unwrap_or_default().iter().rev();
    let mut since_number = before.take_while(|piece| !matches!(piece, Piece::Number(_)));
    let word = since_number.any(|piece| text_of(*piece).bytes().any(|b| b.is_ascii_alphabetic()));
    format!("{:0width$}", u8::from(word), width = if digits.starts_with('0') { digits.len() } else { 1 })
}
