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
    if subject.rule.effect().kind() != RuleKind::Immutable || !holds_somewhere(scene, subject) {
        return;
    }
    let expected =
        |place: usize, tag: &str| place == 0 || scene.index.is_some_and(|index| index.contains(tag));
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

/// A rule that covers no repository blocks nothing: above all one whose pattern of repositories the
/// server cannot read.
fn holds_somewhere(scene: &Scene<'_>, subject: &Subject<'_>) -> bool {
    let Some(selector) = subject.rule.repositories() else { return true };
    let mut known = scene.index.into_iter().flat_map(|index| index.repositories()).peekable();
    if known.peek().is_none() {
        return selector.pattern().malformed().is_none();
    }
    known.any(|repository| selector.verdict_on_repository(&repository.name) == Verdict::Match)
}
