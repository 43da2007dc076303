//! Two rules seen together: one in vain, both against each other, the same text twice.

use crate::blocks::Block;
use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Fix, Severity, What};
use crate::pattern::Pattern;
use crate::rule::{Blocks, Effect, RuleKind};

pub(super) fn check(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    duplicates(scene, found);
    for (place, subject) in scene.subjects.iter().enumerate() {
        let others = || scene.subjects.iter().enumerate().filter(move |(other, _)| *other != place);
        let cover = others().find(|(other, by)| makes_needless(by, subject, *other < place));
        if let Some((_, by)) = cover {
            let what = What::Covered { by: by.place };
            found.push(finding(subject.place, Severity::Warning, what, vec![Fix::DeleteRule]));
            continue;
        }
        for (_, earlier) in others().filter(|(other, _)| *other < place) {
            contradiction(scene, earlier, subject, found);
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

/// Whether `by` leaves nothing for `rule` to do. Of two that do the same the later is needless.
fn makes_needless(by: &Subject<'_>, rule: &Subject<'_>, earlier: bool) -> bool {
    let selectors = by.is_matching() && rule.is_matching();
    let everywhere = by.rule.repositories().is_none();
    if !selectors || !everywhere || !at_least_as_strict(by.rule.effect(), rule.rule.effect()) {
        return false;
    }
    if !surely_covers(by.pattern(), rule.pattern()) {
        return false;
    }
    let mutual = at_least_as_strict(rule.rule.effect(), by.rule.effect())
        && rule.rule.repositories().is_none()
        && surely_covers(rule.pattern(), by.pattern());
    earlier || !mutual
}

/// An immutable rule is not stricter than a protected one: it lets anybody create a tag.
fn at_least_as_strict(one: Effect, other: Effect) -> bool {
    match (one, other) {
        (Effect::Protect { push, delete }, Effect::Protect { push: less_push, delete: less_delete }) => {
            push >= less_push && delete >= less_delete
        }
        (Effect::Immutable { blocks }, Effect::Immutable { blocks: other }) => {
            blocks == other || blocks == Blocks::OverwriteAndDelete
        }
        _ => false,
    }
}

/// Whether it is proven that `wide` matches every tag `narrow` does.
fn surely_covers(wide: &Pattern, narrow: &Pattern) -> bool {
    if let Some(proven) = wide.covers(narrow) {
        return proven;
    }
    let texts = match Block::read(narrow.dialect(), narrow.text()) {
        Some(Block::IsExactly { text }) => vec![text],
        Some(Block::AnyOf { texts }) => texts,
        _ => return wide.matches_every_tag() == Some(true),
    };
    texts.iter().all(|text| wide.is_match(text))
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
    let narrows_already = found.iter().any(|finding| {
        finding.rule == Some(earlier.place) && finding.what == What::Covered { by: later.place }
    });
    if (a_push, a_delete) == (b_push, b_delete) || narrows_already {
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
    let shortest = |from: &Subject<'_>, with: &Subject<'_>| {
        from.pattern().shortest_tags(8).into_iter().find(|tag| with.pattern().is_match(tag))
    };
    shortest(one, other).or_else(|| shortest(other, one))
}
