//! The HTTP client all registries share: deadlines, bounded bodies, retries for reads, no token elsewhere.

mod account;
pub(crate) mod body;
mod ca_file;
mod client;
pub(crate) mod failure;
pub(crate) mod lanes;
mod pacing;
pub mod proxy;
mod redirect;
pub(crate) mod retry;
pub(crate) mod secret;
pub(crate) mod throttle;
pub(crate) mod tls;
pub mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use secrecy::SecretString;

pub(crate) use account::Account;
pub use ca_file::read_ca_file;
pub(crate) use client::CONNECT;
pub use client::{Answer, HttpClient, Intent, Request};
pub use pacing::Pacing;

/// A time to wait in whole seconds.
pub(crate) fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_secs()).unwrap_or(u32::MAX)
}

/// Told of every pause before it begins, so that a countdown can be shown.
pub type OnWait = Arc<dyn Fn(Duration) + Send + Sync>;

/// How a client talks to its host.
#[derive(Clone)]
pub struct HttpSettings {
    /// Certificates to trust in addition to the system's (PEM). On macOS: instead of them.
    pub ca_file: Option<PathBuf>,
    /// What is in that file, where it was read already (see [`read_ca_file`]).
    pub ca_certificates: Option<Bytes>,
    /// Proxy address without its password; `None`: as the environment says. This machine is never
    /// asked through a proxy.
    pub proxy: Option<String>,
    /// The password of the user in the proxy's address.
    pub proxy_password: Option<SecretString>,
    /// Longest time for one request, body included.
    pub deadline: Duration,
    /// Longest body, in bytes.
    pub body_limit: usize,
    /// Tries for a read that fails, the first included.
    pub tries: u32,
    /// First pause between tries; doubles, with jitter.
    pub pause: Duration,
    /// Longest pause a server may ask for; beyond it the request fails with the time to wait.
    pub longest_wait: Duration,
    /// How long one read waits in all for a server that keeps asking to wait.
    pub patience: Duration,
    /// Requests under way at once; fewer while a server asks to slow down.
    pub parallel: usize,
}

impl std::fmt::Debug for HttpSettings {
    /// Without the proxy's address, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpSettings")
            .field("ca_file", &self.ca_file)
            .field("proxy", &self.proxy.as_ref().map(|_| "…"))
            .field("proxy_password", &self.proxy_password.as_ref().map(|_| "…"))
            .field("deadline", &self.deadline)
            .field("body_limit", &self.body_limit)
            .field("tries", &self.tries)
            .field("pause", &self.pause)
            .field("longest_wait", &self.longest_wait)
            .field("patience", &self.patience)
            .field("parallel", &self.parallel)
            .finish()
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            ca_file: None,
            ca_certificates: None,
            proxy: None,
            proxy_password: None,
            deadline: Duration::from_secs(30),
            body_limit: 16 * 1024 * 1024,
            tries: 4,
            pause: Duration::from_millis(400),
            longest_wait: Duration::from_secs(120),
            patience: Duration::from_secs(15 * 60),
            parallel: 16,
        }
    }
}
