//! What can go wrong with a registry, as data.

use tagwarden_rules::rule::Role;
use tagwarden_rules::secret_kind::SecretKind;

use crate::address::AddressError;
use crate::http::Account;

/// A request to a registry that did not end well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host}: {trouble:?}")]
pub struct RegistryError {
    /// The host concerned, with its port where it is not the usual one; never credentials or a path.
    pub host: String,
    /// The product's name, as [`crate::ServerFacts::product`] has it.
    pub product: Option<&'static str>,
    /// What the connection signs in with.
    pub secret: SecretKind,
    /// What went wrong.
    pub trouble: Trouble,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The server's own words, as text, at most 500 characters.
    pub words: Option<String>,
}

impl RegistryError {
    /// Whether it ended a list of which some pages are good.
    pub fn is_cut(&self) -> bool {
        matches!(self.trouble, Trouble::ListCut(_))
    }
}

/// Kinds of trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The address cannot be used at all.
    Address(AddressError),
    /// The name does not resolve.
    UnknownHost,
    /// Nothing listens there.
    Refused,
    /// No complete answer in time.
    TimedOut,
    /// The connection broke, or there is no network.
    Broken,
    /// No connection that can be trusted, with the reason as a code where there is one:
    /// `issuer-unknown`, `expired`, `not-yet-valid`, `wrong-name`, `revoked`,
    /// `plain` (http to another machine), `ca-file` (the file with certificates cannot be used),
    /// `no-system-certificates`; the TLS library's own words otherwise.
    Tls(String),
    /// Sent elsewhere, and not followed because that is another host. Scheme, host and port only.
    Redirected(String),
    /// The answer is not the product's.
    NotThisProduct,
    /// The answer cannot be read: `not-json`, `unexpected`, `cut-off`, `not-decoded`, `too-long`.
    Garbled(String),
    /// The server failed. For a write: the server itself says so, hence the request has ended, before or
    /// after the change was made.
    ServerFailed,
    /// Asked to slow down, and still so after waiting; seconds to wait if told. For a write: nothing was
    /// done.
    RateLimited(Option<u32>),
    /// Signing in is blocked for a while, whatever the secret; seconds to wait if told.
    LockedOut(Option<u32>),
    /// The token is not accepted.
    TokenRefused,
    /// The token has expired or was revoked.
    TokenExpired,
    /// The token lacks this scope.
    ScopeMissing(String),
    /// The role is too low; the role it takes, if known.
    RoleTooLow(Option<Role>),
    /// The server takes no changes at present.
    ReadOnly,
    /// What was asked for is not allowed, by a server that knows no roles.
    Denied,
    /// The request was signed for another region than the server's.
    OtherRegion,
    /// There are no keys where they were said to be, e.g. no such profile.
    NoCredentials,
    /// Not found, or hidden.
    NotFound,
    /// Something in front of the server changes encoded slashes in addresses, so that it does not find
    /// what it has listed.
    EncodedSlashes,
    /// The registry does not tell which repositories it has.
    NoCatalog,
    /// A list ended before its end; the rows before are good.
    ListCut(Cut),
    /// The change is invalid; the words say why.
    Rejected,
    /// All rules are used.
    RuleLimit,
    /// The pattern is there already.
    Duplicate,
    /// The rule is another one than was shown.
    Changed,
    /// Needs a licence.
    Unlicensed,
    /// The registry lacks what rules need.
    Unsupported,
    /// A write was sent and got no complete answer from the server itself, which may still be at it.
    Unclear,
}

/// Why a list could not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A page could not be read.
    Failed(Box<RegistryError>),
    /// The server no longer knows where the next page begins.
    LostPosition,
    /// The server leads to a page that was read already, or to pages without an end and without new rows.
    Repeated,
    /// The server says that there is a next page, at a place that cannot be asked for.
    NextUnusable,
    /// The server ends the list before the number of rows that it says there are.
    Short {
        /// Rows read.
        read: u64,
        /// Rows that there are, according to the server.
        total: u64,
    },
}

/// The typed text may hold a password, so it is no part of the error.
pub(crate) fn refused_address(account: &Account, error: AddressError) -> RegistryError {
    let trouble = match error {
        AddressError::Plain => Trouble::Tls("plain".to_owned()),
        other => Trouble::Address(other),
    };
    account.error("", trouble)
}
