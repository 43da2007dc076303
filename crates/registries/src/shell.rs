//! Words for shell lines that are shown.

/// A word for a POSIX shell. Inside single quotes nothing has a meaning but the quote itself.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
