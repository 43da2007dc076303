//! One thin adapter for each command of the wire, made from the one list.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use tagwarden_console::Console;
use tagwarden_ipc::commands::{Cleanup, CleanupPreview, DraftSave};
use tagwarden_ipc::connections::{ConnectionDraft, ConnectionSummary, RegistryKind};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobId};
use tagwarden_ipc::journal::{JournalPage, JournalQuery, OpenChanges, RunView};
use tagwarden_ipc::plans::{ApplyRequest, PlanRequest};
use tagwarden_ipc::preview::{
    BlockQuestion, BlockWritten, PatternQuestion, PatternReading, PreviewAnswer, PreviewRequest,
};
use tagwarden_ipc::projects::{ProjectView, ProjectsPage, ProjectsQuery};
use tagwarden_ipc::settings::{AppStart, KeychainState, Settings, SettingsDraft};
use tagwarden_ipc::simulate::{SimulateAnswer, SimulateRequest};
use tagwarden_ipc::tags::{Image, ImagesQuestion, TagDetails, TagQuestion, TagsPage, TagsQuery};
use tagwarden_ipc::{ApiError, Commands as _, with_commands};
use tauri::ipc::{Channel, Invoke};
use tauri::{AppHandle, State};

use crate::window;

type Host<'a> = State<'a, Arc<Console>>;

macro_rules! adapters {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $answer:ty, $set:ident;)*) => {
        $(
            $(#[$doc])*
            #[tauri::command]
            async fn $name(console: Host<'_>, request: $request) -> Result<$answer, ApiError> {
                guarded(console.$name(request)).await
            }
        )*

        /// Every command the window can call.
        pub(crate) fn all() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![jobs_listen, app_ready, $($name),*]
        }
    };
}

with_commands!(adapters);

/// A bug in one command answers with an error, instead of leaving the window waiting for ever.
async fn guarded<T>(command: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    match AssertUnwindSafe(command).catch_unwind().await {
        Ok(result) => result,
        Err(_) => Err(ApiError::new(ErrorCode::Internal)),
    }
}

/// Opens the channel on which all job events arrive; a later call replaces it.
#[tauri::command]
async fn jobs_listen(console: Host<'_>, channel: Channel<JobEvent>) -> Result<(), ApiError> {
    console.listen(move |event| channel.send(event).is_ok());
    Ok(())
}

/// The first screen is painted: shows the window, and answers with the milliseconds since the start.
#[tauri::command]
async fn app_ready(app: AppHandle, started: State<'_, window::StartedAt>) -> Result<u64, ApiError> {
    window::show(&app);
    let milliseconds = started.milliseconds();
    tracing::info!(milliseconds, "first screen painted");
    Ok(milliseconds)
}
