//! The one window.

use std::time::Instant;

use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder};

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
    let development = app.config().build.dev_url.clone().filter(|_| cfg!(dev));
    let mut window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Tagwarden")
        .inner_size(1280.0, 820.0)
        .min_inner_size(1024.0, 680.0)
        .disable_drag_drop_handler()
        // The engine runs timers and frames only in a visible window, and drivers wait for both.
        .visible(is_automated())
        .on_navigation(move |url| is_own_page(url, development.as_ref()));
    if !has_folder(app) {
        // The engine keeps nothing; without the second it would want to make the folder all the same.
        window = window.incognito(true).data_directory(std::env::temp_dir());
    }
    window.build()?;
    Ok(())
}

/// Whether the engine has a folder of its own, or can make it.
fn has_folder(app: &AppHandle) -> bool {
    app.path().app_local_data_dir().is_ok_and(|folder| std::fs::create_dir_all(folder).is_ok())
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

/// The window shows its own pages only; links to elsewhere open in the user's browser. `development` is the
/// server that the pages come from while they are being written.
fn is_own_page(url: &Url, development: Option<&Url>) -> bool {
    // Windows and Android give the pages an address that looks like a server's.
    let own = if cfg!(any(windows, target_os = "android")) {
        ["http", "https"].contains(&url.scheme())
            && url.host_str() == Some("tauri.localhost")
            && url.port().is_none()
    } else {
        url.scheme() == "tauri" && url.host_str() == Some("localhost") && url.port().is_none()
    };
    own || url.as_str() == "about:blank" || development.is_some_and(|server| server.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn own(url: &str, development: Option<&str>) -> bool {
        let development = development.map(|server| Url::parse(server).unwrap());
        is_own_page(&Url::parse(url).unwrap(), development.as_ref())
    }

    #[test]
    fn the_window_shows_its_own_origin_only() {
        let pages = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };
        assert!(own(&format!("{pages}/index.html#/projects"), None));
        assert!(own("about:blank", None));
        for far in [
            "http://tauri.localhost:8080/",
            "https://tauri.localhost:8443/",
            "http://localhost:5173/",
            "https://evil.example/",
            "https://tauri.localhost.evil.example/",
            "tauri://localhost:81/",
            "tauri://evil.example/",
            "about:srcdoc",
            "file:///etc/passwd",
            "data:text/html,x",
        ] {
            assert!(!own(far, None), "{far}");
        }
        // The two addresses are the same place on one system only.
        assert_eq!(own("http://tauri.localhost/", None), cfg!(windows));
        assert_eq!(own("tauri://localhost/", None), !cfg!(windows));
    }

    #[test]
    fn the_development_server_is_one_origin() {
        let server = Some("http://localhost:5173");
        assert!(own("http://localhost:5173/src/main.tsx", server));
        for far in ["http://localhost:5174/", "https://localhost:5173/", "http://127.0.0.1:5173/"] {
            assert!(!own(far, server), "{far}");
        }
    }
}
