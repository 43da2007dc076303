//! Whether an account sees the rules of a project.
//!
//! GitLab takes the rules that an account may not see out of the list and says nothing: an empty list is
//! what a project without rules gives, too (`authorize :admin_container_image` in
//! `app/graphql/types/container_registry/protection/tag_rule_type.rb`). That permission comes with the
//! role Maintainer, and an archived project takes it from everybody (`READONLY_FEATURES_WHEN_ARCHIVED`
//! in `app/policies/project_policy.rb`).

use serde_json::Value;
use tagwarden_rules::rule::Role;
use tagwarden_rules::visibility::NotVisible;

use crate::facts::ProjectFacts;

/// The lowest role that sees rules.
const SEEN_FROM: Role = Role::Maintainer;

/// What a query asks to learn this: a permission that comes with the same role, however the account has
/// it, by invitation of a group or as an administrator included.
pub(super) const PERMISSIONS: &str = "userPermissions { adminProject }";
/// Its place in the schema, for servers that lack it.
pub(super) const PERMISSIONS_FIELD: (&str, &str) = ("Project", "userPermissions");

/// Whether the account administrates the project, as the answer for the project says.
pub(super) fn administrates(project: &Value) -> Option<bool> {
    project.get("userPermissions")?.get("adminProject")?.as_bool()
}

/// Why an empty list does not say that there are no rules; `None`: it says so.
pub(super) fn why_empty(project: &ProjectFacts, administrates: Option<bool>) -> Option<NotVisible> {
    if project.archived {
        return Some(NotVisible::Archived);
    }
    let sees = administrates.unwrap_or(project.role >= Some(SEEN_FROM));
    (!sees).then_some(NotVisible::Role { needs: SEEN_FROM })
}

/// Why the list was refused.
pub(super) fn why_refused(project: &ProjectFacts) -> NotVisible {
    if project.archived { NotVisible::Archived } else { NotVisible::Role { needs: SEEN_FROM } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ProjectRef;

    fn project(role: Option<Role>, archived: bool) -> ProjectFacts {
        ProjectFacts {
            project: ProjectRef { id: "7".to_owned(), path: "a/b".to_owned() },
            web_url: None,
            role,
            registry_enabled: true,
            archived,
        }
    }

    #[test]
    fn an_empty_list_means_none_only_to_those_who_would_see_the_rules() {
        let hidden = Some(NotVisible::Role { needs: Role::Maintainer });
        assert_eq!(why_empty(&project(Some(Role::Developer), false), None), hidden);
        assert_eq!(why_empty(&project(None, false), None), hidden);
        assert_eq!(why_empty(&project(Some(Role::Maintainer), false), None), None);
        // The permission counts more than the roles that REST lists: those through invited groups are
        // not among them.
        assert_eq!(why_empty(&project(Some(Role::Developer), false), Some(true)), None);
        assert_eq!(why_empty(&project(Some(Role::Owner), false), Some(false)), hidden);
        assert_eq!(why_empty(&project(Some(Role::Admin), true), Some(true)), Some(NotVisible::Archived));
    }
}
