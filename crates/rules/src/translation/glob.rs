//! Globs in fields where the server reads something else.

use super::{Foreign, Syntax, translation};
use crate::pattern::{Dialect, Pattern};

/// The text as a glob in a dialect that reads none.
pub(super) fn foreign(dialect: Dialect, text: &str) -> Option<Foreign> {
    if !has_signs(dialect, text) {
        return None;
    }
    let meant = Pattern::compile(Dialect::Harbor, text).ok()?;
    if meant.malformed().is_some() {
        return None;
    }
    let written = match dialect {
        Dialect::Gitlab => meant.as_re2().map(|whole| without_needless_ends(&whole)),
        Dialect::GitlabCleanup => meant.as_re2().map(|whole| inner(&whole).to_owned()),
        Dialect::Prefix => {
            let start = text.trim_end_matches('*');
            (!start.is_empty() && !start.contains(['*', '?', '[', '{'])).then(|| start.to_owned())
        }
        Dialect::Ecr | Dialect::EcrFilters | Dialect::Harbor | Dialect::Harbor11 => None,
    };
    let translation = written.and_then(|written| translation(dialect, written, &meant));
    Some(Foreign { syntax: Syntax::Glob, meant, translation, certain: true })
}

/// An expression without its `^` and `$`.
fn inner(whole: &str) -> &str {
    let inner = whole.strip_prefix('^').unwrap_or(whole);
    inner.strip_suffix('$').unwrap_or(inner)
}

/// The same where the server searches: an anchor beside "any text" says nothing.
fn without_needless_ends(whole: &str) -> String {
    let inner = inner(whole);
    let start = if inner.starts_with(".*") { "" } else { "^" };
    let end = if inner.ends_with(".*") && !inner.ends_with("\\.*") { "" } else { "$" };
    format!("{start}{inner}{end}")
}

/// Whether the text reads as a glob and not as what the dialect reads.
fn has_signs(dialect: Dialect, text: &str) -> bool {
    let is_glob = |c: char| c.is_ascii_alphanumeric() || "._-*?[]{},!".contains(c);
    if text.is_empty() || !text.chars().all(is_glob) {
        return false;
    }
    if dialect == Dialect::Prefix {
        return text.contains('*');
    }
    let bytes = text.as_bytes();
    let mut repeats_any = false;
    let mut found = false;
    for (at, byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at).copied());
        match (byte, before) {
            // To RE2 there is nothing to repeat.
            (b'*' | b'?', None) => found = true,
            (b'*' | b'?', Some(b'.')) => repeats_any = true,
            // RE2 repeats the character before it, which nobody means of a whole word.
            (b'*', Some(before)) if before.is_ascii_alphanumeric() || b"-_*".contains(&before) => {
                found = true
            }
            (b'?', Some(before)) if before.is_ascii_alphanumeric() => found |= is_last_or_wild(bytes, at),
            (b'{', _) => found |= opens_list(text.get(at..).unwrap_or_default()),
            (b'!', Some(b'[')) => found = true,
            _ => {}
        }
    }
    // `v.*` is an expression. `v*.*` is one as well, but one that matches everything.
    found && (!repeats_any || bytes.first() == Some(&b'*') || text.contains("*."))
}

/// `v?` and `v??`, but not the optional `v` of `v?1`.
fn is_last_or_wild(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_none_or(|next| b"?*".contains(next))
}

/// Braces around a list, which RE2 reads as plain text.
fn opens_list(text: &str) -> bool {
    let Some((inside, _)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
        return false;
    };
    let is_count = inside.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    inside.contains(',') && !is_count
}
