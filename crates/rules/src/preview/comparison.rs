//! Two sets of rules over the same tags: what changes, for whom, how often.

use std::sync::Arc;

use crate::pattern::Pattern;
use crate::preview::evaluation::Evaluation;
use crate::preview::index::{TagIndex, to_u32};
use crate::preview::summary::{AccessChange, Actions, Edited, LevelChange, Summary, Transition};
use crate::preview::{CANCEL_EVERY, Cancelled, Matches, RowOutcome};
use crate::rule::{Role, SelectorMode};
use crate::state::{Cell, CompiledRules, TagState};

/// One repository's part of the listing: its rows lie together, sorted by outcome.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) repository: u32,
    pub(crate) start: u32,
    pub(crate) counts: [u32; 4],
}

/// Two sets of rules over the same tags.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub(crate) index: Arc<TagIndex>,
    pub(crate) listing: Vec<Listed>,
    pub(crate) order: Vec<u32>,
    pub(crate) outcomes: Vec<RowOutcome>,
    /// For the span to highlight: the edited rule's pattern afterwards, where matching it covers.
    pub(crate) highlight: Option<Pattern>,
    before: Evaluation,
    after: Evaluation,
    summary: Summary,
}

impl Comparison {
    /// Compares `before` with `after` over `index`.
    ///
    /// # Errors
    /// When `cancelled` says so, asked every few thousand tags.
    pub fn new(
        index: &Arc<TagIndex>,
        before: &CompiledRules,
        after: &CompiledRules,
        edited: Edited,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, Cancelled> {
        Self::with_matches(index, before, after, edited, &mut Matches::default(), cancelled)
    }

    /// The same, keeping what patterns match from one comparison to the next.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub fn with_matches(
        index: &Arc<TagIndex>,
        before: &CompiledRules,
        after: &CompiledRules,
        edited: Edited,
        matches: &mut Matches,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, Cancelled> {
        let old = Evaluation::new(index, before, matches, cancelled)?;
        let new = Evaluation::new(index, after, matches, cancelled)?;
        let mut comparison = Self {
            index: Arc::clone(index),
            listing: Vec::with_capacity(index.repositories().len()),
            order: Vec::with_capacity(index.len()),
            outcomes: Vec::with_capacity(index.len()),
            highlight: edited.after.and_then(|place| highlight(after, place)),
            summary: Summary {
                tags: to_u32(index.len()),
                repositories: to_u32(index.repositories().len()),
                states_before: old.counts(),
                states_after: new.counts(),
                rule_tags: new.rule_rows().to_vec(),
                ..Summary::default()
            },
            before: old,
            after: new,
        };
        let kinds = comparison.compare(edited, cancelled)?;
        comparison.sort();
        comparison.sum_up(&kinds);
        Ok(comparison)
    }

    /// The comparison in numbers.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The tags compared.
    pub fn index(&self) -> &Arc<TagIndex> {
        &self.index
    }

    /// Everything under the rules before.
    pub fn before(&self) -> &Evaluation {
        &self.before
    }

    /// Everything under the rules after.
    pub fn after(&self) -> &Evaluation {
        &self.after
    }

    /// What the edit does to each row.
    pub fn outcomes(&self) -> &[RowOutcome] {
        &self.outcomes
    }

    /// The rows that go from one state to another, `limit` of them from the `offset`th on.
    pub fn rows_between(&self, from: TagState, to: TagState, offset: usize, limit: usize) -> Vec<u32> {
        let goes = |row: &u32| {
            let Some(&name) = self.index.row_names().get(*row as usize) else { return false };
            let state = |e: &Evaluation| e.cell_of(*row, name).map(|cell| cell.state);
            state(&self.before) == Some(from) && state(&self.after) == Some(to)
        };
        self.order.iter().copied().filter(goes).skip(offset).take(limit).collect()
    }

    /// Fills outcomes and listing; returns how many rows there are of each kind of change.
    fn compare(&mut self, edited: Edited, cancelled: &dyn Fn() -> bool) -> Result<Vec<Kind>, Cancelled> {
        let index = Arc::clone(&self.index);
        let mut kinds = Kinds::default();
        for (place, repository) in index.repositories().iter().enumerate() {
            let mut counts = [0u32; 4];
            for row in repository.rows.clone() {
                if (row as usize).is_multiple_of(CANCEL_EVERY) && cancelled() {
                    return Err(Cancelled);
                }
                let Some(&name) = index.row_names().get(row as usize) else { continue };
                let covered = |evaluation: &Evaluation, rule: Option<u32>| {
                    rule.is_some_and(|rule| evaluation.covers(rule as usize, place, name))
                };
                let outcome =
                    RowOutcome::of(covered(&self.before, edited.before), covered(&self.after, edited.after));
                self.outcomes.push(outcome);
                if let Some(count) = counts.get_mut(outcome.place()) {
                    *count += 1;
                }
                if let (Some(from), Some(to)) =
                    (self.before.cell_of(row, name), self.after.cell_of(row, name))
                {
                    kinds.add(from, to, outcome);
                }
            }
            let [newly, no_longer, still, not] = counts;
            let sums = &mut self.summary.outcomes;
            sums.newly_covered += newly;
            sums.no_longer_covered += no_longer;
            sums.still_covered += still;
            sums.not_matched += not;
            self.listing.push(Listed { repository: to_u32(place), start: repository.rows.start, counts });
        }
        Ok(kinds.seen)
    }

    /// Repositories with most changes first; inside them by outcome; else as they were given.
    fn sort(&mut self) {
        let changes = |listed: &Listed| listed.counts[0] + listed.counts[1];
        self.listing.sort_by_key(|listed| std::cmp::Reverse(changes(listed)));
        for listed in &mut self.listing {
            let Some(repository) = self.index.repositories().get(listed.repository as usize) else {
                continue;
            };
            listed.start = to_u32(self.order.len());
            for outcome in RowOutcome::ALL {
                let has = |row: &u32| self.outcomes.get(*row as usize) == Some(&outcome);
                self.order.extend(repository.rows.clone().filter(has));
            }
        }
    }

    fn sum_up(&mut self, kinds: &[Kind]) {
        let summary = &mut self.summary;
        for kind in kinds {
            if kind.from.state != kind.to.state {
                match summary
                    .transitions
                    .iter_mut()
                    .find(|t| t.from == kind.from.state && t.to == kind.to.state)
                {
                    Some(transition) => transition.tags += kind.tags,
                    None => summary.transitions.push(Transition {
                        from: kind.from.state,
                        to: kind.to.state,
                        tags: kind.tags,
                    }),
                }
            } else if kind.from != kind.to && kind.from.state != TagState::Unknown {
                add_level_change(&mut summary.level_changes, kind);
            }
        }
        summary.transitions.sort_by_key(|transition| std::cmp::Reverse(transition.tags));
        summary.level_changes.sort_by_key(|change| std::cmp::Reverse(change.tags));
        let roles = [Role::Developer, Role::Maintainer, Role::Owner, Role::Admin];
        summary.access = roles.into_iter().filter_map(|role| access_change(role, kinds)).collect();
    }
}

fn highlight(rules: &CompiledRules, place: u32) -> Option<Pattern> {
    let rule = rules.rule(place as usize)?.ok()?;
    (rule.tags().mode() == SelectorMode::Matching).then(|| rule.tags().pattern().clone())
}

fn add_level_change(changes: &mut Vec<LevelChange>, kind: &Kind) {
    let change = LevelChange {
        state: kind.from.state,
        push_before: kind.from.push,
        push_after: kind.to.push,
        delete_before: kind.from.delete,
        delete_after: kind.to.delete,
        tags: 0,
    };
    let place = changes.iter().position(|known| LevelChange { tags: 0, ..*known } == change);
    match place.and_then(|place| changes.get_mut(place)) {
        Some(known) => known.tags += kind.tags,
        None => changes.push(LevelChange { tags: kind.tags, ..change }),
    }
}

fn access_change(role: Role, kinds: &[Kind]) -> Option<AccessChange> {
    // Administrators pass every protected rule, so any minimum will do for them.
    let may = |need: Option<Role>| need.is_some_and(|need| role >= need || role == Role::Admin);
    let mut change = AccessChange { role, loses: Actions::default(), gains: Actions::default() };
    for Kind { from, to, tags, .. } in kinds.iter().filter(|kind| kind.concerned && kind.is_known()) {
        let push = (may(from.push), may(to.push));
        let delete = (may(from.delete), may(to.delete));
        change.loses.add(push == (true, false), delete == (true, false), *tags);
        change.gains.add(push == (false, true), delete == (false, true), *tags);
    }
    (!change.loses.is_empty() || !change.gains.is_empty()).then_some(change)
}

/// The part of a [`Cell`] that somebody would notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Levels {
    state: TagState,
    push: Option<Role>,
    delete: Option<Role>,
}

impl From<Cell> for Levels {
    fn from(cell: Cell) -> Self {
        Self { state: cell.state, push: cell.push, delete: cell.delete }
    }
}

/// Tags to which the same happens.
#[derive(Clone, Copy, Debug)]
struct Kind {
    from: Levels,
    to: Levels,
    /// Whether the edited rule covers them before or after.
    concerned: bool,
    tags: u32,
}

impl Kind {
    fn is_known(&self) -> bool {
        self.from.state != TagState::Unknown && self.to.state != TagState::Unknown
    }
}

/// Counts kinds. There are a few dozen at most, and neighbours are mostly of the same kind.
#[derive(Default)]
struct Kinds {
    seen: Vec<Kind>,
    last: usize,
}

impl Kinds {
    fn add(&mut self, from: Cell, to: Cell, outcome: RowOutcome) {
        let (from, to, concerned) = (Levels::from(from), Levels::from(to), outcome != RowOutcome::NotMatched);
        let same = |kind: &Kind| kind.from == from && kind.to == to && kind.concerned == concerned;
        if !self.seen.get(self.last).is_some_and(same) {
            self.last = match self.seen.iter().position(same) {
                Some(place) => place,
                None => {
                    self.seen.push(Kind { from, to, concerned, tags: 0 });
                    self.seen.len() - 1
                }
            };
        }
        if let Some(kind) = self.seen.get_mut(self.last) {
            kind.tags += 1;
        }
    }
}
