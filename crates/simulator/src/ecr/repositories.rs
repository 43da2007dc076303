//! Operations on repositories.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::calls::{not_found, page, repository, text};
use super::mutability;
use super::server::Shared;
use super::state::{Repository, State};

/// ECR: `repositoryName`.
fn is_name(name: &str) -> bool {
    let segment = |segment: &str| {
        let edge = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        edge(segment.as_bytes().first()) && edge(segment.as_bytes().last()) && segment.bytes().all(inner)
    };
    (2..=256).contains(&name.len()) && name.split('/').all(segment)
}

pub(super) fn create(shared: &Shared, state: &mut State, body: &Value, now: i64) -> Result<Value, Refusal> {
    let name = text(body, "repositoryName").unwrap_or_default();
    if !is_name(name) {
        let shape = "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'";
        return Err(Refusal::parameter("repositoryName", shape));
    }
    let (mode, filters) = mutability::wanted(body, false)?;
    if state.repositories.contains_key(name) {
        let account = &shared.config.account;
        let message =
            format!("The repository with name '{name}' already exists in the registry with id '{account}'");
        return Err(Refusal::new("RepositoryAlreadyExistsException", message));
    }
    let made = Repository { mode, filters, ..Repository::new(name, now) };
    let shown = show(shared, &made);
    state.add(made);
    Ok(json!({ "repository": shown }))
}

/// ECR: by name, at most a hundred and without pages, or all with pages.
pub(super) fn describe(shared: &Shared, state: &State, body: &Value) -> Result<Value, Refusal> {
    let Some(names) = body.get("repositoryNames").and_then(Value::as_array) else {
        let all: Vec<Value> = state.repositories.values().map(|one| show(shared, one)).collect();
        let (some, next) = page(shared, body, 100, all)?;
        return Ok(json!({ "repositories": some, "nextToken": next }));
    };
    if !(1..=100).contains(&names.len()) {
        let length = "Member must have length between 1 and 100, inclusive";
        return Err(Refusal::parameter("repositoryNames", length));
    }
    let named = names.iter().map(|name| {
        let name = name.as_str().unwrap_or_default();
        state.repositories.get(name).map(|one| show(shared, one)).ok_or_else(|| not_found(shared, name))
    });
    Ok(json!({ "repositories": named.collect::<Result<Vec<Value>, Refusal>>()? }))
}

/// ECR: replaces mode and filters as a whole and echoes both.
pub(super) fn put_mutability(shared: &Shared, state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let (mode, filters) = mutability::wanted(body, true)?;
    let found = repository(shared, state, body)?;
    (found.mode, found.filters) = (mode, filters);
    let mut echo = json!({
        "registryId": shared.config.account,
        "repositoryName": found.name,
        "imageTagMutability": mode.as_str(),
    });
    if let Some(shown) = show_filters(found) {
        echo["imageTagMutabilityExclusionFilters"] = shown;
    }
    Ok(echo)
}

pub(super) fn put_lifecycle(shared: &Shared, state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let policy = text(body, "lifecyclePolicyText").unwrap_or_default().to_owned();
    if !(100..=30_720).contains(&policy.len()) {
        let length = "Member must have length between 100 and 30720, inclusive";
        return Err(Refusal::parameter("LifecyclePolicyText", length));
    }
    repository(shared, state, body)?.lifecycle = Some(policy);
    lifecycle(shared, state, body)
}

pub(super) fn lifecycle(shared: &Shared, state: &mut State, body: &Value) -> Result<Value, Refusal> {
    let account = &shared.config.account;
    let found = repository(shared, state, body)?;
    let Some(policy) = &found.lifecycle else {
        let message = format!(
            "Lifecycle policy does not exist for the repository with name '{}' in the registry with id '{account}'",
            found.name
        );
        return Err(Refusal::new("LifecyclePolicyNotFoundException", message));
    };
    Ok(json!({ "registryId": account, "repositoryName": found.name, "lifecyclePolicyText": policy }))
}

fn show(shared: &Shared, one: &Repository) -> Value {
    let (account, region) = (&shared.config.account, &shared.config.region);
    let mut shown = json!({
        "repositoryArn": format!("arn:aws:ecr:{region}:{account}:repository/{}", one.name),
        "registryId": account,
        "repositoryName": one.name,
        "repositoryUri": format!("{account}.dkr.ecr.{region}.amazonaws.com/{}", one.name),
        "createdAt": one.created_at,
        "imageTagMutability": one.mode.as_str(),
        "imageScanningConfiguration": { "scanOnPush": false },
        "encryptionConfiguration": { "encryptionType": "AES256" },
    });
    if let Some(filters) = show_filters(one) {
        shown["imageTagMutabilityExclusionFilters"] = filters;
    }
    shown
}

fn show_filters(one: &Repository) -> Option<Value> {
    let show = |filter: &String| json!({ "filterType": "WILDCARD", "filter": filter });
    (!one.filters.is_empty()).then(|| one.filters.iter().map(show).collect())
}
