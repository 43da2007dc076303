//! The names that registries allow for tags.

/// Longest tag name that the OCI distribution grammar allows, in bytes.
pub const MAX_TAG_LENGTH: usize = 128;

/// Whether `name` follows the tag grammar `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
pub fn is_valid_tag(name: &str) -> bool {
    let bytes = name.as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return false };
    bytes.len() <= MAX_TAG_LENGTH
        && (first.is_ascii_alphanumeric() || *first == b'_')
        && rest.iter().copied().all(is_tag_byte)
}

/// Whether every byte of `name` is a character that tags may hold, whatever its length and start.
pub(crate) fn has_tag_characters(name: impl AsRef<[u8]>) -> bool {
    name.as_ref().iter().copied().all(is_tag_byte)
}

/// Letters, digits, `_`, `.` and `-`.
#[inline]
pub(crate) fn is_tag_byte(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    letter | digit | (byte == b'_') | (byte == b'.') | (byte == b'-')
}

/// The tag under which cosign keeps the signature of an image.
pub fn signature_tag(digest: &str) -> Option<String> {
    let hex = digest.strip_prefix("sha256:").filter(|hex| is_sha256(hex))?;
    Some(format!("sha256-{hex}.sig"))
}

/// The digest of the image whose signature cosign keeps under this tag.
pub fn signed_digest(tag: &str) -> Option<String> {
    let hex = tag.strip_prefix("sha256-")?.strip_suffix(".sig").filter(|hex| is_sha256(hex))?;
    Some(format!("sha256:{hex}"))
}

fn is_sha256(hex: &str) -> bool {
    hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
