//! `payments/ledger-api`: 1,204 tags in 3 repositories, with the counts that the pictures show.
//!
//! `^(latest|stable)$` 6, `^v\d+\.\d+\.\d+$` 214, `-rc` 61; so 67 protected, 214 immutable, 923 open.
//! `^v\d+\.\d+\.\d+-(rc|beta)\.\d+$` covers 38 more than `-rc`, keeps 54 and loses 7.
//! `^sha-[0-9a-f]{40}$` covers 412, `^v.*` 313.

use super::demo::{
    BY_MAINTAINERS, DELETE_BY_OWNERS, IMMUTABLE, LATEST_STABLE, MB, Repo, SEMVER, Story, branch, candidate,
    commit, exactly, moving, pin, pull, release,
};
use super::kinds::Kind;
use super::plan::{DAY, HOUR, MINUTE, Pin};
use crate::state::Role;

pub(super) const PATH: &str = "payments/ledger-api";

/// How many tags of each kind one repository has.
struct Counts {
    releases: usize,
    candidates: usize,
    betas: usize,
    commits: usize,
    /// With the one that `main` points at.
    short_commits: usize,
    pulls: usize,
    nightlies: usize,
    branches: usize,
}

/// The seven that the new pattern loses, by repository, and two that come near it.
const API_ODD: &[(&str, i64)] = &[
    ("v2.13.0-rc1", 24 * DAY),
    ("hotfix-rc-test", 31 * DAY),
    ("v2.14.0-rc.2-arm64", 9 * DAY),
    ("V2.12.0-RC.1", 58 * DAY),
    ("v2.14.0-beta.3-arm64", 16 * DAY),
];
const MIGRATIONS_ODD: &[(&str, i64)] = &[("v2.13.0-rc1", 24 * DAY), ("v2.13.0-rc2", 22 * DAY)];
const WORKER_ODD: &[(&str, i64)] = &[("v2.13.0-rc1", 24 * DAY), ("v2.11.0-rc1", 71 * DAY)];

pub(super) fn story() -> Story {
    Story {
        id: 1874,
        path: PATH,
        about: "Double-entry ledger behind every payment",
        role: Role::Owner,
        rules: vec![(LATEST_STABLE, DELETE_BY_OWNERS), (SEMVER, IMMUTABLE), ("-rc", BY_MAINTAINERS)],
        repos: vec![
            // 3 moving + 47 + 30 + 21 + 5 odd + 300 + 59 + 120 + 60 + 57 = 702
            repo(
                "",
                API_ODD,
                &Counts {
                    releases: 47,
                    candidates: 30,
                    betas: 21,
                    commits: 300,
                    short_commits: 59,
                    pulls: 120,
                    nightlies: 60,
                    branches: 57,
                },
                vec![
                    pin("v2.15.0-beta.4", 6 * HOUR, "9f31c07a"),
                    pin("v2.15.0-beta.3", DAY, "41be8d20"),
                    pin("v2.15.0-beta.2", 2 * DAY, "c7705e19"),
                    pin("v2.14.0-rc.3", 5 * DAY, "03ad94f6"),
                    pin("v2.14.0-rc.2", 9 * DAY, "b26f1180"),
                    pin("v2.13.0-rc1", 24 * DAY, "e58c02d4"),
                    pin("hotfix-rc-test", 31 * DAY, "7a90b3cc"),
                ],
            ),
            // 3 moving + 94 + 13 + 9 + 2 odd + 66 + 17 + 40 + 30 + 10 = 284
            repo(
                "migrations",
                MIGRATIONS_ODD,
                &Counts {
                    releases: 94,
                    candidates: 13,
                    betas: 9,
                    commits: 66,
                    short_commits: 17,
                    pulls: 40,
                    nightlies: 30,
                    branches: 10,
                },
                vec![
                    pin("v2.15.0-beta.4", 6 * HOUR, "d0417b3e"),
                    pin("v2.14.0-rc.3", 5 * DAY, "65fa2e81"),
                    pin("v2.13.0-rc1", 24 * DAY, "1cc9470b"),
                ],
            ),
            // 3 moving + 73 + 11 + 8 + 2 odd + 46 + 15 + 30 + 20 + 10 = 218
            repo(
                "worker",
                WORKER_ODD,
                &Counts {
                    releases: 73,
                    candidates: 11,
                    betas: 8,
                    commits: 46,
                    short_commits: 15,
                    pulls: 30,
                    nightlies: 20,
                    branches: 10,
                },
                vec![
                    pin("v2.15.0-beta.4", 6 * HOUR, "fe08a613"),
                    pin("v2.15.0-beta.3", DAY, "2290ae5b"),
                    pin("v2.14.0-rc.3", 5 * DAY, "8b41d7c2"),
                    pin("v2.14.0-rc.2", 9 * DAY, "70f3e19d"),
                    pin("v2.13.0-rc1", 24 * DAY, "0d6a5c38"),
                    pin("v2.12.0-rc.4", 52 * DAY, "ab19f702"),
                ],
            ),
        ],
    }
}

fn repo(name: &'static str, odd: &[(&str, i64)], counts: &Counts, pins: Vec<Pin>) -> Repo {
    let parts = vec![
        moving(3),
        exactly(odd),
        exactly(&[("sha-77d1c0e9", 18 * MINUTE)]),
        release(counts.releases, (2, 14, 0)),
        candidate(counts.candidates, (2, 14)),
        (Kind::Candidate { before: "v", word: "-beta.", newest: (2, 15) }, counts.betas),
        commit(counts.commits),
        (Kind::Commit { before: "sha-", digits: 8 }, counts.short_commits - 1),
        pull(counts.pulls),
        (Kind::Nightly { before: "nightly-" }, counts.nightlies),
        branch(counts.branches),
    ];
    let mut all = vec![
        pin("latest", 2 * HOUR, "5be1a0c4"),
        pin("stable", 3 * DAY, "8d02f77e"),
        pin("main", 18 * MINUTE, "90cf2b6a"),
        pin("sha-77d1c0e9", 18 * MINUTE, "90cf2b6a"),
        pin("pr-4417", HOUR, "2f6d118b"),
        pin("v2.14.0", 3 * DAY, "8d02f77e"),
        pin("v2.13.2", 17 * DAY, "c7705e19"),
        pin("v2.13.1", 37 * DAY, "07bb26e9"),
    ];
    // The first pin of a name counts; what is special to a repository comes first.
    all.splice(0..0, pins);
    Repo { name, parts, pins: all, size: 84 * MB }
}
