//! Cleanup policies and the bulk deletion that works like them.

use serde_json::{Map, Value, json};
use time::Duration;

use super::error::ApiError;
use super::params::{Params, invalid_value};
use crate::clock::stamp;
use crate::pattern::{self, Search};
use crate::services::tag_delete_refused;
use crate::state::{Project, ProjectId, Repository, RepositoryId, Role, State, Tag};

/// GitLab: `TAGS_PAGE_SIZE`; `keep_n` counts within each page.
const PAGE: usize = 1000;

/// What is to be deleted and what kept.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    delete: String,
    keep: Option<String>,
    keep_n: Option<usize>,
    older_than: Option<Duration>,
}

impl Wish {
    /// Reads the parameters of the bulk deletion.
    pub(super) fn from_params(params: &Params) -> Result<Self, ApiError> {
        let delete = params.text("name_regex_delete").or_else(|| params.text("name_regex"));
        let delete = delete.ok_or_else(|| {
            ApiError::Param(
                "name_regex, name_regex_delete are missing, at least one parameter must be provided"
                    .to_owned(),
            )
        })?;
        let keep = params.text("name_regex_keep").filter(|text| !text.is_empty());
        for (name, text) in [("name_regex_delete", Some(&delete)), ("name_regex_keep", keep.as_ref())] {
            if text.is_some_and(|text| pattern::check(text).is_err()) {
                return Err(ApiError::Param(format!("{name} is an invalid regexp")));
            }
        }
        let keep_n = params.number("keep_n")?.and_then(|number| usize::try_from(number).ok());
        let older_than = params
            .text("older_than")
            .map(|text| age(&text).ok_or_else(|| invalid_value("older_than")))
            .transpose()?;
        Ok(Self { delete, keep, keep_n, older_than })
    }

    fn from_policy(project: &Project) -> Option<Self> {
        let text = |key: &str| {
            let value = project.cleanup_policy.get(key).and_then(Value::as_str);
            value.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let keep_n = project.cleanup_policy.get("keep_n").and_then(Value::as_u64);
        Some(Self {
            delete: text("name_regex_delete").or_else(|| text("name_regex"))?,
            keep: text("name_regex_keep"),
            keep_n: keep_n.and_then(|number| usize::try_from(number).ok()),
            older_than: text("older_than").and_then(|text| age(&text)),
        })
    }
}

/// `1h`, `7d`, `1month`.
fn age(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: i64 = number.parse().ok()?;
    match unit {
        "min" => Some(Duration::minutes(number)),
        "h" => Some(Duration::hours(number)),
        "d" => Some(Duration::days(number)),
        "w" => Some(Duration::weeks(number)),
        "month" => Some(Duration::days(number.checked_mul(30)?)),
        _ => None,
    }
}

/// GitLab: the text between `\A` and `\z` without a group, so `a|b` is "begins a or ends b".
fn whole(text: &str) -> Option<Search> {
    Search::new(&format!("\\A{text}\\z"))
}

/// The names that go, by the algorithm's steps. GitLab: protected and immutable tags are dropped last,
/// so they use up places of `keep_n`.
fn doomed(
    state: &State,
    project: &Project,
    repository: &Repository,
    role: Option<Role>,
    wish: &Wish,
) -> Vec<String> {
    let Some(delete) = whole(&wish.delete) else {
        return Vec::new();
    };
    let keep = wish.keep.as_deref().and_then(whole);
    let now = state.now().unix_timestamp();
    let mut names = Vec::new();
    for page in repository.tags().as_slice().chunks(PAGE) {
        let mut tags: Vec<&Tag> = page
            .iter()
            .filter(|tag| &*tag.name != "latest")
            .filter(|tag| delete.is_match(&tag.name))
            .filter(|tag| !keep.as_ref().is_some_and(|keep| keep.is_match(&tag.name)))
            .collect();
        tags.sort_by_key(|tag| std::cmp::Reverse(tag.published_at));
        names.extend(
            tags.into_iter()
                .skip(wish.keep_n.unwrap_or(0))
                .filter(|tag| wish.older_than.is_none_or(|age| now - tag.published_at > age.whole_seconds()))
                .filter(|tag| !tag_delete_refused(state, project, role, &tag.name))
                .map(|tag| tag.name.to_string()),
        );
    }
    names
}

fn delete_all(state: &mut State, repository: RepositoryId, names: &[String]) {
    if let Some(repository) = state.repository_mut(repository) {
        repository.edit_tags(|tags| {
            tags.retain(|tag| !names.iter().any(|name| **name == *tag.name));
        });
    }
}

/// Deletes in bulk for a user. GitLab: at most once an hour for one repository.
pub(super) fn bulk_delete(
    state: &mut State,
    id: RepositoryId,
    role: Role,
    wish: &Wish,
) -> Result<(), ApiError> {
    let now = state.now();
    let missing = ApiError::NotFound("Repository");
    let repository = state.repository(id).ok_or_else(|| missing.clone())?;
    let project = state.project(repository.project).ok_or(missing)?;
    if repository.bulk_delete_at.is_some_and(|last| now - last < Duration::HOUR) {
        return Err(ApiError::BadRequest(json!(
            "This request has already been made. You can run this at most once an hour for a given container repository"
        )));
    }
    let names = doomed(state, project, repository, Some(role), wish);
    if let Some(repository) = state.repository_mut(id) {
        repository.bulk_delete_at = Some(now);
    }
    delete_all(state, id, &names);
    Ok(())
}

/// Runs a project's policy as the schedule does, without a user.
pub(crate) fn run_policy(state: &mut State, project_path: &str) -> Vec<String> {
    let Some(project) = state.project_id(project_path).and_then(|id| state.project(id)) else {
        return Vec::new();
    };
    let Some(wish) = Wish::from_policy(project) else {
        return Vec::new();
    };
    let plan: Vec<(RepositoryId, String, Vec<String>)> = state
        .repositories_of(project)
        .map(|repository| {
            let names = doomed(state, project, repository, None, &wish);
            (repository.id, repository.path.clone(), names)
        })
        .collect();
    let mut deleted = Vec::new();
    for (id, path, names) in plan {
        delete_all(state, id, &names);
        deleted.extend(names.into_iter().map(|name| format!("{path}:{name}")));
    }
    deleted
}

/// Stores a policy. GitLab: regular expressions are checked only while it is enabled, and saving sets
/// the next run anew.
pub(super) fn store_policy(
    state: &mut State,
    id: ProjectId,
    attributes: &Map<String, Value>,
) -> Result<(), ApiError> {
    let now = state.now();
    let Some(project) = state.project_mut(id) else {
        return Err(ApiError::NotFound("Project"));
    };
    let mut policy = project.cleanup_policy.clone();
    for (key, value) in attributes {
        // GitLab: `name_regex_delete` is another name of `name_regex`.
        let key = if key == "name_regex_delete" { "name_regex" } else { key };
        if policy.contains_key(key) && key != "next_run_at" {
            policy.insert(key.to_owned(), value.clone());
        }
    }
    let word = |key: &str| policy.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let enabled = policy.get("enabled").and_then(Value::as_bool).unwrap_or(false);
    let days = match word("cadence").as_str() {
        "1d" => 1,
        "7d" => 7,
        "14d" => 14,
        "1month" => 30,
        "3month" => 90,
        _ => {
            return Err(ApiError::BadRequest(json!({
                "container_expiration_policy.cadence": ["is not included in the list"]
            })));
        }
    };
    for key in ["name_regex", "name_regex_keep"] {
        let text = word(key);
        if enabled
            && !text.is_empty()
            && let Err(reason) = pattern::check(&text)
        {
            let mut message = Map::new();
            message.insert(
                format!("container_expiration_policy.{key}"),
                json!([format!("not valid RE2 syntax: {reason}")]),
            );
            return Err(ApiError::BadRequest(Value::Object(message)));
        }
    }
    if enabled {
        policy.insert("next_run_at".to_owned(), json!(stamp(now + Duration::days(days))));
    }
    project.cleanup_policy = policy;
    Ok(())
}
