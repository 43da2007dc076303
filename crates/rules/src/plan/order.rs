//! The order in which a server takes changes.

use crate::capabilities::Capabilities;
use crate::plan::{Change, new, old};
use crate::rule::SavedRule;

/// Puts changes in an order the server takes: tags stay covered as long as possible, so creations
/// come before deletions, unless the limit or a pattern that has to become free first says otherwise.
pub(super) fn in_order(
    current: &[SavedRule],
    changes: Vec<Change>,
    capabilities: &Capabilities,
) -> Vec<Change> {
    let (deletes, rest): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|change| matches!(change, Change::Delete { .. }));
    let (creates, updates): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|change| matches!(change, Change::Create { .. }));
    let over = capabilities.rule_limit.is_some_and(|limit| current.len() + creates.len() > limit as usize);
    let claims =
        |change: &Change, held: &SavedRule| new(change).is_some_and(|rule| rule.tags == held.rule.tags);
    let takes_place = |change: &Change, held: &SavedRule| {
        new(change)
            .is_some_and(|rule| rule.tags == held.rule.tags && rule.repositories == held.rule.repositories)
    };
    let frees = deletes.iter().filter_map(old).any(|held| {
        (capabilities.unique_patterns && updates.iter().chain(&creates).any(|change| claims(change, held)))
            || (capabilities.unique_rules && creates.iter().any(|change| takes_place(change, held)))
    });
    let (updates, mut turned) = untangle(updates, capabilities);
    let mut ordered = Vec::new();
    if over || frees {
        ordered.extend(deletes);
        ordered.append(&mut turned.deletes);
        ordered.extend(updates);
        ordered.extend(creates);
        ordered.append(&mut turned.creates);
    } else {
        ordered.append(&mut turned.deletes);
        ordered.extend(updates);
        ordered.extend(creates);
        ordered.append(&mut turned.creates);
        ordered.extend(deletes);
    }
    ordered
}

/// Replacements that had to be taken apart because patterns go round in a circle.
#[derive(Default)]
struct Turned {
    deletes: Vec<Change>,
    creates: Vec<Change>,
}

/// Orders replacements so that each pattern is free when it is claimed. Where rules swap patterns,
/// one of them is deleted first and created anew at the end.
fn untangle(mut left: Vec<Change>, capabilities: &Capabilities) -> (Vec<Change>, Turned) {
    let mut ordered = Vec::with_capacity(left.len());
    let mut turned = Turned::default();
    while !left.is_empty() {
        let blocked = |change: &Change| {
            capabilities.unique_patterns
                && left.iter().any(|other| {
                    old(other).map(|rule| &rule.id) != old(change).map(|rule| &rule.id)
                        && old(other).map(|rule| &rule.rule.tags) == new(change).map(|rule| &rule.tags)
                })
        };
        match left.iter().position(|change| !blocked(change)) {
            Some(place) => ordered.push(left.remove(place)),
            None => match left.remove(0) {
                Change::Update { from, to } | Change::Recreate { from, to } => {
                    turned.deletes.push(Change::Delete { rule: from });
                    turned.creates.push(Change::Create { rule: to });
                }
                other => ordered.push(other),
            },
        }
    }
    (ordered, turned)
}
