//! Images of a repository: names as pipelines make them, with digests and ages.

use time::Duration;

use crate::harbor::state::{Pushed, State};
use crate::registry::manifests::OCI_MANIFEST;
use crate::seeds::kinds::Kind;
use crate::seeds::rng::{Rng, hash};

/// Untagged artifacts of a repository: what moving names have left behind.
const LEFT_BEHIND: u64 = 3;

/// Bytes of a small image.
const SMALL: u64 = 9_400_000;

/// Fills a repository. Moving names share the digest of the newest name of the next kind.
pub(super) fn add(state: &mut State, seed: u64, repository: &str, parts: &[(Kind, usize)]) {
    let mut rng = Rng::new(seed ^ hash(repository));
    let now = state.now();
    let seconds = now.unix_timestamp();
    let named: Vec<Vec<(String, i64)>> =
        parts.iter().map(|(kind, count)| kind.names(*count, seconds, &mut rng)).collect();
    let newest = parts
        .iter()
        .zip(&named)
        .find(|((kind, _), _)| !matches!(kind, Kind::Moving(_)))
        .and_then(|(_, names)| names.first().cloned());
    let base = SMALL + rng.below(420_000_000);
    let mut oldest = 0;
    // Oldest first, so that numbers grow with time as they do on a real server.
    let mut images: Vec<(i64, String, String)> = Vec::new();
    for ((kind, _), names) in parts.iter().zip(named) {
        for (name, age) in names {
            let shared = newest.as_ref().filter(|_| matches!(kind, Kind::Moving(_)) && name != "main");
            let (source, age) = shared.map_or((name.clone(), age), |(source, age)| (source.clone(), *age));
            oldest = oldest.max(age);
            images.push((age, name, source));
        }
    }
    images.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let mut push = |state: &mut State, source: &str, age: i64| {
        let pushed = Pushed {
            digest: state.make_manifest(seed, &format!("{repository}:{source}")),
            media_type: OCI_MANIFEST.to_owned(),
            size: base + rng.below(base / 16),
            children: Vec::new(),
            subject: None,
            at: now - Duration::seconds(age),
        };
        state.push(repository, pushed)
    };
    for left in 0..LEFT_BEHIND.min(images.len() as u64) {
        let age = i64::try_from(left + 1).unwrap_or(1) * 3 * crate::seeds::plan::DAY;
        push(state, &format!("left behind {left}"), age.min(oldest));
    }
    for (age, name, source) in images {
        if let Some(id) = push(state, &source, age) {
            state.ensure_tag(repository, &name, id, now - Duration::seconds(age));
        }
    }
    if let Some(found) = state.repository_at_mut(repository) {
        found.created_at = now - Duration::seconds(oldest) - Duration::days(2);
        found.pull_count = rng.below(90_000);
    }
}
