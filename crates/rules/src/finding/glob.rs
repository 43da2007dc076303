//! Globs that the server saves without a look, and that do not do what their author seems to mean.

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Severity, What};
use crate::pattern::{Dialect, Mark, MarkKind, Pattern, Verdict, marks};

pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if subject.pattern().dialect().is_glob() {
        check_form(scene, subject, found);
        check_white_space(scene, subject, found);
        check_commas(scene, subject, found);
        check_stars(scene, subject, found);
        check_lost(scene, subject, found);
    }
}

/// A text that makes the server err.
fn check_form(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    let Some(error) = pattern.malformed() else { return };
    let errs = |name: &&str| pattern.verdict(name) == Verdict::Error;
    let existing = scene.index.and_then(|index| index.names().find(errs)).map(str::to_owned);
    let exists = existing.is_some();
    let example = existing.or_else(|| pattern.erring_tags(1)?.pop());
    let severity = if exists { Severity::Incident } else { Severity::Warning };
    let fixes = error.suggestion.and_then(|text| scene.replacement(pattern.dialect(), &text));
    let what = What::MalformedPattern { problem: error.code, column: error.column, example, exists };
    found.push(finding(subject.place, severity, what, fixes.into_iter().collect()));
}

fn check_white_space(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    if !pattern.text().contains(char::is_whitespace) {
        return;
    }
    let without: String = pattern.text().chars().filter(|c| !c.is_whitespace()).collect();
    let fixes = offer(scene, pattern.dialect(), &without);
    found.push(finding(subject.place, Severity::Warning, What::WhiteSpace, fixes));
}

/// `a,b` where `{a,b}` is meant.
fn check_commas(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    let text = pattern.text();
    let is_bare = |mark: &Mark| mark.kind == MarkKind::Comma && mark.depth == 0;
    let commas: Vec<usize> = marks(text).iter().filter(|mark| is_bare(mark)).map(|mark| mark.at).collect();
    if commas.is_empty() {
        return;
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for end in commas.into_iter().chain([text.len()]) {
        parts.push(text.get(start..end).unwrap_or_default().trim());
        start = end + 1;
    }
    parts.retain(|part| !part.is_empty());
    let list = match parts.as_slice() {
        [only] => (*only).to_owned(),
        _ => format!("{{{}}}", parts.join(",")),
    };
    // Braces cannot say every list.
    let says = |list: &Pattern, part: &&str| {
        let part = Pattern::compile(pattern.dialect(), part).ok();
        part.and_then(|part| list.covers(&part)) == Some(true)
    };
    let compiled = Pattern::compile(pattern.dialect(), &list).ok();
    let sound = compiled.is_some_and(|compiled| parts.iter().all(|part| says(&compiled, part)));
    let fixes = if sound { offer(scene, pattern.dialect(), &list) } else { Vec::new() };
    found.push(finding(subject.place, Severity::Warning, What::BareComma, fixes));
}

/// `{**,x}` where more than one segment is meant.
fn check_stars(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    let marks = marks(pattern.text());
    let between = |mark: Option<&Mark>, at: usize| {
        mark.is_some_and(|mark| mark.at == at && !matches!(mark.kind, MarkKind::Star))
    };
    let segment = |four: &[Mark]| match four {
        [before, one, two, after] => {
            (one.kind, two.kind) == (MarkKind::Star, MarkKind::Star)
                && one.depth > 0
                && two.at == one.at + 1
                && between(Some(before), one.at - 1)
                && between(Some(after), two.at + 1)
        }
        _ => false,
    };
    let places: Vec<usize> =
        marks.windows(4).filter(|four| segment(four)).filter_map(|four| Some(four.get(1)?.at)).collect();
    if places.is_empty() {
        return;
    }
    let mut plain = pattern.text().to_owned();
    for place in places.into_iter().rev() {
        plain.remove(place);
    }
    let fixes = offer(scene, pattern.dialect(), &plain);
    found.push(finding(subject.place, Severity::Note, What::DoubleStarInBraces, fixes));
}

/// `{app,app/x}`, which does not match `app`.
fn check_lost(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    let Some(without) = without_slashes(pattern.text()) else { return };
    let Ok(meant) = Pattern::compile(pattern.dialect(), &without) else { return };
    let lost = meant.tags_beyond(pattern, 1).and_then(|tags| tags.into_iter().next());
    let Some(example) = lost.filter(|tag| pattern.verdict(tag) == Verdict::No) else { return };
    let fixes = offer(scene, pattern.dialect(), &without);
    found.push(finding(subject.place, Severity::Warning, What::AlternativeLost { example }, fixes));
}

/// The text without the alternatives that have a slash; `None` when there are none, or only such.
fn without_slashes(text: &str) -> Option<String> {
    let marks = marks(text);
    let mut kept = String::new();
    let mut start = 0;
    let (mut left, mut first) = (false, true);
    // Alternatives of the outermost braces, with the mark that begins and the one that ends each.
    let edges: Vec<&Mark> = marks
        .iter()
        .filter(|mark| match mark.kind {
            MarkKind::Open | MarkKind::Close => mark.depth == 0,
            MarkKind::Comma => mark.depth == 1,
            MarkKind::Slash | MarkKind::Star => false,
        })
        .collect();
    for two in edges.windows(2) {
        let [begin, end] = two else { continue };
        if begin.kind == MarkKind::Open {
            kept.push_str(text.get(start..=begin.at)?);
            first = true;
        }
        if begin.kind == MarkKind::Close {
            continue;
        }
        let slashed =
            marks.iter().any(|mark| mark.kind == MarkKind::Slash && (begin.at..end.at).contains(&mark.at));
        left |= slashed;
        if !slashed {
            kept.push_str(if first { "" } else { "," });
            kept.push_str(text.get(begin.at + 1..end.at)?);
            first = false;
        }
        if end.kind == MarkKind::Close && first {
            return None;
        }
        start = end.at;
    }
    kept.push_str(text.get(start..)?);
    left.then_some(kept)
}

/// `text` as a fix, when it is a sound pattern.
fn offer(scene: &mut Scene<'_>, dialect: Dialect, text: &str) -> Vec<crate::finding::Fix> {
    let sound = !text.is_empty()
        && Pattern::compile(dialect, text).is_ok_and(|pattern| pattern.malformed().is_none());
    if sound { scene.replacement(dialect, text).into_iter().collect() } else { Vec::new() }
}
