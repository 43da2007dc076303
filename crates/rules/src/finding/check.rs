//! Runs every check and puts what they find in order.

use std::sync::Arc;

use crate::capabilities::Capabilities;
use crate::finding::{
    Finding, Fix, Severity, What, cleanup, given_up, glob, limits, moving, pairs, repositories, shape,
};
use crate::pattern::{Dialect, Pattern};
use crate::preview::{Matches, NameBits, TagIndex};
use crate::rule::{Rule, SelectorMode};
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
    findings_with(rules, raw, index, capabilities, &mut Matches::default())
}

/// The same, keeping what patterns match from one call to the next. `matches` belongs to `index`.
pub fn findings_with(
    rules: &CompiledRules,
    raw: &[Rule],
    index: Option<&TagIndex>,
    capabilities: &Capabilities,
    matches: &mut Matches,
) -> Vec<Finding> {
    let mut scene = Scene::new(rules, raw, index.filter(|index| !index.is_empty()), capabilities, matches);
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
    let every = shape::check_every_tag(scene, &subject, found);
    if !every {
        shape::check_nothing(scene, &subject, found);
        shape::check_anchors(scene, &subject, found);
        cleanup::check(scene, &subject, found);
        shape::check_dots(scene, &subject, found);
    }
    moving::check(scene, &subject, found);
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

    /// Most checks read a pattern as what the author wants covered.
    pub(super) fn is_matching(&self) -> bool {
        self.rule.tags().mode() == SelectorMode::Matching
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
        Self { rules, raw, index, capabilities, subjects, matches }
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
