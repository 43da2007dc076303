//! What is said of a tag is what the service then does with a push of it. The box reads filters by
//! an implementation of its own.

use serde_json::json;
use tagwarden_rules::rule::{Rule, SelectorMode};
use tagwarden_rules::state::{CompiledRules, TagState};
use tagwarden_simulator::ecr::Mode;

use super::{client, rule, rules, set, with};

const NAME: &str = "shop/basket";
const TAGS: [&str; 14] = [
    "latest",
    "latest-1",
    "xlatest",
    "dev-1",
    "dev",
    "my-dev-1",
    "v1",
    "v1.0",
    "v1.0.0",
    "v1.1.0",
    "v",
    "_",
    "A.b-C",
    "1-snapshot",
];

fn manifest(of: &str) -> String {
    format!(r#"{{"schemaVersion":2,"annotations":{{"of":"{of}"}}}}"#)
}

#[tokio::test]
async fn a_tag_that_is_said_to_be_immutable_cannot_be_pushed_again_and_every_other_can() {
    let wanted: [Option<Rule>; 6] = [
        None,
        Some(rule(SelectorMode::Matching, "*")),
        Some(rule(SelectorMode::Matching, "v*.0,latest")),
        Some(rule(SelectorMode::Matching, "*dev*")),
        Some(rule(SelectorMode::Excluding, "latest,dev-*,*-snapshot")),
        Some(rule(SelectorMode::Excluding, "v*.*")),
    ];
    for wanted in wanted {
        let running = with(NAME, Mode::Mutable, &[]).await;
        let client = client(&running);
        let push = |tag: &str, of: &str| {
            let body = json!({ "repositoryName": NAME, "imageTag": tag, "imageManifest": manifest(of) });
            running.call("PutImage", &body)
        };
        set(&client, NAME, wanted.clone()).await.unwrap();
        let read = rules(&client, NAME).await.unwrap();
        let compiled: Vec<Rule> = read.rules.into_iter().map(|saved| saved.rule).collect();
        let compiled = CompiledRules::compile(&compiled);
        for tag in TAGS {
            push(tag, "first").unwrap();
            let immutable = compiled.standing("", tag).state == TagState::Immutable;
            let refused = "ImageTagAlreadyExistsException";
            let code = |of: &str| push(tag, of).err().map(|refusal| refusal.code);
            assert_eq!(
                code("first").as_deref() == Some(refused),
                immutable,
                "the same image, {tag}: {wanted:?}"
            );
            assert_eq!(code("second").as_deref() == Some(refused), immutable, "{tag}: {wanted:?}");
            // Deleting is held back by nothing.
            let ids = json!({ "repositoryName": NAME, "imageIds": [{ "imageTag": tag }] });
            let deleted = running.call("BatchDeleteImage", &ids).unwrap();
            assert_eq!(deleted["failures"], json!([]), "{tag}: {wanted:?}");
        }
    }
}
