//! What the other tags of a repository tell: series of versions, and names that share a digest with one.

use std::collections::HashMap;

use super::{MovingReason, Reasons, TagTrace, to_u32};
use crate::preview::TagIndex;

/// A name as a version: what stands before it, its numbers, and what stands behind.
struct Version<'n> {
    before: &'n str,
    /// The numbers as they are written, e.g. `1.2`.
    numbers: &'n str,
    components: usize,
    behind: &'n str,
}

impl<'n> Version<'n> {
    fn of(name: &'n str) -> Option<Self> {
        let start = name.find(|c: char| c.is_ascii_digit())?;
        let (before, rest) = name.split_at(start);
        // `v1.2`, `release-1.2`; not the hash of `sha-77d1`.
        let fits = before.is_empty() || before.ends_with(['v', 'V', '-', '_', '.']);
        let bytes = rest.as_bytes();
        let (mut end, mut components) = (0, 0);
        loop {
            let digits = bytes.iter().skip(end).take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                break;
            }
            end += digits;
            components += 1;
            let more = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            if !more {
                break;
            }
            end += 1;
        }
        let (numbers, behind) = rest.split_at(end);
        let ends = behind.is_empty() || behind.starts_with(['-', '_', '.']);
        (fits && ends && components > 0).then_some(Self { before, numbers, components, behind })
    }
}

/// Longer versions of one start.
#[derive(Default)]
struct Longer {
    count: u32,
    same_digest: bool,
}

/// The rows of one repository that follow other tags.
pub(super) fn reasons(index: &TagIndex, rows: &[u32], traces: &[TagTrace]) -> Reasons {
    let mut reasons = Reasons::new();
    let versions: Vec<Option<Version<'_>>> = rows.iter().map(|name| Version::of(index.name(*name))).collect();
    let digest = |at: usize| traces.get(at).and_then(|trace| trace.digest);
    // A short version with the place of its row, by what it would have to share with a longer one.
    let mut short: HashMap<(&str, &str, &str), (usize, Longer)> = HashMap::new();
    for (at, version) in versions.iter().enumerate() {
        if let Some(version) = version.as_ref().filter(|version| version.components <= MOST_SHORT) {
            let key = (version.before, version.numbers, version.behind);
            short.insert(key, (at, Longer::default()));
        }
    }
    for (at, version) in versions.iter().enumerate() {
        let Some(version) = version else { continue };
        for (end, _) in version.numbers.match_indices('.') {
            let start = version.numbers.get(..end).unwrap_or_default();
            // `3.12-slim` follows `3.12.1-slim`, and `1.2` follows `1.2.3-alpine` where that is all there is.
            for behind in [version.behind, ""] {
                let Some((own, longer)) = short.get_mut(&(version.before, start, behind)) else { continue };
                longer.count += 1;
                longer.same_digest |= digest(at).is_some() && digest(at) == digest(*own);
                if behind.is_empty() {
                    break;
                }
            }
        }
    }
    for ((_, numbers, _), (at, longer)) in short {
        let components = numbers.matches('.').count() + 1;
        // Four numbers may be a patch of three, which does not move.
        let follows = longer.count > 0 && components < 3 || longer.count > 1 || longer.same_digest;
        if follows {
            reasons.insert(to_u32(at), MovingReason::Series);
        }
    }
    add_aliases(index, rows, &versions, &digest, &mut reasons);
    reasons
}

/// Most numbers of a version that may be a start of others.
const MOST_SHORT: usize = 3;

/// Names without a number, and shorter versions written otherwise, that share a digest with a version.
fn add_aliases(
    index: &TagIndex,
    rows: &[u32],
    versions: &[Option<Version<'_>>],
    digest: &dyn Fn(usize) -> Option<u64>,
    reasons: &mut Reasons,
) {
    let mut longest: HashMap<u64, (usize, &str)> = HashMap::new();
    for (at, version) in versions.iter().enumerate() {
        let (Some(version), Some(digest)) = (version, digest(at)) else { continue };
        let held = longest.entry(digest).or_insert((version.components, version.numbers));
        if version.components > held.0 {
            *held = (version.components, version.numbers);
        }
    }
    for (at, name) in rows.iter().enumerate() {
        let Some(&(components, numbers)) = digest(at).and_then(|digest| longest.get(&digest)) else {
            continue;
        };
        let reason = match versions.get(at).and_then(Option::as_ref) {
            // `v1` beside `1.2.3`.
            Some(own) if own.components < components => {
                let goes_on = numbers.strip_prefix(own.numbers).is_some_and(|rest| rest.starts_with('.'));
                goes_on.then_some(MovingReason::Series)
            }
            Some(_) => None,
            None => {
                let word = !index.name(*name).bytes().any(|byte| byte.is_ascii_digit());
                (word && components > 1).then_some(MovingReason::Alias)
            }
        };
        if let Some(reason) = reason {
            reasons.entry(to_u32(at)).or_insert(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MovingReason, MovingTags, TagTrace};
    use crate::preview::TagIndex;

    fn moving(tags: &[(&str, u64)]) -> Vec<(String, MovingReason)> {
        let names = tags.iter().map(|(name, _)| (*name).to_owned()).collect();
        let index = TagIndex::build(vec![("app".to_owned(), names)]);
        let trace = |row: u32| {
            let digest = tags.get(row as usize).map(|(_, digest)| *digest).filter(|digest| *digest > 0);
            TagTrace { digest, moved: false }
        };
        let found = MovingTags::of(&index, &trace);
        let mut found: Vec<_> =
            found.tags().iter().map(|tag| (index.name(tag.name).to_owned(), tag.reason)).collect();
        found.sort();
        found
    }

    fn series(names: &[&str]) -> Vec<String> {
        let tags: Vec<(&str, u64)> = names.iter().map(|name| (*name, 0)).collect();
        moving(&tags)
            .into_iter()
            .filter(|(_, why)| *why == MovingReason::Series)
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn a_version_that_others_start_with_follows_them() {
        assert_eq!(series(&["1.2", "1.2.10", "1.2.11"]), ["1.2"]);
        assert_eq!(series(&["v1", "v1.2", "v1.2.3"]), ["v1", "v1.2"]);
        assert_eq!(series(&["3.12-slim", "3.12.1-slim"]), ["3.12-slim"]);
        assert_eq!(series(&["release-1", "release-1.4"]), ["release-1"]);
        assert_eq!(series(&["1", "1.2.3-alpine"]), ["1"]);
        assert_eq!(series(&["10.0.17763", "10.0.17763.1", "10.0.17763.2"]), ["10.0.17763"]);
    }

    #[test]
    fn versions_without_longer_ones_stay() {
        for names in [
            &["1.2", "1.20.1"][..],
            &["1.2.3", "1.2.4"],
            &["1.2.3", "1.2.3-rc.1", "1.2.3-alpine"],
            &["v1", "1.2.3"],
            &["1.2-slim", "1.2.3"],
            &["sha-1", "sha-1a.2"],
        ] {
            assert_eq!(series(names), Vec::<String>::new(), "{names:?}");
        }
    }

    #[test]
    fn a_shared_digest_shows_what_names_do_not() {
        let tags = [("v1", 7), ("1.2.3", 7), ("1.2.2", 6), ("jammy", 7), ("blue", 5)];
        let expected = [("jammy", MovingReason::Alias), ("v1", MovingReason::Series)];
        assert_eq!(moving(&tags), expected.map(|(name, why)| (name.to_owned(), why)));
        assert_eq!(moving(&[("1.2.3", 7), ("1.2.3.4", 7)]).len(), 1);
        assert_eq!(moving(&[("1.2.3", 7), ("1.2.3.4", 8)]), []);
        assert_eq!(moving(&[("1.2.3", 7), ("1.2.3-alpine", 7)]), []);
    }

    #[test]
    fn what_was_seen_to_move_moves() {
        let index = TagIndex::build(vec![("app".to_owned(), vec!["v1.2.3".to_owned(), "v1.2.4".to_owned()])]);
        let found = MovingTags::of(&index, &|row| TagTrace { digest: None, moved: row == 1 });
        assert_eq!(found.tags().iter().map(|tag| tag.reason).collect::<Vec<_>>(), [MovingReason::Seen]);
    }
}
