//! Who may do what.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tagwarden_simulator::UserId;
use tagwarden_simulator::harbor::{Robot, RobotGrant, Role};

use crate::support::{
    ADMIN, DEVELOPER, GUEST, Harbor, LIMITED, MAINTAINER, NOBODY, OUTSIDER, OWNER, ROBOT, rule,
};

const OK: u16 = 200;
const CREATED: u16 = 201;
const UNAUTHORIZED: u16 = 401;
const FORBIDDEN: u16 = 403;

#[tokio::test]
async fn rules_are_for_maintainers_and_above() {
    let harbor = Harbor::with_images(&["app:v1"]).await;
    let path = "/projects/team/immutabletagrules";
    for (who, listed, created) in [
        (ADMIN, OK, CREATED),
        (OWNER, OK, CREATED),
        (MAINTAINER, OK, CREATED),
        (ROBOT, OK, CREATED),
        (DEVELOPER, FORBIDDEN, FORBIDDEN),
        (GUEST, FORBIDDEN, FORBIDDEN),
        (LIMITED, FORBIDDEN, FORBIDDEN),
        (OUTSIDER, FORBIDDEN, FORBIDDEN),
        (NOBODY, UNAUTHORIZED, UNAUTHORIZED),
    ] {
        assert_eq!(harbor.get(who, path).await.0, listed, "{who:?}");
        let name = who.map_or("nobody", |(name, _)| name);
        assert_eq!(harbor.post(who, path, rule("**", name)).await.0, created, "{who:?}");
    }
}

#[tokio::test]
async fn deleting_is_for_maintainers_pushing_for_developers_reading_for_guests() {
    let harbor = Harbor::with_images(&["app:v1"]).await;
    let tags = "/projects/team/repositories/app/artifacts/v1/tags";
    for (who, lists, reads, deletes, pushes) in [
        (MAINTAINER, OK, OK, 404, CREATED),
        (DEVELOPER, OK, OK, FORBIDDEN, CREATED),
        (GUEST, OK, OK, FORBIDDEN, UNAUTHORIZED),
        (LIMITED, OK, FORBIDDEN, FORBIDDEN, UNAUTHORIZED),
        (OUTSIDER, FORBIDDEN, FORBIDDEN, FORBIDDEN, UNAUTHORIZED),
        (ROBOT, OK, OK, 404, UNAUTHORIZED),
    ] {
        assert_eq!(harbor.get(who, tags).await.0, lists, "{who:?}");
        assert_eq!(harbor.get(who, "/projects/team/repositories/app").await.0, reads, "{who:?}");
        assert_eq!(harbor.delete(who, &format!("{tags}/missing")).await.0, deletes, "{who:?}");
        let name = who.map_or("nobody", |(name, _)| name).trim_start_matches("robot$");
        assert_eq!(harbor.push(who, "team/app", name, name).await.0, pushes, "{who:?}");
    }
}

#[tokio::test]
async fn the_role_is_told_to_its_holder() {
    let harbor = Harbor::with_images(&[]).await;
    let role = async |who| harbor.get(who, "/projects/team").await.1["current_user_role_id"].clone();
    assert_eq!(role(OWNER).await, 1);
    assert_eq!(role(DEVELOPER).await, 2);
    assert_eq!(role(GUEST).await, 3);
    assert_eq!(role(MAINTAINER).await, 4);
    assert_eq!(role(LIMITED).await, 5);
    assert!(role(ADMIN).await.is_null() && role(ROBOT).await.is_null());
    let project = harbor.project();
    harbor.running.edit(|state| state.set_role(project, UserId(2), Some(Role::Guest)));
    assert_eq!(role(OWNER).await, 3);
}

#[tokio::test]
async fn a_project_robot_stays_in_its_project() {
    let harbor = Harbor::with_images(&["app:v1"]).await;
    harbor.running.edit(|state| {
        state.create_project("other", false);
        state.add_robot(Robot {
            name: "robot$team+reader".to_owned(),
            secret: "secret".to_owned(),
            disabled: false,
            expires_at: None,
            grants: vec![RobotGrant::new("team", &["project:read", "immutable-tag:list"])],
        });
    });
    let robot = Some(("robot$team+reader", "secret"));
    let (_, projects) = harbor.get(robot, "/projects").await;
    assert_eq!(crate::support::names(&projects, "name"), ["team"]);
    assert_eq!(harbor.get(robot, "/projects/other").await.0, StatusCode::FORBIDDEN);
    assert_eq!(harbor.get(robot, "/projects/team/immutabletagrules").await.0, StatusCode::OK);
    let (status, _) = harbor.post(robot, "/projects/team/immutabletagrules", rule("**", "v*")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn retention_is_read_by_developers_and_unknown_ones_break_the_server() {
    let harbor = Harbor::with_images(&[]).await;
    let project = harbor.project();
    let id = harbor.running.edit(|state| state.set_retention(project, json!({"algorithm": "or"}))).unwrap();
    let (_, body) = harbor.get(OWNER, "/projects/team").await;
    assert_eq!(body["metadata"]["retention_id"], id.to_string());
    let (status, body) = harbor.get(DEVELOPER, &format!("/retentions/{id}")).await;
    assert_eq!((status, &body["algorithm"]), (StatusCode::OK, &json!("or")));
    assert_eq!(body["scope"]["ref"], project.0);
    assert_eq!(harbor.get(GUEST, &format!("/retentions/{id}")).await.0, StatusCode::FORBIDDEN);
    let (_, body) = harbor.get(GUEST, "/retentions/metadatas").await;
    assert_eq!(body["tag_selectors"][0]["decorations"], json!(["matches", "excludes"]));
    assert_eq!(harbor.get(NOBODY, "/retentions/metadatas").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(harbor.get(NOBODY, "/retentions/99").await.0, StatusCode::UNAUTHORIZED);
    let (status, body) = harbor.get(ADMIN, "/retentions/99").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(body, json!({"errors": [{"code": "UNKNOWN", "message": "internal server error"}]}));
}

#[tokio::test]
async fn public_projects_are_read_by_everybody_except_as_a_whole() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.running.edit(|state| {
        state.create_project("open", true);
        state.put_tag("open/app", "v1");
    });
    let path = "/projects/open/repositories/app/artifacts";
    assert_eq!(harbor.get(NOBODY, path).await.0, StatusCode::OK);
    assert_eq!(harbor.get(NOBODY, "/projects/open/artifacts").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(harbor.get(OUTSIDER, "/projects/open/artifacts").await.0, StatusCode::OK);
    let pull = harbor.send(Method::GET, NOBODY, "/v2/open/app/manifests/v1", None).await;
    assert_eq!(pull.status(), StatusCode::OK);
}
