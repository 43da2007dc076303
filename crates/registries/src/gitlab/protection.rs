//! What GitLab itself says of one tag: the field `protection`, since 17.9.
//!
//! It is told to whoever sees the tag, also where the rules behind it are not: null when no rule matches,
//! both levels null when an immutable rule does, else the highest level of each kind over the matching
//! rules (`app/graphql/types/container_registry/container_repository_tag_type.rb`).

use serde::{Deserialize, Deserializer};
use tagwarden_rules::rule::{Blocks, Effect};
use tagwarden_rules::visibility::ServerVerdict;

use super::wire::role;

/// The field of a tag.
pub(super) const FIELD: &str = "protection";
/// Its type in the schema.
pub(super) const TYPE: &str = "ContainerProtectionAccessLevel";
/// The part that came with immutable rules, in 17.11.
pub(super) const IMMUTABLE: &str = "immutable";

/// The field with its parts.
pub(super) const QUERY: &str =
    "protection { minimumAccessLevelForPush minimumAccessLevelForDelete immutable }";
/// The same for a server without immutable rules.
pub(super) const QUERY_WITHOUT_IMMUTABLE: &str =
    "protection { minimumAccessLevelForPush minimumAccessLevelForDelete }";

/// The rules that match a tag, taken together.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Protection {
    #[serde(default)]
    minimum_access_level_for_push: Option<String>,
    #[serde(default)]
    minimum_access_level_for_delete: Option<String>,
    #[serde(default)]
    immutable: Option<bool>,
}

/// Reads a field that is there, so that null is told from what was not asked for.
pub(super) fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Protection>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The verdict; `None` for a level that is not known.
pub(super) fn verdict(protection: Option<Protection>) -> Option<ServerVerdict> {
    let Some(protection) = protection else { return Some(ServerVerdict::NotCovered) };
    let (push, delete) =
        (protection.minimum_access_level_for_push, protection.minimum_access_level_for_delete);
    let effect = if protection.immutable == Some(true) || (push.is_none() && delete.is_none()) {
        Effect::Immutable { blocks: Blocks::OverwriteAndDelete }
    } else {
        Effect::Protect { push: role(push)?, delete: role(delete)? }
    };
    Some(ServerVerdict::Covered { effect })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tagwarden_rules::rule::Role;

    use super::*;

    fn read(body: serde_json::Value) -> Option<ServerVerdict> {
        verdict(serde_json::from_value(body).unwrap())
    }

    #[test]
    fn null_says_that_no_rule_matches_and_levels_say_which_roles() {
        assert_eq!(read(json!(null)), Some(ServerVerdict::NotCovered));
        let levels = json!({"minimumAccessLevelForPush": "MAINTAINER", "minimumAccessLevelForDelete": "ADMIN",
            "immutable": false});
        let effect = Effect::Protect { push: Role::Maintainer, delete: Role::Admin };
        assert_eq!(read(levels), Some(ServerVerdict::Covered { effect }));
    }

    #[test]
    fn an_immutable_rule_hides_the_levels_and_an_unknown_level_is_not_guessed() {
        let immutable = json!({"minimumAccessLevelForPush": null, "minimumAccessLevelForDelete": null, "immutable": true});
        let effect = Effect::Immutable { blocks: Blocks::OverwriteAndDelete };
        assert_eq!(read(immutable), Some(ServerVerdict::Covered { effect }));
        let unknown = json!({"minimumAccessLevelForPush": "WIZARD", "minimumAccessLevelForDelete": "OWNER"});
        assert_eq!(read(unknown), None);
    }
}
