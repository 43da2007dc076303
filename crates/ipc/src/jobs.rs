//! Jobs: work longer than a moment, with progress and cancel.
//!
//! A command that starts a job answers with its id at once; everything else arrives as
//! [`JobEvent`]s on the one channel that the window opened at start.

use serde::{Deserialize, Serialize};

use crate::connections::{Check, ConnectionSummary};
use crate::error::ApiError;
use crate::plans::{ApplyProgress, Plan, RunSummary};

/// Number of a job, unique in one run of the program.
pub type JobId = u32;

/// What a job works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Tries a connection before it is saved.
    TestConnection,
    /// Reads a registry.
    Sync,
    /// Reads one project again.
    Refresh,
    /// Makes a plan.
    Plan,
    /// Carries a plan out.
    Apply,
    /// Starts the demo registry and reads it.
    Demo,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Progress {
    /// Which job.
    pub job: JobId,
    /// What it is.
    pub kind: JobKind,
    /// The connection it is about.
    pub connection: Option<String>,
    /// Projects done.
    pub done: u32,
    /// Projects in all, once known.
    pub total: Option<u32>,
    /// Tags read so far.
    pub tags: u32,
    /// Projects that could not be read or changed.
    pub failed: u32,
    /// Seconds until the server may be asked again, while waiting for it.
    pub waiting: Option<u32>,
}

/// What the job channel carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum JobEvent {
    /// A job is under way.
    Progress {
        /// How far.
        progress: Progress,
    },
    /// One check of a connection test changed.
    Check {
        /// Which job.
        job: JobId,
        /// The check as it is now.
        check: Check,
    },
    /// One call of an apply changed.
    Applying {
        /// Which job.
        job: JobId,
        /// The project's state now.
        progress: ApplyProgress,
    },
    /// A job ended.
    Ended {
        /// Which job.
        job: JobId,
        /// What it was.
        kind: JobKind,
        /// How.
        result: Box<JobResult>,
    },
    /// Something the window shows may be out of date.
    Changed {
        /// What.
        what: Changed,
        /// The project, when it is one.
        project: Option<String>,
    },
}

/// What became out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Projects, their counts, rules or findings.
    Projects,
    /// Connections or their health.
    Connections,
    /// The journal.
    Journal,
    /// The keychain's state.
    Keychain,
    /// What is wrong with the database.
    Database,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum JobResult {
    /// The connection test is complete; the checks were sent before.
    Tested {
        /// Whether the connection can be saved.
        can_save: bool,
    },
    /// The registry was read.
    Synced {
        /// Projects read.
        projects: u32,
        /// Tags read.
        tags: u32,
        /// Projects that could not be read.
        failed: u32,
        /// Whether everything could be read.
        complete: bool,
    },
    /// The project was read again.
    Refreshed {
        /// Its id.
        project: String,
    },
    /// The demo runs and is read.
    DemoReady {
        /// Its connection.
        connection: Box<ConnectionSummary>,
    },
    /// The plan is made.
    Planned {
        /// The plan.
        plan: Box<Plan>,
    },
    /// The plan was carried out, in whole or in part.
    Applied {
        /// What became of it.
        run: RunSummary,
    },
    /// Somebody cancelled it; what was done stays.
    Cancelled {
        /// The run, when changes were made before.
        run: Option<RunSummary>,
    },
    /// It failed.
    Failed {
        /// Why.
        error: Box<ApiError>,
    },
}
