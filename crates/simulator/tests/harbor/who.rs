//! Who is there, and what each is told.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use tagwarden_simulator::Version;
use tagwarden_simulator::harbor::{HARBOR_ADMIN, HARBOR_ROBOT, HarborConfig};

use crate::support::{ADMIN, GUEST, Harbor, NOBODY, OUTSIDER, OWNER, ROBOT, Who, code, message, names};

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

/// Asks who `who` is until the answer is 401.
async fn until_locked(harbor: &Harbor, who: Who) {
    while harbor.get(who, "/users/current").await.0 != StatusCode::UNAUTHORIZED {}
}

#[tokio::test]
async fn a_failed_login_is_held_and_its_name_is_anonymous_meanwhile() {
    let config = HarborConfig { login_lock: Duration::from_secs(3600), ..HarborConfig::empty() };
    let harbor = Arc::new(Harbor::start(config).await);
    assert_eq!(harbor.get(ADMIN, "/users/current").await.0, StatusCode::OK);
    let other = Arc::clone(&harbor);
    let wrong = Some((HARBOR_ADMIN, "wrong"));
    let held = tokio::spawn(async move { other.get(wrong, "/users/current").await });
    until_locked(&harbor, ADMIN).await;
    assert!(!held.is_finished(), "the login that failed waits");
    let (status, body) = harbor.get(wrong, "/systeminfo").await;
    assert_eq!(status, StatusCode::OK, "another one is answered at once");
    assert!(body.get("harbor_version").is_none());
    assert_eq!(harbor.get(OWNER, "/users/current").await.0, StatusCode::OK, "other names are not locked");
    held.abort();
}

#[tokio::test]
async fn after_a_failed_login_nothing_stays_locked() {
    let config = HarborConfig { login_lock: Duration::from_millis(5), ..HarborConfig::empty() };
    let harbor = Harbor::start(config).await;
    let wrong = Some((HARBOR_ADMIN, "wrong"));
    assert_eq!(harbor.get(wrong, "/users/current").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(harbor.get(ADMIN, "/users/current").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_robot_with_a_wrong_secret_is_held_like_a_user() {
    let config = HarborConfig { login_lock: Duration::from_secs(3600), ..HarborConfig::empty() };
    let harbor = Arc::new(Harbor::start(config).await);
    let other = Arc::clone(&harbor);
    let wrong = Some((HARBOR_ROBOT, "wrong"));
    let held = tokio::spawn(async move { other.get(wrong, "/projects").await });
    let another = Arc::clone(&harbor);
    let second = tokio::spawn(async move { another.get(wrong, "/projects").await });
    // One of the two is held, and the other one is answered as anonymous.
    let (answered, mut waiting) = match futures::future::select(held, second).await {
        futures::future::Either::Left((answered, waiting)) => (answered, waiting),
        futures::future::Either::Right((answered, waiting)) => (answered, waiting),
    };
    assert_eq!(answered.unwrap().0, StatusCode::OK);
    assert!(futures::poll!(&mut waiting).is_pending());
    waiting.abort();
}

#[test]
fn the_lock_lasts_as_long_as_harbors_own() {
    assert_eq!(HarborConfig::default().login_lock, Duration::from_millis(1500));
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
