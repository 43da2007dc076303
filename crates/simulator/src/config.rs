//! How a simulator is set up.

use std::time::Duration;

use crate::clock::Clock;
use crate::version::Version;

/// What the server is filled with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// The projects of the pictures inside a believable group tree: about 280 projects and 70,000 tags.
    #[default]
    Demo,
    /// As many projects and tags as asked for, without a story.
    Large,
    /// Users and tokens, no projects.
    Empty,
    /// The demo plus projects and tags whose names try to do harm where they are shown.
    Hostile,
}

/// Everything that is decided before the server starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What the server is filled with.
    pub scenario: Scenario,
    /// How many projects the scenario has in all.
    pub projects: usize,
    /// How many tags the scenario has in all.
    pub tags: usize,
    /// Same seed, same names, digests and ages.
    pub seed: u64,
    /// The GitLab version that is imitated.
    pub version: Version,
    /// Whether immutable rules are licensed. GitLab: `container_registry_immutable_tag_rules`, Ultimate.
    pub licensed: bool,
    /// Whether the registry has its metadata database. GitLab: without it tag rules answer
    /// "GitLab container registry API not supported".
    pub registry_api: bool,
    /// Whether administrators need a token with the scope `admin_mode` to act as such.
    pub admin_mode: bool,
    /// Life of a token for `/v2/`. GitLab: 5 minutes, on GitLab.com 15.
    pub registry_token_life: Duration,
    /// How long a new rule stays invisible to reads. GitLab: reads may lag a create.
    pub read_lag: Duration,
    /// Whether tags can be listed by keyset over REST. GitLab: GitLab.com only.
    pub rest_tag_keyset: bool,
    /// Highest complexity of a GraphQL query from a known user. GitLab: 250, 200 for others.
    pub complexity_limit: u32,
    /// Where the time comes from.
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            scenario: Scenario::Demo,
            projects: 280,
            tags: 70_000,
            seed: 42,
            version: Version::default(),
            licensed: true,
            registry_api: true,
            admin_mode: false,
            registry_token_life: Duration::from_secs(300),
            read_lag: Duration::ZERO,
            rest_tag_keyset: true,
            complexity_limit: 250,
            clock: Clock::system(),
        }
    }
}

impl Config {
    /// A server with users and tokens and no projects, for tests that make their own.
    #[must_use]
    pub fn empty() -> Self {
        Self { scenario: Scenario::Empty, projects: 0, tags: 0, ..Self::default() }
    }
}
