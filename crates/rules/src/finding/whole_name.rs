//! Starts of names, written where the server compares whole names: `dev-` means the tag `dev-` alone.

use crate::blocks::shape::{DIGITS, Node, Times, read};
use crate::finding::check::{Scene, Subject, finding};
use crate::finding::entries::Entries;
use crate::finding::limits::existing;
use crate::finding::{Finding, Severity, What};
use crate::pattern::{Dialect, Pattern};
use crate::rule::SelectorMode;

/// Entries of a list that are looked at.
const MOST_ENTRIES: usize = 24;
/// Entries named in one finding.
const MOST_NAMED: usize = 5;

pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) -> bool {
    let pattern = subject.pattern();
    let Some(entries) = Entries::of(pattern.dialect(), pattern.text()) else { return false };
    let starts: Vec<Option<Start>> =
        entries.texts.iter().take(MOST_ENTRIES).map(|text| Start::of(scene, entries.dialect, text)).collect();
    let told: Vec<&Start> = starts.iter().flatten().collect();
    let Some(severity) = told.iter().map(|start| start.severity).max() else { return false };
    let opened = |wanted: &dyn Fn(&Start) -> bool| {
        let texts = entries.texts.iter().enumerate().map(|(place, text)| match starts.get(place) {
            Some(Some(start)) if wanted(start) => start.open.clone(),
            _ => text.clone(),
        });
        entries.join(texts.collect())
    };
    let mut fixes: Vec<_> = scene.replacement(pattern.dialect(), &opened(&|_| true)).into_iter().collect();
    let few = opened(&|start| start.severity == Severity::Warning);
    if severity == Severity::Warning && told.iter().any(|start| start.severity < severity) {
        fixes.extend(scene.replacement(pattern.dialect(), &few));
    }
    let what = What::ExactNamesOnly {
        entries: told.iter().map(|start| start.text.clone()).take(MOST_NAMED).collect(),
        example: told.iter().find_map(|start| start.example.clone()),
        beyond: told.iter().map(|start| start.beyond).fold(0, u32::saturating_add),
        excluding: subject.mode() == SelectorMode::Excluding,
        cleanup: pattern.dialect() == Dialect::GitlabCleanup,
    };
    let fixes = scene.none_lost_first(fixes, subject);
    found.push(finding(subject.place, severity, what, fixes));
    true
}

/// The text with an open end, where it looks like a start.
pub(super) fn start(scene: &mut Scene<'_>, dialect: Dialect, text: &str) -> Option<String> {
    Start::of(scene, dialect, text)
        .filter(|start| start.severity == Severity::Warning)
        .map(|start| start.open)
}

/// An entry that names only whole tags where a start seems meant.
struct Start {
    text: String,
    /// The same with any text behind it.
    open: String,
    severity: Severity,
    /// Tags that exist, start so and are not matched.
    beyond: u32,
    example: Option<String>,
}

impl Start {
    fn of(scene: &mut Scene<'_>, dialect: Dialect, text: &str) -> Option<Self> {
        let literal = is_literal(dialect, text);
        let seen = Seen::of(scene, text, literal);
        // Most entries are names as they stand, or have an open end already.
        if seen.is_some_and(|seen| literal && (seen.exact || !seen.beyond)) && !may_be_start(text) {
            return None;
        }
        let exact = Pattern::compile(dialect, text).ok()?;
        let open = open_end(dialect, text);
        let opened = Pattern::compile(dialect, &open).ok()?;
        if exact.matches_no_tag() == Some(true) || exact.covers(&opened) == Some(true) {
            return None;
        }
        let sign = sign(dialect, text, &exact);
        if sign.is_none() && !Seen::with(scene, &exact, &opened, text).beyond {
            return None;
        }
        let (now, then) = (scene.rows(&exact), scene.rows(&opened));
        let beyond = then.saturating_sub(now);
        let severity = match (now, beyond, sign) {
            // Nothing that exists is matched, and what starts so exists.
            (0, 1.., _) => Severity::Warning,
            (_, 1.., Some(Sign::Clear)) => Severity::Warning,
            (1.., 0, Some(_)) => Severity::Note,
            (0, 0, Some(Sign::Clear)) => Severity::Warning,
            (0, 0, Some(Sign::Weak)) => Severity::Note,
            // Most of what starts so is left out. A plain name is meant as it stands.
            (1.., 1.., _) if beyond > now && !literal => Severity::Note,
            _ => return None,
        };
        let names = scene.bits(&opened);
        let hit = scene.index.zip(names).and_then(|(index, names)| {
            existing(index, &names, |tag| !exact.is_match(tag)).map(str::to_owned)
        });
        let example = hit.or_else(|| probable(&exact, &opened));
        Some(Self { text: text.to_owned(), open, severity, beyond, example })
    }
}

/// Whether the text stands for itself, character for character.
fn is_literal(dialect: Dialect, text: &str) -> bool {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || (c == '.' && !dialect.is_re2());
    text.chars().all(plain)
}

/// A plain text that hardly any tag is named.
fn may_be_start(text: &str) -> bool {
    text.ends_with(['-', '_', '.']) || text.eq_ignore_ascii_case("v")
}

/// What there is among the tags that exist, at a glance.
#[derive(Clone, Copy)]
struct Seen {
    /// A tag that is matched.
    exact: bool,
    /// One that only starts so.
    beyond: bool,
}

impl Seen {
    /// For a plain text; `None`: it is none, or there are no tags.
    fn of(scene: &Scene<'_>, text: &str, literal: bool) -> Option<Self> {
        let index = scene.index.filter(|_| literal)?;
        let beyond = index.names_from(text).take(2).any(|name| name != text);
        Some(Self { exact: index.contains(text), beyond })
    }

    /// For any pattern, looking at the first names that start as its text does.
    fn with(scene: &Scene<'_>, exact: &Pattern, opened: &Pattern, text: &str) -> Self {
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_' || *c == '-';
        let start: String = text.trim_start_matches('^').chars().take_while(plain).collect();
        // A sign behind the last character may repeat it, or leave it out.
        let start = start.get(..start.len().saturating_sub(1)).unwrap_or_default();
        let start = if text.contains(['|', '(']) { "" } else { start };
        let mut seen = Self { exact: false, beyond: false };
        for name in scene.index.into_iter().flat_map(|index| index.names_from(start).take(MOST_LOOKED_AT)) {
            if exact.is_match(name) {
                seen.exact = true;
            } else if opened.is_match(name) {
                seen.beyond = true;
                break;
            }
        }
        seen
    }
}

/// Names looked at for a first impression.
const MOST_LOOKED_AT: usize = 2_000;

/// A tag that starts so and is not matched, as one might exist.
fn probable(exact: &Pattern, opened: &Pattern) -> Option<String> {
    let shortest = exact.shortest_tags(1).pop()?;
    let ends = if shortest.ends_with(|c: char| c.is_ascii_digit()) { [".1", "-1"] } else { ["1", "-1"] };
    let longer = ends.map(|end| format!("{shortest}{end}"));
    let fits = |tag: &&String| opened.is_match(tag) && !exact.is_match(tag) && crate::tag::is_valid_tag(tag);
    longer.iter().find(fits).cloned().or_else(|| opened.tags_beyond(exact, 1)?.pop())
}

/// The text with any text behind it.
fn open_end(dialect: Dialect, text: &str) -> String {
    if dialect.is_re2() { format!("{text}.*") } else { format!("{text}*") }
}

/// How clearly a text looks like a start.
#[derive(Clone, Copy)]
enum Sign {
    Clear,
    Weak,
}

fn sign(dialect: Dialect, text: &str, exact: &Pattern) -> Option<Sign> {
    let tied = dialect.is_re2() && (text.starts_with('^') || text.starts_with("\\A"));
    let closed = text.ends_with('$') || text.ends_with("\\z");
    if closed {
        return None;
    }
    if tied || ends_with_separator(exact) {
        return Some(Sign::Clear);
    }
    let nodes = nodes(dialect, text)?;
    match nodes.as_slice() {
        [Node::Text(text)] if text.eq_ignore_ascii_case("v") => Some(Sign::Clear),
        // `v[0-9]` has ten tags.
        [Node::Text(text), Node::Chars(DIGITS, Times::ONCE)] if !text.contains('.') => Some(Sign::Clear),
        [Node::Text(text), Node::Chars(DIGITS, Times::SOME)] if text.eq_ignore_ascii_case("v") => {
            Some(Sign::Weak)
        }
        _ => None,
    }
}

/// Whether all its tags end with a separator, as hardly any tag does.
fn ends_with_separator(exact: &Pattern) -> bool {
    let separator = Pattern::compile(Dialect::Gitlab, "[-._]$");
    separator.is_ok_and(|separator| separator.covers(exact) == Some(true))
}

/// The pieces between the ends of the name.
fn nodes(dialect: Dialect, text: &str) -> Option<Vec<Node>> {
    let nodes = read(dialect, text)?.nodes;
    Some(nodes.into_iter().filter(|node| !matches!(node, Node::Start | Node::End)).collect())
}
