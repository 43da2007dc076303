//! The HTTP client all registries share: deadlines, bounded bodies, retries for reads, no token elsewhere.

use std::path::PathBuf;
use std::time::Duration;

/// How a client talks to its host.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Certificates to trust in addition to the system's (PEM).
    pub ca_file: Option<PathBuf>,
    /// Proxy address; `None`: as the environment says.
    pub proxy: Option<String>,
    /// Longest time for one request, body included.
    pub deadline: Duration,
    /// Longest body, in bytes.
    pub body_limit: usize,
    /// Tries for a read, the first included.
    pub tries: u32,
    /// First pause between tries; doubles, with jitter.
    pub pause: Duration,
    /// Requests under way at once.
    pub parallel: usize,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            ca_file: None,
            proxy: None,
            deadline: Duration::from_secs(30),
            body_limit: 16 * 1024 * 1024,
            tries: 4,
            pause: Duration::from_millis(400),
            parallel: 16,
        }
    }
}
