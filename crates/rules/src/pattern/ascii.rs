//! Sets of ASCII characters. Tag names are ASCII, so a class of any pattern is 128 bits here.

/// The two characters outside ASCII that fold to a letter inside it.
const LONG_S: u32 = 0x17F;
const KELVIN: u32 = 0x212A;

const UPPER: u128 = ((1 << 26) - 1) << 65;
const LOWER: u128 = ((1 << 26) - 1) << 97;

/// A set of ASCII characters, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AsciiSet(pub(super) u128);

impl AsciiSet {
    /// No character.
    pub(super) const NONE: Self = Self(0);
    /// Every ASCII character.
    pub(super) const ALL: Self = Self(u128::MAX);
    /// Every ASCII character except the newline.
    pub(super) const NOT_NEWLINE: Self = Self(!(1 << 10));
    /// The characters a tag name may hold: letters, digits, `_`, `.`, `-`.
    pub(super) const TAG: Self = Self(UPPER | LOWER | DIGIT | (1 << 95) | (1 << 46) | (1 << 45));

    /// The ASCII part of the code points from `low` to `high`.
    pub(super) fn range(low: u32, high: u32) -> Self {
        if low > high || low > 127 {
            return Self::NONE;
        }
        let high = high.min(127);
        let upto = if high == 127 { u128::MAX } else { (1 << (high + 1)) - 1 };
        Self(upto & !((1 << low) - 1))
    }

    /// The ASCII part of the code points from `low` to `high` and of everything they fold to.
    pub(super) fn folded_range(low: u32, high: u32) -> Self {
        let mut set = Self::range(low, high);
        if (low..=high).contains(&LONG_S) {
            set = set.union(Self::range(115, 115));
        }
        if (low..=high).contains(&KELVIN) {
            set = set.union(Self::range(107, 107));
        }
        set.folded()
    }

    /// Both sets together.
    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both sets.
    pub(super) fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is not in the set.
    pub(super) fn complement(self) -> Self {
        Self(!self.0)
    }

    /// With the other case of every letter.
    pub(super) fn folded(self) -> Self {
        Self(self.0 | ((self.0 & UPPER) << 32) | ((self.0 & LOWER) >> 32))
    }

    /// The runs of neighbouring characters, lowest first, both ends included.
    pub(super) fn runs(self) -> Vec<(u8, u8)> {
        let mut runs: Vec<(u8, u8)> = Vec::new();
        for byte in self.bytes() {
            match runs.last_mut() {
                Some(last) if last.1 + 1 == byte => last.1 = byte,
                _ => runs.push((byte, byte)),
            }
        }
        runs
    }

    /// The characters, lowest first.
    pub(super) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..128u8).filter(move |byte| self.0 >> byte & 1 == 1)
    }
}

const DIGIT: u128 = ((1 << 10) - 1) << 48;
const WORD: u128 = UPPER | LOWER | DIGIT | (1 << 95);
const BLANK: u128 = (1 << 9) | (1 << 32);
const GRAPH: u128 = ((1 << 94) - 1) << 33;

/// `\d`, `\s`, `\w` and their negations.
pub(super) fn perl_class(letter: char) -> Option<AsciiSet> {
    // Perl's own space has the vertical tab; RE2's has not.
    let space = BLANK | (1 << 10) | (1 << 12) | (1 << 13);
    Some(AsciiSet(match letter {
        'd' => DIGIT,
        'D' => !DIGIT,
        's' => space,
        'S' => !space,
        'w' => WORD,
        'W' => !WORD,
        _ => return None,
    }))
}

/// The class between `[:` and `:]`, without a `^`.
pub(super) fn posix_class(name: &str) -> Option<AsciiSet> {
    Some(AsciiSet(match name {
        "alnum" => UPPER | LOWER | DIGIT,
        "alpha" => UPPER | LOWER,
        "ascii" => u128::MAX,
        "blank" => BLANK,
        "cntrl" => u128::from(u32::MAX) | (1 << 127),
        "digit" => DIGIT,
        "graph" => GRAPH,
        "lower" => LOWER,
        "print" => GRAPH | (1 << 32),
        "punct" => GRAPH & !(UPPER | LOWER | DIGIT),
        "space" => BLANK | (0b11111 << 9),
        "upper" => UPPER,
        "word" => WORD,
        "xdigit" => DIGIT | (0b11_1111 << 65) | (0b11_1111 << 97),
        _ => return None,
    }))
}
