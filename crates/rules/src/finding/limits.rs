//! What the server, or the part of it that enforces, will not take; and projects without rules.

use crate::blocks::Block;
use crate::finding::check::{Scene, finding};
use crate::finding::{Finding, Fix, Severity, What};
use crate::pattern::{Dialect, Pattern, PatternErrorKind};
use crate::preview::TagIndex;
use crate::rule::Rule;

pub(super) fn check_project(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if let Some(limit) = scene.capabilities.rule_limit {
        let used = count(scene.raw.len());
        if used >= limit {
            let severity = if used > limit { Severity::Warning } else { Severity::Note };
            let merge = merge(scene);
            let (rule, fixes) = merge.map_or((None, Vec::new()), |(rule, fix)| (Some(rule), vec![fix]));
            found.push(Finding { what: What::RuleLimit { used, limit }, severity, rule, fixes });
        }
    }
    let used = count(scene.raw.len());
    if let Some(shown) = scene.capabilities.rules_shown.filter(|shown| used > *shown) {
        let what = What::HiddenByProduct { used, shown };
        found.push(Finding { what, severity: Severity::Note, rule: None, fixes: Vec::new() });
    }
    if scene.rules.in_force().next().is_none()
        && let Some(index) = scene.index
    {
        let what = What::NoRules { open: count(index.len()) };
        found.push(Finding { what, severity: Severity::Warning, rule: None, fixes: Vec::new() });
    }
    for (rule, error) in scene.rules.errors() {
        let in_force = scene.rules.raw(rule as usize).is_some_and(|raw| raw.enabled);
        if in_force && error.kind == PatternErrorKind::Uncertain {
            found.push(finding(rule, Severity::Warning, What::UncertainPattern, Vec::new()));
        }
    }
    for (place, rule) in (0u32..).zip(scene.raw) {
        check_length(scene, place, rule, found);
    }
}

/// Length is a matter of the text alone, so rules that do not compile are looked at too.
fn check_length(scene: &Scene<'_>, place: u32, rule: &Rule, found: &mut Vec<Finding>) {
    let characters = count(rule.tags.pattern.chars().count());
    let bytes = count(rule.tags.pattern.len());
    if let Some(limit) = scene.capabilities.pattern_characters.filter(|limit| characters > *limit) {
        let what = What::PatternTooLong { characters, limit };
        found.push(finding(place, Severity::Warning, what, Vec::new()));
        return;
    }
    if let Some(limit) = scene.capabilities.pattern_bytes.filter(|limit| bytes > *limit) {
        // The server saves it, and then its registry refuses every push of those the rule concerns.
        let what = What::PatternTooManyBytes { bytes, limit };
        found.push(finding(place, Severity::Incident, what, Vec::new()));
    }
    let selectors = rule.repositories.iter().chain([&rule.tags]);
    let bytes = count(selectors.map(|selector| bytes_as_json(&selector.pattern)).sum());
    if let Some(limit) = scene.capabilities.rule_bytes.filter(|limit| bytes > *limit) {
        let what = What::RuleMayBeTooLong { bytes, limit };
        found.push(finding(place, Severity::Warning, what, Vec::new()));
    }
}

/// How long a text is in the JSON that Go writes, in bytes.
fn bytes_as_json(text: &str) -> usize {
    let one = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        c if c.is_ascii_control() => 6,
        c => c.len_utf8(),
    };
    text.chars().map(one).sum()
}

pub(super) fn check_rule(scene: &Scene<'_>, place: usize, found: &mut Vec<Finding>) {
    let Some(subject) = scene.subjects.get(place) else { return };
    if let Some(error) = subject.pattern().refused_if_validated() {
        let what =
            What::NotValidated { problem: error.code, reason: error.reason.clone(), column: error.column };
        found.push(finding(subject.place, Severity::Warning, what, Vec::new()));
    }
    if let Some(construct) = subject.pattern().enforcer_refuses() {
        let what = What::EnforcerRefuses { construct };
        found.push(finding(subject.place, Severity::Incident, what, Vec::new()));
    }
}

/// Two rules with the same effect that one rule can say.
fn merge(scene: &Scene<'_>) -> Option<(u32, Fix)> {
    for (place, first) in (0u32..).zip(scene.raw) {
        for (other, second) in (0u32..).zip(scene.raw).skip(place as usize + 1) {
            let alike = first.effect == second.effect
                && first.enabled == second.enabled
                && first.repositories == second.repositories
                && first.tags.mode == second.tags.mode
                && first.tags.dialect == second.tags.dialect
                && first.tags.mode == crate::rule::SelectorMode::Matching;
            let merged = alike.then(|| union(first.tags.dialect, &first.tags.pattern, &second.tags.pattern));
            let Some(pattern) = merged.flatten() else { continue };
            let limit = scene.capabilities.pattern_characters.unwrap_or(u32::MAX);
            if pattern.chars().count() > limit as usize {
                continue;
            }
            let mut into = first.clone();
            into.tags.pattern = pattern;
            return Some((place, Fix::Merge { with: other, into: Box::new(into) }));
        }
    }
    None
}

/// A pattern for what either of two matches.
fn union(dialect: Dialect, first: &str, second: &str) -> Option<String> {
    Pattern::compile(dialect, first).ok()?;
    Pattern::compile(dialect, second).ok()?;
    let names = |pattern: &str| match Block::read(dialect, pattern) {
        Some(Block::IsExactly { text }) => Some(vec![text]),
        Some(Block::AnyOf { texts }) => Some(texts),
        _ => None,
    };
    let text = match (names(first), names(second)) {
        (Some(mut texts), Some(more)) => {
            texts.extend(more);
            Block::AnyOf { texts }.write(dialect)?
        }
        _ if dialect == Dialect::Gitlab => format!("(?:{first})|(?:{second})"),
        // `\A` and `\z` would go between the two; the outer group keeps them outside.
        _ if dialect == Dialect::GitlabCleanup => format!("(?:{first}|{second})"),
        _ => return None,
    };
    Pattern::compile(dialect, &text).ok().map(|_| text)
}

pub(super) fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A tag of the index among `names` that passes `keep`.
pub(super) fn existing<'a>(
    index: &'a TagIndex,
    names: &crate::preview::NameBits,
    keep: impl Fn(&str) -> bool,
) -> Option<&'a str> {
    names.ones().take(MOST_LOOKED_AT).map(|name| index.name(name)).find(|tag| keep(tag))
}

/// Most names looked at for an example.
pub(super) const MOST_LOOKED_AT: usize = 5000;
