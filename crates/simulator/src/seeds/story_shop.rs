//! The stories of `shop`.

use super::demo::{
    BY_MAINTAINERS, DELETE_BY_OWNERS, IMMUTABLE, LATEST_STABLE, MB, Repo, SEMVER, Story, branch, candidate,
    commit, exactly, moving, pin, pull, release, repo,
};
use super::kinds::Kind;
use super::plan::{DAY, HOUR, MINUTE};
use crate::state::Role;

pub(super) fn stories() -> Vec<Story> {
    vec![catalogue(), checkout_web(), gift_cards(), search_indexer()]
}

fn catalogue() -> Story {
    let root = Repo {
        name: "",
        parts: vec![moving(3), (Kind::Calendar, 250), release(350, (1, 19, 4)), commit(330)],
        pins: vec![pin("2026.11.2", 2 * DAY, "b4c8e713")],
        size: 156 * MB,
    };
    Story {
        id: 1811,
        path: "shop/catalogue",
        about: "Everything that can be bought",
        role: Role::Owner,
        rules: vec![],
        repos: vec![
            root,
            repo("images", vec![moving(2), release(330, (3, 2, 0)), commit(188)]),
            repo("feeds", vec![moving(2), release(268, (2, 11, 1)), commit(154)]),
        ],
    }
}

fn checkout_web() -> Story {
    const ROOT: &[(&str, i64)] =
        &[("latest", 41 * MINUTE), ("stable", 8 * DAY), ("main", 41 * MINUTE), ("canary", 41 * MINUTE)];
    let root = Repo {
        name: "",
        parts: vec![
            (Kind::Moving(ROOT), 4),
            release(400, (4, 8, 0)),
            exactly(&[("prod-eu", 9 * HOUR), ("prod-us", 9 * HOUR)]),
            (Kind::Build { before: "prod-", newest: 812 }, 28),
            commit(700),
            pull(300),
            branch(170),
        ],
        pins: vec![
            pin("v4.8.0", 8 * DAY, "e9a2c3f1"),
            pin("v4.7.3", 22 * DAY, "60b7d82c"),
            pin("canary", 41 * MINUTE, "12ff90ab"),
            pin("prod-eu", 9 * HOUR, "e9a2c3f1"),
        ],
        size: 212 * MB,
    };
    Story {
        id: 1812,
        path: "shop/checkout-web",
        about: "From basket to thank-you page",
        role: Role::Owner,
        rules: vec![(SEMVER, IMMUTABLE), ("^prod-", BY_MAINTAINERS), (LATEST_STABLE, DELETE_BY_OWNERS)],
        repos: vec![
            root,
            repo(
                "assets",
                vec![
                    moving(2),
                    release(200, (4, 8, 0)),
                    (Kind::Build { before: "prod-", newest: 644 }, 28),
                    commit(400),
                    pull(170),
                ],
            ),
            repo("ssr", vec![moving(2), release(150, (4, 8, 0)), commit(400), pull(148)]),
            repo("e2e", vec![moving(2), release(120, (2, 3, 0)), commit(300), branch(145)]),
            repo("storybook", vec![moving(2), release(100, (1, 40, 0)), pull(398)]),
            repo("edge", vec![moving(2), release(100, (1, 6, 2)), commit(198)]),
        ],
    }
}

fn gift_cards() -> Story {
    Story {
        id: 1813,
        path: "shop/gift-cards",
        about: "Vouchers and their balances",
        role: Role::Owner,
        rules: vec![(r"^v\d+\.\d+\.\d+-rc", BY_MAINTAINERS), (SEMVER, IMMUTABLE)],
        repos: vec![
            repo("", vec![moving(3), release(70, (1, 9, 0)), candidate(40, (1, 10)), commit(137)]),
            repo("mailer", vec![moving(3), release(42, (1, 4, 1)), candidate(25, (1, 5)), commit(82)]),
        ],
    }
}

fn search_indexer() -> Story {
    Story {
        id: 1814,
        path: "shop/search-indexer",
        about: "Keeps the search index fresh",
        role: Role::Maintainer,
        rules: vec![(LATEST_STABLE, DELETE_BY_OWNERS), (SEMVER, BY_MAINTAINERS)],
        repos: vec![
            repo("", vec![moving(3), release(150, (3, 0, 2)), commit(247)]),
            repo("ranker", vec![moving(3), release(90, (1, 2, 0)), commit(147)]),
        ],
    }
}
