//! Who is recognised, and that a wrong password is never taken for a small registry.

use tagwarden_registries::Registry as _;
use tagwarden_registries::error::Trouble;
use tagwarden_rules::rule::Role;
use tagwarden_simulator::harbor::{
    HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HARBOR_PASSWORD, HARBOR_ROBOT, HARBOR_ROBOT_SECRET, HarborConfig,
};

use super::{client_of, maintainer, project, rule, with};
use crate::support::{collect, trouble};

/// A Harbor that answers a wrong password at once.
fn unheld() -> HarborConfig {
    HarborConfig { login_lock: std::time::Duration::ZERO, ..HarborConfig::empty() }
}

#[tokio::test]
async fn a_wrong_password_is_told_although_public_projects_answer() {
    let running = with(unheld(), |state| {
        state.create_project("public", true);
    })
    .await;
    let client = client_of(&running, "mara", "wrong");
    client.reach().await.unwrap();
    assert_eq!(trouble(client.server().await), Trouble::TokenRefused);
    assert_eq!(trouble(client.identity().await), Trouble::TokenRefused);
    assert_eq!(trouble(collect(client.projects()).await), Trouble::TokenRefused);
}

#[tokio::test]
async fn users_administrators_and_robots_are_recognised() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let who = maintainer(&running).identity().await.unwrap();
    assert_eq!((who.user.as_deref(), who.admin), (Some("mara"), false));
    let admin = client_of(&running, HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD);
    assert!(admin.identity().await.unwrap().admin);
    assert_eq!(project(&admin, "shop").await.role, Some(Role::Admin));
    let robot = client_of(&running, HARBOR_ROBOT, HARBOR_ROBOT_SECRET);
    assert_eq!(robot.identity().await.unwrap().user.as_deref(), Some(HARBOR_ROBOT));
    assert_eq!(project(&robot, "shop").await.role, None);
    let facts = admin.server().await.unwrap();
    assert!(facts.version.unwrap().starts_with("2.15.2"));
}

#[tokio::test]
async fn no_cookie_is_ever_given_back() {
    let running = with(HarborConfig::empty(), |_| {}).await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    let read = super::rules(&client, &facts).await;
    let change = tagwarden_rules::plan::Change::Create { rule: rule("**", "v*") };
    client.change(&facts.project, &read.capabilities, &change).await.unwrap();
    assert!(
        running.requests().iter().all(|request| !request.carried_cookie),
        "with it Harbor wants a CSRF token"
    );
}

#[tokio::test]
async fn something_else_at_the_address_is_not_taken_for_a_harbor() {
    let gitlab = tagwarden_simulator::Simulator::start(tagwarden_simulator::Config::empty()).await.unwrap();
    let password = secrecy::SecretString::from(HARBOR_PASSWORD.to_owned());
    let client = tagwarden_registries::harbor::Harbor::new(
        gitlab.base_url(),
        "mara",
        password,
        crate::support::settings(),
        None,
    );
    assert_eq!(trouble(client.unwrap().reach().await), Trouble::NotThisProduct);
}

#[tokio::test]
async fn the_password_is_in_no_error_and_no_debug_text() {
    let running = with(unheld(), |_| {}).await;
    let client = client_of(&running, "mara", "canary-7f3a");
    let error = client.server().await.unwrap_err();
    let said = format!("{client:?} {error:?} {error}");
    assert!(!said.contains("canary-7f3a") && !said.contains("Y2FuYXJ5"), "{said}");
}
