//! The operations by name, who may call them, and what they have in common.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::server::Shared;
use super::signed::Caller;
use super::state::{Repository, State};
use super::{images, lifecycle, repositories};

/// Operations that only look.
const READS: [&str; 5] = [
    "DescribeRepositories",
    "DescribeImages",
    "ListImages",
    "GetLifecyclePolicy",
    "GetLifecyclePolicyPreview",
];

/// Carries an operation out.
pub(super) fn carry_out(
    shared: &Shared,
    caller: Caller,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    if !caller.may_change && !READS.contains(&operation) {
        return Err(denied(shared, operation));
    }
    let now = shared.config.clock.now().unix_timestamp();
    shared.edit(|state| match operation {
        "CreateRepository" => repositories::create(shared, state, body, now),
        "DescribeRepositories" => repositories::describe(shared, state, body),
        "PutImageTagMutability" => repositories::put_mutability(shared, state, body),
        "DescribeImages" => images::describe(shared, state, body),
        "ListImages" => images::list(shared, state, body),
        "PutImage" => images::put(shared, state, body, now),
        "BatchDeleteImage" => images::delete(shared, state, body),
        "PutLifecyclePolicy" => repositories::put_lifecycle(shared, state, body),
        "StartLifecyclePolicyPreview" => lifecycle::start(shared, state, body, now),
        "GetLifecyclePolicyPreview" => lifecycle::get(shared, state, body),
        "GetLifecyclePolicy" => repositories::lifecycle(shared, state, body),
        _ => Err(Refusal::new("UnknownOperationException", "")),
    })
}

/// ECR: what a policy does not allow.
fn denied(shared: &Shared, operation: &str) -> Refusal {
    let account = &shared.config.account;
    let message = format!(
        "User: arn:aws:iam::{account}:user/reader is not authorized to perform: ecr:{operation} on resource: \
         arn:aws:ecr:{}:{account}:repository/* because no identity-based policy allows the ecr:{operation} action",
        shared.config.region
    );
    Refusal::new("AccessDeniedException", message)
}

pub(super) fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

/// The repository that a request names.
pub(super) fn repository<'a>(
    shared: &Shared,
    state: &'a mut State,
    body: &Value,
) -> Result<&'a mut Repository, Refusal> {
    let name = text(body, "repositoryName").unwrap_or_default();
    state.repository(name).ok_or_else(|| not_found(shared, name))
}

pub(super) fn not_found(shared: &Shared, name: &str) -> Refusal {
    let message = format!(
        "The repository with name '{name}' does not exist in the registry with id '{}'",
        shared.config.account
    );
    Refusal::new("RepositoryNotFoundException", message)
}

/// One page of a list, and the mark of the next. A mark is where the next page begins.
pub(super) fn page<T>(
    shared: &Shared,
    body: &Value,
    fallback: usize,
    all: Vec<T>,
) -> Result<(Vec<T>, Value), Refusal> {
    let asked = match body.get("maxResults").filter(|asked| !asked.is_null()) {
        None => fallback,
        Some(asked) => {
            let asked = asked.as_u64().and_then(|asked| usize::try_from(asked).ok());
            asked.filter(|asked| (1..=1000).contains(asked)).ok_or_else(|| {
                Refusal::parameter("maxResults", "Member must have value between 1 and 1000, inclusive")
            })?
        }
    };
    let from = match text(body, "nextToken") {
        None => 0,
        Some(mark) => mark
            .strip_prefix("page-")
            .and_then(|from| from.parse::<usize>().ok())
            .filter(|from| *from <= all.len())
            .ok_or_else(|| Refusal::new("InvalidParameterException", "Invalid token"))?,
    };
    let end = (from + asked.min(shared.config.page.max(1))).min(all.len());
    let next = if end < all.len() { json!(format!("page-{end}")) } else { Value::Null };
    Ok((all.into_iter().skip(from).take(end - from).collect(), next))
}
