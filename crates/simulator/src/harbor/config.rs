//! How a Harbor in a box is set up.

use std::time::Duration;

use crate::clock::Clock;
use crate::version::Version;

/// What a Harbor is filled with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum HarborScenario {
    /// A company: about a dozen projects, sixty repositories and 2,500 tags.
    #[default]
    Demo,
    /// Users and no projects.
    Empty,
}

/// Everything that is decided before a Harbor starts.
#[derive(Clone, Debug)]
pub struct HarborConfig {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What the server is filled with.
    pub scenario: HarborScenario,
    /// Same seed, same names, digests and ages.
    pub seed: u64,
    /// The Harbor version that is imitated; it decides the language of patterns, too.
    pub version: Version,
    /// Whether all writing is refused.
    pub read_only: bool,
    /// Most immutability rules of a project. Harbor: no limit in its API; vendors may have one.
    pub rule_limit: Option<usize>,
    /// Whether a proxy in front decodes paths once before it hands them on.
    pub proxy_decodes_once: bool,
    /// How long a failed login is held, and its name locked. Harbor: 1.5 seconds.
    pub login_lock: Duration,
    /// Where the time comes from.
    pub clock: Clock,
}

impl Default for HarborConfig {
    fn default() -> Self {
        Self {
            port: 0,
            scenario: HarborScenario::Demo,
            seed: 42,
            version: Version::new(2, 15, 2),
            read_only: false,
            rule_limit: None,
            proxy_decodes_once: false,
            login_lock: Duration::from_millis(1500),
            clock: Clock::system(),
        }
    }
}

impl HarborConfig {
    /// A server with users and no projects, for tests that make their own.
    #[must_use]
    pub fn empty() -> Self {
        Self { scenario: HarborScenario::Empty, ..Self::default() }
    }
}
