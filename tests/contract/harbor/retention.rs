//! Retention policies, read as cleanup policies.

use serde_json::{Value, json};
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::cleanup::{Cleanup, CleanupFailure, CleanupNote, CleanupRule, Condition, Fate, Images};
use tagwarden_rules::rule::{Selector, SelectorMode};
use tagwarden_simulator::harbor::{HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HarborBox, HarborConfig};

use super::{client_of, maintainer, project, selector, version, with};
use crate::support::trouble;

/// A rule that keeps images of all repositories.
fn rule(number: u32, tags: &str, images: Images, condition: Condition) -> CleanupRule {
    CleanupRule {
        number,
        enabled: true,
        description: None,
        repositories: vec![selector("**")],
        tags: vec![selector(tags)],
        images,
        condition,
        fate: Fate::Kept,
    }
}

fn policy(schedule: Option<&str>, rules: Vec<CleanupRule>) -> Cleanup {
    Cleanup {
        schedule: schedule.map(str::to_owned),
        otherwise: Fate::Deleted,
        rules,
        unreadable: false,
        notes: vec![CleanupNote::WholeImage, CleanupNote::ImmutableKept, CleanupNote::OtherRepositoriesKept],
    }
}

/// What is read of `shop` with this policy.
async fn read(saved: Value) -> Cleanup {
    let running = with(version("2.14.0"), |state| {
        let shop = state.project_named("shop").unwrap().id;
        state.set_retention(shop, saved).unwrap();
    })
    .await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    client.cleanup(&facts.project).await.unwrap().unwrap()
}

/// A rule as it is saved.
fn saved(template: &str, params: &Value, tags: &Value) -> Value {
    json!({
        "disabled": false, "action": "retain", "template": template, "params": params,
        "scope_selectors": {
            "repository": [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]
        },
        "tag_selectors": tags,
    })
}

fn tags(decoration: &str, extras: Option<&str>) -> Value {
    json!([{"kind": "doublestar", "decoration": decoration, "pattern": "v*", "extras": extras}])
}

#[tokio::test]
async fn the_policy_of_the_demo_is_read() {
    let running = HarborBox::start(HarborConfig::default()).await.unwrap();
    let client = client_of(&running, HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD);
    let web = project(&client, "web").await;
    let wanted = policy(
        Some("0 0 3 * * *"),
        vec![
            rule(1, "v*", Images::Tagged, Condition::NewestPushed { count: 20 }),
            rule(2, "!sha-*", Images::Tagged, Condition::PulledWithin { days: 30 }),
        ],
    );
    assert_eq!(client.cleanup(&web.project).await.unwrap(), Some(wanted));
    let capabilities = super::rules(&client, &web).await.capabilities;
    assert!(capabilities.cleanup);
}

#[tokio::test]
async fn each_condition_is_read_and_what_is_not_known_is_said() {
    let all = tags("matches", None);
    let one = |template: &str, value: Value| saved(template, &json!({template: value}), &all);
    let found = read(json!({"algorithm": "or", "rules": [
        saved("always", &json!({}), &all),
        one("latestPulledN", json!(5)),
        one("latestActiveK", json!(7.9)),
        one("nDaysSinceLastPush", json!(0)),
        one("lastXDays", json!("x")),
        one("nDaysSinceLastPull", json!(-1)),
        saved("latestPushedK", &Value::Null, &all),
        saved("fullMoon", &json!({}), &all),
        saved("always", &json!({}), &Value::Null),
    ], "trigger": {"kind": "Schedule", "settings": {"cron": ""}}}))
    .await;
    let fails = |reason, text: &str| Condition::Fails { reason, text: text.to_owned(), everywhere: false };
    let conditions: Vec<_> = found.rules.iter().map(|rule| rule.condition.clone()).collect();
    assert_eq!(
        conditions,
        [
            Condition::Always,
            Condition::NewestPulled { count: 5 },
            Condition::Active { count: 7 },
            Condition::PushedWithin { days: 0 },
            Condition::PushedWithin { days: 10 },
            Condition::PulledWithin { days: 30 },
            fails(CleanupFailure::Number, "latestPushedK"),
            fails(CleanupFailure::Template, "fullMoon"),
            Condition::PassedOver,
        ]
    );
    assert_eq!(found.schedule, None);
    assert_eq!(found.rules.last().unwrap().tags, []);
}

#[tokio::test]
async fn images_without_a_tag_go_the_way_that_harbor_sends_them() {
    let cases = [
        ("matches", None, Images::Any),
        ("matches", Some("{\"untagged\":true}"), Images::Any),
        ("matches", Some("{\"untagged\":false}"), Images::Tagged),
        ("matches", Some("{}"), Images::Tagged),
        ("matches", Some("untagged"), Images::Any),
        ("excludes", None, Images::Any),
        ("excludes", Some("{\"untagged\":false}"), Images::Any),
        ("excludes", Some("{\"untagged\":true}"), Images::Tagged),
    ];
    let rules: Vec<Value> = cases
        .iter()
        .map(|(decoration, extras, _)| saved("always", &json!({}), &tags(decoration, *extras)))
        .collect();
    let found = read(json!({"algorithm": "or", "rules": rules, "trigger": null})).await;
    for ((decoration, extras, images), rule) in cases.iter().zip(found.rules) {
        assert_eq!(rule.images, *images, "{decoration} {extras:?}");
    }
}

#[tokio::test]
async fn what_no_run_would_understand_is_not_guessed() {
    let found = read(json!({"algorithm": "or", "rules": [{
        "disabled": true, "action": "retain", "template": "always", "params": null,
        "scope_selectors": {"repository": [
            {"kind": "doublestar", "decoration": "repoExcludes", "pattern": "a/**"},
            {"kind": "doublestar", "decoration": "", "pattern": "b"},
        ]},
        "tag_selectors": [
            {"kind": "doublestar", "decoration": "matches", "pattern": "v*"},
            {"kind": "label", "decoration": "with", "pattern": "x", "extras": null},
        ],
    }]}))
    .await;
    let unsupported = |pattern: &str| Selector { mode: SelectorMode::Unsupported, ..selector(pattern) };
    assert_eq!(found.rules[0].repositories, [selector("!a/**"), unsupported("b")]);
    assert_eq!(found.rules[0].tags, [selector("v*"), unsupported("x")]);
    assert!(!found.rules[0].enabled);
}

#[tokio::test]
async fn where_a_run_fails_is_told_with_what_it_fails_at() {
    let all = tags("matches", None);
    let label = json!([{"kind": "label", "decoration": "with", "pattern": "x"}]);
    let mut archive = saved("always", &json!({}), &all);
    archive["action"] = json!("archive");
    let mut scope = saved("always", &json!({}), &all);
    scope["scope_selectors"]["repository"][0]["decoration"] = json!("matching");
    let rules = [
        saved("always", &json!({}), &label),
        saved("latestPushedK", &json!({"latestPulledN": 3}), &all),
        archive,
        scope,
        saved(
            "always",
            &json!({}),
            &json!([{"kind": "doublestar", "decoration": "matches", "pattern": "{v*"}]),
        ),
        // A number that is there and is none is no failure.
        saved("latestPushedK", &json!({"latestPushedK": null}), &all),
    ];
    let found = read(json!({"algorithm": "or", "rules": rules})).await;
    let conditions: Vec<_> = found.rules.into_iter().map(|rule| rule.condition).collect();
    let fails =
        |reason, text: &str, everywhere| Condition::Fails { reason, text: text.to_owned(), everywhere };
    assert_eq!(
        conditions,
        [
            fails(CleanupFailure::Selector, "label", false),
            fails(CleanupFailure::Number, "latestPushedK", false),
            fails(CleanupFailure::Action, "archive", false),
            fails(CleanupFailure::Selector, "matching", true),
            fails(CleanupFailure::Pattern, "{v*", false),
            Condition::NewestPushed { count: 10 },
        ]
    );
    let other = read(json!({"algorithm": "and", "rules": [saved("always", &json!({}), &all)]})).await;
    assert_eq!(other.rules[0].condition, fails(CleanupFailure::Algorithm, "and", false));
}

#[tokio::test]
async fn numbers_are_read_as_a_run_reads_them() {
    let all = tags("matches", None);
    let cases = [
        (json!(0), 0),
        (json!(1.9), 1),
        (json!(-0.5), 0),
        (json!(-1), 10),
        (json!("5"), 10),
        (json!(true), 10),
        (json!(1e30), 10),
        (json!(7), 7),
    ];
    let rules: Vec<Value> = cases
        .iter()
        .map(|(value, _)| saved("latestPushedK", &json!({"latestPushedK": value}), &all))
        .collect();
    let found = read(json!({"algorithm": "or", "rules": rules})).await;
    for ((value, count), rule) in cases.iter().zip(found.rules) {
        assert_eq!(rule.condition, Condition::NewestPushed { count: *count }, "{value}");
    }
}

#[tokio::test]
async fn decorations_of_the_other_list_select_as_in_a_run() {
    let tag = |decoration: &str, pattern: &str| json!([{"kind": "doublestar", "decoration": decoration, "pattern": pattern}]);
    let with_scope = |selectors: Value, tags: &Value| {
        let mut rule = saved("always", &json!({}), tags);
        rule["scope_selectors"] = selectors;
        rule
    };
    let scope = |decoration: &str, extras: &str| {
        json!({"repository": [
            {"kind": "doublestar", "decoration": decoration, "pattern": "v*", "extras": extras},
        ]})
    };
    let all = tag("matches", "**");
    let rules = [
        saved("always", &json!({}), &tag("repoMatches", "team/**")),
        saved("always", &json!({}), &tag("repoExcludes", "team/**")),
        // All images of a project have its name as their namespace.
        saved("always", &json!({}), &tag("nsMatches", "shop")),
        saved("always", &json!({}), &tag("nsExcludes", "shop")),
        // A repository has no tags when it is selected.
        with_scope(scope("matches", ""), &all),
        with_scope(scope("matches", "{\"untagged\":false}"), &all),
        with_scope(scope("excludes", ""), &all),
        with_scope(json!({"project": []}), &all),
    ];
    let found = read(json!({"algorithm": "or", "rules": rules})).await.rules;
    let of = |mode, pattern: &str| Selector { mode, ..selector(pattern) };
    assert_eq!(found[0].tags, [of(SelectorMode::MatchingOtherPart, "team/**")]);
    assert_eq!(found[1].tags, [of(SelectorMode::ExcludingOtherPart, "team/**")]);
    assert_eq!((&found[2].tags, &found[3].tags), (&vec![selector("")], &vec![selector("!")]));
    assert_eq!(found[4].repositories, [selector("")]);
    assert_eq!(found[5].repositories, [selector("!")]);
    assert_eq!(found[6].repositories, [selector("")]);
    assert_eq!(found[7].repositories, [], "all repositories");
    assert!(found.iter().all(|rule| rule.condition == Condition::Always && rule.images == Images::Any));
}

#[tokio::test]
async fn a_project_without_a_policy_has_none_and_guests_may_not_read_one() {
    let running = with(version("2.14.0"), |_| {}).await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    assert_eq!(client.cleanup(&facts.project).await.unwrap(), None);
    running.edit(|state| {
        let shop = state.project_named("shop").unwrap().id;
        let maintainer = state.user_named(tagwarden_simulator::harbor::HARBOR_MAINTAINER).unwrap().id;
        state.set_retention(shop, json!({"algorithm": "or", "rules": null})).unwrap();
        state.set_role(shop, maintainer, Some(tagwarden_simulator::harbor::Role::Guest));
    });
    let refused = trouble(client.cleanup(&facts.project).await);
    assert!(matches!(refused, Trouble::Denied | Trouble::RoleTooLow(_)), "{refused:?}");
}
