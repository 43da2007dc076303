//! The four modes, what may be given with them, and what they hold back.

use serde_json::Value;

use super::answer::Refusal;
use super::wildcard;

/// Most filters of a repository.
const MOST_FILTERS: usize = 5;
/// Longest filter.
const LONGEST: usize = 128;
/// Most wildcards of a filter.
const MOST_STARS: usize = 2;

const MODE: &str = "imageTagMutability";
const FILTERS: &str = "imageTagMutabilityExclusionFilters";

/// ECR: `imageTagMutability`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Every tag can be overwritten.
    #[default]
    Mutable,
    /// No tag can be overwritten.
    Immutable,
    /// Tags that a filter matches cannot be overwritten.
    MutableWithExclusion,
    /// Only tags that a filter matches can be overwritten.
    ImmutableWithExclusion,
}

impl Mode {
    /// The API's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mutable => "MUTABLE",
            Self::Immutable => "IMMUTABLE",
            Self::MutableWithExclusion => "MUTABLE_WITH_EXCLUSION",
            Self::ImmutableWithExclusion => "IMMUTABLE_WITH_EXCLUSION",
        }
    }

    /// The mode of the API's word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Mutable, Self::Immutable, Self::MutableWithExclusion, Self::ImmutableWithExclusion]
            .into_iter()
            .find(|mode| mode.as_str() == word)
    }

    /// Whether an existing tag of this name is held as it is.
    pub(super) fn holds(self, filters: &[String], tag: &str) -> bool {
        let excluded = || filters.iter().any(|filter| wildcard::matches(filter, tag));
        match self {
            Self::Mutable => false,
            Self::Immutable => true,
            Self::MutableWithExclusion => excluded(),
            Self::ImmutableWithExclusion => !excluded(),
        }
    }
}

/// Mode and filters of a request.
///
/// ECR: filters are there if and only if the mode is one with exclusion.
pub(super) fn wanted(body: &Value, required: bool) -> Result<(Mode, Vec<String>), Refusal> {
    let mode = match body.get(MODE).filter(|mode| !mode.is_null()) {
        None if !required => Mode::Mutable,
        None => return Err(Refusal::parameter(MODE, "Member must not be null")),
        Some(word) => word.as_str().and_then(Mode::parse).ok_or_else(|| {
            let set = "[IMMUTABLE, MUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION]";
            Refusal::parameter(MODE, &format!("Member must satisfy enum value set: {set}"))
        })?,
    };
    let filters = match body.get(FILTERS).filter(|filters| !filters.is_null()) {
        None => None,
        Some(list) => Some(read(list)?),
    };
    let with = matches!(mode, Mode::MutableWithExclusion | Mode::ImmutableWithExclusion);
    match (with, filters) {
        (true, Some(filters)) => Ok((mode, filters)),
        (false, None) => Ok((mode, Vec::new())),
        (true, None) => Err(Refusal::parameter(
            FILTERS,
            &format!(
                "ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as {}",
                mode.as_str()
            ),
        )),
        (false, Some(_)) => Err(Refusal::parameter(
            FILTERS,
            &format!(
                "ImageTagMutabilityExclusionFilters must be null when imageTagMutability is set as {}",
                mode.as_str()
            ),
        )),
    }
}

fn read(list: &Value) -> Result<Vec<String>, Refusal> {
    let list = list.as_array().filter(|list| (1..=MOST_FILTERS).contains(&list.len()));
    let list = list
        .ok_or_else(|| Refusal::parameter(FILTERS, "Member must have length between 1 and 5, inclusive"))?;
    list.iter().map(one).collect()
}

fn one(filter: &Value) -> Result<String, Refusal> {
    if filter.get("filterType").and_then(Value::as_str) != Some("WILDCARD") {
        return Err(Refusal::parameter(FILTERS, "Member must satisfy enum value set: [WILDCARD]"));
    }
    let text = filter.get("filter").and_then(Value::as_str).unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'*' | b'-');
    if text.is_empty() || text.len() > LONGEST || !text.bytes().all(allowed) {
        let shape = "Member must satisfy regular expression pattern: ^[0-9a-zA-Z._*-]{1,128}$";
        return Err(Refusal::parameter(FILTERS, shape));
    }
    if text.matches('*').count() > MOST_STARS {
        return Err(Refusal::parameter(FILTERS, "Filter must have at most 2 wildcards"));
    }
    Ok(text.to_owned())
}
