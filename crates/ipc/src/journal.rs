//! The journal: every change made from here, kept on this computer.

use serde::{Deserialize, Serialize};
use tagwarden_rules::plan::Change;
use tagwarden_rules::state::StateCounts;

use crate::error::ApiError;
use crate::plans::ApplyState;

/// Which runs to list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct JournalQuery {
    /// Project, pattern or actor.
    pub filter: String,
    /// Only one project.
    pub project: Option<String>,
    /// A quick filter.
    pub chip: JournalChip,
    /// First run.
    pub offset: u32,
    /// Runs at most; 200 at the highest.
    pub limit: u32,
}

/// Quick filters of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum JournalChip {
    /// All.
    All,
    /// At least one change done.
    Done,
    /// At least one refused, failed or unclear.
    Refused,
}

/// One page of the journal, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct JournalPage {
    /// The runs.
    pub runs: Vec<RunView>,
    /// Runs in all.
    pub total: u32,
    /// Numbers of the chips: all, done, refused.
    pub chips: (u32, u32, u32),
}

/// One run: the changes that were applied together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// When it began (unix seconds).
    pub started_at: i64,
    /// When it ended; `None`: it was cut off.
    pub finished_at: Option<i64>,
    /// The run it undid.
    pub undoes: Option<String>,
    /// The run that undid it.
    pub undone_by: Option<String>,
    /// Whether an undo can be planned.
    pub can_undo: bool,
    /// Projects in it.
    pub projects: u32,
    /// Changes, the first 50.
    pub entries: Vec<EntryView>,
    /// Changes in all.
    pub entry_count: u32,
    /// Tags that changed state.
    pub changed_tags: u32,
}

/// One change of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct EntryView {
    /// Project id.
    pub project: String,
    /// Project path.
    pub path: String,
    /// The connection's name.
    pub connection_name: String,
    /// The change.
    pub change: Change,
    /// What became of it.
    pub state: ApplyState,
    /// Why it failed.
    pub error: Option<ApiError>,
    /// Tags that changed state.
    pub changed_tags: u32,
    /// States before.
    pub before: StateCounts,
    /// States after.
    pub after: StateCounts,
}
