//! What GitLab refuses, and what the client makes of it: the same over REST and over GraphQL.

use tagwarden_registries::{RegistryError, Trouble};
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Role, Rule};
use tagwarden_simulator::{
    Config, DEMO_EXPIRED_TOKEN, DEMO_READ_TOKEN, DEVELOPER_TOKEN, GUEST_TOKEN, MAINTAINER_TOKEN,
    OUTSIDER_TOKEN, OWNER_TOKEN, REPORTER_TOKEN, Version,
};

use crate::support::{World, apply, create, immutable, protect, trouble};

fn plain(pattern: &str) -> Rule {
    protect(pattern, Role::Maintainer, Role::Maintainer)
}

/// A server on which protected rules go over REST, and one on which they go over GraphQL.
async fn both() -> [World; 2] {
    [World::new().await, World::of_version(18, 0).await]
}

async fn refused(world: &World, token: &str, rule: Rule) -> RegistryError {
    let (_, facts) = world.owner().await;
    apply(&world.client(token), &facts, create(rule)).await.unwrap_err()
}

#[tokio::test]
async fn a_sixth_rule_of_either_kind_is_one_too_many() {
    for world in both().await {
        let (client, facts) = world.owner().await;
        for number in 0..3 {
            apply(&client, &facts, create(plain(&format!("p{number}")))).await.unwrap();
        }
        for number in 0..2 {
            apply(&client, &facts, create(immutable(&format!("i{number}")))).await.unwrap();
        }
        for rule in [plain("more"), immutable("more")] {
            let error = refused(&world, OWNER_TOKEN, rule).await;
            assert_eq!(error.trouble, Trouble::RuleLimit);
            assert_eq!(error.words.as_deref(), Some("Maximum number of protection rules have been reached."));
        }
        assert_eq!(world.patterns().len(), 5);
    }
}

#[tokio::test]
async fn a_pattern_may_be_there_once_in_both_kinds_together() {
    for world in both().await {
        let (client, facts) = world.owner().await;
        let saved = apply(&client, &facts, create(plain("^a$"))).await.unwrap().unwrap();
        apply(&client, &facts, create(immutable("^b$"))).await.unwrap();
        for rule in [plain("^a$"), plain("^b$"), immutable("^a$"), immutable("^b$")] {
            assert_eq!(refused(&world, OWNER_TOKEN, rule).await.trouble, Trouble::Duplicate);
        }
        let change = Change::Update { from: saved, to: plain("^b$") };
        let error = apply(&client, &facts, change).await.unwrap_err();
        assert_eq!(error.trouble, Trouble::Duplicate);
        assert!(error.words.unwrap().contains("has already been taken"));
    }
}

#[tokio::test]
async fn patterns_that_gitlab_refuses_come_back_with_its_words() {
    for world in both().await {
        let (client, facts) = world.owner().await;
        let saved = apply(&client, &facts, create(plain("^ok$"))).await.unwrap().unwrap();
        for (pattern, words) in [
            ("*", "no argument for repetition operator: *"),
            ("invalid[", "missing ]"),
            ("", "blank"),
            (&"x".repeat(101), "too long"),
        ] {
            for rule in [plain(pattern), immutable(pattern)] {
                let error = refused(&world, OWNER_TOKEN, rule).await;
                assert_eq!(error.trouble, Trouble::Rejected, "{pattern}");
                assert!(
                    error.words.as_ref().is_some_and(|said| said.contains(words)),
                    "{pattern}: {error:?}"
                );
            }
            let change = Change::Update { from: saved.clone(), to: plain(pattern) };
            assert_eq!(trouble(apply(&client, &facts, change).await), Trouble::Rejected, "{pattern}");
        }
        assert_eq!(world.patterns(), ["^ok$"]);
        // 100 characters are allowed, whatever their bytes.
        apply(&client, &facts, create(plain(&"é".repeat(100)))).await.unwrap();
    }
}

#[tokio::test]
async fn an_immutable_rule_cannot_be_edited_nor_a_protected_one_made_immutable() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let fixed = apply(&client, &facts, create(immutable("^a$"))).await.unwrap().unwrap();
    let loose = apply(&client, &facts, create(plain("^b$"))).await.unwrap().unwrap();
    let error =
        apply(&client, &facts, Change::Update { from: fixed, to: immutable("^c$") }).await.unwrap_err();
    assert_eq!((error.trouble, error.words.as_deref()), (Trouble::Rejected, Some("Operation not allowed")));
    let error =
        apply(&client, &facts, Change::Update { from: loose, to: immutable("^b$") }).await.unwrap_err();
    assert_eq!(error.trouble, Trouble::Rejected);
    assert_eq!(world.patterns(), ["^a$", "^b$"]);
}

#[tokio::test]
async fn a_low_role_learns_which_role_it_takes() {
    for world in both().await {
        let (client, facts) = world.owner().await;
        let made = apply(&client, &facts, create(plain("^a$"))).await.unwrap().unwrap();
        let fixed = apply(&client, &facts, create(immutable("^b$"))).await.unwrap().unwrap();
        for token in [GUEST_TOKEN, REPORTER_TOKEN, DEVELOPER_TOKEN] {
            let client = world.client(token);
            for (change, need) in [
                (create(plain("^c$")), Role::Maintainer),
                (create(immutable("^c$")), Role::Owner),
                (Change::Update { from: made.clone(), to: plain("^c$") }, Role::Maintainer),
                (Change::Delete { rule: made.clone() }, Role::Maintainer),
                (Change::Delete { rule: fixed.clone() }, Role::Owner),
            ] {
                let (_, facts) = world.owner().await;
                let capabilities = crate::support::capabilities(&world.client(OWNER_TOKEN), &facts).await;
                let outcome =
                    tagwarden_registries::Registry::change(&client, &facts.project, &capabilities, &change)
                        .await;
                assert_eq!(trouble(outcome), Trouble::RoleTooLow(Some(need)), "{token} {change:?}");
            }
        }
        let (client, facts) = world.member(MAINTAINER_TOKEN).await;
        for change in [create(immutable("^c$")), Change::Delete { rule: fixed }] {
            let outcome = apply(&client, &facts, change).await;
            assert_eq!(trouble(outcome), Trouble::RoleTooLow(Some(Role::Owner)));
        }
        assert_eq!(world.patterns(), ["^a$", "^b$"]);
    }
}

#[tokio::test]
async fn strangers_and_bad_tokens_change_nothing() {
    for world in both().await {
        let (owner, facts) = world.owner().await;
        let capabilities = crate::support::capabilities(&owner, &facts).await;
        for (token, expected) in [
            (OUTSIDER_TOKEN, Trouble::NotFound),
            (DEMO_READ_TOKEN, Trouble::ScopeMissing("api".into())),
            ("unknown", Trouble::TokenRefused),
        ] {
            for rule in [plain("^a$"), immutable("^a$")] {
                let client = world.client(token);
                let change = create(rule);
                let outcome =
                    tagwarden_registries::Registry::change(&client, &facts.project, &capabilities, &change)
                        .await;
                assert_eq!(trouble(outcome), expected, "{token} {change:?}");
            }
        }
        assert!(world.patterns().is_empty());
    }
    // Only REST tells that a token has expired.
    let world = World::new().await;
    let (owner, facts) = world.owner().await;
    let capabilities = crate::support::capabilities(&owner, &facts).await;
    let client = world.client(DEMO_EXPIRED_TOKEN);
    let change = create(plain("^a$"));
    let outcome =
        tagwarden_registries::Registry::change(&client, &facts.project, &capabilities, &change).await;
    assert_eq!(trouble(outcome), Trouble::TokenExpired);
}

#[tokio::test]
async fn a_registry_without_its_database_is_remembered() {
    for version in [Version::default(), Version::new(18, 0, 0)] {
        let world = World::with(Config { registry_api: false, version, ..Config::empty() }).await;
        let (client, facts) = world.owner().await;
        let error = apply(&client, &facts, create(plain("^a$"))).await.unwrap_err();
        assert_eq!(error.trouble, Trouble::Unsupported);
        assert_eq!(error.words.as_deref(), Some("GitLab container registry API not supported"));
        let can = crate::support::capabilities(&client, &facts).await;
        let reason = Some(tagwarden_rules::capabilities::Unavailable::RegistryApi);
        assert!(can.kinds.iter().all(|kind| kind.unavailable == reason));
    }
}
