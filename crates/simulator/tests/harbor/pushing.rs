//! `/v2/`: what rules refuse and what they let through.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tagwarden_simulator::harbor::RuleText;

use crate::support::{ADMIN, DEVELOPER, GUEST, Harbor, NOBODY, OWNER, code, message};

/// 7.3, cases 20 and 21.
#[tokio::test]
async fn an_immutable_tag_is_not_written_again_not_even_with_the_same_digest() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.rule(RuleText::matching("**", "release-**"));
    let push = async |tag: &str, content: &str| harbor.push(DEVELOPER, "team/photon", tag, content).await;
    assert_eq!(push("release-1.10", "one").await.0, StatusCode::CREATED, "new tags are not guarded");
    for content in ["one", "two"] {
        let (status, body) = push("release-1.10", content).await;
        assert_eq!((status, code(&body)), (StatusCode::PRECONDITION_FAILED, "PRECONDITION"));
        assert_eq!(
            message(&body),
            "Failed to process request due to 'photon:release-1.10' configured as immutable."
        );
    }
    assert_eq!(push("latest", "one").await.0, StatusCode::CREATED);
    assert_eq!(push("latest", "two").await.0, StatusCode::CREATED);
}

/// 7.6, case 40.
#[tokio::test]
async fn other_content_does_not_reach_an_immutable_tag() {
    let harbor = Harbor::with_images(&["image_unpushable_a:latest", "image_unpushable_a:1.3.2"]).await;
    harbor.rule(RuleText::matching("image_unpushable_a", "la*"));
    let (status, body) = harbor.push(ADMIN, "team/image_unpushable_a", "latest", "new").await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert!(message(&body).contains("configured as immutable"));
    let (status, _) = harbor.push(ADMIN, "team/image_unpushable_a", "1.3.2", "new").await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn nested_names_stay_whole_in_messages_and_digests_are_not_asked_about() {
    let harbor = Harbor::with_images(&["deep/app:v1"]).await;
    harbor.rule(RuleText::matching("deep/*", "**"));
    let (_, body) = harbor.push(OWNER, "team/deep/app", "v1", "x").await;
    assert!(message(&body).contains("'deep/app:v1'"));
    let content = json!({"schemaVersion": 2}).to_string();
    let digest = {
        let answer = harbor.http.put(harbor.url("/v2/team/other/manifests/any"));
        let answer = answer.basic_auth("admin", Some("Harbor12345")).body(content.clone()).send().await;
        answer.unwrap().headers()["docker-content-digest"].to_str().unwrap().to_owned()
    };
    let request = harbor.http.put(harbor.url(&format!("/v2/team/deep/app/manifests/{digest}")));
    let answer = request.basic_auth("admin", Some("Harbor12345")).body(content).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn images_are_pushed_and_pulled_with_a_token() {
    let harbor = Harbor::with_images(&[]).await;
    let answer = harbor.send(Method::GET, NOBODY, "/v2/", None).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap().to_owned();
    let realm = format!("Bearer realm=\"{}\",service=\"harbor-registry\"", harbor.url("/service/token"));
    assert_eq!(challenge, realm);
    let wrong = harbor.send(Method::GET, Some(("admin", "wrong")), "/v2/", None).await;
    assert_eq!(wrong.headers()["www-authenticate"], "Basic realm=\"harbor\"");
    let path = "/service/token?service=harbor-registry&scope=repository:team/app:pull,push";
    assert_eq!(
        harbor.send(Method::GET, Some(("admin", "wrong")), path, None).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let token: Value = harbor.send(Method::GET, DEVELOPER, path, None).await.json().await.unwrap();
    let token = token["token"].as_str().unwrap();
    let begun = harbor.http.post(harbor.url("/v2/team/app/blobs/uploads/")).bearer_auth(token);
    let begun = begun.send().await.unwrap();
    assert_eq!(begun.status(), StatusCode::ACCEPTED);
    let location = begun.headers()["location"].to_str().unwrap().to_owned();
    let digest = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let url = harbor.url(&format!("{location}?digest={digest}"));
    let done = harbor.http.put(url).bearer_auth(token).body("hello").send().await.unwrap();
    assert_eq!(done.status(), StatusCode::CREATED);
    let blob = harbor.http.get(harbor.url(&format!("/v2/team/app/blobs/{digest}"))).bearer_auth(token);
    assert_eq!(blob.send().await.unwrap().text().await.unwrap(), "hello");
    let manifest = json!({"schemaVersion": 2, "layers": [{"digest": digest, "size": 5}]});
    let pushed = harbor.http.put(harbor.url("/v2/team/app/manifests/v1")).bearer_auth(token);
    assert_eq!(pushed.json(&manifest).send().await.unwrap().status(), StatusCode::CREATED);
    let pulled = harbor.http.get(harbor.url("/v2/team/app/manifests/v1")).bearer_auth(token);
    assert_eq!(pulled.send().await.unwrap().json::<Value>().await.unwrap(), manifest);
    let (_, row) = harbor.get(OWNER, "/projects/team/repositories/app/artifacts/v1").await;
    assert_eq!((&row["size"], &row["tags"][0]["name"]), (&json!(5), &json!("v1")));
    assert_eq!(harbor.get(OWNER, "/projects/team/repositories/app").await.1["pull_count"], 1);
}

#[tokio::test]
async fn only_known_projects_are_pushed_to_and_guests_push_nowhere() {
    let harbor = Harbor::with_images(&["app:v1"]).await;
    let (status, body) = harbor.push(ADMIN, "nowhere/app", "v1", "x").await;
    assert_eq!((status, message(&body)), (StatusCode::UNAUTHORIZED, "project nowhere not found"));
    let (status, body) = harbor.push(GUEST, "team/app", "v2", "x").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let words = "unauthorized to access repository: team/app, action: push";
    assert_eq!(message(&body), format!("{words}: {words}"));
    let head = harbor.send(Method::HEAD, NOBODY, "/v2/team/app/manifests/v1", None).await;
    assert_eq!(head.status(), StatusCode::UNAUTHORIZED);
    let head = harbor.send(Method::HEAD, GUEST, "/v2/team/app/manifests/v1", None).await;
    assert_eq!(head.status(), StatusCode::OK);
}

#[tokio::test]
async fn names_are_listed_for_clients_of_the_data_plane() {
    let harbor = Harbor::with_images(&["app:v1", "app:v2", "app:v3", "zoo:v1"]).await;
    let answer = harbor.send(Method::GET, GUEST, "/v2/team/app/tags/list?n=2", None).await;
    assert_eq!(answer.headers()["link"], "</v2/team/app/tags/list?last=v2&n=2>; rel=\"next\"");
    assert_eq!(answer.json::<Value>().await.unwrap()["tags"], json!(["v1", "v2"]));
    let answer = harbor.send(Method::GET, GUEST, "/v2/team/app/tags/list?last=v2", None).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["tags"], json!(["v3"]));
    let catalog = harbor.send(Method::GET, ADMIN, "/v2/_catalog", None).await;
    assert_eq!(catalog.json::<Value>().await.unwrap()["repositories"], json!(["team/app", "team/zoo"]));
    let refused = harbor.send(Method::GET, OWNER, "/v2/_catalog", None).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}
