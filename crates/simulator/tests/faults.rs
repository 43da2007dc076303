//! Faults on demand, and what the server remembers of requests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::Gitlab;
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN};

#[tokio::test]
async fn the_second_request_is_turned_away_with_retry_after() {
    let gitlab = Gitlab::with_project().await;
    let matcher = Matcher::path("/api/v4/user").method(Method::GET).nth(2);
    gitlab.running.faults().add(matcher, FaultKind::TooManyRequests { retry_after: Some(7) });
    assert_eq!(gitlab.get(OWNER_TOKEN, "/user").await.0, StatusCode::OK);
    let answer = gitlab.send(Method::GET, OWNER_TOKEN, "/api/v4/user", None).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "7");
    assert_eq!(gitlab.get(OWNER_TOKEN, "/user").await.0, StatusCode::OK);
}

#[tokio::test]
async fn graphql_turns_away_with_html_and_no_header() {
    let gitlab = Gitlab::with_project().await;
    let kind = FaultKind::TooManyRequests { retry_after: Some(7) };
    gitlab.running.faults().add(Matcher::path("/api/graphql"), kind);
    let body = Some(json!({"query": "{ currentUser { id } }"}));
    let answer = gitlab.send(Method::POST, OWNER_TOKEN, "/api/graphql", body).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(!answer.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn bodies_are_cut_and_connections_dropped() {
    let gitlab = Gitlab::with_project().await;
    let id = gitlab.running.faults().add(Matcher::any(), FaultKind::CutBody(10));
    let answer = gitlab.send(Method::GET, OWNER_TOKEN, "/api/v4/user", None).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.text().await.is_err());
    gitlab.running.faults().remove(id);
    let id = gitlab.running.faults().add(Matcher::any(), FaultKind::DropConnection);
    let request = gitlab.http.get(gitlab.url("/api/v4/user")).send();
    assert!(request.await.is_err());
    gitlab.running.faults().remove(id);
    gitlab.running.faults().add(Matcher::any(), FaultKind::GarbageBody);
    let answer = gitlab.send(Method::GET, OWNER_TOKEN, "/api/v4/user", None).await;
    assert!(answer.json::<serde_json::Value>().await.is_err());
}

#[tokio::test]
async fn a_write_can_succeed_without_an_answer() {
    let gitlab = Gitlab::with_project().await;
    let matcher = Matcher::any().method(Method::POST).body_contains("lost");
    gitlab.running.faults().add(matcher, FaultKind::DropAfter);
    let rule = json!({
        "tag_name_pattern": "lost",
        "minimum_access_level_for_push": "owner",
        "minimum_access_level_for_delete": "owner",
    });
    let path = "/api/v4/projects/team%2Fapp/registry/protection/tag/rules";
    let request = gitlab.http.post(gitlab.url(path)).bearer_auth(OWNER_TOKEN).json(&rule).send();
    assert!(request.await.is_err());
    let rules = gitlab
        .running
        .inspect(|state| state.project(state.project_id("team/app").unwrap()).unwrap().tag_rules.len());
    assert_eq!(rules, 1);
}

#[tokio::test]
async fn redirects_point_elsewhere_and_requests_tell_whether_a_token_came() {
    let gitlab = Gitlab::with_project().await;
    let elsewhere = FaultKind::Redirect("http://127.0.0.1:9".to_owned());
    gitlab.running.faults().add(Matcher::path("/api/v4/projects"), elsewhere);
    let answer = gitlab.send(Method::GET, OWNER_TOKEN, "/api/v4/projects?a=b", None).await;
    assert_eq!(answer.headers()["location"], "http://127.0.0.1:9/api/v4/projects?a=b");
    gitlab.http.get(gitlab.url("/api/v4/user")).send().await.unwrap();
    let carried: Vec<bool> = gitlab.running.requests().iter().map(|request| request.carried_token).collect();
    assert_eq!(carried, [true, false]);
}

#[tokio::test]
async fn the_server_goes_away_and_comes_back_on_its_port() {
    let gitlab = Gitlab::with_project().await;
    let matcher = Matcher::path("/api/v4/user").nth(2);
    gitlab.running.faults().add(matcher, FaultKind::ServerGone);
    assert_eq!(gitlab.get(OWNER_TOKEN, "/user").await.0, StatusCode::OK);
    assert!(gitlab.http.get(gitlab.url("/api/v4/user")).send().await.is_err());
    gitlab.running.go_away().await;
    assert!(gitlab.http.get(gitlab.url("/api/v4/version")).send().await.unwrap_err().is_connect());
    gitlab.running.come_back().await;
    assert_eq!(gitlab.get(OWNER_TOKEN, "/user").await.0, StatusCode::OK);
    gitlab.running.stop().await;
}

#[tokio::test]
async fn slow_bodies_arrive_whole() {
    let gitlab = Gitlab::with_project().await;
    let kind = FaultKind::SlowBody(16, Duration::from_millis(1));
    gitlab.running.faults().add(Matcher::any(), kind);
    assert_eq!(gitlab.get(OWNER_TOKEN, "/user").await.1["username"], "otto");
}

#[tokio::test]
async fn a_write_can_be_carried_out_late_or_in_spite_of_its_answer_and_readings_can_lag() {
    let gitlab = Gitlab::with_project().await;
    let path = "/api/v4/projects/team%2Fapp/registry/protection/tag/rules";
    let rule = |pattern: &str| {
        json!({
            "tag_name_pattern": pattern,
            "minimum_access_level_for_push": "owner",
            "minimum_access_level_for_delete": "owner",
        })
    };
    let rules = async || {
        let rows = gitlab.get(OWNER_TOKEN, path.strip_prefix("/api/v4").unwrap()).await.1;
        rows.as_array().unwrap().len()
    };
    let faults = gitlab.running.faults();
    let late = faults.add(Matcher::any().body_contains("late"), FaultKind::CarriedOutLater);
    let sent = gitlab.http.post(gitlab.url(path)).bearer_auth(OWNER_TOKEN).json(&rule("late")).send();
    assert!(sent.await.is_err());
    faults.struck(late).await;
    assert_eq!(rules().await, 0);
    let lagging = faults.add(Matcher::any().method(Method::GET).between(1, 3), FaultKind::Stale);
    assert_eq!(rules().await, 0);
    faults.release().await;
    assert_eq!([rules().await, rules().await, rules().await], [0, 0, 1]);
    faults.remove(lagging);
    let failed = FaultKind::StatusAfter(StatusCode::SERVICE_UNAVAILABLE);
    faults.add(Matcher::any().body_contains("after"), failed);
    let answer = gitlab.send(Method::POST, OWNER_TOKEN, path, Some(rule("after"))).await;
    assert_eq!((answer.status(), rules().await), (StatusCode::SERVICE_UNAVAILABLE, 2));
}
