//! Harbor's version, and what follows from it.

use tagwarden_rules::pattern::Dialect;

/// A release, e.g. `v2.10.3-9f2c1a0b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u32, u32, u32);

impl Version {
    /// From here on all artifacts of a project come in one list.
    pub(super) const PROJECT_ARTIFACTS: Self = Self(2, 12, 0);

    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let mut numbers = text.get(..end)?.split('.').map(str::parse);
        let mut next = || numbers.next().and_then(Result::ok);
        Some(Self(next()?, next()?, next().unwrap_or(0)))
    }

    /// The language of its patterns: doublestar 1.3.4 came with 2.9.5, 2.10.3 and 2.11.0, 1.1.1 was
    /// there before (`src/go.mod` at each tag).
    pub(super) fn dialect(self) -> Dialect {
        let recent = match self {
            Self(2, 9, patch) => patch >= 5,
            Self(2, 10, patch) => patch >= 3,
            other => other >= Self(2, 11, 0),
        };
        if recent { Dialect::Harbor } else { Dialect::Harbor11 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matcher_follows_the_version() {
        for (version, recent) in [
            ("v2.8.6-1e4eba43", false),
            ("v2.9.4", false),
            ("2.9.5", true),
            ("v2.10.2-abc", false),
            ("v2.10.3-abc", true),
            ("v2.11.0", true),
            ("v2.15.2-9c2b1d3f", true),
            ("v3.0.0", true),
        ] {
            let dialect = Version::parse(version).map(Version::dialect);
            assert_eq!(dialect == Some(Dialect::Harbor), recent, "{version}");
        }
        assert_eq!(Version::parse("dev"), None);
    }
}
