//! Patterns one edit wider than the one that was written, as text, so that they can be offered.

use regex_syntax::ast::{self, AssertionKind, Ast, LiteralKind};

use crate::pattern::{Dialect, Pattern};
use crate::preview::near::Why;

/// The characters that people put between the parts of a tag.
pub(crate) const SEPARATORS: [char; 3] = ['.', '-', '_'];

/// Most variants tried: each of them runs over tags on every keystroke.
const MOST_VARIANTS: usize = 16;

/// One wider pattern, and what it gives up.
#[derive(Clone, Debug)]
pub(crate) struct Relaxed {
    pub(crate) why: Why,
    pub(crate) pattern: Pattern,
}

/// A pattern and its wider variants.
pub(crate) struct Relaxations {
    /// One edit each.
    pub(crate) single: Vec<Relaxed>,
    /// All edits at once: whatever this leaves out, no single one lets in.
    pub(crate) all: Option<Pattern>,
}

/// Replaces the bytes `start..end` of the pattern.
#[derive(Clone, Debug)]
struct Edit {
    start: usize,
    end: usize,
    /// What stands there when this edit is made alone.
    text: String,
    /// What stands there when all edits are made together; `None`: another edit covers the place.
    together: Option<String>,
    why: Why,
}

/// Finds the variants of `pattern` that the server would accept.
pub(crate) fn relaxations(pattern: &Pattern) -> Relaxations {
    let text = pattern.text();
    let mut edits = edits_of(text, pattern.dialect());
    edits.truncate(MOST_VARIANTS);
    let compile = |text: &str| Pattern::compile(pattern.dialect(), text).ok();
    let folds_case = pattern.dialect().is_re2() && !text.contains("(?i");
    let mut single = Vec::new();
    if folds_case && let Some(pattern) = compile(&format!("(?i){text}")) {
        single.push(Relaxed { why: Why::Case, pattern });
    }
    for edit in &edits {
        let mut relaxed = text.to_owned();
        relaxed.replace_range(edit.start..edit.end, &edit.text);
        if let Some(pattern) = compile(&relaxed) {
            single.push(Relaxed { why: edit.why.clone(), pattern });
        }
    }
    let prefix = if folds_case { "(?i)" } else { "" };
    let all = compile(&format!("{prefix}{}", apply_together(text, &edits)));
    Relaxations { single, all }
}

fn apply_together(text: &str, edits: &[Edit]) -> String {
    let mut together: Vec<(usize, usize, &str)> = edits
        .iter()
        .filter_map(|edit| edit.together.as_deref().map(|text| (edit.start, edit.end, text)))
        .collect();
    together.sort_by_key(|(start, end, _)| (*start, *end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut copied = 0;
    for (start, end, replacement) in together {
        if start < copied {
            continue;
        }
        out.push_str(text.get(copied..start).unwrap_or_default());
        out.push_str(replacement);
        copied = end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

fn edits_of(text: &str, dialect: Dialect) -> Vec<Edit> {
    let mut edits = Vec::new();
    match dialect {
        Dialect::Gitlab | Dialect::GitlabCleanup => {
            if let Ok(ast) = ast::parse::Parser::new().parse(text) {
                re2_edits(&ast, text, dialect, &mut edits);
            }
        }
        Dialect::Ecr | Dialect::Harbor | Dialect::Harbor11 => {
            edits.extend((!text.ends_with('*')).then(|| insertion(text.len(), "*", Why::TextAfter)));
            edits.extend((!text.starts_with('*')).then(|| insertion(0, "*", Why::TextBefore)));
        }
        // Every filter of the list by itself.
        Dialect::EcrFilters => {
            let mut start = 0;
            for filter in text.split(',') {
                let end = start + filter.len();
                edits.extend((!filter.ends_with('*')).then(|| insertion(end, "*", Why::TextAfter)));
                edits.extend((!filter.starts_with('*')).then(|| insertion(start, "*", Why::TextBefore)));
                start = end + 1;
            }
        }
        // A text that names start with has nothing that could be left out.
        Dialect::Prefix => {}
    }
    edits
}

fn re2_edits(ast: &Ast, text: &str, dialect: Dialect, edits: &mut Vec<Edit>) {
    if dialect == Dialect::GitlabCleanup {
        edits.push(insertion(text.len(), ".*", Why::TextAfter));
        edits.push(insertion(0, ".*", Why::TextBefore));
    } else {
        anchor_edits(ast, edits);
    }
    prefix_edit(ast, text, edits);
    separator_edits(ast, text, edits);
}

fn insertion(at: usize, text: &str, why: Why) -> Edit {
    Edit { start: at, end: at, text: text.to_owned(), together: Some(text.to_owned()), why }
}

/// Anchors at the two ends of the whole pattern.
fn anchor_edits(ast: &Ast, edits: &mut Vec<Edit>) {
    let Ast::Concat(concat) = ast else { return };
    let removal = |item: &Ast, why: Why| {
        let (start, end) = (item.span().start.offset, item.span().end.offset);
        Edit { start, end, text: String::new(), together: Some(String::new()), why }
    };
    if let Some(last) = concat.asts.last()
        && is_assertion(last, &[AssertionKind::EndLine, AssertionKind::EndText])
    {
        edits.push(removal(last, Why::TextAfter));
    }
    if let Some(first) = concat.asts.first()
        && is_assertion(first, &[AssertionKind::StartLine, AssertionKind::StartText])
    {
        edits.push(removal(first, Why::TextBefore));
    }
}

/// `^v\d` also without the `v`.
fn prefix_edit(ast: &Ast, text: &str, edits: &mut Vec<Edit>) {
    let Ast::Concat(concat) = ast else { return };
    let anchored = |item: &&Ast| is_assertion(item, &[AssertionKind::StartLine, AssertionKind::StartText]);
    let rest = concat.asts.iter().skip(usize::from(concat.asts.first().as_ref().is_some_and(anchored)));
    let letters: Vec<&Ast> = rest.take_while(|item| literal(item).is_some_and(char::is_alphabetic)).collect();
    let (Some(first), Some(last)) = (letters.first(), letters.last()) else { return };
    let (start, end) = (first.span().start.offset, last.span().end.offset);
    // Without the anchor, or with nothing after the letters, leaving them out says something else.
    if start == 0 || end + 1 >= text.len() {
        return;
    }
    let Some(word) = text.get(start..end) else { return };
    let optional = if letters.len() == 1 { format!("{word}?") } else { format!("(?:{word})?") };
    let why = Why::PrefixMissing { text: word.to_owned() };
    edits.push(Edit { start, end, together: Some(optional.clone()), text: optional, why });
}

fn separator_edits(ast: &Ast, text: &str, edits: &mut Vec<Edit>) {
    match ast {
        Ast::Group(group) => separator_edits(&group.ast, text, edits),
        Ast::Alternation(alternation) => {
            alternation.asts.iter().for_each(|ast| separator_edits(ast, text, edits));
        }
        Ast::Concat(concat) => {
            for pair in concat.asts.windows(2) {
                if let [left, right] = pair
                    && is_seam(left, right)
                {
                    edits.push(insertion(left.span().end.offset, "[._-]?", Why::SeparatorExtra));
                }
            }
            concat.asts.iter().for_each(|ast| separator_edits(ast, text, edits));
        }
        Ast::Repetition(repetition) if matches!(*repetition.ast, Ast::Group(_)) => {
            separator_edits(&repetition.ast, text, edits);
        }
        Ast::Literal(_) => separator_edit(ast, text, edits),
        _ => {}
    }
}

fn separator_edit(ast: &Ast, text: &str, edits: &mut Vec<Edit>) {
    let Some(separator) = literal(ast).filter(|c| SEPARATORS.contains(c)) else { return };
    let (start, end) = (ast.span().start.offset, ast.span().end.offset);
    let Some(written) = text.get(start..end) else { return };
    edits.push(Edit {
        start,
        end,
        text: format!("{written}?"),
        together: Some("[._-]?".to_owned()),
        why: Why::SeparatorMissing { separator },
    });
    edits.push(Edit {
        start,
        end,
        text: "[._-]".to_owned(),
        together: None,
        why: Why::SeparatorDiffers { separator },
    });
}

/// Where a letter meets something that is not one literal character: people like a separator there.
fn is_seam(left: &Ast, right: &Ast) -> bool {
    let letter = |ast: &Ast| literal(ast).is_some_and(char::is_alphanumeric);
    let varies = |ast: &Ast| {
        matches!(ast, Ast::Repetition(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) | Ast::Group(_))
    };
    (letter(left) && varies(right)) || (varies(left) && letter(right)) || (is_group(left) && varies(right))
}

fn is_group(ast: &Ast) -> bool {
    matches!(ast, Ast::Group(_))
}

fn is_assertion(ast: &Ast, kinds: &[AssertionKind]) -> bool {
    matches!(ast, Ast::Assertion(assertion) if kinds.contains(&assertion.kind))
}

fn literal(ast: &Ast) -> Option<char> {
    match ast {
        Ast::Literal(literal) if matches!(literal.kind, LiteralKind::Verbatim | LiteralKind::Meta) => {
            Some(literal.c)
        }
        _ => None,
    }
}
