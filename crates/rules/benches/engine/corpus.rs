//! A million tags as registries hold them, the same in every run.

use std::collections::HashSet;

/// Tags of one project, as rows over repositories.
pub(crate) struct Corpus {
    pub(crate) repositories: Vec<(String, Vec<String>)>,
}

/// Rows of a corpus.
const ROWS: usize = 1_000_000;
const REPOSITORIES: u64 = 2_000;

impl Corpus {
    /// About half of the names in more than one repository.
    pub(crate) fn mixed() -> Self {
        Self::make(tag)
    }

    /// No name twice.
    pub(crate) fn all_different() -> Self {
        let mut seen = HashSet::new();
        Self::make(move |random| {
            loop {
                let tag = format!("{}-{:06x}", tag(random), random.below(1 << 24));
                if seen.insert(tag.clone()) {
                    return tag;
                }
            }
        })
    }

    fn make(mut tag: impl FnMut(&mut Random) -> String) -> Self {
        let mut random = Random(42);
        let mut repositories = Vec::new();
        let mut left = ROWS;
        for number in 0..REPOSITORIES {
            // A few large ones, many small ones.
            let share = 20
                + (16_000.0 * (random.below(1000) as f64 / 1000.0).powi(32)) as usize
                + (ROWS / REPOSITORIES as usize / 2);
            let last = number + 1 == REPOSITORIES;
            let rows = if last { left } else { share.min(left) };
            left -= rows;
            let mut tags: Vec<String> = (0..rows).map(|_| tag(&mut random)).collect();
            if let Some(first) = tags.first_mut() {
                *first = tag(&mut Random(number % 3));
            }
            repositories.push((format!("group/project/{number:04}"), tags));
        }
        Self { repositories }
    }

    pub(crate) fn rows(&self) -> Vec<String> {
        self.repositories.iter().flat_map(|(_, tags)| tags.iter().cloned()).collect()
    }
}

fn tag(random: &mut Random) -> String {
    let version = |r: &mut Random| format!("{}.{}.{}", r.below(12), r.below(40), r.below(60));
    match random.below(100) {
        0..12 => version(random),
        12..26 => format!("v{}", version(random)),
        26..31 => format!("v{}-rc.{}", version(random), random.below(9)),
        31..41 => {
            let os = random.one_of(&["alpine", "bookworm", "bullseye", "slim"]);
            format!("{}-{os}", version(random))
        }
        41..53 => {
            let kind = random.one_of(&["feature", "fix", "release", "hotfix"]);
            let what = random.one_of(&["login", "cache", "api", "ui", "stable", "tls"]);
            format!("{kind}-{what}-{}", random.below(20_000))
        }
        53..61 => format!("{:07x}", random.below(1 << 28)),
        61..65 => format!("{:016x}{:016x}{:08x}", random.next(), random.next(), random.below(1 << 32)),
        65..72 => format!("main-{:08x}-{}", random.below(1 << 32), 1_600_000_000 + random.below(100_000_000)),
        72..77 => format!("2024{:02}{:02}", 1 + random.below(12), 1 + random.below(28)),
        77..84 => format!("build-{}", random.below(120_000)),
        84..88 => format!("nightly-2024{:02}{:02}", 1 + random.below(12), 1 + random.below(28)),
        88..92 => format!("pr-{}", random.below(9_000)),
        92..95 => format!("v{}-{}-g{:07x}", version(random), random.below(90), random.below(1 << 28)),
        95..98 => format!("{}.{}-stable", random.below(9), random.below(20)),
        _ => "latest".to_owned(),
    }
}

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}
