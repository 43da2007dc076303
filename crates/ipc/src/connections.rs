//! Connections: the registries the user has added.

use serde::{Deserialize, Serialize};
use tagwarden_rules::rule::{Role, RoleNames};
use tagwarden_rules::secret_kind::SecretKind;
use tagwarden_rules::visibility::NotVisible;

use crate::Secret;
use crate::error::ApiError;

/// The product behind a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum RegistryKind {
    /// GitLab, GitLab.com or self-managed.
    Gitlab,
    /// Harbor, and STACKIT's container registry, which is one.
    Harbor,
    /// Any registry that speaks the OCI Distribution API.
    Oci,
    /// AWS ECR: one account in one region.
    Ecr,
}

/// Where the token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// In the system keychain.
    Keychain,
    /// In memory until the program ends.
    Session,
}

/// Where the token comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "with", rename_all = "snake_case")]
pub enum SignIn {
    /// A token that the user typed.
    Token {
        /// Where it is kept.
        keep: Keep,
    },
    /// An environment variable, read at each use.
    Environment {
        /// Its name.
        #[serde(deserialize_with = "crate::limits::name")]
        variable: String,
    },
    /// Without a token, as far as the registry lets anybody in.
    Anonymous,
    /// As a profile of this machine's own tools says, read at each use.
    Profile {
        /// Its name; empty: as those tools do by themselves, from the environment or the profile that
        /// is the default.
        #[serde(deserialize_with = "crate::limits::name")]
        name: String,
    },
}

/// A connection as shown in lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ConnectionSummary {
    /// Its id.
    pub id: String,
    /// The product.
    pub kind: RegistryKind,
    /// Short mark for lists, e.g. "GL".
    pub mark: String,
    /// The product's name, e.g. "GitLab".
    pub product: String,
    /// The name the user gave it; the host otherwise.
    pub name: String,
    /// The address, without credentials.
    pub address: String,
    /// Whether it is the built-in demo.
    pub demo: bool,
    /// Where the token comes from.
    pub sign_in: SignIn,
    /// The user whose password the token is; `None`: the token stands by itself.
    #[serde(default)]
    pub user: Option<String>,
    /// The repositories to read; empty: all that the registry lists.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// A file with certificates to trust in addition (PEM).
    pub ca_file: Option<String>,
    /// What it signs in with.
    #[serde(default)]
    pub secret: SecretKind,
    /// Last four characters of the token.
    pub token_hint: Option<String>,
    /// Server version, once read.
    pub version: Option<String>,
    /// Projects known.
    pub projects: u32,
    /// When it was last read to the end (unix seconds).
    pub synced_at: Option<i64>,
    /// What is wrong with it now.
    pub error: Option<ApiError>,
}

/// What the user typed to add or change a connection.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ConnectionDraft {
    /// The connection to change; `None` adds one.
    #[serde(default, deserialize_with = "crate::limits::option::id")]
    pub id: Option<String>,
    /// The product.
    pub kind: RegistryKind,
    /// The address as typed.
    #[serde(deserialize_with = "crate::limits::address")]
    pub address: String,
    /// The name as typed; empty: the host.
    #[serde(deserialize_with = "crate::limits::name")]
    pub name: String,
    /// Where the token comes from.
    pub sign_in: SignIn,
    /// The user whose password the token is; `None`: the token stands by itself.
    #[serde(default, deserialize_with = "crate::limits::option::name")]
    pub user: Option<String>,
    /// The repositories to read; empty: all that the registry lists.
    #[serde(default, deserialize_with = "crate::limits::list::id")]
    pub repositories: Vec<String>,
    /// The token; `None` keeps the saved one (only for a change to the same host).
    pub token: Option<Secret>,
    /// A file with certificates to trust in addition (PEM).
    #[serde(default, deserialize_with = "crate::limits::option::path")]
    pub ca_file: Option<String>,
}

/// One check of a connection test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(export_to = "bindings.ts", rename = "ConnectionCheck")
)]
pub struct Check {
    /// Which one.
    pub check: CheckName,
    /// How it stands.
    pub state: CheckState,
    /// Milliseconds it took.
    pub milliseconds: Option<u32>,
    /// What a running check waits for.
    #[serde(default)]
    pub wait: Option<CheckWait>,
    /// What was found.
    pub found: Option<CheckFound>,
    /// Why it failed or warns.
    pub error: Option<ApiError>,
}

impl Check {
    /// A check of which nothing more is known than how it stands.
    pub fn new(check: CheckName, state: CheckState) -> Self {
        Self { check, state, milliseconds: None, wait: None, found: None, error: None }
    }
}

/// What a running check waits for, and how much longer at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum CheckWait {
    /// The server's answer. Without one the check ends then.
    Answer {
        /// Seconds.
        seconds: u32,
    },
    /// The server answers nobody for a while. It is asked again then.
    Pause {
        /// Seconds.
        seconds: u32,
    },
}

/// The checks, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// Something answers at the address.
    Reachable,
    /// The connection is encrypted and the certificate trusted.
    Tls,
    /// It is the product, in a version that will do.
    Version,
    /// The token is accepted.
    Token,
    /// It may do what Tagwarden does.
    Scopes,
    /// The roles behind it.
    Role,
    /// The registry can carry rules.
    Rules,
}

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// Good.
    Passed,
    /// Good enough to save, with a restriction.
    Warning,
    /// Not good.
    Failed,
    /// Not tried, since an earlier one failed.
    Skipped,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum CheckFound {
    /// The host answered.
    Answered {
        /// Host.
        host: String,
    },
    /// The connection is encrypted with a trusted certificate.
    Trusted,
    /// No TLS: the address is http on this machine.
    Plain,
    /// The server's version.
    Version {
        /// Product and version.
        version: String,
        /// Whether immutable rules exist in that version and licence, as far as known.
        immutable: Option<bool>,
    },
    /// The token's kind and end.
    Token {
        /// Its name on the server.
        name: Option<String>,
        /// The user or bot it belongs to.
        user: Option<String>,
        /// Last day (unix seconds).
        expires_at: Option<i64>,
        /// Another host that the password is given to in exchange for tokens.
        #[serde(default)]
        at: Option<String>,
    },
    /// The scopes.
    Scopes {
        /// As the server names them.
        scopes: Vec<String>,
        /// Whether rules can be changed.
        can_change: bool,
    },
    /// In how many projects the user has which role.
    Roles {
        /// Highest first.
        roles: Vec<RoleCount>,
        /// What they are called.
        names: RoleNames,
        /// The role that is enough for every kind of rule.
        enough: Role,
    },
    /// The server does not tell this account its permissions: what it may change shows when it changes it.
    RolesUnknown,
    /// The account sees the project but not its rules.
    RulesNotVisible {
        /// Why.
        reason: NotVisible,
        /// What roles are called.
        names: RoleNames,
    },
    /// Whether tag rules can be read.
    Rules {
        /// Whether the registry behind the server can carry rules.
        supported: bool,
        /// Whether immutable rules can be seen.
        immutable: Option<bool>,
    },
}

/// A role and in how many projects the user has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct RoleCount {
    /// The role.
    pub role: Role,
    /// Projects.
    pub projects: u32,
}
