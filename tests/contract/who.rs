//! Before anything else: is there a GitLab, whose token is this, and what may it do?

use tagwarden_registries::{Registry as _, RoleTally, Trouble};
use tagwarden_rules::rule::Role;
use tagwarden_simulator::{
    ADMIN_TOKEN, Config, DEMO_EXPIRED_TOKEN, DEMO_READ_TOKEN, DEMO_REVOKED_TOKEN, DEMO_TOKEN, GUEST_TOKEN,
    MAINTAINER_TOKEN, OWNER_TOKEN, Role as SimRole, UserId,
};

use crate::canned::{Canned, html, http, json};
use crate::support::{World, client, collect, trouble};

#[tokio::test]
async fn a_gitlab_is_recognised_without_sending_the_token() {
    let world = World::new().await;
    world.client(OWNER_TOKEN).reach().await.unwrap();
    let requests = world.sim.requests();
    assert_eq!(requests.len(), 1);
    assert!(!requests[0].carried_token);
}

#[tokio::test]
async fn other_servers_are_not_taken_for_gitlab() {
    for answer in [
        html("200 OK"),
        html("404 Not Found"),
        html("401 Unauthorized"),
        json(r#"{"name":"something else"}"#),
        json("[]"),
        http("401 Unauthorized", "", "no"),
        http("404 Not Found", "Content-Type: application/json\r\n", r#"{"errors":[]}"#),
    ] {
        let told = answer.clone();
        let server = Canned::start(move |_| told.clone()).await;
        let error = client(&server.address, "secret").0.reach().await.unwrap_err();
        assert_eq!(error.trouble, Trouble::NotThisProduct, "{answer}");
        assert_eq!(error.words, None, "{answer}");
    }
}

#[tokio::test]
async fn the_server_tells_version_and_edition() {
    let world = World::new().await;
    let server = world.client(OWNER_TOKEN).server().await.unwrap();
    assert_eq!(server.product, "GitLab");
    assert_eq!(server.version.as_deref(), Some("18.10.1-ee"));
    assert_eq!(server.enterprise, Some(true));
}

#[tokio::test]
async fn the_token_tells_user_scopes_and_end() {
    let world = World::new().await;
    let identity = world.client(DEMO_TOKEN).identity().await.unwrap();
    assert_eq!(identity.user.as_deref(), Some("demo"));
    assert_eq!(identity.scopes, Some(vec!["api".to_owned()]));
    assert_eq!(identity.can_change, Some(true));
    assert!(!identity.admin);
    assert!(identity.expires_at.is_some_and(|end| end % 86_400 == 0));
    assert!(identity.token_name.is_some());

    let reader = world.client(DEMO_READ_TOKEN).identity().await.unwrap();
    assert_eq!(reader.can_change, Some(false));
    assert!(world.client(ADMIN_TOKEN).identity().await.unwrap().admin);
}

#[tokio::test]
async fn tokens_without_a_record_of_their_own_are_tolerated() {
    let server = Canned::start(|request| {
        if request.starts_with("GET /api/v4/user ") {
            json(r#"{"id":5,"username":"project_12_bot","bot":true}"#)
        } else {
            http("404 Not Found", "Content-Type: application/json\r\n", r#"{"message":"404 Not Found"}"#)
        }
    })
    .await;
    let identity = client(&server.address, "secret").0.identity().await.unwrap();
    assert_eq!(identity.user.as_deref(), Some("project_12_bot"));
    assert_eq!((identity.scopes, identity.can_change, identity.expires_at), (None, None, None));
}

#[tokio::test]
async fn bad_tokens_are_told_apart() {
    let world = World::new().await;
    for (token, expected) in [
        (DEMO_EXPIRED_TOKEN, Trouble::TokenExpired),
        (DEMO_REVOKED_TOKEN, Trouble::TokenExpired),
        ("unknown", Trouble::TokenRefused),
    ] {
        let client = world.client(token);
        assert_eq!(trouble(client.identity().await), expected, "{token}");
        assert_eq!(trouble(client.server().await), expected, "{token}");
        assert_eq!(trouble(collect(client.projects()).await), expected, "{token}");
    }
    let error = world.client(DEMO_EXPIRED_TOKEN).identity().await.unwrap_err();
    assert_eq!(error.status, Some(401));
    assert!(error.words.unwrap().starts_with("Token is expired."));
    assert_eq!(error.host, world.sim.host());
}

#[tokio::test]
async fn roles_are_counted_by_project_highest_first() {
    let world = World::with(Config::empty()).await;
    let (mara, otto) = (UserId(5), UserId(6));
    world.sim.edit(|state| {
        for number in 0..3 {
            let id = state.create_project(&format!("shop/more-{number}"));
            state.set_role(id, mara, Some(SimRole::Developer));
        }
        let guest_only = state.create_project("shop/guest");
        state.set_role(guest_only, mara, Some(SimRole::Guest));
        state.set_role(guest_only, otto, Some(SimRole::Maintainer));
    });
    let tally = |role, projects| RoleTally { role, projects };
    let maintainer = world.client(MAINTAINER_TOKEN).roles().await.unwrap().unwrap();
    assert_eq!(maintainer, [tally(Role::Maintainer, 1), tally(Role::Developer, 3)]);
    let owner = world.client(OWNER_TOKEN).roles().await.unwrap().unwrap();
    assert_eq!(owner, [tally(Role::Owner, 4), tally(Role::Maintainer, 1)]);
    assert_eq!(world.client(GUEST_TOKEN).roles().await.unwrap(), Some(vec![]));
}

#[tokio::test]
async fn roles_are_counted_from_the_list_where_totals_are_missing() {
    let server = Canned::start(|request| {
        if request.starts_with("GET /api/v4/projects?") {
            let project = |id: u32, level: u32| {
                format!(r#"{{"id":{id},"path_with_namespace":"a/{id}","permissions":{{"project_access":null,"group_access":{{"access_level":{level}}}}}}}"#)
            };
            json(&format!("[{},{},{}]", project(1, 50), project(2, 30), project(3, 50)))
        } else {
            http("404 Not Found", "Content-Type: application/json\r\n", r#"{"message":"404"}"#)
        }
    })
    .await;
    let roles = client(&server.address, "secret").0.roles().await.unwrap().unwrap();
    let tally = |role, projects| RoleTally { role, projects };
    assert_eq!(roles, [tally(Role::Owner, 2), tally(Role::Developer, 1)]);
}
