//! The company of the demo.

use tagwarden_simulator::Clock;
use tagwarden_simulator::harbor::{HarborConfig, State};
use time::macros::datetime;

use crate::support::{ADMIN, Harbor, NOBODY, OWNER, names};

fn at_noon() -> HarborConfig {
    let clock = Clock::from_fn(|| datetime!(2026-11-20 12:00 UTC));
    HarborConfig { clock, ..HarborConfig::default() }
}

fn counts(state: &State) -> (usize, usize, usize) {
    let tags = state.repositories().map(|repository| repository.tags().count()).sum();
    (state.projects().count(), state.repositories().count(), tags)
}

#[tokio::test]
async fn it_is_as_large_as_it_is_said_to_be() {
    let harbor = Harbor::start(at_noon()).await;
    let (projects, repositories, tags) = harbor.running.inspect(counts);
    assert_eq!((projects, repositories, tags), (12, 60, 2_500));
    assert_eq!(names(&harbor.get(NOBODY, "/projects").await.1, "name"), ["base-images", "library"]);
    assert_eq!(harbor.get(OWNER, "/projects?page_size=100").await.1.as_array().unwrap().len(), 12);
}

#[tokio::test]
async fn the_same_seed_at_the_same_time_is_the_same_company() {
    let all = async |seed: u64| {
        let harbor = Harbor::start(HarborConfig { seed, ..at_noon() }).await;
        let mut rows = Vec::new();
        for project in names(&harbor.get(ADMIN, "/projects?page_size=100").await.1, "name") {
            rows.push(harbor.get(ADMIN, &format!("/projects/{project}/artifacts?page_size=0")).await.1);
        }
        rows
    };
    assert_eq!(all(42).await, all(42).await);
    assert_ne!(all(42).await, all(43).await);
}

#[tokio::test]
async fn its_rules_do_not_all_do_what_they_seem_to() {
    let harbor = Harbor::start(at_noon()).await;
    let immutable = |image: &str| {
        let (repository, tag) = image.rsplit_once(':').unwrap();
        harbor.running.inspect(|state| {
            assert!(state.repository_at(repository).is_some_and(|found| found.tag(tag).is_some()), "{image}");
            state.is_immutable(repository, tag)
        })
    };
    // The list without braces.
    assert!(!immutable("shop/catalogue:latest") && immutable("shop/catalogue:v1.19.4"));
    // The open brace, and what comes after it.
    assert!(immutable("payments/ledger-api:v2.14.0"));
    assert!(!immutable("payments/settlement/batch:prod-eu") && !immutable("payments/ledger-api:stable"));
    // Excluding rules add up.
    assert!(immutable("platform/edge-proxy:main") && !immutable("platform/ci/runner:canary"));
    // Switched off.
    assert!(!immutable("data/ingest/files:v1.31.0") && immutable("data/lake/compactor:v0.14.0"));
    // A kind that does not exist.
    assert!(!immutable("security/vault/agent:v1.20.0") && immutable("security/signer:v1.1.0"));
    assert!(immutable("archive/crm/ui:latest"));
}

#[tokio::test]
async fn there_are_duplicates_many_rules_and_a_retention_policy() {
    let harbor = Harbor::start(at_noon()).await;
    let rules = async |project: &str| {
        let path = format!("/projects/{project}/immutabletagrules?page_size=100&sort=id");
        harbor.get(OWNER, &path).await.1.as_array().unwrap().clone()
    };
    let twice = rules("logistics").await;
    assert_eq!(twice[0]["tag_selectors"], twice[1]["tag_selectors"]);
    assert!(rules("ml").await.len() > 15);
    assert_eq!(rules("data").await[1]["disabled"], true);
    let (_, project) = harbor.get(OWNER, "/projects/web").await;
    let id = project["metadata"]["retention_id"].as_str().unwrap().to_owned();
    let (_, policy) = harbor.get(OWNER, &format!("/retentions/{id}")).await;
    assert_eq!(policy["scope"]["ref"], project["project_id"]);
    assert_eq!(policy["rules"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn manifests_have_the_digests_that_are_told() {
    let harbor = Harbor::start(at_noon()).await;
    harbor.running.edit(|state| state.put_tag("shop/catalogue", "late"));
    for tag in ["v1.19.4", "late"] {
        let path = format!("/v2/shop/catalogue/manifests/{tag}");
        let answer = harbor.send(reqwest::Method::GET, OWNER, &path, None).await;
        let told = answer.headers()["docker-content-digest"].to_str().unwrap().to_owned();
        let content = answer.text().await.unwrap();
        // The server reckons the digest of what is pushed, so the same content is no other artifact.
        let path = format!("/v2/shop/catalogue/manifests/{told}");
        let request = harbor.http.put(harbor.url(&path)).basic_auth("admin", Some("Harbor12345"));
        assert_eq!(request.body(content).send().await.unwrap().status(), reqwest::StatusCode::CREATED);
    }
}

#[tokio::test]
async fn moving_names_share_digests_and_some_artifacts_have_no_name() {
    let harbor = Harbor::start(at_noon()).await;
    harbor.running.inspect(|state| {
        let found = state.repository_at("shop/checkout/web").unwrap();
        let newest = found.resolve("v4.8.0").unwrap();
        assert_eq!(newest.tags().collect::<Vec<_>>(), ["latest", "stable", "v4.8.0"]);
        assert!(found.artifacts().any(|artifact| artifact.tags().next().is_none()));
        let now = state.now();
        assert!(found.artifacts().all(|artifact| artifact.push_time <= now));
    });
}
