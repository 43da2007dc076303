//! Cleanup policies put `\A` and `\z` around a text without a group, so that each binds to one
//! alternative only.

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::entries::Entries;
use crate::finding::limits::existing;
use crate::finding::{Finding, Fix, Severity, What, whole_name};
use crate::pattern::{Dialect, Pattern};

/// `main|master`: the start of a name or the end of it, where whole names seem meant.
pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    if pattern.dialect() != Dialect::GitlabCleanup || !pattern.text().contains('|') {
        return;
    }
    let Some(entries) = Entries::of_loose(pattern.text()) else { return };
    let grouped = entries.join(entries.texts.clone());
    let Ok(whole) = Pattern::compile(Dialect::GitlabCleanup, &grouped) else { return };
    let unmeant = |tag: &str| pattern.is_match(tag) && !whole.is_match(tag);
    let hit = match (scene.index, &subject.names) {
        (Some(index), Some(names)) => existing(index, names, unmeant).map(str::to_owned),
        _ => None,
    };
    let exists = hit.is_some();
    let possible = || pattern.compare(&whole, 1)?.only_first.into_iter().next();
    let Some(example) = hit.or_else(possible) else { return };
    let fixes = fixes(scene, subject, &entries, &grouped);
    let what = What::LooseAlternatives { example, exists };
    found.push(finding(subject.place, Severity::Warning, what, fixes));
}

/// Whole names, starts of names, and what the server reads today, said in full.
fn fixes(scene: &mut Scene<'_>, subject: &Subject<'_>, entries: &Entries, grouped: &str) -> Vec<Fix> {
    let starts = entries.join(entries.texts.iter().map(|text| opened(scene, text)).collect());
    let last = entries.texts.len() - 1;
    let today = entries.texts.iter().enumerate().map(|(place, text)| match place {
        0 => open(text, false, true),
        place if place == last => open(text, true, false),
        _ => open(text, true, true),
    });
    let today = entries.join(today.collect());
    let mut texts = vec![starts, grouped.to_owned(), today];
    // Without tags, whole names are what is mostly meant.
    if scene.index.is_none() && texts.first().is_some_and(|starts| starts != grouped) {
        texts.truncate(2);
    }
    let mut fixes: Vec<Fix> = Vec::new();
    for text in texts {
        let known = |fix: &Fix| matches!(fix, Fix::ReplacePattern { pattern, .. } if *pattern == text);
        if !fixes.iter().any(known) {
            fixes.extend(scene.replacement(Dialect::GitlabCleanup, &text));
        }
    }
    scene.none_lost_first(fixes, subject)
}

/// The alternative with any text in front or behind, where it does not have that yet.
fn open(text: &str, front: bool, behind: bool) -> String {
    let front = if front && !text.starts_with(".*") { ".*" } else { "" };
    let behind = if behind && !text.ends_with(".*") && !text.ends_with(".+") { ".*" } else { "" };
    format!("{front}{text}{behind}")
}

/// The alternative with an open end, where it looks like a start.
fn opened(scene: &mut Scene<'_>, text: &str) -> String {
    match whole_name::start(scene, Dialect::GitlabCleanup, text) {
        Some(open) => open,
        None => text.to_owned(),
    }
}
