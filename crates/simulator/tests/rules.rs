//! Tag rules over REST and GraphQL: statuses, envelopes, and who may do what.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::Gitlab;
use tagwarden_simulator::{
    ADMIN_TOKEN, Config, DEMO_EXPIRED_TOKEN, DEMO_READ_TOKEN, DEVELOPER_TOKEN, GUEST_TOKEN, MAINTAINER_TOKEN,
    MinimumRole, OUTSIDER_TOKEN, OWNER_TOKEN, RuleId, TagEffect, Version,
};

const RULES: &str = "/projects/team%2Fapp/registry/protection/tag/rules";

fn rule(pattern: &str) -> Value {
    json!({
        "tag_name_pattern": pattern,
        "minimum_access_level_for_push": "maintainer",
        "minimum_access_level_for_delete": "owner",
    })
}

fn add(gitlab: &Gitlab, pattern: &str, effect: TagEffect) -> RuleId {
    gitlab.running.edit(|state| {
        let project = state.project_id("team/app").unwrap();
        state.add_tag_rule(project, pattern, effect).unwrap()
    })
}

const PROTECTED: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Maintainer };

#[tokio::test]
async fn rest_shows_protected_rules_only() {
    let gitlab = Gitlab::with_project().await;
    assert_eq!(gitlab.get(MAINTAINER_TOKEN, RULES).await, (StatusCode::OK, json!([])));
    add(&gitlab, "^v", TagEffect::Immutable);
    let (status, created) = gitlab.rest(Method::POST, MAINTAINER_TOKEN, RULES, Some(rule("latest"))).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(created["tag_name_pattern"], "latest");
    assert_eq!(created["minimum_access_level_for_delete"], "owner");
    assert_eq!(gitlab.get(ADMIN_TOKEN, RULES).await, (StatusCode::OK, json!([created])));
}

#[tokio::test]
async fn roles_below_maintainer_are_forbidden_and_strangers_see_no_project() {
    let gitlab = Gitlab::with_project().await;
    for token in [GUEST_TOKEN, DEVELOPER_TOKEN] {
        let (status, body) = gitlab.get(token, RULES).await;
        assert_eq!((status, body), (StatusCode::FORBIDDEN, json!({"message": "403 Forbidden"})));
    }
    let (status, body) = gitlab.get(OUTSIDER_TOKEN, RULES).await;
    assert_eq!((status, body), (StatusCode::NOT_FOUND, json!({"message": "404 Project Not Found"})));
    let (status, body) = gitlab.get("wrong", RULES).await;
    assert_eq!((status, body), (StatusCode::UNAUTHORIZED, json!({"message": "401 Unauthorized"})));
    let (status, body) = gitlab.get(DEMO_EXPIRED_TOKEN, RULES).await;
    assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_token")));
    let (status, body) = gitlab.rest(Method::POST, DEMO_READ_TOKEN, RULES, Some(rule("x"))).await;
    assert_eq!((status, &body["error"]), (StatusCode::FORBIDDEN, &json!("insufficient_scope")));
}

#[tokio::test]
async fn parameters_are_checked_before_the_token() {
    let gitlab = Gitlab::with_project().await;
    let (status, body) = gitlab.rest(Method::POST, "wrong", RULES, Some(json!({}))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error"].as_str().unwrap().contains("tag_name_pattern is missing"));
    let path = format!("{RULES}/invalid");
    let (status, _) = gitlab.rest(Method::DELETE, "wrong", &path, None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn each_verb_wraps_its_errors_in_its_own_way() {
    let gitlab = Gitlab::with_project().await;
    let id = add(&gitlab, "taken", PROTECTED);
    let other = add(&gitlab, "other", PROTECTED);
    let fixed = add(&gitlab, "fixed", TagEffect::Immutable);
    let (status, body) = gitlab.rest(Method::POST, MAINTAINER_TOKEN, RULES, Some(rule("taken"))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(body, json!({"message": ["Tag name pattern has already been taken"]}));
    let patch = async |id: RuleId, body: Value| {
        gitlab.rest(Method::PATCH, MAINTAINER_TOKEN, &format!("{RULES}/{id}"), Some(body)).await
    };
    let (status, body) = patch(other, json!({"tag_name_pattern": "taken"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(body["message"]["error"][0], "Tag name pattern has already been taken");
    let (status, body) = patch(fixed, json!({"tag_name_pattern": "moved"})).await;
    assert_eq!(
        (status, body),
        (StatusCode::UNPROCESSABLE_ENTITY, json!({"message": {"error": "Operation not allowed"}}))
    );
    let (status, _) = patch(id, json!({"tag_name_pattern": "invalid["})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = patch(id, json!({"tag_name_pattern": "x".repeat(101)})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = patch(id, json!({"minimum_access_level_for_push": "developer"})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, body) = patch(id, json!({"minimum_access_level_for_push": "admin"})).await;
    assert_eq!((status, &body["tag_name_pattern"]), (StatusCode::OK, &json!("taken")));
    gitlab.running.edit(|state| state.settings.registry_api = false);
    let path = format!("{RULES}/{id}");
    let (status, body) = gitlab.rest(Method::DELETE, MAINTAINER_TOKEN, &path, None).await;
    let words = json!({"message": {"error": "GitLab container registry API not supported"}});
    assert_eq!((status, body), (StatusCode::BAD_REQUEST, words));
}

#[tokio::test]
async fn only_owners_delete_immutable_rules() {
    let gitlab = Gitlab::with_project().await;
    let id = add(&gitlab, "^v", TagEffect::Immutable);
    let path = format!("{RULES}/{id}");
    let status = gitlab.rest(Method::DELETE, MAINTAINER_TOKEN, &path, None).await.0;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let answer = gitlab.send(Method::DELETE, OWNER_TOKEN, &format!("/api/v4{path}"), None).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.text().await.unwrap(), "");
    let status = gitlab.rest(Method::DELETE, OWNER_TOKEN, &path, None).await.0;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

const CREATE: &str = "mutation($input: createContainerProtectionTagRuleInput!) {
  createContainerProtectionTagRule(input: $input) {
    errors containerProtectionTagRule { id tagNamePattern immutable } } }";

#[tokio::test]
async fn graphql_creates_immutable_rules_for_owners_up_to_five() {
    let gitlab = Gitlab::with_project().await;
    let create = async |token: &str, pattern: &str| {
        let input = json!({"input": {"projectPath": "team/app", "tagNamePattern": pattern}});
        gitlab.graphql(token, CREATE, input).await
    };
    let body = create(OWNER_TOKEN, "^v").await;
    let payload = &body["data"]["createContainerProtectionTagRule"];
    assert_eq!(payload["errors"], json!([]));
    assert_eq!(payload["containerProtectionTagRule"]["immutable"], true);
    let errors = |body: &Value| body["data"]["createContainerProtectionTagRule"]["errors"].clone();
    let refused = "Unauthorized to create an immutable protection rule for container image tags";
    assert_eq!(errors(&create(MAINTAINER_TOKEN, "x").await), json!([refused]));
    let star = "Tag name pattern not valid RE2 syntax: no argument for repetition operator: *";
    assert_eq!(errors(&create(OWNER_TOKEN, "*").await), json!([star]));
    let blank = create(OWNER_TOKEN, " ").await;
    assert_eq!(blank["errors"][0]["message"], "tagNamePattern can't be blank");
    for pattern in ["a", "b", "c", "d"] {
        assert_eq!(errors(&create(OWNER_TOKEN, pattern).await), json!([]));
    }
    let full = "Maximum number of protection rules have been reached.";
    assert_eq!(errors(&create(OWNER_TOKEN, "e").await), json!([full]));
    let outside = create(DEVELOPER_TOKEN, "e").await;
    assert!(outside["errors"][0]["message"].as_str().unwrap().contains("does not exist or you don't"));
}

#[tokio::test]
async fn graphql_answers_unlicensed_and_bad_levels_in_the_servers_words() {
    let gitlab = Gitlab::with_project().await;
    gitlab.running.edit(|state| state.settings.licensed = false);
    let input = json!({"input": {"projectPath": "team/app", "tagNamePattern": "^v"}});
    let body = gitlab.graphql(OWNER_TOKEN, CREATE, input).await;
    let words = json!(["Immutable tag rules require an Ultimate license"]);
    assert_eq!(body["data"]["createContainerProtectionTagRule"]["errors"], words);
    let input = json!({"input": {"projectPath": "team/app", "tagNamePattern": "x", "minimumAccessLevelForPush": "INVALID"}});
    let body = gitlab.graphql(OWNER_TOKEN, CREATE, input).await;
    let message = body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("invalid value for minimumAccessLevelForPush"), "{message}");
    assert!(body.get("data").is_none());
}

const READ: &str = "query($p: ID!, $n: Int) { project(fullPath: $p) { id maxAccessLevel { integerValue }
  containerProtectionTagRules(first: $n) { nodes { id tagNamePattern immutable
    minimumAccessLevelForPush } pageInfo { hasNextPage endCursor } } } }";

#[tokio::test]
async fn graphql_lists_protected_rules_first_and_pages_them() {
    let gitlab = Gitlab::with_project().await;
    add(&gitlab, "^v", TagEffect::Immutable);
    add(&gitlab, "latest", PROTECTED);
    let body = gitlab.graphql(OWNER_TOKEN, READ, json!({"p": "team/app", "n": 1})).await;
    let rules = &body["data"]["project"]["containerProtectionTagRules"];
    assert_eq!(rules["nodes"][0]["tagNamePattern"], "latest");
    assert_eq!(rules["nodes"][0]["minimumAccessLevelForPush"], "MAINTAINER");
    assert_eq!(rules["pageInfo"]["hasNextPage"], true);
    assert_eq!(body["data"]["project"]["maxAccessLevel"]["integerValue"], 50);
    gitlab.running.edit(|state| state.settings.licensed = false);
    let body = gitlab.graphql(OWNER_TOKEN, READ, json!({"p": "team/app"})).await;
    let rules = &body["data"]["project"]["containerProtectionTagRules"];
    assert_eq!(rules["nodes"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn older_servers_lack_fields_and_endpoints() {
    let config = Config { version: Version::new(17, 10, 0), ..Config::empty() };
    let gitlab = Gitlab::start(config).await;
    gitlab.running.edit(|state| state.create_project("team/app"));
    let body = gitlab.graphql(OWNER_TOKEN, READ, json!({"p": "team/app"})).await;
    let words = "Field 'immutable' doesn't exist on type 'ContainerProtectionTagRule'";
    assert_eq!(body["errors"][0]["message"], words);
    assert_eq!(gitlab.get(OWNER_TOKEN, RULES).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn graphql_has_limits() {
    let gitlab = Gitlab::with_project().await;
    let long = format!("query {{ echo(text: \"{}\") }}", "x".repeat(10_000));
    let request = gitlab.http.post(gitlab.url("/api/graphql")).bearer_auth(OWNER_TOKEN);
    let answer = request.json(&json!({"query": long})).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let part = |n: usize| {
        format!(
            "a{n}: project(fullPath: \"team/app\") {{ containerProtectionTagRules {{ nodes {{ id tagNamePattern }} }} }} "
        )
    };
    let many: String = (0..60).map(part).collect();
    let body = gitlab.graphql(OWNER_TOKEN, &format!("query {{ {many} }}"), json!({})).await;
    let message = body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("exceeds max complexity of 250"), "{message}");
    let few: String = (0..5).map(part).collect();
    let body = gitlab
        .graphql(OWNER_TOKEN, &format!("query {{ {few} queryComplexity {{ score limit }} }}"), json!({}))
        .await;
    assert_eq!(body["data"]["queryComplexity"]["limit"], 250);
    assert!(body["data"]["a4"]["containerProtectionTagRules"]["nodes"].is_array());
    let body = gitlab.graphql("wrong", "{ currentUser { id } }", json!({})).await;
    assert_eq!(body, json!({"errors": [{"message": "Invalid token"}]}));
}
