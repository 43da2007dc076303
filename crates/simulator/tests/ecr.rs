//! The AWS ECR in a box, by its own calls: what it takes, what it refuses and how it says so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use tagwarden_simulator::ecr::{Config, Refused, Running, Seed, start};

const NAME: &str = "shop/basket";

async fn empty() -> Running {
    let running = start(Config { seed: Seed::Empty, page: 3, ..Config::default() }).await.unwrap();
    running.call("CreateRepository", &json!({ "repositoryName": NAME })).unwrap();
    running
}

fn mutability(mode: &str, filters: &[&str]) -> Value {
    let mut body = json!({ "repositoryName": NAME, "imageTagMutability": mode });
    if !filters.is_empty() {
        let one = |filter: &&str| json!({ "filterType": "WILDCARD", "filter": filter });
        body["imageTagMutabilityExclusionFilters"] = filters.iter().map(one).collect();
    }
    body
}

fn put(running: &Running, tag: &str, manifest: &str) -> Result<String, Refused> {
    let body = json!({ "repositoryName": NAME, "imageTag": tag, "imageManifest": manifest });
    let answer = running.call("PutImage", &body)?;
    Ok(answer["image"]["imageId"]["imageDigest"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn modes_and_filters_are_taken_together_or_not_at_all() {
    let running = empty().await;
    let set =
        |mode: &str, filters: &[&str]| running.call("PutImageTagMutability", &mutability(mode, filters));
    for (mode, filters) in [
        ("MUTABLE", &[][..]),
        ("IMMUTABLE", &[]),
        ("MUTABLE_WITH_EXCLUSION", &["v*"]),
        ("IMMUTABLE_WITH_EXCLUSION", &["a", "b*", "*c", "*d*", "_.-"]),
    ] {
        let echo = set(mode, filters).unwrap();
        assert_eq!(echo["imageTagMutability"], mode);
        let echoed = echo.get("imageTagMutabilityExclusionFilters").and_then(Value::as_array);
        assert_eq!(echoed.map_or(0, Vec::len), filters.len());
    }
    let long = "x".repeat(129);
    for (mode, filters) in [
        ("SOMETIMES", &[][..]),
        ("MUTABLE", &["v*"]),
        ("IMMUTABLE", &["v*"]),
        ("IMMUTABLE_WITH_EXCLUSION", &[]),
        ("IMMUTABLE_WITH_EXCLUSION", &["a", "b", "c", "d", "e", "f"]),
        ("IMMUTABLE_WITH_EXCLUSION", &["v?"]),
        ("IMMUTABLE_WITH_EXCLUSION", &["*a*b*"]),
        ("IMMUTABLE_WITH_EXCLUSION", &[long.as_str()]),
    ] {
        let refusal = set(mode, filters).unwrap_err();
        assert_eq!(refusal.code, "InvalidParameterException", "{mode} {filters:?}");
        assert!(refusal.message.starts_with("Invalid parameter at 'imageTagMutability"), "{refusal}");
    }
    let kept = running.edit(|state| state.repository(NAME).unwrap().filters.len());
    assert_eq!(kept, 5, "a refusal changes nothing");
}

#[tokio::test]
async fn a_tag_that_moves_leaves_its_image_untagged_and_deleting_goes_by_tag_or_digest() {
    let running = empty().await;
    let first = put(&running, "latest", "one").unwrap();
    assert_eq!(put(&running, "latest", "one").unwrap_err().code, "ImageAlreadyExistsException");
    let second = put(&running, "latest", "two").unwrap();
    put(&running, "2.0", "two").unwrap();
    let tags = |digest: &str| {
        running.edit(|state| {
            let images = &state.repository(NAME).unwrap().images;
            images.iter().find(|image| image.digest == digest).map(|image| image.tags.clone())
        })
    };
    assert_eq!(tags(&first), Some(vec![]));
    let delete = |id: Value| {
        running.call("BatchDeleteImage", &json!({ "repositoryName": NAME, "imageIds": [id] })).unwrap()
    };
    delete(json!({ "imageTag": "2.0" }));
    assert_eq!(tags(&second), Some(vec!["latest".to_owned()]));
    delete(json!({ "imageTag": "latest" }));
    assert_eq!(tags(&second), None, "the image goes with its last tag");
    delete(json!({ "imageDigest": first }));
    assert_eq!(tags(&first), None);
    let failed = delete(json!({ "imageTag": "gone" }));
    assert_eq!(failed["failures"][0]["failureCode"], "ImageNotFound");
}

#[tokio::test]
async fn lists_come_in_pages_and_a_wrong_mark_is_refused() {
    let running = empty().await;
    for number in 0..7 {
        put(&running, &format!("v{number}"), &format!("image {number}")).unwrap();
    }
    let (mut read, mut next, mut pages) = (0, Value::Null, 0);
    loop {
        let body = json!({ "repositoryName": NAME, "maxResults": 1000, "nextToken": next });
        let page = running.call("DescribeImages", &body).unwrap();
        read += page["imageDetails"].as_array().unwrap().len();
        pages += 1;
        next = page["nextToken"].clone();
        if next.is_null() {
            break;
        }
    }
    assert_eq!((read, pages), (7, 3));
    for bad in [json!({ "nextToken": "odd" }), json!({ "maxResults": 0 }), json!({ "maxResults": 1001 })] {
        let refusal = running.call("DescribeRepositories", &bad).unwrap_err();
        assert_eq!(refusal.code, "InvalidParameterException", "{bad}");
    }
    let names: Vec<String> = (0..101).map(|number| format!("r{number}")).collect();
    let refusal = running.call("DescribeRepositories", &json!({ "repositoryNames": names })).unwrap_err();
    assert_eq!(refusal.code, "InvalidParameterException");
}
