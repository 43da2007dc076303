//! Reading rules: both kinds, many projects, old servers, and what can be done there.

use tagwarden_registries::{ProjectFacts, ProjectRef, ProjectRules, Registry as _, RegistryError, Trouble};
use tagwarden_rules::capabilities::{Capabilities, Unavailable};
use tagwarden_rules::rule::{Role, RuleKind, SavedRule};
use tagwarden_rules::visibility::NotVisible;
use tagwarden_simulator::{
    ADMIN_TOKEN, Config, DEMO_READ_TOKEN, DEVELOPER_TOKEN, FaultKind, MAINTAINER_TOKEN, Matcher, MinimumRole,
    OUTSIDER_TOKEN, OWNER_TOKEN, TagEffect,
};

use crate::canned::{Canned, json};
use crate::support::{World, client, collect, hidden, immutable, protect, read, read_or, trouble};

fn protected(push: MinimumRole, delete: MinimumRole) -> TagEffect {
    TagEffect::Protected { push, delete }
}

fn add_both_kinds(world: &World) {
    world.sim.edit(|state| {
        state.add_tag_rule(world.project, "fixed", TagEffect::Immutable);
        state.add_tag_rule(world.project, "v", protected(MinimumRole::Maintainer, MinimumRole::Admin));
        state.add_tag_rule(world.project, "é*", protected(MinimumRole::Owner, MinimumRole::Owner));
    });
}

fn list(answer: &Result<ProjectRules, RegistryError>) -> Vec<SavedRule> {
    answer.clone().unwrap().visible().unwrap().rules
}

fn unavailable(capabilities: &Capabilities, kind: RuleKind) -> Option<Unavailable> {
    capabilities.kinds.iter().find(|it| it.kind == kind).unwrap().unavailable
}

#[tokio::test]
async fn both_kinds_of_rule_are_read_in_the_servers_order() {
    let world = World::new().await;
    add_both_kinds(&world);
    let (client, facts) = world.owner().await;
    let found = read(&client, &facts).await;
    assert!(found.complete);
    let rules: Vec<_> = found.rules.iter().map(|saved| saved.rule.clone()).collect();
    let expected = [
        protect("v", Role::Maintainer, Role::Admin),
        protect("é*", Role::Owner, Role::Owner),
        immutable("fixed"),
    ];
    assert_eq!(rules, expected);
    assert!(found.rules.iter().all(|saved| saved.id.parse::<u64>().is_ok()));
}

#[tokio::test]
async fn capabilities_are_gitlabs() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let found = read(&client, &facts).await;
    assert_eq!((found.rules.len(), found.complete), (0, true));
    let can = found.capabilities;
    assert_eq!(can.version.as_deref(), Some("18.10.1-ee"));
    assert_eq!((can.rule_limit, can.pattern_characters, can.pattern_bytes), (Some(5), Some(100), Some(100)));
    assert_eq!(can.protect_roles, [Role::Maintainer, Role::Owner, Role::Admin]);
    assert!(can.unique_patterns && !can.excluding && !can.switch && can.repository_dialect.is_none());
    let kinds: Vec<_> =
        can.kinds.iter().map(|it| (it.kind, it.editable, it.minimum_role, it.unavailable)).collect();
    assert_eq!(
        kinds,
        [
            (RuleKind::Protected, true, Role::Maintainer, None),
            (RuleKind::Immutable, false, Role::Owner, None)
        ]
    );
    assert_eq!(can.propagation_seconds, Some((300, 900)));
}

#[tokio::test]
async fn a_token_that_only_reads_says_so_in_the_capabilities() {
    let world = World::new().await;
    let (client, facts) = world.member(DEMO_READ_TOKEN).await;
    let can = read(&client, &facts).await.capabilities;
    assert_eq!(unavailable(&can, RuleKind::Protected), Some(Unavailable::ReadOnlyToken));
    assert_eq!(unavailable(&can, RuleKind::Immutable), Some(Unavailable::ReadOnlyToken));
}

#[tokio::test]
async fn old_servers_give_what_they_have() {
    for (minor, protected_why, immutable_why) in [
        (11, None, None),
        (10, None, Some(Unavailable::Version)),
        (8, None, Some(Unavailable::Version)),
        (7, Some(Unavailable::Version), Some(Unavailable::Version)),
    ] {
        let world = World::of_version(17, minor).await;
        world.sim.edit(|state| {
            state.add_tag_rule(world.project, "v", protected(MinimumRole::Owner, MinimumRole::Owner));
        });
        let (client, facts) = world.owner().await;
        let found = read(&client, &facts).await;
        assert!(found.complete, "17.{minor} has no immutable rules that could be hidden");
        assert_eq!(found.rules.len(), usize::from(minor >= 8), "17.{minor}");
        assert_eq!(unavailable(&found.capabilities, RuleKind::Protected), protected_why, "17.{minor}");
        assert_eq!(unavailable(&found.capabilities, RuleKind::Immutable), immutable_why, "17.{minor}");
    }
}

#[tokio::test]
async fn without_graphql_protected_rules_come_over_rest_and_the_answer_says_that_some_may_be_hidden() {
    let world = World::new().await;
    add_both_kinds(&world);
    let (client, facts) = world.owner().await;
    let gone = FaultKind::Status { status: reqwest::StatusCode::NOT_FOUND, retry_after: None };
    world.sim.faults().add(Matcher::path("/api/graphql"), gone);
    let found = read(&client, &facts).await;
    assert!(!found.complete);
    let patterns: Vec<_> = found.rules.iter().map(|saved| saved.rule.tags.pattern.as_str()).collect();
    assert_eq!(patterns, ["v", "é*"]);
}

#[tokio::test]
async fn members_below_maintainer_are_not_told_that_there_are_no_rules() {
    let world = World::new().await;
    add_both_kinds(&world);
    let (client, facts) = world.member(DEVELOPER_TOKEN).await;
    assert_eq!(hidden(&client, &facts).await, NotVisible::Role { needs: Role::Maintainer });
    for token in [MAINTAINER_TOKEN, OWNER_TOKEN] {
        let (client, facts) = world.member(token).await;
        assert_eq!(read(&client, &facts).await.rules.len(), 3, "{token}");
    }
    // The administrator is member of nothing, and sees everything.
    let (_, facts) = world.owner().await;
    assert_eq!(read(&world.client(ADMIN_TOKEN), &facts).await.rules.len(), 3);
    assert_eq!(trouble(read_or(&world.client(OUTSIDER_TOKEN), &facts).await), Trouble::NotFound);
}

#[tokio::test]
async fn many_projects_are_asked_about_in_few_queries_and_answered_one_by_one() {
    let world = World::new().await;
    world.sim.edit(|state| {
        for number in 0..59 {
            let id = state.create_project(&format!("fleet/app-{number}"));
            state.add_tag_rule(id, &format!("rule-{number}"), TagEffect::Immutable);
        }
    });
    let client = world.client(OWNER_TOKEN);
    let mut projects = collect(client.projects()).await.unwrap();
    assert_eq!(projects.len(), 60);
    let gone = ProjectRef { id: "999999".into(), path: "no/such".into() };
    projects.insert(
        30,
        ProjectFacts { project: gone, web_url: None, role: None, registry_enabled: true, archived: false },
    );
    world.sim.forget_requests();
    let answers = client.rules(&projects).await;
    assert_eq!(answers.len(), 61);
    for (facts, answer) in projects.iter().zip(&answers) {
        match facts.project.path.strip_prefix("fleet/app-") {
            Some(number) => {
                assert_eq!(list(answer)[0].rule.tags.pattern, format!("rule-{number}"));
            }
            None if facts.project.path == "no/such" => {
                assert_eq!(answer.as_ref().unwrap_err().trouble, Trouble::NotFound);
            }
            None => assert!(list(answer).is_empty()),
        }
    }
    let queries = world.sim.requests().iter().filter(|request| request.path == "/api/graphql").count();
    assert!(queries <= 8, "{queries} queries for 61 projects");
}

#[tokio::test]
async fn a_lower_complexity_limit_only_means_more_queries() {
    let world = World::with(Config { complexity_limit: 60, ..Config::empty() }).await;
    world.sim.edit(|state| {
        for number in 0..20 {
            state.create_project(&format!("fleet/app-{number}"));
        }
    });
    let client = world.client(OWNER_TOKEN);
    let projects = collect(client.projects()).await.unwrap();
    let answers = client.rules(&projects).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().visible().unwrap().complete));
    // Learned once: the second time no query is refused.
    world.sim.forget_requests();
    client.rules(&projects).await;
    let again = world.sim.requests().len();
    world.sim.forget_requests();
    client.rules(&projects).await;
    assert_eq!(world.sim.requests().len(), again);
}

#[tokio::test]
async fn a_server_without_licence_hides_immutable_rules_and_is_remembered() {
    let world = World::with(Config { licensed: false, ..Config::empty() }).await;
    add_both_kinds(&world);
    let (client, facts) = world.owner().await;
    assert_eq!(read(&client, &facts).await.rules.len(), 2);
    let refused = crate::support::apply(&client, &facts, crate::support::create(immutable("x"))).await;
    assert_eq!(trouble(refused), Trouble::Unlicensed);
    let can = read(&client, &facts).await.capabilities;
    assert_eq!(unavailable(&can, RuleKind::Immutable), Some(Unavailable::Licence));
    assert_eq!(unavailable(&can, RuleKind::Protected), None);
}

#[tokio::test]
async fn an_error_about_one_project_leaves_the_others() {
    let server = Canned::start(|request| {
        if !request.starts_with("POST /api/graphql") {
            return json("{}");
        }
        json(
            r#"{"data":{"p0":{"containerProtectionTagRules":{"nodes":[]}},"p1":null,
            "p2":{"containerProtectionTagRules":{"nodes":[{"id":"gid://gitlab/x/3","tagNamePattern":"a",
            "minimumAccessLevelForPush":"WIZARD","minimumAccessLevelForDelete":"OWNER"}]}}},
            "errors":[{"message":"Timeout","path":["p1","containerProtectionTagRules"]}]}"#,
        )
    })
    .await;
    let project = |id: &str| ProjectFacts {
        project: ProjectRef { id: id.into(), path: format!("a/{id}") },
        web_url: None,
        role: None,
        registry_enabled: true,
        archived: false,
    };
    let answers =
        client(&server.address, "secret").0.rules(&[project("1"), project("2"), project("3")]).await;
    assert!(answers[0].is_ok());
    assert_eq!(answers[1].as_ref().unwrap_err().trouble, Trouble::ServerFailed);
    assert_eq!(answers[1].as_ref().unwrap_err().words.as_deref(), Some("Timeout"));
    assert_eq!(answers[2].as_ref().unwrap_err().trouble, Trouble::Garbled("unexpected".into()));
}

#[tokio::test]
async fn the_rules_of_another_project_under_the_old_path_are_not_taken_over() {
    let world = World::new().await;
    add_both_kinds(&world);
    let (client, mut facts) = world.owner().await;
    facts.project.id = "999999".into();
    assert_eq!(trouble(read_or(&client, &facts).await), Trouble::NotFound);
}
