//! Where a pattern is said to go wrong, and what is said to be meant.

use tagwarden_rules::pattern::{Dialect, Pattern, PatternError};

use crate::disagreement::Disagreement;

/// The place lies in the part that RE2 quotes, and the suggestion is a pattern.
pub(crate) fn check_place(dialect: Dialect, text: &str, error: &PatternError) -> Result<(), Disagreement> {
    if let Some(better) = &error.suggestion
        && Pattern::compile(dialect, better).is_err()
    {
        return Err(Disagreement::Suggestion { suggestion: better.clone() });
    }
    let Some(column) = error.column else { return Ok(()) };
    let characters = text.chars().count();
    let place = usize::try_from(column).unwrap_or(usize::MAX);
    if !(1..=characters + 1).contains(&place) {
        return Err(Disagreement::Outside { column, characters });
    }
    // What RE2 quotes of a cleanup pattern may be what GitLab has put around it.
    if dialect != Dialect::Gitlab {
        return Ok(());
    }
    let at = text.char_indices().nth(place - 1).map_or(text.len(), |(at, _)| at);
    let Some((_, quoted)) = error.reason.split_once(": ") else { return Ok(()) };
    let around = |start: usize| start <= at && at <= start + quoted.len();
    let starts = (0..=at).filter(|start| text.get(*start..).is_some_and(|rest| rest.starts_with(quoted)));
    if starts.into_iter().any(around) {
        return Ok(());
    }
    Err(Disagreement::Elsewhere { column, quoted: quoted.to_owned() })
}
