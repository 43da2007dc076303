//! The kinds of tag names that pipelines make.

use std::collections::HashSet;

use time::OffsetDateTime;

use super::plan::{DAY, HOUR, MINUTE};
use super::rng::Rng;

/// A kind of tag name. Kinds never share a name, so counts add up exactly.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// These names, each with its age in seconds.
    Exact(Vec<(String, i64)>),
    /// Names that move: `latest`, `stable`, `main` …
    Moving(&'static [(&'static str, i64)]),
    /// `v2.14.0` downwards from the given version; the text stands before and after it.
    Release { before: &'static str, after: &'static str, newest: (u32, u32, u32) },
    /// `v2.14.0-rc.3` downwards; the text stands between version and number.
    Candidate { before: &'static str, word: &'static str, newest: (u32, u32) },
    /// `3.22` downwards.
    Series { newest: (u32, u32) },
    /// `2026.11.2` downwards from this month.
    Calendar,
    /// `sha-` and that many digits.
    Commit { before: &'static str, digits: usize },
    /// `pr-4417` downwards.
    Pull { newest: u32 },
    /// `nightly-20261119` downwards from yesterday.
    Nightly { before: &'static str },
    /// `feature-…-1234`.
    Branch,
    /// `build-1234` downwards.
    Build { before: &'static str, newest: u32 },
}

const TOPICS: [&str; 24] = [
    "retry-budget",
    "login-form",
    "cache-keys",
    "otel-traces",
    "rounding",
    "locale-de",
    "dark-mode",
    "bulk-import",
    "webhooks",
    "rate-limit",
    "csv-export",
    "oauth-scopes",
    "db-pool",
    "idempotency",
    "search-facets",
    "queue-depth",
    "tls13",
    "arm64",
    "feature-flags",
    "ledger-split",
    "pagination",
    "timeouts",
    "schema-v2",
    "health-probe",
];

impl Kind {
    /// The most names of this kind there can be, where there is a limit.
    pub(crate) fn capacity(&self) -> Option<usize> {
        match self {
            Self::Exact(names) => Some(names.len()),
            Self::Moving(names) => Some(names.len()),
            Self::Pull { newest } | Self::Build { newest, .. } => usize::try_from(*newest).ok(),
            _ => None,
        }
    }

    /// `count` different names, newest first, each with its age in seconds.
    pub(crate) fn names(&self, count: usize, now: i64, rng: &mut Rng) -> Vec<(String, i64)> {
        let total = i64::try_from(count).unwrap_or(i64::MAX).max(1);
        // Ages stay within four years however many names there are.
        let step = |most: i64| most.min(1460 * DAY / total).max(MINUTE);
        let jitter = |rng: &mut Rng, most: i64| {
            i64::try_from(rng.below(u64::try_from(most.max(1)).unwrap_or(1))).unwrap_or(0)
        };
        let mut names = Vec::with_capacity(count);
        let mut age = 0;
        match self {
            Self::Exact(exact) => names.extend(exact.iter().take(count).cloned()),
            Self::Moving(moving) => {
                names.extend(moving.iter().take(count).map(|(name, age)| ((*name).to_owned(), *age)));
            }
            Self::Release { before, after, newest } => {
                let every = step(14 * DAY);
                age = 3 * DAY;
                for (major, minor, patch) in releases(*newest, count).take(count) {
                    names.push((format!("{before}{major}.{minor}.{patch}{after}"), age));
                    age += every / 2 + jitter(rng, every);
                }
            }
            Self::Candidate { before, word, newest } => {
                let every = step(4 * DAY);
                age = 6 * HOUR;
                for (major, minor, number) in candidates(*newest).take(count) {
                    names.push((format!("{before}{major}.{minor}.0{word}{number}"), age));
                    age += every / 2 + jitter(rng, every);
                }
            }
            Self::Series { newest } => {
                let every = step(120 * DAY);
                age = 12 * DAY;
                for (major, minor) in minors(*newest).take(count) {
                    names.push((format!("{major}.{minor}"), age));
                    age += every;
                }
            }
            Self::Calendar => {
                age = 2 * DAY;
                for (year, month, number) in calendar(now).take(count) {
                    names.push((format!("{year}.{month}.{number}"), age));
                    age += 6 * DAY + jitter(rng, 6 * DAY);
                }
            }
            Self::Commit { before, digits } => {
                let every = step(5 * HOUR);
                age = 18 * MINUTE;
                let mut seen = HashSet::with_capacity(count);
                while names.len() < count {
                    let name = format!("{before}{}", rng.hex(*digits));
                    if seen.insert(name.clone()) {
                        names.push((name, age));
                        age += every / 2 + jitter(rng, every);
                    }
                }
            }
            Self::Pull { newest } => {
                let every = step(7 * HOUR);
                age = HOUR;
                for back in (0..*newest).take(count) {
                    names.push((format!("pr-{}", newest - back), age));
                    age += every / 2 + jitter(rng, every);
                }
            }
            Self::Nightly { before } => {
                let mut day = now - DAY;
                age = 14 * HOUR;
                for _ in 0..count {
                    let date = OffsetDateTime::from_unix_timestamp(day).unwrap_or(OffsetDateTime::UNIX_EPOCH);
                    let (year, month, day_of_month) = date.to_calendar_date();
                    names.push((format!("{before}{year:04}{:02}{day_of_month:02}", u8::from(month)), age));
                    day -= DAY;
                    age += DAY;
                }
            }
            Self::Branch => {
                let every = step(11 * HOUR);
                age = 40 * MINUTE;
                for number in 0..count {
                    let topic = rng.pick(&TOPICS).unwrap_or("topic");
                    let prefix = rng.pick(&["feature", "fix", "chore", "spike"]).unwrap_or("fix");
                    names.push((format!("{prefix}-{topic}-{}", 8200 - (number as i64) * 3), age));
                    age += every / 2 + jitter(rng, every);
                }
            }
            Self::Build { before, newest } => {
                let every = step(9 * HOUR);
                age = 3 * HOUR;
                for back in (0..*newest).take(count) {
                    names.push((format!("{before}{}", newest - back), age));
                    age += every / 2 + jitter(rng, every);
                }
            }
        }
        let _ = age;
        names
    }
}

/// How many patch releases a minor version had.
fn patches(minor: u32) -> u32 {
    match minor % 4 {
        0 | 3 => 4,
        1 => 3,
        _ => 2,
    }
}

/// Minor versions downwards; below `x.0` comes the previous major's `.20`, and after 0.0 the ones
/// above the newest, so that any count can be had.
fn minors((major, minor): (u32, u32)) -> impl Iterator<Item = (u32, u32)> {
    let below = (0..major).rev().flat_map(|major| (0..=20).rev().map(move |minor| (major, minor)));
    let above = (minor + 1..).map(move |minor| (major, minor));
    (0..=minor).rev().map(move |minor| (major, minor)).chain(below).chain(above)
}

/// Releases downwards, with as many patch releases as it takes to reach `count` before 0.0.
fn releases(newest: (u32, u32, u32), count: usize) -> impl Iterator<Item = (u32, u32, u32)> {
    let (major, minor, patch) = newest;
    let depth = u32::try_from(count).unwrap_or(u32::MAX) / (minor + 1 + 21 * major) + 1;
    minors((major, minor)).flat_map(move |(major_now, minor_now)| {
        let top =
            if (major_now, minor_now) == (major, minor) { patch + 1 } else { patches(minor_now).max(depth) };
        (0..top).rev().map(move |patch| (major_now, minor_now, patch))
    })
}

fn candidates(newest: (u32, u32)) -> impl Iterator<Item = (u32, u32, u32)> {
    minors(newest).flat_map(|(major, minor)| {
        let top = if minor % 4 == 0 || minor % 4 == 3 { 4 } else { 3 };
        (1..=top).rev().map(move |number| (major, minor, number))
    })
}

fn calendar(now: i64) -> impl Iterator<Item = (i32, u8, u8)> {
    let date = OffsetDateTime::from_unix_timestamp(now).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (mut year, mut month, mut number) = (date.year(), u8::from(date.month()), 3_u8);
    std::iter::from_fn(move || {
        if number == 1 {
            number = 6;
            month = if month == 1 { 12 } else { month - 1 };
            if month == 12 {
                year -= 1;
            }
        }
        number -= 1;
        Some((year, month, number))
    })
}
