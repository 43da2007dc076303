//! Mutations. GitLab: what a service refuses stands in `errors` under the mutation; what is missing or
//! not allowed at all is an error of the whole answer.

use serde_json::{Map, Value};

use super::NOT_AVAILABLE;
use super::nodes::Payload;
use super::resolve::from_gid;
use crate::auth::Caller;
use crate::services::{
    Refusal, TagRuleChange, TagRuleWish, create_tag_rule, delete_tag_rule, may_administer,
    tag_delete_refused, update_tag_rule,
};
use crate::state::{MinimumRole, RepositoryId, Role, RuleId, State};

/// GitLab: names in one call.
const MOST_NAMES: usize = 20;

/// An error of the whole answer; its text is the server's.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// Not there, or not for this caller: GitLab does not tell which.
    #[error("{NOT_AVAILABLE}")]
    NotAvailable,
    /// A pattern was given and says nothing.
    #[error("tagNamePattern can't be blank")]
    BlankPattern,
    /// The id is none of a rule's.
    #[error("\"{0}\" does not represent an instance of {RULE_CLASS}")]
    ForeignId(String),
    /// More names than one call may carry.
    #[error("Number of tags is greater than {MOST_NAMES}")]
    TooManyNames,
}

/// What a mutation answers, or the error of the whole answer.
type Outcome = Result<Payload, Refused>;

const RULE_CLASS: &str = "ContainerRegistry::Protection::TagRule";

/// Carries out one mutation. GitLab: needs the scope `api`.
pub(super) fn run(
    state: &mut State,
    caller: Option<&Caller>,
    name: &str,
    arguments: &Map<String, Value>,
) -> Outcome {
    let empty = Map::new();
    let input = arguments.get("input").and_then(Value::as_object).unwrap_or(&empty);
    let caller = caller.filter(|caller| caller.may_write_api()).ok_or(Refused::NotAvailable)?;
    let mut payload = match name {
        "createContainerProtectionTagRule" => create(state, caller, input),
        "updateContainerProtectionTagRule" => update(state, caller, input),
        "deleteContainerProtectionTagRule" => delete(state, caller, input),
        _ => destroy_tags(state, caller, input),
    }?;
    payload.client_mutation_id = text(input, "clientMutationId");
    Ok(payload)
}

fn text(input: &Map<String, Value>, key: &str) -> Option<String> {
    input.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn level(input: &Map<String, Value>, key: &str) -> Option<Option<MinimumRole>> {
    input.get(key).map(|value| value.as_str().and_then(MinimumRole::from_graphql))
}

/// GitLab: a pattern that is given must not be blank; said before any service is asked.
fn pattern(input: &Map<String, Value>) -> Result<Option<String>, Refused> {
    match text(input, "tagNamePattern") {
        Some(pattern) if pattern.trim().is_empty() => Err(Refused::BlankPattern),
        pattern => Ok(pattern),
    }
}

fn create(state: &mut State, caller: &Caller, input: &Map<String, Value>) -> Outcome {
    let pattern = pattern(input)?.unwrap_or_default();
    let path = text(input, "projectPath").unwrap_or_default();
    let project = state.project_id(&path).and_then(|id| state.project(id));
    let project = project
        .filter(|project| may_administer(project, caller.role(state, project)))
        .map(|project| project.id)
        .ok_or(Refused::NotAvailable)?;
    let wish = TagRuleWish {
        pattern,
        push: level(input, "minimumAccessLevelForPush").flatten(),
        delete: level(input, "minimumAccessLevelForDelete").flatten(),
    };
    let of = "CreateContainerProtectionTagRulePayload";
    match create_tag_rule(state, caller, project, &wish) {
        Ok(id) => Ok(shown(state, of, id)),
        Err(refusal) => refused(of, &refusal),
    }
}

fn update(state: &mut State, caller: &Caller, input: &Map<String, Value>) -> Outcome {
    let change = TagRuleChange {
        pattern: pattern(input)?,
        push: level(input, "minimumAccessLevelForPush"),
        delete: level(input, "minimumAccessLevelForDelete"),
    };
    let id = administered_rule(state, caller, input)?;
    let of = "UpdateContainerProtectionTagRulePayload";
    match update_tag_rule(state, caller, id, &change) {
        Ok(()) => Ok(shown(state, of, id)),
        Err(refusal) => refused(of, &refusal),
    }
}

fn delete(state: &mut State, caller: &Caller, input: &Map<String, Value>) -> Outcome {
    let id = administered_rule(state, caller, input)?;
    let of = "DeleteContainerProtectionTagRulePayload";
    match delete_tag_rule(state, caller, id) {
        Ok(rule) => Ok(Payload { of, rule: Some(rule), ..Payload::default() }),
        Err(refusal) => refused(of, &refusal),
    }
}

/// The rule that `id` names, if the caller administers its project.
fn administered_rule(state: &State, caller: &Caller, input: &Map<String, Value>) -> Result<RuleId, Refused> {
    let id = text(input, "id").unwrap_or_default();
    let Some(id) = from_gid(RULE_CLASS, &id).map(RuleId) else { return Err(Refused::ForeignId(id)) };
    let found =
        state.tag_rule(id).filter(|(project, _)| may_administer(project, caller.role(state, project)));
    found.map(|_| id).ok_or(Refused::NotAvailable)
}

fn shown(state: &State, of: &'static str, id: RuleId) -> Payload {
    let rule = state.tag_rule(id).map(|(_, rule)| rule.clone());
    Payload { of, rule, ..Payload::default() }
}

fn refused(of: &'static str, refusal: &Refusal) -> Outcome {
    match refusal {
        Refusal::Forbidden | Refusal::Gone => Err(Refused::NotAvailable),
        _ => Ok(Payload { of, errors: refusal.messages(), ..Payload::default() }),
    }
}

/// GitLab: names that a rule holds back are dropped without a word, unless all are.
fn destroy_tags(state: &mut State, caller: &Caller, input: &Map<String, Value>) -> Outcome {
    let names: Vec<String> = input
        .get("tagNames")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    if names.len() > MOST_NAMES {
        return Err(Refused::TooManyNames);
    }
    let id = text(input, "id").and_then(|id| from_gid("ContainerRepository", &id)).map(RepositoryId);
    let repository = id.and_then(|id| state.repository(id)).ok_or(Refused::NotAvailable)?;
    let id = repository.id;
    let project = state.project(repository.project).ok_or(Refused::NotAvailable)?;
    let role = caller.role(state, project).filter(|role| *role >= Role::Developer);
    let role = role.ok_or(Refused::NotAvailable)?;
    let free: Vec<String> =
        names.iter().filter(|name| !tag_delete_refused(state, project, Some(role), name)).cloned().collect();
    let of = "DestroyContainerRepositoryTagsPayload";
    if free.is_empty() && !names.is_empty() {
        let errors = vec!["cannot delete protected tag(s)".to_owned()];
        return Ok(Payload { of, errors, deleted: Some(Vec::new()), ..Payload::default() });
    }
    if let Some(repository) = state.repository_mut(id) {
        repository.edit_tags(|tags| {
            for name in &free {
                tags.remove(name);
            }
        });
    }
    Ok(Payload { of, deleted: Some(free), ..Payload::default() })
}
