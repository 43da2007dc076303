//! Settings, and what the window needs to know at start.

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::connections::{ConnectionSummary, Keep};
use crate::error::ApiError;

/// The user's settings, saved as they change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(default)]
pub struct Settings {
    /// Colours.
    pub theme: Theme,
    /// Whether single letters are shortcuts.
    pub single_letters: bool,
    /// Proxy address, with its user and without the password; `None`: from the environment.
    #[serde(default, deserialize_with = "crate::limits::option::address")]
    pub proxy: Option<String>,
    /// Where the password of the proxy's user is kept; `None`: there is none.
    pub proxy_password: Option<Keep>,
}

/// Settings as the window changes them.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct SettingsDraft {
    /// The settings. A password in the proxy's address is taken out of it; where the proxy's password
    /// is kept is not up to the window.
    pub settings: Settings,
    /// A new password for the proxy, an empty one to forget it; `None` keeps the one there is as long as
    /// the proxy and its user stay the same.
    pub proxy_password: Option<Secret>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: Theme::System, single_letters: true, proxy: None, proxy_password: None }
    }
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Whether the keychain can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// It can.
    Available,
    /// It is locked.
    Locked,
    /// There is no keychain service: tokens are kept for this session only.
    NoService,
    /// There is no session bus: tokens are kept for this session only.
    NoBus,
}

/// What the window shows first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct AppStart {
    /// Version of Tagwarden.
    pub version: String,
    /// The keychain.
    pub keychain: KeychainState,
    /// What is wrong with the database.
    pub database: Option<ApiError>,
    /// What became of a database file that could not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub recovered: Option<Recovered>,
    /// The program that has the database open; this one then can do nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub locked_by: Option<LockHolder>,
    /// The connections.
    pub connections: Vec<ConnectionSummary>,
    /// The settings.
    pub settings: Settings,
    /// Where the database is.
    pub data_folder: String,
    /// Changes whose outcome is open.
    pub open_changes: crate::journal::OpenChanges,
}

/// A database file that was set aside, and what of it goes on in a fresh one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Recovered {
    /// Why: it was damaged or empty. The detail is where the file is now.
    pub error: ApiError,
    /// Runs of the journal.
    pub runs: u32,
    /// Connections.
    pub connections: u32,
    /// Drafts.
    pub drafts: u32,
    /// Whether some of these could not be read.
    pub lost: bool,
}

/// A program that has the database open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct LockHolder {
    /// Its process id.
    pub pid: u32,
    /// The computer it runs on.
    pub host: String,
    /// When it was started (unix seconds).
    pub since: Option<i64>,
}
