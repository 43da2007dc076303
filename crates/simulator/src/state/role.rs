//! Roles, and the least role a rule asks for.

use serde::{Deserialize, Serialize};

/// What somebody may do in a project. The numbers are GitLab's access levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 10
    Guest = 10,
    /// 20
    Reporter = 20,
    /// 30
    Developer = 30,
    /// 40
    Maintainer = 40,
    /// 50
    Owner = 50,
    /// 60, an administrator of the whole server
    Admin = 60,
}

impl Role {
    /// GitLab's number for this role.
    #[must_use]
    pub fn level(self) -> u8 {
        self as u8
    }

    /// GitLab's word for this role in GraphQL.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Guest => "GUEST",
            Self::Reporter => "REPORTER",
            Self::Developer => "DEVELOPER",
            Self::Maintainer => "MAINTAINER",
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
        }
    }
}

/// The least role a protected rule asks for. GitLab: Developer is not a legal minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MinimumRole {
    /// 40
    Maintainer = 40,
    /// 50
    Owner = 50,
    /// 60
    Admin = 60,
}

impl MinimumRole {
    /// GitLab's number for this role.
    #[must_use]
    pub fn level(self) -> u8 {
        self as u8
    }

    /// Reads `maintainer`, `owner` or `admin` as REST spells them.
    #[must_use]
    pub fn from_rest(word: &str) -> Option<Self> {
        match word {
            "maintainer" => Some(Self::Maintainer),
            "owner" => Some(Self::Owner),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    /// Reads `MAINTAINER`, `OWNER` or `ADMIN` as GraphQL spells them.
    #[must_use]
    pub fn from_graphql(word: &str) -> Option<Self> {
        match word {
            "MAINTAINER" => Some(Self::Maintainer),
            "OWNER" => Some(Self::Owner),
            "ADMIN" => Some(Self::Admin),
            _ => None,
        }
    }

    /// As REST spells it.
    #[must_use]
    pub fn rest(self) -> &'static str {
        match self {
            Self::Maintainer => "maintainer",
            Self::Owner => "owner",
            Self::Admin => "admin",
        }
    }

    /// As GraphQL spells it.
    #[must_use]
    pub fn graphql(self) -> &'static str {
        match self {
            Self::Maintainer => "MAINTAINER",
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
        }
    }
}
