//! The other stories of `payments`.

use super::demo::{
    BY_MAINTAINERS, BY_OWNERS, IMMUTABLE, MB, Repo, SEMVER, Story, branch, candidate, commit, exactly,
    moving, pin, pull, release, repo,
};
use super::kinds::Kind;
use super::plan::{HOUR, MINUTE};
use crate::state::Role;

pub(super) fn stories() -> Vec<Story> {
    vec![card_vault(), fx_rates(), settlement_jobs()]
}

fn card_vault() -> Story {
    let moved = || exactly(&[("latest", 4 * HOUR), ("main", 26 * MINUTE)]);
    let fips = (Kind::Release { before: "fips-", after: "", newest: (3, 1, 0) }, 28);
    Story {
        id: 1872,
        path: "payments/card-vault",
        about: "Card numbers, behind four doors",
        role: Role::Owner,
        rules: vec![
            ("^(latest|main)$", BY_OWNERS),
            (SEMVER, IMMUTABLE),
            (r"^sha-[0-9a-f]{40}$", IMMUTABLE),
            (r"^fips-\d+\.\d+\.\d+$", IMMUTABLE),
        ],
        repos: vec![
            repo("", vec![moved(), release(200, (3, 5, 1)), candidate(40, (3, 6)), fips, commit(250)]),
            repo("hsm-proxy", vec![moved(), release(120, (1, 7, 0)), commit(180), pull(39)]),
        ],
    }
}

fn fx_rates() -> Story {
    Story {
        id: 1873,
        path: "payments/fx-rates",
        about: "Exchange rates by the minute",
        role: Role::Owner,
        rules: vec![("^v.*-rc", BY_MAINTAINERS), (SEMVER, IMMUTABLE)],
        repos: vec![repo(
            "",
            vec![
                moving(3),
                release(240, (2, 20, 3)),
                candidate(58, (2, 21)),
                (Kind::Nightly { before: "nightly-" }, 41),
                commit(60),
            ],
        )],
    }
}

fn settlement_jobs() -> Story {
    let root = Repo {
        name: "",
        parts: vec![moving(4), release(600, (3, 9, 1)), commit(250), pull(126)],
        pins: vec![pin("v3.9.1", 5 * HOUR, "4c1e77b0")],
        size: 140 * MB,
    };
    Story {
        id: 1875,
        path: "payments/settlement-jobs",
        about: "Moves the money at the end of the day",
        role: Role::Owner,
        rules: vec![],
        repos: vec![
            root,
            repo("eod", vec![moving(3), release(480, (3, 9, 1)), commit(200), branch(77)]),
            repo("reconcile", vec![moving(3), release(400, (3, 9, 0)), commit(160), branch(77)]),
            repo("netting", vec![moving(3), release(320, (3, 8, 2)), commit(120), branch(77)]),
            repo("reports", vec![moving(3), release(179, (1, 14, 0)), commit(150), branch(86)]),
        ],
    }
}
