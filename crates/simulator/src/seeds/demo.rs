//! The projects of the pictures.

use super::kinds::Kind;
use super::ledger;
use super::plan::{DAY, HOUR, MINUTE, Pin, TagPlan};
use super::rng::hash;
use super::users::DEMO_USER;
use crate::state::{MinimumRole, ProjectId, RegistryAccess, Role, RuleId, State, TagEffect};

pub(super) const MB: u64 = 1_000_000;

/// A tag rule of a story.
pub(super) type Rule = (&'static str, TagEffect);

/// A repository of a story: its name, its tags by kind, those with a given age, and an image's size.
pub(super) struct Repo {
    pub(super) name: &'static str,
    pub(super) parts: Vec<(Kind, usize)>,
    pub(super) pins: Vec<Pin>,
    pub(super) size: u64,
}

/// A project of a story.
pub(super) struct Story {
    pub(super) id: u64,
    pub(super) path: &'static str,
    pub(super) about: &'static str,
    /// The demo user's role in it.
    pub(super) role: Role,
    pub(super) rules: Vec<Rule>,
    pub(super) repos: Vec<Repo>,
}

/// How much of the scenario the story takes up.
pub(super) struct Named {
    pub(super) projects: usize,
    pub(super) tags: usize,
}

pub(super) const IMMUTABLE: TagEffect = TagEffect::Immutable;
pub(super) const BY_MAINTAINERS: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Maintainer };
pub(super) const DELETE_BY_OWNERS: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Owner };
pub(super) const BY_OWNERS: TagEffect =
    TagEffect::Protected { push: MinimumRole::Owner, delete: MinimumRole::Owner };

pub(super) const SEMVER: &str = r"^v\d+\.\d+\.\d+$";
pub(super) const LATEST_STABLE: &str = "^(latest|stable)$";

/// Adds the story to the server.
pub(super) fn add(state: &mut State, seed: u64) -> Named {
    let now = state.now();
    let mut named = Named { projects: 0, tags: 0 };
    for story in stories() {
        let id = state.create_project_as(ProjectId(story.id), story.path);
        state.set_role(id, DEMO_USER, Some(story.role));
        if let Some(project) = state.project_mut(id) {
            story.about.clone_into(&mut project.description);
            project.created_at = now - time::Duration::days(900);
            if story.path == "legacy/wiki-exporter" {
                project.registry_access = RegistryAccess::Disabled;
            }
        }
        // The pictures call the rule `-rc` of the ledger number 61.
        let first = if story.path == ledger::PATH { Some(59) } else { None };
        for (at, (pattern, effect)) in (0..).zip(&story.rules) {
            match first {
                Some(first) => state.add_tag_rule_as(RuleId(first + at), id, pattern, *effect),
                None => state.add_tag_rule(id, pattern, *effect),
            };
        }
        for repo in story.repos {
            let plan = TagPlan {
                seed: seed ^ hash(story.path) ^ hash(repo.name),
                now: now.unix_timestamp(),
                parts: repo.parts,
                pins: repo.pins,
                size: repo.size,
            };
            named.tags += plan.count();
            state.create_planned_repository(id, repo.name, plan);
        }
        named.projects += 1;
    }
    named
}

fn stories() -> Vec<Story> {
    let mut all = vec![ledger::story()];
    all.extend(super::story_platform::stories());
    all.extend(super::story_shop::stories());
    all.extend(super::story_finance::stories());
    all.sort_by_key(|story| story.id);
    all
}

/// `n` moving names, the usual ones first.
pub(super) fn moving(n: usize) -> (Kind, usize) {
    const NAMES: &[(&str, i64)] =
        &[("latest", 2 * HOUR), ("stable", 3 * DAY), ("main", 18 * MINUTE), ("develop", 35 * MINUTE)];
    (Kind::Moving(NAMES), n)
}

pub(super) fn exactly(names: &[(&str, i64)]) -> (Kind, usize) {
    let names: Vec<_> = names.iter().map(|(name, age)| ((*name).to_owned(), *age)).collect();
    let count = names.len();
    (Kind::Exact(names), count)
}

pub(super) fn release(n: usize, newest: (u32, u32, u32)) -> (Kind, usize) {
    (Kind::Release { before: "v", after: "", newest }, n)
}

pub(super) fn candidate(n: usize, newest: (u32, u32)) -> (Kind, usize) {
    (Kind::Candidate { before: "v", word: "-rc.", newest }, n)
}

pub(super) fn commit(n: usize) -> (Kind, usize) {
    (Kind::Commit { before: "sha-", digits: 40 }, n)
}

pub(super) fn pull(n: usize) -> (Kind, usize) {
    (Kind::Pull { newest: 4417 }, n)
}

pub(super) fn branch(n: usize) -> (Kind, usize) {
    (Kind::Branch, n)
}

pub(super) fn pin(name: &'static str, age: i64, digest: &'static str) -> Pin {
    Pin { name, age, digest }
}

pub(super) fn repo(name: &'static str, parts: Vec<(Kind, usize)>) -> Repo {
    Repo { name, parts, pins: Vec::new(), size: 96 * MB }
}
