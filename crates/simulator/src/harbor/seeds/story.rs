//! Who is in the demo: projects, their repositories and their rules.

use serde_json::{Value, json};

use super::people::{HARBOR_MAINTAINER, HARBOR_OWNER};
use crate::harbor::state::{Role, RuleText, Selector};
use crate::seeds::kinds::Kind;
use crate::seeds::plan::{DAY, HOUR, MINUTE};

/// A repository's name below its project, and how many tags of which kind it has.
type Repo = (&'static str, Vec<(Kind, usize)>);

/// A project of the demo.
pub(super) struct Story {
    pub(super) name: &'static str,
    pub(super) public: bool,
    pub(super) repositories: Vec<Repo>,
    /// Rules, and whether they are enabled.
    pub(super) rules: Vec<(RuleText, bool)>,
    pub(super) retention: Option<Value>,
    /// Roles that differ from what people are named after.
    pub(super) roles: Vec<(&'static str, Option<Role>)>,
}

impl Story {
    fn new(name: &'static str, repositories: Vec<Repo>, rules: Vec<RuleText>) -> Self {
        let rules = rules.into_iter().map(|rule| (rule, true)).collect();
        Self { name, public: false, repositories, rules, retention: None, roles: Vec::new() }
    }

    fn public(self) -> Self {
        Self { public: true, ..self }
    }

    fn switched_off(mut self, rule: RuleText) -> Self {
        self.rules.push((rule, false));
        self
    }
}

const MOVING: &[(&str, i64)] = &[("latest", 3 * DAY), ("main", 40 * MINUTE), ("stable", 3 * DAY)];

fn service(newest: (u32, u32, u32), releases: usize, commits: usize) -> Vec<(Kind, usize)> {
    vec![
        (Kind::Moving(MOVING), 3),
        (Kind::Release { before: "v", after: "", newest }, releases),
        (Kind::Candidate { before: "v", word: "-rc.", newest: (newest.0, newest.1 + 1) }, 5),
        (Kind::Commit { before: "sha-", digits: 12 }, commits),
    ]
}

fn base(newest: (u32, u32, u32), releases: usize) -> Vec<(Kind, usize)> {
    vec![
        (Kind::Moving(&[("latest", 3 * DAY), ("edge", 9 * HOUR)]), 2),
        (Kind::Release { before: "", after: "", newest }, releases),
        (Kind::Series { newest: (newest.0, newest.1) }, releases / 4),
    ]
}

fn calendar(releases: usize, nightlies: usize) -> Vec<(Kind, usize)> {
    vec![
        (Kind::Moving(&[("prod-eu", 2 * DAY), ("prod-us", 2 * DAY), ("canary", 2 * DAY)]), 3),
        (Kind::Calendar, releases),
        (Kind::Nightly { before: "nightly-" }, nightlies),
    ]
}

fn excluding(repositories: &str, tags: &str) -> RuleText {
    RuleText::new(Selector::new("repoExcludes", repositories), Selector::new("matches", tags))
}

fn all_but(tags: &str) -> RuleText {
    RuleText::new(Selector::new("repoMatches", "**"), Selector::new("excludes", tags))
}

/// The projects in the order in which they were made.
pub(super) fn stories() -> Vec<Story> {
    let mut all = vec![library(), base_images(), shop(), payments(), logistics(), platform()];
    all.extend([data(), ml(), web(), mobile(), security(), archive()]);
    all
}

fn library() -> Story {
    Story::new(
        "library",
        vec![("hello-world", base((1, 4, 0), 8)), ("busybox", base((1, 37, 0), 12))],
        vec![],
    )
    .public()
}

fn base_images() -> Story {
    let names = ["alpine", "debian", "golang", "node", "python", "temurin/21", "temurin/25"];
    let newest = [(3, 22, 1), (13, 2, 0), (1, 25, 4), (24, 11, 1), (3, 14, 0), (21, 0, 9), (25, 0, 1)];
    let repositories = names.into_iter().zip(newest).map(|(name, newest)| (name, base(newest, 36))).collect();
    Story::new("base-images", repositories, vec![RuleText::matching("**", "[0-9]*.[0-9]*.[0-9]*")]).public()
}

/// Somebody wrote a list without braces, as it is read nowhere.
fn shop() -> Story {
    let repositories = vec![
        ("catalogue", service((1, 19, 4), 40, 30)),
        ("checkout/web", service((4, 8, 0), 46, 40)),
        ("checkout/api", service((4, 8, 0), 40, 34)),
        ("checkout/worker", service((4, 7, 2), 24, 20)),
        ("gift-cards", service((1, 9, 0), 18, 16)),
        ("search/indexer", service((3, 0, 2), 20, 16)),
        ("search/ranker", service((1, 2, 0), 10, 12)),
    ];
    let rules = vec![RuleText::matching("**", "latest,stable"), RuleText::matching("**", "v*.*.*")];
    Story::new("shop", repositories, rules)
}

/// A brace that was never closed switches off what comes after it.
fn payments() -> Story {
    let repositories = vec![
        ("ledger-api", service((2, 14, 0), 44, 77)),
        ("ledger-worker", service((2, 14, 0), 34, 28)),
        ("settlement/batch", calendar(30, 20)),
        ("settlement/reports", calendar(18, 12)),
        ("fraud/scorer", service((1, 6, 3), 16, 14)),
    ];
    let rules = vec![
        RuleText::matching("ledger-*", "v[0-9]*"),
        RuleText::matching("{settlement/**,fraud/**", "**"),
        RuleText::matching("**", "{prod-*,stable}"),
    ];
    Story::new("payments", repositories, rules)
}

/// The same rule twice.
fn logistics() -> Story {
    let repositories = vec![
        ("routing", service((5, 4, 2), 28, 24)),
        ("tracking/ingest", service((2, 0, 5), 20, 16)),
        ("tracking/notify", service((1, 11, 0), 16, 12)),
        ("labels", service((3, 3, 1), 18, 10)),
        ("warehouse/picker", service((0, 9, 4), 8, 10)),
    ];
    let twice = RuleText::matching("**", "{v*,stable}");
    Story::new("logistics", repositories, vec![twice.clone(), twice])
}

fn platform() -> Story {
    let repositories = vec![
        ("ci/runner", calendar(24, 16)),
        ("ci/kaniko", calendar(16, 10)),
        ("ci/cache", calendar(8, 20)),
        ("edge-proxy", service((6, 12, 3), 40, 56)),
        ("mesh/sidecar", service((1, 28, 0), 26, 14)),
        ("mesh/control", service((1, 28, 0), 26, 14)),
    ];
    let rules = vec![excluding("ci/**", "**"), all_but("{nightly-*,canary,sha-*}")];
    Story::new("platform", repositories, rules)
}

/// One rule was switched off for an evening, some time ago.
fn data() -> Story {
    let repositories = vec![
        ("ingest/files", service((1, 31, 0), 24, 20)),
        ("ingest/streams", service((1, 30, 2), 20, 18)),
        ("lake/compactor", service((0, 14, 0), 12, 10)),
        ("notebooks", calendar(20, 20)),
        ("dbt", service((1, 8, 0), 12, 8)),
    ];
    Story::new("data", repositories, vec![RuleText::matching("lake/*", "v*")])
        .switched_off(RuleText::matching("ingest/**", "v*"))
}

/// More rules than Harbor's own window shows.
fn ml() -> Story {
    let models = [
        "models/pricing",
        "models/churn",
        "models/eta",
        "models/search",
        "models/fraud",
        "training/base",
        "serving/triton",
    ];
    let repositories = models.iter().map(|name| (*name, calendar(12, 8))).collect();
    let rules = (2019..=2026)
        .flat_map(|year| [(year, "models/**"), (year, "training/*")])
        .map(|(year, repositories)| RuleText::matching(repositories, &format!("{year}.*")))
        .chain([RuleText::matching("serving/**", "prod-*")])
        .collect();
    Story::new("ml", repositories, rules)
}

fn web() -> Story {
    let repositories = vec![
        ("storefront", service((12, 0, 3), 30, 80)),
        ("landing", service((3, 5, 0), 16, 20)),
        ("cms/editor", service((2, 2, 0), 14, 12)),
        ("cms/render", service((2, 2, 0), 14, 12)),
        ("assets", calendar(12, 14)),
    ];
    let retention = json!({
        "algorithm": "or",
        "rules": [
            {
                "id": 1,
                "priority": 1,
                "disabled": false,
                "action": "retain",
                "template": "latestPushedK",
                "params": {"latestPushedK": 20},
                "tag_selectors": [
                    {"kind": "doublestar", "decoration": "matches", "pattern": "v*", "extras": "{\"untagged\":false}"}
                ],
                "scope_selectors": {
                    "repository": [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]
                },
            },
            {
                "id": 2,
                "priority": 2,
                "disabled": false,
                "action": "retain",
                "template": "nDaysSinceLastPull",
                "params": {"nDaysSinceLastPull": 30},
                "tag_selectors": [
                    {"kind": "doublestar", "decoration": "excludes", "pattern": "sha-*", "extras": "{\"untagged\":true}"}
                ],
                "scope_selectors": {
                    "repository": [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]
                },
            },
        ],
        "trigger": {"kind": "Schedule", "references": {"job_id": 12}, "settings": {"cron": "0 0 3 * * *"}},
    });
    let story = Story::new("web", repositories, vec![RuleText::matching("{storefront,cms/*}", "v*.*.*")]);
    Story { retention: Some(retention), ..story }
}

/// Two selectors where one is looked at, and a project's name where none is.
fn mobile() -> Story {
    let repositories = vec![
        ("android/build", calendar(14, 14)),
        ("ios/signing", calendar(10, 6)),
        ("push-gateway", service((1, 4, 0), 14, 14)),
        ("feature-flags", service((2, 1, 0), 12, 10)),
    ];
    let mut two = RuleText::matching("**", "v*");
    if let Some(tags) = &mut two.tag_selectors {
        tags.push(Selector::new("matches", "prod-*"));
    }
    Story::new("mobile", repositories, vec![two, RuleText::matching("mobile/push-gateway", "stable")])
}

/// A kind with a slip of the pen: Harbor takes it, and errs ever after.
fn security() -> Story {
    let repositories = vec![
        ("scanner", service((0, 58, 0), 20, 10)),
        ("signer", service((1, 1, 0), 10, 6)),
        ("vault/agent", service((1, 20, 0), 14, 4)),
        ("vault/init", service((1, 20, 0), 14, 4)),
    ];
    let mut slip = RuleText::matching("vault/**", "**");
    if let Some(selector) = slip.tag_selectors.as_mut().and_then(|tags| tags.first_mut()) {
        selector.kind = "doublestart".to_owned();
    }
    let story = Story::new("security", repositories, vec![slip, RuleText::matching("**", "v*")]);
    Story { roles: vec![(HARBOR_OWNER, Some(Role::Developer)), (HARBOR_MAINTAINER, None)], ..story }
}

fn archive() -> Story {
    let repositories = vec![
        ("wiki-exporter", base((1, 2, 0), 10)),
        ("crm/sync", base((0, 9, 0), 8)),
        ("crm/ui", base((4, 0, 2), 12)),
    ];
    Story::new("archive", repositories, vec![RuleText::matching("**", "**")])
}
