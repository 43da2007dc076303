//! Lifecycle policies: read, and what the service says they would do.

use serde_json::{Value, json};
use tagwarden_registries::ecr::{Lifecycle, Select, When};
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::cleanup::{Cleanup, CleanupNote, CleanupRule, Condition, Fate, Images, Since};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::Selector as Names;
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
        doomed.iter().all(|one| one.fate == Fate::Deleted && one.digest.is_some() && !one.tags.is_empty())
    );
    let asked = running.requests().iter().filter(|one| one.operation == "GetLifecyclePolicyPreview").count();
    assert_eq!(asked, 1 + 3, "in progress, then three pages");
    // The same for whoever asks in any registry's words, with the policy that is there.
    running.edit(|state| state.repository(NAME).unwrap().lifecycle = Some(text.clone()));
    let preview = client.cleanup_preview(&project(NAME)).await.unwrap().unwrap();
    assert_eq!(preview.total as usize, doomed.len());
    assert_eq!(preview.rules.iter().map(|(_, images)| images).sum::<u32>(), preview.total);
    running.edit(|state| state.repository(NAME).unwrap().lifecycle = None);
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

fn cleanup(rules: Vec<CleanupRule>) -> Cleanup {
    Cleanup {
        schedule: None,
        otherwise: Fate::Kept,
        rules,
        unreadable: false,
        notes: vec![
            CleanupNote::WithinADay,
            CleanupNote::FirstRuleDecides,
            CleanupNote::WholeImage,
            CleanupNote::ImmutabilityIgnored,
        ],
    }
}

fn deleting(number: u32, images: Images, tags: Vec<Names>, condition: Condition) -> CleanupRule {
    CleanupRule {
        number,
        enabled: true,
        description: None,
        repositories: Vec::new(),
        tags,
        images,
        condition,
        fate: Fate::Deleted,
    }
}

#[tokio::test]
async fn a_policy_is_read_as_plain_data() {
    let running = with(NAME, Mode::Mutable, &[]).await;
    let client = client(&running);
    assert_eq!(client.cleanup(&project(NAME)).await.unwrap(), None);
    let text = json!({ "rules": [
        {
            "rulePriority": 30,
            "selection": { "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 500 },
            "action": { "type": "expire" },
        },
        {
            "rulePriority": 2,
            "description": "Releases stay",
            "selection": {
                "tagStatus": "tagged", "tagPatternList": ["v*", "*-signed"], "countType": "imageCountMoreThan",
                "countNumber": 100,
            },
            "action": { "type": "expire" },
        },
        {
            "rulePriority": 20,
            "selection": {
                "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14,
            },
            "action": { "type": "expire" },
        },
        {
            "rulePriority": 10,
            "selection": {
                "tagStatus": "tagged", "tagPrefixList": ["dev-"], "countType": "sinceImagePulled",
                "countUnit": "days", "countNumber": 90, "storageClass": "standard",
            },
            "action": { "type": "transition", "targetStorageClass": "archive" },
        },
    ] });
    let set = |text: String| running.edit(|state| state.repository(NAME).unwrap().lifecycle = Some(text));
    set(text.to_string());
    let names = |dialect, pattern: &str| Names::matching(dialect, pattern);
    let releases = vec![names(Dialect::Ecr, "v*"), names(Dialect::Ecr, "*-signed")];
    let old = |since, days| Condition::OlderThan { days, since };
    let wanted = cleanup(vec![
        CleanupRule {
            description: Some("Releases stay".to_owned()),
            ..deleting(2, Images::Tagged, releases, Condition::BeyondNewest { count: 100 })
        },
        CleanupRule {
            fate: Fate::Archived,
            ..deleting(10, Images::Tagged, vec![names(Dialect::Prefix, "dev-")], old(Since::Pulled, 90))
        },
        deleting(20, Images::Untagged, Vec::new(), old(Since::Pushed, 14)),
        deleting(30, Images::Any, Vec::new(), Condition::BeyondNewest { count: 500 }),
    ]);
    assert_eq!(client.cleanup(&project(NAME)).await.unwrap(), Some(wanted));
    // A rule that cannot be read does not hide the others.
    set(text.to_string().replace("sinceImagePushed", "sinceFullMoon"));
    let found = client.cleanup(&project(NAME)).await.unwrap().unwrap();
    assert!(!found.unreadable);
    let numbers: Vec<u32> = found.rules.iter().map(|rule| rule.number).collect();
    assert_eq!(numbers, [2, 10, 20, 30]);
    let unknown = |rule: &&CleanupRule| matches!(&rule.condition, Condition::Unknown { text } if text.contains("sinceFullMoon"));
    let unread: Vec<u32> = found.rules.iter().filter(unknown).map(|rule| rule.number).collect();
    assert_eq!(unread, [20]);
    set("{}".to_owned());
    let unreadable = Cleanup { unreadable: true, ..cleanup(Vec::new()) };
    assert_eq!(client.cleanup(&project(NAME)).await.unwrap(), Some(unreadable));
    assert!(super::rules(&client, NAME).await.unwrap().capabilities.cleanup);
    assert_eq!(trouble(client.cleanup(&project("no/such")).await), Trouble::NotFound);
}
