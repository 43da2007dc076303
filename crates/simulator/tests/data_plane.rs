//! The data plane: what is enforced, in which order, with which status.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use reqwest::StatusCode;
use serde_json::Value;
use support::Gitlab;
use tagwarden_simulator::{
    ADMIN_PLAIN_TOKEN, ADMIN_TOKEN, DEVELOPER_TOKEN, DeployToken, MAINTAINER_TOKEN, MinimumRole, OWNER_TOKEN,
    TagEffect,
};

const REPOSITORY: &str = "team/app/api";
const PUSH: &str = "repository:team/app/api:push,pull";
const DELETE: &str = "repository:team/app/api:push,pull,delete";

fn protected(push: MinimumRole, delete: MinimumRole) -> TagEffect {
    TagEffect::Protected { push, delete }
}

async fn with_rules(rules: &[(&str, TagEffect)]) -> Gitlab {
    let gitlab = Gitlab::with_project().await;
    gitlab.running.edit(|state| {
        let project = state.project_id("team/app").unwrap();
        for (pattern, effect) in rules {
            state.add_tag_rule(project, pattern, *effect).unwrap();
        }
        let repository = state.repository_at(REPOSITORY).unwrap().id;
        for tag in ["v1.0.0", "latest", "open"] {
            state.put_tag(repository, tag);
        }
    });
    gitlab
}

fn code(body: &Value) -> &str {
    body["errors"][0]["code"].as_str().unwrap_or_default()
}

const BY_MAINTAINERS: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Maintainer };

#[tokio::test]
async fn an_immutable_tag_can_be_created_but_not_overwritten() {
    let gitlab = with_rules(&[("v.*", BY_MAINTAINERS), (r"v\d+\.\d+\.\d+", TagEffect::Immutable)]).await;
    let developer = gitlab.registry_token("dilan", DEVELOPER_TOKEN, PUSH).await;
    let (status, body) = gitlab.push(&developer, REPOSITORY, "v2.0.0").await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "PROTECTED_TAG"));
    let maintainer = gitlab.registry_token("mara", MAINTAINER_TOKEN, PUSH).await;
    assert_eq!(gitlab.push(&maintainer, REPOSITORY, "v2.0.0").await.0, StatusCode::CREATED);
    let (status, body) = gitlab.push(&maintainer, REPOSITORY, "v2.0.0").await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "IMMUTABLE_TAG"));
    assert_eq!(body["errors"][0]["detail"], "tag \"v2.0.0\" is immutable");
    assert_eq!(gitlab.push(&maintainer, REPOSITORY, "v-beta").await.0, StatusCode::CREATED);
    let admin = gitlab.registry_token("root", ADMIN_TOKEN, PUSH).await;
    assert_eq!(code(&gitlab.push(&admin, REPOSITORY, "v1.0.0").await.1), "IMMUTABLE_TAG");
}

#[tokio::test]
async fn administrators_and_deploy_tokens_pass_protected_rules() {
    let admins = protected(MinimumRole::Admin, MinimumRole::Admin);
    let gitlab = with_rules(&[("latest", admins)]).await;
    gitlab.running.edit(|state| {
        let project = state.project_id("team/app").unwrap();
        let (username, secret) = ("deploy".to_owned(), "deploy-secret".to_owned());
        state.add_deploy_token(DeployToken { username, secret, project, write: true });
    });
    let owner = gitlab.registry_token("otto", OWNER_TOKEN, PUSH).await;
    assert_eq!(code(&gitlab.push(&owner, REPOSITORY, "latest").await.1), "PROTECTED_TAG");
    for (user, secret) in [("root", ADMIN_TOKEN), ("deploy", "deploy-secret")] {
        let token = gitlab.registry_token(user, secret, PUSH).await;
        assert_eq!(gitlab.push(&token, REPOSITORY, "latest").await.0, StatusCode::CREATED);
    }
    let token = gitlab.registry_token("deploy", "deploy-secret", DELETE).await;
    assert_eq!(code(&gitlab.delete(&token, REPOSITORY, "open").await.1), "UNAUTHORIZED");
}

#[tokio::test]
async fn deleting_asks_the_rules_before_it_looks_for_the_tag() {
    let owners = protected(MinimumRole::Maintainer, MinimumRole::Owner);
    let gitlab = with_rules(&[("latest", owners), ("^v", TagEffect::Immutable)]).await;
    let token = gitlab.registry_token("mara", MAINTAINER_TOKEN, DELETE).await;
    for (tag, wanted) in [
        ("latest", "PROTECTED_TAG"),
        ("v1.0.0", "IMMUTABLE_TAG"),
        ("v9.9.9", "IMMUTABLE_TAG"),
        ("missing", "MANIFEST_UNKNOWN"),
    ] {
        assert_eq!(code(&gitlab.delete(&token, REPOSITORY, tag).await.1), wanted, "{tag}");
    }
    assert_eq!(gitlab.delete(&token, REPOSITORY, "open").await.0, StatusCode::ACCEPTED);
    let digest = format!("sha256:{}", "0".repeat(64));
    let (status, body) = gitlab.delete(&token, REPOSITORY, &digest).await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "PROTECTED_MANIFEST"));
    let developer = gitlab.registry_token("dilan", DEVELOPER_TOKEN, DELETE).await;
    assert_eq!(code(&gitlab.delete(&developer, REPOSITORY, "open").await.1), "UNAUTHORIZED");
}

#[tokio::test]
async fn too_many_too_long_and_broken_patterns_are_bad_requests() {
    let owners = protected(MinimumRole::Owner, MinimumRole::Owner);
    let six: Vec<String> = (0..6).map(|n| format!("never-{n}")).collect();
    let rules: Vec<(&str, TagEffect)> = six.iter().map(|text| (text.as_str(), owners)).collect();
    let gitlab = with_rules(&rules).await;
    let maintainer = gitlab.registry_token("mara", MAINTAINER_TOKEN, PUSH).await;
    let (status, body) = gitlab.push(&maintainer, REPOSITORY, "open").await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "TAG_PATTERN_COUNT"));
    let owner = gitlab.registry_token("otto", OWNER_TOKEN, PUSH).await;
    assert_eq!(gitlab.push(&owner, REPOSITORY, "open").await.0, StatusCode::CREATED);
    let long = "é".repeat(51);
    for (pattern, tag, wanted) in [
        (long.as_str(), "open", "INVALID_TAG_PROTECTION_PATTERN"),
        ("invalid[", "open", "INVALID_TAG_PROTECTION_PATTERN"),
    ] {
        let gitlab = with_rules(&[("latest", owners), (pattern, owners)]).await;
        let token = gitlab.registry_token("mara", MAINTAINER_TOKEN, PUSH).await;
        let (status, body) = gitlab.push(&token, REPOSITORY, tag).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, wanted));
        let (_, body) = gitlab.push(&token, REPOSITORY, "latest").await;
        assert_eq!(code(&body), "PROTECTED_TAG", "a broken pattern behind a match is not noticed");
    }
}

#[tokio::test]
async fn a_token_keeps_the_rules_it_was_made_with() {
    let gitlab = with_rules(&[]).await;
    let before = gitlab.registry_token("dilan", DEVELOPER_TOKEN, PUSH).await;
    gitlab.running.edit(|state| {
        let project = state.project_id("team/app").unwrap();
        state.add_tag_rule(project, "latest", BY_MAINTAINERS)
    });
    assert_eq!(gitlab.push(&before, REPOSITORY, "latest").await.0, StatusCode::CREATED);
    let after = gitlab.registry_token("dilan", DEVELOPER_TOKEN, PUSH).await;
    assert_eq!(gitlab.push(&after, REPOSITORY, "latest").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn tags_are_listed_in_pages() {
    let gitlab = with_rules(&[]).await;
    let token = gitlab.registry_token("mara", MAINTAINER_TOKEN, PUSH).await;
    let url = gitlab.url("/v2/team/app/api/tags/list?n=2");
    let answer = gitlab.http.get(url).bearer_auth(&token).send().await.unwrap();
    let link = answer.headers()["link"].to_str().unwrap().to_owned();
    assert_eq!(link, "</v2/team/app/api/tags/list?last=open&n=2>; rel=\"next\"");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["tags"], serde_json::json!(["latest", "open"]));
}

#[tokio::test]
async fn tokens_carry_the_patterns_above_their_holders_role() {
    let (maintainer, owner, admin) = (MinimumRole::Maintainer, MinimumRole::Owner, MinimumRole::Admin);
    let gitlab = with_rules(&[
        ("v1.*", protected(maintainer, maintainer)),
        ("latest", protected(owner, maintainer)),
        ("admin-only", protected(admin, owner)),
    ])
    .await;
    let carried = async |secret: &str| {
        let url = gitlab.url(&format!("/jwt/auth?service=container_registry&scope={DELETE}"));
        let answer = gitlab.http.get(url).basic_auth("any", Some(secret)).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        body["access"][0]["meta"]["tag_deny_access_patterns"].clone()
    };
    let json = |push: &[&str], delete: &[&str]| serde_json::json!({"push": push, "delete": delete});
    let developer = serde_json::json!({"push": ["v1.*", "latest", "admin-only"]});
    assert_eq!(carried(DEVELOPER_TOKEN).await, developer);
    assert_eq!(carried(MAINTAINER_TOKEN).await, json(&["latest", "admin-only"], &["admin-only"]));
    assert_eq!(carried(OWNER_TOKEN).await, json(&["admin-only"], &[]));
    assert_eq!(carried(ADMIN_TOKEN).await, json(&[], &[]));
    gitlab.running.edit(|state| state.settings.admin_mode = true);
    assert_eq!(carried(ADMIN_PLAIN_TOKEN).await, Value::Null);
}
