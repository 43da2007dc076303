//! What rules that were read tell about a change whose answer was lost.

use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Rule, SavedRule};

/// What became of a change.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trace {
    /// It was made; with the rule that came of it, unless it was a deletion.
    Made(Option<SavedRule>),
    /// It was not made.
    NotMade,
    /// The old rule was deleted and put back, under a new id.
    Restored(SavedRule),
    /// The old rule was deleted, and neither it nor the new one is there.
    Lost,
    /// It cannot be told.
    Unclear,
}

/// Looks for the traces of a change.
pub(super) fn trace(change: &Change, rules: &[SavedRule]) -> Trace {
    let by_id = |id: &str| rules.iter().find(|saved| saved.id == id);
    let like = |rule: &Rule| rules.iter().find(|saved| saved.rule == *rule);
    let made = |saved: &SavedRule| Trace::Made(Some(saved.clone()));
    match change {
        Change::Create { rule } => like(rule).map_or(Trace::NotMade, made),
        Change::Update { from, to } => match by_id(&from.id) {
            Some(saved) if saved.rule == *to => made(saved),
            Some(saved) if saved.rule == from.rule => Trace::NotMade,
            _ => Trace::Unclear,
        },
        Change::Recreate { from, to } => match (like(to), by_id(&from.id), like(&from.rule)) {
            (Some(saved), ..) => made(saved),
            (None, Some(_), _) => Trace::NotMade,
            (None, None, Some(saved)) => Trace::Restored(saved.clone()),
            (None, None, None) => Trace::Lost,
        },
        Change::Delete { rule } if by_id(&rule.id).is_none() => Trace::Made(None),
        Change::Delete { .. } => Trace::NotMade,
    }
}
