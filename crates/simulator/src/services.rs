//! The server's services behind both REST and GraphQL: what is checked, and in which order.

use crate::auth::Caller;
use crate::pattern;
use crate::state::{
    MAX_TAG_PATTERN, MAX_TAG_RULES, MinimumRole, Project, ProjectId, Role, RuleId, State, TagEffect, TagRule,
};

/// GitLab: the answer of everything that needs the registry's metadata database.
pub(crate) const NO_REGISTRY_API: &str = "GitLab container registry API not supported";

/// Why a service refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// One sentence; REST sends it as text.
    Sentence(String),
    /// Messages of a model that is not valid; REST sends them as a list.
    Invalid(Vec<String>),
    /// The role is too low.
    Forbidden,
    /// There is no such thing.
    Gone,
}

impl Refusal {
    fn sentence(text: &str) -> Self {
        Self::Sentence(text.to_owned())
    }

    fn invalid(text: impl Into<String>) -> Self {
        Self::Invalid(vec![text.into()])
    }

    /// As GraphQL lists errors under a mutation.
    pub(crate) fn messages(&self) -> Vec<String> {
        match self {
            Self::Sentence(text) => vec![text.clone()],
            Self::Invalid(messages) => messages.clone(),
            Self::Forbidden | Self::Gone => Vec::new(),
        }
    }
}

/// What a tag rule is wished to be; both levels missing means immutable.
#[derive(Clone, Debug)]
pub(crate) struct TagRuleWish {
    pub(crate) pattern: String,
    pub(crate) push: Option<MinimumRole>,
    pub(crate) delete: Option<MinimumRole>,
}

/// A change: missing fields stay; a level of `Some(None)` is unset.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagRuleChange {
    pub(crate) pattern: Option<String>,
    pub(crate) push: Option<Option<MinimumRole>>,
    pub(crate) delete: Option<Option<MinimumRole>>,
}

/// GitLab: `admin_container_image`, Maintainer or higher; nobody in an archived project, where the registry
/// is read-only (`READONLY_FEATURES_WHEN_ARCHIVED`).
pub(crate) fn may_administer(project: &Project, role: Option<Role>) -> bool {
    role >= Some(Role::Maintainer) && !project.archived
}

/// GitLab: `CreateTagRuleService`, with its checks in its order.
pub(crate) fn create_tag_rule(
    state: &mut State,
    caller: &Caller,
    project: ProjectId,
    wish: &TagRuleWish,
) -> Result<RuleId, Refusal> {
    let found = state.project(project).ok_or(Refusal::Gone)?;
    let role = caller.role(state, found);
    let immutable = wish.push.is_none() && wish.delete.is_none();
    if !may_administer(found, role) {
        return Err(Refusal::sentence("Unauthorized to create a protection rule for container image tags"));
    }
    if found.tag_rules.len() >= MAX_TAG_RULES {
        return Err(Refusal::sentence("Maximum number of protection rules have been reached."));
    }
    if !state.settings.registry_api {
        return Err(Refusal::sentence(NO_REGISTRY_API));
    }
    if immutable && !state.settings.licensed {
        return Err(Refusal::sentence("Immutable tag rules require an Ultimate license"));
    }
    if immutable && role < Some(Role::Owner) {
        return Err(Refusal::sentence(
            "Unauthorized to create an immutable protection rule for container image tags",
        ));
    }
    let effect = validate(found, None, &wish.pattern, wish.push, wish.delete)?;
    state.add_tag_rule(project, &wish.pattern, effect).ok_or(Refusal::Gone)
}

/// GitLab: `UpdateTagRuleService` and its Enterprise additions.
pub(crate) fn update_tag_rule(
    state: &mut State,
    caller: &Caller,
    id: RuleId,
    change: &TagRuleChange,
) -> Result<(), Refusal> {
    let (project, rule) = state.tag_rule(id).ok_or(Refusal::Gone)?;
    if !may_administer(project, caller.role(state, project)) {
        return Err(Refusal::sentence("Unauthorized to update a protection rule for container image tags"));
    }
    if !state.settings.registry_api {
        return Err(Refusal::sentence(NO_REGISTRY_API));
    }
    let TagEffect::Protected { push, delete } = rule.effect else {
        return Err(Refusal::sentence("Operation not allowed"));
    };
    let push = change.push.unwrap_or(Some(push));
    let delete = change.delete.unwrap_or(Some(delete));
    if push.is_none() && delete.is_none() {
        return Err(Refusal::sentence("Cannot create an immutable tag rule from a protection rule"));
    }
    let pattern = change.pattern.clone().unwrap_or_else(|| rule.pattern.clone());
    let effect = validate(project, Some(id), &pattern, push, delete)?;
    state.change_tag_rule(id, Some(&pattern), Some(effect));
    Ok(())
}

/// Who may delete the rule itself. GitLab: `minimum_level_to_delete_rule`.
pub(crate) fn may_delete_rule(role: Option<Role>, rule: &TagRule) -> bool {
    let least = if rule.immutable() { Role::Owner } else { Role::Maintainer };
    role >= Some(least)
}

/// GitLab: `DeleteTagRuleService`.
pub(crate) fn delete_tag_rule(state: &mut State, caller: &Caller, id: RuleId) -> Result<TagRule, Refusal> {
    let (project, rule) = state.tag_rule(id).ok_or(Refusal::Gone)?;
    if project.archived || !may_delete_rule(caller.role(state, project), rule) {
        return Err(Refusal::Forbidden);
    }
    if !state.settings.registry_api {
        return Err(Refusal::sentence(NO_REGISTRY_API));
    }
    let rule = rule.clone();
    state.remove_tag_rule(id);
    Ok(rule)
}

/// GitLab: the model's validations; all messages at once, as Rails collects them.
fn validate(
    project: &Project,
    itself: Option<RuleId>,
    text: &str,
    push: Option<MinimumRole>,
    delete: Option<MinimumRole>,
) -> Result<TagEffect, Refusal> {
    let mut messages = Vec::new();
    // Unique over both kinds, so one pattern cannot be protected and immutable.
    let taken = project.tag_rules.iter().any(|rule| rule.pattern == text && Some(rule.id) != itself);
    if text.trim().is_empty() {
        messages.push("Tag name pattern can't be blank".to_owned());
    } else {
        if taken {
            messages.push("Tag name pattern has already been taken".to_owned());
        }
        if text.chars().count() > MAX_TAG_PATTERN {
            messages.push(format!("Tag name pattern is too long (maximum is {MAX_TAG_PATTERN} characters)"));
        }
        if let Err(reason) = pattern::check(text) {
            messages.push(format!("Tag name pattern not valid RE2 syntax: {reason}"));
        }
    }
    let effect = match (push, delete) {
        (Some(push), Some(delete)) => TagEffect::Protected { push, delete },
        (None, None) => TagEffect::Immutable,
        _ => {
            messages.push("Access levels should either both be present or both be nil".to_owned());
            return Err(Refusal::Invalid(messages));
        }
    };
    if messages.is_empty() { Ok(effect) } else { Err(Refusal::Invalid(messages)) }
}

/// The immutable patterns in force: none without a licence.
pub(crate) fn immutable_patterns(state: &State, project: &Project) -> Vec<String> {
    if !state.settings.licensed {
        return Vec::new();
    }
    project.tag_rules.iter().filter(|rule| rule.immutable()).map(|rule| rule.pattern.clone()).collect()
}

/// Why a tag may not be deleted through Rails by somebody of this role; `None` role is nobody.
///
/// GitLab: immutable holds everyone back, protected those below its delete level; administrators
/// bypass protected, and a run without a user is held back by every rule.
pub(crate) fn tag_delete_refused(state: &State, project: &Project, role: Option<Role>, tag: &str) -> bool {
    project.tag_rules.iter().any(|rule| {
        let stands = match rule.effect {
            TagEffect::Immutable => state.settings.licensed,
            TagEffect::Protected { delete, .. } => match role {
                None => true,
                Some(Role::Admin) => false,
                Some(role) => delete.level() > role.level(),
            },
        };
        stands && pattern::matches(&rule.pattern, tag)
    })
}

/// Whether a repository may not be deleted. GitLab: patterns are ignored; it is enough that it has
/// tags and that the project has an immutable rule, or a rule with a delete level above the role.
pub(crate) fn repository_delete_refused(
    state: &State,
    project: &Project,
    role: Role,
    has_tags: bool,
) -> bool {
    has_tags
        && project.tag_rules.iter().any(|rule| match rule.effect {
            TagEffect::Immutable => state.settings.licensed,
            TagEffect::Protected { delete, .. } => role != Role::Admin && delete.level() > role.level(),
        })
}

/// A repository rule's model messages.
pub(crate) fn validate_path_pattern(
    project: &Project,
    itself: Option<RuleId>,
    text: &str,
) -> Result<(), Refusal> {
    let rest = text.strip_prefix(project.full_path.as_str());
    let legal = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/*".contains(c))
    };
    if text.is_empty() {
        return Err(Refusal::invalid("Repository path pattern can't be blank"));
    }
    if text.chars().count() > crate::state::MAX_PATH_PATTERN {
        return Err(Refusal::invalid("Repository path pattern is too long (maximum is 255 characters)"));
    }
    if !legal(text) {
        return Err(Refusal::invalid(
            "Repository path pattern should be a valid container repository path with optional wildcard characters.",
        ));
    }
    if rest.is_none() {
        return Err(Refusal::invalid("Repository path pattern should start with the project's full path"));
    }
    let taken =
        project.repository_rules.iter().any(|rule| rule.path_pattern == text && Some(rule.id) != itself);
    if taken {
        return Err(Refusal::invalid("Repository path pattern has already been taken"));
    }
    Ok(())
}
