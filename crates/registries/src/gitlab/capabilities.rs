//! What GitLab's rules can do, and what this server, licence and token leave of it.

use tagwarden_rules::capabilities::{Capabilities, KindCapability, Unavailable};
use tagwarden_rules::decision::Actor;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, Role, RoleNames, RuleKind};

use super::GitLab;
use super::version::Version;
use crate::facts::ProjectRef;

/// GitLab: `MAX_TAG_RULES_PER_PROJECT`, both kinds together.
const RULES: u32 = 5;
/// Life of registry tokens: 5 minutes by default, 15 on GitLab.com.
const PROPAGATION: (u32, u32) = (300, 900);

/// What is the same in all projects of a server for one token.
pub(super) struct Ground {
    version: Option<String>,
    community: bool,
    read_only: bool,
}

impl Ground {
    /// The server's version, if it tells one that can be read.
    pub(super) fn release(&self) -> Option<Version> {
        self.version.as_deref().and_then(Version::parse)
    }
}

impl GitLab {
    /// Reads what all projects share; what cannot be read counts as unknown.
    pub(super) async fn ground(&self) -> Ground {
        let server = self.known_server().await;
        Ground {
            version: server.and_then(|server| server.version.clone()),
            community: server.is_some_and(|server| server.enterprise == Some(false)),
            read_only: self.known_identity().await.is_some_and(|identity| identity.can_change == Some(false)),
        }
    }

    /// What can be done in one project, as far as is known. An unknown licence counts as there: the
    /// server tells on the first try, and the answer is remembered.
    pub(super) fn capabilities(&self, ground: &Ground, project: &ProjectRef) -> Capabilities {
        let version = ground.release();
        let older = |needed: Version| version.is_some_and(|version| version < needed);

        let both = |needed: Version| {
            if older(needed) {
                Some(Unavailable::Version)
            } else if self.learned.lacks_registry_api(project) {
                Some(Unavailable::RegistryApi)
            } else {
                None
            }
        };
        let token = ground.read_only.then_some(Unavailable::ReadOnlyToken);
        let no_licence =
            (ground.community || self.learned.lacks_licence(project)).then_some(Unavailable::Licence);
        let no_immutable = self
            .learned
            .lacks_field(super::rules::RULE, super::rules::IMMUTABLE)
            .then_some(Unavailable::Version);
        let protected = both(Version::RULES).or(token);
        let immutable = both(Version::IMMUTABLE).or(no_immutable).or(no_licence).or(token);
        describe(ground.version.clone(), protected, immutable)
    }
}

fn describe(
    version: Option<String>,
    protected: Option<Unavailable>,
    immutable: Option<Unavailable>,
) -> Capabilities {
    Capabilities {
        product: "GitLab".to_owned(),
        version,
        enforcement: tagwarden_rules::enforcement::Enforcement::Gitlab,
        form: tagwarden_rules::capabilities::RuleForm::List,
        kinds: vec![
            KindCapability {
                kind: RuleKind::Protected,
                blocks: None,
                editable: true,
                minimum_role: Role::Maintainer,
                unavailable: protected,
            },
            KindCapability {
                kind: RuleKind::Immutable,
                blocks: Some(Blocks::OverwriteAndDelete),
                editable: false,
                minimum_role: Role::Owner,
                unavailable: immutable,
            },
        ],
        dialect: Dialect::Gitlab,
        repository_dialect: None,
        single_repository: false,
        excluding: false,
        switch: false,
        rule_limit: Some(RULES),
        rules_shown: None,
        pattern_characters: Dialect::Gitlab.limits().characters,
        pattern_bytes: Dialect::Gitlab.limits().bytes,
        unique_patterns: true,
        unique_rules: false,
        rule_bytes: None,
        role_names: RoleNames::Gitlab,
        protect_roles: vec![Role::Maintainer, Role::Owner, Role::Admin],
        actors: vec![
            Actor::Developer,
            Actor::Maintainer,
            Actor::Owner,
            Actor::Admin,
            Actor::DeployToken,
            Actor::CleanupPolicy,
        ],
        propagation_seconds: Some(PROPAGATION),
        cleanup: false,
        cleanup_preview: false,
        images_on_request: false,
        notes: Vec::new(),
    }
}
