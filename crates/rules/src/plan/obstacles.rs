//! What stands in the way of changes: each on its own, and all of them together.

use crate::capabilities::{Capabilities, KindCapability};
use crate::pattern::{Pattern, PatternError, PatternErrorCode, PatternErrorKind};
use crate::plan::{Change, DraftObstacle, Obstacle, new, old};
use crate::rule::{DraftRule, Role, Rule, RuleKind, SavedRule, SelectorMode};

/// The change one draft rule asks for; `None` when there is nothing to do.
pub(super) fn change_for(
    current: &[SavedRule],
    draft: &DraftRule,
    capabilities: &Capabilities,
) -> Option<Change> {
    // What the server holds now counts, not what it held when the draft was made.
    let saved = draft.saved.as_ref().and_then(|saved| current.iter().find(|rule| rule.id == saved.id));
    match (saved, &draft.wanted) {
        (None, None) => None,
        (None, Some(wanted)) => Some(Change::Create { rule: wanted.clone() }),
        (Some(saved), None) => Some(Change::Delete { rule: saved.clone() }),
        (Some(saved), Some(wanted)) if saved.rule == *wanted => None,
        (Some(saved), Some(wanted)) => {
            let (from, to) = (saved.clone(), wanted.clone());
            let kind = to.effect.kind();
            let editable = capabilities.kinds.iter().any(|known| known.kind == kind && known.editable);
            if editable && from.rule.effect.kind() == kind {
                Some(Change::Update { from, to })
            } else {
                Some(Change::Recreate { from, to })
            }
        }
    }
}

/// What one change meets on its own, other rules aside.
pub(super) fn obstacle_to(
    change: &Change,
    capabilities: &Capabilities,
    role: Option<Role>,
) -> Option<Obstacle> {
    let goes = old(change).map(|rule| rule.rule.effect.kind());
    let comes = new(change).map(|rule| rule.effect.kind());
    if let Some(kind) = comes
        && let Some(reason) = kind_capability(capabilities, kind).and_then(|known| known.unavailable)
    {
        return Some(Obstacle::Unavailable { reason });
    }
    let needs = [goes, comes].into_iter().flatten();
    let need =
        needs.filter_map(|kind| kind_capability(capabilities, kind)).map(|known| known.minimum_role).max();
    if let (Some(have), Some(need)) = (role, need)
        && have < need
    {
        return Some(Obstacle::RoleTooLow { have: Some(have), need });
    }
    let wanted = new(change)?;
    let unchanged = old(change)
        .is_some_and(|rule| rule.rule.tags == wanted.tags && rule.rule.repositories == wanted.repositories);
    if unchanged {
        return None;
    }
    let mut selectors = wanted.repositories.iter().chain(std::iter::once(&wanted.tags));
    if selectors.any(|selector| selector.mode == SelectorMode::Unsupported) {
        return Some(Obstacle::UnsupportedSelector);
    }
    pattern_error(wanted, capabilities).map(|error| Obstacle::Pattern { error })
}

fn pattern_error(rule: &Rule, capabilities: &Capabilities) -> Option<PatternError> {
    let mut selectors = rule.repositories.iter().chain(std::iter::once(&rule.tags));
    // A server that saves malformed patterns is kept from them here.
    let refused =
        selectors.find_map(|selector| match Pattern::compile(selector.dialect, &selector.pattern) {
            Ok(pattern) => pattern.malformed(),
            Err(error) => Some(error),
        });
    if refused.is_some() {
        return refused;
    }
    let limit = capabilities.pattern_characters?;
    let characters = rule.tags.pattern.chars().count();
    (characters > limit as usize).then(|| PatternError {
        kind: PatternErrorKind::Refused,
        code: PatternErrorCode::TooLong,
        reason: format!("is too long (maximum is {limit} characters)"),
        column: Some(limit.saturating_add(1)),
        suggestion: None,
    })
}

fn kind_capability(capabilities: &Capabilities, kind: RuleKind) -> Option<&KindCapability> {
    capabilities.kinds.iter().find(|known| known.kind == kind)
}

/// Moves changes whose pattern another rule will have in the end to the obstacles. Repeats until
/// none is left, because a change that falls away keeps its old pattern in use.
pub(super) fn refuse_duplicates(
    current: &[SavedRule],
    wanted: &mut Vec<(u32, Change)>,
    obstacles: &mut Vec<DraftObstacle>,
) {
    while let Some((place, other_kind)) = find_duplicate(current, wanted) {
        let (draft, _) = wanted.remove(place);
        obstacles.push(DraftObstacle { draft, obstacle: Obstacle::DuplicatePattern { other_kind } });
    }
}

fn find_duplicate(current: &[SavedRule], wanted: &[(u32, Change)]) -> Option<(usize, bool)> {
    let touched = |id: &str| wanted.iter().any(|(_, change)| old(change).is_some_and(|rule| rule.id == id));
    let mut held: Vec<&Rule> =
        current.iter().filter(|saved| !touched(&saved.id)).map(|saved| &saved.rule).collect();
    for (place, (_, change)) in wanted.iter().enumerate() {
        let Some(rule) = new(change) else { continue };
        let clash =
            held.iter().find(|other| other.tags == rule.tags && other.repositories == rule.repositories);
        if let Some(other) = clash {
            return Some((place, other.effect.kind() != rule.effect.kind()));
        }
        held.push(rule);
    }
    None
}

/// Moves creations to the obstacles that select the same as a rule that stays, or as an earlier creation.
///
/// Harbor compares the texts of rules, in which everything is on and new rules have no number: it takes a
/// second rule once the first one was changed in anything but its switch. That cannot be seen from
/// outside, and a second rule adds nothing.
pub(super) fn refuse_same_rules(
    current: &[SavedRule],
    wanted: &mut Vec<(u32, Change)>,
    obstacles: &mut Vec<DraftObstacle>,
) {
    while let Some((index, obstacle)) = find_same_rule(current, wanted) {
        let (draft, _) = wanted.remove(index);
        obstacles.push(DraftObstacle { draft, obstacle });
    }
}

fn find_same_rule(current: &[SavedRule], wanted: &[(u32, Change)]) -> Option<(usize, Obstacle)> {
    for (index, (_, change)) in wanted.iter().enumerate() {
        let Change::Create { rule } = change else { continue };
        let stays = |saved: &&SavedRule| {
            selects_same(&saved.rule, rule)
                && saved.unread.is_empty()
                && !wanted.iter().any(|(_, other)| goes_first(other, &saved.id, rule))
        };
        let same = current.iter().find(stays).map(|saved| (Some(saved.id.clone()), saved.rule.enabled));
        let earlier = || {
            wanted.iter().take(index).find_map(|(_, other)| match other {
                Change::Create { rule: other } if selects_same(other, rule) => Some((None, other.enabled)),
                _ => None,
            })
        };
        if let Some((id, enabled)) = same.or_else(earlier) {
            return Some((index, Obstacle::SameRule { id, enabled }));
        }
    }
    None
}

fn selects_same(one: &Rule, other: &Rule) -> bool {
    one.tags == other.tags && one.repositories == other.repositories
}

/// Whether the saved rule `id` is gone, or selects something else, by the time `rule` is created.
fn goes_first(change: &Change, id: &str, rule: &Rule) -> bool {
    match change {
        Change::Delete { rule: gone } => gone.id == id,
        Change::Update { from, to } | Change::Recreate { from, to } => {
            from.id == id && !selects_same(to, rule)
        }
        Change::Create { .. } => false,
    }
}

/// Moves the last creations to the obstacles until the rest fits.
pub(super) fn refuse_beyond(
    limit: u32,
    current: usize,
    wanted: &mut Vec<(u32, Change)>,
    obstacles: &mut Vec<DraftObstacle>,
) {
    let is_create = |change: &Change| matches!(change, Change::Create { .. });
    loop {
        let creates = wanted.iter().filter(|(_, change)| is_create(change)).count();
        let deletes = wanted.iter().filter(|(_, change)| matches!(change, Change::Delete { .. })).count();
        let fits = (current + creates).saturating_sub(deletes) <= limit as usize;
        let last = wanted.iter().rposition(|(_, change)| is_create(change));
        match last {
            Some(place) if !fits => {
                let (draft, _) = wanted.remove(place);
                obstacles.push(DraftObstacle { draft, obstacle: Obstacle::RuleLimit { limit } });
            }
            _ => return,
        }
    }
}
