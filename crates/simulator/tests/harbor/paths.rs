//! How paths are written.

use reqwest::{Method, StatusCode};

use crate::support::{Harbor, OWNER, names};

#[tokio::test]
async fn slashes_in_repositories_are_encoded_twice() {
    let harbor = Harbor::with_images(&["deep/er/app:v1"]).await;
    let status = async |repository: &str| {
        let path = format!("/projects/team/repositories/{repository}/artifacts/v1/tags");
        harbor.get(OWNER, &path).await.0
    };
    assert_eq!(status("deep%252Fer%252Fapp").await, StatusCode::OK);
    assert_eq!(status("deep%2Fer%2Fapp").await, StatusCode::NOT_FOUND);
    assert_eq!(status("deep/er/app").await, StatusCode::NOT_FOUND);
    assert_eq!(status("deep%252Fer%2Fapp").await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_proxy_that_decodes_breaks_them() {
    let harbor = Harbor::with_images(&["deep/app:v1", "flat:v1"]).await;
    harbor.running.edit(|state| state.settings.proxy_decodes_once = true);
    let status = async |repository: &str| {
        let path = format!("/projects/team/repositories/{repository}/artifacts/v1/tags?page_size=5");
        harbor.get(OWNER, &path).await.0
    };
    assert_eq!(status("flat").await, StatusCode::OK);
    assert_eq!(status("deep%252Fapp").await, StatusCode::NOT_FOUND);
    assert_eq!(status("deep%25252Fapp").await, StatusCode::OK);
    let record = harbor.running.requests().pop().unwrap();
    assert!(record.path.contains("deep%25252Fapp"), "what arrived is what was sent");
}

#[tokio::test]
async fn a_project_of_digits_is_called_by_name_with_a_header() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.running.edit(|state| state.create_project("1", false));
    assert_eq!(harbor.get(OWNER, "/projects/1").await.1["name"], "team");
    let request = harbor.http.get(harbor.url("/api/v2.0/projects/1")).header("X-Is-Resource-Name", "true");
    let answer = request.basic_auth("admin", Some("Harbor12345")).send().await.unwrap();
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(body["name"], "1");
    assert_eq!(body["project_id"], 2);
}

/// `project_name` in the paths of repositories is a name, digits or not.
#[tokio::test]
async fn repositories_know_projects_by_name_only() {
    let harbor = Harbor::with_images(&["app:v1"]).await;
    assert_eq!(harbor.get(OWNER, "/projects/1/repositories").await.0, StatusCode::FORBIDDEN);
    let (status, body) = harbor.get(OWNER, "/projects/1/artifacts").await;
    assert_eq!((status, names(&body, "repository_name")), (StatusCode::OK, vec!["team/app".to_owned()]));
}

#[tokio::test]
async fn digests_name_artifacts_too() {
    let harbor = Harbor::with_images(&["app:v1"]).await;
    let digest = harbor
        .running
        .inspect(|state| state.repository_at("team/app").unwrap().resolve("v1").unwrap().digest.to_string());
    let path = format!("/api/v2.0/projects/team/repositories/app/artifacts/{digest}");
    let answer = harbor.send(Method::GET, OWNER, &path, None).await;
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["digest"], digest);
    let missing = harbor.get(OWNER, "/projects/team/repositories/app/artifacts/v9").await;
    assert_eq!(crate::support::message(&missing.1), "artifact team/app:v9 not found");
}
