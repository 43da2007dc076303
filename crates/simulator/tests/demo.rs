//! The numbers of the story that the demo tells.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use support::Gitlab;
use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_simulator::{Config, DEMO_TOKEN, State};

fn ledger_tags(state: &State) -> Vec<String> {
    tags(state, "payments/ledger-api")
}

fn tags(state: &State, project: &str) -> Vec<String> {
    let project = state.project(state.project_id(project).unwrap()).unwrap();
    state
        .repositories_of(project)
        .flat_map(|repository| repository.tags().as_slice())
        .map(|tag| tag.name.to_string())
        .collect()
}

fn covered<'a>(tags: &'a [String], pattern: &str) -> Vec<&'a str> {
    let pattern = Pattern::compile(Dialect::Gitlab, pattern).unwrap();
    tags.iter().map(String::as_str).filter(|tag| pattern.is_match(tag)).collect()
}

#[tokio::test]
async fn the_ledger_has_the_counts_of_the_pictures() {
    let gitlab = Gitlab::start(Config::default()).await;
    let tags = gitlab.running.inspect(ledger_tags);
    assert_eq!(tags.len(), 1204);
    let count = |pattern: &str| covered(&tags, pattern).len();
    assert_eq!(count("^(latest|stable)$"), 6);
    assert_eq!(count(r"^v\d+\.\d+\.\d+$"), 214);
    assert_eq!(count("-rc"), 61);
    assert_eq!(count("^sha-[0-9a-f]{40}$"), 412);
    assert_eq!(count("^v.*"), 313);
    let old = covered(&tags, "-rc");
    let new = covered(&tags, r"^v\d+\.\d+\.\d+-(rc|beta)\.\d+$");
    let still = old.iter().filter(|tag| new.contains(tag)).count();
    let lost: Vec<_> = old.iter().filter(|tag| !new.contains(tag)).collect();
    assert_eq!((new.len() - still, lost.len(), still), (38, 7, 54));
    assert!(lost.contains(&&"v2.13.0-rc1") && lost.contains(&&"hotfix-rc-test"));
    let dotless = covered(&tags, r"^v\d+\.\d+\.\d+-rc\d+$");
    assert_eq!(dotless.len(), 5);
}

#[tokio::test]
async fn the_repositories_of_the_ledger_have_702_284_and_218_tags() {
    let gitlab = Gitlab::start(Config::default()).await;
    let path = "/projects/payments%2Fledger-api/registry/repositories?tags_count=true";
    let (_, rows) = gitlab.get(DEMO_TOKEN, path).await;
    let counts: Vec<u64> =
        rows.as_array().unwrap().iter().map(|row| row["tags_count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [702, 284, 218]);
}

#[tokio::test]
async fn projects_of_the_pictures_have_their_tags() {
    let gitlab = Gitlab::start(Config::default()).await;
    let wanted = [
        ("data/ingest-worker", 1310),
        ("data/sandbox", 311),
        ("identity/sso-gateway", 977),
        ("payments/card-vault", 861),
        ("payments/fx-rates", 402),
        ("payments/settlement-jobs", 3318),
        ("platform/base-images", 9127),
        ("platform/ci-runners", 2260),
        ("platform/edge-proxy", 1190),
        ("shop/catalogue", 1877),
        ("shop/checkout-web", 4471),
        ("shop/gift-cards", 402),
        ("shop/search-indexer", 640),
        ("tools/scaffold", 0),
    ];
    for (project, count) in wanted {
        let tags = gitlab.running.inspect(|state| tags(state, project));
        assert_eq!(tags.len(), count, "{project}");
    }
    let checkout = gitlab.running.inspect(|state| tags(state, "shop/checkout-web"));
    assert_eq!(covered(&checkout, r"^v\d+\.\d+\.\d+$").len(), 1070);
    assert_eq!(covered(&checkout, "^prod-").len(), 58);
    let sso = gitlab.running.inspect(|state| tags(state, "identity/sso-gateway"));
    assert_eq!(covered(&sso, r"^v\d+\.\d+\.\d+$").len(), 754);
    let runners = gitlab.running.inspect(|state| tags(state, "platform/ci-runners"));
    assert_eq!(covered(&runners, "v*").len(), 2260);
}

#[tokio::test]
async fn promised_counts_are_kept_when_tags_are_made() {
    let gitlab = Gitlab::start(Config::default()).await;
    gitlab.running.inspect(|state| {
        assert_eq!(state.projects().count(), 280);
        let promised: usize = state.repositories().map(|repository| repository.tags_count()).sum();
        assert_eq!(promised, 70_000);
        for repository in state.repositories() {
            let promised = repository.tags_count();
            assert_eq!(repository.tags().len(), promised, "{}", repository.path);
        }
    });
}

#[tokio::test]
async fn the_same_seed_makes_the_same_tags() {
    let one = Gitlab::start(Config::default()).await;
    let two = Gitlab::start(Config::default()).await;
    assert_eq!(one.running.inspect(ledger_tags), two.running.inspect(ledger_tags));
}

#[tokio::test]
async fn a_million_tags_are_promised_at_once() {
    let config = Config {
        scenario: tagwarden_simulator::Scenario::Large,
        projects: 500,
        tags: 1_000_000,
        ..Config::default()
    };
    let gitlab = Gitlab::start(config).await;
    let promised: usize =
        gitlab.running.inspect(|state| state.repositories().map(|repository| repository.tags_count()).sum());
    assert_eq!(promised, 1_000_000);
}
