//! The log on standard error: warnings of ours, nothing of what crosses the wire.

use tracing_subscriber::EnvFilter;

/// Starts logging; `TAGWARDEN_LOG` sets the filter, `warn` without it.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("TAGWARDEN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
