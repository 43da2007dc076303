//! Lifecycle policies: read, and what the service says they would do.

use serde_json::{Value, json};
use tagwarden_registries::ecr::{Action, Lifecycle, Select, When};
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_simulator::ecr::{Mode, Running, Seed};

use super::{client, project, with};
use crate::support::{collect, trouble};

const NAME: &str = "shop/basket";

fn policy(rules: &[(u32, &str, u32)]) -> String {
    let rule = |(priority, pattern, keep): &(u32, &str, u32)| {
        json!({
            "rulePriority": priority,
            "selection": {
                "tagStatus": "tagged", "tagPatternList": [pattern], "countType": "imageCountMoreThan", "countNumber": keep,
            },
            "action": { "type": "expire" },
        })
    };
    let rules: Vec<Value> = rules.iter().map(rule).collect();
    json!({ "rules": rules }).to_string()
}

async fn shop() -> Running {
    let running = with(NAME, Mode::Mutable, &[]).await;
    running.edit(|state| {
        let one = state.repository(NAME).unwrap();
        for number in 0..250 {
            one.put(&format!("dev-{number}"), &format!("{{\"dev\":{number}}}"), 1_000 + number, 1);
        }
        for number in 0..5 {
            one.put(&format!("v{number}"), &format!("{{\"v\":{number}}}"), 2_000 + number, 1);
        }
        // A build that is also a release.
        one.put("v9", "{\"dev\":0}", 1_000, 1);
    });
    running
}

#[tokio::test]
async fn the_services_own_preview_is_read_to_its_end() {
    let running = shop().await;
    let client = client(&running);
    let text = policy(&[(1, "v*", 3), (2, "dev-*", 10)]);
    let doomed = client.lifecycle_preview(&project(NAME), Some(&text)).await.unwrap();
    let of = |rule| doomed.iter().filter(|one| one.rule == Some(rule)).count();
    // Six releases less three; 250 builds less ten, of which one belongs to the first rule.
    assert_eq!((of(1), of(2)), (3, 239));
    assert!(
        doomed.iter().all(|one| one.action == Action::Expire && one.digest.is_some() && !one.tags.is_empty())
    );
    let asked = running.requests().iter().filter(|one| one.operation == "GetLifecyclePolicyPreview").count();
    assert_eq!(asked, 1 + 3, "in progress, then three pages");
    // Nothing was changed by it.
    assert_eq!(running.edit(|state| state.repository(NAME).unwrap().images.len()), 255);
    assert_eq!(client.lifecycle(&project(NAME)).await.unwrap(), None);
    assert_eq!(trouble(client.lifecycle_preview(&project(NAME), None).await), Trouble::NotFound);
    assert_eq!(trouble(client.lifecycle(&project("no/such")).await), Trouble::NotFound);
}

#[tokio::test]
async fn the_policies_of_the_demo_can_be_read_and_understood() {
    let config = tagwarden_simulator::ecr::Config { seed: Seed::Demo, ..Default::default() };
    let running = tagwarden_simulator::ecr::start(config).await.unwrap();
    let client = client(&running);
    let mut found = 0;
    for facts in collect(client.projects()).await.unwrap() {
        let Some(text) = client.lifecycle(&facts.project).await.unwrap() else { continue };
        let policy = Lifecycle::read(&text).unwrap();
        assert_eq!(policy.rules[0].select, Select::Patterns(vec!["sha-*".to_owned()]));
        assert_eq!(policy.rules[0].when, When::MoreThan(30));
        found += 1;
    }
    assert_eq!(found, 7);
}
