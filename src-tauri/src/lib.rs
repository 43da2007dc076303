//! The desktop shell: the window, its permissions, and thin adapters from Tauri to the console.
//!
//! The only place that knows Tauri. Whatever the program can do is in `tagwarden-console`.

pub mod graphics;

mod handlers;
mod logging;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use tagwarden_console::{Config, Console};
use tauri::Manager as _;

/// Opens the window and runs until it is closed.
pub fn run() -> ExitCode {
    let started = window::StartedAt::now();
    logging::start();
    tagwarden_console::forbid_dumps();
    let mut builder = tauri::Builder::default();
    if !window::is_automated() {
        // First of all plugins: a second start must end before it opens the database.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| window::bring_to_front(app)));
        builder = builder.plugin(tauri_plugin_window_state::Builder::default().build());
    }
    let app = builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_opener::init())
        .setup(move |app| {
            let data = app.path().app_data_dir()?;
            let console = tauri::async_runtime::block_on(Console::start(Config::system(data)));
            app.manage(Arc::new(console));
            app.manage(started);
            window::open(app.handle())?;
            Ok(())
        })
        .invoke_handler(handlers::all())
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| {
                if let tauri::RunEvent::Exit = event {
                    let console = Arc::clone(&app.state::<Arc<Console>>());
                    tauri::async_runtime::block_on(console.stop());
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window cannot be opened");
            ExitCode::FAILURE
        }
    }
}
