//! Rules that the account does not see: its repositories and tags are read all the same.

use tagwarden_registries::{ProjectRules, Registry as _};
use tagwarden_rules::rule::Role;
use tagwarden_rules::state::TagState;
use tagwarden_rules::visibility::NotVisible;
use tagwarden_simulator::harbor::{
    HARBOR_DEVELOPER, HARBOR_GUEST, HARBOR_MAINTAINER, HARBOR_OUTSIDER, HARBOR_PASSWORD, HARBOR_ROBOT,
    HARBOR_ROBOT_SECRET, HarborConfig, Robot, RobotGrant, RuleText, State,
};

use super::{client_of, inventory, project, shown, with};

fn fill(state: &mut State) {
    let shop = state.project_named("shop").unwrap().id;
    let metadata = &mut state.project_mut(shop).unwrap().metadata;
    metadata.insert("public".to_owned(), "true".to_owned());
    state.add_rule(shop, RuleText::matching("**", "v*"));
    for tag in ["latest", "v1"] {
        state.put_tag("shop/app", tag);
    }
    state.add_robot(Robot {
        name: "robot$shop+reader".to_owned(),
        secret: "reader-secret".to_owned(),
        disabled: false,
        expires_at: None,
        grants: vec![RobotGrant::new(
            "shop",
            &[
                "repository:list",
                "repository:read",
                "artifact:list",
                "artifact:read",
                "tag:list",
                "project:read",
            ],
        )],
    });
}

#[tokio::test]
async fn who_may_not_list_rules_still_reads_tags_with_harbors_own_word_for_each() {
    let running = with(HarborConfig::empty(), fill).await;
    let role = NotVisible::Role { needs: Role::Maintainer };
    let permission = NotVisible::Permission { needs: "immutable-tag:list".to_owned() };
    for (user, password, expected) in [
        (HARBOR_DEVELOPER, HARBOR_PASSWORD, &role),
        (HARBOR_GUEST, HARBOR_PASSWORD, &role),
        (HARBOR_OUTSIDER, HARBOR_PASSWORD, &role),
        ("robot$shop+reader", "reader-secret", &permission),
    ] {
        let client = client_of(&running, user, password);
        let facts = project(&client, "shop").await;
        match shown(&client, &facts).await {
            ProjectRules::NotVisible { reason, capabilities } => {
                assert_eq!(reason, *expected, "{user}");
                assert_eq!(capabilities.product, "Harbor");
            }
            ProjectRules::Visible(read) => panic!("{user} sees {read:?}"),
        }
        let read = inventory(&client, &facts).await.unwrap();
        let states: Vec<_> =
            read[0].1.iter().map(|tag| (tag.name.as_str(), tag.verdict.unwrap().state())).collect();
        assert_eq!(states, [("latest", TagState::Open), ("v1", TagState::Immutable)], "{user}");
    }
    let maintainer = client_of(&running, HARBOR_MAINTAINER, HARBOR_PASSWORD);
    let facts = project(&maintainer, "shop").await;
    assert!(matches!(shown(&maintainer, &facts).await, ProjectRules::Visible(read) if read.rules.len() == 1));
}

#[tokio::test]
async fn a_robot_has_no_roles_to_be_counted_and_that_is_not_none() {
    let running = with(HarborConfig::empty(), fill).await;
    let robot = client_of(&running, HARBOR_ROBOT, HARBOR_ROBOT_SECRET);
    assert_eq!(robot.roles().await.unwrap(), None);
    let facts = project(&robot, "shop").await;
    assert!(matches!(shown(&robot, &facts).await, ProjectRules::Visible(read) if read.rules.len() == 1));
    let outsider = client_of(&running, HARBOR_OUTSIDER, HARBOR_PASSWORD);
    assert_eq!(outsider.roles().await.unwrap(), Some(vec![]));
}
