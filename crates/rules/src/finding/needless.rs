//! Rules that change nothing, because others do all they do: one of them, or several together.

use crate::blocks::Block;
use crate::finding::check::{Scene, Subject, finding};
use crate::finding::limits::MOST_LOOKED_AT;
use crate::finding::{Finding, Fix, Severity, What};
use crate::pattern::Pattern;
use crate::rule::{Blocks, Effect};
use crate::state::CompiledSelector;

/// What makes a rule needless.
enum Needless<'a, 'r> {
    /// Another with the same tags.
    Same(&'a Subject<'r>),
    /// Another with these tags and more.
    Inside(&'a Subject<'r>),
    /// Several others; none of them can be spared. Each with a tag that only it covers.
    Together(Vec<(&'a Subject<'r>, String)>),
}

/// Tells of needless rules, and which subjects they are. All of them can be deleted at once: none is
/// needless by another that is.
pub(super) fn check(scene: &Scene<'_>, found: &mut Vec<Finding>) -> Vec<bool> {
    let mut needless = vec![false; scene.subjects.len()];
    // Where the server may give up at a rule, an earlier one does what a later one does not.
    if scene.subjects.iter().any(|subject| subject.rule.may_err()) {
        return needless;
    }
    // Of two that do the same the later goes.
    for (place, subject) in scene.subjects.iter().enumerate().rev() {
        let others = scene.subjects.iter().zip(&needless).enumerate();
        let others: Vec<&Subject<'_>> = others
            .filter(|(other, (by, needless))| *other != place && !**needless && can_cover(by, subject))
            .map(|(_, (by, _))| by)
            .collect();
        let Some(reason) = reason(scene, subject, &others) else { continue };
        if let Some(flag) = needless.get_mut(place) {
            *flag = true;
        }
        if !told_as_duplicate(found, subject.place) {
            let what = tell(scene, subject, reason);
            found.push(finding(subject.place, Severity::Warning, what, vec![Fix::DeleteRule]));
        }
    }
    needless
}

fn told_as_duplicate(found: &[Finding], place: u32) -> bool {
    found.iter().any(|finding| {
        finding.rule == Some(place)
            && matches!(finding.what, What::DuplicatePattern { other_kind: false, .. })
    })
}

/// Whether `by` names tags, and holds wherever `rule` does.
fn can_cover(by: &Subject<'_>, rule: &Subject<'_>) -> bool {
    let (wide, narrow) = (by.rule.repositories(), rule.rule.repositories());
    by.is_matching()
        && (chooses_all(wide) || narrow.is_some_and(|narrow| wide.is_some_and(|w| w.says_as(narrow))))
}

fn chooses_all(repositories: Option<&CompiledSelector>) -> bool {
    repositories.is_none_or(CompiledSelector::is_everything)
}

fn reason<'a, 'r>(
    scene: &Scene<'_>,
    rule: &Subject<'r>,
    others: &[&'a Subject<'r>],
) -> Option<Needless<'a, 'r>> {
    // That a rule can match nothing at all is told as such.
    if !rule.is_matching() || rule.pattern().matches_no_tag() == Some(true) {
        return None;
    }
    let stricter = others.iter().find(|by| {
        at_least_as_strict(by.rule.effect(), rule.rule.effect())
            && surely_covers(by.pattern(), rule.pattern())
    });
    match stricter {
        Some(by) if can_cover(rule, by) && surely_covers(rule.pattern(), by.pattern()) => {
            Some(Needless::Same(by))
        }
        Some(by) => Some(Needless::Inside(by)),
        None => together(scene, rule, others).map(Needless::Together),
    }
}

fn tell(scene: &Scene<'_>, rule: &Subject<'_>, reason: Needless<'_, '_>) -> What {
    let example = || {
        let existing = scene.index.zip(rule.names.as_ref());
        let existing = existing.and_then(|(index, names)| names.ones().next().map(|name| index.name(name)));
        existing.map(str::to_owned).or_else(|| rule.pattern().shortest_tags(1).into_iter().next())
    };
    match reason {
        Needless::Same(by) => What::SameTags { with: by.place, example: example() },
        Needless::Inside(by) => What::Covered { by: by.place, example: example() },
        Needless::Together(parts) => {
            let (by, examples) = parts.into_iter().map(|(by, example)| (by.place, example)).unzip();
            What::CoveredTogether { by, examples }
        }
    }
}

/// An immutable rule is not stricter than a protected one: it lets anybody create a tag.
fn at_least_as_strict(one: Effect, other: Effect) -> bool {
    demands(other).iter().all(|demand| demand.is_met_by(one))
}

/// One thing that a rule sees to. Different rules may see to different ones for the same tag.
enum Demand {
    Push(Effect),
    Delete(Effect),
    Immutable(Blocks),
}

fn demands(effect: Effect) -> Vec<Demand> {
    match effect {
        Effect::Protect { .. } => vec![Demand::Push(effect), Demand::Delete(effect)],
        Effect::Immutable { blocks } => vec![Demand::Immutable(blocks)],
    }
}

impl Demand {
    fn is_met_by(&self, by: Effect) -> bool {
        match (self, by) {
            (Self::Push(Effect::Protect { push: needed, .. }), Effect::Protect { push, .. }) => {
                push >= *needed
            }
            (Self::Delete(Effect::Protect { delete: needed, .. }), Effect::Protect { delete, .. }) => {
                delete >= *needed
            }
            (Self::Immutable(needed), Effect::Immutable { blocks }) => {
                blocks == *needed || blocks == Blocks::OverwriteAndDelete
            }
            _ => false,
        }
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

/// Fewest of `others` that together do all that `rule` does, each with a tag that it alone covers.
fn together<'a, 'r>(
    scene: &Scene<'_>,
    rule: &Subject<'r>,
    others: &[&'a Subject<'r>],
) -> Option<Vec<(&'a Subject<'r>, String)>> {
    let cover = Cover { scene, rule, demands: demands(rule.rule.effect()) };
    let helps = |by: &&&'a Subject<'r>| cover.demands.iter().any(|one| one.is_met_by(by.rule.effect()));
    let mut parts: Vec<&'a Subject<'r>> = others.iter().filter(helps).copied().collect();
    if parts.len() < 2 || cover.left_out(&parts)?.is_some() {
        return None;
    }
    let mut kept = Vec::with_capacity(parts.len());
    // From the last on, so that the rules that come first are named.
    while let Some(part) = parts.pop() {
        let without: Vec<&Subject<'_>> =
            parts.iter().chain(kept.iter().map(|(part, _)| part)).copied().collect();
        if let Some(tag) = cover.left_out(&without)? {
            kept.push((part, tag));
        }
    }
    kept.reverse();
    Some(kept)
}

/// What has to be covered.
struct Cover<'a, 'r> {
    scene: &'a Scene<'a>,
    rule: &'a Subject<'r>,
    demands: Vec<Demand>,
}

impl Cover<'_, '_> {
    /// A tag of the rule for which the parts do not see to everything, one that exists if there is
    /// any; `Some(None)`: there is none; `None`: undecided.
    fn left_out(&self, parts: &[&Subject<'_>]) -> Option<Option<String>> {
        let covers = self.demands.iter().map(|demand| {
            let meeting = parts.iter().filter(|by| demand.is_met_by(by.rule.effect()));
            meeting.copied().collect::<Vec<_>>()
        });
        let covers: Vec<Vec<&Subject<'_>>> = covers.collect();
        if let Some(tag) = self.existing_left_out(&covers) {
            return Some(Some(tag));
        }
        let patterns = covers.iter().map(|cover| cover.iter().map(|by| by.pattern()).collect());
        let patterns: Vec<Vec<&Pattern>> = patterns.collect();
        Some(self.rule.pattern().tags_left_out(&patterns, 1)?.pop())
    }

    fn existing_left_out(&self, covers: &[Vec<&Subject<'_>>]) -> Option<String> {
        let (index, names) = (self.scene.index?, self.rule.names.as_ref()?);
        let covered = |name: u32| {
            covers
                .iter()
                .all(|cover| cover.iter().any(|by| by.names.as_ref().is_some_and(|bits| bits.get(name))))
        };
        let left_out = names.ones().take(MOST_LOOKED_AT).find(|name| !covered(*name))?;
        Some(index.name(left_out).to_owned())
    }
}
