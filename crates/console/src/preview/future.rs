//! Names that do not exist yet: what the edited rule would match, and what the edit takes away.

use tagwarden_ipc::preview::{FutureTag, PreviewAnswer};
use tagwarden_rules::pattern::Pattern;
use tagwarden_rules::preview::{
    Comparison, Edited, Evaluation, Matched, TagIndex, future_difference, future_examples,
};
use tagwarden_rules::rule::{Selector, SelectorMode};

/// Names shown that would match.
const MOST: usize = 3;
/// How many of them are names that the edit adds, where there are others.
const MOST_ADDED: usize = 2;

/// Adds both lists to the answer. `before` is the edited rule as it is.
pub(super) fn add(
    answer: &mut PreviewAnswer,
    index: &TagIndex,
    comparison: &Comparison,
    places: Edited,
    before: Option<&Selector>,
    after: &Selector,
) {
    // A rule that excludes covers nearly every name there can be: a few of them would say nothing.
    let excludes = |selector: &Selector| selector.mode == SelectorMode::Excluding;
    if excludes(after) || before.is_some_and(excludes) {
        return;
    }
    let compile = |selector: &Selector| Pattern::compile(selector.dialect, &selector.pattern).ok();
    let old = before.and_then(compile);
    let old = old.as_ref().and_then(|pattern| matched(comparison.before(), places.before, pattern));
    let new = compile(after);
    let new = new.as_ref().and_then(|pattern| matched(comparison.after(), places.after, pattern));
    let (mut added, mut others) = (Vec::new(), Vec::new());
    if let Some(new) = new {
        others = future_examples(index, new.pattern, new.names);
    }
    match (old, new) {
        (Some(old), Some(new)) if before.is_some_and(|before| changes(before, after)) => {
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
fn changes(before: &Selector, after: &Selector) -> bool {
    before.mode == after.mode && (before.dialect, &before.pattern) != (after.dialect, &after.pattern)
}

/// A rule in force whose names are known.
fn matched<'a>(rules: &'a Evaluation, place: Option<u32>, pattern: &'a Pattern) -> Option<Matched<'a>> {
    Some(Matched { pattern, names: rules.name_bits(place? as usize)? })
}
