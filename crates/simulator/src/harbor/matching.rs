//! Which tags are immutable, in the order in which Harbor asks.

use super::glob::{Glob, SyntaxError};
use super::state::{RuleText, Selector, State};
use crate::state::{ProjectId, RuleId};
use crate::version::Version;

/// What a rule is asked about. Harbor: for immutability there is no namespace, and one tag at a time.
struct Candidate<'a> {
    repository: &'a str,
    tags: &'a [&'a str],
}

/// Harbor: `selector.Select` failed, or there is no such selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SelectorError;

impl From<SyntaxError> for SelectorError {
    fn from(_: SyntaxError) -> Self {
        Self
    }
}

struct ReadSelector {
    kind: String,
    decoration: String,
    glob: Glob,
}

struct ReadRule {
    disabled: bool,
    repository: Option<ReadSelector>,
    tag: Option<ReadSelector>,
}

/// All rules of a project as they are read before tags are looked at.
pub(super) struct ProjectRules(Vec<ReadRule>);

/// Harbor: `utils.ParseRepository`, the project and what follows the first slash.
pub(super) fn parse_repository(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or(("", name))
}

impl ProjectRules {
    /// Harbor: all of them, whatever lists show at once, in the order of their numbers.
    pub(super) fn of(state: &State, project: ProjectId) -> Self {
        let mut rows: Vec<(RuleId, bool, &RuleText)> =
            state.rules_of(project).map(|rule| (rule.id, rule.disabled, &rule.text)).collect();
        rows.sort_by_key(|(id, ..)| *id);
        let version = state.settings.version;
        Self(rows.into_iter().map(|(_, disabled, text)| ReadRule::of(version, disabled, text)).collect())
    }

    /// Whether a tag is immutable. Harbor: an error on the way counts as "no", so what a broken rule
    /// keeps from being asked is off for this tag.
    pub(super) fn immutable(&self, repository: &str, tag: &str) -> bool {
        let candidate = Candidate { repository: parse_repository(repository).1, tags: &[tag] };
        self.matches(&candidate).unwrap_or(false)
    }

    fn matches(&self, candidate: &Candidate<'_>) -> Result<bool, SelectorError> {
        for rule in &self.0 {
            if rule.disabled {
                continue;
            }
            let Some(repository) = &rule.repository else { continue };
            if !repository.selects(candidate)? {
                continue;
            }
            let Some(tag) = &rule.tag else { continue };
            if tag.selects(candidate)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl ReadRule {
    /// Harbor: only the first selector of each kind is looked at, and of the scopes only `repository`.
    fn of(version: Version, disabled: bool, text: &RuleText) -> Self {
        let read = |selectors: Option<&Vec<Selector>>| {
            selectors.and_then(|list| list.first()).map(|selector| ReadSelector {
                kind: selector.kind.clone(),
                decoration: selector.decoration.clone(),
                glob: Glob::new(version, &selector.pattern),
            })
        };
        let scopes = text.scope_selectors.as_ref();
        Self {
            disabled,
            repository: read(scopes.and_then(|scopes| scopes.get("repository"))),
            tag: read(text.tag_selectors.as_ref()),
        }
    }
}

impl ReadSelector {
    /// Harbor: what stands where is not checked, so a tag's decoration in a repository's place works
    /// on tags.
    fn selects(&self, candidate: &Candidate<'_>) -> Result<bool, SelectorError> {
        if self.kind != "doublestar" {
            return Err(SelectorError);
        }
        match self.decoration.as_str() {
            "repoMatches" => self.names(candidate.repository, false),
            "repoExcludes" => self.names(candidate.repository, true),
            // There is no namespace here, and an empty one is never selected.
            "nsMatches" | "nsExcludes" => Ok(false),
            "matches" => self.any_tag(candidate, true),
            "excludes" => self.any_tag(candidate, false),
            _ => Err(SelectorError),
        }
    }

    fn names(&self, name: &str, excludes: bool) -> Result<bool, SelectorError> {
        if name.is_empty() {
            return Ok(false);
        }
        Ok(self.glob.matches(name)? != excludes)
    }

    fn any_tag(&self, candidate: &Candidate<'_>, wanted: bool) -> Result<bool, SelectorError> {
        for tag in candidate.tags {
            if self.glob.matches(tag)? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
