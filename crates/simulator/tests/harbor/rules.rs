//! The API of immutability rules, which checks nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tagwarden_simulator::harbor::{HarborConfig, RuleText};
use tagwarden_simulator::{RuleId, Version};

use crate::support::{ADMIN, Harbor, MAINTAINER, NOBODY, OWNER, code, message, rule};

const RULES: &str = "/projects/team/immutabletagrules";

fn ids(body: &Value) -> Vec<u64> {
    body.as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_rule_is_created_listed_changed_and_deleted() {
    let harbor = Harbor::with_images(&[]).await;
    let answer = harbor.send(Method::POST, OWNER, &format!("/api/v2.0{RULES}"), Some(rule("**", "v*"))).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["location"], "/api/v2.0/projects/team/immutabletagrules/1");
    assert_eq!(answer.text().await.unwrap(), "");
    let (_, listed) = harbor.get(OWNER, RULES).await;
    // Zero values are left out: neither `disabled` nor `priority`.
    let shown = json!([{
        "id": 1,
        "action": "immutable",
        "template": "immutable_template",
        "scope_selectors": {
            "repository": [{"kind": "doublestar", "decoration": "repoMatches", "pattern": "**"}]
        },
        "tag_selectors": [{"kind": "doublestar", "decoration": "matches", "pattern": "v*"}],
    }]);
    assert_eq!(listed, shown);
    let mut changed = rule("**", "release-*");
    changed["id"] = json!(1);
    assert_eq!(harbor.put(OWNER, &format!("{RULES}/1"), changed).await.0, StatusCode::OK);
    assert_eq!(harbor.get(OWNER, RULES).await.1[0]["tag_selectors"][0]["pattern"], "release-*");
    assert_eq!(harbor.get(OWNER, &format!("{RULES}/1")).await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(harbor.delete(OWNER, &format!("{RULES}/1")).await.0, StatusCode::OK);
    assert_eq!(harbor.get(OWNER, RULES).await.1, json!([]));
    let (status, body) = harbor.delete(OWNER, &format!("{RULES}/1")).await;
    assert_eq!((status, message(&body)), (StatusCode::NOT_FOUND, "immutable rule 1 not found"));
}

#[tokio::test]
async fn nothing_in_a_rule_is_checked() {
    let harbor = Harbor::with_images(&[]).await;
    let odd = [
        json!({}),
        json!({"tag_selectors": null, "scope_selectors": null, "priority": null, "action": "x"}),
        json!({"tag_selectors": [{"kind": "doublestart", "decoration": "match", "pattern": "[", "extras": "x"}]}),
        json!({"scope_selectors": {"moon": []}, "priority": -7, "params": {"a": 1}, "action": "explode"}),
    ];
    for body in odd {
        let (status, answer) = harbor.post(OWNER, RULES, body.clone()).await;
        assert_eq!(status, StatusCode::CREATED, "{body} {answer}");
    }
    let (_, listed) = harbor.get(OWNER, RULES).await;
    assert_eq!(listed[0], json!({"id": 1, "tag_selectors": null}));
    let selector = json!([{"kind": "doublestart", "decoration": "match", "pattern": "["}]);
    assert_eq!(listed[2]["tag_selectors"], selector);
    assert_eq!(listed[3]["priority"], -7);
    assert_eq!(harbor.post(OWNER, RULES, json!({"priority": "high"})).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn empty_patterns_are_left_out_of_answers() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.rule(RuleText::matching("", "v*"));
    let (_, listed) = harbor.get(OWNER, RULES).await;
    let expected = json!([{"kind": "doublestar", "decoration": "repoMatches"}]);
    assert_eq!(listed[0]["scope_selectors"]["repository"], expected);
}

/// 7.6, case 43.
#[tokio::test]
async fn the_same_text_twice_is_a_conflict_until_it_has_been_changed() {
    let harbor = Harbor::with_images(&[]).await;
    let same = rule("rel*", "v2.*");
    assert_eq!(harbor.post(OWNER, RULES, same.clone()).await.0, StatusCode::CREATED);
    let (status, body) = harbor.post(OWNER, RULES, same.clone()).await;
    assert_eq!(
        (status, code(&body), message(&body)),
        (StatusCode::CONFLICT, "CONFLICT", "immutable rule already exists")
    );
    let mut higher = same.clone();
    higher["priority"] = json!(1);
    assert_eq!(harbor.post(OWNER, RULES, higher).await.0, StatusCode::CREATED);
    let id = ids(&harbor.get(OWNER, RULES).await.1)[0];
    let mut saved = same.clone();
    saved["id"] = json!(id);
    assert_eq!(harbor.put(OWNER, &format!("{RULES}/{id}"), saved).await.0, StatusCode::OK);
    assert_eq!(harbor.post(OWNER, RULES, same).await.0, StatusCode::CREATED, "a duplicate");
    assert_eq!(ids(&harbor.get(OWNER, RULES).await.1).len(), 3);
}

#[tokio::test]
async fn a_number_sent_along_can_stand_in_another_rules_way() {
    let harbor = Harbor::with_images(&[]).await;
    let mut numbered = rule("**", "v*");
    numbered["id"] = json!(2);
    harbor.post(OWNER, RULES, numbered.clone()).await;
    harbor.post(OWNER, RULES, rule("**", "w*")).await;
    assert_eq!(ids(&harbor.get(OWNER, RULES).await.1), [1, 2], "the server's own numbers are told");
    let (status, _) = harbor.put(OWNER, &format!("{RULES}/2"), numbered).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(harbor.get(OWNER, RULES).await.1[1]["tag_selectors"][0]["pattern"], "w*");
}

#[tokio::test]
async fn a_rule_is_born_enabled_and_a_toggle_saves_nothing_else() {
    let harbor = Harbor::with_images(&[]).await;
    let mut born = rule("**", "v*");
    born["disabled"] = json!(true);
    harbor.post(OWNER, RULES, born.clone()).await;
    let shown = async || harbor.get(OWNER, RULES).await.1[0].clone();
    assert!(shown().await.get("disabled").is_none(), "POST ignores `disabled`");
    let mut toggled = rule("other", "w*");
    (toggled["id"], toggled["disabled"]) = (json!(1), json!(true));
    assert_eq!(harbor.put(OWNER, &format!("{RULES}/1"), toggled.clone()).await.0, StatusCode::OK);
    let after = shown().await;
    assert_eq!(after["disabled"], true);
    assert_eq!(after["tag_selectors"][0]["pattern"], "v*", "the pattern was not saved");
    assert_eq!(after["scope_selectors"]["repository"][0]["pattern"], "**");
    harbor.put(OWNER, &format!("{RULES}/1"), toggled).await;
    assert_eq!(shown().await["tag_selectors"][0]["pattern"], "w*", "the second time nothing flips");
}

#[tokio::test]
async fn updates_look_at_numbers_and_projects() {
    let harbor = Harbor::with_images(&[]).await;
    let other = harbor.running.edit(|state| {
        let other = state.create_project("other", false);
        state.add_rule(other, RuleText::matching("**", "v*"))
    });
    for who in [OWNER, NOBODY] {
        let (status, body) = harbor.put(who, &format!("{RULES}/{other}"), rule("**", "x")).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_REQUEST"));
        assert!(message(&body).starts_with("bad request: the immutable_rule_id doesn't match"));
    }
    let mut wanted = rule("**", "x");
    wanted["id"] = json!(other);
    let (status, body) = harbor.put(OWNER, &format!("{RULES}/{other}"), wanted).await;
    let team = harbor.project();
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(message(&body), format!("resource not found: project id {team} does not match"));
    assert_eq!(harbor.delete(OWNER, &format!("{RULES}/{other}")).await.0, StatusCode::NOT_FOUND);
    let mut missing = rule("**", "x");
    missing["id"] = json!(77);
    let (status, body) = harbor.put(OWNER, &format!("{RULES}/77"), missing).await;
    assert_eq!((status, message(&body)), (StatusCode::NOT_FOUND, "immutable rule 77 not found"));
}

#[tokio::test]
async fn before_2_8_the_number_in_the_body_is_not_looked_at() {
    let config = HarborConfig { version: Version::new(2, 7, 4), ..HarborConfig::empty() };
    let harbor = Harbor::start(config).await;
    harbor.running.edit(|state| state.create_project("team", false));
    harbor.rule(RuleText::matching("**", "v*"));
    assert_eq!(harbor.put(OWNER, &format!("{RULES}/1"), rule("**", "x")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_administrators_numbers_are_taken_as_they_are() {
    let harbor = Harbor::with_images(&[]).await;
    let path = "/projects/4711/immutabletagrules";
    assert_eq!(harbor.get(ADMIN, path).await, (StatusCode::OK, json!([])));
    assert_eq!(harbor.post(ADMIN, path, rule("**", "v*")).await.0, StatusCode::CREATED, "an orphan");
    assert_eq!(ids(&harbor.get(ADMIN, path).await.1), [1]);
    assert_eq!(harbor.get(MAINTAINER, path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(harbor.get(ADMIN, "/projects/none/immutabletagrules").await.0, StatusCode::NOT_FOUND);
    assert_eq!(harbor.get(OWNER, "/projects/none/immutabletagrules").await.0, StatusCode::FORBIDDEN);
    let (_, by_number) =
        harbor.get(OWNER, &format!("/projects/{}/immutabletagrules", harbor.project())).await;
    assert_eq!(by_number, json!([]));
}

#[tokio::test]
async fn pages_are_cut_in_the_tables_order_unless_sorted_by_number() {
    let harbor = Harbor::with_images(&[]).await;
    for number in 1..=25 {
        harbor.rule(RuleText::matching("**", &format!("v{number}")));
    }
    let mut first = rule("**", "changed");
    first["id"] = json!(1);
    harbor.put(OWNER, &format!("{RULES}/1"), first).await;
    let page = async |query: &str| ids(&harbor.get(OWNER, &format!("{RULES}?{query}")).await.1);
    assert_eq!(page("").await, (2..=11).collect::<Vec<_>>(), "what was changed is last in the table");
    assert_eq!(page("page=3").await, [1, 22, 23, 24, 25]);
    assert_eq!(page("page_size=100").await, (1..=25).collect::<Vec<_>>(), "by number within the page");
    assert_eq!(page("page_size=10&sort=id").await, (1..=10).collect::<Vec<_>>());
    assert_eq!(page("page_size=10&sort=id&page=3").await, (21..=25).collect::<Vec<_>>());
    assert_eq!(page("page_size=0").await.len(), 25);
    assert_eq!(page("page_size=-3").await.len(), 25);
    assert_eq!(page("page_size=100&q=id=7").await, [7]);
    let (status, body) = harbor.get(OWNER, &format!("{RULES}?page_size=101")).await;
    assert_eq!((status, code(&body)), (StatusCode::UNPROCESSABLE_ENTITY, "UNPROCESSABLE_ENTITY"));
    let (status, body) = harbor.get(OWNER, &format!("{RULES}?q=id")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(message(&body), "the query string must contain \"=\" and the key/value cannot be empty");
}

#[tokio::test]
async fn more_rules_than_the_window_shows_are_fine_unless_a_vendor_says_no() {
    let harbor = Harbor::with_images(&["app:v1"]).await;
    for number in 0..15 {
        assert_eq!(
            harbor.post(OWNER, RULES, rule("none", &format!("{number}"))).await.0,
            StatusCode::CREATED
        );
    }
    assert_eq!(harbor.post(OWNER, RULES, rule("**", "v1")).await.0, StatusCode::CREATED);
    assert_eq!(harbor.flags("app").await, [("v1".to_owned(), true)], "the sixteenth is enforced");
    harbor.running.edit(|state| {
        state.remove_rule(RuleId(16));
        state.settings.rule_limit = Some(15);
    });
    let (status, _) = harbor.post(OWNER, RULES, rule("**", "v1")).await;
    assert!(status.is_client_error());
}

#[tokio::test]
async fn one_rule_cannot_be_read_by_itself() {
    let harbor = Harbor::with_images(&[]).await;
    harbor.post(OWNER, RULES, rule("**", "v*")).await;
    let (status, body) = harbor.get(OWNER, &format!("{RULES}/1")).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(message(&body), "method GET is not allowed, but [PUT,DELETE] are");
}

#[tokio::test]
async fn an_empty_rule_is_taken_and_null_selectors_are_not() {
    let harbor = Harbor::with_images(&[]).await;
    assert_eq!(harbor.post(OWNER, RULES, json!({})).await.0, StatusCode::CREATED);
    let mut null = rule("**", "v*");
    null["scope_selectors"] = json!({"repository": null});
    let (status, body) = harbor.post(OWNER, RULES, null).await;
    assert_eq!((status, code(&body)), (StatusCode::UNPROCESSABLE_ENTITY, "UNPROCESSABLE_ENTITY"));
    let mut none = rule("**", "v*");
    none["tag_selectors"] = json!(null);
    assert_eq!(harbor.post(OWNER, RULES, none).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_rule_that_the_database_cannot_index_is_an_internal_error_and_not_kept() {
    let harbor = Harbor::with_images(&[]).await;
    let mut seed = 1_u64;
    let mut random = |length: usize| -> String {
        let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
        (0..length)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(letters[(seed >> 58) as usize])
            })
            .collect()
    };
    assert_eq!(harbor.post(OWNER, RULES, rule("**", &random(2407))).await.0, StatusCode::CREATED);
    let (status, body) = harbor.post(OWNER, RULES, rule("**", &random(2408))).await;
    assert_eq!((status, code(&body)), (StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN"));
    assert_eq!(message(&body), "internal server error");
    let mut longer = rule(&random(1300), &random(1300));
    longer["id"] = json!(1);
    assert_eq!(harbor.put(OWNER, &format!("{RULES}/1"), longer).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(ids(&harbor.get(OWNER, RULES).await.1), [1]);
}
