//! What an engine makes of a pattern.

/// What an engine makes of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Refused, with these words.
    Refused(String),
    /// Which names match, bit by bit.
    Matches(u64),
}

impl Verdict {
    /// From what an oracle writes.
    pub(crate) fn read(text: &str) -> Self {
        match text.strip_prefix('!') {
            Some(words) => Self::Refused(words.to_owned()),
            None => Self::Matches(u64::from_str_radix(text, 16).expect("a mask")),
        }
    }
}
