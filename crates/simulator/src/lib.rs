//! Registries in a box: the servers' own HTTP dialects with real enforcement.
//!
//! [`Simulator::start`] runs a GitLab on 127.0.0.1: the REST and GraphQL calls that Tagwarden needs,
//! and a `/v2/` data plane that enforces tag rules in GitLab's order with its status codes.
//! [`harbor::HarborBox::start`] runs a Harbor, [`ecr::start`] an AWS ECR. They are what the demo talks
//! to and what the tests test against. Where a doc comment says "GitLab:" or "Harbor:", it states what
//! the real server does.

mod auth;
mod clock;
mod config;
mod content;
pub mod ecr;
mod faults;
mod front;
mod graphql;
pub mod harbor;
mod pattern;
mod record;
mod registry;
mod rest;
mod seeds;
mod server;
mod services;
mod state;
mod version;

pub use clock::Clock;
pub use config::{Config, Scenario};
pub use faults::{FaultId, FaultKind, Faults, Matcher, Rows};
pub use front::StartError;
pub use record::RequestRecord;
pub use seeds::users::{
    ADMIN_PLAIN_TOKEN, ADMIN_TOKEN, DEMO_EXPIRED_TOKEN, DEMO_READ_TOKEN, DEMO_REVOKED_TOKEN, DEMO_TOKEN,
    DEMO_USER, DEVELOPER_TOKEN, GUEST_TOKEN, MAINTAINER_TOKEN, OUTSIDER_TOKEN, OWNER_TOKEN, REPORTER_TOKEN,
};
pub use server::{Running, Simulator};
pub use state::{
    DeployToken, Digest, Group, GroupId, MAX_PATH_PATTERN, MAX_TAG_PATTERN, MAX_TAG_RULES, MinimumRole,
    Project, ProjectId, RegistryAccess, Repository, RepositoryId, RepositoryLevels, RepositoryRule, Role,
    RuleId, Scope, Settings, State, Tag, TagEffect, TagRule, Tags, Token, User, UserId,
};
pub use version::{Version, VersionError};
