//! A Harbor in a box: its REST API, and `/v2/` with immutability rules enforced.
//!
//! [`HarborBox::start`] runs it on 127.0.0.1. Where a doc comment says "Harbor:", it states what the
//! real server does. What a rule selects is written here step by step as the server goes about it, so
//! that the client's decisions are held against something that is not made from them.

mod api;
mod config;
mod data;
mod error;
mod gate;
mod glob;
mod matching;
mod rbac;
mod security;
mod seeds;
mod server;
mod state;

pub use config::{HarborConfig, HarborScenario};
pub use seeds::people::{
    HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HARBOR_DEVELOPER, HARBOR_GUEST, HARBOR_LIMITED_GUEST,
    HARBOR_MAINTAINER, HARBOR_OUTSIDER, HARBOR_OWNER, HARBOR_PASSWORD, HARBOR_ROBOT, HARBOR_ROBOT_SECRET,
};
pub use server::{HarborBox, RunningHarbor};
pub use state::{
    Artifact, ArtifactId, Project, Repository, Robot, RobotGrant, Role, Rule, RuleText, Selector, Settings,
    State, TagRow, User,
};

use crate::version::Version;

/// Whether this Harbor matches with doublestar 1.1.1.
///
/// Harbor: 1.3.4 came with 2.9.5, 2.10.3 and 2.11.0.
pub(crate) fn has_old_globs(version: Version) -> bool {
    match (version.major, version.minor) {
        (2, 9) => version.patch < 5,
        (2, 10) => version.patch < 3,
        (major, minor) => (major, minor) < (2, 9),
    }
}
