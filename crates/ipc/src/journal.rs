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
    #[serde(deserialize_with = "crate::limits::filter")]
    pub filter: String,
    /// Only one project.
    #[serde(default, deserialize_with = "crate::limits::option::id")]
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
    /// When it ended; `None`: it runs, or it was cut off.
    pub finished_at: Option<i64>,
    /// Whether it is under way.
    pub running: bool,
    /// The run it undid.
    pub undoes: Option<String>,
    /// The latest run that took changes of it back, in whole or in part.
    pub undone_by: Option<String>,
    /// Whether an undo can be planned.
    pub can_undo: bool,
    /// How much of it was taken back.
    pub undo: UndoCounts,
    /// How its changes ended.
    pub counts: ChangeCounts,
    /// Projects in it.
    pub projects: u32,
    /// Changes, the first 50.
    pub entries: Vec<EntryView>,
    /// Changes in all.
    pub entry_count: u32,
    /// Tags that changed state.
    pub changed_tags: u32,
}

/// Changes whose outcome is open, over all runs that are not under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct OpenChanges {
    /// It is not known yet whether they were made.
    pub unclear: u32,
    /// They deleted a rule, and nothing stands in its place yet.
    pub exposed: u32,
}

/// How many changes of a run were taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct UndoCounts {
    /// Taken back.
    pub undone: u32,
    /// Not taken back, and it can be.
    pub left: u32,
    /// Not taken back, and the project is out of reach: deleted, hidden, or its connection removed.
    pub out_of_reach: u32,
}

/// How many changes of a run ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ChangeCounts {
    /// Done.
    pub done: u32,
    /// Some of their calls made, the others refused.
    pub partial: u32,
    /// Refused.
    pub failed: u32,
    /// Without a complete answer and without a trace in the rules.
    pub not_made: u32,
    /// Not known yet.
    pub unclear: u32,
    /// The old rule deleted and nothing in its place yet.
    pub exposed: u32,
    /// Refused half-way, and the old rule put back.
    pub restored: u32,
    /// The old rule deleted, and nothing could be created again.
    pub lost: u32,
    /// Not sent.
    pub skipped: u32,
    /// Cannot be found out any more.
    pub unverifiable: u32,
    /// Waiting or under way.
    pub pending: u32,
}

/// Why it cannot be found out what became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Unverifiable {
    /// The project is deleted, or not visible to this account any more.
    ProjectGone,
    /// The project's container registry is switched off.
    RegistryOff,
    /// The connection was removed.
    ConnectionRemoved,
    /// The account may not read the project's rules any more.
    NoAccess,
    /// Not all of the project's rules can be seen.
    RulesHidden,
    /// The rule was changed again since, by a later run or by somebody else.
    Overtaken,
}

/// How long a project went without a rule that a change deleted before it created the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Exposure {
    /// When the old rule was deleted (unix seconds).
    pub from: i64,
    /// When a rule stood in its place again; `None`: none does yet.
    pub until: Option<i64>,
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
    /// Why that cannot be found out any more.
    pub reason: Option<Unverifiable>,
    /// When nothing stood in the place of the rule that it deleted.
    pub exposure: Option<Exposure>,
    /// Whether it was taken back.
    pub undone: bool,
    /// Why it failed.
    pub error: Option<ApiError>,
    /// Tags that changed state.
    pub changed_tags: u32,
    /// States before.
    pub before: StateCounts,
    /// States after.
    pub after: StateCounts,
}
