//! Projects, repositories, artifacts and tags, page by page.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tagwarden_simulator::Version;
use tagwarden_simulator::harbor::{HarborConfig, RuleText};

use crate::support::{ADMIN, Harbor, OWNER, code, names};

const ARTIFACTS: &str = "/projects/team/repositories/app/artifacts";

#[tokio::test]
async fn pages_tell_the_total_and_where_the_others_are() {
    let harbor = Harbor::start(HarborConfig::empty()).await;
    harbor.running.edit(|state| {
        for number in 10..35 {
            state.create_project(&format!("p{number}"), number % 5 == 0);
        }
    });
    let headers = async |query: &str| {
        let answer = harbor.send(Method::GET, ADMIN, &format!("/api/v2.0/projects{query}"), None).await;
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        (header("x-total-count"), header("link"))
    };
    let (total, link) = headers("").await;
    assert_eq!(total, "25");
    assert_eq!(link, "</api/v2.0/projects?page=2&page_size=10>; rel=\"next\"");
    let (_, link) = headers("?page=2&sort=name").await;
    let previous = "</api/v2.0/projects?page=1&page_size=10&sort=name>; rel=\"prev\"";
    let next = "</api/v2.0/projects?page=3&page_size=10&sort=name>; rel=\"next\"";
    assert_eq!(link, format!("{previous} , {next}"));
    assert_eq!(headers("?page_size=0").await.1, "");
    // The query of a link is not escaped: it must not be followed blindly.
    assert!(headers("?q=name%3D~p").await.1.contains("q=name=~p"));
    assert_eq!(names(&harbor.get(ADMIN, "/projects?page=3").await.1, "name").len(), 5);
    assert_eq!(harbor.get(ADMIN, "/projects?page=4").await.1, Value::Array(vec![]));
    assert_eq!(names(&harbor.get(ADMIN, "/projects?name=p1&page_size=100").await.1, "name").len(), 10);
    assert_eq!(names(&harbor.get(ADMIN, "/projects?public=true").await.1, "name").len(), 5);
    let (_, body) = harbor.get(ADMIN, "/projects?sort=-name&page_size=1").await;
    assert_eq!(body[0]["name"], "p34");
    assert_eq!(body[0]["metadata"]["public"], "false");
    assert_eq!(body[0]["owner_name"], "admin");
    for query in ["page_size=101", "page_size=many", "page=x", "public=perhaps"] {
        let (status, body) = harbor.get(ADMIN, &format!("/projects?{query}")).await;
        assert_eq!((status, code(&body)), (StatusCode::UNPROCESSABLE_ENTITY, "UNPROCESSABLE_ENTITY"));
    }
}

#[tokio::test]
async fn repositories_carry_the_project_in_their_names() {
    let harbor = Harbor::with_images(&["app:v1", "deep/er/app:v1", "app:v2"]).await;
    let (_, body) = harbor.get(OWNER, "/projects/team/repositories").await;
    assert_eq!(names(&body, "name"), ["team/deep/er/app", "team/app"]);
    assert_eq!(body[1]["artifact_count"], 2);
    assert!(body[0].get("pull_count").is_none());
    let (_, body) = harbor.get(OWNER, "/projects/team/repositories?sort=name&page_size=1").await;
    assert_eq!(names(&body, "name"), ["team/app"]);
    let (_, body) = harbor.get(OWNER, "/projects/team/repositories?q=name%3D~deep").await;
    assert_eq!(names(&body, "name"), ["team/deep/er/app"]);
}

#[tokio::test]
async fn immutability_is_told_only_when_asked_for() {
    let harbor = Harbor::with_images(&["app:v1", "app:latest"]).await;
    harbor.rule(RuleText::matching("**", "v*"));
    let flags = async |query: &str| {
        let (_, body) = harbor.get(OWNER, &format!("{ARTIFACTS}?{query}")).await;
        let rows = body.as_array().unwrap().clone();
        let tags = rows.iter().flat_map(|row| row["tags"].as_array().cloned().unwrap_or_default());
        let mut flags: Vec<(String, bool)> = tags
            .map(|tag| (tag["name"].as_str().unwrap().to_owned(), tag["immutable"].as_bool().unwrap()))
            .collect();
        flags.sort();
        flags
    };
    let told = |v1: bool| [("latest".to_owned(), false), ("v1".to_owned(), v1)];
    assert_eq!(flags("").await, told(false));
    assert_eq!(flags("with_immutable_status=true").await, told(true));
    assert!(flags("with_tag=false&with_immutable_status=true").await.is_empty());
    let (_, body) = harbor.get(OWNER, &format!("{ARTIFACTS}/v1/tags?with_immutable_status=true")).await;
    assert_eq!(body[0]["immutable"], true);
    assert_eq!(harbor.get(OWNER, &format!("{ARTIFACTS}/v1/tags")).await.1[0]["immutable"], false);
    let (_, body) = harbor.get(OWNER, &format!("{ARTIFACTS}/v1?with_immutable_status=true")).await;
    assert_eq!(body["tags"][0]["immutable"], true);
}

#[tokio::test]
async fn artifacts_are_filtered_by_their_tags() {
    let harbor = Harbor::with_images(&["app:v1", "app:v2", "app:latest"]).await;
    harbor.running.edit(|state| state.remove_tag("team/app", "v1"));
    let count = async |q: &str| {
        let (status, body) = harbor.get(OWNER, &format!("{ARTIFACTS}?q={q}")).await;
        assert_eq!(status, StatusCode::OK);
        body.as_array().unwrap().len()
    };
    assert_eq!(count("").await, 3);
    assert_eq!(count("tags%3D*").await, 2);
    assert_eq!(count("tags%3Dnil").await, 1);
    assert_eq!(count("tags%3Dv2").await, 1);
    assert_eq!(count("tags%3D~late").await, 1);
    assert_eq!(count("tags%3D%7Bv2%20latest%7D").await, 2);
    let (_, body) = harbor.get(OWNER, &format!("{ARTIFACTS}?q=tags%3Dnil")).await;
    assert!(body[0]["tags"].is_null());
    assert!(body[0]["pull_time"].as_str().unwrap().starts_with("0001-01-01"));
    assert_eq!(harbor.get(OWNER, &format!("{ARTIFACTS}?q=tags%3D")).await.0, StatusCode::BAD_REQUEST);
    let (status, body) = harbor.get(OWNER, "/projects/team/repositories/none/artifacts").await;
    assert_eq!((status, body), (StatusCode::OK, Value::Array(vec![])));
}

#[tokio::test]
async fn a_whole_project_is_read_at_once_from_2_12_on() {
    let harbor = Harbor::with_images(&["app:v1", "deep/app:v1", "deep/app:v2"]).await;
    let (_, body) = harbor.get(OWNER, "/projects/team/artifacts?sort=id").await;
    assert_eq!(names(&body, "repository_name"), ["team/app", "team/deep/app", "team/deep/app"]);
    assert_eq!(body[0]["tags"][0]["name"], "v1");
    harbor.running.edit(|state| state.settings.version = Version::new(2, 11, 2));
    assert_eq!(harbor.get(OWNER, "/projects/team/artifacts").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_an_index_refers_to_is_not_listed() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.push(OWNER, "team/app", "child", "child").await;
    let digest = harbor.running.inspect(|state| {
        state.repository_at("team/app").unwrap().resolve("child").unwrap().digest.to_string()
    });
    let index = serde_json::json!({"schemaVersion": 2, "manifests": [{"digest": digest}]});
    harbor.send(Method::PUT, OWNER, "/v2/team/app/manifests/index", Some(index)).await;
    let listed = async || harbor.get(OWNER, ARTIFACTS).await.1.as_array().unwrap().len();
    assert_eq!(listed().await, 2);
    harbor.running.edit(|state| state.remove_tag("team/app", "child"));
    assert_eq!(listed().await, 1);
    let copy = "/projects/team/repositories/copy/artifacts";
    let from = format!("{copy}?from=team/app:index");
    assert_eq!(harbor.api(Method::POST, OWNER, &from, None).await.0, StatusCode::CREATED);
    let copied = harbor.get(OWNER, &format!("{copy}/{digest}")).await;
    assert_eq!(copied.0, StatusCode::OK, "its parts come along");
    let (status, body) = harbor.delete(OWNER, &format!("{ARTIFACTS}/{digest}")).await;
    assert_eq!((status, code(&body)), (StatusCode::PRECONDITION_FAILED, "VIOLATE_FOREIGN_KEY_CONSTRAINT"));
    assert_eq!(crate::support::message(&body), "the deleting artifact is referenced by others");
    assert_eq!(harbor.delete(OWNER, &format!("{ARTIFACTS}/index")).await.0, StatusCode::OK);
    let left = harbor.running.inspect(|state| state.repository_at("team/app").unwrap().artifacts().count());
    assert_eq!(left, 0, "the child goes with its parent");
}
