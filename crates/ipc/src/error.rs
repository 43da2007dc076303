//! Errors as data: a code, the values its sentence needs, hints, and whether trying again helps.

use serde::{Deserialize, Serialize};
use tagwarden_rules::rule::{Role, RoleNames};
use tagwarden_rules::secret_kind::SecretKind;

use crate::connections::RegistryKind;

/// What went wrong, for the window to put into words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct ApiError {
    /// What happened.
    pub code: ErrorCode,
    /// The server or address concerned, e.g. `gitlab.example.com`.
    pub host: Option<String>,
    /// The kind of registry concerned: sentences name its product.
    #[serde(default)]
    pub registry: Option<RegistryKind>,
    /// What the connection signs in with.
    #[serde(default)]
    pub secret: SecretKind,
    /// The project concerned.
    pub project: Option<String>,
    /// HTTP status of the answer that was refused.
    pub status: Option<u16>,
    /// The server's own words, shortened; never HTML, shown as text only.
    pub server_words: Option<String>,
    /// The role the user has, where the error is about roles.
    pub role_have: Option<Role>,
    /// The role it takes.
    pub role_need: Option<Role>,
    /// What these roles are called on that server.
    #[serde(default)]
    pub role_names: RoleNames,
    /// Seconds after which it may be tried again.
    pub retry_after: Option<u32>,
    /// Whether trying again without a change may help.
    pub retryable: bool,
    /// Why a list broke off, where another error is the reason.
    #[serde(default)]
    pub cause: Option<ErrorCode>,
    /// Rows of a list that were read, and that there are according to the server.
    #[serde(default)]
    pub rows: Option<(u32, u32)>,
    /// Other values: a path, a limit, a version, a column. For some codes a fixed word that has a
    /// sentence of its own: what is wrong with an address (`empty`, `unreadable`, `scheme`,
    /// `credentials`, `plain`), with a certificate, with an answer; that the rules do not show a change
    /// at which the server failed (`not-made`); why a list broke off (`failed`, `position`, `repeated`,
    /// `next`, `short`); why rules are not visible, where it is not the role (`archived`, `not-understood`,
    /// else a permission).
    pub detail: Option<String>,
    /// The longest a value may be, in characters or items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub limit: Option<u32>,
}

impl ApiError {
    /// An error with a code only.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            host: None,
            registry: None,
            secret: SecretKind::default(),
            project: None,
            status: None,
            server_words: None,
            role_have: None,
            role_need: None,
            role_names: RoleNames::default(),
            retry_after: None,
            retryable: false,
            cause: None,
            rows: None,
            detail: None,
            limit: None,
        }
    }

    /// Adds a value for the sentence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.code.as_str())
    }
}

impl std::error::Error for ApiError {}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// Stable codes. They are shown to users and never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }
        impl ErrorCode {
            /// The code as shown to the user.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

error_codes! {
    /// The address is not a URL, or not http(s).
    AddressInvalid = "address.invalid",
    /// The name does not resolve.
    HostUnknown = "net.unknown-host",
    /// Nothing listens there.
    ConnectionRefused = "net.refused",
    /// No answer in time.
    TimedOut = "net.timeout",
    /// No network, or the connection broke.
    Offline = "net.offline",
    /// The certificate is not trusted, has expired, or is for another name.
    Tls = "net.tls",
    /// The server answered, but not as the registry this connection is for.
    NotThisProduct = "server.not-this-product",
    /// The server answered something that cannot be read.
    Garbled = "server.garbled",
    /// The server failed (5xx).
    ServerFailed = "server.failed",
    /// The server takes no changes at present.
    ServerReadOnly = "server.read-only",
    /// The server asks to slow down.
    RateLimited = "http.rate-limit",
    /// The server sends the request elsewhere; the token was not sent along.
    Redirected = "http.redirected",
    /// Nobody is let in for a while, whatever the secret.
    LockedOut = "auth.locked",
    /// The token is not accepted.
    TokenRefused = "auth.refused",
    /// The token has expired or was revoked.
    TokenExpired = "auth.expired",
    /// The token lacks a scope (`api`).
    ScopeMissing = "auth.scope",
    /// The role is too low.
    RoleTooLow = "auth.role",
    /// The token is nowhere: not in the keychain, not in this session, not in the environment.
    TokenMissing = "auth.missing",
    /// What was asked for is not allowed, by a server that knows no roles.
    Denied = "auth.denied",
    /// The request was signed for another region than the server's.
    OtherRegion = "auth.region",
    /// The registry does not tell which repositories it has.
    NoCatalog = "server.no-catalog",
    /// A list could not be read to its end; what came before is kept.
    ListCut = "server.list-cut",
    /// Not found, or hidden from this user.
    NotFound = "server.not-found",
    /// A proxy in front of the server decodes addresses, so that it does not find repositories with a
    /// slash in their name.
    EncodedSlashes = "server.encoded-slashes",
    /// The server refuses the change as invalid.
    Rejected = "rules.rejected",
    /// All rules are used.
    RuleLimit = "rules.limit",
    /// The pattern is there already.
    Duplicate = "rules.duplicate",
    /// Immutable rules need a licence this server does not have.
    Unlicensed = "rules.unlicensed",
    /// The registry lacks what rules need.
    Unsupported = "rules.unsupported",
    /// The rules changed since the plan was made.
    Conflict = "rules.conflict",
    /// The account does not see the rules, so nothing is known of what a change would do.
    RulesNotVisible = "rules.not-visible",
    /// The plan is too old or was applied already.
    PlanGone = "plan.gone",
    /// Something that cannot be undone by editing was not confirmed.
    NotConfirmed = "plan.not-confirmed",
    /// A call was sent and its outcome is not known.
    Unclear = "apply.unclear",
    /// A call got no complete answer, and the rules show that the change was not made.
    NotMade = "apply.not-made",
    /// The pattern cannot be used.
    PatternInvalid = "pattern.syntax",
    /// The keychain is locked.
    KeychainLocked = "keychain.locked",
    /// There is no keychain service.
    KeychainMissing = "keychain.missing",
    /// The keychain did not answer in time.
    KeychainTimeout = "keychain.timeout",
    /// The keychain failed in another way.
    KeychainFailed = "keychain.failed",
    /// The database file can be read only.
    DatabaseReadOnly = "database.read-only",
    /// The database file was found damaged while it is in use.
    DatabaseCorrupt = "database.corrupt",
    /// The database file was damaged, and was set aside at this start.
    DatabaseSetAside = "database.set-aside",
    /// The database file held nothing, and was set aside at this start.
    DatabaseEmpty = "database.empty",
    /// Another program has the database open.
    DatabaseLocked = "database.locked",
    /// There is no place for the database: its folder or file cannot be made or opened.
    DatabaseUnavailable = "database.unavailable",
    /// The database was written by a newer Tagwarden.
    DatabaseNewer = "database.newer",
    /// The disk is full.
    DiskFull = "database.disk-full",
    /// The database failed in another way.
    DatabaseFailed = "database.failed",
    /// A value is longer than any use of it can be; the detail is its kind (see [`crate::limits`]).
    TooLong = "request.too-long",
    /// The request makes no sense (a bug in the window).
    BadRequest = "request.invalid",
    /// It was cancelled.
    Cancelled = "job.cancelled",
    /// A bug.
    Internal = "internal",
}
