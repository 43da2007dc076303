//! Immutable rules over tags that pipelines move.

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Severity, What};
use crate::pattern::Verdict;
use crate::rule::RuleKind;

/// Names that by common habit point at whatever is newest. The first is pushed by default by so
/// many tools that it is expected even where it does not exist yet.
const MOVING: [&str; 26] = [
    "latest",
    "stable",
    "main",
    "master",
    "edge",
    "nightly",
    "dev",
    "develop",
    "development",
    "canary",
    "production",
    "prod",
    "staging",
    "stage",
    "next",
    "trunk",
    "snapshot",
    "testing",
    "test",
    "unstable",
    "preview",
    "rolling",
    "current",
    "lts",
    "beta",
    "alpha",
];

/// Most tags named in one finding.
const MOST_NAMED: usize = 5;

pub(super) fn check(scene: &Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if subject.rule.effect().kind() != RuleKind::Immutable {
        return;
    }
    let Some(there) = there(scene, subject) else { return };
    let expected = |place: usize, tag: &&str| place == 0 || there.contains(tag);
    let tags: Vec<String> = MOVING
        .iter()
        .enumerate()
        .filter(|(place, tag)| subject.rule.tags().covers(tag) && expected(*place, tag))
        .map(|(_, tag)| (*tag).to_owned())
        .take(MOST_NAMED)
        .collect();
    if !tags.is_empty() {
        found.push(finding(subject.place, Severity::Warning, What::BlocksMovingTags { tags }, Vec::new()));
    }
}

/// The moving tags that there are in the repositories of a rule. `None`: it covers no repository and so
/// blocks nothing, above all where the server cannot read its pattern of repositories.
fn there(scene: &Scene<'_>, subject: &Subject<'_>) -> Option<Vec<&'static str>> {
    let selector = subject.rule.repositories().filter(|selector| !selector.is_everything());
    let index = match (scene.index, selector) {
        (None, None) => return Some(Vec::new()),
        (None, Some(selector)) => return selector.pattern().malformed().is_none().then(Vec::new),
        (Some(index), _) => index,
    };
    let mut wanted: Vec<(&str, u32)> =
        MOVING.iter().filter_map(|tag| Some((*tag, index.name_id(tag)?))).collect();
    let Some(selector) = selector else { return Some(wanted.into_iter().map(|(tag, _)| tag).collect()) };
    let mut known = Vec::new();
    let mut holds = false;
    for repository in index.repositories() {
        if selector.verdict_on_repository(&repository.name) != Verdict::Match {
            continue;
        }
        holds = true;
        for row in index.rows_in(repository) {
            if let Some(place) = wanted.iter().position(|(_, id)| id == row) {
                known.push(wanted.swap_remove(place).0);
            }
        }
        if wanted.is_empty() {
            break;
        }
    }
    holds.then_some(known)
}
