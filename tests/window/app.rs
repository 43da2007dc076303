//! The real program in a desktop of its own, driven like a browser.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use crate::page::Page;

/// How long the driver lets a script of a test run: longer than any test waits for anything.
const SCRIPT: Duration = Duration::from_secs(150);

/// One window at a time: there is one display and one keyring.
static DESKTOP: Mutex<()> = Mutex::const_new(());

/// The folders of one user of the program. A window that is closed and opened again on the same home
/// finds what it left there.
pub(crate) struct Home {
    root: TempDir,
    windows: usize,
    _desktop: MutexGuard<'static, ()>,
}

impl Home {
    pub(crate) async fn new() -> Self {
        assert!(
            std::env::var_os("DISPLAY").is_some() && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some(),
            "the window's tests need a desktop: run them as `scripts/with-desktop cargo test -p tagwarden-tests --test window`"
        );
        let desktop = DESKTOP.lock().await;
        Self { root: tempfile::tempdir().unwrap(), windows: 0, _desktop: desktop }
    }

    /// Everything the program may write to.
    pub(crate) fn folder(&self) -> &Path {
        self.root.path()
    }

    /// What the program has logged so far, in all windows.
    pub(crate) fn logs(&self) -> String {
        (1..=self.windows).map(|n| std::fs::read_to_string(self.log_of(n)).unwrap()).collect()
    }

    fn log_of(&self, window: usize) -> PathBuf {
        self.root.path().join(format!("window-{window}.log"))
    }

    /// Opens the window and waits for its first screen.
    pub(crate) async fn open(&mut self) -> App {
        self.open_with(&[]).await
    }

    /// Opens the window with more in its environment.
    pub(crate) async fn open_with(&mut self, environment: &[(&str, &str)]) -> App {
        self.windows += 1;
        let log = std::fs::File::create(self.log_of(self.windows)).unwrap();
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HOME", self.root.path())
            .env("XDG_DATA_HOME", self.root.path().join("data"))
            .env("XDG_CONFIG_HOME", self.root.path().join("config"))
            .env("XDG_CACHE_HOME", self.root.path().join("cache"))
            .env("LC_ALL", "C.UTF-8")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .process_group(0);
        let driver = Driver::new(driver.spawn().expect("WebKitWebDriver (Debian package webkit2gtk-driver)"));
        let client = session(port).await;
        let timeouts = fantoccini::wd::TimeoutConfiguration::new(Some(SCRIPT), None, None);
        client.update_timeouts(timeouts).await.unwrap();
        App { page: Page::new(client.clone()), client, driver }
    }
}

/// A window that is open.
pub(crate) struct App {
    pub(crate) page: Page,
    client: Client,
    driver: Driver,
}

impl App {
    /// Closes the window; what was written stays in the home.
    pub(crate) async fn close(self) {
        let Self { client, driver, .. } = self;
        client.close().await.unwrap();
        drop(driver);
    }
}

impl std::ops::Deref for App {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

/// The driver and the program it has started; both end with this.
struct Driver {
    child: Child,
    /// Dropped with the driver, which calls the watch off.
    _watched: mpsc::Sender<()>,
}

/// How long a window may be open: a driver or page that hangs must not hang the tests.
const LONGEST: Duration = Duration::from_secs(400);

impl Driver {
    fn new(child: Child) -> Self {
        let (watched, watch) = mpsc::channel::<()>();
        let group = child.id();
        std::thread::spawn(move || {
            if watch.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout) {
                end(group);
            }
        });
        Self { child, _watched: watched }
    }
}

/// Ends the whole group, because the program must not outlive a test that failed.
fn end(group: u32) {
    let _ = Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).stderr(Stdio::null()).status();
}

impl Drop for Driver {
    fn drop(&mut self) {
        end(self.child.id());
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The program under test, as the build has left it.
fn binary() -> PathBuf {
    let built = std::env::current_exe().unwrap();
    let folder = built.parent().and_then(Path::parent).unwrap();
    let binary = folder.join("tagwarden-desktop");
    assert!(binary.exists(), "{} is not built: cargo build -p tagwarden", binary.display());
    binary
}

async fn session(port: u16) -> Client {
    let mut capabilities = Capabilities::new();
    let options = json!({ "binary": binary(), "args": [] });
    capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
    let address = format!("http://127.0.0.1:{port}");
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    wait_for_port(port, deadline).await;
    ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&address)
        .await
        .expect("a session with the program")
}

/// The driver listens a moment after it was started, and says so to nobody.
async fn wait_for_port(port: u16, deadline: std::time::Instant) {
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(std::time::Instant::now() < deadline, "WebKitWebDriver does not listen on {port}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
