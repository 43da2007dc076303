//! Where every tag of an index stands under one set of rules.

use std::sync::Arc;

use crate::preview::Cancelled;
use crate::preview::bits::{Matches, NameBits};
use crate::preview::index::{TagIndex, to_u32};
use crate::rule::{Effect, Role};
use crate::state::{Cell, CompiledRule, CompiledRules, CompiledSelector, TagState, Tally};

/// One rule in force, ready to be asked about a tag.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) place: u32,
    effect: Effect,
    /// `None` when the rule could not be read.
    pub(super) coverage: Option<Coverage>,
}

impl Reader {
    /// Adds what it does to a tag that it covers, or may cover.
    pub(super) fn add_to(&self, tally: &mut Tally) {
        match self.coverage {
            Some(_) => tally.cover(self.place, self.effect),
            None => tally.uncertain(self.place),
        }
    }

    /// Whether it is known to cover the same tags as another.
    pub(super) fn covers_as(&self, other: &Self) -> bool {
        match (&self.coverage, &other.coverage) {
            (Some(one), Some(other)) => {
                Arc::ptr_eq(&one.bits, &other.bits)
                    && one.excluding == other.excluding
                    && one.repositories == other.repositories
            }
            _ => false,
        }
    }
}

/// Which rows a rule covers: by name, and where the registry can say so by repository.
#[derive(Clone, Debug)]
pub(super) struct Coverage {
    bits: Arc<NameBits>,
    excluding: bool,
    /// One flag for each repository; `None`: all of them.
    repositories: Option<Vec<bool>>,
}

impl Coverage {
    fn covers(&self, repository: usize, name: u32) -> bool {
        self.covers_name(name) && self.covers_repository(repository)
    }

    pub(super) fn covers_name(&self, name: u32) -> bool {
        self.bits.get(name) != self.excluding
    }

    pub(super) fn covers_repository(&self, repository: usize) -> bool {
        self.repositories.as_ref().is_none_or(|flags| flags.get(repository).copied().unwrap_or(false))
    }

    /// Whether it covers some repositories only.
    pub(super) fn chooses_repositories(&self) -> bool {
        self.repositories.is_some()
    }

    /// The names it covers among the 64 from 64 · `place` on.
    pub(super) fn word(&self, place: usize) -> u64 {
        self.bits.word(place) ^ if self.excluding { u64::MAX } else { 0 }
    }

    /// How many rows it covers.
    fn rows(&self, index: &TagIndex) -> u32 {
        match &self.repositories {
            None if self.excluding => to_u32(index.len()) - self.bits.rows(index),
            None => self.bits.rows(index),
            Some(flags) => {
                let here = index.repositories().iter().zip(flags).filter(|(_, covered)| **covered);
                let rows = here.flat_map(|(repository, _)| index.rows_in(repository));
                to_u32(rows.filter(|&&name| self.covers_name(name)).count())
            }
        }
    }
}

/// Where one row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowStanding {
    /// Its state.
    pub state: TagState,
    /// The rule that decides.
    pub deciding: Option<u32>,
    /// Lowest role that may push over it; `None`: nobody.
    pub push: Option<Role>,
    /// Lowest role that may delete it; `None`: nobody.
    pub delete: Option<Role>,
}

/// Where every row of an index stands under one set of rules, and what each rule covers.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The rules in force.
    readers: Vec<Reader>,
    /// The place in `readers` of each rule of the set; `None` for those switched off.
    places: Vec<Option<usize>>,
    rule_rows: Vec<u32>,
}

impl Evaluation {
    /// Runs the patterns of all rules in force over all names.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub fn new(
        index: &TagIndex,
        rules: &CompiledRules,
        matches: &mut Matches,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, Cancelled> {
        let understood = rules.in_force().filter_map(|(_, slot)| slot.compiled.as_ref().ok());
        let patterns: Vec<_> = understood.map(|rule| rule.tags().pattern()).collect();
        matches.learn(index, &patterns, cancelled)?;
        let mut evaluation =
            Self { readers: Vec::new(), places: vec![None; rules.len()], rule_rows: vec![0; rules.len()] };
        for (place, slot) in rules.in_force() {
            let coverage = match &slot.compiled {
                Ok(rule) => Some(coverage(index, rule, matches, cancelled)?),
                Err(_) => None,
            };
            evaluation.places[place as usize] = Some(evaluation.readers.len());
            evaluation.rule_rows[place as usize] = coverage.as_ref().map_or(0, |c| c.rows(index));
            evaluation.readers.push(Reader { place, effect: slot.rule.effect, coverage });
        }
        Ok(evaluation)
    }

    /// Where one row stands; `None` past the end.
    pub fn standing(&self, index: &TagIndex, row: u32) -> Option<RowStanding> {
        let name = *index.row_names().get(row as usize)?;
        let cell = self.cell(index.repository_of(row)?, name);
        Some(RowStanding {
            state: cell.state,
            deciding: cell.deciding(),
            push: cell.push,
            delete: cell.delete,
        })
    }

    /// Where a tag of this name stands in the repository at `repository`.
    pub(super) fn cell(&self, repository: usize, name: u32) -> Cell {
        let mut tally = Tally::default();
        for reader in &self.readers {
            if reader.coverage.as_ref().is_none_or(|coverage| coverage.covers(repository, name)) {
                reader.add_to(&mut tally);
            }
        }
        tally.finish()
    }

    /// The rules in force.
    pub(super) fn readers(&self) -> &[Reader] {
        &self.readers
    }

    /// Whether every rule holds for every repository.
    pub(super) fn is_uniform(&self) -> bool {
        self.readers.iter().filter_map(|reader| reader.coverage.as_ref()).all(|c| c.repositories.is_none())
    }

    /// What the rule at `rule` covers; `None` for rules switched off or not understood.
    pub(super) fn coverage(&self, rule: usize) -> Option<&Coverage> {
        let reader = self.places.get(rule).copied().flatten()?;
        self.readers.get(reader)?.coverage.as_ref()
    }

    /// Whether the rule at `rule` covers a row; rules switched off or not understood cover none.
    pub fn covers(&self, rule: usize, repository: usize, name: u32) -> bool {
        self.coverage(rule).is_some_and(|c| c.covers(repository, name))
    }

    /// How many rows each rule covers, in the order of the rules.
    pub fn rule_rows(&self) -> &[u32] {
        &self.rule_rows
    }

    /// The names that a rule's pattern matches, whatever its mode.
    pub fn name_bits(&self, rule: usize) -> Option<&NameBits> {
        self.coverage(rule).map(|c| c.bits.as_ref())
    }
}

fn coverage(
    index: &TagIndex,
    rule: &CompiledRule,
    matches: &mut Matches,
    cancelled: &dyn Fn() -> bool,
) -> Result<Coverage, Cancelled> {
    let bits = matches.of(index, rule.tags().pattern(), cancelled)?;
    let excluding = !rule.tags().agrees(true);
    let flags = rule.repositories().map(|selector| repository_flags(index, selector));
    // A selector that leaves none out is none: the quick ways hold.
    let repositories = flags.filter(|flags| !flags.iter().all(|&covered| covered));
    Ok(Coverage { bits, excluding, repositories })
}

fn repository_flags(index: &TagIndex, selector: &CompiledSelector) -> Vec<bool> {
    index.repositories().iter().map(|repository| selector.covers(&repository.name)).collect()
}
