//! Tags that move: names that pipelines push again and again, each time with another image.
//!
//! They are recognised by what they are, from the name alone ([`names`]), from the other names of the
//! repository ([`series`]), from digests that tags share, and from what was seen to move.

mod names;
mod series;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::preview::TagIndex;

/// Why a tag is expected to move. The surest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum MovingReason {
    /// `latest`, `latest-alpine`: pushed by default, or by name whatever is newest.
    Latest,
    /// It was seen to move.
    Seen,
    /// `stable`, `nightly`, `1.2-SNAPSHOT`: whatever is newest in a channel.
    Channel,
    /// `main`, `feature-x`, `pr-12`: follows a branch or a merge request.
    Branch,
    /// `1.2` beside `1.2.10`: follows the newest version that starts so.
    Series,
    /// Another name for the version whose digest it shares.
    Alias,
    /// `buildcache`: a build tool writes it at each run.
    Cache,
    /// `sha256-<digest>.sig`: a signing tool adds to it.
    Attachment,
}

/// Why a tag of this name is expected to move, as far as the name alone tells.
pub fn reason_of_name(name: &str) -> Option<MovingReason> {
    names::reason(name)
}

/// Common names of tags that move, `latest` first: expected even where they do not exist yet.
pub(crate) const USUAL: [&str; 12] = [
    "latest",
    "main",
    "master",
    "stable",
    "develop",
    "dev",
    "edge",
    "nightly",
    "staging",
    "production",
    "buildcache",
    "sha256-0000000000000000000000000000000000000000000000000000000000000000.sig",
];

/// What is known of one tag beside its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TagTrace {
    /// A number that stands for its digest: the same for the same digest.
    pub digest: Option<u64>,
    /// Whether it was seen to move.
    pub moved: bool,
}

impl TagTrace {
    /// What is known of a tag with this digest.
    pub fn new(digest: Option<&str>, moved: bool) -> Self {
        Self { digest: digest.map(number_of), moved }
    }
}

/// A number for a digest: its last digits, which are as good as random.
fn number_of(digest: &str) -> u64 {
    let last = digest.len().checked_sub(16).and_then(|start| digest.get(start..));
    last.and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_else(|| {
        let mut hasher = std::hash::DefaultHasher::new();
        std::hash::Hash::hash(digest, &mut hasher);
        std::hash::Hasher::finish(&hasher)
    })
}

/// One tag that is expected to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovingTag {
    /// Place of its repository in the index.
    pub repository: u32,
    /// Number of its name in the index.
    pub name: u32,
    /// Why.
    pub reason: MovingReason,
}

/// The tags of an index that are expected to move, surest first.
#[derive(Clone, Debug, Default)]
pub struct MovingTags {
    tags: Vec<MovingTag>,
}

impl MovingTags {
    /// Looks through an index. `trace` tells what is known of the tag in a row.
    pub fn of(index: &TagIndex, trace: &dyn Fn(u32) -> TagTrace) -> Self {
        // A name is looked at once, however many repositories have it.
        let by_name: Vec<Option<MovingReason>> = index.names().map(names::reason).collect();
        let mut tags = Vec::new();
        for (place, repository) in (0u32..).zip(index.repositories()) {
            let rows = index.rows_in(repository);
            let first = repository.rows.start;
            let traces: Vec<TagTrace> = (first..repository.rows.end).map(trace).collect();
            let in_series = series::reasons(index, rows, &traces);
            for (at, name) in rows.iter().enumerate() {
                let seen = traces.get(at).is_some_and(|trace| trace.moved).then_some(MovingReason::Seen);
                let named = by_name.get(*name as usize).copied().flatten();
                let related = in_series.get(&to_u32(at)).copied();
                if let Some(reason) = [named, related, seen].into_iter().flatten().min() {
                    tags.push(MovingTag { repository: place, name: *name, reason });
                }
            }
        }
        tags.sort_by(|one, other| {
            let plain = |tag: &MovingTag| index.name(tag.name) != "latest";
            (one.reason, plain(one), one.name, one.repository).cmp(&(
                other.reason,
                plain(other),
                other.name,
                other.repository,
            ))
        });
        Self { tags }
    }

    /// The same by the names alone.
    pub fn of_names(index: &TagIndex) -> Self {
        Self::of(index, &|_| TagTrace::default())
    }

    /// All of them, surest first.
    pub fn tags(&self) -> &[MovingTag] {
        &self.tags
    }
}

fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Reasons by place among the rows of a repository.
type Reasons = HashMap<u32, MovingReason>;
