//! What was read from a registry: plain data.

use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::rule::{Role, SavedRule};
use tagwarden_rules::visibility::{NotVisible, ServerVerdict};

/// A project as the server addresses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProjectRef {
    /// The server's own identifier, e.g. a number.
    pub id: String,
    /// Its full path.
    pub path: String,
}

/// The server behind an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// The product, e.g. "GitLab".
    pub product: String,
    /// Its version, e.g. "18.10.1-ee", if it tells.
    pub version: Option<String>,
    /// Whether it is the edition that can carry a licence; `None`: unknown.
    pub enterprise: Option<bool>,
}

/// Who a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Login name of the user or bot.
    pub user: Option<String>,
    /// Whether they administrate the instance.
    pub admin: bool,
    /// The token's name.
    pub token_name: Option<String>,
    /// The token's scopes; `None`: the server does not say.
    pub scopes: Option<Vec<String>>,
    /// Unix seconds of the token's end.
    pub expires_at: Option<i64>,
    /// Whether the scopes allow changes; `None`: unknown.
    pub can_change: Option<bool>,
    /// Another host that the password is given to in exchange for tokens.
    pub signs_in_at: Option<String>,
}

/// A role and in how many projects the user has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleTally {
    /// The role.
    pub role: Role,
    /// Projects.
    pub projects: u32,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFacts {
    /// How the server addresses it.
    pub project: ProjectRef,
    /// Its page for people.
    pub web_url: Option<String>,
    /// The user's role in it, if the server tells.
    pub role: Option<Role>,
    /// Whether its container registry is switched on.
    pub registry_enabled: bool,
    /// Whether it is archived: read-only until it is restored.
    pub archived: bool,
}

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// The server's own identifier.
    pub id: String,
    /// Name inside the project; empty for the root image.
    pub name: String,
    /// Full path, e.g. `payments/ledger-api/worker`.
    pub path: String,
    /// How many tags the server says it has.
    pub tag_count: Option<u32>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagFacts {
    /// Its name, as the server gave it: may break the grammar.
    pub name: String,
    /// The digest it points at.
    pub digest: Option<String>,
    /// When the image was made (unix seconds).
    pub created_at: Option<i64>,
    /// When the tag was pushed (unix seconds).
    pub pushed_at: Option<i64>,
    /// Size of all layers, in bytes.
    pub size: Option<i64>,
    /// What the server itself says of it, where it does.
    pub verdict: Option<ServerVerdict>,
}

/// How an image hangs together with others of its repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageTies {
    /// Whether an index refers to it.
    pub in_index: bool,
    /// The digests that it refers to, when it is an index.
    pub parts: Vec<String>,
}

/// What an image says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// Its digest.
    pub digest: String,
    /// When it was made (unix seconds); one of several platforms speaks for all.
    pub created_at: Option<i64>,
    /// Size of its configuration and layers, in bytes; none of what is several images.
    pub size: Option<i64>,
}

/// What a registry shows of the rules of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectRules {
    /// The rules.
    Visible(RulesRead),
    /// There may be rules; this account does not see them.
    NotVisible {
        /// Why.
        reason: NotVisible,
        /// What can be done here.
        capabilities: Capabilities,
    },
}

impl ProjectRules {
    /// What can be done here.
    pub fn capabilities(&self) -> &Capabilities {
        match self {
            Self::Visible(read) => &read.capabilities,
            Self::NotVisible { capabilities, .. } => capabilities,
        }
    }

    /// The rules, or why they are not visible.
    pub fn visible(self) -> Result<RulesRead, NotVisible> {
        match self {
            Self::Visible(read) => Ok(read),
            Self::NotVisible { reason, .. } => Err(reason),
        }
    }
}

/// The rules of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesRead {
    /// The rules, in the server's order.
    pub rules: Vec<SavedRule>,
    /// Whether all rules could be seen (an old server does not tell immutable ones).
    pub complete: bool,
    /// What can be done here.
    pub capabilities: Capabilities,
}

/// One call, outlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallOutline {
    /// HTTP method.
    pub method: &'static str,
    /// Path, without host.
    pub path: String,
    /// GraphQL mutation.
    pub operation: Option<&'static str>,
}
