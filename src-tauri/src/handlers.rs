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
use tagwarden_ipc::limits::{self, Request};
use tagwarden_ipc::plans::{ApplyRequest, PlanRequest};
use tagwarden_ipc::preview::{
    BlockQuestion, BlockWritten, PatternQuestion, PatternReading, PreviewAnswer, PreviewRequest,
};
use tagwarden_ipc::projects::{ProjectView, ProjectsPage, ProjectsQuery};
use tagwarden_ipc::settings::{AppStart, KeychainState, Settings, SettingsDraft};
use tagwarden_ipc::simulate::{SimulateAnswer, SimulateRequest};
use tagwarden_ipc::tags::{Image, ImagesQuestion, TagDetails, TagQuestion, TagsPage, TagsQuery};
use tagwarden_ipc::{ApiError, Commands as _, with_commands};
use tauri::ipc::{Channel, CommandArg, CommandItem, Invoke, InvokeBody, InvokeError};
use tauri::{AppHandle, Runtime, State};

use crate::window;

type Host<'a> = State<'a, Arc<Console>>;

macro_rules! adapters {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $answer:ty, $set:ident;)*) => {
        $(
            $(#[$doc])*
            #[tauri::command]
            async fn $name(console: Host<'_>, request: Bounded<$request>) -> Result<$answer, ApiError> {
                guarded(&console, console.$name(request.0)).await
            }
        )*

        /// Every command the window can call.
        pub(crate) fn all() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![jobs_listen, app_ready, app_restart, $($name),*]
        }
    };
}

with_commands!(adapters);

/// A request that was read up to its limits; a longer one, and one that cannot be read, is refused with an
/// error that is data as all others are.
struct Bounded<T>(T);

impl<'de, R: Runtime, T: Request> CommandArg<'de, R> for Bounded<T> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let request = match command.message.payload() {
            InvokeBody::Json(arguments) => arguments.get(command.key),
            InvokeBody::Raw(_) => None,
        };
        let request = request.unwrap_or(&serde_json::Value::Null);
        limits::read(request).map(Bounded).map_err(InvokeError::from)
    }
}

/// A bug in one command answers with an error, instead of leaving the window waiting for ever.
async fn guarded<T>(
    console: &Console,
    command: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    match AssertUnwindSafe(command).catch_unwind().await {
        Ok(result) => result.map_err(|error| console.note(error)),
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

/// Starts the program again: the next start sets a damaged database aside, or finds it free.
#[tauri::command]
async fn app_restart(app: AppHandle) -> Result<(), ApiError> {
    app.request_restart();
    Ok(())
}
