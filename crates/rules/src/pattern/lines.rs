//! A pattern over a text of names, one a line, in one pass.

use std::ops::Range;

use super::{Automaton, Needles, Pattern, Verdict};
use crate::tag::{has_tag_characters, is_tag_byte};

/// Text of so many bytes is searched in one of two ways.
const BLOCK: usize = 64 << 10;
/// A name and its newline, in bytes.
const TYPICAL: usize = 14;

impl Pattern {
    /// Calls `found` with the place of every name in `text` that the server matches, in order.
    ///
    /// Names end with a newline; the last one need not. Names outside the tag grammar, and bytes
    /// that are no UTF-8, are matched as they are.
    pub fn matching_lines(&self, text: &[u8], mut found: impl FnMut(Range<usize>)) {
        let Some(automaton) = self.automaton() else { return self.each_line(text, found) };
        let needles = self.needles();
        let mut at = 0;
        while at < text.len() {
            // Needles may lie thick in one block and far between in the next.
            let end = (at + BLOCK).min(text.len());
            // With its last newline: an empty name before it is a name too.
            let block = &text[..text.len().min(end_of_line(text, end - 1) + 1)];
            let rest = match needles {
                Some(needles) => self.needle_lines(needles, block, at, &mut found),
                None => at,
            };
            if holds_tags_only(&block[rest..]) {
                walk_lines(automaton, block, rest, &mut found);
            } else {
                self.each_line(&block[rest..], |name| found(name.start + rest..name.end + rest));
            }
            at = block.len();
        }
    }

    fn each_line(&self, text: &[u8], mut found: impl FnMut(Range<usize>)) {
        lines(text, |name| {
            if self.is_match_bytes(&text[name.clone()]) {
                found(name);
            }
        });
    }

    /// From needle to needle. Returns where it gave up, because most names hold one.
    fn needle_lines(
        &self,
        needles: &Needles,
        text: &[u8],
        from: usize,
        found: &mut impl FnMut(Range<usize>),
    ) -> usize {
        let (mut at, mut tried) = (from, 0);
        while let Some(place) = needles.next(text, at) {
            let start = at + memchr::memrchr(b'\n', &text[at..place]).map_or(0, |n| n + 1);
            let end = end_of_line(text, place);
            tried += 1;
            if self.is_match_bytes(&text[start..end]) {
                found(start..end);
            }
            at = end + 1;
            if at >= text.len() {
                break;
            }
            if Needles::too_many(tried, (at - from) / TYPICAL) {
                return at;
            }
        }
        text.len()
    }

    /// Whether it matches a name that need not be text.
    pub fn is_match_bytes(&self, name: &[u8]) -> bool {
        match self.automaton() {
            Some(automaton) if has_tag_characters(name) => automaton.matches(name),
            _ => self.search_bytes(name) == Verdict::Match,
        }
    }

    /// What the server makes of a name that need not be text.
    pub fn verdict_bytes(&self, name: &[u8]) -> Verdict {
        // Asked for many names, so that the automaton is worth its time.
        self.automaton();
        self.search_bytes(name)
    }
}

/// Every name from its start, as far as its verdict needs.
fn walk_lines(automaton: &Automaton, text: &[u8], from: usize, found: &mut impl FnMut(Range<usize>)) {
    let mut start = from;
    while start < text.len() {
        let mut state = automaton.start();
        let mut at = start;
        for &byte in &text[start..] {
            if state <= Automaton::NONE {
                break;
            }
            state = automaton.next(state, byte);
            at += 1;
        }
        // A newline that was walked over ended the name.
        let end = if at > start && text[at - 1] == b'\n' { at - 1 } else { end_of_line(text, at) };
        if state == Automaton::ALL || state > Automaton::NONE && automaton.accepts(state) {
            found(start..end);
        }
        start = end + 1;
    }
}

fn lines(text: &[u8], mut each: impl FnMut(Range<usize>)) {
    let mut start = 0;
    while start < text.len() {
        let end = end_of_line(text, start);
        each(start..end);
        start = end + 1;
    }
}

#[inline]
fn end_of_line(text: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', text.get(from..).unwrap_or_default()).map_or(text.len(), |end| from + end)
}

/// Whether there are only characters of tags, and newlines between them.
fn holds_tags_only(text: &[u8]) -> bool {
    // Without an early exit inside a chunk the compiler takes many bytes at a time.
    let fine =
        |chunk: &[u8]| chunk.iter().fold(true, |fine, &byte| fine & (is_tag_byte(byte) | (byte == b'\n')));
    text.chunks(1 << 16).all(fine)
}
