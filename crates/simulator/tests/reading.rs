//! Projects, repositories and tags: pages, permissions, and what is missing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::Gitlab;
use tagwarden_simulator::{
    Config, DEMO_TOKEN, DEMO_USER, GUEST_TOKEN, MAINTAINER_TOKEN, OWNER_TOKEN, RegistryAccess, Role, Scenario,
};

#[tokio::test]
async fn projects_come_by_keyset_until_there_is_no_next_link() {
    let gitlab = Gitlab::start(Config::default()).await;
    let mut url = "/api/v4/projects?membership=true&min_access_level=50&pagination=keyset&order_by=id&sort=asc&per_page=100".to_owned();
    let mut ids = Vec::new();
    loop {
        let answer = gitlab.send(Method::GET, DEMO_TOKEN, &url, None).await;
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let rows: Vec<Value> = answer.json().await.unwrap();
        ids.extend(rows.iter().map(|row| row["id"].as_u64().unwrap()));
        assert!(rows.iter().all(|row| row["permissions"]["project_access"]["access_level"] == 50));
        let Some(link) = link else { break };
        let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
        url = next.strip_prefix(gitlab.running.base_url()).unwrap().to_owned();
    }
    let owned = gitlab.running.inspect(|state| {
        state.projects().filter(|project| state.member_role(project, DEMO_USER) == Some(Role::Owner)).count()
    });
    assert_eq!(ids.len(), owned);
    assert!(ids.is_sorted() && owned < 280);
}

#[tokio::test]
async fn offset_pages_tell_totals_up_to_ten_thousand_records() {
    let gitlab = Gitlab::start(Config::default()).await;
    let answer = gitlab.send(Method::GET, DEMO_TOKEN, "/api/v4/projects?per_page=50&page=2", None);
    let headers = answer.await.headers().clone();
    assert_eq!(headers["x-total"], "280");
    assert_eq!(headers["x-next-page"], "3");
    assert_eq!(headers["x-prev-page"], "1");
    let many = Config { scenario: Scenario::Large, projects: 1, tags: 50_001, ..Config::default() };
    let gitlab = Gitlab::start(many).await;
    let path = gitlab.running.inspect(|state| {
        let largest = state.repositories().max_by_key(|repository| repository.tags_count()).unwrap();
        assert!(largest.tags_count() > 10_000);
        format!("/api/v4/projects/{}/registry/repositories/{}/tags", largest.project, largest.id)
    });
    let headers = gitlab.send(Method::GET, DEMO_TOKEN, &path, None).await.headers().clone();
    assert!(!headers.contains_key("x-total"));
    assert!(!headers["link"].to_str().unwrap().contains("rel=\"last\""));
}

#[tokio::test]
async fn projects_are_found_by_number_and_by_path() {
    let gitlab = Gitlab::start(Config::default()).await;
    let (_, by_number) = gitlab.get(DEMO_TOKEN, "/projects/1874").await;
    let (_, by_path) = gitlab.get(DEMO_TOKEN, "/projects/payments%2Fledger-api").await;
    assert_eq!(by_number, by_path);
    assert_eq!(by_path["container_registry_access_level"], "enabled");
    assert_eq!(by_path["container_expiration_policy"]["enabled"], false);
    let (_, off) = gitlab.get(DEMO_TOKEN, "/projects/legacy%2Fwiki-exporter").await;
    assert_eq!(off["container_registry_access_level"], "disabled");
    let (_, metadata) = gitlab.get(DEMO_TOKEN, "/metadata").await;
    assert_eq!(metadata["version"], "18.10.1-ee");
    let (_, token) = gitlab.get(DEMO_TOKEN, "/personal_access_tokens/self").await;
    assert_eq!(token["scopes"], json!(["api"]));
}

#[tokio::test]
async fn a_registry_is_closed_to_guests_and_when_disabled() {
    let gitlab = Gitlab::with_project().await;
    let path = "/projects/team%2Fapp/registry/repositories";
    assert_eq!(gitlab.get(GUEST_TOKEN, path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(gitlab.get(OWNER_TOKEN, path).await.0, StatusCode::OK);
    gitlab.running.edit(|state| {
        let project = state.project_id("team/app").unwrap();
        state.project_mut(project).unwrap().registry_access = RegistryAccess::Disabled;
    });
    assert_eq!(gitlab.get(OWNER_TOKEN, path).await.0, StatusCode::FORBIDDEN);
}

const TAGS: &str = "query($id: ContainerRepositoryID!, $after: String, $sort: ContainerRepositoryTagSort) {
  containerRepository(id: $id) { tags(first: 100, after: $after, sort: $sort) {
    nodes { name digest publishedAt totalSize protection { immutable minimumAccessLevelForPush minimumAccessLevelForDelete } }
    pageInfo { endCursor hasNextPage } } } }";

#[tokio::test]
async fn graphql_gives_tags_twenty_at_a_time_in_any_order() {
    let gitlab = Gitlab::start(Config::default()).await;
    let id = gitlab.running.inspect(|state| state.repository_at("payments/ledger-api/worker").unwrap().id);
    for sort in ["NAME_ASC", "NAME_DESC", "PUBLISHED_AT_ASC", "PUBLISHED_AT_DESC"] {
        let mut after = Value::Null;
        let mut names = Vec::new();
        loop {
            let variables =
                json!({"id": format!("gid://gitlab/ContainerRepository/{id}"), "after": after, "sort": sort});
            let body = gitlab.graphql(DEMO_TOKEN, TAGS, variables).await;
            let tags = &body["data"]["containerRepository"]["tags"];
            let page = tags["nodes"].as_array().unwrap();
            assert!(page.len() <= 20);
            names.extend(page.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()));
            if tags["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = tags["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(names.len(), 218, "{sort}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 218, "{sort}");
    }
}

#[tokio::test]
async fn graphql_tells_what_protects_a_tag() {
    let gitlab = Gitlab::start(Config::default()).await;
    let id = gitlab.running.inspect(|state| state.repository_at("payments/ledger-api").unwrap().id);
    let query = format!(
        "{{ containerRepository(id: \"gid://gitlab/ContainerRepository/{id}\") {{
          moving: tags(name: \"stable\") {{ nodes {{ name protection {{ immutable minimumAccessLevelForPush minimumAccessLevelForDelete }} }} }}
          fixed: tags(name: \"v2.14.0\", last: 20) {{ edges {{ node {{ name protection {{ immutable minimumAccessLevelForPush }} }} }} }} }} }}"
    );
    let body = gitlab.graphql(DEMO_TOKEN, &query, json!({})).await;
    let found = &body["data"]["containerRepository"];
    assert_eq!(
        found["moving"]["nodes"][0]["protection"],
        json!({"immutable": false, "minimumAccessLevelForPush": "MAINTAINER", "minimumAccessLevelForDelete": "OWNER"})
    );
    let fixed = found["fixed"]["edges"].as_array().unwrap();
    let release = fixed.iter().find(|edge| edge["node"]["name"] == "v2.14.0").unwrap();
    assert_eq!(release["node"]["protection"], json!({"immutable": true, "minimumAccessLevelForPush": null}));
}

#[tokio::test]
async fn repository_rules_have_their_own_checks() {
    let gitlab = Gitlab::with_project().await;
    let path = "/projects/team%2Fapp/registry/protection/repository/rules";
    let create = async |pattern: &str, push: Value, delete: Value| {
        let body = json!({
            "repository_path_pattern": pattern,
            "minimum_access_level_for_push": push,
            "minimum_access_level_for_delete": delete,
        });
        gitlab.rest(Method::POST, MAINTAINER_TOKEN, path, Some(body)).await
    };
    let (status, body) = create("team/app/*", json!("owner"), Value::Null).await;
    assert_eq!((status, &body["minimum_access_level_for_delete"]), (StatusCode::CREATED, &Value::Null));
    assert_eq!(create("team/app/x", Value::Null, json!("")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(create("team/app/x", json!("guest"), Value::Null).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(create("team/app/*", json!("owner"), Value::Null).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(create("other/app", json!("owner"), Value::Null).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn hostile_names_are_served_as_they_are() {
    let gitlab = Gitlab::start(Config { scenario: Scenario::Hostile, ..Config::default() }).await;
    let (_, found) = gitlab.get(DEMO_TOKEN, "/projects?search=onerror").await;
    assert_eq!(found[0]["name"], "<img src=x onerror=alert(1)>");
    let path = format!("/projects/{}/registry/repositories?tags=true", found[0]["id"]);
    let (_, repositories) = gitlab.get(DEMO_TOKEN, &path).await;
    let tags = repositories[0]["tags"].as_array().unwrap();
    assert!(tags.iter().any(|tag| tag["name"] == "<img src=x onerror=alert(1)>"));
}
