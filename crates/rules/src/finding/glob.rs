//! Globs that the server saves without a look, and that do not do what their author seems to mean.

use crate::blocks::Block;
use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Fix, Severity, What};
use crate::pattern::{Dialect, Mark, MarkKind, Pattern, Verdict, marks};
use crate::rule::RulePart;

pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if subject.pattern().dialect().is_glob() {
        check_form(scene, subject, found);
    }
    let repositories =
        subject.rule.repositories().map(|selector| (RulePart::Repositories, selector.pattern()));
    for (part, pattern) in repositories.into_iter().chain([(RulePart::Tags, subject.pattern())]) {
        if pattern.dialect().is_glob() {
            let mut look = Look { scene, pattern, part };
            let told = [look.white_space(), look.commas(), look.stars(), look.lost()];
            found.extend(
                told.into_iter()
                    .flatten()
                    .map(|(severity, what, fixes)| finding(subject.place, severity, what, fixes)),
            );
        }
    }
}

/// One pattern of a rule, and what may be looked at beside it.
struct Look<'l, 's> {
    scene: &'l mut Scene<'s>,
    pattern: &'l Pattern,
    part: RulePart,
}

type Told = Option<(Severity, What, Vec<Fix>)>;

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

impl Look<'_, '_> {
    fn white_space(&mut self) -> Told {
        let text = self.pattern.text();
        if !text.contains(char::is_whitespace) {
            return None;
        }
        let without: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        Some((Severity::Warning, What::WhiteSpace { part: self.part }, self.offer(&without)))
    }

    /// `a,b` where `{a,b}` is meant.
    fn commas(&mut self) -> Told {
        let text = self.pattern.text();
        let is_bare = |mark: &Mark| mark.kind == MarkKind::Comma && mark.depth == 0;
        let commas: Vec<usize> =
            marks(text).iter().filter(|mark| is_bare(mark)).map(|mark| mark.at).collect();
        if commas.is_empty() {
            return None;
        }
        let dialect = self.pattern.dialect();
        let mut texts = Vec::new();
        let mut start = 0;
        for end in commas.into_iter().chain([text.len()]) {
            let part = text.get(start..end).unwrap_or_default().trim();
            match Block::read(dialect, part) {
                Some(Block::AnyOf { texts: inner }) => texts.extend(inner),
                _ if part.is_empty() => {}
                _ => texts.push(part.to_owned()),
            }
            start = end + 1;
        }
        // Braces cannot say every list.
        let list = Block::AnyOf { texts }.write(dialect);
        let fixes = list.map_or_else(Vec::new, |list| self.offer(&list));
        Some((Severity::Warning, What::BareComma { part: self.part }, fixes))
    }

    /// `{**,x}` where more than one segment is meant.
    fn stars(&mut self) -> Told {
        let text = self.pattern.text();
        let marks = marks(text);
        let between = |mark: Option<&Mark>, at: usize| {
            mark.is_some_and(|mark| mark.at == at && !matches!(mark.kind, MarkKind::Star))
        };
        let segment = |four: &[Mark]| match four {
            [before, one, two, after] => {
                (one.kind, two.kind) == (MarkKind::Star, MarkKind::Star)
                    && one.depth > 0
                    // Behind a slash they do what they do elsewhere.
                    && before.kind != MarkKind::Slash
                    && two.at == one.at + 1
                    && between(Some(before), one.at - 1)
                    && between(Some(after), two.at + 1)
            }
            _ => false,
        };
        let places: Vec<usize> =
            marks.windows(4).filter(|four| segment(four)).filter_map(|four| Some(four.get(1)?.at)).collect();
        if places.is_empty() {
            return None;
        }
        let mut plain = text.to_owned();
        for place in places.into_iter().rev() {
            plain.remove(place);
        }
        Some((Severity::Note, What::DoubleStarInBraces { part: self.part }, self.offer(&plain)))
    }

    /// `{app,app/x}`, which does not match `app`.
    fn lost(&mut self) -> Told {
        let dialect = self.pattern.dialect();
        let without = without_slashes(self.pattern.text())?;
        let meant = Pattern::compile(dialect, &without).ok()?;
        let lost = meant.tags_beyond(self.pattern, 1).and_then(|tags| tags.into_iter().next());
        let example = lost.filter(|tag| self.pattern.verdict(tag) == Verdict::No)?;
        // Tags have no slash; of repositories the others would be lost instead.
        let fixes = if self.part == RulePart::Tags { self.offer(&without) } else { Vec::new() };
        Some((Severity::Warning, What::AlternativeLost { part: self.part, example }, fixes))
    }

    /// `text` as a fix, when it is a sound pattern.
    fn offer(&mut self, text: &str) -> Vec<Fix> {
        let dialect: Dialect = self.pattern.dialect();
        let sound = !text.is_empty()
            && Pattern::compile(dialect, text).is_ok_and(|pattern| pattern.malformed().is_none());
        match self.part {
            _ if !sound => Vec::new(),
            RulePart::Tags => self.scene.replacement(dialect, text).into_iter().collect(),
            RulePart::Repositories => vec![Fix::ReplaceRepositories { pattern: text.to_owned() }],
        }
    }
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
