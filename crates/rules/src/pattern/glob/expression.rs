//! A glob as a regular expression over tags, for what takes patterns apart.

use super::Release;
use super::text::{NO_CHARACTER, alternatives, find_unescaped, first_character};

/// An expression that should match the same tags; `None` where a glob's own ways have none. It is
/// for the caller to compare the two.
pub(super) fn write(release: Release, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("^.*$".to_owned());
    }
    let mut written = String::from("^");
    push(release, text.as_bytes(), &mut written)?;
    written.push('$');
    Some(written)
}

fn push(release: Release, text: &[u8], written: &mut String) -> Option<()> {
    let mut rest = text;
    while !rest.is_empty() {
        let (mark, width) = first_character(rest);
        rest = rest.get(width..)?;
        match mark {
            '*' => {
                while let Some(after) = rest.strip_prefix(b"*") {
                    rest = after;
                }
                written.push_str(".*");
            }
            '?' => written.push('.'),
            '[' => {
                let end = find_unescaped(rest, b']')?;
                let class = rest.get(..end)?;
                rest = rest.get(end + 1..)?;
                // The same class again is a count, as people read it.
                let mut times = 1;
                let again = [b"[", class, b"]"].concat();
                while let Some(after) = rest.strip_prefix(again.as_slice()) {
                    rest = after;
                    times += 1;
                }
                push_class(class, written)?;
                if times > 1 {
                    written.push_str(&format!("{{{times}}}"));
                }
            }
            '{' => {
                let (parts, after) = alternatives(rest, release).ok()?;
                written.push_str("(?:");
                for (number, part) in parts.into_iter().enumerate() {
                    written.push_str(if number == 0 { "" } else { "|" });
                    push(release, part, written)?;
                }
                written.push(')');
                rest = after;
            }
            '\\' => {
                let (escaped, width) = first_character(rest);
                rest = rest.get(width..)?;
                push_character(escaped, written)?;
            }
            other => push_character(other, written)?,
        }
    }
    Some(())
}

fn push_character(character: char, written: &mut String) -> Option<()> {
    if character == NO_CHARACTER || character == '/' {
        return None;
    }
    written.push_str(&crate::blocks::escape(character.encode_utf8(&mut [0; 4])));
    Some(())
}

/// Only letters, digits and what needs no escape in either language.
fn push_class(class: &[u8], written: &mut String) -> Option<()> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let (others, inner) = match class.strip_prefix(b"^") {
        Some(inner) => (true, inner),
        None => (false, class),
    };
    if inner.is_empty() || !inner.iter().all(plain) {
        return None;
    }
    written.push_str(if others { "[^" } else { "[" });
    written.push_str(std::str::from_utf8(inner).ok()?);
    written.push(']');
    Some(())
}
