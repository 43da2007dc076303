//! Who is there, and what each is told.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tagwarden_simulator::Version;
use tagwarden_simulator::harbor::{HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HARBOR_ROBOT, HarborConfig};

use crate::support::{ADMIN, GUEST, Harbor, NOBODY, OUTSIDER, OWNER, ROBOT, code, message, names};

#[tokio::test]
async fn the_version_is_told_to_those_who_signed_in() {
    let config = HarborConfig { version: Version::new(2, 9, 4), ..HarborConfig::empty() };
    let harbor = Harbor::start(config).await;
    let (status, body) = harbor.get(NOBODY, "/systeminfo").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["auth_mode"], "db_auth");
    assert!(body.get("harbor_version").is_none() && body.get("read_only").is_none());
    for who in [ADMIN, OUTSIDER, ROBOT] {
        let (_, body) = harbor.get(who, "/systeminfo").await;
        assert!(body["harbor_version"].as_str().unwrap().starts_with("v2.9.4-"));
        assert_eq!(body["read_only"], false);
    }
    assert_eq!(harbor.get(NOBODY, "/ping").await.1, "Pong");
}

#[tokio::test]
async fn the_current_user_is_a_person() {
    let harbor = Harbor::start(HarborConfig::empty()).await;
    let (status, body) = harbor.get(OWNER, "/users/current").await;
    assert_eq!((status, &body["username"]), (StatusCode::OK, &"pia".into()));
    assert_eq!(body["sysadmin_flag"], false);
    assert_eq!(harbor.get(ADMIN, "/users/current").await.1["sysadmin_flag"], true);
    let (status, body) = harbor.get(NOBODY, "/users/current").await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"));
    let (status, body) = harbor.get(ROBOT, "/users/current").await;
    assert_eq!((status, code(&body)), (StatusCode::PRECONDITION_FAILED, "PRECONDITION"));
    assert_eq!(message(&body), "get current user not available for security context: robot");
}

#[tokio::test]
async fn wrong_credentials_make_a_request_anonymous() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.running.edit(|state| state.create_project("open", true));
    for who in [NOBODY, Some((HARBOR_ADMIN, "wrong")), Some((HARBOR_ROBOT, "wrong"))] {
        let (status, body) = harbor.get(who, "/projects").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(names(&body, "name"), ["open"]);
        assert!(body[0].get("current_user_role_id").is_none());
        let (status, _) = harbor.get(who, "/projects/team").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(names(&harbor.get(GUEST, "/projects").await.1, "name"), ["open", "team"]);
    assert_eq!(harbor.get(OUTSIDER, "/projects/team").await.0, StatusCode::FORBIDDEN);
    assert_eq!(harbor.get(OUTSIDER, "/projects/open").await.0, StatusCode::OK);
    assert_eq!(harbor.get(NOBODY, "/projects/open").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_failed_login_locks_the_name_for_a_while() {
    let config = HarborConfig { login_lock: Duration::from_secs(3600), ..HarborConfig::empty() };
    let harbor = Harbor::start(config).await;
    assert_eq!(harbor.get(ADMIN, "/users/current").await.0, StatusCode::OK);
    harbor.get(Some((HARBOR_ADMIN, "wrong")), "/users/current").await;
    let right = Some((HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD));
    assert_eq!(harbor.get(right, "/users/current").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(harbor.get(OWNER, "/users/current").await.0, StatusCode::OK);
}

#[tokio::test]
async fn robots_end() {
    let harbor = Harbor::with_images(&[]).await;
    let seen = async || harbor.get(ROBOT, "/projects/team").await.0;
    assert_eq!(seen().await, StatusCode::OK);
    harbor.running.edit(|state| {
        let now = state.now();
        state.robot_named_mut(HARBOR_ROBOT).unwrap().expires_at = Some(now);
    });
    assert_eq!(seen().await, StatusCode::UNAUTHORIZED);
    harbor.running.edit(|state| {
        let robot = state.robot_named_mut(HARBOR_ROBOT).unwrap();
        (robot.expires_at, robot.disabled) = (None, true);
    });
    assert_eq!(seen().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn errors_come_in_one_envelope() {
    let harbor = Harbor::start(HarborConfig::empty()).await;
    let answer = harbor.send(Method::GET, ADMIN, "/api/v2.0/nowhere", None).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8");
    let body = answer.json::<serde_json::Value>().await.unwrap();
    assert_eq!(code(&body), "NOT_FOUND");
    let (status, body) = harbor.delete(ADMIN, "/ping").await;
    assert_eq!((status, code(&body)), (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"));
}
