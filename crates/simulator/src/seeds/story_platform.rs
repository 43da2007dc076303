//! The stories of `platform`, `data`, `identity` and the odd ones out.

use super::demo::{
    BY_MAINTAINERS, BY_OWNERS, DELETE_BY_OWNERS, IMMUTABLE, LATEST_STABLE, MB, Repo, SEMVER, Story, branch,
    candidate, commit, exactly, moving, pin, pull, release, repo,
};
use super::kinds::Kind;
use super::plan::{DAY, HOUR, MINUTE};
use crate::state::Role;

pub(super) fn stories() -> Vec<Story> {
    vec![base_images(), ci_runners(), edge_proxy(), ingest_worker(), sandbox(), sso_gateway()]
        .into_iter()
        .chain(odd_ones())
        .collect()
}

fn base_images() -> Story {
    const EDGE: &[(&str, i64)] = &[("latest", 12 * DAY), ("edge", 9 * HOUR), ("rolling", 31 * HOUR)];
    let versioned = |name: &'static str, newest: (u32, u32, u32), commits: usize| Repo {
        name,
        parts: vec![
            (Kind::Moving(EDGE), 3),
            (Kind::Release { before: "", after: "", newest }, 380),
            (Kind::Release { before: "", after: "-bookworm", newest }, 150),
            (Kind::Series { newest: (newest.0, newest.1) }, 25),
            commit(commits),
        ],
        pins: Vec::new(),
        size: 118 * MB,
    };
    let alpine = Repo {
        name: "alpine",
        parts: vec![
            (Kind::Moving(EDGE), 2),
            (Kind::Release { before: "", after: "", newest: (3, 22, 1) }, 180),
            (Kind::Series { newest: (3, 22) }, 22),
            exactly(&[("v3.22.1", 12 * DAY)]),
            commit(113),
        ],
        pins: vec![
            pin("3.22.1", 12 * DAY, "ae51c88f"),
            pin("v3.22.1", 12 * DAY, "ae51c88f"),
            pin("3.22", 12 * DAY, "ae51c88f"),
            pin("edge", 9 * HOUR, "d17f0b45"),
        ],
        size: 7_800_000,
    };
    Story {
        id: 1805,
        path: "platform/base-images",
        about: "Base images that every team builds on",
        role: Role::Owner,
        rules: vec![
            ("^v", BY_MAINTAINERS),
            (SEMVER, IMMUTABLE),
            (r"^\d+\.\d+\.\d+$", IMMUTABLE),
            (r"^\d+\.\d+$", BY_OWNERS),
            ("-(bookworm|trixie)$", IMMUTABLE),
        ],
        repos: vec![
            alpine,
            versioned("debian", (13, 2, 0), 120),
            versioned("distroless", (2, 9, 0), 120),
            versioned("golang", (1, 25, 4), 120),
            versioned("jdk", (21, 0, 5), 120),
            versioned("nginx", (1, 29, 3), 120),
            versioned("node", (24, 11, 1), 120),
            versioned("php", (8, 4, 14), 120),
            versioned("postgres", (18, 1, 0), 120),
            versioned("python", (3, 14, 0), 120),
            versioned("redis", (8, 2, 3), 120),
            versioned("ruby", (3, 4, 7), 120),
            versioned("rust", (1, 91, 1), 120),
            versioned("ubuntu", (24, 4, 3), 115),
        ],
    }
}

fn ci_runners() -> Story {
    const MOVING: &[(&str, i64)] = &[("main", 44 * MINUTE), ("edge", 5 * HOUR)];
    let runner = |name| {
        repo(
            name,
            vec![(Kind::Moving(MOVING), 2), release(97, (5, 4, 2)), commit(300), pull(100), branch(66)],
        )
    };
    Story {
        id: 1806,
        path: "platform/ci-runners",
        about: "Runner images for every pipeline",
        role: Role::Owner,
        rules: vec![("v*", BY_MAINTAINERS), ("^(main|edge)$", DELETE_BY_OWNERS)],
        repos: vec![runner(""), runner("docker"), runner("windows"), runner("gpu")],
    }
}

fn edge_proxy() -> Story {
    Story {
        id: 1807,
        path: "platform/edge-proxy",
        about: "The way in from the internet",
        role: Role::Owner,
        rules: vec![(SEMVER, IMMUTABLE), (LATEST_STABLE, DELETE_BY_OWNERS), (r"-rc\.\d+$", DELETE_BY_OWNERS)],
        repos: vec![
            repo("", vec![moving(2), release(490, (6, 12, 3)), candidate(60, (6, 13)), commit(148)]),
            repo("wasm-filters", vec![moving(2), release(350, (2, 7, 0)), candidate(46, (2, 8)), commit(92)]),
        ],
    }
}

fn ingest_worker() -> Story {
    Story {
        id: 1821,
        path: "data/ingest-worker",
        about: "Reads partner files into the lake",
        role: Role::Owner,
        rules: vec![(SEMVER, IMMUTABLE)],
        repos: vec![
            repo("", vec![moving(4), release(200, (1, 31, 0)), commit(400), pull(150), branch(76)]),
            repo("backfill", vec![moving(3), release(114, (1, 12, 2)), commit(250), pull(113)]),
        ],
    }
}

fn sandbox() -> Story {
    Story {
        id: 1822,
        path: "data/sandbox",
        about: "Try things here",
        role: Role::Owner,
        rules: vec![("^", IMMUTABLE)],
        repos: vec![repo("", vec![moving(3), commit(150), branch(100), pull(58)])],
    }
}

fn sso_gateway() -> Story {
    Story {
        id: 1831,
        path: "identity/sso-gateway",
        about: "Single sign-on for staff and partners",
        role: Role::Owner,
        rules: vec![(LATEST_STABLE, DELETE_BY_OWNERS), (r"-rc\.\d+$", BY_MAINTAINERS), (SEMVER, IMMUTABLE)],
        repos: vec![
            repo("", vec![moving(3), release(460, (9, 3, 1)), candidate(60, (9, 4)), commit(77)]),
            repo("saml-bridge", vec![moving(3), release(294, (4, 6, 0)), candidate(40, (4, 7)), commit(40)]),
        ],
    }
}

/// No tags, no registry, and roles that are not enough.
fn odd_ones() -> Vec<Story> {
    let story = |id, path, about, role, rules, repos| Story { id, path, about, role, rules, repos };
    let usual = |n| vec![repo("", vec![moving(3), release(n, (1, 8, 3)), commit(n), pull(n / 2)])];
    vec![
        story(
            1841,
            "tools/scaffold",
            "Templates for new services",
            Role::Owner,
            vec![],
            vec![repo("", vec![])],
        ),
        story(1842, "legacy/wiki-exporter", "Switched off in spring", Role::Owner, vec![], vec![]),
        story(
            1843,
            "mobile/android-app",
            "Build environment of the Android app",
            Role::Developer,
            vec![(SEMVER, IMMUTABLE)],
            usual(60),
        ),
        story(1844, "ops/pager-bridge", "Alerts to people", Role::Developer, vec![], usual(30)),
        story(
            1845,
            "billing/invoices",
            "Invoices as PDF",
            Role::Maintainer,
            vec![("latest", BY_MAINTAINERS)],
            usual(110),
        ),
        story(
            1846,
            "ml/feature-store",
            "Features for training and serving",
            Role::Maintainer,
            vec![],
            usual(140),
        ),
    ]
}
