//! The one window.

use std::time::Instant;

use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindowBuilder};

const LABEL: &str = "main";

/// When the program started, to tell how long the first screen took.
pub(crate) struct StartedAt(Instant);

impl StartedAt {
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn milliseconds(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Whether a driver steers this window (tests): then several may run at once, and none remembers
/// where it was.
pub(crate) fn is_automated() -> bool {
    std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// Makes the window, hidden until its first screen is painted.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Tagwarden")
        .inner_size(1280.0, 820.0)
        .min_inner_size(1024.0, 680.0)
        .disable_drag_drop_handler()
        // The engine runs timers and frames only in a visible window, and drivers wait for both.
        .visible(is_automated())
        .on_navigation(is_own_page)
        .build()?;
    Ok(())
}

/// Shows the window; called when its first screen is painted.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.show();
    }
}

/// Raises the window when somebody starts the program a second time.
pub(crate) fn bring_to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// The window shows its own pages only; links to elsewhere open in the user's browser.
fn is_own_page(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" | "about" => true,
        "http" | "https" => {
            url.host_str() == Some("tauri.localhost") || (cfg!(dev) && url.host_str() == Some("localhost"))
        }
        _ => false,
    }
}
