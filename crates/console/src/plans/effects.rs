//! What a plan does to tags, added up over its projects.

use std::sync::Arc;

use tagwarden_ipc::plans::{GroupRow, StateGroup};
use tagwarden_rules::decision::{Actor, Operation, Question, decide};
use tagwarden_rules::plan::Change;
use tagwarden_rules::preview::{Comparison, Edited, LevelChange};
use tagwarden_rules::rule::{Rule, SavedRule};
use tagwarden_rules::state::{CompiledRules, TagState};

use crate::assess::compile;
use crate::preview::Scope;

/// Tags of a group whose rights are looked at; where they differ, the matrix says so.
const SAMPLE: usize = 40;
/// Tags of a group named as examples.
const EXAMPLES: usize = 5;

/// Everything added up so far.
#[derive(Default)]
pub(super) struct Effects {
    groups: Vec<StateGroup>,
    pub(super) level_changes: Vec<LevelChange>,
    /// Tags that change state in the project added last.
    pub(super) last_changed: u32,
}

impl Effects {
    /// Adds one project. Answers with the tags that change state, by change.
    pub(super) fn add(
        &mut self,
        scope: &Arc<Scope>,
        base: &[Rule],
        saved: &[SavedRule],
        changes: &[Change],
        actors: &[Actor],
    ) -> Vec<u32> {
        let mut ids: Vec<Option<String>> = saved.iter().map(|rule| Some(rule.id.clone())).collect();
        let mut rules = base.to_vec();
        let mut by_change = Vec::with_capacity(changes.len());
        for change in changes {
            let before = compile(&rules, scope.capabilities.as_ref());
            carry_out(&mut rules, &mut ids, change);
            let after = compile(&rules, scope.capabilities.as_ref());
            let changed = compare(scope, &before, &after).map_or(0, |c| changed_tags(&c));
            by_change.push(changed);
        }
        let before = compile(base, scope.capabilities.as_ref());
        let after = compile(&rules, scope.capabilities.as_ref());
        self.last_changed = 0;
        if let Some(comparison) = compare(scope, &before, &after) {
            self.last_changed = changed_tags(&comparison);
            for change in &comparison.summary().level_changes {
                self.merge_levels(*change);
            }
            for transition in comparison.summary().transitions.clone() {
                let rows = comparison.rows_between(transition.from, transition.to, 0, SAMPLE);
                let group = group(scope, &before, &after, transition.from, transition.to, &rows, actors);
                self.merge(StateGroup { tags: transition.tags, ..group });
            }
        }
        by_change
    }

    fn merge_levels(&mut self, change: LevelChange) {
        let same = |known: &&mut LevelChange| LevelChange { tags: change.tags, ..**known } == change;
        match self.level_changes.iter_mut().find(same) {
            Some(known) => known.tags += change.tags,
            None => self.level_changes.push(change),
        }
    }

    fn merge(&mut self, group: StateGroup) {
        let Some(known) = self.groups.iter_mut().find(|g| g.from == group.from && g.to == group.to) else {
            self.groups.push(group);
            return;
        };
        known.tags += group.tags;
        for example in group.examples {
            if known.examples.len() < EXAMPLES && !known.examples.contains(&example) {
                known.examples.push(example);
            }
        }
        for (row, other) in known.rows.iter_mut().zip(group.rows) {
            row.push_new = agreed(row.push_new, other.push_new);
            row.overwrite = agreed(row.overwrite, other.overwrite);
            row.delete = agreed(row.delete, other.delete);
        }
    }

    pub(super) fn changed(&self) -> u32 {
        self.groups.iter().map(|group| group.tags).sum()
    }

    pub(super) fn becoming_immutable(&self) -> u32 {
        self.groups.iter().filter(|group| group.to == TagState::Immutable).map(|group| group.tags).sum()
    }

    pub(super) fn losing_cover(&self) -> u32 {
        self.groups.iter().filter(|group| group.to == TagState::Open).map(|group| group.tags).sum()
    }

    /// The groups, largest first.
    pub(super) fn into_groups(mut self) -> Vec<StateGroup> {
        self.groups.sort_by_key(|group| std::cmp::Reverse(group.tags));
        self.groups
    }
}

/// Tags that are in another state under `after` than under `before`.
pub(super) fn count_changed(scope: &Scope, before: &[Rule], after: &[Rule]) -> u32 {
    let compiled = |rules| compile(rules, scope.capabilities.as_ref());
    compare(scope, &compiled(before), &compiled(after)).map_or(0, |comparison| changed_tags(&comparison))
}

fn compare(scope: &Scope, before: &CompiledRules, after: &CompiledRules) -> Option<Comparison> {
    // Never cancelled: the closure says so.
    scope.compare(before, after, Edited::default(), &|| false).ok()
}

fn changed_tags(comparison: &Comparison) -> u32 {
    comparison.summary().transitions.iter().map(|transition| transition.tags).sum()
}

/// Carries a change out on a list of rules, as the server would.
fn carry_out(rules: &mut Vec<Rule>, ids: &mut Vec<Option<String>>, change: &Change) {
    let place = |ids: &[Option<String>], id: &str| ids.iter().position(|known| known.as_deref() == Some(id));
    match change {
        Change::Create { rule } => {
            rules.push(rule.clone());
            ids.push(None);
        }
        Change::Update { from, to } | Change::Recreate { from, to } => {
            if let Some(place) = place(ids, &from.id) {
                rules[place] = to.clone();
            }
        }
        Change::Delete { rule } => {
            if let Some(place) = place(ids, &rule.id) {
                rules.remove(place);
                ids.remove(place);
            }
        }
    }
}

fn group(
    scope: &Scope,
    before: &CompiledRules,
    after: &CompiledRules,
    from: TagState,
    to: TagState,
    rows: &[u32],
    actors: &[Actor],
) -> StateGroup {
    let tags: Vec<(&str, &str)> = rows
        .iter()
        .map(|&row| {
            let repository = scope.index.repositories().iter().find(|r| r.rows.contains(&row));
            (repository.map_or("", |r| r.name.as_str()), scope.index.tag(row))
        })
        .collect();
    let may = |rules: &CompiledRules, actor: Actor, operation: Operation, exists: bool| {
        let mut answers = tags.iter().map(|(repository, tag)| {
            let question = Question {
                actor,
                operation,
                repository,
                tag,
                exists,
                repository_has_tags: true,
                same_digest: &[],
                repository_tags: &[],
            };
            decide(rules, &question).outcome.allowed()
        });
        let first = answers.next().flatten();
        answers.all(|answer| answer == first).then_some(first).flatten()
    };
    let both = |actor, operation, exists| {
        (may(before, actor, operation, exists), may(after, actor, operation, exists))
    };
    StateGroup {
        from,
        to,
        tags: 0,
        examples: tags.iter().take(EXAMPLES).map(|(_, tag)| (*tag).to_owned()).collect(),
        rows: actors
            .iter()
            .filter(|actor| actor.role().is_some())
            .map(|&actor| GroupRow {
                actor,
                push_new: both(actor, Operation::Push, false),
                overwrite: both(actor, Operation::Push, true),
                delete: both(actor, Operation::DeleteTag, true),
            })
            .collect(),
    }
}

type BeforeAfter = (Option<bool>, Option<bool>);

/// What two projects agree on; nothing where they differ.
fn agreed(a: BeforeAfter, b: BeforeAfter) -> BeforeAfter {
    let one = |a: Option<bool>, b: Option<bool>| if a == b { a } else { None };
    (one(a.0, b.0), one(a.1, b.1))
}
