//! Patterns that do not say what their author seems to mean.

use regex_syntax::ast::{self, Ast, ClassPerlKind};
use regex_syntax::hir::Look;

use crate::blocks::shape::{DIGITS, Node, Times, read};
use crate::blocks::{Block, escape};
use crate::finding::check::{Scene, Subject, finding};
use crate::finding::limits::{MOST_LOOKED_AT, existing};
use crate::finding::{Finding, Fix, Severity, What};
use crate::pattern::Pattern;
use crate::preview::{NameBits, near_misses};
use crate::rule::SelectorMode;
use crate::tag::is_valid_tag;
use crate::translation;

/// `v*` and its kind. Whether it was one of them.
pub(super) fn check_every_tag(
    scene: &mut Scene<'_>,
    subject: &Subject<'_>,
    found: &mut Vec<Finding>,
) -> bool {
    let pattern = subject.pattern();
    if pattern.matches_every_tag() != Some(true) {
        return false;
    }
    let dialect = pattern.dialect();
    // Whoever writes `.*` means it.
    let meant = Block::read(dialect, pattern.text()) == Some(Block::Everything);
    if meant && dialect.is_glob() {
        // There it is how a rule for whole repositories is written.
        return true;
    }
    let repeated = if meant { None } else { repeated_text(pattern) };
    let mut texts = match &repeated {
        Some(text) => {
            let text = escape(text);
            vec![format!("^{text}.*"), format!("^{text}\\d+"), format!("^{text}$")]
        }
        None if meant || !dialect.is_re2() => Vec::new(),
        None => vec![format!("^(?:{})$", pattern.text())],
    };
    // `v*.*`: a glob with more than the one star.
    if !meant && repeated.is_none() {
        let translated = translation::foreign(dialect, pattern.text()).and_then(|one| one.translation);
        texts.splice(0..0, translated.map(|translated| translated.pattern));
    }
    let fixes = texts.iter().filter_map(|text| narrower(scene, pattern, text)).collect();
    let severity = if meant { Severity::Note } else { Severity::Warning };
    found.push(finding(subject.place, severity, What::MatchesEveryTag { repeated }, fixes));
    true
}

fn narrower(scene: &mut Scene<'_>, pattern: &Pattern, text: &str) -> Option<Fix> {
    let compiled = Pattern::compile(pattern.dialect(), text).ok()?;
    if compiled.matches_every_tag() == Some(true) {
        return None;
    }
    scene.replacement(pattern.dialect(), text)
}

/// The character before a lone `*`, e.g. `v` in `v*`.
fn repeated_text(pattern: &Pattern) -> Option<String> {
    let shape = read(pattern.dialect(), pattern.text())?;
    match shape.nodes.as_slice() {
        [Node::Chars(set, Times::ANY)] | [Node::Start, Node::Chars(set, Times::ANY)]
            if set.count_ones() == 1 =>
        {
            u8::try_from(set.trailing_zeros()).ok().map(|byte| char::from(byte).to_string())
        }
        _ => None,
    }
}

/// Rules that match nothing, today or ever.
pub(super) fn check_nothing(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if !matches!(subject.mode(), SelectorMode::Matching | SelectorMode::Excluding) {
        return;
    }
    let never = subject.pattern().matches_no_tag() == Some(true);
    let today = subject.names.as_ref().is_some_and(|names| scene.index.is_some() && names.count() == 0);
    if never || today {
        let severity = if never { Severity::Warning } else { Severity::Note };
        let what = What::MatchesNothing { never, excluding: !subject.is_matching() };
        let fixes = near(scene, subject).into_iter().collect();
        found.push(finding(subject.place, severity, what, fixes));
    }
}

/// A pattern one edit away that matches tags that exist, e.g. in the other case.
fn near(scene: &mut Scene<'_>, subject: &Subject<'_>) -> Option<Fix> {
    let (index, names) = (scene.index?, subject.names.as_ref()?);
    let near = near_misses(index, subject.pattern(), names, 1, &|| false).ok()?;
    let text = near.list.into_iter().find_map(|miss| miss.suggestion)?;
    scene.replacement(subject.pattern().dialect(), &text)
}

/// Patterns without any anchor, in a dialect that searches anywhere.
pub(super) fn check_anchors(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    let Some(hir) = pattern.hir() else { return };
    let looks = hir.properties().look_set();
    let anchored = looks.contains(Look::Start) || looks.contains(Look::End);
    let open_on_purpose = pattern.text().starts_with(".*");
    if anchored || open_on_purpose || !subject.is_matching() {
        return;
    }
    let hit = subject.names.as_ref().and_then(|names| unmeant_hit(scene, pattern, names));
    let (example, exists) = match hit {
        Some(example) => (example, true),
        None => match possible_hit(pattern) {
            Some(example) => (example, false),
            None => return,
        },
    };
    let fixes = anchor_fixes(scene, pattern);
    let severity = if exists { Severity::Warning } else { Severity::Note };
    found.push(finding(subject.place, severity, What::NotAnchored { example, exists }, fixes));
}

/// Of the tags matched away from their start, the one that looks least meant.
fn unmeant_hit(scene: &Scene<'_>, pattern: &Pattern, names: &NameBits) -> Option<String> {
    let index = scene.index?;
    let mut best: Option<(u8, &str)> = None;
    for name in names.ones().take(MOST_LOOKED_AT) {
        let tag = index.name(name);
        let score = oddness(pattern, tag);
        if score > best.map_or(0, |(held, _)| held) {
            best = Some((score, tag));
        }
    }
    best.map(|(_, tag)| tag.to_owned())
}

/// 0: matched at the start. The more a match cuts words apart, the higher.
fn oddness(pattern: &Pattern, tag: &str) -> u8 {
    let Some(range) = pattern.find(tag) else { return 0 };
    let bytes = tag.as_bytes();
    let word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    if range.start == 0 {
        return 0;
    }
    let cuts_before = word(range.start.checked_sub(1)) && word(Some(range.start));
    let goes_on = bytes.get(range.end).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'));
    1 + u8::from(goes_on) + 2 * u8::from(cuts_before)
}

fn possible_hit(pattern: &Pattern) -> Option<String> {
    let shortest = pattern.shortest_tags(1).into_iter().next()?;
    ["dev", "my-", "x"]
        .iter()
        .map(|before| format!("{before}{shortest}"))
        .find(|tag| is_valid_tag(tag) && pattern.find(tag).is_some_and(|range| range.start > 0))
}

/// The same with anchors, those that keep most tags first.
fn anchor_fixes(scene: &mut Scene<'_>, pattern: &Pattern) -> Vec<Fix> {
    let text = pattern.text();
    let grouped = if text.contains('|') { format!("(?:{text})") } else { text.to_owned() };
    // No tag starts with a separator, so such a pattern cannot mean a prefix.
    let starts_with_separator =
        text.trim_start_matches('\\').starts_with(['-', '.', '_']) && !text.starts_with('.');
    let texts = if starts_with_separator {
        vec![format!("{grouped}\\.?\\d*$"), format!("{grouped}$")]
    } else {
        vec![format!("^{grouped}"), format!("^{grouped}$")]
    };
    let mut fixes: Vec<Fix> =
        texts.iter().filter_map(|text| scene.replacement(pattern.dialect(), text)).collect();
    let kept = |fix: &Fix| match fix {
        Fix::ReplacePattern { matches, .. } => *matches,
        _ => 0,
    };
    fixes.sort_by_key(|fix| std::cmp::Reverse(kept(fix)));
    // What matches fewer tags than now is never the first advice: "anywhere" can be said, too.
    let now = scene.rows(pattern);
    if fixes.first().is_some_and(|best| kept(best) < now) {
        fixes.splice(0..0, scene.replacement(pattern.dialect(), &format!(".*{grouped}")));
    }
    fixes
}

/// `1.0` where `1\.0` is meant.
pub(super) fn check_dots(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let pattern = subject.pattern();
    if !pattern.dialect().is_re2() {
        return;
    }
    let Some(text) = escape_dots(pattern.text()) else { return };
    let Ok(meant) = Pattern::compile(pattern.dialect(), &text) else { return };
    let because_of_dot = |tag: &str| pattern.is_match(tag) && !meant.is_match(tag);
    let hit = match (scene.index, &subject.names) {
        (Some(index), Some(names)) => existing(index, names, because_of_dot).map(str::to_owned),
        _ => None,
    };
    let severity = if hit.is_some() { Severity::Warning } else { Severity::Note };
    let possible = || {
        let shortest = meant.shortest_tags(1).into_iter().next()?;
        let instead = |other: &str| shortest.replacen('.', other, 1);
        ["x", "-", "0"].into_iter().map(instead).find(|tag| is_valid_tag(tag) && because_of_dot(tag))
    };
    let Some(example) = hit.or_else(possible) else { return };
    let fixes = scene.replacement(pattern.dialect(), &text).into_iter().collect();
    found.push(finding(subject.place, severity, What::UnescapedDot { example }, fixes));
}

/// The text with every dot between digits escaped; `None` when there is none.
fn escape_dots(text: &str) -> Option<String> {
    let ast = ast::parse::Parser::new().parse(text).ok()?;
    let mut places = Vec::new();
    dots_between_digits(&ast, &mut places);
    if places.is_empty() {
        return None;
    }
    places.sort_unstable();
    let mut escaped = text.to_owned();
    for place in places.into_iter().rev() {
        escaped.insert(place, '\\');
    }
    Some(escaped)
}

fn dots_between_digits(ast: &Ast, places: &mut Vec<usize>) {
    match ast {
        Ast::Concat(concat) => {
            for three in concat.asts.windows(3) {
                if let [left, Ast::Dot(dot), right] = three
                    && is_number(left)
                    && is_number(right)
                {
                    places.push(dot.start.offset);
                }
            }
            concat.asts.iter().for_each(|ast| dots_between_digits(ast, places));
        }
        Ast::Group(group) => dots_between_digits(&group.ast, places),
        Ast::Alternation(alternation) => {
            alternation.asts.iter().for_each(|ast| dots_between_digits(ast, places))
        }
        Ast::Repetition(repetition) => dots_between_digits(&repetition.ast, places),
        _ => {}
    }
}

fn is_number(ast: &Ast) -> bool {
    match ast {
        Ast::Literal(literal) => literal.c.is_ascii_digit(),
        Ast::ClassPerl(class) => class.kind == ClassPerlKind::Digit && !class.negated,
        Ast::ClassBracketed(_) => bracketed_digits(ast),
        Ast::Repetition(repetition) => is_number(&repetition.ast),
        Ast::Group(group) => is_number(&group.ast),
        _ => false,
    }
}

fn bracketed_digits(ast: &Ast) -> bool {
    read(crate::pattern::Dialect::Gitlab, &ast.to_string())
        .is_some_and(|shape| shape.nodes == [Node::Chars(DIGITS, Times::ONCE)])
}
