//! What tags a repository will have, decided at start and made when first asked for.

use super::kinds::Kind;
use super::rng::{Rng, digest_from, digest_with_prefix};
use crate::state::Tag;

/// Seconds in a minute, an hour and a day.
pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A tag whose age and digest are part of the story.
#[derive(Clone, Debug)]
pub(crate) struct Pin {
    pub(crate) name: &'static str,
    /// Seconds since it was pushed.
    pub(crate) age: i64,
    /// The first eight digits of its digest.
    pub(crate) digest: &'static str,
}

/// What tags a repository will have.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagPlan {
    pub(crate) seed: u64,
    /// The moment that ages are counted from, in seconds since 1970.
    pub(crate) now: i64,
    /// How many tags of each kind.
    pub(crate) parts: Vec<(Kind, usize)>,
    /// Tags of the parts that have a given age and digest.
    pub(crate) pins: Vec<Pin>,
    /// About how many bytes an image has.
    pub(crate) size: u64,
}

impl TagPlan {
    /// How many tags there will be, without making them.
    pub(crate) fn count(&self) -> usize {
        self.parts.iter().map(|(kind, count)| kind.capacity().map_or(*count, |most| most.min(*count))).sum()
    }

    /// Makes the tags, in no particular order.
    pub(crate) fn tags(&self) -> Vec<Tag> {
        let mut rng = Rng::new(self.seed);
        let mut tags = Vec::with_capacity(self.count());
        for (kind, count) in &self.parts {
            for (name, age) in kind.names(*count, self.now, &mut rng) {
                tags.push(self.tag(&name, age, &mut rng));
            }
        }
        tags
    }

    fn tag(&self, name: &str, age: i64, rng: &mut Rng) -> Tag {
        let pin = self.pins.iter().find(|pin| pin.name == name);
        let age = pin.map_or(age, |pin| pin.age);
        let digest = match pin {
            Some(pin) => digest_with_prefix(pin.digest),
            None => digest_from(self.seed, name),
        };
        let spread = self.size / 16 + 1;
        Tag {
            name: name.into(),
            digest,
            created_at: self.now - age - i64::try_from(rng.below(240)).unwrap_or(0),
            published_at: self.now - age,
            size: self.size + rng.below(spread),
        }
    }
}
