//! Texts that say at a glance that they never err and never want another segment.

use super::Release;
use super::text::{Class, NO_CHARACTER, alternatives, first_character};

/// Whether no name makes either release find the text malformed, lose an alternative, or ask for
/// more segments. `false`: that is not certain.
pub(super) fn never_errs(text: &[u8]) -> bool {
    if text.contains(&b'/') {
        return false;
    }
    let mut rest = text;
    while !rest.is_empty() {
        let (mark, width) = first_character(rest);
        rest = rest.get(width..).unwrap_or_default();
        rest = match mark {
            '\\' => match first_character(rest) {
                (NO_CHARACTER, _) => return false,
                (_, width) => rest.get(width..).unwrap_or_default(),
            },
            '[' => match Class::read(rest) {
                Ok((_, after)) => after,
                Err(_) => return false,
            },
            '{' => {
                let Ok((parts, after)) = alternatives(rest, Release::Recent) else { return false };
                // The older release takes the first `}` for the end, and reads `{` in a list otherwise.
                let list = rest.get(..rest.len() - after.len()).unwrap_or_default();
                if list.contains(&b'{') || list.contains(&b'\\') || !parts.iter().all(|part| never_errs(part))
                {
                    return false;
                }
                after
            }
            _ => rest,
        };
    }
    true
}
