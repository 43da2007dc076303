//! Building blocks written as globs.

use crate::blocks::{Block, BlockProblem, list};
use crate::pattern::{Dialect, Pattern};

/// Longest text of sets that is written for a hash or a date.
const LONGEST: usize = 128;

/// The glob that says this.
///
/// # Errors
/// Why one glob cannot.
pub(super) fn write(block: &Block, dialect: Dialect) -> Result<String, BlockProblem> {
    match block {
        Block::AnyOf { texts } => list::write(texts, dialect),
        other => write_one(&other.normalised(), dialect).ok_or(BlockProblem::Unsayable),
    }
}

/// The block that the glob says, as far as its signs alone tell.
pub(super) fn read(dialect: Dialect, text: &str) -> Option<Block> {
    let below = text.strip_suffix("/**").filter(|folder| !folder.is_empty() && !folder.ends_with('/'));
    match below.filter(|folder| !folder.contains(['*', '?', '[', '{', '}', '\\'])) {
        Some(folder) => Some(Block::Below { text: folder.to_owned() }),
        None => list::read(dialect, text).map(|texts| Block::AnyOf { texts }),
    }
}

fn write_one(block: &Block, dialect: Dialect) -> Option<String> {
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
        Block::Below { text } if text.is_empty() || text.ends_with('/') => return None,
        Block::Below { text } => format!("{}/**", escape(text)),
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
        Block::AnyOf { .. } | Block::SemanticVersion { .. } | Block::CommitSha { .. } => return None,
        Block::Everything => "**".to_owned(),
    };
    says(block, dialect, &text).then_some(text)
}

/// Whether the server makes of the text what was meant.
fn says(block: &Block, dialect: Dialect, text: &str) -> bool {
    let Ok(pattern) = Pattern::compile(dialect, text) else { return false };
    let names: &[String] = match block {
        Block::IsExactly { text } => std::slice::from_ref(text),
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
