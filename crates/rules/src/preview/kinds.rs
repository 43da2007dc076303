//! What happens to tags, counted: every way in which a tag's standing goes from one to another.

use crate::preview::bits::rows_of;
use crate::preview::evaluation::{Evaluation, Reader};
use crate::preview::index::TagIndex;
use crate::preview::{CANCEL_EVERY, Cancelled, Edited};
use crate::rule::Role;
use crate::state::{Cell, TagState, Tally};

/// The part of a [`Cell`] that somebody would notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Levels {
    pub(super) state: TagState,
    pub(super) push: Option<Role>,
    pub(super) delete: Option<Role>,
}

impl From<Cell> for Levels {
    fn from(cell: Cell) -> Self {
        Self { state: cell.state, push: cell.push, delete: cell.delete }
    }
}

/// Tags to which the same happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) from: Levels,
    pub(super) to: Levels,
    /// Whether the edited rule covers them before or after.
    pub(super) concerned: bool,
    pub(super) tags: u32,
}

impl Kind {
    pub(super) fn is_known(&self) -> bool {
        self.from.state != TagState::Unknown && self.to.state != TagState::Unknown
    }
}

/// Sorts all tags by what happens to them between two sets of rules.
///
/// Where every rule holds for every repository and all are asked, names are taken 64 at a time:
/// neighbours mostly share their fate. Otherwise tag by tag.
pub(super) fn kinds(
    index: &TagIndex,
    before: &Evaluation,
    after: &Evaluation,
    edited: Edited,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Kind>, Cancelled> {
    let mut kinds = Kinds::default();
    if before.is_uniform() && after.is_uniform() {
        let fresh = (before.tally(), after.tally());
        by_words(index, &joint(before, after, edited), fresh, cancelled, &mut kinds)?;
    } else {
        by_rows(index, before, after, edited, cancelled, &mut kinds)?;
    }
    Ok(kinds.seen)
}

/// One rule of either set, or of both where they share it.
struct Part<'e> {
    before: Option<&'e Reader>,
    after: Option<&'e Reader>,
    edited: bool,
}

impl Part<'_> {
    /// The names it covers among 64; all of them where it cannot be read, for it may.
    fn covers(&self, place: usize) -> u64 {
        let reader = self.before.or(self.after);
        reader.and_then(|reader| reader.coverage.as_ref()).map_or(u64::MAX, |coverage| coverage.word(place))
    }
}

/// The rules of both sets, in any order: that matters only for which rule decides, not for what.
fn joint<'e>(before: &'e Evaluation, after: &'e Evaluation, edited: Edited) -> Vec<Part<'e>> {
    let mut parts: Vec<Part<'e>> = before
        .readers()
        .iter()
        .map(|reader| Part { before: Some(reader), after: None, edited: edited.before == Some(reader.place) })
        .collect();
    for reader in after.readers() {
        let edited = edited.after == Some(reader.place);
        let shared = parts.iter_mut().find(|part| {
            let same = part.before.is_some_and(|before| before.covers_as(reader));
            same && part.after.is_none() && part.edited == edited
        });
        match shared {
            Some(part) => part.after = Some(reader),
            None => parts.push(Part { before: None, after: Some(reader), edited }),
        }
    }
    parts
}

/// Names of one word with one fate so far.
#[derive(Clone, Copy)]
struct Group {
    names: u64,
    before: Tally,
    after: Tally,
    concerned: bool,
}

impl Group {
    fn take(&mut self, part: &Part<'_>) {
        if let Some(reader) = part.before {
            reader.add_to(&mut self.before);
        }
        if let Some(reader) = part.after {
            reader.add_to(&mut self.after);
        }
        // A rule that cannot be read is not known to cover anything.
        self.concerned |= part.edited && part.before.or(part.after).is_some_and(|r| r.coverage.is_some());
    }
}

fn by_words(
    index: &TagIndex,
    parts: &[Part<'_>],
    fresh: (Tally, Tally),
    cancelled: &dyn Fn() -> bool,
    kinds: &mut Kinds,
) -> Result<(), Cancelled> {
    let names = index.name_count();
    let mut groups: Vec<Group> = Vec::new();
    for place in 0..names.div_ceil(64) {
        if place.is_multiple_of(CANCEL_EVERY / 64) && cancelled() {
            return Err(Cancelled);
        }
        let here = u64::MAX >> (64 - (names - place * 64).min(64));
        groups.clear();
        groups.push(Group { names: here, before: fresh.0, after: fresh.1, concerned: false });
        for part in parts {
            let covered = part.covers(place);
            for at in 0..groups.len() {
                let group = groups[at];
                let inside = group.names & covered;
                if inside == 0 {
                    continue;
                }
                groups[at].names = inside;
                groups[at].take(part);
                if inside != group.names {
                    groups.push(Group { names: group.names & !covered, ..group });
                }
            }
        }
        for group in &groups {
            let tags = rows_of(index, place, group.names);
            kinds.add(group.before.finish(), group.after.finish(), group.concerned, tags);
        }
    }
    Ok(())
}

fn by_rows(
    index: &TagIndex,
    before: &Evaluation,
    after: &Evaluation,
    edited: Edited,
    cancelled: &dyn Fn() -> bool,
    kinds: &mut Kinds,
) -> Result<(), Cancelled> {
    let mut asked = 0usize;
    for (place, repository) in index.repositories().iter().enumerate() {
        for &name in index.rows_in(repository) {
            if asked.is_multiple_of(CANCEL_EVERY) && cancelled() {
                return Err(Cancelled);
            }
            asked += 1;
            let covered = |evaluation: &Evaluation, rule: Option<u32>| {
                rule.is_some_and(|rule| evaluation.covers(rule as usize, place, name))
            };
            let concerned = covered(before, edited.before) || covered(after, edited.after);
            kinds.add(before.cell(place, name), after.cell(place, name), concerned, 1);
        }
    }
    Ok(())
}

/// Counts kinds. There are a few dozen at most, and neighbours are mostly of the same kind.
#[derive(Default)]
struct Kinds {
    seen: Vec<Kind>,
    last: usize,
}

impl Kinds {
    fn add(&mut self, from: Cell, to: Cell, concerned: bool, tags: u32) {
        let (from, to) = (Levels::from(from), Levels::from(to));
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
            kind.tags += tags;
        }
    }
}
