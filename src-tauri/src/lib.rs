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
use tauri::{Manager as _, RESTART_EXIT_CODE, RunEvent};

/// The exit code of a program that could do nothing because another one has the database open.
const LOCKED_OUT: i32 = 3;

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
            // Without a home everything is kept in memory, and the window says so.
            let data = app.path().app_data_dir().ok();
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
            let mut restarts = false;
            app.run(move |app, event| match event {
                RunEvent::ExitRequested { code, .. } => restarts = code == Some(RESTART_EXIT_CODE),
                RunEvent::Exit => {
                    let console = Arc::clone(&app.state::<Arc<Console>>());
                    tauri::async_runtime::block_on(console.stop());
                    if console.is_locked_out() && !restarts {
                        app.cleanup_before_exit();
                        std::process::exit(LOCKED_OUT);
                    }
                }
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window cannot be opened");
            ExitCode::FAILURE
        }
    }
}
