//! Names that do not exist yet: what the edited rule would match, and what the edit takes away.

use tagwarden_ipc::preview::{FutureTag, PreviewAnswer};
use tagwarden_rules::pattern::Pattern;
use tagwarden_rules::preview::{
    Comparison, Edited, Evaluation, Matched, TagIndex, future_difference, future_examples,
};
use tagwarden_rules::state::CompiledSelector;

use super::Patterns;

/// Names shown that would match.
const MOST: usize = 3;
/// How many of them are names that the edit adds, where there are others.
const MOST_ADDED: usize = 2;

/// Adds both lists to the answer.
pub(super) fn add(
    answer: &mut PreviewAnswer,
    index: &TagIndex,
    comparison: &Comparison,
    places: Edited,
    patterns: &Patterns,
) {
    let (before, after) = (patterns.before.as_ref(), patterns.after.as_ref());
    // A rule that excludes covers nearly every name there can be: a few of them would say nothing.
    let excludes = |selector: &CompiledSelector| selector.mode().excludes();
    if before.is_some_and(excludes) || after.is_some_and(excludes) {
        return;
    }
    let old = before.and_then(|before| matched(comparison.before(), places.before, before.pattern()));
    let new = after.and_then(|after| matched(comparison.after(), places.after, after.pattern()));
    let edits = before.zip(after).is_some_and(|(before, after)| changes(before, after));
    let (mut added, mut others) = (Vec::new(), Vec::new());
    if let Some(new) = new {
        others = future_examples(index, new.pattern, new.names);
    }
    match (old, new) {
        (Some(old), Some(new)) if edits => {
            added = future_difference(index, new, old);
            others.retain(|name| old.pattern.is_match(name));
            answer.future_lost = future_difference(index, old, new);
        }
        (Some(old), None) if places.after.is_none() => {
            answer.future_lost = future_examples(index, old.pattern, old.names);
        }
        _ => {}
    }
    let room = MOST_ADDED.max(MOST.saturating_sub(others.len()));
    let added = added.into_iter().take(room).map(|name| FutureTag { name, added: true });
    let others = others.into_iter().map(|name| FutureTag { name, added: false });
    answer.future = added.chain(others).take(MOST).collect();
}

/// Whether the patterns can be compared and are not the same text.
fn changes(before: &CompiledSelector, after: &CompiledSelector) -> bool {
    let (old, new) = (before.pattern(), after.pattern());
    before.mode() == after.mode() && (old.dialect(), old.text()) != (new.dialect(), new.text())
}

/// A rule in force whose names are known.
fn matched<'a>(rules: &'a Evaluation, place: Option<u32>, pattern: &'a Pattern) -> Option<Matched<'a>> {
    Some(Matched { pattern, names: rules.name_bits(place? as usize)? })
}
