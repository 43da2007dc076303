//! What the box is filled with: the same repositories at every start.

use super::mutability::Mode;
use super::server::{Config, Seed};
use super::state::{Repository, State};

const DAY: i64 = 86_400;
const MIB: u64 = 1024 * 1024;

/// One family of repositories: their names, mode and filters, and how many releases each has.
struct Family {
    names: &'static [&'static str],
    mode: Mode,
    filters: &'static [&'static str],
    releases: u32,
}

const FAMILIES: [Family; 7] = [
    Family {
        names: &[
            "payments/ledger-api",
            "payments/ledger-worker",
            "payments/fraud-scoring",
            "payments/invoices",
        ],
        mode: Mode::ImmutableWithExclusion,
        filters: &["latest", "dev-*", "*-snapshot"],
        releases: 14,
    },
    Family {
        names: &["shop/basket", "shop/checkout", "shop/catalog", "shop/search", "shop/recommendations"],
        mode: Mode::MutableWithExclusion,
        filters: &["v*"],
        releases: 12,
    },
    Family {
        names: &["platform/base-python", "platform/base-node", "platform/base-java"],
        mode: Mode::Immutable,
        filters: &[],
        releases: 16,
    },
    Family {
        names: &["platform/ingress", "platform/mailer", "platform/cron", "platform/metrics-agent"],
        mode: Mode::Mutable,
        filters: &[],
        releases: 12,
    },
    Family {
        names: &["ml/training", "ml/serving", "ml/features"],
        mode: Mode::Mutable,
        filters: &[],
        releases: 10,
    },
    Family {
        names: &["ops/backup", "ops/terraform-runner", "ops/runbooks"],
        mode: Mode::ImmutableWithExclusion,
        filters: &["latest"],
        releases: 8,
    },
    Family {
        names: &["sandbox/playground", "sandbox/demo", "helm/charts"],
        mode: Mode::MutableWithExclusion,
        filters: &["release-*", "v*.*.0"],
        releases: 6,
    },
];

/// A policy that keeps thirty builds.
const LIFECYCLE: &str = r#"{"rules":[{"rulePriority":1,"description":"Keep thirty builds","selection":{"tagStatus":"tagged","tagPatternList":["sha-*"],"countType":"imageCountMoreThan","countNumber":30},"action":{"type":"expire"}}]}"#;

pub(super) fn build(config: &Config) -> State {
    let mut state = State::default();
    if config.seed == Seed::Empty {
        return state;
    }
    let now = config.clock.now().unix_timestamp();
    for family in &FAMILIES {
        for (place, name) in family.names.iter().enumerate() {
            let mut repository = Repository::new(name, now - 700 * DAY);
            repository.mode = family.mode;
            repository.filters = family.filters.iter().map(|filter| (*filter).to_owned()).collect();
            repository.lifecycle = (place == 0).then(|| LIFECYCLE.to_owned());
            fill(&mut repository, family.releases, now);
            state.add(repository);
        }
    }
    state
}

/// Releases with a build each before them, and the tags that move.
fn fill(repository: &mut Repository, releases: u32, now: i64) {
    let name = repository.name.clone();
    let size = 40 * MIB + name.len() as u64 * MIB;
    let mut put = |tag: &str, of: &str, age: i64| {
        repository.put(tag, &manifest(&name, of), now - age, size);
    };
    for release in 0..releases {
        let age = i64::from(releases - release) * 9 * DAY;
        let (minor, patch) = (release / 3, release % 3);
        let of = format!("1.{minor}.{patch}");
        put(&format!("sha-{}", short(&name, &of)), &of, age);
        put(&format!("v{of}-rc.1"), &format!("{of}-rc"), age + DAY);
        put(&format!("v{of}"), &of, age);
        put(&format!("dev-{release}"), &format!("dev {release}"), age - DAY);
        put(&format!("build-{}", 1000 + release), &of, age);
    }
    let last = format!("1.{}.{}", (releases - 1) / 3, (releases - 1) % 3);
    for tag in ["latest", "stable", "main"] {
        put(tag, &last, DAY);
    }
    put("1.0-snapshot", "snapshot", 2 * DAY);
    put("release-2026-10", "release of October", 40 * DAY);
}

fn manifest(name: &str, of: &str) -> String {
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","annotations":{{"image":"{name} {of}"}}}}"#
    )
}

/// Seven digits as of a commit.
fn short(name: &str, of: &str) -> String {
    let digest = super::state::digest_of(&format!("{name}@{of}"));
    digest.chars().skip("sha256:".len()).take(7).collect()
}
