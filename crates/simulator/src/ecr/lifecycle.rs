//! Previews of lifecycle policies, by a literal reading of how ECR evaluates them.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde_json::{Value, json};

use super::answer::Refusal;
use super::calls::{page, repository, text};
use super::server::Shared;
use super::state::{Image, Preview, State};
use super::wildcard;

const DAY: i64 = 86_400;

/// ECR: without a text the stored policy; one preview a repository at a time.
pub(super) fn start(shared: &Shared, state: &mut State, body: &Value, now: i64) -> Result<Value, Refusal> {
    let found = repository(shared, state, body)?;
    let name = found.name.clone();
    let policy = text(body, "lifecyclePolicyText").map(str::to_owned).or_else(|| found.lifecycle.clone());
    let Some(policy) = policy else {
        let message = format!(
            "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id '{}'",
            shared.config.account
        );
        return Err(Refusal::new("LifecyclePolicyNotFoundException", message));
    };
    let read: Value = serde_json::from_str(&policy)
        .map_err(|_| Refusal::parameter("LifecyclePolicyText", "Lifecycle policy validation failure"))?;
    let results = evaluate(&read, &found.images, now);
    if state.previews.get(&name).is_some_and(|preview| !preview.told) {
        let message = format!("A preview of the repository with name '{name}' is in progress");
        return Err(Refusal::new("LifecyclePolicyPreviewInProgressException", message));
    }
    state.previews.insert(name.clone(), Preview { policy: policy.clone(), results, told: false });
    Ok(json!({
        "registryId": shared.config.account, "repositoryName": name, "lifecyclePolicyText": policy, "status": "IN_PROGRESS",
    }))
}

/// It is in progress when asked for the first time.
pub(super) fn get(shared: &Shared, state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let name = repository(shared, state, body)?.name.clone();
    let Some(preview) = state.previews.get_mut(&name) else {
        return Err(Refusal::new("LifecyclePolicyPreviewNotFoundException", "There is no preview"));
    };
    let mut answer = json!({
        "registryId": shared.config.account, "repositoryName": name, "lifecyclePolicyText": preview.policy,
        "status": "IN_PROGRESS",
    });
    if std::mem::replace(&mut preview.told, true) {
        let expiring = preview.results.iter().filter(|one| one["action"]["type"] == "EXPIRE").count();
        let (some, next) = page(shared, body, 100, preview.results.clone())?;
        answer["status"] = json!("COMPLETE");
        answer["previewResults"] = json!(some);
        answer["nextToken"] = next;
        answer["summary"] = json!({ "expiringImageTotalCount": expiring });
    }
    Ok(answer)
}

/// ECR: every rule is evaluated over all images; an image belongs to the first rule that selects it by
/// its tags, whether that rule acts on it or not; others count it all the same.
fn evaluate(policy: &Value, images: &[Image], now: i64) -> Vec<Value> {
    let mut rules: Vec<&Value> = policy["rules"].as_array().into_iter().flatten().collect();
    rules.sort_by_key(|rule| rule["rulePriority"].as_i64());
    let mut youngest: Vec<&Image> = images.iter().collect();
    youngest.sort_by_key(|image| Reverse(image.pushed_at));
    let mut taken = HashSet::new();
    let mut results = Vec::new();
    for rule in rules {
        let selection = &rule["selection"];
        let number = selection["countNumber"].as_i64().unwrap_or(i64::MAX);
        let selected = youngest.iter().filter(|image| selects(selection, image));
        for (place, image) in selected.enumerate() {
            let over = match selection["countType"].as_str() {
                Some("imageCountMoreThan") => i64::try_from(place).unwrap_or(i64::MAX) >= number,
                // Nothing here is pulled: then the push counts.
                _ => now - image.pushed_at > number.saturating_mul(DAY),
            };
            if taken.insert(image.digest.as_str()) && over {
                results.push(json!({
                    "imageTags": image.tags,
                    "imageDigest": image.digest,
                    "imagePushedAt": image.pushed_at,
                    "action": { "type": rule["action"]["type"].as_str().unwrap_or_default().to_uppercase() },
                    "appliedRulePriority": rule["rulePriority"],
                }));
            }
        }
    }
    results
}

/// ECR: an image must have tags for all entries of a list.
fn selects(selection: &Value, image: &Image) -> bool {
    let all = |list: &Value, fits: &dyn Fn(&str, &str) -> bool| {
        let entries = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        entries.into_iter().all(|entry| image.tags.iter().any(|tag| fits(entry, tag)))
    };
    match selection["tagStatus"].as_str() {
        Some("any") => true,
        Some("untagged") => image.tags.is_empty(),
        _ => {
            !image.tags.is_empty()
                && all(&selection["tagPatternList"], &wildcard::matches)
                && all(&selection["tagPrefixList"], &|prefix, tag| tag.starts_with(prefix))
        }
    }
}
