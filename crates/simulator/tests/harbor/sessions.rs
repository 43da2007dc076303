//! Cookies, the read-only mode, and bad days.

use reqwest::{Method, StatusCode};
use tagwarden_simulator::harbor::HarborConfig;
use tagwarden_simulator::{FaultKind, Matcher};

use crate::support::{ADMIN, Harbor, OWNER, code, message, rule};

#[tokio::test]
async fn a_cookie_that_comes_back_asks_writes_for_a_token() {
    let harbor = Harbor::with_images(&[]).await;
    let answer = harbor.send(Method::GET, OWNER, "/api/v2.0/projects", None).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("sid="));
    let url = harbor.url("/api/v2.0/projects/team/immutabletagrules");
    let write = || {
        let request = harbor.http.post(&url).basic_auth("admin", Some("Harbor12345"));
        request.json(&rule("**", "v*")).header("Cookie", format!("other=1; {cookie}"))
    };
    let refused = write().send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let token = refused.headers()["x-harbor-csrf-token"].clone();
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!((code(&body), message(&body)), ("FORBIDDEN", "CSRF token invalid"));
    let read = harbor.http.get(&url).basic_auth("admin", Some("Harbor12345"));
    let read = read.header("Cookie", &cookie).send().await.unwrap();
    assert_eq!(read.status(), StatusCode::OK);
    let written = write().header("X-Harbor-CSRF-Token", token).send().await.unwrap();
    assert_eq!(written.status(), StatusCode::CREATED);
    let carried: Vec<bool> = harbor.running.requests().iter().map(|one| one.carried_cookie).collect();
    assert_eq!(carried, [false, true, true, true]);
}

#[tokio::test]
async fn in_read_only_mode_nothing_is_written() {
    let config = HarborConfig { read_only: true, ..HarborConfig::empty() };
    let harbor = Harbor::start(config).await;
    harbor.running.edit(|state| state.create_project("team", false));
    assert_eq!(harbor.get(ADMIN, "/systeminfo").await.1["read_only"], true);
    let path = "/projects/team/immutabletagrules";
    let (status, body) = harbor.post(ADMIN, path, rule("**", "v*")).await;
    assert_eq!((status, code(&body)), (StatusCode::FORBIDDEN, "DENIED"));
    assert_eq!(harbor.push(ADMIN, "team/app", "v1", "x").await.0, StatusCode::FORBIDDEN);
    assert_eq!(harbor.get(ADMIN, path).await.0, StatusCode::OK);
    harbor.running.edit(|state| state.settings.read_only = false);
    assert_eq!(harbor.post(ADMIN, path, rule("**", "v*")).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn faults_strike_in_harbors_words() {
    let harbor = Harbor::with_images(&[]).await;
    let status = StatusCode::BAD_GATEWAY;
    harbor
        .running
        .faults()
        .add(Matcher::path("/api/v2.0/projects").nth(1), FaultKind::Status { status, retry_after: None });
    harbor
        .running
        .faults()
        .add(Matcher::path("/api/v2.0/ping"), FaultKind::TooManyRequests { retry_after: Some(3) });
    let (status, body) = harbor.get(ADMIN, "/projects").await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_GATEWAY, "UNKNOWN"));
    assert_eq!(harbor.get(ADMIN, "/projects").await.0, StatusCode::OK);
    let answer = harbor.send(Method::GET, ADMIN, "/api/v2.0/ping", None).await;
    assert_eq!(answer.headers()["retry-after"], "3");
    assert_eq!(code(&answer.json().await.unwrap()), "TOO_MANY_REQUEST");
}

#[tokio::test]
async fn a_rule_can_be_made_although_the_answer_is_lost() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.running.faults().add(Matcher::any().method(Method::POST), FaultKind::DropAfter);
    let url = harbor.url("/api/v2.0/projects/team/immutabletagrules");
    let request = harbor.http.post(url).basic_auth("admin", Some("Harbor12345"));
    assert!(request.json(&rule("**", "v*")).send().await.is_err());
    let project = harbor.project();
    assert_eq!(harbor.running.inspect(|state| state.rules_of(project).count()), 1);
}

#[tokio::test]
async fn it_goes_away_and_comes_back_on_its_port() {
    let harbor = Harbor::start(HarborConfig::empty()).await;
    assert_eq!(harbor.get(ADMIN, "/ping").await.0, StatusCode::OK);
    harbor.running.go_away().await;
    let refused = harbor.http.get(harbor.url("/api/v2.0/ping")).send().await.unwrap_err();
    assert!(refused.is_connect());
    harbor.running.come_back().await;
    assert_eq!(harbor.get(ADMIN, "/ping").await.0, StatusCode::OK);
    harbor.running.stop().await;
}
