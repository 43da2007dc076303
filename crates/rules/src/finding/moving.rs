//! Immutable rules over tags that move.

use std::collections::{BTreeMap, HashSet};

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Severity, What, narrower};
use crate::moving::{MovingReason, USUAL};
use crate::pattern::Verdict;
use crate::rule::{RuleKind, SelectorMode};

/// Most tags named in one finding.
const MOST_NAMED: usize = 5;
/// Most different names looked at for a narrower pattern.
const MOST_NAMES: usize = 2_000;

pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if subject.rule.effect().kind() != RuleKind::Immutable {
        return;
    }
    let covered = match scene.index {
        Some(_) => existing(scene, subject),
        None => usual(subject),
    };
    let Some(covered) = covered.filter(|covered| !covered.by_reason.is_empty()) else { return };
    let named = covered.named();
    let what = What::BlocksMovingTags {
        reasons: named.iter().map(|(_, reason)| *reason).collect(),
        tags: named.into_iter().map(|(tag, _)| tag).collect(),
        total: covered.total,
    };
    let fixes = narrower::without(scene, subject, &covered.names);
    found.push(finding(subject.place, Severity::Warning, what, fixes));
}

/// Tags that move and that a rule covers.
#[derive(Default)]
struct Covered {
    by_reason: BTreeMap<MovingReason, Vec<String>>,
    /// Numbers of their names, each once.
    names: Vec<u32>,
    /// How many tags there are.
    total: u32,
}

impl Covered {
    /// One of each reason first, then more of them.
    fn named(&self) -> Vec<(String, MovingReason)> {
        let mut named = Vec::new();
        let longest = self.by_reason.values().map(Vec::len).max().unwrap_or(0);
        for round in 0..longest {
            let tags =
                self.by_reason.iter().filter_map(|(reason, tags)| Some((tags.get(round)?.clone(), *reason)));
            named.extend(tags.take(MOST_NAMED - named.len()));
            if named.len() == MOST_NAMED {
                break;
            }
        }
        named.sort_by_key(|(_, reason)| *reason);
        named
    }
}

/// `None`: the rule covers no repository and so blocks nothing, above all where the server cannot read its
/// pattern of repositories.
fn existing(scene: &Scene<'_>, subject: &Subject<'_>) -> Option<Covered> {
    let index = scene.index?;
    let selector = subject.rule.repositories().filter(|selector| !selector.is_everything());
    let chosen: Vec<bool> = index
        .repositories()
        .iter()
        .map(|repository| {
            let verdict = selector.map(|selector| selector.verdict_on_repository(&repository.name));
            verdict.is_none_or(|verdict| verdict == Verdict::Match)
        })
        .collect();
    if !chosen.contains(&true) {
        return None;
    }
    let mut covered = Covered::default();
    let (mut last, mut known) = (None, HashSet::new());
    for tag in scene.moving()?.tags() {
        if !chosen.get(tag.repository as usize).is_some_and(|chosen| *chosen)
            || !covers(scene, subject, tag.name)
        {
            continue;
        }
        covered.total = covered.total.saturating_add(1);
        // The same names lie side by side.
        if last == Some(tag.name) {
            continue;
        }
        last = Some(tag.name);
        let listed = covered.by_reason.entry(tag.reason).or_default();
        if listed.len() < MOST_NAMED {
            listed.push(index.name(tag.name).to_owned());
        }
        if covered.names.len() < MOST_NAMES && known.insert(tag.name) {
            covered.names.push(tag.name);
        }
    }
    // Pushed by default by so many tools that it is expected also where it does not exist yet.
    let latest = USUAL.first().filter(|latest| !index.contains(latest) && subject.rule.tags().covers(latest));
    if let Some(latest) = latest {
        covered.by_reason.entry(MovingReason::Latest).or_default().insert(0, (*latest).to_owned());
    }
    Some(covered)
}

fn covers(scene: &Scene<'_>, subject: &Subject<'_>, name: u32) -> bool {
    match (&subject.names, subject.mode()) {
        (Some(names), SelectorMode::Matching) => names.get(name),
        _ => scene.index.is_some_and(|index| subject.rule.tags().covers(index.name(name))),
    }
}

/// Without tags: common names, where the rule is about such.
fn usual(subject: &Subject<'_>) -> Option<Covered> {
    let selector = subject.rule.repositories().filter(|selector| !selector.is_everything());
    if selector.is_some_and(|selector| selector.pattern().malformed().is_some()) {
        return None;
    }
    let tags = subject.rule.tags();
    // A rule for all tags is about none in particular.
    let all = USUAL.iter().all(|tag| tags.covers(tag));
    let mut covered = Covered::default();
    for tag in USUAL.iter().take(if all { 1 } else { USUAL.len() }).filter(|tag| tags.covers(tag)) {
        let reason = crate::moving::reason_of_name(tag).unwrap_or(MovingReason::Latest);
        covered.by_reason.entry(reason).or_default().push((*tag).to_owned());
    }
    Some(covered)
}
