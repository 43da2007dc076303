//! Two rules seen together: both against each other, the same text twice.

use crate::blocks::Block;
use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Fix, Severity, What, needless};
use crate::pattern::Pattern;
use crate::rule::{Effect, RuleKind};

pub(super) fn check(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    duplicates(scene, found);
    let needless = needless::check(scene, found);
    let needed = || scene.subjects.iter().zip(&needless).filter(|(_, needless)| !**needless);
    for (place, (later, _)) in needed().enumerate() {
        for (earlier, _) in needed().take(place) {
            contradiction(scene, earlier, later, found);
        }
    }
}

/// One pattern text in two rules: GitLab takes it once in a project, whatever the kind.
fn duplicates(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if !scene.capabilities.unique_patterns {
        return;
    }
    for (place, rule) in (0u32..).zip(scene.raw) {
        let same =
            |other: &crate::rule::Rule| other.tags == rule.tags && other.repositories == rule.repositories;
        let earlier = (0u32..place).zip(scene.raw).find(|(_, other)| same(other));
        let Some((with, other)) = earlier else { continue };
        let other_kind = other.effect.kind() != rule.effect.kind();
        let fixes = if other_kind { reworded(scene, rule) } else { vec![Fix::DeleteRule] };
        found.push(finding(place, Severity::Warning, What::DuplicatePattern { with, other_kind }, fixes));
    }
}

/// The same pattern in another wording: a group changes the text and not the meaning.
fn reworded(scene: &Scene<'_>, rule: &crate::rule::Rule) -> Vec<Fix> {
    let text = format!("(?:{})", rule.tags.pattern);
    let limit = scene.capabilities.pattern_characters.unwrap_or(u32::MAX);
    let dialect = rule.tags.dialect;
    if !dialect.is_re2() {
        return Vec::new();
    }
    let matches = |pattern: &Pattern| match scene.index {
        Some(index) => index.row_names().iter().filter(|&&name| pattern.is_match(index.name(name))).count(),
        None => 0,
    };
    match Pattern::compile(dialect, &text) {
        Ok(pattern) if text.chars().count() <= limit as usize => {
            let matches = super::limits::count(matches(&pattern));
            vec![Fix::ReplacePattern { meaning: Block::read(dialect, &text), pattern: text, matches }]
        }
        _ => Vec::new(),
    }
}

/// Two protected rules that ask for different roles for a tag both match.
fn contradiction(scene: &Scene<'_>, earlier: &Subject<'_>, later: &Subject<'_>, found: &mut Vec<Finding>) {
    let (
        Effect::Protect { push: a_push, delete: a_delete },
        Effect::Protect { push: b_push, delete: b_delete },
    ) = (earlier.rule.effect(), later.rule.effect())
    else {
        return;
    };
    if (a_push, a_delete) == (b_push, b_delete) {
        return;
    }
    let Some(example) = common_tag(scene, earlier, later) else { return };
    // Asking for more on top is a common way to write exceptions; pulling both ways is not.
    let crossed = (a_push > b_push && a_delete < b_delete) || (a_push < b_push && a_delete > b_delete);
    let severity = if crossed { Severity::Warning } else { Severity::Note };
    let what = What::ContradictoryLevels {
        with: earlier.place,
        example,
        push: a_push.max(b_push),
        delete: a_delete.max(b_delete),
    };
    found.push(finding(later.place, severity, what, Vec::new()));
}

fn common_tag(scene: &Scene<'_>, one: &Subject<'_>, other: &Subject<'_>) -> Option<String> {
    debug_assert_eq!(one.rule.effect().kind(), RuleKind::Protected);
    if !one.is_matching()
        || !other.is_matching()
        || one.rule.repositories().is_some() != other.rule.repositories().is_some()
    {
        return None;
    }
    if let (Some(index), Some(a), Some(b)) = (scene.index, &one.names, &other.names)
        && let Some(name) = a.first_common(b)
    {
        return Some(index.name(name).to_owned());
    }
    one.pattern().common_tags(other.pattern(), 1)?.pop()
}
