//! Plans: the changes that turn the present rules into the wanted ones.

mod obstacles;
mod order;

use serde::{Deserialize, Serialize};

use crate::capabilities::Capabilities;
use crate::rule::{DraftRule, Role, Rule, SavedRule};
use obstacles::{change_for, obstacle_to, refuse_beyond, refuse_duplicates, refuse_same_rules};
use order::in_order;

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

impl Change {
    /// The rule that it takes away or replaces.
    pub fn old(&self) -> Option<&SavedRule> {
        old(self)
    }

    /// The rule that it leaves behind.
    pub fn wanted(&self) -> Option<&Rule> {
        new(self)
    }
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
    /// The project has a rule that selects the same, and the server takes no second one.
    SameRule {
        /// The server's identifier of that rule, unless it is new, too.
        id: Option<String>,
        /// Whether that rule is switched on.
        enabled: bool,
    },
    /// The pattern is refused.
    Pattern {
        /// Why.
        error: crate::pattern::PatternError,
    },
    /// The rule selects in a way that its server cannot evaluate, and is not written a second time.
    UnsupportedSelector,
    /// The account does not see the rules that are there, so nothing is known of what would change.
    RulesNotVisible {
        /// Why.
        reason: crate::visibility::NotVisible,
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
    if capabilities.unique_rules {
        refuse_same_rules(current, &mut wanted, &mut obstacles);
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
