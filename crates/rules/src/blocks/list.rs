//! Lists of globs: braces, where they say no more and no less than "one of these".

use crate::blocks::BlockProblem as Problem;
use crate::pattern::{Dialect, Pattern};

/// `{a,b}`; a list of one is that one.
///
/// # Errors
/// Why braces cannot say this list.
pub(super) fn write(entries: &[String], dialect: Dialect) -> Result<String, Problem> {
    let mut kept: Vec<&String> = Vec::with_capacity(entries.len());
    for entry in entries {
        if !kept.contains(&entry) {
            kept.push(entry);
        }
    }
    match kept.as_slice() {
        [] => Err(Problem::Empty),
        [only] => sound(only, dialect).map(|()| (*only).clone()),
        many => {
            check(many, dialect)?;
            let texts: Vec<&str> = many.iter().map(|entry| entry.as_str()).collect();
            Ok(format!("{{{}}}", texts.join(",")))
        }
    }
}

/// The entries of a text that is one pair of braces and says exactly what they say; at least two.
pub(crate) fn read(dialect: Dialect, text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let entries: Vec<String> = inner.split(',').map(str::to_owned).collect();
    let known: Vec<&String> = entries.iter().collect();
    let doubled = known.iter().enumerate().any(|(place, entry)| known.iter().take(place).any(|e| e == entry));
    (known.len() > 1 && !doubled && check(&known, dialect).is_ok()).then_some(entries)
}

/// Whether braces say the list.
fn check(entries: &[&String], dialect: Dialect) -> Result<(), Problem> {
    for entry in entries {
        sound(entry, dialect)?;
        let entry = || (*entry).clone();
        // To the older release even an escaped backslash escapes the comma or brace after it.
        if entry().ends_with('\\') {
            return Err(Problem::Malformed { entry: entry() });
        }
        if entry().contains('/') && dialect == Dialect::Harbor11 {
            return Err(Problem::Slash { entry: entry() });
        }
        // At the start of an alternative two stars do no more than one.
        if entry() == "**" || entry().starts_with("**/") {
            return Err(Problem::DoubleStar { entry: entry() });
        }
    }
    entries.iter().find_map(|entry| lost(entry, entries, dialect)).map_or(Ok(()), Err)
}

/// An entry by itself.
fn sound(entry: &str, dialect: Dialect) -> Result<(), Problem> {
    let of = || entry.to_owned();
    if entry.is_empty() {
        return Err(Problem::Empty);
    }
    if entry.contains(char::is_whitespace) {
        return Err(Problem::WhiteSpace { entry: of() });
    }
    if entry.contains([',', '{', '}']) {
        return Err(Problem::Braces { entry: of() });
    }
    match Pattern::compile(dialect, entry).map(|pattern| pattern.malformed()) {
        Ok(None) => Ok(()),
        _ => Err(Problem::Malformed { entry: of() }),
    }
}

/// Where one alternative ends and another goes on after a slash, the server asks for what comes after
/// the slash: a name that only the first one matches is lost.
fn lost(entry: &str, entries: &[&String], dialect: Dialect) -> Option<Problem> {
    if entry.contains('/') {
        return None;
    }
    let short = Pattern::compile(dialect, entry).ok()?;
    entries.iter().find_map(|other| {
        let (folder, _) = other.split_once('/')?;
        let folder = Pattern::compile(dialect, folder).ok()?;
        let both = short.common_tags(&folder, 1);
        both.is_none_or(|both| !both.is_empty())
            .then(|| Problem::Lost { entry: entry.to_owned(), by: (*other).clone() })
    })
}
