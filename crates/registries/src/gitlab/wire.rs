//! Rules as GitLab spells them, over REST and over GraphQL.

use serde::Deserialize;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, SavedRule, Selector};

/// A rule from REST (snake_case, lower-case levels) or GraphQL (camelCase, upper-case levels).
#[derive(Debug, Deserialize)]
pub(super) struct WireRule {
    id: WireId,
    #[serde(alias = "tagNamePattern")]
    tag_name_pattern: String,
    #[serde(default, alias = "minimumAccessLevelForPush")]
    minimum_access_level_for_push: Option<String>,
    #[serde(default, alias = "minimumAccessLevelForDelete")]
    minimum_access_level_for_delete: Option<String>,
    #[serde(default)]
    immutable: Option<bool>,
}

/// A number, or `gid://gitlab/ContainerRegistry::Protection::TagRule/<number>`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum WireId {
    Number(u64),
    Global(String),
}

impl WireRule {
    /// The rule in Tagwarden's words; `None` for a level that is not known.
    pub(super) fn read(self) -> Option<SavedRule> {
        let id = match self.id {
            WireId::Number(number) => number,
            WireId::Global(text) => text.rsplit('/').next()?.parse::<u64>().ok()?,
        };
        let push = self.minimum_access_level_for_push.filter(|level| !level.is_empty());
        let delete = self.minimum_access_level_for_delete.filter(|level| !level.is_empty());
        // Both levels missing is what makes a rule immutable; the field of that name came later.
        let effect = if self.immutable == Some(true) || (push.is_none() && delete.is_none()) {
            Effect::Immutable { blocks: Blocks::OverwriteAndDelete }
        } else {
            Effect::Protect { push: role(push)?, delete: role(delete)? }
        };
        let tags = Selector::matching(Dialect::Gitlab, self.tag_name_pattern);
        Some(SavedRule::new(id.to_string(), Rule { repositories: None, tags, effect, enabled: true }))
    }
}

/// A level; a missing one asks for nothing beyond the right to push.
pub(super) fn role(level: Option<String>) -> Option<Role> {
    let Some(level) = level else { return Some(Role::Developer) };
    match level.to_ascii_lowercase().as_str() {
        "developer" => Some(Role::Developer),
        "maintainer" => Some(Role::Maintainer),
        "owner" => Some(Role::Owner),
        "admin" => Some(Role::Admin),
        _ => None,
    }
}

/// A role as REST spells levels. GitLab refuses those below Maintainer itself.
pub(super) fn level(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Reporter => "reporter",
        Role::Developer => "developer",
        Role::Maintainer => "maintainer",
        Role::Owner => "owner",
        Role::Admin => "admin",
    }
}

/// A numeric access level as a role. Between two of them (minimal access, planner) the lower counts.
pub(super) fn role_of_number(level: u32) -> Option<Role> {
    match level {
        60.. => Some(Role::Admin),
        50.. => Some(Role::Owner),
        40.. => Some(Role::Maintainer),
        30.. => Some(Role::Developer),
        20.. => Some(Role::Reporter),
        10.. => Some(Role::Guest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: serde_json::Value) -> Option<SavedRule> {
        serde_json::from_value::<WireRule>(body).unwrap().read()
    }

    #[test]
    fn both_spellings_give_the_same_rule() {
        let rest = read(json!({"id": 61, "project_id": 7, "tag_name_pattern": "v",
            "minimum_access_level_for_push": "maintainer", "minimum_access_level_for_delete": "owner"}));
        let graphql = read(
            json!({"id": "gid://gitlab/ContainerRegistry::Protection::TagRule/61", "tagNamePattern": "v",
            "minimumAccessLevelForPush": "MAINTAINER", "minimumAccessLevelForDelete": "OWNER", "immutable": false}),
        );
        assert_eq!(rest, graphql);
        assert_eq!(
            rest.unwrap().rule.effect,
            Effect::Protect { push: Role::Maintainer, delete: Role::Owner }
        );
    }

    #[test]
    fn a_rule_without_levels_is_immutable_and_an_unknown_level_is_not_guessed() {
        let immutable = read(json!({"id": "gid://gitlab/x/1", "tagNamePattern": "v"})).unwrap();
        assert_eq!(immutable.rule.effect, Effect::Immutable { blocks: Blocks::OverwriteAndDelete });
        let unknown = json!({"id": 1, "tag_name_pattern": "v", "minimum_access_level_for_push": "wizard",
            "minimum_access_level_for_delete": "owner"});
        assert_eq!(read(unknown), None);
    }
}
