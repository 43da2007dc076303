//! How registries enforce tag rules: who may write at all, and which checks come in which order.

use serde::{Deserialize, Serialize};

use crate::rule::{Role, RoleNames};

/// The way in which a registry enforces its rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Enforcement {
    /// GitLab: the patterns that concern a caller travel in the caller's registry token.
    #[default]
    Gitlab,
    /// Harbor: rule after rule, by id, until one covers the tag or errs.
    Harbor,
    /// AWS ECR: only pushes over an existing tag are checked; permissions are IAM's.
    Ecr,
    /// There are no rules.
    Nothing,
}

/// The lowest roles that may write where no rule says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writers {
    /// Lowest role that may push.
    pub push: Role,
    /// Lowest role that may delete a tag.
    pub delete: Role,
}

impl Enforcement {
    /// Whether a deletion is refused for other tags that would go with it.
    pub fn looks_at_other_tags(self) -> bool {
        self == Self::Harbor
    }

    /// What the roles are called where rules are enforced so.
    pub fn role_names(self) -> RoleNames {
        match self {
            Self::Gitlab => RoleNames::Gitlab,
            Self::Harbor => RoleNames::Harbor,
            Self::Ecr | Self::Nothing => RoleNames::None,
        }
    }

    /// Who may write where no rule covers anything.
    ///
    /// In Harbor developers push and maintainers delete (`src/common/rbac/project/rbac_role.go`).
    pub fn writers(self) -> Writers {
        match self {
            Self::Harbor => Writers { push: Role::Developer, delete: Role::Maintainer },
            Self::Gitlab | Self::Ecr | Self::Nothing => {
                Writers { push: Role::Developer, delete: Role::Developer }
            }
        }
    }
}
