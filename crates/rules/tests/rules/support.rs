//! Rules and capabilities as GitLab has them.

use std::sync::Arc;

use tagwarden_rules::capabilities::{Capabilities, KindCapability};
use tagwarden_rules::decision::Actor;
use tagwarden_rules::pattern::{Dialect, Pattern};
use tagwarden_rules::preview::TagIndex;
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, RuleKind, SavedRule, Selector};

pub(crate) fn rule(pattern: &str, effect: Effect) -> Rule {
    Rule { repositories: None, tags: Selector::matching(Dialect::Gitlab, pattern), effect, enabled: true }
}

pub(crate) fn protected(pattern: &str, push: Role, delete: Role) -> Rule {
    rule(pattern, Effect::Protect { push, delete })
}

pub(crate) fn immutable(pattern: &str) -> Rule {
    rule(pattern, Effect::Immutable { blocks: Blocks::OverwriteAndDelete })
}

pub(crate) fn saved(id: &str, rule: Rule) -> SavedRule {
    SavedRule::new(id, rule)
}

pub(crate) fn pattern(text: &str) -> Pattern {
    Pattern::compile(Dialect::Gitlab, text).unwrap()
}

pub(crate) fn index(repositories: &[(&str, &[&str])]) -> Arc<TagIndex> {
    let owned = repositories
        .iter()
        .map(|(name, tags)| ((*name).to_owned(), tags.iter().map(|tag| (*tag).to_owned()).collect()))
        .collect();
    Arc::new(TagIndex::build(owned))
}

pub(crate) fn never() -> bool {
    false
}

/// GitLab with a licence.
pub(crate) fn gitlab() -> Capabilities {
    Capabilities {
        product: "GitLab".to_owned(),
        version: Some("18.10.1-ee".to_owned()),
        enforcement: tagwarden_rules::enforcement::Enforcement::Gitlab,
        form: tagwarden_rules::capabilities::RuleForm::List,
        kinds: vec![
            KindCapability {
                kind: RuleKind::Protected,
                blocks: None,
                editable: true,
                minimum_role: Role::Maintainer,
                unavailable: None,
            },
            KindCapability {
                kind: RuleKind::Immutable,
                blocks: Some(Blocks::OverwriteAndDelete),
                editable: false,
                minimum_role: Role::Owner,
                unavailable: None,
            },
        ],
        dialect: Dialect::Gitlab,
        repository_dialect: None,
        single_repository: false,
        excluding: false,
        switch: false,
        rule_limit: Some(5),
        rules_shown: None,
        pattern_characters: Some(100),
        pattern_bytes: Some(100),
        unique_patterns: true,
        unique_rules: false,
        rule_bytes: None,
        role_names: tagwarden_rules::rule::RoleNames::Gitlab,
        protect_roles: vec![Role::Maintainer, Role::Owner, Role::Admin],
        actors: vec![Actor::Developer, Actor::Maintainer, Actor::Owner, Actor::Admin],
        propagation_seconds: Some((300, 900)),
        cleanup: false,
        cleanup_preview: false,
        images_on_request: false,
        notes: Vec::new(),
    }
}
