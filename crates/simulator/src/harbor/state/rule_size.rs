//! How large a rule may be. Harbor keeps it as one text in a column with a unique index, and PostgreSQL
//! refuses rows of an index that are too long after compression.

use std::collections::HashMap;

use super::RuleText;
use crate::state::ProjectId;

/// The longest row of a B-tree index on pages of 8 KiB.
const LONGEST_ROW: usize = 2704;
/// The row's header, the project's number, and the length of the text.
const HEADERS: usize = 8 + 4 + 4;
/// A compressed text also says how long it was.
const COMPRESSED_HEADER: usize = 4;

/// Whether the database takes the rule. Measured on a Harbor 2.14.4: with 2,407 random characters it does,
/// with 2,408 it does not.
pub(super) fn fits(project: ProjectId, text: &RuleText) -> bool {
    let written = written(project, text);
    let stored = match compressed(written.as_bytes()) {
        // PostgreSQL keeps what is compressed only where that saves a quarter.
        Some(size) if size * 4 <= written.len() * 3 => size + COMPRESSED_HEADER,
        _ => written.len(),
    };
    HEADERS + stored <= LONGEST_ROW
}

/// The text that Harbor writes into the column, give or take how Go escapes a few characters.
fn written(project: ProjectId, text: &RuleText) -> String {
    serde_json::json!({
        "id": text.id,
        "project_id": project,
        "disabled": text.disabled,
        "priority": text.priority,
        "action": text.action,
        "template": text.template,
        "tag_selectors": text.tag_selectors,
        "scope_selectors": text.scope_selectors,
    })
    .to_string()
}

/// How many bytes are left after PostgreSQL's own compression (`src/common/pg_lzcompress.c`, the default
/// strategy): a byte of flags for each eight items, an item being a byte, or a reference of two or three
/// bytes to what stands at most 4,095 bytes before. `None`: too short to be compressed.
fn compressed(bytes: &[u8]) -> Option<usize> {
    const SHORTEST: usize = 32;
    const FARTHEST: usize = 4095;
    const LONGEST_MATCH: usize = 273;
    if bytes.len() < SHORTEST {
        return None;
    }
    let mut seen: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let (mut size, mut items, mut at) = (0, 0_usize, 0);
    while at < bytes.len() {
        let key = bytes.get(at..at + 4);
        let before = key.and_then(|key| seen.get(key)).map_or(&[] as &[usize], Vec::as_slice);
        let near = before.iter().rev().take_while(|start| at - **start <= FARTHEST);
        let same = |start: usize| {
            let pairs = bytes.iter().skip(start).zip(bytes.iter().skip(at));
            pairs.take(LONGEST_MATCH).take_while(|(one, other)| one == other).count()
        };
        let length = near.take(MOST_TRIED).map(|start| same(*start)).max().unwrap_or_default();
        let step = if length > 2 { length } else { 1 };
        size += match length {
            0..=2 => 1,
            3..=17 => 2,
            _ => 3,
        };
        items += 1;
        for place in at..at + step {
            if let Some(key) = bytes.get(place..place + 4) {
                seen.entry(key).or_default().push(place);
            }
        }
        at += step;
    }
    Some(size + items.div_ceil(8))
}

/// Earlier places that are tried for the longest match: about as many as PostgreSQL looks at before a
/// match of a few bytes is good enough.
const MOST_TRIED: usize = 27;

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pattern: &str) -> bool {
        fits(ProjectId(1), &RuleText::matching("**", pattern))
    }

    /// Characters in which nothing repeats for long.
    fn random(length: usize) -> String {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(letters[(state % 64) as usize])
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn random_characters_end_where_a_real_harbor_ends() {
        assert!(taken(&random(2407)));
        assert!(!taken(&random(2408)));
    }

    #[test]
    fn lists_of_versions_may_be_longer_but_not_endless() {
        let list = |count: u32| {
            let versions: Vec<String> =
                (0..count).map(|n| format!("v{}.{}.{}", n / 40, n % 40, n * 7 % 23)).collect();
            format!("{{{}}}", versions.join(","))
        };
        let longest = (100..1500).take_while(|count| taken(&list(*count))).last().map(list);
        let longest = longest.unwrap_or_default().len();
        assert!((3100..6600).contains(&longest), "{longest}");
    }
}
