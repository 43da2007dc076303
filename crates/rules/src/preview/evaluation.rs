//! Where every tag of an index stands under one set of rules.

use std::sync::Arc;

use crate::enforcement::Writers;
use crate::pattern::Verdict;
use crate::preview::Cancelled;
use crate::preview::bits::{Matches, NameBits};
use crate::preview::crossed;
use crate::preview::index::{TagIndex, to_u32};
use crate::rule::{Effect, Role, RulePart, SelectorMode};
use crate::state::{Cell, CompiledRule, CompiledRules, CompiledSelector, TagState, Tally};

/// One rule in force, ready to be asked about a tag.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) place: u32,
    effect: Effect,
    /// `None` when the rule could not be read.
    pub(super) coverage: Option<Coverage>,
    end: Option<End>,
}

/// The tags for which the server goes no further than this rule.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// Nothing is known of any tag from here on.
    Everywhere,
    /// It errs at the repository, or at the tag's name.
    Erring { names: Arc<NameBits>, repositories: Option<Vec<Verdict>> },
    /// The tag's name is asked about first: it errs at some names, and for the names that are
    /// `covered` at some repositories.
    ErringAtNamesFirst { names: Arc<NameBits>, covered: Arc<NameBits>, repositories: Vec<Verdict> },
}

impl End {
    fn is_error(&self) -> bool {
        !matches!(self, Self::Everywhere)
    }

    fn is_here(&self, repository: usize, name: u32) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Erring { names, repositories } => {
                let verdict = repositories.as_ref().map(|verdicts| verdicts.get(repository).copied());
                match verdict.unwrap_or(Some(Verdict::Match)) {
                    Some(Verdict::Error) => true,
                    Some(Verdict::Match) => names.get(name),
                    Some(Verdict::No) | None => false,
                }
            }
            Self::ErringAtNamesFirst { names, covered, repositories } => {
                let here = repositories.get(repository) == Some(&Verdict::Error);
                names.get(name) || (here && covered.get(name))
            }
        }
    }
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
                    && one.erring.is_some() == other.erring.is_some()
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
    /// Names at which the server errs: they are not covered, whatever the mode.
    erring: Option<Arc<NameBits>>,
    /// One flag for each repository; `None`: all of them.
    repositories: Option<Vec<bool>>,
}

impl Coverage {
    /// Covers these names in these repositories.
    pub(super) fn exactly(names: Arc<NameBits>, repositories: Option<Vec<bool>>) -> Self {
        Self { bits: names, excluding: false, erring: None, repositories }
    }

    fn covers(&self, repository: usize, name: u32) -> bool {
        self.covers_name(name) && self.covers_repository(repository)
    }

    pub(super) fn covers_name(&self, name: u32) -> bool {
        self.bits.get(name) != self.excluding && !self.erring.as_ref().is_some_and(|bits| bits.get(name))
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
        let chosen = self.bits.word(place) ^ if self.excluding { u64::MAX } else { 0 };
        self.erring.as_ref().map_or(chosen, |erring| chosen & !erring.word(place))
    }

    /// How many rows it covers.
    fn rows(&self, index: &TagIndex) -> u32 {
        match &self.repositories {
            None if self.excluding => {
                let erring = self.erring.as_ref().map_or(0, |erring| erring.rows(index));
                to_u32(index.len()) - self.bits.rows(index) - erring
            }
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
    writers: Writers,
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
        let selectors = understood.flat_map(CompiledRule::selectors);
        let of_tags = selectors.filter(|(part, selector)| selector.mode().compares(*part) == RulePart::Tags);
        let patterns: Vec<_> = of_tags.map(|(_, selector)| selector.pattern()).collect();
        matches.learn(index, &patterns, cancelled)?;
        let mut evaluation = Self {
            readers: Vec::new(),
            places: vec![None; rules.len()],
            rule_rows: vec![0; rules.len()],
            writers: rules.enforcement().writers(),
        };
        for (place, slot) in rules.in_force() {
            let (coverage, end) = match &slot.compiled {
                Ok(rule) => {
                    let (coverage, end) = coverage(index, rule, matches, cancelled)?;
                    (Some(coverage), end)
                }
                Err(_) => (None, slot.hides_the_rest().then_some(End::Everywhere)),
            };
            evaluation.places[place as usize] = Some(evaluation.readers.len());
            evaluation.rule_rows[place as usize] = coverage.as_ref().map_or(0, |c| c.rows(index));
            evaluation.readers.push(Reader { place, effect: slot.rule.effect, coverage, end });
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
        let mut tally = self.tally();
        for reader in &self.readers {
            if reader.coverage.as_ref().is_none_or(|coverage| coverage.covers(repository, name)) {
                reader.add_to(&mut tally);
            }
            if reader.end.as_ref().is_some_and(|end| end.is_here(repository, name)) {
                break;
            }
        }
        tally.finish()
    }

    /// The rule at which the server gives up on a tag, and whether a later one would have covered it;
    /// `None`: it does not, or an earlier rule has settled the tag.
    pub(crate) fn given_up_at(&self, repository: usize, name: u32) -> Option<(u32, bool)> {
        let covers = |reader: &Reader| reader.coverage.as_ref().is_some_and(|c| c.covers(repository, name));
        let mut readers = self.readers.iter();
        let at = readers.find(|reader| {
            covers(reader) || reader.end.as_ref().is_some_and(|end| end.is_here(repository, name))
        })?;
        let errs = !covers(at) && at.end.as_ref().is_some_and(End::is_error);
        errs.then(|| (at.place, readers.any(covers)))
    }

    /// Whether there may be a tag on which the server gives up.
    pub(crate) fn may_give_up(&self) -> bool {
        self.readers.iter().any(|reader| reader.end.as_ref().is_some_and(End::is_error))
    }

    /// Counts for a tag that no rule has been asked about yet.
    pub(super) fn tally(&self) -> Tally {
        Tally::new(self.writers)
    }

    /// The rules in force.
    pub(super) fn readers(&self) -> &[Reader] {
        &self.readers
    }

    /// Whether every rule holds for every repository, and none keeps others from being asked.
    pub(super) fn is_uniform(&self) -> bool {
        self.readers.iter().all(|reader| {
            reader.end.is_none() && reader.coverage.as_ref().is_none_or(|c| c.repositories.is_none())
        })
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
) -> Result<(Coverage, Option<End>), Cancelled> {
    if rule.compares_other_parts() {
        return crossed::coverage(index, rule, matches, cancelled);
    }
    let pattern = rule.tags().pattern();
    let excluding = rule.tags().mode().excludes();
    let (bits, erring) = if rule.tags().mode() == SelectorMode::Unsupported {
        let names = index.name_count();
        (Arc::new(NameBits::new(names)), Some(Arc::new(NameBits::all(names))))
    } else {
        let errs = pattern.may_err();
        let erring = if errs { Some(matches.erring(index, pattern, cancelled)?) } else { None };
        (matches.of(index, pattern, cancelled)?, erring)
    };
    let verdicts = rule.repositories().map(|selector| repository_verdicts(index, selector));
    // A selector that leaves none out is none: the quick ways hold.
    let verdicts = verdicts.filter(|verdicts| !verdicts.iter().all(|&verdict| verdict == Verdict::Match));
    let errs_somewhere = verdicts.as_ref().is_some_and(|verdicts| verdicts.contains(&Verdict::Error));
    let end = (erring.is_some() || errs_somewhere)
        .then(|| End::Erring { names: erring.clone().unwrap_or_default(), repositories: verdicts.clone() });
    let repositories =
        verdicts.map(|verdicts| verdicts.into_iter().map(|verdict| verdict == Verdict::Match).collect());
    Ok((Coverage { bits, excluding, erring, repositories }, end))
}

pub(super) fn repository_verdicts(index: &TagIndex, selector: &CompiledSelector) -> Vec<Verdict> {
    index.repositories().iter().map(|repository| selector.verdict_on_repository(&repository.name)).collect()
}
