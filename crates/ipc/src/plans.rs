//! Plans: what would be changed where, shown before anything is sent, and what became of it.

use serde::{Deserialize, Serialize};
use tagwarden_rules::decision::Actor;
use tagwarden_rules::plan::{Change, Obstacle};
use tagwarden_rules::preview::LevelChange;
use tagwarden_rules::rule::{RoleNames, Rule, SavedRule};
use tagwarden_rules::state::{StateCounts, TagState};

use crate::error::ApiError;

/// What to plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "plan", rename_all = "snake_case")]
pub enum PlanRequest {
    /// The draft of one project.
    Project {
        /// Its id.
        #[serde(deserialize_with = "crate::limits::id")]
        project: String,
        /// The draft.
        draft: crate::projects::Draft,
    },
    /// One new rule for many projects.
    Bulk {
        /// Their ids.
        #[serde(deserialize_with = "crate::limits::list::id")]
        projects: Vec<String>,
        /// The rule.
        #[serde(deserialize_with = "crate::limits::structure")]
        rule: Rule,
    },
    /// The reverse of a run.
    Undo {
        /// The run.
        #[serde(deserialize_with = "crate::limits::id")]
        run: String,
    },
}

/// A plan, made against rules that were read just now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Plan {
    /// Its id; it can be applied once.
    pub id: String,
    /// The run it undoes.
    pub undoes: Option<String>,
    /// Each project's part.
    pub projects: Vec<ProjectPlanView>,
    /// Changes in all.
    pub changes: u32,
    /// Tags that change state in all.
    pub changed_tags: u32,
    /// Tags looked at.
    pub tags: u32,
    /// Tags that become immutable in all.
    pub becoming_immutable: u32,
    /// Tags that lose cover in all.
    pub losing_cover: u32,
    /// Whether the user has to say that they understand.
    pub needs_confirmation: bool,
    /// One group for each change of state.
    pub groups: Vec<StateGroup>,
    /// Tags that keep their state but ask for other roles, largest group first.
    pub level_changes: Vec<LevelChange>,
    /// How long it may take to be enforced, in seconds (lowest, highest).
    pub propagation_seconds: Option<(u32, u32)>,
    /// The same calls as a shell script, without a token.
    pub script: String,
}

/// One project's part of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ProjectPlanView {
    /// Project id.
    pub project: String,
    /// Its path.
    pub path: String,
    /// The connection's name.
    pub connection_name: String,
    /// What the roles are called there.
    pub roles: RoleNames,
    /// What will happen.
    pub outcome: PlanOutcome,
    /// The changes, in the order of the calls.
    pub changes: Vec<Change>,
    /// What cannot be done, by rule.
    pub obstacles: Vec<Obstacle>,
    /// The calls, in order.
    pub calls: Vec<Call>,
    /// Tags that change state.
    pub changed_tags: u32,
    /// Tags in the project.
    pub tags: u32,
    /// What others changed since the draft was begun.
    pub conflicts: Vec<ConflictView>,
    /// Why the project could not be read.
    pub error: Option<ApiError>,
}

/// What will happen to a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum PlanOutcome {
    /// Its rules will be changed.
    Change,
    /// The rule is there already.
    AlreadyThere,
    /// It cannot be done.
    Cannot,
    /// The rules changed since the draft was begun.
    Conflict,
    /// It could not be read.
    Unreadable,
}

/// One call to the registry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Call {
    /// HTTP method.
    pub method: String,
    /// Path, and the mutation where it is GraphQL.
    pub path: String,
    /// The name of the GraphQL mutation.
    pub operation: Option<String>,
    /// Which of the project's changes it belongs to; one change may take several calls.
    pub change: u32,
}

/// A rule that somebody else changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ConflictView {
    /// As the draft knew it; `None`: it was added since.
    pub was: Option<SavedRule>,
    /// As it is; `None`: it was deleted since.
    pub now: Option<SavedRule>,
}

/// Tags that change state in one way, and what that means for whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct StateGroup {
    /// From.
    pub from: TagState,
    /// To.
    pub to: TagState,
    /// Tags.
    pub tags: u32,
    /// A few of them.
    pub examples: Vec<String>,
    /// Who may do what before and after.
    pub rows: Vec<GroupRow>,
}

/// One actor's rights before and after; `None`: it differs among the tags or cannot be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct GroupRow {
    /// Who.
    pub actor: Actor,
    /// Push a new tag.
    pub push_new: (Option<bool>, Option<bool>),
    /// Overwrite.
    pub overwrite: (Option<bool>, Option<bool>),
    /// Delete.
    pub delete: (Option<bool>, Option<bool>),
}

/// Carry a plan out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ApplyRequest {
    /// The plan.
    #[serde(deserialize_with = "crate::limits::id")]
    pub plan: String,
    /// Whether the user said that they understand what cannot be undone by editing.
    pub confirmed: bool,
}

/// Where one project's part stands while applying.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ApplyProgress {
    /// Project id.
    pub project: String,
    /// State of each change, in order.
    pub changes: Vec<ApplyState>,
    /// Why it stopped.
    pub error: Option<ApiError>,
}

/// State of one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum ApplyState {
    /// Not begun.
    Waiting,
    /// Sent.
    Running,
    /// Done and read back.
    Done,
    /// Some of its calls were made, the others were refused.
    Partial,
    /// Refused or failed; nothing was changed.
    Failed,
    /// It got no complete answer, and the rules do not show it.
    NotMade,
    /// Sent; whether it was made is not known yet and is looked up again.
    Unclear,
    /// The old rule was deleted and nothing stands in its place yet. A rule is made again as soon as the
    /// registry lets it be.
    Exposed,
    /// The rule was deleted, the new one was refused, and the old one was put back as it was.
    Restored,
    /// The rule was deleted, and the server refuses both the new one and the old one.
    Lost,
    /// What became of it cannot be found out any more.
    Unverifiable,
    /// Not sent, since an earlier one failed or somebody cancelled.
    Skipped,
}

/// What became of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct RunSummary {
    /// The run.
    pub run: String,
    /// Changes done.
    pub done: u32,
    /// Changes failed.
    pub failed: u32,
    /// Changes whose outcome is unclear.
    pub unclear: u32,
    /// Changes that deleted a rule in whose place nothing stands yet.
    pub exposed: u32,
    /// Changes not sent.
    pub skipped: u32,
    /// Projects changed.
    pub projects: u32,
    /// Tags that changed state.
    pub changed_tags: u32,
    /// States before in the projects concerned.
    pub before: StateCounts,
    /// States after.
    pub after: StateCounts,
}
