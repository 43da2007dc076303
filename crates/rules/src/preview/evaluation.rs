//! Where every tag of an index stands under one set of rules.

use std::sync::Arc;

use crate::preview::bits::{Matches, NameBits};
use crate::preview::index::{TagIndex, to_u32};
use crate::preview::{CANCEL_EVERY, Cancelled};
use crate::rule::{Effect, Role};
use crate::state::{Cell, CompiledRules, CompiledSelector, StateCounts, TagState, Tally};

/// One rule in force, ready to be asked about a row.
struct Reader {
    place: u32,
    effect: Effect,
    /// `None` when the rule could not be read.
    coverage: Option<Coverage>,
}

/// Which rows a rule covers: by name, and where the registry can say so by repository.
#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    bits: Arc<NameBits>,
    excluding: bool,
    /// One flag for each repository; `None`: all of them.
    repositories: Option<Vec<bool>>,
}

impl Coverage {
    fn covers(&self, repository: usize, name: u32) -> bool {
        self.covers_name(name) && self.covers_repository(repository)
    }

    fn covers_name(&self, name: u32) -> bool {
        self.bits.get(name) != self.excluding
    }

    fn covers_repository(&self, repository: usize) -> bool {
        self.repositories.as_ref().is_none_or(|flags| flags.get(repository).copied().unwrap_or(false))
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

/// Cells by name where all repositories are alike, by row where rules choose repositories.
#[derive(Clone, Debug)]
enum Cells {
    ByName(Vec<Cell>),
    ByRow(Vec<Cell>),
}

/// Where every row of an index stands under one set of rules, and what each rule covers.
#[derive(Clone, Debug)]
pub struct Evaluation {
    cells: Cells,
    coverage: Vec<Option<Coverage>>,
    rule_rows: Vec<u32>,
    counts: StateCounts,
}

impl Evaluation {
    /// Evaluates all rules in force over all rows.
    ///
    /// # Errors
    /// When `cancelled` says so.
    pub fn new(
        index: &TagIndex,
        rules: &CompiledRules,
        matches: &mut Matches,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, Cancelled> {
        let coverage = coverages(index, rules, matches, cancelled)?;
        let readers: Vec<Reader> = rules
            .in_force()
            .map(|(place, slot)| Reader {
                place,
                effect: slot.rule.effect,
                coverage: coverage.get(place as usize).cloned().flatten(),
            })
            .collect();
        let uniform = readers.iter().all(|r| r.coverage.as_ref().is_none_or(|c| c.repositories.is_none()));
        let cells = if uniform {
            Cells::ByName(cells_by_name(index, &readers, cancelled)?)
        } else {
            Cells::ByRow(cells_by_row(index, &readers, cancelled)?)
        };
        let mut evaluation = Self { cells, rule_rows: Vec::new(), coverage, counts: StateCounts::default() };
        evaluation.count(index, &readers, rules.len(), cancelled)?;
        Ok(evaluation)
    }

    fn count(
        &mut self,
        index: &TagIndex,
        readers: &[Reader],
        rules: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), Cancelled> {
        let mut rule_rows = vec![0u32; rules];
        let mut counts = StateCounts::default();
        for (place, repository) in index.repositories().iter().enumerate() {
            for row in repository.rows.clone() {
                if (row as usize).is_multiple_of(CANCEL_EVERY) && cancelled() {
                    return Err(Cancelled);
                }
                let Some(&name) = index.row_names().get(row as usize) else { continue };
                counts.add(self.cell(row, name).map_or(TagState::Open, |cell| cell.state));
                for reader in readers {
                    let covers = reader.coverage.as_ref().is_some_and(|c| c.covers(place, name));
                    if covers && let Some(rows) = rule_rows.get_mut(reader.place as usize) {
                        *rows += 1;
                    }
                }
            }
        }
        self.rule_rows = rule_rows;
        self.counts = counts;
        Ok(())
    }

    fn cell(&self, row: u32, name: u32) -> Option<Cell> {
        match &self.cells {
            Cells::ByName(cells) => cells.get(name as usize),
            Cells::ByRow(cells) => cells.get(row as usize),
        }
        .copied()
    }

    /// Where one row stands; `None` past the end.
    pub fn standing(&self, index: &TagIndex, row: u32) -> Option<RowStanding> {
        let name = *index.row_names().get(row as usize)?;
        let cell = self.cell(row, name)?;
        Some(RowStanding {
            state: cell.state,
            deciding: cell.deciding(),
            push: cell.push,
            delete: cell.delete,
        })
    }

    pub(crate) fn cell_of(&self, row: u32, name: u32) -> Option<Cell> {
        self.cell(row, name)
    }

    /// Whether the rule at `rule` covers a row; rules switched off or not understood cover none.
    pub fn covers(&self, rule: usize, repository: usize, name: u32) -> bool {
        self.coverage.get(rule).and_then(Option::as_ref).is_some_and(|c| c.covers(repository, name))
    }

    /// How many rows each rule covers, in the order of the rules.
    pub fn rule_rows(&self) -> &[u32] {
        &self.rule_rows
    }

    /// How many rows are in each state.
    pub fn counts(&self) -> StateCounts {
        self.counts
    }

    /// The names that a rule's pattern matches, whatever its mode.
    pub fn name_bits(&self, rule: usize) -> Option<&NameBits> {
        self.coverage.get(rule).and_then(Option::as_ref).map(|c| c.bits.as_ref())
    }
}

fn coverages(
    index: &TagIndex,
    rules: &CompiledRules,
    matches: &mut Matches,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Option<Coverage>>, Cancelled> {
    let mut coverage: Vec<Option<Coverage>> = vec![None; rules.len()];
    for (place, slot) in rules.in_force() {
        let Ok(rule) = &slot.compiled else { continue };
        let bits = matches.of(index, rule.tags().pattern(), cancelled)?;
        let excluding = !rule.tags().agrees(true);
        let repositories = rule.repositories().map(|selector| repository_flags(index, selector));
        if let Some(entry) = coverage.get_mut(place as usize) {
            *entry = Some(Coverage { bits, excluding, repositories });
        }
    }
    Ok(coverage)
}

fn repository_flags(index: &TagIndex, selector: &CompiledSelector) -> Vec<bool> {
    index.repositories().iter().map(|repository| selector.covers(&repository.name)).collect()
}

fn cells_by_name(
    index: &TagIndex,
    readers: &[Reader],
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Cell>, Cancelled> {
    let mut cells = Vec::with_capacity(index.name_count());
    for name in 0..to_u32(index.name_count()) {
        if (name as usize).is_multiple_of(CANCEL_EVERY) && cancelled() {
            return Err(Cancelled);
        }
        cells.push(tally(readers, |coverage| coverage.covers_name(name)));
    }
    Ok(cells)
}

fn cells_by_row(
    index: &TagIndex,
    readers: &[Reader],
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Cell>, Cancelled> {
    let mut cells = Vec::with_capacity(index.len());
    for (place, repository) in index.repositories().iter().enumerate() {
        if cancelled() {
            return Err(Cancelled);
        }
        let rows = repository.rows.start as usize..repository.rows.end as usize;
        for &name in index.row_names().get(rows).unwrap_or_default() {
            cells.push(tally(readers, |coverage| coverage.covers(place, name)));
        }
    }
    Ok(cells)
}

fn tally(readers: &[Reader], covers: impl Fn(&Coverage) -> bool) -> Cell {
    let mut tally = Tally::default();
    for reader in readers {
        match &reader.coverage {
            Some(coverage) if covers(coverage) => tally.cover(reader.place, reader.effect),
            Some(_) => {}
            None => tally.uncertain(reader.place),
        }
    }
    tally.finish()
}
