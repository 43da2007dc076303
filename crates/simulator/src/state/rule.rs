//! Tag rules and repository rules.

use time::OffsetDateTime;

use super::ids::RuleId;
use super::role::MinimumRole;

/// GitLab: `MAX_TAG_RULES_PER_PROJECT`, protected and immutable together.
pub const MAX_TAG_RULES: usize = 5;

/// GitLab: longest tag pattern, in characters.
pub const MAX_TAG_PATTERN: usize = 100;

/// GitLab: longest repository path pattern, in characters.
pub const MAX_PATH_PATTERN: usize = 255;

/// What a tag rule does. GitLab: immutable means that both levels are null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagEffect {
    /// Only some roles can push or delete.
    Protected {
        /// Least role to push.
        push: MinimumRole,
        /// Least role to delete.
        delete: MinimumRole,
    },
    /// Nobody can overwrite or delete.
    Immutable,
}

impl TagEffect {
    /// The least role to push, unless the rule is immutable.
    #[must_use]
    pub fn push(self) -> Option<MinimumRole> {
        match self {
            Self::Protected { push, .. } => Some(push),
            Self::Immutable => None,
        }
    }

    /// The least role to delete, unless the rule is immutable.
    #[must_use]
    pub fn delete(self) -> Option<MinimumRole> {
        match self {
            Self::Protected { delete, .. } => Some(delete),
            Self::Immutable => None,
        }
    }
}

/// A rule for the tags of all repositories of one project.
#[derive(Clone, Debug)]
pub struct TagRule {
    /// Its number.
    pub id: RuleId,
    /// RE2, searched anywhere in the tag's name.
    pub pattern: String,
    /// What it does.
    pub effect: TagEffect,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    pub updated_at: OffsetDateTime,
}

impl TagRule {
    /// Whether this rule makes tags immutable.
    #[must_use]
    pub fn immutable(&self) -> bool {
        self.effect == TagEffect::Immutable
    }
}

/// The least roles of a repository rule: either may be missing, not both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepositoryLevels {
    /// Pushing alone is held back.
    Push(MinimumRole),
    /// Deleting alone is held back.
    Delete(MinimumRole),
    /// Both are.
    Both {
        /// Least role to push.
        push: MinimumRole,
        /// Least role to delete.
        delete: MinimumRole,
    },
}

impl RepositoryLevels {
    /// From two optional roles; `None` when both are missing.
    #[must_use]
    pub fn new(push: Option<MinimumRole>, delete: Option<MinimumRole>) -> Option<Self> {
        match (push, delete) {
            (Some(push), Some(delete)) => Some(Self::Both { push, delete }),
            (Some(push), None) => Some(Self::Push(push)),
            (None, Some(delete)) => Some(Self::Delete(delete)),
            (None, None) => None,
        }
    }

    /// Least role to push.
    #[must_use]
    pub fn push(self) -> Option<MinimumRole> {
        match self {
            Self::Push(push) | Self::Both { push, .. } => Some(push),
            Self::Delete(_) => None,
        }
    }

    /// Least role to delete.
    #[must_use]
    pub fn delete(self) -> Option<MinimumRole> {
        match self {
            Self::Delete(delete) | Self::Both { delete, .. } => Some(delete),
            Self::Push(_) => None,
        }
    }
}

/// A rule for whole repositories.
#[derive(Clone, Debug)]
pub struct RepositoryRule {
    /// Its number.
    pub id: RuleId,
    /// A glob with `*`, compared with the whole path without regard to case.
    pub path_pattern: String,
    /// Who may push and delete.
    pub levels: RepositoryLevels,
    /// When it was last changed.
    pub updated_at: OffsetDateTime,
}

impl RepositoryRule {
    /// GitLab: SQL `ILIKE` with `*` as `%`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let pattern = self.path_pattern.to_lowercase();
        let path = path.to_lowercase();
        let mut parts = pattern.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = path.strip_prefix(first) else {
            return false;
        };
        let mut last: Option<&str> = None;
        for part in parts {
            if let Some(middle) = last.replace(part) {
                match rest.find(middle) {
                    Some(at) => rest = rest.get(at + middle.len()..).unwrap_or_default(),
                    None => return false,
                }
            }
        }
        last.map_or(rest.is_empty(), |tail| rest.ends_with(tail))
    }
}
