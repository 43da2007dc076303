//! The tags table.

use crate::simulate::MatrixRow;
use serde::{Deserialize, Serialize};
use tagwarden_rules::rule::{Role, RoleNames, SavedRule};
use tagwarden_rules::state::{StateCounts, TagState};
use tagwarden_rules::visibility::KnownRules;

/// Which tags to list, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct TagsQuery {
    /// Only this project.
    #[serde(default, deserialize_with = "crate::limits::option::id")]
    pub project: Option<String>,
    /// The filter as typed: words, and `repo:`, `project:`, `state:`, `digest:`.
    #[serde(deserialize_with = "crate::limits::filter")]
    pub filter: String,
    /// Only this state.
    pub state: Option<TagState>,
    /// Only tags whose digest changed between two reads.
    pub moved: bool,
    /// Repository headings between the rows.
    pub grouped: bool,
    /// Sort column inside the groups.
    pub sort: TagSort,
    /// Largest first.
    pub descending: bool,
    /// First line (headings count).
    pub offset: u32,
    /// Lines at most; 500 at the highest.
    pub limit: u32,
}

/// Columns to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum TagSort {
    /// Name.
    Name,
    /// When it was pushed, or where none is told, when its image was made.
    Pushed,
    /// Size.
    Size,
}

/// One page of tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct TagsPage {
    /// The lines.
    pub lines: Vec<TagLine>,
    /// Lines in all.
    pub total_lines: u32,
    /// Tags that pass the filter.
    pub total: u32,
    /// Tags that pass the filter without the state, by state.
    pub states: StateCounts,
    /// Tags whose digest changed.
    pub moved: u32,
    /// Repositories among them.
    pub repositories: u32,
    /// What is wrong with the filter as typed.
    pub filter_error: Option<crate::projects::FilterError>,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum TagLine {
    /// A repository's heading.
    Repository {
        /// Its path.
        path: String,
        /// Its project.
        project: String,
        /// Tags in it that pass the filter.
        tags: u32,
        /// By state.
        states: StateCounts,
    },
    /// A tag.
    Tag {
        /// The tag.
        tag: Box<TagRow>,
    },
}

/// A tag in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct TagRow {
    /// Project id.
    pub project: String,
    /// Project path.
    pub project_path: String,
    /// Repository id.
    pub repository: String,
    /// Repository path.
    pub repository_path: String,
    /// Name.
    pub name: String,
    /// Full digest, when read.
    pub digest: Option<String>,
    /// State.
    pub state: TagState,
    /// The rule that decides.
    pub deciding: Option<SavedRule>,
    /// Whether the state is what the server says of the tag, because its rules are not visible.
    pub told_by_server: bool,
    /// Lowest role that may push over it; `None`: nobody.
    pub push: Option<Role>,
    /// Lowest role that may delete it; `None`: nobody.
    pub delete: Option<Role>,
    /// What the roles are called there.
    pub roles: RoleNames,
    /// Size in bytes.
    pub size: Option<i64>,
    /// When it was pushed (unix seconds).
    pub pushed_at: Option<i64>,
    /// When its image was made (unix seconds).
    pub created_at: Option<i64>,
    /// Whether its image's date and size are still to be asked for, with `tag_images`.
    pub image_unread: bool,
    /// When its digest was seen to change.
    pub moved_at: Option<i64>,
    /// The digest before.
    pub previous_digest: Option<String>,
}

/// A tag to look at closely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct TagQuestion {
    /// Project id.
    #[serde(deserialize_with = "crate::limits::id")]
    pub project: String,
    /// Repository id.
    #[serde(deserialize_with = "crate::limits::id")]
    pub repository: String,
    /// Name.
    #[serde(deserialize_with = "crate::limits::name")]
    pub name: String,
}

/// One tag, closely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct TagDetails {
    /// The row.
    pub row: TagRow,
    /// Every rule that covers it.
    pub covering: Vec<SavedRule>,
    /// How many rules its project has, where they are known.
    pub rules_known: KnownRules<u32>,
    /// Other tags of the repository with the same digest.
    pub same_digest: Vec<SameDigest>,
    /// Who may overwrite and delete it.
    pub matrix: Vec<MatrixRow>,
}

/// Another tag with the same digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct SameDigest {
    /// Name.
    pub name: String,
    /// State.
    pub state: TagState,
}

/// Images of one repository whose dates and sizes are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ImagesQuestion {
    /// Project id.
    #[serde(deserialize_with = "crate::limits::id")]
    pub project: String,
    /// Repository id.
    #[serde(deserialize_with = "crate::limits::id")]
    pub repository: String,
    /// Their digests; the first 200 are asked for.
    #[serde(deserialize_with = "crate::limits::list::name")]
    pub digests: Vec<String>,
}

/// What an image says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Image {
    /// Its digest.
    pub digest: String,
    /// When it was made (unix seconds); one of several platforms speaks for all.
    pub created_at: Option<i64>,
    /// Size in bytes; none of what is several images.
    pub size: Option<i64>,
}
