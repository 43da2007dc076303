//! The repositories that the edited rule chooses.

use tagwarden_ipc::preview::ChosenRepositories;
use tagwarden_rules::blocks::{Block, explain_path};
use tagwarden_rules::preview::TagIndex;
use tagwarden_rules::rule::{Rule, RulePart};
use tagwarden_rules::state::CompiledRules;

use super::readable;

/// Repositories named that are left out.
const MOST_NAMED: usize = 8;

/// What the rule's selector makes of the repositories; `None`: it has none.
pub(super) fn repositories(rule: &Rule, index: &TagIndex) -> Option<ChosenRepositories> {
    let selector = rule.repositories.as_ref()?;
    let error = readable(selector).err();
    let rules = CompiledRules::compile(std::slice::from_ref(rule));
    let compiled = rules.rule(0).and_then(Result::ok);
    let covers = |path: &str| compiled.is_some_and(|rule| rule.covers_repository(path));
    let (inside, outside): (Vec<_>, Vec<_>) =
        index.repositories().iter().map(|repository| repository.name.as_str()).partition(|path| covers(path));
    // A pattern that is compared with tags says nothing of repositories.
    let of_repositories = selector.mode.compares(RulePart::Repositories) == RulePart::Repositories;
    let short = |path: &str| path.split_once('/').map_or(path, |(_, inside)| inside).to_owned();
    Some(ChosenRepositories {
        error,
        covered: crate::projects::count(inside.len()),
        words: if of_repositories { explain_path(selector.dialect, &selector.pattern) } else { Vec::new() },
        block: Block::read(selector.dialect, &selector.pattern).filter(|_| of_repositories),
        left_out: outside.into_iter().take(MOST_NAMED).map(short).collect(),
    })
}
