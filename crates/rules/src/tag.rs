//! The names that registries allow for tags.

/// Longest tag name that the OCI distribution grammar allows, in bytes.
pub const MAX_TAG_LENGTH: usize = 128;

/// Whether `name` follows the tag grammar `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
pub fn is_valid_tag(name: &str) -> bool {
    let bytes = name.as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return false };
    bytes.len() <= MAX_TAG_LENGTH
        && (first.is_ascii_alphanumeric() || *first == b'_')
        && rest.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}
