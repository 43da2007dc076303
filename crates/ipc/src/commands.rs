//! The one list of commands. Handlers, permissions and TypeScript all come from it.

pub use tagwarden_rules::cleanup::{Cleanup, CleanupPreview};

use crate::connections::{ConnectionDraft, ConnectionSummary, RegistryKind};
use crate::error::ApiError;
use crate::jobs::JobId;
use crate::journal::{JournalPage, JournalQuery, OpenChanges, RunView};
use crate::plans::{ApplyRequest, PlanRequest};
use crate::preview::{
    BlockQuestion, BlockWritten, PatternQuestion, PatternReading, PreviewAnswer, PreviewRequest,
};
use crate::projects::{Draft, ProjectView, ProjectsPage, ProjectsQuery};
use crate::settings::{AppStart, KeychainState, Settings, SettingsDraft};
use crate::simulate::{SimulateAnswer, SimulateRequest};
use crate::tags::{Image, ImagesQuestion, TagDetails, TagQuestion, TagsPage, TagsQuery};

/// Hands the list of commands to a macro: `name(Request) -> Answer, set`, with its permission set.
///
/// A host expands it once for its handlers, so that a command without a handler does not compile.
#[macro_export]
macro_rules! with_commands {
    ($callback:ident) => {
        $callback! {
            /// What the window shows first.
            app_start(()) -> AppStart, read;
            /// The keychain's state, probed anew.
            keychain_state(()) -> KeychainState, read;
            /// Saves the settings.
            settings_save(SettingsDraft) -> Settings, settings;

            /// Tries a connection; checks arrive as events.
            connection_test(ConnectionDraft) -> JobId, connections;
            /// Saves a connection and puts its token where it belongs.
            connection_save(ConnectionDraft) -> ConnectionSummary, connections;
            /// Forgets a connection, its token and what was read from it. The registry is not touched.
            connection_remove(String) -> (), connections;
            /// All connections.
            connections(()) -> Vec<ConnectionSummary>, read;
            /// Starts the built-in demo registry, adds it as a connection and reads it.
            demo_open(RegistryKind) -> JobId, connections;

            /// Reads a connection's projects, tags and rules.
            sync_start(String) -> JobId, jobs;
            /// Reads one project again.
            project_refresh(String) -> JobId, jobs;
            /// Stops a job; what it did so far stays.
            job_cancel(JobId) -> (), jobs;

            /// A page of projects.
            projects_page(ProjectsQuery) -> ProjectsPage, read;
            /// The ids of all projects that pass the query.
            projects_ids(ProjectsQuery) -> Vec<String>, read;
            /// One project, opened.
            project_open(String) -> ProjectView, read;
            /// A project's cleanup policy, asked of the registry now; `None`: it has none.
            project_cleanup(String) -> Option<Cleanup>, read;
            /// What that policy would do now, by the registry's own preview, which may take minutes; `None`:
            /// it makes none.
            project_cleanup_preview(String) -> Option<CleanupPreview>, read;

            /// Keeps a draft on this computer. The key is a project id, or `bulk`.
            draft_save(DraftSave) -> (), drafts;
            /// Throws a draft away.
            draft_discard(String) -> (), drafts;

            /// What draft rules would do.
            preview(PreviewRequest) -> PreviewAnswer, read;
            /// What a pattern says.
            pattern_read(PatternQuestion) -> PatternReading, read;
            /// A building block as a pattern.
            pattern_write(BlockQuestion) -> BlockWritten, read;

            /// A page of tags.
            tags_page(TagsQuery) -> TagsPage, read;
            /// One tag, closely.
            tag_details(TagQuestion) -> TagDetails, read;
            /// Dates and sizes of images, asked of the registry now, of those that can be read.
            tag_images(ImagesQuestion) -> Vec<Image>, read;
            /// May this actor do this to this tag?
            simulate(SimulateRequest) -> SimulateAnswer, read;

            /// Makes a plan against rules read now; it arrives as the job's result.
            plan_start(PlanRequest) -> JobId, plans;
            /// Carries a plan out.
            apply_start(ApplyRequest) -> JobId, changes;

            /// A page of the journal.
            journal_page(JournalQuery) -> JournalPage, read;
            /// One run, with all its changes.
            journal_run(String) -> RunView, read;
            /// Changes whose outcome is open.
            journal_open(()) -> OpenChanges, read;
        }
    };
}

/// A draft and where it belongs.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct DraftSave {
    /// A project id, or `bulk`.
    #[serde(deserialize_with = "crate::limits::id")]
    pub key: String,
    /// The draft.
    pub draft: Draft,
}

macro_rules! declare {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $answer:ty, $set:ident;)*) => {
        /// What every host of the console can be asked.
        #[async_trait::async_trait]
        pub trait Commands: Send + Sync {
            $($(#[$doc])* async fn $name(&self, request: $request) -> Result<$answer, ApiError>;)*
        }

        /// Names of all commands, in the order of the list.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Each command with the permission set it belongs to.
        pub const PERMISSIONS: &[(&str, &str)] = &[$((stringify!($name), stringify!($set))),*];

        /// Each command with its request and answer, as TypeScript types.
        #[cfg(feature = "typescript")]
        pub fn signatures(config: &ts_rs::Config) -> Vec<(&'static str, String, String)> {
            vec![$((stringify!($name), <$request as ts_rs::TS>::name(config), <$answer as ts_rs::TS>::name(config))),*]
        }

        /// Writes every type that a command mentions to `bindings.ts`.
        #[cfg(feature = "typescript")]
        pub fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            $(export_one::<$request>(config)?; export_one::<$answer>(config)?;)*
            export_one::<crate::jobs::JobEvent>(config)
        }
    };
}

#[cfg(feature = "typescript")]
fn export_one<T>(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError>
where
    T: ts_rs::TS,
    T::OptionInnerType: ts_rs::TS + Sized + 'static,
{
    // Numbers, text, unit and lists have no declaration of their own; neither has an option, what is in
    // it has.
    match <T::OptionInnerType as ts_rs::TS>::export_all(config) {
        Err(ts_rs::ExportError::CannotBeExported(_)) => {
            let mut items = Items { config, exported: Ok(()) };
            <T::OptionInnerType as ts_rs::TS>::visit_generics(&mut items);
            items.exported
        }
        other => other,
    }
}

/// Exports what a list holds.
#[cfg(feature = "typescript")]
struct Items<'a> {
    config: &'a ts_rs::Config,
    exported: Result<(), ts_rs::ExportError>,
}

#[cfg(feature = "typescript")]
impl ts_rs::TypeVisitor for Items<'_> {
    fn visit<T: ts_rs::TS + 'static + ?Sized>(&mut self) {
        if self.exported.is_ok() && T::output_path().is_some() {
            self.exported = T::export_all(self.config);
        }
    }
}

with_commands!(declare);
