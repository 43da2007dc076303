//! What a glob's text looks like to its author: what stands inside of braces and what does not.

use super::Release;
use super::text::{Class, find_unescaped, first_character, split};
use super::text::{NO_CHARACTER, alternatives};
use crate::pattern::PatternErrorCode as Code;

/// Something in a text that means something, by its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) kind: MarkKind,
    pub(crate) at: usize,
    /// How many braces are open around it.
    pub(crate) depth: u32,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkKind {
    Open,
    Close,
    Comma,
    Slash,
    Star,
}

/// The marks of a text, without those that are escaped or in brackets.
pub(crate) fn marks(text: &str) -> Vec<Mark> {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut depth) = (Vec::new(), 0, 0u32);
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let kind = match byte {
            b'\\' => {
                at += 1 + first_character(rest).1;
                continue;
            }
            b'[' => {
                at = Class::read(rest).map_or(at + 1, |(_, after)| bytes.len() - after.len());
                continue;
            }
            b'{' => Some(MarkKind::Open),
            b'}' => Some(MarkKind::Close),
            b',' => Some(MarkKind::Comma),
            b'/' => Some(MarkKind::Slash),
            b'*' => Some(MarkKind::Star),
            _ => None,
        };
        if kind == Some(MarkKind::Close) {
            depth = depth.saturating_sub(1);
        }
        found.extend(kind.map(|kind| Mark { kind, at, depth }));
        depth += u32::from(kind == Some(MarkKind::Open));
        at += 1;
    }
    found
}

/// What is wrong with a text, and where, in bytes.
pub(super) type Problem = (Code, usize);

/// Most texts that are put together to find out.
const MOST_TEXTS: u32 = 2_000;

/// The first place where a name can make the server find the text malformed, as far as the text
/// alone tells.
pub(super) fn problem(release: Release, text: &str) -> Option<Problem> {
    let mut reader = Reader { release, texts: 0 };
    let whole = Piece::of(text.as_bytes(), 0);
    match release {
        Release::Recent => reader.read(&whole),
        Release::Older => {
            let parts = split(text.as_bytes(), b'/', release);
            let (mut start, count) = (0, parts.len());
            for (number, part) in parts.into_iter().enumerate() {
                if let Some((code, at)) = reader.read(&Piece::of(part, start)) {
                    // The braces would be closed, were there no slash.
                    let cut = code == Code::MissingBrace && number + 1 < count;
                    return Some((if cut { Code::SlashInBraces } else { code }, at));
                }
                start += part.len() + 1;
            }
            None
        }
    }
}

/// A text put together of pieces of the author's, with the place each byte comes from.
struct Piece {
    text: Vec<u8>,
    from: Vec<usize>,
}

impl Piece {
    fn of(text: &[u8], start: usize) -> Self {
        Self { text: text.to_vec(), from: (start..start + text.len()).collect() }
    }

    fn part(&self, start: usize, end: usize) -> Self {
        let text = self.text.get(start..end).unwrap_or_default().to_vec();
        Self { text, from: self.from.get(start..end).unwrap_or_default().to_vec() }
    }

    fn followed_by(mut self, after: &Self) -> Self {
        self.text.extend_from_slice(&after.text);
        self.from.extend_from_slice(&after.from);
        self
    }
}

struct Reader {
    release: Release,
    texts: u32,
}

impl Reader {
    fn read(&mut self, piece: &Piece) -> Option<Problem> {
        self.texts += 1;
        let text = piece.text.as_slice();
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let here = |code: Code| piece.from.get(at).map(|from| (code, *from));
            let rest = text.get(at + 1..).unwrap_or_default();
            at = match byte {
                b'\\' => match first_character(rest) {
                    (NO_CHARACTER, 0) => return here(Code::TrailingBackslash),
                    (NO_CHARACTER, _) => return here(Code::Escape),
                    (_, width) => at + 1 + width,
                },
                b'[' => match (Class::read(rest), find_unescaped(rest, b']')) {
                    (Ok((_, after)), _) => text.len() - after.len(),
                    (Err(_), None) => return here(Code::MissingBracket),
                    (Err(_), Some(_)) => return here(Code::ClassRange),
                },
                b'{' => {
                    let Ok((parts, after)) = alternatives(rest, self.release) else {
                        return here(Code::MissingBrace);
                    };
                    let end = text.len() - after.len();
                    let after = piece.part(end, text.len());
                    let mut start = at + 1;
                    for part in parts {
                        let part = piece.part(start, start + part.len());
                        start += part.text.len() + 1;
                        // What does not end in its part may end behind the list.
                        if let Some(problem) = self.read(&part)
                            && (self.texts > MOST_TEXTS || self.read(&part.followed_by(&after)).is_some())
                        {
                            return Some(problem);
                        }
                    }
                    end
                }
                _ => at + 1,
            };
        }
        None
    }
}
