//! Deleting tags and repositories through the API, and cleaning up.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::Gitlab;
use tagwarden_simulator::{
    ADMIN_TOKEN, Clock, Config, DEVELOPER_TOKEN, MAINTAINER_TOKEN, MinimumRole, OWNER_TOKEN, TagEffect,
};

const DAY: i64 = 86_400;
const OWNERS_DELETE: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Owner };

/// A project with these tags of these ages in seconds.
async fn with_tags(tags: &[(&str, i64)], rules: &[(&str, TagEffect)]) -> Gitlab {
    let now = 1_795_000_000;
    let seconds = Arc::new(AtomicI64::new(now));
    let reads = Arc::clone(&seconds);
    let clock = Clock::from_fn(move || {
        let at = reads.load(Ordering::Relaxed);
        time::OffsetDateTime::from_unix_timestamp(at).unwrap()
    });
    let gitlab = Gitlab::start(Config { clock, ..Config::empty() }).await;
    gitlab.running.edit(|state| {
        let project = state.create_project("team/app");
        let repository = state.create_repository(project, "").unwrap();
        for (tag, age) in tags {
            seconds.store(now - age, Ordering::Relaxed);
            state.put_tag(repository, tag);
        }
        seconds.store(now, Ordering::Relaxed);
        for (pattern, effect) in rules {
            state.add_tag_rule(project, pattern, *effect).unwrap();
        }
    });
    gitlab
}

fn left(gitlab: &Gitlab) -> Vec<String> {
    gitlab.running.inspect(|state| {
        let tags = state.repository_at("team/app").unwrap().tags();
        tags.as_slice().iter().map(|tag| tag.name.to_string()).collect()
    })
}

#[tokio::test]
async fn the_documented_cleanup_deletes_exactly_three_tags() {
    let tags = [
        ("latest", 7_200),
        ("production-v44", 3 * DAY),
        ("production-v43", 6 * DAY),
        ("production-v42", 11 * DAY),
        ("dev-v44", 2 * DAY),
        ("dev-v43", 5 * DAY),
        ("dev-v42", 10 * DAY),
        ("v44", DAY),
        ("v43", 12 * DAY),
        ("v42", 20 * DAY),
    ];
    let gitlab = with_tags(&tags, &[]).await;
    let policy = json!({"container_expiration_policy_attributes": {
        "enabled": true, "keep_n": 1, "older_than": "7d",
        "name_regex_delete": ".*", "name_regex_keep": "production-.*",
    }});
    let (status, body) =
        gitlab.rest(Method::PUT, MAINTAINER_TOKEN, "/projects/team%2Fapp", Some(policy)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["container_expiration_policy"]["name_regex_keep"], "production-.*");
    let mut deleted = gitlab.running.run_cleanup("team/app");
    deleted.sort();
    assert_eq!(deleted, ["team/app:dev-v42", "team/app:v42", "team/app:v43"]);
}

#[tokio::test]
async fn a_scheduled_cleanup_is_held_back_by_every_rule() {
    let tags = [("v1", 90 * DAY), ("rc", 90 * DAY), ("old", 90 * DAY), ("a", 90 * DAY)];
    let gitlab = with_tags(&tags, &[("v1", TagEffect::Immutable), ("rc", OWNERS_DELETE)]).await;
    let policy = json!({"container_expiration_policy_attributes": {
        "enabled": true, "keep_n": null, "older_than": "7d", "name_regex": ".*",
    }});
    gitlab.rest(Method::PUT, MAINTAINER_TOKEN, "/projects/team%2Fapp", Some(policy)).await;
    gitlab.running.run_cleanup("team/app");
    assert_eq!(left(&gitlab), ["rc", "v1"]);
}

async fn delete(gitlab: &Gitlab, token: &str, what: &str) -> StatusCode {
    let id = gitlab.running.inspect(|state| state.repository_at("team/app").unwrap().id);
    let path = format!("/projects/team%2Fapp/registry/repositories/{id}{what}");
    gitlab.rest(Method::DELETE, token, &path, None).await.0
}

#[tokio::test]
async fn one_tag_goes_unless_a_rule_holds_the_role_back() {
    let tags = [("v1", 0), ("rc", 0), ("open", 0)];
    let gitlab = with_tags(&tags, &[("v1", TagEffect::Immutable), ("rc", OWNERS_DELETE)]).await;
    assert_eq!(delete(&gitlab, DEVELOPER_TOKEN, "/tags/open").await, StatusCode::OK);
    assert_eq!(delete(&gitlab, DEVELOPER_TOKEN, "/tags/open").await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&gitlab, MAINTAINER_TOKEN, "/tags/rc").await, StatusCode::FORBIDDEN);
    assert_eq!(delete(&gitlab, ADMIN_TOKEN, "/tags/v1").await, StatusCode::FORBIDDEN);
    assert_eq!(delete(&gitlab, OWNER_TOKEN, "/tags/rc").await, StatusCode::OK);
}

#[tokio::test]
async fn a_repository_with_tags_stays_while_a_rule_stands_whatever_its_pattern() {
    let gitlab = with_tags(&[("open", 0)], &[("never", OWNERS_DELETE)]).await;
    assert_eq!(delete(&gitlab, DEVELOPER_TOKEN, "").await, StatusCode::FORBIDDEN);
    assert_eq!(delete(&gitlab, MAINTAINER_TOKEN, "").await, StatusCode::FORBIDDEN);
    assert_eq!(delete(&gitlab, OWNER_TOKEN, "").await, StatusCode::ACCEPTED);
    let gitlab = with_tags(&[("open", 0)], &[("never", TagEffect::Immutable)]).await;
    assert_eq!(delete(&gitlab, ADMIN_TOKEN, "").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn bulk_deletion_works_once_an_hour_and_reads_alternatives_without_a_group() {
    let tags = [("main", 0), ("mainline", 0), ("my-release", 0), ("other", 0), ("latest", 0)];
    let gitlab = with_tags(&tags, &[]).await;
    let what = "/tags?name_regex_delete=main%7Crelease";
    assert_eq!(delete(&gitlab, MAINTAINER_TOKEN, what).await, StatusCode::ACCEPTED);
    assert_eq!(left(&gitlab), ["latest", "other"]);
    assert_eq!(delete(&gitlab, MAINTAINER_TOKEN, what).await, StatusCode::BAD_REQUEST);
    assert_eq!(delete(&gitlab, MAINTAINER_TOKEN, "/tags").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn graphql_drops_protected_names_unless_all_are() {
    let tags = [("v1", 0), ("open", 0)];
    let gitlab = with_tags(&tags, &[("v1", TagEffect::Immutable)]).await;
    let id = gitlab.running.inspect(|state| state.repository_at("team/app").unwrap().id);
    let mutation = "mutation($input: DestroyContainerRepositoryTagsInput!) {
      destroyContainerRepositoryTags(input: $input) { deletedTagNames errors } }";
    let destroy = async |names: Vec<&str>| {
        let input =
            json!({"input": {"id": format!("gid://gitlab/ContainerRepository/{id}"), "tagNames": names}});
        gitlab.graphql(OWNER_TOKEN, mutation, input).await
    };
    let body = destroy(vec!["v1", "open"]).await;
    assert_eq!(body["data"]["destroyContainerRepositoryTags"]["deletedTagNames"], json!(["open"]));
    let body = destroy(vec!["v1"]).await;
    let errors = &body["data"]["destroyContainerRepositoryTags"]["errors"];
    assert_eq!(errors, &json!(["cannot delete protected tag(s)"]));
    let body = destroy(vec!["x"; 21]).await;
    assert_eq!(body["errors"][0]["message"], "Number of tags is greater than 20");
}
