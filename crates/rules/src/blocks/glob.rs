//! Building blocks written as globs.

use crate::blocks::Block;
use crate::pattern::{Dialect, Pattern};

/// Longest text of sets that is written for a hash or a date.
const LONGEST: usize = 128;

/// The glob that says this; `None` where one glob cannot.
pub(super) fn write(block: &Block, dialect: Dialect) -> Option<String> {
    let text = match block {
        // An empty pattern matches everything.
        Block::IsExactly { text } => escape(text),
        // A star does not pass a slash.
        Block::StartsWith { text } | Block::EndsWith { text } | Block::Contains { text }
            if text.contains('/') =>
        {
            return None;
        }
        Block::StartsWith { text } => format!("{}*", escape(text)),
        Block::EndsWith { text } => format!("*{}", escape(text)),
        Block::Contains { text } => format!("*{}*", escape(text)),
        Block::AnyOf { texts } => {
            let parts: Vec<String> = texts.iter().map(|text| escape(text)).collect();
            format!("{{{}}}", parts.join(","))
        }
        Block::Date { prefix, dashes: false } => format!("{}{}", escape(prefix), digits(8)),
        Block::Date { prefix, dashes: true } => {
            format!("{}{}-{}-{}", escape(prefix), digits(4), digits(2), digits(2))
        }
        Block::CommitSha { prefix, least, most } if least == most => {
            let sets = "[0-9a-f]".repeat(*least as usize);
            if sets.len() > LONGEST {
                return None;
            }
            format!("{}{sets}", escape(prefix))
        }
        // A glob knows no "one or more".
        Block::SemanticVersion { .. } | Block::CommitSha { .. } => return None,
        Block::Everything => "**".to_owned(),
    };
    says(block, dialect, &text).then_some(text)
}

/// Whether the server makes of the text what was meant: braces lose some lists.
fn says(block: &Block, dialect: Dialect, text: &str) -> bool {
    let Ok(pattern) = Pattern::compile(dialect, text) else { return false };
    let names: &[String] = match block {
        Block::IsExactly { text } => std::slice::from_ref(text),
        Block::AnyOf { texts } => texts,
        _ => &[],
    };
    let nothing = names.iter().any(String::is_empty);
    !nothing && pattern.malformed().is_none() && names.iter().all(|name| pattern.is_match(name))
}

fn digits(count: usize) -> String {
    "[0-9]".repeat(count)
}

/// Plain text as a glob, inside of braces too.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '?' | '[' | '{' | '}' | ',') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
