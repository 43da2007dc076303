//! Retention policies, read as cleanup policies.

use serde_json::{Value, json};
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::cleanup::{Cleanup, CleanupNote, CleanupRule, Condition, Fate, Images};
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
    let unknown = |text: &str| Condition::Unknown { text: text.to_owned() };
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
            unknown("latestPushedK"),
            unknown("fullMoon"),
            unknown("tag_selectors: []"),
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
    let other = read(json!({"algorithm": "and", "rules": [saved("always", &json!({}), &Value::Null)]})).await;
    assert_eq!(other, Cleanup { unreadable: true, ..policy(None, Vec::new()) });
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
