//! Rules that leave some tags out: by an exclusion where the registry knows such, else by a narrower
//! pattern for the tags that are meant.

use std::collections::{BTreeMap, HashSet};

use regex_syntax::ast::{self, Ast};

use crate::blocks::shape::{Node, read};
use crate::blocks::{Block, escape};
use crate::finding::Fix;
use crate::finding::check::{Scene, Subject};
use crate::finding::entries::Entries;
use crate::moving::USUAL;
use crate::pattern::{Dialect, ECR_FILTERS, Pattern};
use crate::rule::{Selector, SelectorMode};

/// Most names that tell what is meant.
const MOST_LOOKED_AT: usize = 2_000;
/// Most forms of names in one pattern.
const MOST_FORMS: usize = 4;
/// Most names in one exclusion.
const MOST_EXCLUDED: usize = 12;
/// Most fixes.
const MOST_FIXES: usize = 2;

/// Fixes after which the rule covers none of these names and still all others that it covers today, or
/// most of them.
pub(super) fn without(scene: &mut Scene<'_>, subject: &Subject<'_>, unwanted: &[u32]) -> Vec<Fix> {
    if scene.index.is_none() {
        return Vec::new();
    }
    match subject.mode() {
        SelectorMode::Excluding => exclude_more(scene, subject, unwanted).into_iter().collect(),
        SelectorMode::Matching => match exclude(scene, subject, unwanted) {
            Some(exclusion) => vec![exclusion],
            None => narrower(scene, subject, unwanted),
        },
        // The pattern compares repositories, or nothing that is known.
        SelectorMode::MatchingOtherPart | SelectorMode::ExcludingOtherPart | SelectorMode::Unsupported => {
            Vec::new()
        }
    }
}

/// All tags but these, where the rule is about all.
fn exclude(scene: &mut Scene<'_>, subject: &Subject<'_>, unwanted: &[u32]) -> Option<Fix> {
    let pattern = subject.pattern();
    let dialect = pattern.dialect();
    if !matches!(dialect, Dialect::EcrFilters | Dialect::Harbor | Dialect::Harbor11)
        || pattern.matches_every_tag() != Some(true)
    {
        return None;
    }
    let list = exclusion(scene, dialect, Vec::new(), unwanted)?;
    let left_out = scene.rows(&Pattern::compile(dialect, &list).ok()?);
    let all = scene.index.map_or(0, |index| crate::finding::limits::count(index.len()));
    let tags = Selector { mode: SelectorMode::Excluding, dialect, pattern: list };
    Some(Fix::ReplaceSelector { tags, covers: all.saturating_sub(left_out) })
}

/// A longer list for a rule that leaves out what its list names.
fn exclude_more(scene: &mut Scene<'_>, subject: &Subject<'_>, unwanted: &[u32]) -> Option<Fix> {
    let pattern = subject.pattern();
    let entries = Entries::of(pattern.dialect(), pattern.text())?;
    let list = exclusion(scene, pattern.dialect(), entries.texts, unwanted)?;
    scene.replacement(pattern.dialect(), &list)
}

/// A list of these names, and of the texts that are listed already.
fn exclusion(
    scene: &mut Scene<'_>,
    dialect: Dialect,
    mut texts: Vec<String>,
    unwanted: &[u32],
) -> Option<String> {
    let index = scene.index?;
    let mut names: Vec<&str> = unwanted.iter().map(|name| index.name(*name)).collect();
    if names.is_empty() {
        names.push(USUAL.first()?);
    }
    for name in names {
        let text = match name {
            // Their digests never come again.
            _ if name.starts_with("sha256-") && name.len() > 70 => "sha256-*".to_owned(),
            _ => numbered(name).unwrap_or_else(|| name.to_owned()),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let most = if dialect == Dialect::EcrFilters { ECR_FILTERS } else { MOST_EXCLUDED };
    (texts.len() <= most).then(|| Block::AnyOf { texts }.write(dialect)).flatten()
}

/// `pr-*` for `pr-12`.
fn numbered(name: &str) -> Option<String> {
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = name.split_at(start);
    let fits = before.ends_with('-') && rest.bytes().all(|byte| byte.is_ascii_digit());
    (fits && before.len() > 2).then(|| format!("{before}*"))
}

/// Narrower patterns, those that keep most first.
fn narrower(scene: &mut Scene<'_>, subject: &Subject<'_>, unwanted: &[u32]) -> Vec<Fix> {
    let (Some(index), Some(names)) = (scene.index, &subject.names) else { return Vec::new() };
    let pattern = subject.pattern();
    let left_out: HashSet<u32> = unwanted.iter().copied().collect();
    let wanted: Vec<&str> = names
        .ones()
        .filter(|name| !left_out.contains(name))
        .take(MOST_LOOKED_AT)
        .map(|name| index.name(name))
        .collect();
    let unwanted: Vec<&str> = unwanted.iter().map(|name| index.name(*name)).collect();
    let mut texts = fewer_entries(pattern);
    texts.truncate(MOST_FEWER);
    texts.extend(by_form(pattern, &wanted));
    let mut kept: Vec<(usize, String)> = Vec::new();
    for text in texts {
        let known = kept.iter().any(|(_, known)| *known == text);
        let Some(candidate) = sound(pattern, &text, &unwanted).filter(|_| !known) else { continue };
        let count = wanted.iter().filter(|name| candidate.is_match(name)).count();
        if count > 0 {
            kept.push((count, text));
        }
    }
    kept.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    // Of two that keep as much, the simpler one comes first.
    kept.dedup_by_key(|(count, _)| *count);
    let offered = kept.into_iter().take(MOST_FIXES);
    offered.filter_map(|(_, text)| scene.replacement(pattern.dialect(), &text)).collect()
}

/// Most patterns with fewer alternatives that are tried.
const MOST_FEWER: usize = 8;

/// A pattern that matches nothing that `pattern` does not, and none of the unwanted names.
fn sound(pattern: &Pattern, text: &str, unwanted: &[&str]) -> Option<Pattern> {
    let candidate = Pattern::compile(pattern.dialect(), text).ok()?;
    let matches_any = USUAL.iter().chain(unwanted).any(|tag| candidate.is_match(tag));
    (!matches_any && pattern.covers(&candidate) == Some(true)).then_some(candidate)
}

/// The pattern without one of its alternatives, or without several.
fn fewer_entries(pattern: &Pattern) -> Vec<String> {
    let (dialect, text) = (pattern.dialect(), pattern.text());
    if dialect.is_re2() {
        return fewer_alternatives(text).unwrap_or_default();
    }
    let Some(entries) = Entries::of(dialect, text).filter(|entries| entries.texts.len() > 1) else {
        return Vec::new();
    };
    (0..entries.texts.len())
        .filter_map(|place| {
            let mut texts = entries.texts.clone();
            texts.remove(place);
            Block::AnyOf { texts }.write(dialect)
        })
        .collect()
}

/// The text with each branch of its first group of alternatives left out, or with one alone.
fn fewer_alternatives(text: &str) -> Option<Vec<String>> {
    let read = ast::parse::Parser::new().parse(text).ok()?;
    let alternation = first_alternation(&read)?;
    let span = alternation.span;
    let (before, after) = (text.get(..span.start.offset)?, text.get(span.end.offset..)?);
    let part = |ast: &Ast| text.get(ast.span().start.offset..ast.span().end.offset);
    let branches: Vec<&str> = alternation.asts.iter().map(part).collect::<Option<_>>()?;
    let mut texts = Vec::new();
    for place in 0..branches.len() {
        let others = branches.iter().enumerate().filter(|(other, _)| *other != place);
        let others: Vec<&str> = others.map(|(_, branch)| *branch).collect();
        texts.push(format!("{before}{}{after}", others.join("|")));
        texts.push(format!("{before}{}{after}", branches.get(place)?));
    }
    Some(texts.iter().map(|text| without_needless_group(text)).collect())
}

fn first_alternation(ast: &Ast) -> Option<&ast::Alternation> {
    match ast {
        Ast::Alternation(alternation) => Some(alternation),
        Ast::Group(group) => first_alternation(&group.ast),
        Ast::Concat(concat) => concat.asts.iter().find_map(first_alternation),
        _ => None,
    }
}

/// `^(v)` as `^v`.
fn without_needless_group(text: &str) -> String {
    let plain = |text: &str| {
        let (before, rest) = text.split_once('(')?;
        let (inside, after) = rest.split_once(')')?;
        let inside = inside.strip_prefix("?:").unwrap_or(inside);
        let needless = !inside.contains(['|', '(', '[', '\\']) && !after.starts_with(['*', '+', '?', '{']);
        needless.then(|| format!("{before}{inside}{after}"))
    };
    plain(text).unwrap_or_else(|| text.to_owned())
}

/// Patterns for the forms that these names have, e.g. `^v\d+\.\d+\.\d+$`.
fn by_form(pattern: &Pattern, wanted: &[&str]) -> Vec<String> {
    let dialect = pattern.dialect();
    let start = literal_start(pattern);
    let mut forms: BTreeMap<Vec<Piece>, u32> = BTreeMap::new();
    for name in wanted {
        let Some(rest) = name.strip_prefix(start.as_str()) else { continue };
        *forms.entry(form(rest)).or_default() += 1;
    }
    // A form without a number or a hash would be a list of names.
    let general = |pieces: &[Piece]| pieces.iter().any(|piece| !matches!(piece, Piece::Text(_)));
    let mut forms: Vec<(Vec<Piece>, u32)> = forms.into_iter().filter(|(pieces, _)| general(pieces)).collect();
    forms.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    forms.truncate(MOST_FORMS);
    let written: Vec<String> = forms.iter().map(|(pieces, _)| write(dialect, pieces)).collect();
    (1..=written.len())
        .filter_map(|count| written.get(..count))
        .filter_map(|forms| whole(dialect, &start, forms))
        .collect()
}

/// The text that every name begins with, as the pattern says.
fn literal_start(pattern: &Pattern) -> String {
    let nodes = read(pattern.dialect(), pattern.text()).map(|shape| shape.nodes).unwrap_or_default();
    match nodes.as_slice() {
        [Node::Start, Node::Text(text), ..] => text.clone(),
        _ => String::new(),
    }
}

/// A piece of a form of names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Text(String),
    Number,
    Hash,
}

/// Longest name that is taken apart.
const LONGEST: usize = 64;

fn form(name: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let name = name.get(..LONGEST).unwrap_or(name);
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let word = run(|c| c.is_ascii_alphanumeric());
        let length = if !first.is_ascii_alphanumeric() {
            first.len_utf8()
        } else if first.is_ascii_digit() {
            run(|c| c.is_ascii_digit())
        } else {
            run(|c| c.is_ascii_alphabetic())
        };
        let whole_word = rest.get(..word).unwrap_or_default();
        let hash = word >= 7
            && whole_word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && whole_word.bytes().any(|byte| byte.is_ascii_alphabetic());
        let (part, after) = rest.split_at(if hash { word } else { length });
        pieces.push(match first {
            _ if hash => Piece::Hash,
            '0'..='9' => Piece::Number,
            _ => Piece::Text(part.to_owned()),
        });
        rest = after;
    }
    pieces
}

fn write(dialect: Dialect, pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) if dialect.is_re2() => escape(text),
        Piece::Text(text) => text.clone(),
        Piece::Number if dialect.is_re2() => "\\d+".to_owned(),
        Piece::Hash if dialect.is_re2() => "[0-9a-f]+".to_owned(),
        Piece::Number if dialect.is_glob() => "[0-9]*".to_owned(),
        Piece::Hash if dialect.is_glob() => "[0-9a-f]*".to_owned(),
        Piece::Number | Piece::Hash => "*".to_owned(),
    };
    pieces.iter().map(piece).collect()
}

/// A pattern for names that start so and go on in one of these forms.
fn whole(dialect: Dialect, start: &str, forms: &[String]) -> Option<String> {
    let joined = match forms {
        [one] => one.clone(),
        several if dialect.is_re2() => format!("(?:{})", several.join("|")),
        several => several.join(","),
    };
    match dialect {
        Dialect::Gitlab => Some(format!("^{}{joined}$", escape(start))),
        Dialect::GitlabCleanup => Some(format!("{}{joined}", escape(start))),
        Dialect::Harbor | Dialect::Harbor11 => {
            let texts = forms.iter().map(|form| format!("{start}{form}")).collect();
            Block::AnyOf { texts }.write(dialect)
        }
        Dialect::EcrFilters => {
            let texts: Vec<String> = forms.iter().map(|form| format!("{start}{form}")).collect();
            Some(texts.join(","))
        }
        Dialect::Ecr | Dialect::Prefix => (forms.len() == 1).then(|| format!("{start}{joined}")),
    }
}
