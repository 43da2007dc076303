//! Coverage of rules that compare a selector of tags with repositories, or the other way round.
//!
//! Rare, so it is written for clearness: the selectors are asked one after the other, and what the first
//! one does not cover is not seen by the second.

use std::sync::Arc;

use crate::pattern::Verdict;
use crate::preview::Cancelled;
use crate::preview::bits::{Matches, NameBits};
use crate::preview::evaluation::{Coverage, End, repository_verdicts};
use crate::preview::index::TagIndex;
use crate::rule::{RulePart, SelectorMode};
use crate::state::{CompiledRule, CompiledSelector};

/// What one selector says of every name, or of every repository.
enum Answers {
    OfNames { covered: NameBits, erring: NameBits },
    OfRepositories(Vec<Verdict>),
}

pub(super) fn coverage(
    index: &TagIndex,
    rule: &CompiledRule,
    matches: &mut Matches,
    cancelled: &dyn Fn() -> bool,
) -> Result<(Coverage, Option<End>), Cancelled> {
    let mut answers = Vec::new();
    for (part, selector) in rule.selectors() {
        answers.push(match selector.mode().compares(part) {
            RulePart::Repositories => Answers::OfRepositories(repository_verdicts(index, selector)),
            RulePart::Tags => of_names(index, selector, matches, cancelled)?,
        });
    }
    let mut answers = answers.into_iter();
    let every = || NameBits::all(index.name_count());
    let none = || NameBits::new(index.name_count());
    let everywhere = || vec![Verdict::Match; index.repositories().len()];
    Ok(match (answers.next(), answers.next()) {
        (Some(Answers::OfRepositories(first)), Some(Answers::OfNames { covered, erring })) => {
            by_repository_first(covered, erring, first)
        }
        (Some(Answers::OfRepositories(first)), Some(Answers::OfRepositories(second))) => {
            let both = first.into_iter().zip(second);
            let both = both.map(|(first, second)| if first == Verdict::Match { second } else { first });
            by_repository_first(every(), none(), both.collect())
        }
        (Some(Answers::OfRepositories(only)), None) => by_repository_first(every(), none(), only),
        (Some(Answers::OfNames { covered, erring }), Some(Answers::OfRepositories(second))) => {
            by_name_first(covered, erring, second)
        }
        (Some(Answers::OfNames { covered, erring }), Some(Answers::OfNames { covered: c, erring: e })) => {
            let (covered, erring) = one_after_the_other((covered, erring), (c, e));
            by_repository_first(covered, erring, everywhere())
        }
        (Some(Answers::OfNames { covered, erring }), None) => {
            by_repository_first(covered, erring, everywhere())
        }
        (None, _) => by_repository_first(none(), none(), Vec::new()),
    })
}

fn of_names(
    index: &TagIndex,
    selector: &CompiledSelector,
    matches: &mut Matches,
    cancelled: &dyn Fn() -> bool,
) -> Result<Answers, Cancelled> {
    let all = || NameBits::all(index.name_count());
    if selector.mode() == SelectorMode::Unsupported {
        return Ok(Answers::OfNames { covered: NameBits::new(index.name_count()), erring: all() });
    }
    let mut erring = NameBits::new(index.name_count());
    if selector.may_err() {
        let known = matches.erring(index, selector.pattern(), cancelled)?;
        erring.add(&known);
    }
    let matched = matches.of(index, selector.pattern(), cancelled)?;
    let mut covered = all();
    if selector.mode().excludes() {
        covered.remove(&matched);
    } else {
        covered.retain(&matched);
    }
    covered.remove(&erring);
    Ok(Answers::OfNames { covered, erring })
}

/// What two selectors of names cover together, and where one of them errs.
fn one_after_the_other(
    (covered, mut erring): (NameBits, NameBits),
    (mut covered_by_both, mut erring_next): (NameBits, NameBits),
) -> (NameBits, NameBits) {
    erring_next.retain(&covered);
    erring.add(&erring_next);
    covered_by_both.retain(&covered);
    (covered_by_both, erring)
}

fn by_repository_first(
    covered: NameBits,
    erring: NameBits,
    repositories: Vec<Verdict>,
) -> (Coverage, Option<End>) {
    let errs = erring.count() > 0 || repositories.contains(&Verdict::Error);
    let flags = repositories.iter().map(|verdict| *verdict == Verdict::Match).collect();
    let end = errs.then(|| End::Erring { names: Arc::new(erring), repositories: Some(repositories) });
    (Coverage::exactly(Arc::new(covered), Some(flags)), end)
}

fn by_name_first(covered: NameBits, erring: NameBits, repositories: Vec<Verdict>) -> (Coverage, Option<End>) {
    let errs = erring.count() > 0 || repositories.contains(&Verdict::Error);
    let flags = repositories.iter().map(|verdict| *verdict == Verdict::Match).collect();
    let covered = Arc::new(covered);
    let coverage = Coverage::exactly(Arc::clone(&covered), Some(flags));
    let end = errs.then(|| End::ErringAtNamesFirst { names: Arc::new(erring), covered, repositories });
    (coverage, end)
}
