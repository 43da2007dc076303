//! Many projects without a story: believable names, and rules as they are found in the wild.

use super::demo::{
    BY_MAINTAINERS, BY_OWNERS, DELETE_BY_OWNERS, IMMUTABLE, LATEST_STABLE, MB, Rule, SEMVER, branch,
    candidate, commit, moving, pull, release,
};
use super::kinds::Kind;
use super::plan::TagPlan;
use super::rng::Rng;
use super::users::DEMO_USER;
use crate::config::Config;
use crate::state::{MinimumRole, ProjectId, Role, State, TagEffect};

/// The first number of a project without a story.
const FIRST_ID: u64 = 2001;

/// The place of a project that is archived.
const ARCHIVED: u64 = 60;

const GROUPS: [&str; 24] = [
    "payments",
    "payments/partners",
    "platform",
    "platform/observability",
    "platform/networking",
    "platform/storage",
    "shop",
    "shop/frontend",
    "identity",
    "data",
    "data/pipelines",
    "data/warehouse",
    "mobile/android",
    "mobile/ios",
    "web/marketing",
    "ops",
    "ops/backup",
    "ml/training",
    "ml/serving",
    "logistics",
    "logistics/warehouse",
    "billing",
    "support/tools",
    "partners/integrations",
];

const SUBJECTS: [&str; 32] = [
    "account",
    "address",
    "alert",
    "audit",
    "basket",
    "campaign",
    "carrier",
    "consent",
    "contract",
    "currency",
    "customer",
    "delivery",
    "device",
    "document",
    "event",
    "export",
    "fraud",
    "image",
    "inventory",
    "invoice",
    "label",
    "mail",
    "message",
    "metrics",
    "order",
    "price",
    "profile",
    "quota",
    "report",
    "session",
    "tax",
    "ticket",
];

const ROLES: [&str; 12] =
    ["api", "worker", "gateway", "sync", "store", "ui", "cron", "bridge", "proxy", "cache", "jobs", "hub"];

const PARTS: [&str; 5] = ["", "worker", "migrations", "web", "cron"];

/// Adds `projects` projects with exactly `tags` tags in all.
pub(super) fn add(state: &mut State, config: &Config, projects: usize, tags: usize) {
    let mut rng = Rng::new(config.seed ^ 0x666c_6565_7421);
    let shares = shares(projects, tags, &mut rng);
    for (at, share) in (0_u64..).zip(shares) {
        let id = state.create_project_as(ProjectId(FIRST_ID + at), &path(at, &mut rng));
        // A few projects where the demo's user may only look or only protect.
        match at % 41 {
            13 => state.set_role(id, DEMO_USER, Some(Role::Maintainer)),
            29 => state.set_role(id, DEMO_USER, Some(Role::Developer)),
            _ => {}
        }
        if at == ARCHIVED
            && let Some(project) = state.project_mut(id)
        {
            project.archived = true;
        }
        for (pattern, effect) in rules(rng.below(100)) {
            state.add_tag_rule(id, pattern, *effect);
        }
        repositories(state, id, share, &mut rng);
    }
}

/// The `at`th path; a number is added when all combinations are used up.
fn path(at: u64, rng: &mut Rng) -> String {
    let combinations = (SUBJECTS.len() * ROLES.len()) as u64;
    let group = rng.pick(&GROUPS).unwrap_or("ops");
    // 7 and the number of combinations have no common divisor, so every pair comes once a round.
    let place = at * 7 % combinations;
    let subject = SUBJECTS.get((place / ROLES.len() as u64) as usize).unwrap_or(&"thing");
    let role = ROLES.get((place % ROLES.len() as u64) as usize).unwrap_or(&"app");
    match at / combinations {
        0 => format!("{group}/{subject}-{role}"),
        round => format!("{group}/{subject}-{role}-{}", round + 1),
    }
}

/// Few projects with many tags, many with few; the sum is exact.
fn shares(projects: usize, tags: usize, rng: &mut Rng) -> Vec<usize> {
    let weights: Vec<u64> = (0..projects)
        .map(|_| {
            let draw = 1 + rng.below(100);
            10 + draw * draw * draw / 5_000
        })
        .collect();
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let mut shares: Vec<usize> =
        weights.iter().map(|weight| usize::try_from(tags as u64 * weight / sum).unwrap_or(0)).collect();
    let given: usize = shares.iter().sum();
    // Rounding down loses less than one tag a project.
    for share in shares.iter_mut().take(tags.saturating_sub(given)) {
        *share += 1;
    }
    shares
}

fn repositories(state: &mut State, id: ProjectId, share: usize, rng: &mut Rng) {
    let now = state.now().unix_timestamp();
    let most = if share < 60 { 1 } else { 1 + rng.below(PARTS.len() as u64) as usize };
    let mut left = share;
    for (at, name) in PARTS.iter().take(most).enumerate() {
        let count = if at + 1 == most { left } else { left * 3 / 5 };
        left -= count;
        let plan = TagPlan {
            seed: rng.next(),
            now,
            parts: mix(count, rng),
            pins: Vec::new(),
            size: (20 + rng.below(300)) * MB,
        };
        state.create_planned_repository(id, name, plan);
    }
}

/// `count` tags as one of several kinds of pipeline makes them.
fn mix(count: usize, rng: &mut Rng) -> Vec<(Kind, usize)> {
    let newest = (1 + rng.below(6) as u32, rng.below(20) as u32, rng.below(5) as u32);
    let style = rng.below(4);
    let mut parts = Vec::new();
    let mut left = count;
    let mut give = |part: (Kind, usize), left: &mut usize| {
        let given = part.1.min(*left);
        *left -= given;
        parts.push((part.0, given));
    };
    give(moving(4), &mut left);
    let some = |percent: usize| count * percent / 100;
    match style {
        0 => {
            give(release(some(30), newest), &mut left);
            give(candidate(some(8), (newest.0, newest.1 + 1)), &mut left);
            give(pull(some(15).min(4000)), &mut left);
        }
        1 => {
            give((Kind::Release { before: "", after: "", newest }, some(35)), &mut left);
            give((Kind::Release { before: "", after: "-alpine", newest }, some(20)), &mut left);
            give(branch(some(10)), &mut left);
        }
        2 => {
            give((Kind::Calendar, some(15)), &mut left);
            give((Kind::Nightly { before: "nightly-" }, some(15).min(400)), &mut left);
            give((Kind::Build { before: "build-", newest: 90_000 }, some(30)), &mut left);
        }
        _ => {
            give(release(some(12), newest), &mut left);
            give(pull(some(25).min(4000)), &mut left);
            give(branch(some(20)), &mut left);
        }
    }
    let before = if style == 3 { "main-" } else { "sha-" };
    let digits = if style == 0 { 40 } else { 8 };
    let rest = left;
    if style == 0 {
        give(commit(rest), &mut left);
    } else {
        give((Kind::Commit { before, digits }, rest), &mut left);
    }
    parts
}

/// Rules as they are found in the wild: none, good ones, and the usual mistakes.
fn rules(draw: u64) -> &'static [Rule] {
    const BY_ADMINS: TagEffect =
        TagEffect::Protected { push: MinimumRole::Admin, delete: MinimumRole::Admin };
    match draw {
        0..40 => &[],
        40..52 => &[(LATEST_STABLE, DELETE_BY_OWNERS), (SEMVER, IMMUTABLE)],
        52..60 => &[(SEMVER, IMMUTABLE)],
        60..66 => &[(r"^v?\d+\.\d+\.\d+$", IMMUTABLE), (r"-rc\.\d+$", BY_MAINTAINERS)],
        66..73 => &[("latest", BY_MAINTAINERS)],
        73..79 => &[("1.0.0", BY_OWNERS), ("^v2.0", BY_MAINTAINERS)],
        79..83 => &[("v*", BY_MAINTAINERS)],
        83..88 => &[("-rc", BY_MAINTAINERS), (SEMVER, IMMUTABLE)],
        88..91 => &[("^v.*", BY_MAINTAINERS), ("^v", BY_OWNERS)],
        91..93 => &[(".*", BY_ADMINS)],
        93..96 => &[("^release-", DELETE_BY_OWNERS), ("latest$", BY_MAINTAINERS)],
        _ => &[
            (LATEST_STABLE, DELETE_BY_OWNERS),
            ("^main$", BY_MAINTAINERS),
            ("-rc", BY_MAINTAINERS),
            (SEMVER, IMMUTABLE),
            (r"^\d+\.\d+\.\d+$", IMMUTABLE),
        ],
    }
}
