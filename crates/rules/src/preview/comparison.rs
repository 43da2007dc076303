//! Two sets of rules over the same tags: what changes, for whom, how often.

use std::sync::Arc;

use crate::pattern::Pattern;
use crate::preview::evaluation::{Coverage, Evaluation};
use crate::preview::index::{TagIndex, to_u32};
use crate::preview::kinds::{Kind, kinds};
use crate::preview::summary::{
    AccessChange, Actions, Edited, LevelChange, OutcomeCounts, Summary, Transition,
};
use crate::preview::{CANCEL_EVERY, Cancelled, Matches, RowOutcome};
use crate::rule::{Role, RoleNames, SelectorMode};
use crate::state::{CompiledRules, TagState};

/// One repository's part of the listing.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) repository: u32,
    /// Its rows by outcome, in the order of [`RowOutcome::ALL`].
    pub(super) counts: [u32; 4],
}

/// Two sets of rules over the same tags.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub(super) index: Arc<TagIndex>,
    /// Repositories with most changes first.
    pub(super) listing: Vec<Listed>,
    outcomes: Outcomes,
    /// For the span to highlight: the edited rule's pattern afterwards, where matching it covers.
    pub(super) highlight: Option<Pattern>,
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
        let kinds = kinds(index, &old, &new, edited, cancelled)?;
        let outcomes = Outcomes::new(index, &old, &new, edited);
        let listing = list(index, &outcomes, cancelled)?;
        let mut summary = Summary {
            tags: to_u32(index.len()),
            repositories: to_u32(index.repositories().len()),
            outcomes: totals(&listing),
            rule_tags: new.rule_rows().to_vec(),
            ..Summary::default()
        };
        sum_up(&kinds, after.enforcement().role_names(), &mut summary);
        Ok(Self {
            index: Arc::clone(index),
            listing,
            outcomes,
            highlight: edited.after.and_then(|place| highlight(after, place)),
            before: old,
            after: new,
            summary,
        })
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

    /// What the edit does to one row; `None` past the end.
    pub fn outcome(&self, row: u32) -> Option<RowOutcome> {
        let name = *self.index.row_names().get(row as usize)?;
        Some(self.outcomes.of(self.index.repository_of(row)?, name))
    }

    /// The rows with this outcome, repositories with most changes first.
    pub fn rows_with(&self, outcome: RowOutcome) -> impl Iterator<Item = u32> {
        let some = self.listing.iter().filter(move |listed| listed.counts[outcome.place()] > 0);
        some.flat_map(move |listed| self.rows_of(listed, outcome))
    }

    /// The rows of one repository with this outcome, as they were given.
    pub(super) fn rows_of(&self, listed: &Listed, outcome: RowOutcome) -> impl Iterator<Item = u32> {
        let place = listed.repository as usize;
        let rows = self.index.repositories().get(place).map_or(0..0, |repository| repository.rows.clone());
        let names = self.index.row_names().get(rows.start as usize..rows.end as usize).unwrap_or_default();
        let wanted = rows.zip(names).filter(move |&(_, &name)| self.outcomes.of(place, name) == outcome);
        wanted.map(|(row, _)| row)
    }

    /// The rows that go from one state to another, `limit` of them from the `offset`th on.
    pub fn rows_between(&self, from: TagState, to: TagState, offset: usize, limit: usize) -> Vec<u32> {
        let rows = self.listing.iter().flat_map(|listed| {
            let place = listed.repository as usize;
            RowOutcome::ALL
                .into_iter()
                .flat_map(move |outcome| self.rows_of(listed, outcome))
                .map(move |row| (place, row))
        });
        let goes = |&(place, row): &(usize, u32)| {
            let Some(&name) = self.index.row_names().get(row as usize) else { return false };
            self.before.cell(place, name).state == from && self.after.cell(place, name).state == to
        };
        rows.filter(goes).skip(offset).take(limit).map(|(_, row)| row).collect()
    }
}

/// What the edit does to each row, by name: the edited rule covers it before, and after.
#[derive(Clone, Debug)]
struct Outcomes {
    /// Bit 0: its pattern covers the name before; bit 1: after. Empty when there is no edited rule.
    names: Vec<u8>,
    /// The bits that count in each repository; `None`: both everywhere.
    repositories: Option<Vec<u8>>,
}

/// Outcomes by the two bits.
const BY_BITS: [RowOutcome; 4] =
    [RowOutcome::NotMatched, RowOutcome::NoLongerCovered, RowOutcome::NewlyCovered, RowOutcome::StillCovered];

impl Outcomes {
    fn new(index: &TagIndex, before: &Evaluation, after: &Evaluation, edited: Edited) -> Self {
        let old = edited.before.and_then(|place| before.coverage(place as usize));
        let new = edited.after.and_then(|place| after.coverage(place as usize));
        if old.is_none() && new.is_none() {
            return Self { names: Vec::new(), repositories: None };
        }
        let mut names = vec![0; index.name_count().next_multiple_of(64)];
        for (place, bits) in names.chunks_exact_mut(64).enumerate() {
            let (old, new) = (old.map_or(0, |c| c.word(place)), new.map_or(0, |c| c.word(place)));
            if old | new == 0 {
                continue;
            }
            for (bit, covered) in bits.iter_mut().enumerate() {
                *covered = (old >> bit & 1 | (new >> bit & 1) << 1) as u8;
            }
        }
        let counts = |coverage: Option<&Coverage>, repository: usize| {
            coverage.is_some_and(|coverage| coverage.covers_repository(repository))
        };
        let bits = |repository| u8::from(counts(old, repository)) | u8::from(counts(new, repository)) << 1;
        let selective = [old, new].into_iter().flatten().any(Coverage::chooses_repositories);
        let repositories = selective.then(|| (0..index.repositories().len()).map(bits).collect());
        Self { names, repositories }
    }

    fn bits(&self, repository: usize) -> u8 {
        self.repositories.as_ref().map_or(0b11, |bits| bits.get(repository).copied().unwrap_or_default())
    }

    fn of(&self, repository: usize, name: u32) -> RowOutcome {
        let covered = self.names.get(name as usize).copied().unwrap_or_default();
        BY_BITS[usize::from(covered & self.bits(repository)) & 0b11]
    }

    /// How many rows of a repository there are by outcome, in the order of [`RowOutcome::ALL`].
    fn count(&self, repository: usize, rows: &[u32]) -> [u32; 4] {
        let mut counts = [0; 4];
        if self.names.is_empty() {
            counts[RowOutcome::NotMatched.place()] = to_u32(rows.len());
            return counts;
        }
        let bits = self.bits(repository);
        // Four counters of 16 bits in one number: no branch and no store for each of a million rows.
        for some in rows.chunks(usize::from(u16::MAX)) {
            let lanes = some
                .iter()
                .fold(0u64, |lanes, &name| lanes + (1 << (16 * u32::from(self.names[name as usize] & bits))));
            for (lane, outcome) in BY_BITS.into_iter().enumerate() {
                counts[outcome.place()] += (lanes >> (16 * lane)) as u32 & 0xFFFF;
            }
        }
        counts
    }
}

/// Repositories with most changes first, else as they were given.
fn list(
    index: &TagIndex,
    outcomes: &Outcomes,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Listed>, Cancelled> {
    let mut listing = Vec::with_capacity(index.repositories().len());
    let mut since = 0;
    for (place, repository) in index.repositories().iter().enumerate() {
        since += repository.rows.len();
        if since >= CANCEL_EVERY {
            since = 0;
            if cancelled() {
                return Err(Cancelled);
            }
        }
        let counts = outcomes.count(place, index.rows_in(repository));
        listing.push(Listed { repository: to_u32(place), counts });
    }
    let changes = |listed: &Listed| listed.counts[0] + listed.counts[1];
    listing.sort_by_key(|listed| std::cmp::Reverse(changes(listed)));
    Ok(listing)
}

fn totals(listing: &[Listed]) -> OutcomeCounts {
    let total = |outcome: RowOutcome| listing.iter().map(|listed| listed.counts[outcome.place()]).sum();
    OutcomeCounts {
        newly_covered: total(RowOutcome::NewlyCovered),
        no_longer_covered: total(RowOutcome::NoLongerCovered),
        still_covered: total(RowOutcome::StillCovered),
        not_matched: total(RowOutcome::NotMatched),
    }
}

fn sum_up(kinds: &[Kind], names: RoleNames, summary: &mut Summary) {
    for kind in kinds {
        summary.states_before.add_many(kind.from.state, kind.tags);
        summary.states_after.add_many(kind.to.state, kind.tags);
        if kind.from.state != kind.to.state {
            add_transition(&mut summary.transitions, kind);
        } else if kind.from != kind.to && kind.from.state != TagState::Unknown {
            add_level_change(&mut summary.level_changes, kind);
        }
    }
    summary.transitions.sort_by_key(|transition| std::cmp::Reverse(transition.tags));
    summary.level_changes.sort_by_key(|change| std::cmp::Reverse(change.tags));
    let roles = [Role::Developer, Role::Maintainer, Role::Owner, Role::Admin];
    // Without roles one stands for all who are permitted.
    let told = if names == RoleNames::None { &roles[..1] } else { &roles[..] };
    summary.access = told.iter().filter_map(|&role| access_change(role, kinds)).collect();
}

fn add_transition(transitions: &mut Vec<Transition>, kind: &Kind) {
    let (from, to) = (kind.from.state, kind.to.state);
    match transitions.iter_mut().find(|known| (known.from, known.to) == (from, to)) {
        Some(known) => known.tags += kind.tags,
        None => transitions.push(Transition { from, to, tags: kind.tags }),
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
