//! Runs every check and puts what they find in order.

use std::sync::Arc;

use crate::capabilities::Capabilities;
use crate::finding::{
    Finding, Fix, Severity, What, cleanup, expensive, foreign, given_up, glob, limits, moving, pairs,
    repositories, shape, unreachable, whole_name,
};
use crate::moving::MovingTags;
use crate::pattern::{Dialect, Pattern};
use crate::preview::{Matches, NameBits, TagIndex};
use crate::rule::{Rule, RuleKind, SelectorMode};
use crate::state::{CompiledRule, CompiledRules};

/// What there is to say about a set of rules, worst first, in one severity by rule.
///
/// `raw` are the rules `rules` was compiled from. With an `index` the findings are about the tags
/// that exist; an index without tags says nothing about what rules match.
pub fn findings(
    rules: &CompiledRules,
    raw: &[Rule],
    index: Option<&TagIndex>,
    capabilities: &Capabilities,
) -> Vec<Finding> {
    findings_with(rules, raw, index, None, capabilities, &mut Matches::default())
}

/// The same, keeping what patterns match from one call to the next. `matches` and `moving` belong to
/// `index`; without `moving`, tags that move are recognised by their names.
pub fn findings_with(
    rules: &CompiledRules,
    raw: &[Rule],
    index: Option<&TagIndex>,
    moving: Option<&MovingTags>,
    capabilities: &Capabilities,
    matches: &mut Matches,
) -> Vec<Finding> {
    let index = index.filter(|index| !index.is_empty());
    let by_name = match (index, moving) {
        (Some(index), None) if has_immutable(rules) => Some(MovingTags::of_names(index)),
        _ => None,
    };
    let mut scene = Scene::new(rules, raw, index, capabilities, matches);
    scene.moving = moving.or(by_name.as_ref());
    let mut found = Vec::new();
    limits::check_project(&scene, &mut found);
    for place in 0..scene.subjects.len() {
        check_rule(&mut scene, place, &mut found);
    }
    pairs::check(&scene, &mut found);
    given_up::check(&mut scene, &mut found);
    found.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.rule));
    found
}

fn check_rule(scene: &mut Scene<'_>, place: usize, found: &mut Vec<Finding>) {
    limits::check_rule(scene, place, found);
    let Some(subject) = scene.subjects.get(place).cloned() else { return };
    repositories::check(scene, &subject, found);
    if subject.rule.compares_other_parts() {
        // The other checks read a pattern as one of the names of its own part.
        return;
    }
    glob::check(scene, &subject, found);
    expensive::check(&subject, found);
    let every = shape::check_every_tag(scene, &subject, found);
    if !every {
        check_meaning(scene, &subject, found);
    }
    moving::check(scene, &subject, found);
}

/// What a pattern means other than its author. What is written in another language is told as that alone.
fn check_meaning(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if foreign::check(scene, subject, found) {
        return;
    }
    let unreachable = unreachable::check(scene, subject, found);
    let exact = !unreachable && whole_name::check(scene, subject, found);
    if !unreachable && !exact {
        shape::check_nothing(scene, subject, found);
    }
    shape::check_anchors(scene, subject, found);
    cleanup::check(scene, subject, found);
    shape::check_dots(scene, subject, found);
}

fn has_immutable(rules: &CompiledRules) -> bool {
    rules.in_force().any(|(_, slot)| slot.rule.effect.kind() == RuleKind::Immutable)
}

/// A rule in force whose pattern is understood.
#[derive(Clone)]
pub(super) struct Subject<'a> {
    pub(super) place: u32,
    pub(super) rule: &'a CompiledRule,
    /// The names it matches, when there are tags to match.
    pub(super) names: Option<Arc<NameBits>>,
}

impl Subject<'_> {
    pub(super) fn pattern(&self) -> &Pattern {
        self.rule.tags().pattern()
    }

    pub(super) fn mode(&self) -> SelectorMode {
        self.rule.tags().mode()
    }

    /// Some checks read a pattern as what the author wants covered.
    pub(super) fn is_matching(&self) -> bool {
        self.mode() == SelectorMode::Matching
    }
}

/// Everything a check may look at.
pub(super) struct Scene<'a> {
    pub(super) rules: &'a CompiledRules,
    pub(super) raw: &'a [Rule],
    pub(super) index: Option<&'a TagIndex>,
    pub(super) capabilities: &'a Capabilities,
    pub(super) subjects: Vec<Subject<'a>>,
    pub(super) matches: &'a mut Matches,
    moving: Option<&'a MovingTags>,
}

impl<'a> Scene<'a> {
    fn new(
        rules: &'a CompiledRules,
        raw: &'a [Rule],
        index: Option<&'a TagIndex>,
        capabilities: &'a Capabilities,
        matches: &'a mut Matches,
    ) -> Self {
        let mut subjects = Vec::new();
        for (place, slot) in rules.in_force() {
            let Ok(rule) = &slot.compiled else { continue };
            let of_tags = index.filter(|_| !rule.compares_other_parts());
            let names = of_tags.and_then(|index| matches.of(index, rule.tags().pattern(), &never).ok());
            subjects.push(Subject { place, rule, names });
        }
        Self { rules, raw, index, capabilities, subjects, matches, moving: None }
    }

    /// The existing tags that move.
    pub(super) fn moving(&self) -> Option<&'a MovingTags> {
        self.moving
    }

    /// Which names a pattern matches, when there are names.
    pub(super) fn bits(&mut self, pattern: &Pattern) -> Option<Arc<NameBits>> {
        self.matches.of(self.index?, pattern, &never).ok()
    }

    /// The fixes in their order, those first after which no existing tag is matched no more. One that
    /// leaves none is no help where another leaves some.
    pub(super) fn none_lost_first(&self, fixes: Vec<Fix>, subject: &Subject<'_>) -> Vec<Fix> {
        let Some((index, names)) = self.index.zip(subject.names.as_ref()) else { return fixes };
        let now = names.rows(index);
        let matches = |fix: &Fix| match fix {
            Fix::ReplacePattern { matches, .. } => *matches,
            _ => now,
        };
        let (mut fixes, fewer): (Vec<Fix>, Vec<Fix>) = fixes.into_iter().partition(|fix| matches(fix) >= now);
        fixes.extend(fewer.into_iter().filter(|fix| matches(fix) > 0));
        fixes
    }

    /// How many tags a pattern matches; none when there are no tags to look at.
    pub(super) fn rows(&mut self, pattern: &Pattern) -> u32 {
        let Some(index) = self.index else { return 0 };
        self.matches.of(index, pattern, &never).map_or(0, |bits| bits.rows(index))
    }

    /// Offers `text` as a replacement, if it is a pattern and not too long for the server.
    pub(super) fn replacement(&mut self, dialect: Dialect, text: &str) -> Option<Fix> {
        let limit = self.capabilities.pattern_characters.unwrap_or(u32::MAX);
        if text.chars().count() > limit as usize {
            return None;
        }
        let pattern = Pattern::compile(dialect, text).ok()?;
        let meaning = crate::blocks::Block::read(dialect, text);
        Some(Fix::ReplacePattern { pattern: text.to_owned(), meaning, matches: self.rows(&pattern) })
    }
}

fn never() -> bool {
    false
}

pub(super) fn finding(rule: u32, severity: Severity, what: What, fixes: Vec<Fix>) -> Finding {
    Finding { what, severity, rule: Some(rule), fixes }
}
