//! Users, their tokens, and deploy tokens.

use std::collections::BTreeSet;

use serde::Serialize;
use time::{Date, OffsetDateTime};

use super::ids::{ProjectId, UserId};

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// The name to sign in with.
    pub username: String,
    /// The name to show.
    pub name: String,
    /// Whether this is an administrator of the whole server.
    pub admin: bool,
}

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Reading and writing the API, and the registry.
    Api,
    /// Reading the API.
    ReadApi,
    /// Reading one's own user.
    ReadUser,
    /// Pulling from the registry.
    ReadRegistry,
    /// Pushing to the registry.
    WriteRegistry,
    /// Acting as an administrator where administrators have to ask for it.
    AdminMode,
}

/// A personal, project or group access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The text that is sent.
    pub secret: String,
    /// What its owner called it.
    pub name: String,
    /// As whom it acts.
    pub user: UserId,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// The first day on which it no longer works.
    pub expires_at: Option<Date>,
    /// Whether it was taken back.
    pub revoked: bool,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// A token that acts for nobody in particular.
///
/// GitLab: protected rules do not hold deploy tokens back, immutable rules do.
#[derive(Clone, Debug)]
pub struct DeployToken {
    /// The user name that is sent with it.
    pub username: String,
    /// The text that is sent.
    pub secret: String,
    /// Where it works.
    pub project: ProjectId,
    /// Whether it may push as well as pull.
    pub write: bool,
}
