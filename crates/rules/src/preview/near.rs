//! Near misses: tags that a pattern leaves out by a single character, and why.

use serde::{Deserialize, Serialize};

use crate::pattern::Pattern;
use crate::preview::bits::NameBits;
use crate::preview::index::{TagIndex, to_u32};
use crate::preview::relax::{Relaxations, Relaxed, SEPARATORS, relaxations};
use crate::preview::{CANCEL_EVERY, Cancelled};

/// Most names compared with every variant; beyond that the total is a lower bound.
const MOST_CANDIDATES: usize = 2000;
/// More than these are worth an automaton.
const MANY: usize = 500;

/// What keeps a tag from being matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// Upper or lower case.
    Case,
    /// Text before what the pattern starts with.
    TextBefore,
    /// Text after what the pattern ends with.
    TextAfter,
    /// A separator is not there.
    SeparatorMissing {
        /// The separator the pattern asks for.
        separator: char,
    },
    /// Another separator is there.
    SeparatorDiffers {
        /// The separator the pattern asks for.
        separator: char,
    },
    /// A separator too many.
    SeparatorExtra,
    /// The text in front is not there.
    PrefixMissing {
        /// The text the pattern asks for.
        text: String,
    },
}

/// A tag that is one edit away from being matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct NearMiss {
    /// The first row with this tag.
    pub row: u32,
    /// The tag.
    pub tag: String,
    /// What keeps it out.
    pub why: Why,
    /// The part of the tag concerned: start and end in bytes.
    pub span: (u32, u32),
    /// A pattern that matches it too.
    pub suggestion: Option<String>,
}

/// Near misses, different reasons first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct NearMisses {
    /// How many different tags are near misses; a lower bound when very many come close.
    pub total: u32,
    /// Some of them.
    pub list: Vec<NearMiss>,
}

/// Tags that `pattern` does not match but would with one edit, at most `limit` of them.
/// `matched` are the names it matches.
///
/// # Errors
/// When `cancelled` says so.
pub fn near_misses(
    index: &TagIndex,
    pattern: &Pattern,
    matched: &NameBits,
    limit: usize,
    cancelled: &dyn Fn() -> bool,
) -> Result<NearMisses, Cancelled> {
    let relaxations = relaxations(pattern);
    if relaxations.single.is_empty() {
        return Ok(NearMisses::default());
    }
    let candidates = candidates(index, &relaxations, matched, cancelled)?;
    // An automaton for each variant pays off over many names, unless it turns out too large.
    let many = candidates.len() > MANY && pattern.automaton().is_some();
    let matches = |variant: &Pattern, tag: &str| match many {
        true => variant.is_match_bytes(tag.as_bytes()),
        false => variant.is_match(tag),
    };
    // For each variant the names that only it lets in; a name counts for the first that does.
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); relaxations.single.len()];
    let mut total = 0;
    for (asked, name) in candidates.into_iter().enumerate() {
        if asked.is_multiple_of(CANCEL_EVERY / 16) && cancelled() {
            return Err(Cancelled);
        }
        let tag = index.name(name);
        let first = relaxations.single.iter().position(|relaxed| matches(&relaxed.pattern, tag));
        if let Some(group) = first.and_then(|place| groups.get_mut(place)) {
            group.push(name);
            total += 1;
        }
    }
    let chosen = take_turns(&groups, limit);
    let rows = first_rows(index, chosen.iter().map(|(_, name)| *name).collect());
    let list = chosen
        .into_iter()
        .filter_map(|(variant, name)| {
            let relaxed = relaxations.single.get(variant)?;
            let row = rows.iter().find(|(known, _)| *known == name).map(|(_, row)| *row)?;
            let tag = index.name(name);
            Some(NearMiss {
                row,
                tag: tag.to_owned(),
                why: relaxed.why.clone(),
                span: span(pattern, relaxed, tag),
                suggestion: Some(relaxed.pattern.text().to_owned()),
            })
        })
        .collect();
    Ok(NearMisses { total, list })
}

/// Why tags that were covered are no longer: the one reason that explains most of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct LossReason {
    /// How many of the lost rows it explains.
    pub tags: u32,
    /// What keeps them out.
    pub why: Why,
    /// One of them.
    pub example: String,
    /// A pattern that keeps them.
    pub suggestion: String,
}

/// The commonest single reason why `pattern` leaves out the tags in `rows`, if one edit to the
/// pattern would bring any of them back.
pub fn why_lost(index: &TagIndex, pattern: &Pattern, rows: &[u32]) -> Option<LossReason> {
    let rows = rows.get(..rows.len().min(MOST_CANDIDATES)).unwrap_or_default();
    let explained = |relaxed: Relaxed| {
        let mut back = rows.iter().map(|&row| index.tag(row)).filter(|tag| relaxed.pattern.is_match(tag));
        let example = back.next()?.to_owned();
        let tags = to_u32(back.count()) + 1;
        Some(LossReason { tags, why: relaxed.why, example, suggestion: relaxed.pattern.text().to_owned() })
    };
    let reasons = relaxations(pattern).single.into_iter().filter_map(explained);
    reasons.reduce(|best, next| if next.tags > best.tags { next } else { best })
}

fn candidates(
    index: &TagIndex,
    relaxations: &Relaxations,
    matched: &NameBits,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<u32>, Cancelled> {
    let Some(all) = &relaxations.all else {
        return Ok((0..to_u32(index.name_count()))
            .filter(|&name| !matched.get(name))
            .take(MOST_CANDIDATES)
            .collect());
    };
    NameBits::first_beyond(index, all, matched, MOST_CANDIDATES, cancelled)
}

/// One of each group in turn, so that a few lines show as many reasons as there are.
fn take_turns(groups: &[Vec<u32>], limit: usize) -> Vec<(usize, u32)> {
    let longest = groups.iter().map(Vec::len).max().unwrap_or(0);
    let turns = (0..longest.min(limit)).flat_map(|turn| {
        groups
            .iter()
            .enumerate()
            .filter_map(move |(variant, group)| group.get(turn).map(|&name| (variant, name)))
    });
    turns.take(limit).collect()
}

fn first_rows(index: &TagIndex, mut wanted: Vec<u32>) -> Vec<(u32, u32)> {
    let mut found = Vec::with_capacity(wanted.len());
    for (row, &name) in (0u32..).zip(index.row_names()) {
        if wanted.is_empty() {
            break;
        }
        if let Some(place) = wanted.iter().position(|&candidate| candidate == name) {
            wanted.swap_remove(place);
            found.push((name, row));
        }
    }
    found
}

/// The part of `tag` that keeps it out: found by undoing the difference in the tag itself.
fn span(pattern: &Pattern, relaxed: &Relaxed, tag: &str) -> (u32, u32) {
    let whole = || {
        let range = relaxed.pattern.find(tag).unwrap_or(0..tag.len());
        (range.start, range.end)
    };
    let (start, end) = match &relaxed.why {
        Why::Case => flipped(pattern, tag).unwrap_or_else(whole),
        Why::TextAfter => relaxed.pattern.find(tag).map_or_else(whole, |range| (range.end, tag.len())),
        Why::TextBefore => relaxed.pattern.find(tag).map_or_else(whole, |range| (0, range.start)),
        Why::SeparatorMissing { separator } => {
            let with = |at: usize| format!("{}{separator}{}", &head(tag, at), &tail(tag, at));
            (0..tag.len()).find(|&at| pattern.is_match(&with(at))).map_or_else(whole, |at| (at, at + 1))
        }
        Why::SeparatorDiffers { separator } => {
            let with = |at: usize| format!("{}{separator}{}", head(tag, at), tail(tag, at + 1));
            separators(tag).find(|&at| pattern.is_match(&with(at))).map_or_else(whole, |at| (at, at + 1))
        }
        Why::SeparatorExtra => {
            let without = |at: usize| format!("{}{}", head(tag, at), tail(tag, at + 1));
            separators(tag).find(|&at| pattern.is_match(&without(at))).map_or_else(whole, |at| (at, at + 1))
        }
        Why::PrefixMissing { .. } => (0, tag.len().min(1)),
    };
    (to_u32(start), to_u32(end))
}

/// The run of letters whose case has to change, when one run is enough.
fn flipped(pattern: &Pattern, tag: &str) -> Option<(usize, usize)> {
    let flip = |from: usize, to: usize| {
        let flipped: String = tag
            .get(from..to)?
            .chars()
            .map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
            .collect();
        Some(format!("{}{flipped}{}", head(tag, from), tail(tag, to)))
    };
    for length in 1..=tag.len() {
        for from in 0..=tag.len() - length {
            let letters = tag.as_bytes().get(from..from + length)?.iter().all(u8::is_ascii_alphabetic);
            if letters && flip(from, from + length).is_some_and(|flipped| pattern.is_match(&flipped)) {
                return Some((from, from + length));
            }
        }
    }
    None
}

fn separators(tag: &str) -> impl Iterator<Item = usize> {
    tag.char_indices().filter(|(_, c)| SEPARATORS.contains(c)).map(|(at, _)| at)
}

fn head(tag: &str, at: usize) -> &str {
    tag.get(..at).unwrap_or_default()
}

fn tail(tag: &str, at: usize) -> &str {
    tag.get(at..).unwrap_or_default()
}
