//! Enforcement, literally in the registry's order.

use super::error::RegistryError;
use super::token::Grant;
use crate::pattern::Search;

/// GitLab: `tagPatternMaxCount`, over the deny and immutable patterns of one token.
const MOST_PATTERNS: usize = 5;

/// GitLab: `tagPatternMaxLen`, in bytes, while Rails counts characters.
const LONGEST_PATTERN: usize = 100;

/// Before a tag is pushed, whether it exists or not.
pub(super) fn before_push(grant: &Grant, tag: &str) -> Result<(), RegistryError> {
    count(&grant.deny_push, &grant.immutable)?;
    protected(&grant.deny_push, tag)
}

/// While a tag is written that exists already. GitLab: before digests are compared, so the same
/// digest is refused too.
pub(super) fn before_overwrite(grant: &Grant, tag: &str) -> Result<(), RegistryError> {
    immutable(&grant.immutable, tag)
}

/// Before a tag is deleted, and before it is looked up.
pub(super) fn before_tag_delete(grant: &Grant, tag: &str) -> Result<(), RegistryError> {
    count(&grant.deny_delete, &grant.immutable)?;
    protected(&grant.deny_delete, tag)?;
    immutable(&grant.immutable, tag)
}

/// Before a manifest is deleted by digest. GitLab: any pattern in the token is enough.
pub(super) fn before_manifest_delete(grant: &Grant, digest: &str) -> Result<(), RegistryError> {
    if grant.deny_delete.is_empty() && grant.immutable.is_empty() {
        Ok(())
    } else {
        Err(RegistryError::ProtectedManifest { digest: digest.to_owned() })
    }
}

fn count(deny: &[String], immutable: &[String]) -> Result<(), RegistryError> {
    let count = deny.len() + immutable.len();
    if count > MOST_PATTERNS { Err(RegistryError::PatternCount { count }) } else { Ok(()) }
}

fn protected(patterns: &[String], tag: &str) -> Result<(), RegistryError> {
    match any_match(patterns, tag) {
        Ok(false) => Ok(()),
        Ok(true) => Err(RegistryError::ProtectedTag { tag: tag.to_owned() }),
        Err(pattern) => Err(RegistryError::ProtectionPattern { pattern: pattern.to_owned() }),
    }
}

fn immutable(patterns: &[String], tag: &str) -> Result<(), RegistryError> {
    match any_match(patterns, tag) {
        Ok(false) => Ok(()),
        Ok(true) => Err(RegistryError::ImmutableTag { tag: tag.to_owned() }),
        Err(pattern) => Err(RegistryError::ImmutabilityPattern { pattern: pattern.to_owned() }),
    }
}

/// Whether one matches, or the first that is too long or does not compile. GitLab: stops at the first
/// match, so a broken pattern behind it is not noticed.
fn any_match<'a>(patterns: &'a [String], tag: &str) -> Result<bool, &'a str> {
    for pattern in patterns {
        if pattern.len() > LONGEST_PATTERN {
            return Err(pattern);
        }
        if Search::new(pattern).ok_or(pattern.as_str())?.is_match(tag) {
            return Ok(true);
        }
    }
    Ok(false)
}
