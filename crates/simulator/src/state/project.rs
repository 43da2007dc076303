//! A project: the unit that carries rules.

use std::collections::BTreeMap;

use serde_json::Value;
use time::OffsetDateTime;

use super::ids::{GroupId, ProjectId, RepositoryId, UserId};
use super::role::Role;
use super::rule::{RepositoryRule, TagRule};

/// Who may see a project's registry. GitLab: `container_registry_access_level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistryAccess {
    /// Everyone who sees the project.
    Enabled,
    /// Members.
    Private,
    /// Nobody.
    Disabled,
}

impl RegistryAccess {
    /// As REST spells it.
    #[must_use]
    pub fn rest(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Private => "private",
            Self::Disabled => "disabled",
        }
    }

    /// Reads what REST writes.
    #[must_use]
    pub fn from_rest(word: &str) -> Option<Self> {
        match word {
            "enabled" => Some(Self::Enabled),
            "private" => Some(Self::Private),
            "disabled" => Some(Self::Disabled),
            _ => None,
        }
    }
}

/// A group of projects.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// The whole path.
    pub full_path: String,
    /// The group above.
    pub parent: Option<GroupId>,
    /// Direct members; they hold the same role below.
    pub members: BTreeMap<UserId, Role>,
}

/// The unit that carries rules.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its number.
    pub id: ProjectId,
    /// The name to show.
    pub name: String,
    /// The last part of the path.
    pub path: String,
    /// The whole path.
    pub full_path: String,
    /// The group it lies in.
    pub group: GroupId,
    /// One line about it.
    pub description: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When something last happened in it.
    pub last_activity_at: OffsetDateTime,
    /// Whether it is read-only.
    pub archived: bool,
    /// Direct members.
    pub members: BTreeMap<UserId, Role>,
    /// Who may see its registry.
    pub registry_access: RegistryAccess,
    /// Its cleanup policy as stored and echoed.
    pub cleanup_policy: BTreeMap<String, Value>,
    /// Its repositories, oldest first.
    pub repositories: Vec<RepositoryId>,
    /// Its tag rules, oldest first.
    pub tag_rules: Vec<TagRule>,
    /// Its repository rules, oldest first.
    pub repository_rules: Vec<RepositoryRule>,
}
