//! The decision table of GitLab, row by row: what `tagwarden_rules::decision` says, and what the
//! registry then does, must be the same.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tagwarden_rules::decision::{Actor, Operation, Outcome, Question, decide, deny_patterns};
use tagwarden_rules::rule::{Role, Rule};
use tagwarden_rules::state::CompiledRules;
use tagwarden_simulator::{
    ADMIN_TOKEN, DEVELOPER_TOKEN, DeployToken, GUEST_TOKEN, MAINTAINER_TOKEN, MinimumRole, OWNER_TOKEN,
    REPORTER_TOKEN, RepositoryId, TagEffect,
};

use crate::support::{PATH, World, immutable, protect};

const DEPLOY: &str = "deploy-secret";
const REPOSITORY: &str = "shop/basket/worker";

/// A project with these rules and a repository with these tags.
struct Shop {
    world: World,
    repository: RepositoryId,
    rules: CompiledRules,
}

fn effect(rule: &Rule) -> TagEffect {
    let least = |role: Role| match role {
        Role::Owner => MinimumRole::Owner,
        Role::Admin => MinimumRole::Admin,
        _ => MinimumRole::Maintainer,
    };
    match rule.effect {
        tagwarden_rules::rule::Effect::Protect { push, delete } => {
            TagEffect::Protected { push: least(push), delete: least(delete) }
        }
        tagwarden_rules::rule::Effect::Immutable { .. } => TagEffect::Immutable,
    }
}

impl Shop {
    async fn new(rules: &[Rule], tags: &[&str]) -> Self {
        let world = World::new().await;
        let repository = world.sim.edit(|state| {
            let repository = state.create_repository(world.project, "worker").unwrap();
            tags.iter().for_each(|tag| {
                state.put_tag(repository, tag);
            });
            rules.iter().for_each(|rule| {
                state.add_tag_rule(world.project, &rule.tags.pattern, effect(rule));
            });
            state.add_deploy_token(DeployToken {
                username: "deploy".into(),
                secret: DEPLOY.into(),
                project: world.project,
                write: true,
            });
            repository
        });
        Self { world, repository, rules: CompiledRules::compile(rules) }
    }

    fn has(&self, tag: &str) -> bool {
        self.world.sim.inspect(|state| state.repository(self.repository).unwrap().tags().get(tag).is_some())
    }

    fn verdict(&self, actor: Actor, operation: Operation, tag: &str) -> Outcome {
        let question = Question {
            actor,
            operation,
            repository: "worker",
            tag,
            exists: self.has(tag),
            repository_has_tags: true,
            same_digest: &[],
            repository_tags: &[],
        };
        decide(&self.rules, &question).outcome
    }

    /// What `docker` would do: get a token for the action, then try.
    async fn v2(&self, secret: &str, method: Method, tag: &str) -> (StatusCode, Value) {
        let http = Client::new();
        let actions = if method == Method::DELETE { "delete" } else { "pull,push" };
        let granted = http
            .get(format!("{}/jwt/auth", self.world.sim.base_url()))
            .query(&[
                ("service", "container_registry"),
                ("scope", &format!("repository:{REPOSITORY}:{actions}")),
            ])
            .basic_auth("deploy", Some(secret))
            .send()
            .await
            .unwrap();
        let granted: Value = serde_json::from_slice(&granted.bytes().await.unwrap()).unwrap();
        let url = format!("{}/v2/{REPOSITORY}/manifests/{tag}", self.world.sim.base_url());
        let request = http.request(method.clone(), url).bearer_auth(granted["token"].as_str().unwrap());
        let request = if method == Method::PUT {
            request.json(
                &json!({"schemaVersion": 2, "config": {"digest": "sha256:00", "size": 1}, "layers": []}),
            )
        } else {
            request
        };
        let answer = request.send().await.unwrap();
        (answer.status(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
    }

    /// Pushes, and compares what happened with the verdict.
    async fn push(&self, actor: Actor, tag: &str) -> Outcome {
        let verdict = self.verdict(actor, Operation::Push, tag);
        let (status, body) = self.v2(secret(actor), Method::PUT, tag).await;
        assert_eq!(
            status.is_success(),
            verdict.allowed() == Some(true),
            "{actor:?} pushes {tag}: {verdict:?} {body}"
        );
        self.same_refusal(actor, Operation::Push, tag, status, &body);
        verdict
    }

    /// Deletes over the registry, and compares what happened with the verdict.
    async fn delete(&self, actor: Actor, tag: &str) -> Outcome {
        let verdict = self.verdict(actor, Operation::DeleteTag, tag);
        let (status, body) = self.v2(secret(actor), Method::DELETE, tag).await;
        assert_eq!(
            status.is_success(),
            verdict.allowed() == Some(true),
            "{actor:?} deletes {tag}: {verdict:?} {body}"
        );
        verdict
    }

    /// The reason that the registry gives must be the reason of the verdict.
    fn same_refusal(&self, actor: Actor, operation: Operation, tag: &str, status: StatusCode, body: &Value) {
        let code = body["errors"][0]["code"].as_str().unwrap_or_default();
        let expected = match self.verdict(actor, operation, tag) {
            Outcome::RoleTooLow => "PROTECTED_TAG",
            Outcome::TagImmutable => "IMMUTABLE_TAG",
            Outcome::NoAccess => "UNAUTHORIZED",
            _ => return,
        };
        if !status.is_success() {
            assert_eq!(code, expected, "{actor:?} {operation:?} {tag}");
        }
    }

    /// Deletes over the Rails API, as the web page does.
    async fn delete_by_rest(&self, actor: Actor, tag: &str) -> StatusCode {
        let path =
            format!("projects/{}/registry/repositories/{}/tags/{tag}", self.world.project, self.repository);
        let url = format!("{}/api/v4/{path}", self.world.sim.base_url());
        Client::new().delete(url).header("PRIVATE-TOKEN", secret(actor)).send().await.unwrap().status()
    }
}

fn secret(actor: Actor) -> &'static str {
    match actor {
        Actor::Guest => GUEST_TOKEN,
        Actor::Reporter => REPORTER_TOKEN,
        Actor::Developer => DEVELOPER_TOKEN,
        Actor::Maintainer => MAINTAINER_TOKEN,
        Actor::Owner => OWNER_TOKEN,
        Actor::Admin => ADMIN_TOKEN,
        Actor::DeployToken => DEPLOY,
        Actor::CleanupPolicy | Actor::Permitted => panic!("has no secret"),
    }
}

const PEOPLE: [Actor; 4] = [Actor::Developer, Actor::Maintainer, Actor::Owner, Actor::Admin];

#[tokio::test]
async fn row_1_below_developer_nobody_pushes() {
    let shop = Shop::new(&[immutable("^v")], &["v1"]).await;
    for actor in [Actor::Guest, Actor::Reporter] {
        for tag in ["v1", "v2", "free"] {
            assert_eq!(shop.push(actor, tag).await, Outcome::NoAccess);
        }
    }
}

#[tokio::test]
async fn row_2_without_a_matching_rule_everybody_pushes() {
    for actor in PEOPLE.into_iter().chain([Actor::DeployToken]) {
        let shop = Shop::new(&[protect("^v", Role::Admin, Role::Admin)], &["old"]).await;
        assert_eq!(shop.push(actor, "new").await, Outcome::Creates);
        assert_eq!(shop.push(actor, "old").await, Outcome::Overwrites);
    }
}

#[tokio::test]
async fn rows_3_4_and_7_protected_rules_ask_for_a_role_and_let_administrators_pass() {
    for level in [Role::Maintainer, Role::Owner, Role::Admin] {
        for actor in PEOPLE {
            let shop =
                Shop::new(&[protect("^v", level, Role::Maintainer), immutable("^v1")], &["v1", "v2"]).await;
            let passes = actor.role() >= Some(level);
            let outcome = |passed: Outcome| if passes { passed } else { Outcome::RoleTooLow };
            assert_eq!(shop.push(actor, "v2").await, outcome(Outcome::Overwrites), "{level:?} {actor:?}");
            assert_eq!(shop.push(actor, "v3").await, outcome(Outcome::Creates), "{level:?} {actor:?}");
            // A role too low is the reason even where the tag is immutable as well.
            assert_eq!(shop.push(actor, "v1").await, outcome(Outcome::TagImmutable), "{level:?} {actor:?}");
        }
    }
}

#[tokio::test]
async fn rows_5_and_6_an_immutable_tag_is_made_once() {
    for actor in PEOPLE.into_iter().chain([Actor::DeployToken]) {
        let shop = Shop::new(&[immutable("^v")], &["v0"]).await;
        assert_eq!(shop.push(actor, "v1").await, Outcome::Creates, "{actor:?}");
        // The same manifest again, byte for byte.
        assert_eq!(shop.push(actor, "v1").await, Outcome::TagImmutable, "{actor:?}");
        assert_eq!(shop.push(actor, "v0").await, Outcome::TagImmutable, "{actor:?}");
    }
}

#[tokio::test]
async fn deploy_tokens_pass_protected_rules() {
    let shop = Shop::new(&[protect("^v", Role::Admin, Role::Admin)], &["v0"]).await;
    assert_eq!(shop.push(Actor::DeployToken, "v0").await, Outcome::Overwrites);
}

#[tokio::test]
async fn rows_8_to_10_deleting_asks_for_a_role_and_never_touches_immutable_tags() {
    for level in [Role::Maintainer, Role::Owner, Role::Admin] {
        for actor in [Actor::Maintainer, Actor::Owner, Actor::Admin] {
            let rules = [protect("^v", Role::Maintainer, level), immutable("^fixed")];
            let shop = Shop::new(&rules, &["v1", "fixed", "free", "v2", "free2"]).await;
            let passes = actor.role() >= Some(level);
            let expected = if passes { Outcome::Deletes } else { Outcome::RoleTooLow };
            assert_eq!(shop.delete(actor, "v1").await, expected, "{level:?} {actor:?}");
            assert_eq!(shop.has("v1"), !passes);
            assert_eq!(shop.delete(actor, "fixed").await, Outcome::TagImmutable, "{level:?} {actor:?}");
            assert_eq!(shop.delete(actor, "free").await, Outcome::Deletes, "{level:?} {actor:?}");
            // The Rails API refuses with 403.
            assert_eq!(shop.delete_by_rest(actor, "free2").await.as_u16(), 200);
            assert_eq!(shop.delete_by_rest(actor, "v2").await.as_u16(), if passes { 200 } else { 403 });
            assert_eq!(shop.delete_by_rest(actor, "fixed").await.as_u16(), 403);
        }
    }
}

#[tokio::test]
async fn row_11_deleting_what_is_not_there_depends_on_the_rules() {
    let rules = [protect("^v", Role::Maintainer, Role::Owner), immutable("^fixed")];
    let shop = Shop::new(&rules, &["v1"]).await;
    assert_eq!(shop.delete(Actor::Maintainer, "nothing").await, Outcome::NotFound);
    assert_eq!(shop.v2(MAINTAINER_TOKEN, Method::DELETE, "nothing").await.0, StatusCode::NOT_FOUND);
    assert_eq!(shop.v2(MAINTAINER_TOKEN, Method::DELETE, "v9").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(shop.v2(ADMIN_TOKEN, Method::DELETE, "fixed9").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn row_13_the_cleanup_run_skips_whatever_a_rule_covers() {
    let rules = [protect("^v", Role::Maintainer, Role::Maintainer), immutable("^fixed")];
    let shop = Shop::new(&rules, &["v1", "fixed", "free", "latest"]).await;
    shop.world.sim.edit(|state| {
        let policy = &mut state.project_mut(shop.world.project).unwrap().cleanup_policy;
        policy.insert("enabled".into(), json!(true));
        policy.insert("name_regex".into(), json!(".*"));
        for unset in ["keep_n", "older_than", "name_regex_keep"] {
            policy.insert(unset.into(), Value::Null);
        }
    });
    let expected: Vec<String> = ["v1", "fixed", "free", "latest"]
        .into_iter()
        .filter(|tag| shop.verdict(Actor::CleanupPolicy, Operation::DeleteTag, tag) == Outcome::Deletes)
        .map(|tag| format!("{REPOSITORY}:{tag}"))
        .collect();
    assert_eq!(shop.world.sim.run_cleanup(PATH), expected);
    assert_eq!(expected, [format!("{REPOSITORY}:free")]);
}

#[tokio::test]
async fn row_15_an_immutable_rule_keeps_every_repository_with_tags() {
    for (rules, actor, kept) in [
        (vec![immutable("^nothing-like-it")], Actor::Admin, true),
        (vec![immutable("^nothing-like-it")], Actor::Owner, true),
        (vec![protect("^x", Role::Maintainer, Role::Owner)], Actor::Maintainer, true),
        (vec![protect("^x", Role::Maintainer, Role::Owner)], Actor::Owner, false),
        (vec![protect("^x", Role::Maintainer, Role::Admin)], Actor::Admin, false),
        (vec![], Actor::Maintainer, false),
    ] {
        let shop = Shop::new(&rules, &["v1"]).await;
        let verdict = shop.verdict(actor, Operation::DeleteRepository, "v1");
        assert_eq!(verdict.allowed(), Some(!kept), "{rules:?} {actor:?} {verdict:?}");
        let path = format!("projects/{}/registry/repositories/{}", shop.world.project, shop.repository);
        let url = format!("{}/api/v4/{path}", shop.world.sim.base_url());
        let status =
            Client::new().delete(url).header("PRIVATE-TOKEN", secret(actor)).send().await.unwrap().status();
        assert_eq!(status.is_success(), !kept, "{rules:?} {actor:?}");
    }
}

#[tokio::test]
async fn the_documentations_own_example_holds() {
    let rules = [protect("v.*", Role::Maintainer, Role::Maintainer), immutable(r"v\d+\.\d+\.\d+")];
    let shop = Shop::new(&rules, &[]).await;
    assert_eq!(shop.push(Actor::Developer, "v1.0.0").await, Outcome::RoleTooLow);
    assert_eq!(shop.push(Actor::Maintainer, "v1.0.0").await, Outcome::Creates);
    assert_eq!(shop.push(Actor::Maintainer, "v1.0.0").await, Outcome::TagImmutable);
    assert_eq!(shop.push(Actor::Maintainer, "v-beta").await, Outcome::Creates);
}

#[tokio::test]
async fn patterns_that_the_registry_cannot_use_refuse_every_push_and_deletion() {
    let six: Vec<Rule> = (0..6).map(|n| protect(&format!("^p{n}"), Role::Owner, Role::Owner)).collect();
    let long = vec![protect(&"x".repeat(101), Role::Owner, Role::Owner)];
    // GitLab counts characters and would save this one; its registry counts bytes.
    let wide = vec![protect(&"é".repeat(60), Role::Owner, Role::Owner)];
    let broken = vec![immutable("invalid[")];
    for rules in [six, long, wide, broken] {
        let shop = Shop::new(&rules, &["free"]).await;
        for method in [Method::PUT, Method::DELETE] {
            let (status, _) = shop.v2(MAINTAINER_TOKEN, method.clone(), "free").await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{method} {:?}", rules[0].tags.pattern);
        }
    }
}

#[tokio::test]
async fn only_the_patterns_of_the_callers_own_token_count() {
    let six: Vec<Rule> = (0..6).map(|n| protect(&format!("^p{n}"), Role::Owner, Role::Owner)).collect();
    let shop = Shop::new(&six, &["free"]).await;
    assert_eq!(shop.push(Actor::Maintainer, "free").await, Outcome::PatternsRefused);
    assert_eq!(shop.push(Actor::Owner, "free").await, Outcome::Overwrites);
}

#[tokio::test]
async fn tokens_for_the_registry_carry_the_patterns_that_the_verdicts_count_with() {
    let rules = [
        protect("v1.*", Role::Maintainer, Role::Maintainer),
        protect("latest", Role::Owner, Role::Maintainer),
        protect("admin-only", Role::Admin, Role::Owner),
        immutable("^sha-"),
    ];
    let shop = Shop::new(&rules, &["free"]).await;
    for (actor, push, delete) in [
        (Actor::Developer, &["v1.*", "latest", "admin-only"][..], None),
        (Actor::Maintainer, &["latest", "admin-only"], Some(&["admin-only"][..])),
        (Actor::Owner, &["admin-only"], Some(&[])),
        (Actor::Admin, &[], Some(&[])),
    ] {
        let granted = Client::new()
            .get(format!("{}/jwt/auth", shop.world.sim.base_url()))
            .query(&[("scope", format!("repository:{REPOSITORY}:push,delete"))])
            .basic_auth("anybody", Some(secret(actor)))
            .send()
            .await
            .unwrap();
        let granted: Value = serde_json::from_slice(&granted.bytes().await.unwrap()).unwrap();
        let meta = &granted["access"][0]["meta"];
        let counted = deny_patterns(&shop.rules, actor);
        assert_eq!(meta["tag_deny_access_patterns"]["push"], json!(push), "{actor:?} {granted}");
        assert_eq!(counted.push, push, "{actor:?}");
        match delete {
            None => assert!(meta["tag_deny_access_patterns"].get("delete").is_none(), "{granted}"),
            Some(delete) => {
                assert_eq!(meta["tag_deny_access_patterns"]["delete"], json!(delete), "{actor:?} {granted}");
                assert_eq!(counted.delete, delete, "{actor:?}");
            }
        }
        assert_eq!(meta["tag_immutable_patterns"], json!(["^sha-"]), "{actor:?}");
        assert_eq!(counted.immutable, ["^sha-"], "{actor:?}");
    }
}
