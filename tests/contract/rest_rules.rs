//! The tag-rule endpoints themselves, for what the client never sends: GitLab's own specs.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tagwarden_simulator::{
    ADMIN_TOKEN, Config, DEVELOPER_TOKEN, GUEST_TOKEN, MAINTAINER_TOKEN, MinimumRole, OUTSIDER_TOKEN,
    OWNER_TOKEN, REPORTER_TOKEN, TagEffect,
};

use crate::support::World;

const LEVELS: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Maintainer };

async fn call(world: &World, token: &str, method: Method, tail: &str, body: Value) -> (StatusCode, Value) {
    let id = world.project;
    call_at(world, token, method, &format!("projects/{id}/registry/protection/tag/rules{tail}"), body).await
}

async fn call_at(world: &World, token: &str, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let url = format!("{}/api/v4/{path}", world.sim.base_url());
    let request = reqwest::Client::new().request(method, url).header("PRIVATE-TOKEN", token);
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.unwrap();
    let status = answer.status();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
}

fn wish(pattern: &str) -> Value {
    json!({"tag_name_pattern": pattern, "minimum_access_level_for_push": "maintainer",
        "minimum_access_level_for_delete": "owner"})
}

#[tokio::test]
async fn reading_is_for_maintainers_and_shows_protected_rules_only() {
    let world = World::new().await;
    world.sim.edit(|state| state.add_tag_rule(world.project, "fixed", TagEffect::Immutable));
    for (token, status) in [
        (MAINTAINER_TOKEN, 200),
        (ADMIN_TOKEN, 200),
        (GUEST_TOKEN, 403),
        (REPORTER_TOKEN, 403),
        (DEVELOPER_TOKEN, 403),
        (OUTSIDER_TOKEN, 404),
        ("unknown", 401),
    ] {
        let (got, body) = call(&world, token, Method::GET, "", Value::Null).await;
        assert_eq!(got.as_u16(), status, "{token}");
        if status == 200 {
            assert_eq!(body, json!([]), "{token}");
        }
    }
    let (status, _) = call_at(
        &world,
        MAINTAINER_TOKEN,
        Method::GET,
        "projects/999999/registry/protection/tag/rules",
        Value::Null,
    )
    .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn creating_echoes_the_rule_and_checks_its_parameters() {
    let world = World::new().await;
    for token in [MAINTAINER_TOKEN, ADMIN_TOKEN] {
        let (status, body) = call(&world, token, Method::POST, "", wish(token)).await;
        assert_eq!(status, 201);
        for (field, value) in wish(token).as_object().unwrap() {
            assert_eq!(&body[field], value);
        }
    }
    for missing in ["tag_name_pattern", "minimum_access_level_for_push", "minimum_access_level_for_delete"] {
        let mut body = wish("new");
        body.as_object_mut().unwrap().remove(missing);
        assert_eq!(call(&world, MAINTAINER_TOKEN, Method::POST, "", body).await.0, 400, "{missing}");
    }
    let mut invalid = wish("new");
    invalid["minimum_access_level_for_push"] = json!("wizard");
    // Parameters come before the token.
    assert_eq!(call(&world, "unknown", Method::POST, "", invalid).await.0, 400);
    assert_eq!(call(&world, MAINTAINER_TOKEN, Method::POST, "", wish(ADMIN_TOKEN)).await.0, 422);
    assert_eq!(world.patterns().len(), 2);
}

#[tokio::test]
async fn changing_one_field_leaves_the_others() {
    let world = World::new().await;
    let (first, fixed) = world.sim.edit(|state| {
        let first = state.add_tag_rule(world.project, "a", LEVELS).unwrap();
        state.add_tag_rule(world.project, "b", LEVELS);
        (first, state.add_tag_rule(world.project, "c", TagEffect::Immutable).unwrap())
    });
    let one = format!("/{first}");
    let patch = |tail: String, body: Value| {
        let world = &world;
        async move { call(world, MAINTAINER_TOKEN, Method::PATCH, &tail, body).await }
    };
    let (status, body) = patch(one.clone(), json!({"minimum_access_level_for_delete": "admin"})).await;
    assert_eq!(status, 200);
    assert_eq!(body["tag_name_pattern"], "a");
    assert_eq!(body["minimum_access_level_for_push"], "maintainer");
    assert_eq!(body["minimum_access_level_for_delete"], "admin");
    for (body, status) in [
        (json!({"tag_name_pattern": "invalid["}), 422),
        (json!({"tag_name_pattern": "x".repeat(101)}), 422),
        (json!({"minimum_access_level_for_push": "wizard"}), 400),
        (json!({"tag_name_pattern": "b"}), 422),
    ] {
        assert_eq!(patch(one.clone(), body.clone()).await.0.as_u16(), status, "{body}");
    }
    let (_, body) = patch(one.clone(), json!({"tag_name_pattern": "b"})).await;
    assert!(body["message"]["error"][0].as_str().unwrap().contains("has already been taken"), "{body}");
    let (status, body) =
        call(&world, OWNER_TOKEN, Method::PATCH, &format!("/{fixed}"), json!({"tag_name_pattern": "d"}))
            .await;
    assert_eq!((status.as_u16(), &body["message"]["error"]), (422, &json!("Operation not allowed")));
    for (tail, status) in [("/invalid", 400), ("/999999", 404)] {
        assert_eq!(
            patch(tail.to_owned(), json!({"tag_name_pattern": "e"})).await.0.as_u16(),
            status,
            "{tail}"
        );
    }
}

#[tokio::test]
async fn deleting_immutable_rules_is_for_owners() {
    for (token, kind, status) in [
        (MAINTAINER_TOKEN, LEVELS, 204),
        (ADMIN_TOKEN, LEVELS, 204),
        (OWNER_TOKEN, TagEffect::Immutable, 204),
        (ADMIN_TOKEN, TagEffect::Immutable, 204),
        (MAINTAINER_TOKEN, TagEffect::Immutable, 403),
        (DEVELOPER_TOKEN, LEVELS, 403),
        (OUTSIDER_TOKEN, LEVELS, 404),
    ] {
        let world = World::new().await;
        let id = world.sim.edit(|state| state.add_tag_rule(world.project, "a", kind)).unwrap();
        let (got, body) = call(&world, token, Method::DELETE, &format!("/{id}"), Value::Null).await;
        assert_eq!(got.as_u16(), status, "{token} {kind:?}");
        assert_eq!(world.patterns().is_empty(), status == 204);
        if status == 204 {
            assert_eq!(body, Value::Null);
        }
    }
    let world = World::new().await;
    let other = world.sim.edit(|state| {
        let project = state.create_project("shop/other");
        state.add_tag_rule(project, "a", LEVELS).unwrap()
    });
    for (tail, status) in
        [("/invalid".to_owned(), 400), ("/999999".to_owned(), 404), (format!("/{other}"), 404)]
    {
        let got = call(&world, OWNER_TOKEN, Method::DELETE, &tail, Value::Null).await.0;
        assert_eq!(got.as_u16(), status, "{tail}");
    }
}

#[tokio::test]
async fn a_registry_without_its_database_refuses_with_each_verbs_envelope() {
    let world = World::with(Config { registry_api: false, ..Config::empty() }).await;
    let id = world.sim.edit(|state| state.add_tag_rule(world.project, "a", LEVELS)).unwrap();
    let said = "GitLab container registry API not supported";
    let (status, body) = call(&world, OWNER_TOKEN, Method::POST, "", wish("b")).await;
    assert_eq!((status.as_u16(), body), (422, json!({"message": said})));
    let (status, body) = call(&world, OWNER_TOKEN, Method::DELETE, &format!("/{id}"), Value::Null).await;
    assert_eq!((status.as_u16(), body), (400, json!({"message": {"error": said}})));
}

#[tokio::test]
async fn repository_rules_need_one_level() {
    let world = World::new().await;
    let path = format!("projects/{}/registry/protection/repository/rules", world.project);
    let post = |body: Value| {
        let (world, path) = (&world, &path);
        async move { call_at(world, MAINTAINER_TOKEN, Method::POST, path, body).await.0.as_u16() }
    };
    let rule = |push: Value, delete: Value| {
        json!({"repository_path_pattern": format!("{}/*", crate::support::PATH),
            "minimum_access_level_for_push": push, "minimum_access_level_for_delete": delete})
    };
    assert_eq!(post(rule(json!(""), json!(""))).await, 422);
    assert_eq!(post(rule(json!("wizard"), json!("owner"))).await, 400);
    assert_eq!(post(rule(json!("owner"), json!(""))).await, 201);
    assert_eq!(post(rule(json!("owner"), json!(""))).await, 422);
}

#[tokio::test]
async fn changing_anything_is_for_maintainers() {
    let world = World::new().await;
    let id = world.sim.edit(|state| state.add_tag_rule(world.project, "a", LEVELS)).unwrap();
    for (token, status) in [
        (GUEST_TOKEN, 403),
        (REPORTER_TOKEN, 403),
        (DEVELOPER_TOKEN, 403),
        (OUTSIDER_TOKEN, 404),
        ("unknown", 401),
    ] {
        let tail = format!("/{id}");
        for (method, tail, body) in [
            (Method::POST, "", wish("b")),
            (Method::PATCH, tail.as_str(), wish("b")),
            (Method::DELETE, tail.as_str(), Value::Null),
        ] {
            let got = call(&world, token, method.clone(), tail, body).await.0;
            assert_eq!(got.as_u16(), status, "{token} {method}");
        }
    }
    assert_eq!(world.patterns(), ["a"]);
}

#[tokio::test]
async fn graphql_refuses_invalid_input_at_the_top_and_invalid_patterns_below_the_mutation() {
    let world = World::new().await;
    let mutation = |fields: &str| {
        let query = format!(
            "mutation {{ createContainerProtectionTagRule(input: {{ projectPath: \"{}\", {fields} }}) \
             {{ errors containerProtectionTagRule {{ id }} }} }}",
            crate::support::PATH
        );
        let url = format!("{}/api/graphql", world.sim.base_url());
        let request =
            reqwest::Client::new().post(url).bearer_auth(MAINTAINER_TOKEN).json(&json!({"query": query}));
        async move {
            let answer = request.send().await.unwrap();
            serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap()
        }
    };
    let levels = "minimumAccessLevelForPush: MAINTAINER, minimumAccessLevelForDelete: OWNER";
    let blank = mutation(&format!("tagNamePattern: \"\", {levels}")).await;
    assert!(
        blank["errors"][0]["message"].as_str().unwrap().contains("tagNamePattern can't be blank"),
        "{blank}"
    );
    let level = "minimumAccessLevelForPush: WIZARD, minimumAccessLevelForDelete: OWNER";
    let wizard = mutation(&format!("tagNamePattern: \"a\", {level}")).await;
    assert!(wizard["errors"][0]["message"].as_str().unwrap().contains("invalid value"), "{wizard}");
    let star = mutation(&format!("tagNamePattern: \"*\", {levels}")).await;
    assert_eq!(
        star["data"]["createContainerProtectionTagRule"]["errors"],
        json!(["Tag name pattern not valid RE2 syntax: no argument for repetition operator: *"])
    );
    assert!(world.patterns().is_empty());
}
