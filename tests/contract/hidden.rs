//! Rules that the account does not see: told from none, and each tag judged by what the server says of it.

use tagwarden_registries::{Registry as _, TagFacts};
use tagwarden_rules::rule::{Blocks, Effect, Role};
use tagwarden_rules::visibility::{NotVisible, ServerVerdict};
use tagwarden_simulator::{
    ADMIN_TOKEN, DEMO_TOKEN, DEVELOPER_TOKEN, FaultKind, MAINTAINER_TOKEN, Matcher, MinimumRole, OWNER_TOKEN,
    TagEffect, UserId,
};

use crate::canned::{Canned, http, json};
use crate::support::{World, client, collect, hidden, read};

const IMMUTABLE: Option<ServerVerdict> =
    Some(ServerVerdict::Covered { effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete } });

fn protected(push: Role, delete: Role) -> Option<ServerVerdict> {
    Some(ServerVerdict::Covered { effect: Effect::Protect { push, delete } })
}

/// Two protected rules and an immutable one, over four tags.
fn fill(world: &World) {
    world.sim.edit(|state| {
        let levels = |push, delete| TagEffect::Protected { push, delete };
        state.add_tag_rule(world.project, "^v", levels(MinimumRole::Maintainer, MinimumRole::Owner));
        state.add_tag_rule(world.project, "rc", levels(MinimumRole::Owner, MinimumRole::Maintainer));
        state.add_tag_rule(world.project, "^fixed$", TagEffect::Immutable);
        let repository = state.create_repository(world.project, "").unwrap();
        for tag in ["fixed", "loose", "v1", "v1-rc"] {
            state.put_tag(repository, tag);
        }
    });
}

async fn tags(world: &World, token: &str) -> Vec<TagFacts> {
    let (client, facts) = world.member(token).await;
    client.rules(std::slice::from_ref(&facts)).await.remove(0).unwrap();
    let repository = collect(client.repositories(&facts.project)).await.unwrap().remove(0);
    collect(client.tags(&facts.project, &repository)).await.unwrap()
}

#[tokio::test]
async fn an_empty_list_for_a_developer_is_not_taken_for_a_project_without_rules() {
    let world = World::new().await;
    let (developer, facts) = world.member(DEVELOPER_TOKEN).await;
    let needs_maintainer = NotVisible::Role { needs: Role::Maintainer };
    assert_eq!(hidden(&developer, &facts).await, needs_maintainer, "with no rule there");
    fill(&world);
    assert_eq!(hidden(&developer, &facts).await, needs_maintainer, "with rules there");
    let (maintainer, facts) = world.member(MAINTAINER_TOKEN).await;
    assert_eq!(read(&maintainer, &facts).await.rules.len(), 3);
}

#[tokio::test]
async fn where_rules_are_hidden_each_tag_says_what_holds_for_it() {
    let world = World::new().await;
    fill(&world);
    let said: Vec<_> =
        tags(&world, DEVELOPER_TOKEN).await.into_iter().map(|tag| (tag.name, tag.verdict)).collect();
    let expected = [
        ("fixed", IMMUTABLE),
        ("loose", Some(ServerVerdict::NotCovered)),
        ("v1", protected(Role::Maintainer, Role::Owner)),
        ("v1-rc", protected(Role::Owner, Role::Owner)),
    ];
    assert_eq!(said, expected.map(|(name, verdict)| (name.to_owned(), verdict)));
    // Whoever sees the rules does not ask: it would cost the server a match for each rule and tag.
    assert!(tags(&world, MAINTAINER_TOKEN).await.iter().all(|tag| tag.verdict.is_none()));
}

#[tokio::test]
async fn an_older_server_says_less_and_nothing_is_made_up_for_it() {
    for (minor, fixed, v1) in [(11, IMMUTABLE, protected(Role::Maintainer, Role::Owner)), (8, None, None)] {
        let world = World::of_version(17, minor).await;
        fill(&world);
        let tags = tags(&world, DEVELOPER_TOKEN).await;
        assert_eq!((tags[0].verdict, tags[2].verdict), (fixed, v1), "17.{minor}");
        assert!(tags.iter().all(|tag| tag.digest.is_some()), "17.{minor}");
    }
    // Between the two, protection is told and immutable rules are unknown to the server.
    let world = World::of_version(17, 9).await;
    fill(&world);
    assert_eq!(tags(&world, DEVELOPER_TOKEN).await[2].verdict, protected(Role::Maintainer, Role::Owner));
}

#[tokio::test]
async fn over_rest_a_refusal_says_that_rules_are_hidden_and_an_empty_list_that_there_are_none() {
    let world = World::new().await;
    let gone = FaultKind::Status { status: reqwest::StatusCode::NOT_FOUND, retry_after: None };
    world.sim.faults().add(Matcher::path("/api/graphql"), gone);
    let (developer, facts) = world.member(DEVELOPER_TOKEN).await;
    assert_eq!(hidden(&developer, &facts).await, NotVisible::Role { needs: Role::Maintainer });
    let (maintainer, facts) = world.member(MAINTAINER_TOKEN).await;
    assert_eq!(read(&maintainer, &facts).await.rules, []);
}

#[tokio::test]
async fn an_archived_project_shows_its_rules_to_nobody_and_says_so() {
    let world = World::new().await;
    fill(&world);
    world.sim.edit(|state| state.project_mut(world.project).unwrap().archived = true);
    for token in [OWNER_TOKEN, MAINTAINER_TOKEN, DEVELOPER_TOKEN] {
        let (client, facts) = world.member(token).await;
        assert!(facts.archived);
        assert_eq!(hidden(&client, &facts).await, NotVisible::Archived, "{token}");
    }
    assert_eq!(tags(&world, OWNER_TOKEN).await[0].verdict, IMMUTABLE);
    let (_, facts) = world.owner().await;
    assert_eq!(hidden(&world.client(ADMIN_TOKEN), &facts).await, NotVisible::Archived);
    world.sim.edit(|state| state.project_mut(world.project).unwrap().archived = false);
    let (owner, facts) = world.owner().await;
    assert!(!facts.archived);
    assert_eq!(read(&owner, &facts).await.rules.len(), 3);
}

#[tokio::test]
async fn a_role_that_only_a_group_above_gives_shows_the_rules() {
    let world = World::new().await;
    fill(&world);
    let demo = UserId(7);
    world.sim.edit(|state| state.set_role(world.project, demo, Some(tagwarden_simulator::Role::Developer)));
    let client = world.client(DEMO_TOKEN);
    let facts = world.facts(&client).await;
    assert_eq!(hidden(&client, &facts).await, NotVisible::Role { needs: Role::Maintainer });
    // The same account, of which REST tells the lower role: the server's own permission counts.
    world.sim.edit(|state| {
        let group = state.group_at("shop").unwrap().id;
        state.set_group_role(group, demo, Some(tagwarden_simulator::Role::Maintainer));
    });
    assert_eq!(read(&client, &facts).await.rules.len(), 3);
}

#[tokio::test]
async fn a_server_that_knows_no_permissions_is_judged_by_the_role() {
    let server = Canned::start(|request| {
        if !request.starts_with("POST /api/graphql") {
            return http("404 Not Found", "Content-Type: application/json\r\n", r#"{"message":"404"}"#);
        }
        if request.contains("userPermissions") {
            return json(
                r#"{"errors":[{"message":"Field 'userPermissions' doesn't exist on type 'Project'",
                "extensions":{"code":"undefinedField","typeName":"Project","fieldName":"userPermissions"}}]}"#,
            );
        }
        json(
            r#"{"data":{"p0":{"id":"gid://gitlab/Project/1","containerProtectionTagRules":{"nodes":[]}}}}"#,
        )
    })
    .await;
    let facts = |role| tagwarden_registries::ProjectFacts {
        project: tagwarden_registries::ProjectRef { id: "1".into(), path: "a/1".into() },
        web_url: None,
        role,
        registry_enabled: true,
        archived: false,
    };
    let (client, _) = client(&server.address, "secret");
    assert_eq!(read(&client, &facts(Some(Role::Maintainer))).await.rules, []);
    for role in [Some(Role::Developer), None] {
        assert_eq!(hidden(&client, &facts(role)).await, NotVisible::Role { needs: Role::Maintainer });
    }
}
