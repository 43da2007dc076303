//! Changes that succeed, over REST and over GraphQL, and those that succeed by halves.

use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::Role;
use tagwarden_simulator::{FaultKind, MAINTAINER_TOKEN, Matcher, TagEffect};

use crate::support::{World, apply, create, immutable, protect, read, trouble};

/// With REST for rules, with a part of it, and without.
const VERSIONS: [(u16, u16); 4] = [(18, 10), (18, 8), (18, 0), (17, 11)];

#[tokio::test]
async fn rules_are_created_changed_and_deleted_on_every_version() {
    for (major, minor) in VERSIONS {
        let world = World::of_version(major, minor).await;
        let (client, facts) = world.member(MAINTAINER_TOKEN).await;
        let wanted = protect(r"^v\d+$", Role::Maintainer, Role::Owner);
        let made = apply(&client, &facts, create(wanted.clone())).await.unwrap().unwrap();
        assert_eq!(made.rule, wanted, "{major}.{minor}");
        assert_eq!(read(&client, &facts).await.rules, std::slice::from_ref(&made));

        let better = protect(r"^v\d+\.\d+$", Role::Owner, Role::Admin);
        let change = Change::Update { from: made.clone(), to: better.clone() };
        let changed = apply(&client, &facts, change).await.unwrap().unwrap();
        assert_eq!((&changed.id, &changed.rule), (&made.id, &better), "{major}.{minor}");
        assert_eq!(read(&client, &facts).await.rules, std::slice::from_ref(&changed));

        assert_eq!(apply(&client, &facts, Change::Delete { rule: changed }).await.unwrap(), None);
        assert_eq!(read(&client, &facts).await.rules, []);
    }
}

#[tokio::test]
async fn immutable_rules_are_created_replaced_and_deleted_on_every_version() {
    for (major, minor) in VERSIONS {
        let world = World::of_version(major, minor).await;
        let (client, facts) = world.owner().await;
        let made = apply(&client, &facts, create(immutable("^sha-"))).await.unwrap().unwrap();
        assert_eq!(made.rule, immutable("^sha-"), "{major}.{minor}");
        let change = Change::Recreate { from: made.clone(), to: immutable("^sha256-") };
        let replaced = apply(&client, &facts, change).await.unwrap().unwrap();
        assert_ne!(replaced.id, made.id);
        assert_eq!(read(&client, &facts).await.rules, std::slice::from_ref(&replaced));
        assert_eq!(apply(&client, &facts, Change::Delete { rule: replaced }).await.unwrap(), None);
        assert!(world.patterns().is_empty());
    }
}

#[tokio::test]
async fn a_rule_can_turn_from_one_kind_into_the_other_with_the_same_pattern() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let from =
        apply(&client, &facts, create(protect("^v", Role::Owner, Role::Owner))).await.unwrap().unwrap();
    let made = apply(&client, &facts, Change::Recreate { from, to: immutable("^v") }).await.unwrap().unwrap();
    assert_eq!(read(&client, &facts).await.rules, [made]);
}

#[tokio::test]
async fn a_recreate_that_stops_half_way_does_not_claim_to_know_what_is_there() {
    let refused = FaultKind::Status { status: reqwest::StatusCode::FORBIDDEN, retry_after: None };
    for (fault, left) in [(refused, &[][..]), (FaultKind::DropAfter, &["^new"][..])] {
        let world = World::new().await;
        let (client, facts) = world.owner().await;
        let from = apply(&client, &facts, create(immutable("^old"))).await.unwrap().unwrap();
        let creating = Matcher::path("/api/graphql").body_contains("mutation");
        world.sim.faults().add(creating, fault);
        let change = Change::Recreate { from, to: immutable("^new") };
        assert_eq!(trouble(apply(&client, &facts, change).await), Trouble::Unclear);
        assert_eq!(world.patterns(), left);
    }
}

#[tokio::test]
async fn each_stage_of_a_change_is_one_call() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let from = apply(&client, &facts, create(immutable("^old"))).await.unwrap().unwrap();
    let change = Change::Recreate { from: from.clone(), to: immutable("^new") };
    assert_eq!(client.stages(&change), [None, Some(immutable("^new"))]);
    assert_eq!(client.stages(&Change::Delete { rule: from.clone() }), [None]);
    let to = protect("^x", Role::Owner, Role::Owner);
    assert_eq!(client.stages(&Change::Update { from, to: to.clone() }), [Some(to)]);
}

#[tokio::test]
async fn a_write_that_was_turned_away_unseen_is_told_apart_from_one_that_failed() {
    let status = |status, retry_after| FaultKind::Status { status, retry_after };
    for (fault, expected) in [
        (status(reqwest::StatusCode::TOO_MANY_REQUESTS, Some(7)), Trouble::RateLimited(Some(7))),
        (status(reqwest::StatusCode::TOO_MANY_REQUESTS, None), Trouble::RateLimited(None)),
        (status(reqwest::StatusCode::SERVICE_UNAVAILABLE, Some(7)), Trouble::RateLimited(Some(7))),
        (status(reqwest::StatusCode::SERVICE_UNAVAILABLE, None), Trouble::ServerFailed),
        (status(reqwest::StatusCode::INTERNAL_SERVER_ERROR, None), Trouble::ServerFailed),
        (status(reqwest::StatusCode::BAD_GATEWAY, None), Trouble::Unclear),
        (status(reqwest::StatusCode::GATEWAY_TIMEOUT, None), Trouble::Unclear),
        (FaultKind::DropAfter, Trouble::Unclear),
    ] {
        let world = World::new().await;
        let (client, facts) = world.owner().await;
        world.sim.faults().add(Matcher::path("/api/graphql").body_contains("mutation"), fault.clone());
        let outcome = apply(&client, &facts, create(immutable("^v"))).await;
        assert_eq!(trouble(outcome), expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_recreate_whose_deletion_is_refused_changes_nothing() {
    let world = World::new().await;
    world.sim.edit(|state| state.add_tag_rule(world.project, "^old", TagEffect::Immutable));
    let (client, facts) = world.member(MAINTAINER_TOKEN).await;
    let from = read(&client, &facts).await.rules.remove(0);
    let change = Change::Recreate { from, to: immutable("^new") };
    assert_eq!(trouble(apply(&client, &facts, change).await), Trouble::RoleTooLow(Some(Role::Owner)));
    assert_eq!(world.patterns(), ["^old"]);
}

#[tokio::test]
async fn a_rule_that_somebody_else_deleted_is_not_found() {
    for (major, minor) in VERSIONS {
        let world = World::of_version(major, minor).await;
        let (client, facts) = world.owner().await;
        for rule in [protect("a", Role::Owner, Role::Owner), immutable("b")] {
            let made = apply(&client, &facts, create(rule.clone())).await.unwrap().unwrap();
            world.sim.edit(|state| {
                let id = state.project(world.project).unwrap().tag_rules[0].id;
                state.remove_tag_rule(id)
            });
            let outcome = apply(&client, &facts, Change::Delete { rule: made.clone() }).await;
            assert_eq!(trouble(outcome), Trouble::NotFound, "{major}.{minor}");
            let to = protect("c", Role::Owner, Role::Owner);
            let outcome = apply(&client, &facts, Change::Update { from: made, to }).await;
            assert_eq!(trouble(outcome), Trouble::NotFound, "{major}.{minor}");
        }
    }
}

#[tokio::test]
async fn without_mutations_protected_rules_are_still_made() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let gone = FaultKind::Status { status: reqwest::StatusCode::NOT_FOUND, retry_after: None };
    world.sim.faults().add(Matcher::path("/api/graphql"), gone);
    // The version is not told either: nothing but trying shows what there is.
    world.sim.faults().add(
        Matcher::path("/api/v4/metadata"),
        FaultKind::Status { status: reqwest::StatusCode::FORBIDDEN, retry_after: None },
    );
    let mut capabilities = read(&client, &facts).await.capabilities;
    capabilities.version = None;
    let rule = protect("^v", Role::Owner, Role::Owner);
    let made = client.change(&facts.project, &capabilities, &create(rule)).await.unwrap().unwrap();
    assert_eq!(made.rule.tags.pattern, "^v");
    assert_eq!(world.patterns(), ["^v"]);
    let refused = client.change(&facts.project, &capabilities, &create(immutable("^w"))).await;
    assert_eq!(trouble(refused), Trouble::Unsupported);
}
