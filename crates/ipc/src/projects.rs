//! Projects: the units that carry rules.

use serde::{Deserialize, Serialize};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::finding::Finding;
use tagwarden_rules::mutability::Mutability;
use tagwarden_rules::rule::{DraftRule, Role, RoleNames, RuleKind, SavedRule};
use tagwarden_rules::state::StateCounts;
use tagwarden_rules::visibility::KnownRules;

use crate::connections::RegistryKind;
use crate::error::ApiError;

/// Which projects to list, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ProjectsQuery {
    /// The filter as typed (see the filter syntax of the design: words and `key:value`).
    #[serde(deserialize_with = "crate::limits::filter")]
    pub filter: String,
    /// Only projects of the same registry and the same group as this one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::limits::option::id"
    )]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub beside: Option<String>,
    /// A quick filter.
    pub chip: ProjectChip,
    /// Sort column.
    pub sort: ProjectSort,
    /// Largest first.
    pub descending: bool,
    /// First row.
    pub offset: u32,
    /// Rows at most; 500 at the highest.
    pub limit: u32,
}

/// Quick filters above the projects table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum ProjectChip {
    /// All.
    All,
    /// With a warning or an incident.
    Findings,
    /// Without any rule.
    NoRules,
    /// With rules that the account does not see.
    NotVisible,
    /// All rules used.
    LimitReached,
}

/// Columns to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum ProjectSort {
    /// Path.
    Path,
    /// Connection.
    Connection,
    /// Repositories.
    Repositories,
    /// Tags.
    Tags,
    /// Share of open tags.
    Open,
    /// Rules used.
    Rules,
    /// Worst finding.
    Findings,
    /// When it was read.
    ReadAt,
}

/// One page of projects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ProjectsPage {
    /// The rows.
    pub rows: Vec<ProjectRow>,
    /// Rows that pass filter and chip.
    pub total: u32,
    /// Projects in all.
    pub all: u32,
    /// Tags in all projects that were read.
    pub all_tags: u32,
    /// Projects that were never read: what they hold is in none of the numbers.
    pub not_read: u32,
    /// How many pass the filter and each chip.
    pub chips: Vec<ChipCount>,
    /// What is wrong with the filter as typed.
    pub filter_error: Option<FilterError>,
}

/// A chip and its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ChipCount {
    /// Which.
    pub chip: ProjectChip,
    /// How many projects.
    pub count: u32,
}

/// Why a filter cannot be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct FilterError {
    /// The token that cannot be read.
    pub token: String,
    /// A key that was probably meant.
    pub did_you_mean: Option<String>,
}

/// One project in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ProjectRow {
    /// Its id.
    pub id: String,
    /// Group path, e.g. `payments`; empty for a personal project at top level.
    pub group: String,
    /// Name inside the group.
    pub name: String,
    /// Its connection.
    pub connection: String,
    /// The connection's name.
    pub connection_name: String,
    /// Short mark of the product.
    pub mark: String,
    /// Whether it is in the demo.
    pub demo: bool,
    /// Repositories.
    pub repositories: u32,
    /// Tags.
    pub tags: u32,
    /// Tags by state.
    pub states: StateCounts,
    /// Kinds of the rules in force, in order, where they are known.
    pub rules: KnownRules<Vec<RuleKind>>,
    /// What the one rule says where it is a setting; `None`: rules are a list here, or not read yet.
    pub mutability: Option<Mutability>,
    /// Rules allowed.
    pub rule_limit: Option<u32>,
    /// Whether all rules could be seen.
    pub rules_complete: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// The user's role.
    pub role: Option<Role>,
    /// What the roles are called there.
    pub role_names: RoleNames,
    /// Findings, worst first; at most the first three.
    pub findings: Vec<Finding>,
    /// Findings in all.
    pub finding_count: u32,
    /// When it was read (unix seconds); `None`: not yet.
    pub read_at: Option<i64>,
    /// Why it could not be read the last time.
    pub error: Option<ApiError>,
}

/// One project, opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ProjectView {
    /// The row of the table.
    pub row: ProjectRow,
    /// The product.
    pub kind: RegistryKind,
    /// Its page on the server.
    pub web_url: Option<String>,
    /// What its registry can do.
    pub capabilities: Capabilities,
    /// Its repositories.
    pub repositories: Vec<RepositoryView>,
    /// The rules as last read.
    pub rules: KnownRules<Vec<SavedRule>>,
    /// How many tags each rule matches.
    pub rule_tags: Vec<u32>,
    /// Findings about the rules as last read.
    pub findings: Vec<Finding>,
    /// The draft kept on this computer.
    pub draft: Option<Draft>,
}

/// A repository of an opened project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct RepositoryView {
    /// Its id.
    pub id: String,
    /// Its full path, e.g. `payments/ledger-api/worker`.
    pub path: String,
    /// Path inside the project; the project's own name for the root image.
    pub name: String,
    /// Tags.
    pub tags: u32,
}

/// Unsaved changes to a project's rules, or one rule for many projects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Draft {
    /// The rules as they were read when the draft was begun.
    #[serde(deserialize_with = "crate::limits::structure")]
    pub base: Vec<SavedRule>,
    /// The rules as they shall be, in the order shown.
    #[serde(deserialize_with = "crate::limits::structure")]
    pub rules: Vec<DraftRule>,
    /// Index of the rule in the editor.
    pub editing: Option<u32>,
}
