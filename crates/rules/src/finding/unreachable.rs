//! Parts of patterns that no name can reach: `+`, spaces and slashes are in no tag, and no tag starts
//! with a dot or a dash.

use regex_syntax::ast::{self, Ast, ClassPerlKind, RepetitionKind, RepetitionRange};

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::entries::Entries;
use crate::finding::{Finding, Fix, Severity, What};
use crate::pattern::{Dialect, Pattern};
use crate::rule::{RulePart, SelectorMode};
use crate::tag::is_tag_byte;

/// Parts told of one pattern.
const MOST_TOLD: usize = 3;

/// A part of a text that no tag can reach.
#[derive(Clone, Debug)]
struct Dead {
    start: usize,
    end: usize,
    /// The character that no tag has; `None`: another reason.
    character: Option<char>,
}

/// Whether the pattern as a whole was told to be out of reach.
pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) -> bool {
    let pattern = subject.pattern().clone();
    let text = pattern.text().to_owned();
    let mut dead =
        if pattern.dialect().is_re2() { dead_in_expression(&pattern) } else { dead_entries(&pattern) };
    if pattern.matches_no_tag() == Some(true) {
        // White space and what is malformed have findings of their own.
        dead.truncate(1);
        let Some(part) = dead.into_iter().next().or_else(|| impossible_start(&pattern)) else { return false };
        let part = Dead { start: 0, end: text.len(), ..part };
        tell(scene, subject, &text, &part, found);
        return true;
    }
    for part in dead.into_iter().take(MOST_TOLD) {
        tell(scene, subject, &text, &part, found);
    }
    false
}

fn tell(scene: &mut Scene<'_>, subject: &Subject<'_>, text: &str, part: &Dead, found: &mut Vec<Finding>) {
    let whole = part.start == 0 && part.end == text.len();
    let dialect = subject.pattern().dialect();
    let mut texts = Vec::new();
    match part.character {
        Some(character) => texts.extend(mended(dialect, text, character)),
        // `^-rc`: where the server searches, the start can be left open.
        None if dialect == Dialect::Gitlab => texts.extend(text.strip_prefix('^').map(str::to_owned)),
        None => {}
    }
    if !whole {
        texts.extend(without(dialect, text, part));
    }
    let mut fixes: Vec<Fix> = Vec::new();
    for text in texts {
        let reaches =
            Pattern::compile(dialect, &text).is_ok_and(|fixed| fixed.matches_no_tag() == Some(false));
        if reaches {
            fixes.extend(scene.replacement(dialect, &text).filter(|fix| !fixes.contains(fix)));
        }
    }
    let what = What::Unreachable {
        part: RulePart::Tags,
        text: text.get(part.start..part.end).unwrap_or(text).to_owned(),
        character: part.character.map(String::from),
        whole,
        excluding: subject.mode() == SelectorMode::Excluding,
    };
    let fixes = scene.none_lost_first(fixes, subject);
    found.push(finding(subject.place, Severity::Warning, what, fixes));
}

fn is_in_tags(character: char) -> bool {
    u8::try_from(character).is_ok_and(is_tag_byte)
}

/// What the author most likely means by a character that no tag has.
fn mended(dialect: Dialect, text: &str, character: char) -> Option<String> {
    match character {
        // Helm and others write the build of a version so.
        '+' if dialect.is_re2() => Some(text.replace("\\+", "_").replace("[+]", "_")),
        '+' => Some(text.replace('+', "_")),
        c if c.is_whitespace() => Some(text.chars().filter(|c| !c.is_whitespace()).collect()),
        // The repository stands in front of the tag.
        ':' | '/' | '@' => {
            let (start, rest) = match text.strip_prefix('^') {
                Some(rest) => ("^", rest),
                None => ("", text),
            };
            let last = rest.rsplit([':', '/', '@']).next().filter(|last| !last.is_empty())?;
            (!rest.contains(['(', '{', '['])).then(|| format!("{start}{last}"))
        }
        _ => None,
    }
    .filter(|mended| mended != text)
}

/// The text without the part, which changes nothing of what it matches.
fn without(dialect: Dialect, text: &str, part: &Dead) -> Option<String> {
    if !dialect.is_re2() {
        let entries = Entries::of(dialect, text)?;
        let gone = text.get(part.start..part.end)?;
        let texts: Vec<String> = entries.texts.into_iter().filter(|entry| entry != gone).collect();
        return crate::blocks::Block::AnyOf { texts }.write(dialect);
    }
    let (before, after) = (text.get(..part.start)?, text.get(part.end..)?);
    let (before, after) = match (before.strip_suffix('|'), after.strip_prefix('|')) {
        (Some(before), _) => (before, after),
        (None, Some(after)) => (before, after),
        (None, None) => (before, after),
    };
    let shorter = format!("{before}{after}");
    let (old, new) = (Pattern::compile(dialect, text).ok()?, Pattern::compile(dialect, &shorter).ok()?);
    (old.covers(&new)? && new.covers(&old)?).then_some(shorter)
}

/// Entries of lists, or the whole text, that hold a character which no tag has.
fn dead_entries(pattern: &Pattern) -> Vec<Dead> {
    let (dialect, text) = (pattern.dialect(), pattern.text());
    if dialect == Dialect::Prefix {
        let character = text.chars().find(|c| !is_in_tags(*c));
        return character.map(|_| Dead { start: 0, end: text.len(), character }).into_iter().collect();
    }
    let Some(entries) = Entries::of(dialect, text) else { return Vec::new() };
    let mut dead = Vec::new();
    let mut at = if entries.texts.len() > 1 && dialect.is_glob() { 1 } else { 0 };
    for entry in &entries.texts {
        let (start, end) = (at, at + entry.len());
        at = end + 1;
        let empty = || {
            let compiled = Pattern::compile(entries.dialect, entry).ok();
            compiled.is_some_and(|one| one.malformed().is_none() && one.matches_no_tag() == Some(true))
        };
        let character = literal_of_no_tag(entry);
        let suspicious = character.is_some() || entry.starts_with(['-', '.']);
        if suspicious && empty() && !entry.contains(char::is_whitespace) {
            dead.push(Dead { start, end, character });
        }
    }
    dead
}

/// A character of a glob that stands for itself and is in no tag.
fn literal_of_no_tag(glob: &str) -> Option<char> {
    let mut rest = glob.chars();
    let mut inside = false;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                if let Some(escaped) = rest.next().filter(|c| !is_in_tags(*c)) {
                    return Some(escaped);
                }
            }
            '[' => inside = true,
            ']' => inside = false,
            '*' | '?' | '{' | '}' | ',' => {}
            c if !inside && !is_in_tags(c) => return Some(c),
            _ => {}
        }
    }
    None
}

/// A whole pattern that no tag can match because of how it begins.
fn impossible_start(pattern: &Pattern) -> Option<Dead> {
    let text = pattern.text();
    let bare =
        text.trim_start_matches("\\A").trim_start_matches(['^', '(', '{', '\\']).trim_start_matches("?:");
    let whole_names = pattern.dialect() != Dialect::Gitlab || text.starts_with(['^', '\\']);
    let separator = bare.trim_start_matches('\\').starts_with(['-', '.']) && !bare.starts_with(".*");
    let glob_dot = !pattern.dialect().is_re2() && bare.starts_with('.');
    let re2_dot = pattern.dialect().is_re2() && bare.starts_with('.') && !text.contains("\\.");
    let starts = whole_names && (glob_dot || (separator && !re2_dot));
    starts.then_some(Dead { start: 0, end: text.len(), character: None })
}

/// Optional parts and alternatives of an expression.
fn dead_in_expression(pattern: &Pattern) -> Vec<Dead> {
    let text = pattern.text();
    // RE2's own syntax apart, both readers read the same.
    let Ok(read) = ast::parse::Parser::new().parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(dead) = walk(&read, text, &mut found) {
        return vec![dead];
    }
    found
}

/// Collects what can be left out without a loss; answers with the part that makes all of it dead.
fn walk(ast: &Ast, text: &str, found: &mut Vec<Dead>) -> Option<Dead> {
    let span = ast.span();
    let here = |character| Some(Dead { start: span.start.offset, end: span.end.offset, character });
    match ast {
        Ast::Literal(literal) => (!is_in_tags(literal.c)).then(|| here(Some(literal.c))).flatten(),
        Ast::ClassPerl(class) if class.kind == ClassPerlKind::Space && !class.negated => here(Some(' ')),
        Ast::ClassBracketed(class) => {
            let written = text.get(span.start.offset..span.end.offset)?;
            let none = Pattern::compile(Dialect::Gitlab, written).ok()?.matches_no_tag() == Some(true);
            let first = written.trim_start_matches(['[', '\\']).chars().next();
            (none && !class.negated).then(|| here(first.filter(|c| !is_in_tags(*c)))).flatten()
        }
        Ast::Group(group) => walk(&group.ast, text, found).and_then(|dead| here(dead.character)),
        Ast::Concat(concat) => {
            let mut inner = Vec::new();
            for ast in &concat.asts {
                if let Some(dead) = walk(ast, text, &mut inner) {
                    return here(dead.character);
                }
            }
            found.append(&mut inner);
            None
        }
        Ast::Alternation(alternation) => {
            let mut inner = Vec::new();
            let mut dead = Vec::new();
            for ast in &alternation.asts {
                dead.extend(walk(ast, text, &mut inner).map(|cause| {
                    let span = ast.span();
                    Dead { start: span.start.offset, end: span.end.offset, ..cause }
                }));
            }
            if dead.len() == alternation.asts.len() {
                return here(dead.first().and_then(|dead| dead.character));
            }
            found.append(&mut dead);
            found.append(&mut inner);
            None
        }
        Ast::Repetition(repetition) => {
            let optional = match &repetition.op.kind {
                RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => true,
                RepetitionKind::OneOrMore => false,
                RepetitionKind::Range(range) => matches!(
                    range,
                    RepetitionRange::Exactly(0)
                        | RepetitionRange::AtLeast(0)
                        | RepetitionRange::Bounded(0, _)
                ),
            };
            let dead = walk(&repetition.ast, text, found)?;
            if !optional {
                return here(dead.character);
            }
            found.extend(here(dead.character));
            None
        }
        _ => None,
    }
}
