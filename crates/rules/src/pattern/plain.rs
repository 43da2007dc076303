//! Dialects without a grammar: ECR's filters, in which only `*` means something, and prefixes.
//!
//! Source for ECR: the service's API model (characters, length, one to five filters) and its user
//! guide (at most two `*` a filter). That a filter has to match the whole name is nowhere said, only
//! shown by examples.

use regex_syntax::hir::Look;

use super::PatternErrorCode as Code;
use super::ascii::AsciiSet;
use super::ast::{Ast, Cost, Item};
use super::compile::wrap;
use super::parse::Parsed;
use super::refusal::Refusal;
use super::{Dialect, Pattern, refusal};
use crate::tag::is_tag_byte;

/// Longest filter of AWS ECR, in characters.
pub const ECR_LENGTH: usize = 128;
/// Most `*` in one of its filters.
pub const ECR_STARS: usize = 2;

/// Most filters of one of its repositories.
pub const ECR_FILTERS: usize = 5;
/// What parts the filters of a repository here. No filter can hold it.
pub(crate) const ECR_COMMA: char = ',';

/// Reads a filter of AWS ECR.
pub(super) fn read_ecr(text: &str) -> Result<Parsed, Refusal> {
    Ok(parsed(whole(vec![ecr_filter(text)?])))
}

/// Reads all filters of a repository of AWS ECR, joined by commas: one of them has to match.
pub(super) fn read_ecr_filters(text: &str) -> Result<Parsed, Refusal> {
    let mut filters = Vec::new();
    let mut at = 0;
    for filter in text.split(ECR_COMMA) {
        if filters.len() == ECR_FILTERS {
            return Err(Refusal::bare(Code::Other, refusal::ECR_FILTERS, at));
        }
        let read = ecr_filter(filter).map_err(|refusal| Refusal {
            at: refusal.at + at,
            quoted: refusal.quoted.map(|part| part.start + at..part.end + at),
            ..refusal
        });
        filters.push(read?);
        at += filter.len() + ECR_COMMA.len_utf8();
    }
    let one = match filters.len() {
        1 => filters,
        _ => vec![Ast::Alternate(filters)],
    };
    Ok(parsed(whole(one)))
}

fn whole(inner: Vec<Ast>) -> Vec<Ast> {
    let start = std::iter::once(Ast::Look(Look::Start));
    start.chain(inner).chain(std::iter::once(Ast::Look(Look::End))).collect()
}

fn ecr_filter(text: &str) -> Result<Ast, Refusal> {
    if text.is_empty() {
        return Err(Refusal::bare(Code::Blank, refusal::EMPTY, 0));
    }
    if let Some((at, other)) =
        text.char_indices().find(|(_, c)| !(*c == '*' || u8::try_from(*c).is_ok_and(is_tag_byte)))
    {
        return Err(Refusal::new(Code::Other, refusal::ECR_CHARACTER, at..at + other.len_utf8()));
    }
    if text.len() > ECR_LENGTH {
        return Err(Refusal::bare(Code::TooLong, refusal::ECR_LENGTH, ECR_LENGTH));
    }
    if let Some((at, _)) = text.match_indices('*').nth(ECR_STARS) {
        return Err(Refusal::bare(Code::Other, refusal::ECR_STARS, at));
    }
    Ok(Ast::Concat(text.chars().map(|c| if c == '*' { any_text() } else { character(c) }).collect()))
}

/// Reads a prefix.
pub(super) fn read_prefix(text: &str) -> Result<Parsed, Refusal> {
    if text.is_empty() {
        return Err(Refusal::bare(Code::Blank, refusal::EMPTY, 0));
    }
    let mut parts = vec![Ast::Look(Look::Start)];
    parts.extend(text.chars().map(character));
    Ok(parsed(parts))
}

impl Pattern {
    /// The entries of a list, each by itself, `None` for one that cannot be used, none beyond what a list
    /// may have; empty where the dialect knows no lists.
    pub fn entries(dialect: Dialect, text: &str) -> Vec<Option<Self>> {
        match dialect {
            Dialect::EcrFilters => {
                let entries = text.split(ECR_COMMA).take(ECR_FILTERS);
                entries.map(|entry| Self::compile(Dialect::Ecr, entry).ok()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What RE2 would have to be given to match the same tags as what the server makes of the text;
    /// `None` where that cannot be written.
    pub(crate) fn as_re2(&self) -> Option<String> {
        let text = self.text();
        match self.dialect() {
            Dialect::Gitlab | Dialect::GitlabCleanup => Some(wrap(self.dialect(), text)),
            Dialect::Ecr => Some(format!("^{}$", filter_as_re2(text))),
            Dialect::EcrFilters => {
                let filters: Vec<String> = text.split(ECR_COMMA).map(filter_as_re2).collect();
                Some(match filters.as_slice() {
                    [one] => format!("^{one}$"),
                    several => format!("^({})$", several.join("|")),
                })
            }
            Dialect::Prefix => Some(format!("^{}", crate::blocks::escape(text))),
            Dialect::Harbor | Dialect::Harbor11 => {
                let written = self.glob()?.as_expression()?;
                let read = Self::compile(Dialect::Gitlab, &written).ok()?;
                let same = read.covers(self)? && self.covers(&read)?;
                same.then_some(written)
            }
        }
    }
}

fn filter_as_re2(filter: &str) -> String {
    filter.split('*').map(crate::blocks::escape).collect::<Vec<_>>().join(".*")
}

fn any_text() -> Ast {
    Ast::Repeat { sub: Box::new(Ast::Set(AsciiSet::ALL)), min: 0, max: None, greedy: true }
}

fn character(c: char) -> Ast {
    Ast::Set(AsciiSet::range(u32::from(c), u32::from(c)))
}

fn parsed(parts: Vec<Ast>) -> Parsed {
    let cost = Cost::exactly(0);
    let items = parts.into_iter().map(|ast| Item::leaf(ast, cost)).collect();
    Parsed { ast: Item::concat(items).ast, cost, too_deep: false, refused_by_go: None }
}
