//! What the author most likely meant by a text that was refused.

use std::ops::Range;

use super::compile::{bare_refusal, judge_size, read, user_offset};
use super::parse::Parsed;
use super::refusal::Refusal;
use super::{Dialect, PatternErrorCode as Code};
use crate::translation;

/// Longest text that is mended, in bytes. Longer ones are no slips of a finger.
const LONGEST: usize = 1024;
/// How many slips are mended in one text.
const MOST_FIXES: usize = 8;

/// A text that would be accepted, mended step by step from the first refusal on.
pub(super) fn suggest(dialect: Dialect, text: &str, refusal: &Refusal) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    if dialect == Dialect::EcrFilters {
        // A list as people write it, with a space after the comma.
        let close: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if close != text && read(dialect, &close).is_ok() {
            return Some(close);
        }
    }
    // Written in another language: RE2 has nothing to repeat where a glob begins with a star.
    if !dialect.is_re2() || refusal.code == Code::NothingToRepeat {
        let translation = translation::foreign(dialect, text).and_then(|foreign| foreign.translation);
        if translation.is_some() || !dialect.is_re2() {
            return translation.map(|translation| translation.pattern);
        }
    }
    let mut mended = mend(dialect, text, refusal)?;
    for _ in 0..MOST_FIXES {
        match validated(dialect, &mended) {
            Ok(parsed) => {
                let fits = judge_size(&parsed).is_ok();
                return Some(mended).filter(|mended| fits && !mended.trim().is_empty());
            }
            Err(next) => mended = mend(dialect, &mended, &next)?,
        }
    }
    None
}

/// Reads what the server compiles, after what it validates.
fn validated(dialect: Dialect, text: &str) -> Result<Parsed, Refusal> {
    match bare_refusal(dialect, text) {
        Some(refusal) => Err(refusal),
        None => read(dialect, text),
    }
}

/// Mends one slip.
fn mend(dialect: Dialect, text: &str, refusal: &Refusal) -> Option<String> {
    let at = user_offset(dialect, text, refusal.at);
    let end = |range: &Range<usize>| user_offset(dialect, text, range.end);
    let quoted = refusal.quoted.as_ref().map(|range| at..end(range).max(at));
    let part = quoted.clone().and_then(|range| text.get(range)).unwrap_or_default();
    let replace = |range: Range<usize>, with: &str| {
        let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
        Some(format!("{before}{with}{after}"))
    };
    match refusal.code {
        Code::MissingParen => Some(format!("{text})")),
        Code::MissingBracket => Some(format!("{text}]")),
        Code::UnexpectedParen => replace(at..at + 1, ""),
        // Written as in a shell, where `*` needs nothing before it.
        Code::NothingToRepeat if part.starts_with('*') => replace(at..at, "."),
        Code::StackedRepetition => replace(quoted?, ""),
        Code::RepetitionSize => replace(quoted?, &swapped(part)?),
        Code::ClassRange => {
            let mut ends = part.split('-');
            match (ends.next()?, ends.next()?, ends.next()) {
                (low, high, None) if low.chars().count() == 1 && high.chars().count() == 1 => {
                    replace(quoted?, &format!("{high}-{low}"))
                }
                _ => None,
            }
        }
        Code::Escape if part == "\\Z" => replace(quoted?, "\\z"),
        Code::Escape if part == "\\E" => replace(quoted?, ""),
        Code::GroupFlag if part == "(?>" => replace(quoted?, "(?:"),
        Code::TrailingBackslash => replace(at..text.len(), ""),
        _ => None,
    }
}

/// `{3,1}` as `{1,3}`.
fn swapped(part: &str) -> Option<String> {
    let inner = part.strip_prefix('{')?;
    let (inner, lazy) = match inner.strip_suffix('?') {
        Some(inner) => (inner, "?"),
        None => (inner, ""),
    };
    let (min, max) = inner.strip_suffix('}')?.split_once(',')?;
    let (low, high) = (min.parse::<u32>().ok()?, max.parse::<u32>().ok()?);
    (low > high).then(|| format!("{{{high},{low}}}{lazy}"))
}
