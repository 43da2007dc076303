//! doublestar's rules followed literally: for any name, in any order of trying, with its errors
//! only where matching gets to them. Slow, and what all faster ways are held against.
//!
//! A text that takes many steps is remembered, so that stars side by side do not take for ever. That
//! changes no answer: each depends on what is left of the pattern and of the name alone.

use std::collections::HashMap;

use super::text::{Class, NO_CHARACTER, alternatives, can_be_empty, find_unescaped, first_character, split};
use super::{Malformed, Release};
use crate::pattern::Verdict;

/// After so many steps answers are kept.
const QUICK: u32 = 5_000;

/// What the release says of a name.
pub(super) fn verdict(release: Release, pattern: &[u8], name: &[u8]) -> Verdict {
    let segments = split(name, b'/', release);
    let answer = match release {
        Release::Recent => {
            Recent { segments, steps: 0, in_segments: HashMap::new(), over_paths: HashMap::new() }
                .path(pattern, 0)
        }
        Release::Older => {
            let parts = split(pattern, b'/', release);
            let mut older =
                Older { parts, segments, steps: 0, known: HashMap::new(), over_paths: HashMap::new() };
            older.path(0, 0)
        }
    };
    match answer {
        Ok(true) => Verdict::Match,
        Ok(false) => Verdict::No,
        Err(Malformed) => Verdict::Error,
    }
}

/// What one segment of a name leaves of a pattern: `None`, it does not match; no text at all, the
/// pattern ends with it; else what the next segments have to match, one text after the other.
type Left = Option<Vec<Vec<u8>>>;

struct Recent<'n> {
    segments: Vec<&'n [u8]>,
    steps: u32,
    in_segments: HashMap<(Vec<u8>, usize, usize), Result<Left, Malformed>>,
    over_paths: HashMap<(Vec<u8>, usize), Result<bool, Malformed>>,
}

impl Recent<'_> {
    /// Matches the segments from `at` on.
    fn path(&mut self, pattern: &[u8], at: usize) -> Result<bool, Malformed> {
        self.steps += 1;
        if self.steps < QUICK {
            return self.path_anew(pattern, at);
        }
        let key = (pattern.to_vec(), at);
        if let Some(known) = self.over_paths.get(&key) {
            return *known;
        }
        let answer = self.path_anew(pattern, at);
        self.over_paths.insert(key, answer);
        answer
    }

    fn path_anew(&mut self, pattern: &[u8], at: usize) -> Result<bool, Malformed> {
        let last = at + 1 == self.segments.len();
        let slash = find_unescaped(pattern, b'/');
        if pattern.get(..slash.unwrap_or(pattern.len())) == Some(b"**") {
            let Some(slash) = slash else { return Ok(true) };
            let rest = pattern.get(slash + 1..).unwrap_or_default();
            // An error behind it is not passed on.
            return Ok((at..self.segments.len()).any(|from| self.path(rest, from) == Ok(true)));
        }
        let name = self.segments.get(at).copied().unwrap_or_default();
        let Some(left) = self.segment(pattern, at, name)? else { return Ok(false) };
        if last {
            return Ok(left.is_empty());
        }
        for rest in left {
            if self.path(&rest, at + 1)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Matches `name`, the end of the segment `at`, with the pattern up to its next slash.
    fn segment(&mut self, pattern: &[u8], at: usize, name: &[u8]) -> Result<Left, Malformed> {
        self.steps += 1;
        if self.steps < QUICK {
            return self.segment_anew(pattern, at, name);
        }
        let key = (pattern.to_vec(), at, name.len());
        if let Some(known) = self.in_segments.get(&key) {
            return known.clone();
        }
        let answer = self.segment_anew(pattern, at, name);
        self.in_segments.insert(key, answer.clone());
        answer
    }

    fn segment_anew(&mut self, pattern: &[u8], at: usize, name: &[u8]) -> Result<Left, Malformed> {
        let (mut pattern, mut name) = (pattern, name);
        while !pattern.is_empty() && !name.is_empty() {
            let (mark, width) = first_character(pattern);
            let (character, taken) = first_character(name);
            let rest = pattern.get(width..).unwrap_or_default();
            pattern = match mark {
                '/' => return Ok(None),
                '\\' => match after_escape(rest, character)? {
                    Some(rest) => rest,
                    None => return Ok(None),
                },
                '*' if rest.is_empty() => return Ok(Some(Vec::new())),
                '*' if rest.starts_with(b"/") => {
                    return Ok(Some(vec![rest.get(1..).unwrap_or_default().to_vec()]));
                }
                '*' => {
                    while !name.is_empty() {
                        if let Some(left) = self.segment(rest, at, name)? {
                            return Ok(Some(left));
                        }
                        name = name.get(first_character(name).1..).unwrap_or_default();
                    }
                    return Ok(None);
                }
                '[' => {
                    let (class, rest) = Class::read(rest)?;
                    if !class.has(character) {
                        return Ok(None);
                    }
                    rest
                }
                '{' => return self.any(rest, at, name),
                _ if mark == '?' || mark == character => rest,
                _ => return Ok(None),
            };
            name = name.get(taken..).unwrap_or_default();
        }
        if name.is_empty() { at_end(pattern) } else { Ok(None) }
    }

    /// All the alternatives that match leave what they leave.
    fn any(&mut self, list: &[u8], at: usize, name: &[u8]) -> Result<Left, Malformed> {
        let (parts, after) = alternatives(list, Release::Recent)?;
        let mut all: Left = None;
        for part in parts {
            let Some(left) = self.segment(&[part, after].concat(), at, name)? else { continue };
            let all = all.get_or_insert_default();
            for rest in left {
                // The same text again gives the same answer again.
                if !all.contains(&rest) {
                    all.push(rest);
                }
            }
        }
        Ok(all)
    }
}

/// What is left where the segment has ended with `pattern` still to match.
fn at_end(pattern: &[u8]) -> Result<Left, Malformed> {
    let slash = find_unescaped(pattern, b'/');
    let here = pattern.get(..slash.unwrap_or(pattern.len())).unwrap_or_default();
    if !can_be_empty(here)? {
        return Ok(None);
    }
    Ok(Some(slash.map(|slash| pattern.get(slash + 1..).unwrap_or_default().to_vec()).into_iter().collect()))
}

/// What follows an escaped character, when it is this one. At the end of the text there is none.
fn after_escape(text: &[u8], character: char) -> Result<Option<&[u8]>, Malformed> {
    match first_character(text) {
        (NO_CHARACTER, _) => Err(Malformed),
        (escaped, width) => Ok((escaped == character).then(|| text.get(width..).unwrap_or_default())),
    }
}

/// The older release goes through a pattern's segments side by side with the name's.
struct Older<'n> {
    parts: Vec<&'n [u8]>,
    segments: Vec<&'n [u8]>,
    steps: u32,
    known: HashMap<(Vec<u8>, usize, usize), Result<bool, Malformed>>,
    over_paths: HashMap<(usize, usize), Result<bool, Malformed>>,
}

impl Older<'_> {
    /// Matches the segments from `at` on with the parts from `part` on.
    fn path(&mut self, part: usize, at: usize) -> Result<bool, Malformed> {
        if let Some(known) = self.over_paths.get(&(part, at)) {
            return *known;
        }
        let answer = self.path_anew(part, at);
        self.over_paths.insert((part, at), answer);
        answer
    }

    fn path_anew(&mut self, part: usize, at: usize) -> Result<bool, Malformed> {
        let (mut part, mut at) = (part, at);
        while let (Some(pattern), Some(name)) =
            (self.parts.get(part).copied(), self.segments.get(at).copied())
        {
            if pattern == b"**" {
                let rest = part + 1;
                if rest == self.parts.len() {
                    return Ok(true);
                }
                return Ok((at..self.segments.len()).any(|from| self.path(rest, from) == Ok(true)));
            }
            let matches = match name {
                b"" => matches!(pattern, b"" | b"*"),
                name => self.segment(pattern, at, name)?,
            };
            if !matches {
                return Ok(false);
            }
            (part, at) = (part + 1, at + 1);
        }
        Ok(part == self.parts.len() && at == self.segments.len())
    }

    /// Matches `name`, the end of the segment `at` and not empty.
    fn segment(&mut self, pattern: &[u8], at: usize, name: &[u8]) -> Result<bool, Malformed> {
        self.steps += 1;
        if self.steps < QUICK {
            return self.segment_anew(pattern, at, name);
        }
        let key = (pattern.to_vec(), at, name.len());
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let answer = self.segment_anew(pattern, at, name);
        self.known.insert(key, answer);
        answer
    }

    fn segment_anew(&mut self, pattern: &[u8], at: usize, name: &[u8]) -> Result<bool, Malformed> {
        let (mut pattern, mut name) = (pattern, name);
        while !pattern.is_empty() && !name.is_empty() {
            let (mark, width) = first_character(pattern);
            let (character, taken) = first_character(name);
            let rest = pattern.get(width..).unwrap_or_default();
            pattern = match mark {
                '\\' => match after_escape(rest, character)? {
                    Some(rest) => rest,
                    None => return Ok(false),
                },
                '*' if rest.is_empty() => return Ok(true),
                '*' => {
                    // It goes on by the width of the first character, also where others are wider.
                    while !name.is_empty() {
                        if self.segment(rest, at, name) == Ok(true) {
                            return Ok(true);
                        }
                        name = name.get(taken..).unwrap_or_default();
                    }
                    return Ok(false);
                }
                '[' => {
                    let (class, rest) = Class::read(rest)?;
                    if !class.has(character) {
                        return Ok(false);
                    }
                    rest
                }
                '{' => {
                    let (parts, after) = alternatives(rest, Release::Older)?;
                    for part in parts {
                        if self.segment(&[part, after].concat(), at, name)? {
                            return Ok(true);
                        }
                    }
                    return Ok(false);
                }
                _ if mark == '?' || mark == character => rest,
                _ => return Ok(false),
            };
            name = name.get(taken..).unwrap_or_default();
        }
        Ok(name.is_empty() && matches!(pattern, b"" | b"*" | b"**"))
    }
}
