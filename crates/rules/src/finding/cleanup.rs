//! Cleanup policies put `\A` and `\z` around a text without a group, so that each binds to one
//! alternative only.

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::limits::existing;
use crate::finding::{Finding, Severity, What};
use crate::pattern::{Dialect, Pattern};

/// `main|master`: the start of a name or the end of it, where whole names seem meant.
pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    if pattern.dialect() != Dialect::GitlabCleanup || !pattern.text().contains('|') {
        return;
    }
    let grouped = format!("(?:{})", pattern.text());
    let Ok(whole) = Pattern::compile(Dialect::GitlabCleanup, &grouped) else { return };
    let unmeant = |tag: &str| pattern.is_match(tag) && !whole.is_match(tag);
    let hit = match (scene.index, &subject.names) {
        (Some(index), Some(names)) => existing(index, names, unmeant).map(str::to_owned),
        _ => None,
    };
    let exists = hit.is_some();
    let possible = || pattern.compare(&whole, 1)?.only_first.into_iter().next();
    let Some(example) = hit.or_else(possible) else { return };
    let fixes = scene.replacement(Dialect::GitlabCleanup, &grouped).into_iter().collect();
    let what = What::LooseAlternatives { example, exists };
    found.push(finding(subject.place, Severity::Warning, what, fixes));
}
