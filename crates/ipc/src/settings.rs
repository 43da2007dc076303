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
    /// The connections.
    pub connections: Vec<ConnectionSummary>,
    /// The settings.
    pub settings: Settings,
    /// Where the database is.
    pub data_folder: String,
    /// Changes whose outcome is open.
    pub open_changes: crate::journal::OpenChanges,
}
