//! GitLab's version numbers, and what came with which.

/// Major and minor version; the rest never matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u16, u16);

impl Version {
    /// Tag rules over GraphQL.
    pub(super) const RULES: Self = Self(17, 8);
    /// Immutable tag rules.
    pub(super) const IMMUTABLE: Self = Self(17, 11);
    /// Creating protected rules over REST.
    pub(super) const REST_CREATE: Self = Self(18, 8);
    /// Changing and deleting rules over REST.
    pub(super) const REST_CHANGE: Self = Self(18, 9);

    /// Reads `18.10.1-ee`, `18.11.0-pre`, `17.8`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(['.', '-']);
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        Some(Self(major, minor))
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_compare_by_number() {
        assert!(Version::parse("18.10.1-ee").unwrap() > Version::REST_CHANGE);
        assert!(Version::parse("17.7.3").unwrap() < Version::RULES);
        assert_eq!(Version::parse("17.8-pre"), Some(Version::RULES));
        assert_eq!(Version::parse("HEAD"), None);
    }
}
