//! What is shown before a change is what is sent, and the script does the same.

use tagwarden_registries::{CallOutline, Registry as _};
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Role, SavedRule};
use tagwarden_simulator::RequestRecord;

use crate::support::{World, apply, capabilities, create, immutable, protect, read};

/// The writes among the requests, as outlines would show them.
fn writes(requests: &[RequestRecord]) -> Vec<(String, String, bool)> {
    let changing = |request: &&RequestRecord| {
        request.method != "GET" && request.body.as_ref().is_none_or(|body| !body.contains("\"query("))
    };
    requests
        .iter()
        .filter(changing)
        .map(|request| (request.method.to_string(), request.path.clone(), request.path == "/api/graphql"))
        .collect()
}

fn shown(calls: &[CallOutline]) -> Vec<(String, String, bool)> {
    calls.iter().map(|call| (call.method.to_owned(), call.path.clone(), call.operation.is_some())).collect()
}

async fn saved(world: &World, pattern: &str) -> SavedRule {
    let (client, facts) = world.owner().await;
    let rules = read(&client, &facts).await.rules;
    rules.into_iter().find(|rule| rule.rule.tags.pattern == pattern).unwrap()
}

#[tokio::test]
async fn the_calls_shown_are_the_calls_made() {
    for (major, minor) in [(18, 10), (18, 8), (17, 11)] {
        let world = World::of_version(major, minor).await;
        let (client, facts) = world.owner().await;
        apply(&client, &facts, create(protect("old", Role::Maintainer, Role::Owner))).await.unwrap();
        apply(&client, &facts, create(immutable("fixed"))).await.unwrap();
        let (old, fixed) = (saved(&world, "old").await, saved(&world, "fixed").await);
        for change in [
            create(protect("new", Role::Owner, Role::Admin)),
            create(immutable("new-fixed")),
            Change::Update { from: old.clone(), to: protect("older", Role::Owner, Role::Owner) },
            Change::Recreate { from: fixed, to: immutable("refixed") },
            Change::Delete { rule: old },
        ] {
            let capabilities = capabilities(&client, &facts).await;
            let calls = client.calls(&facts.project, &capabilities, &change);
            world.sim.forget_requests();
            client.change(&facts.project, &capabilities, &change).await.unwrap();
            assert_eq!(writes(&world.sim.requests()), shown(&calls), "{major}.{minor} {change:?}");
            assert_eq!(client.script(&facts.project, &capabilities, &change).len(), calls.len());
        }
    }
}

#[tokio::test]
async fn calls_read_as_on_the_review_page() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let capabilities = capabilities(&client, &facts).await;
    let from = SavedRule::new("61", protect("-rc", Role::Maintainer, Role::Maintainer));
    let update = Change::Update { from, to: protect("^v", Role::Maintainer, Role::Owner) };
    let path = format!("/api/v4/projects/{}/registry/protection/tag/rules/61", facts.project.id);
    assert_eq!(
        client.calls(&facts.project, &capabilities, &update),
        [CallOutline { method: "PATCH", path, operation: None }]
    );
    let operation = Some("createContainerProtectionTagRule");
    assert_eq!(
        client.calls(&facts.project, &capabilities, &create(immutable("^sha-"))),
        [CallOutline { method: "POST", path: "/api/graphql".into(), operation }]
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_script_line_is_one_shell_command_whatever_the_pattern() {
    let world = World::new().await;
    let (client, facts) = world.owner().await;
    let capabilities = capabilities(&client, &facts).await;
    for pattern in ["it's", "$(touch /tmp/x)`id`", "a\"b\\d+", "'; rm -rf / #", "é\u{202e}\u{1f600}"] {
        for rule in [protect(pattern, Role::Maintainer, Role::Owner), immutable(pattern)] {
            let line = client.script(&facts.project, &capabilities, &create(rule)).remove(0);
            assert!(line.is_ascii() && !line.contains('\n'), "{line}");
            assert!(!line.contains(tagwarden_simulator::OWNER_TOKEN), "{line}");
            // The shell takes the line apart; `curl` is a function that prints what it was given, and then
            // what it reads.
            let shell = format!("curl() {{ printf '%s\\n' \"$@\"; cat; }}\n{line}");
            let output = std::process::Command::new("sh")
                .args(["-c", &shell])
                .env("GITLAB_TOKEN", "from-the-environment")
                .output()
                .unwrap();
            let words: Vec<&str> = std::str::from_utf8(&output.stdout).unwrap().lines().collect();
            let (header, words) = words.split_last().unwrap();
            assert!(header.ends_with(": from-the-environment") || header.ends_with(" from-the-environment"));
            assert!(words.iter().all(|word| !word.contains("from-the-environment")), "{words:?}");
            let at = words.iter().position(|word| *word == "--header").unwrap();
            assert_eq!(words[at + 1], "@-");
            let body = words[words.iter().position(|word| *word == "--data").unwrap() + 1];
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            let sent = body.get("tag_name_pattern").or_else(|| body.pointer("/variables/pattern")).unwrap();
            assert_eq!(sent, pattern);
            assert!(words.last().unwrap().starts_with(world.sim.base_url()));
        }
    }
}
