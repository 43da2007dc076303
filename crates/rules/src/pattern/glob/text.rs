//! How doublestar takes a pattern's text apart. Both releases look for their marks byte by byte, and
//! a mark counts as escaped when the byte before it is a backslash, even an escaped one.

use super::{Malformed, Release};

/// What bytes that are no UTF-8 read as, one at a time, and what there is where the text has ended.
pub(super) const NO_CHARACTER: char = char::REPLACEMENT_CHARACTER;

/// The first character and its width, as Go reads them.
pub(super) fn first_character(text: &[u8]) -> (char, usize) {
    match text.first() {
        None => (NO_CHARACTER, 0),
        Some(byte) if byte.is_ascii() => (char::from(*byte), 1),
        Some(_) => {
            let start = text.get(..text.len().min(4)).unwrap_or_default();
            let valid = start.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
            valid.map_or((NO_CHARACTER, 1), |character| (character, character.len_utf8()))
        }
    }
}

/// Where `mark` stands first without a backslash before it.
pub(super) fn find_unescaped(text: &[u8], mark: u8) -> Option<usize> {
    // What comes before the text handed in is not looked at, nor what was found escaped.
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(mark, text.get(from..)?)?;
        if at == from || text.get(at - 1) != Some(&b'\\') {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The parts between separators. The older release has no part after a separator at the end.
pub(super) fn split(text: &[u8], separator: u8, release: Release) -> Vec<&[u8]> {
    if !text.contains(&separator) {
        return vec![text];
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(at) = find_unescaped(rest, separator) else {
            parts.push(rest);
            return parts;
        };
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after.get(1..).unwrap_or_default();
    }
    if release == Release::Recent {
        parts.push(rest);
    }
    parts
}

/// The alternatives of a list, given what follows its `{`, and what follows its `}`.
pub(super) fn alternatives(text: &[u8], release: Release) -> Result<(Vec<&[u8]>, &[u8]), Malformed> {
    match release {
        Release::Recent => nested_alternatives(text),
        Release::Older => {
            let end = find_unescaped(text, b'}').ok_or(Malformed)?;
            let (list, after) = text.split_at(end);
            Ok((split(list, b',', release), after.get(1..).unwrap_or_default()))
        }
    }
}

fn nested_alternatives(text: &[u8]) -> Result<(Vec<&[u8]>, &[u8]), Malformed> {
    let (mut parts, mut start, mut depth, mut escaped) = (Vec::new(), 0, 1, false);
    for (at, byte) in text.iter().enumerate() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match byte {
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (*byte == b',' && depth == 1) {
            parts.push(text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        if depth == 0 {
            return Ok((parts, text.get(start..).unwrap_or_default()));
        }
    }
    Err(Malformed)
}

/// A set of characters in brackets.
pub(super) struct Class {
    others: bool,
    ranges: Vec<(char, char)>,
}

impl Class {
    /// Reads a set, given what follows its `[`, and answers with what follows its `]`.
    pub(super) fn read(text: &[u8]) -> Result<(Self, &[u8]), Malformed> {
        let end = find_unescaped(text, b']').ok_or(Malformed)?;
        let (inner, after) = text.split_at(end);
        Ok((Self::of(inner)?, after.get(1..).unwrap_or_default()))
    }

    fn of(inner: &[u8]) -> Result<Self, Malformed> {
        let mut rest = inner;
        let others = rest.first() == Some(&b'^');
        if others {
            rest = rest.get(1..).unwrap_or_default();
        } else if rest.is_empty() {
            return Err(Malformed);
        }
        let mut ranges = Vec::new();
        while !rest.is_empty() {
            let low = class_character(&mut rest)?;
            let mut high = low;
            if let Some(after) = rest.strip_prefix(b"-") {
                rest = after;
                high = class_character(&mut rest)?;
            }
            ranges.push((low, high));
        }
        Ok(Self { others, ranges })
    }

    pub(super) fn has(&self, character: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != self.others
    }
}

/// One end of a range. A dash has to be escaped.
fn class_character(rest: &mut &[u8]) -> Result<char, Malformed> {
    let mut take = || {
        let (character, width) = first_character(rest);
        *rest = rest.get(width..).unwrap_or_default();
        if width == 0 { Err(Malformed) } else { Ok(character) }
    };
    match take()? {
        '-' => Err(Malformed),
        '\\' => take(),
        other => Ok(other),
    }
}

/// Whether the recent release lets a segment end where this is left of its pattern.
pub(super) fn can_be_empty(text: &[u8]) -> Result<bool, Malformed> {
    if matches!(text, b"" | b"*" | b"**") {
        return Ok(true);
    }
    let Some(list) = text.strip_prefix(b"{") else { return Ok(false) };
    let (parts, after) = nested_alternatives(list)?;
    if !can_be_empty(after)? {
        return Ok(false);
    }
    for part in parts {
        if can_be_empty(part)? {
            return Ok(true);
        }
    }
    Ok(false)
}
