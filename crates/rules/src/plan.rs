//! Plans: the changes that turn the present rules into the wanted ones.

use serde::{Deserialize, Serialize};

use crate::capabilities::{Capabilities, KindCapability};
use crate::pattern::{Pattern, PatternError, PatternErrorCode, PatternErrorKind};
use crate::rule::{DraftRule, Role, Rule, RuleKind, SavedRule};

/// One change to one project's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Make a rule that is not there.
    Create {
        /// The rule.
        rule: Rule,
    },
    /// Change a rule in place.
    Update {
        /// As it is.
        from: SavedRule,
        /// As it shall be.
        to: Rule,
    },
    /// Delete and create anew, where the server cannot edit. In between, its tags are not covered.
    Recreate {
        /// As it is.
        from: SavedRule,
        /// As it shall be.
        to: Rule,
    },
    /// Delete a rule.
    Delete {
        /// As it is.
        rule: SavedRule,
    },
}

/// Why a change cannot be made here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Obstacle {
    /// All rules are used.
    RuleLimit {
        /// Rules allowed.
        limit: u32,
    },
    /// The user's role is too low for this kind of rule.
    RoleTooLow {
        /// The role the user has, when known.
        have: Option<Role>,
        /// The role it takes.
        need: Role,
    },
    /// This kind of rule is not to be had here.
    Unavailable {
        /// Why.
        reason: crate::capabilities::Unavailable,
    },
    /// Another rule has the pattern already.
    DuplicatePattern {
        /// Whether that rule is of the other kind.
        other_kind: bool,
    },
    /// The pattern is refused.
    Pattern {
        /// Why.
        error: crate::pattern::PatternError,
    },
    /// The project could not be read just now; what it says is in the outcome's error.
    Unreadable,
}

/// What has to be done to one project, and what stands in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ProjectPlan {
    /// The changes, in the order in which they have to be made. Drafts with an obstacle are not among them.
    pub changes: Vec<Change>,
    /// The drafts that cannot be carried out.
    pub obstacles: Vec<DraftObstacle>,
}

/// What stands in the way of one draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct DraftObstacle {
    /// Place of the draft rule in the list that was given.
    pub draft: u32,
    /// Why it cannot be carried out.
    pub obstacle: Obstacle,
}

/// What comes of giving one rule to one project among many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ProjectOutcome {
    /// The rule will be created.
    Create,
    /// The project has the very same rule.
    AlreadyThere {
        /// The server's identifier of that rule.
        id: String,
    },
    /// It cannot be created.
    Cannot {
        /// Why.
        obstacle: Obstacle,
    },
}

/// A change that was carried out, with the identifiers that came of it: what undo starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "applied", rename_all = "snake_case")]
pub enum AppliedChange {
    /// A rule was created.
    Created {
        /// As the server holds it now.
        rule: SavedRule,
    },
    /// A rule was changed in place, or deleted and created anew.
    Replaced {
        /// As it was.
        from: SavedRule,
        /// As the server holds it now.
        to: SavedRule,
    },
    /// A rule was deleted.
    Deleted {
        /// As it was.
        rule: SavedRule,
    },
}

/// How the rules on the server differ from those a draft was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "conflict", rename_all = "snake_case")]
pub enum Conflict {
    /// Somebody else created a rule.
    Added {
        /// The rule.
        rule: SavedRule,
    },
    /// Somebody else deleted a rule.
    Removed {
        /// As it was.
        rule: SavedRule,
    },
    /// Somebody else changed a rule.
    Changed {
        /// As it was.
        was: SavedRule,
        /// As it is.
        now: SavedRule,
    },
}

/// The changes that turn `current` into what `draft` wants.
///
/// Rules the draft does not mention stay. A draft that wants what is there already needs no change.
/// `role` is the user's role in the project; when it is not known, no obstacle is made of it.
pub fn plan(
    current: &[SavedRule],
    draft: &[DraftRule],
    capabilities: &Capabilities,
    role: Option<Role>,
) -> ProjectPlan {
    let mut obstacles: Vec<DraftObstacle> = Vec::new();
    let mut wanted: Vec<(u32, Change)> = Vec::new();
    for (place, rule) in (0u32..).zip(draft) {
        let Some(change) = change_for(current, rule, capabilities) else { continue };
        match obstacle_to(&change, capabilities, role) {
            Some(obstacle) => obstacles.push(DraftObstacle { draft: place, obstacle }),
            None => wanted.push((place, change)),
        }
    }
    if capabilities.unique_patterns {
        refuse_duplicates(current, &mut wanted, &mut obstacles);
    }
    if let Some(limit) = capabilities.rule_limit {
        refuse_beyond(limit, current.len(), &mut wanted, &mut obstacles);
    }
    obstacles.sort_by_key(|obstacle| obstacle.draft);
    let changes = wanted.into_iter().map(|(_, change)| change).collect();
    ProjectPlan { changes: in_order(current, changes, capabilities), obstacles }
}

/// What giving `wanted` to a project with the rules `current` comes to.
pub fn bulk(
    current: &[SavedRule],
    wanted: &Rule,
    capabilities: &Capabilities,
    role: Option<Role>,
) -> ProjectOutcome {
    if let Some(same) = current.iter().find(|saved| saved.rule == *wanted) {
        return ProjectOutcome::AlreadyThere { id: same.id.clone() };
    }
    let draft = [DraftRule { saved: None, wanted: Some(wanted.clone()) }];
    match plan(current, &draft, capabilities, role).obstacles.into_iter().next() {
        Some(DraftObstacle { obstacle, .. }) => ProjectOutcome::Cannot { obstacle },
        None => ProjectOutcome::Create,
    }
}

/// The draft that takes `changes` back, last one first.
pub fn reverse(changes: &[AppliedChange]) -> Vec<DraftRule> {
    let back = |change: &AppliedChange| match change.clone() {
        AppliedChange::Created { rule } => DraftRule { saved: Some(rule), wanted: None },
        AppliedChange::Deleted { rule } => DraftRule { saved: None, wanted: Some(rule.rule) },
        AppliedChange::Replaced { from, to } => DraftRule { saved: Some(to), wanted: Some(from.rule) },
    };
    changes.iter().rev().map(back).collect()
}

/// How `now` differs from `base`, by the server's identifiers.
pub fn conflicts(base: &[SavedRule], now: &[SavedRule]) -> Vec<Conflict> {
    let same_id = |rules: &[SavedRule], id: &str| rules.iter().find(|rule| rule.id == id).cloned();
    let gone_or_changed = base.iter().filter_map(|was| match same_id(now, &was.id) {
        None => Some(Conflict::Removed { rule: was.clone() }),
        Some(rule) if rule != *was => Some(Conflict::Changed { was: was.clone(), now: rule }),
        Some(_) => None,
    });
    let added = now.iter().filter(|rule| same_id(base, &rule.id).is_none());
    gone_or_changed.chain(added.map(|rule| Conflict::Added { rule: rule.clone() })).collect()
}

/// The change one draft rule asks for; `None` when there is nothing to do.
fn change_for(current: &[SavedRule], draft: &DraftRule, capabilities: &Capabilities) -> Option<Change> {
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
fn obstacle_to(change: &Change, capabilities: &Capabilities, role: Option<Role>) -> Option<Obstacle> {
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
    let unchanged = old(change).is_some_and(|rule| rule.rule.tags == wanted.tags);
    if unchanged {
        return None;
    }
    pattern_error(wanted, capabilities).map(|error| Obstacle::Pattern { error })
}

fn pattern_error(rule: &Rule, capabilities: &Capabilities) -> Option<PatternError> {
    let selectors = rule.repositories.iter().chain(std::iter::once(&rule.tags));
    let refused =
        selectors.filter_map(|selector| Pattern::compile(selector.dialect, &selector.pattern).err()).next();
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

/// The rule that a change takes away or replaces.
fn old(change: &Change) -> Option<&SavedRule> {
    match change {
        Change::Create { .. } => None,
        Change::Update { from, .. } | Change::Recreate { from, .. } => Some(from),
        Change::Delete { rule } => Some(rule),
    }
}

/// The rule that a change leaves behind.
fn new(change: &Change) -> Option<&Rule> {
    match change {
        Change::Create { rule } => Some(rule),
        Change::Update { to, .. } | Change::Recreate { to, .. } => Some(to),
        Change::Delete { .. } => None,
    }
}

/// Moves changes whose pattern another rule will have in the end to the obstacles. Repeats until
/// none is left, because a change that falls away keeps its old pattern in use.
fn refuse_duplicates(
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

/// Moves the last creations to the obstacles until the rest fits.
fn refuse_beyond(
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

/// Puts changes in an order the server takes: tags stay covered as long as possible, so creations
/// come before deletions, unless the limit or a pattern that has to become free first says otherwise.
fn in_order(current: &[SavedRule], changes: Vec<Change>, capabilities: &Capabilities) -> Vec<Change> {
    let (deletes, rest): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|change| matches!(change, Change::Delete { .. }));
    let (creates, updates): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|change| matches!(change, Change::Create { .. }));
    let over = capabilities.rule_limit.is_some_and(|limit| current.len() + creates.len() > limit as usize);
    let claims =
        |change: &Change, held: &SavedRule| new(change).is_some_and(|rule| rule.tags == held.rule.tags);
    let frees = deletes.iter().filter_map(old).any(|held| {
        capabilities.unique_patterns && updates.iter().chain(&creates).any(|change| claims(change, held))
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
