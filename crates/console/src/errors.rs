//! Errors of the parts below, as the wire's errors.

use tagwarden_archive::{ArchiveError, ProjectListing};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_registries::{AddressError, Cut, RegistryError, Trouble};
use tagwarden_rules::rule::RoleNames;
use tagwarden_rules::visibility::NotVisible;
use tagwarden_vault::VaultError;

use crate::products;

/// Detail of an error: the server failed, and the rules show that the change was not made.
pub(crate) const NOT_MADE: &str = "not-made";

/// Detail of an error: the project is archived.
const ARCHIVED: &str = "archived";
/// Detail of an error: what the server holds is not understood.
const NOT_UNDERSTOOD: &str = "not-understood";

/// A part's error as the wire's.
pub(crate) trait IntoApi {
    /// Converts.
    fn api(self) -> ApiError;
}

impl IntoApi for RegistryError {
    fn api(self) -> ApiError {
        let (code, retryable) = code_of(&self.trouble);
        let mut error = ApiError {
            host: Some(self.host).filter(|host| !host.is_empty()),
            registry: self.product.and_then(products::kind_of_product),
            secret: self.secret,
            status: self.status,
            ..ApiError::new(code)
        };
        error.retryable = retryable;
        error.server_words = self.words;
        match self.trouble {
            Trouble::Tls(reason) | Trouble::Garbled(reason) => error.detail = Some(reason),
            Trouble::Address(reason) => error.detail = Some(address_word(reason).to_owned()),
            Trouble::Redirected(to) => error.detail = Some(to),
            Trouble::ScopeMissing(scope) => error.detail = Some(scope),
            Trouble::RateLimited(seconds) | Trouble::LockedOut(seconds) => error.retry_after = seconds,
            Trouble::RoleTooLow(need) => error.role_need = need,
            Trouble::ListCut(cut) => describe_cut(&mut error, cut),
            _ => {}
        }
        error
    }
}

/// Adds why a list broke off.
fn describe_cut(error: &mut ApiError, cut: Cut) {
    let word = match cut {
        Cut::Failed(cause) => {
            let cause = cause.api();
            error.cause = Some(cause.code);
            error.retry_after = cause.retry_after;
            "failed"
        }
        Cut::LostPosition => "position",
        Cut::Repeated => "repeated",
        Cut::NextUnusable => "next",
        Cut::Short { read, total } => {
            let number = |rows| u32::try_from(rows).unwrap_or(u32::MAX);
            error.rows = Some((number(read), number(total)));
            "short"
        }
    };
    error.detail = Some(word.to_owned());
}

fn code_of(trouble: &Trouble) -> (ErrorCode, bool) {
    match trouble {
        Trouble::Address(_) => (ErrorCode::AddressInvalid, false),
        Trouble::UnknownHost => (ErrorCode::HostUnknown, true),
        Trouble::Refused => (ErrorCode::ConnectionRefused, true),
        Trouble::TimedOut => (ErrorCode::TimedOut, true),
        Trouble::Broken => (ErrorCode::Offline, true),
        Trouble::Tls(_) => (ErrorCode::Tls, false),
        Trouble::Redirected(_) => (ErrorCode::Redirected, false),
        Trouble::NotThisProduct => (ErrorCode::NotThisProduct, false),
        Trouble::Garbled(_) => (ErrorCode::Garbled, true),
        Trouble::ServerFailed => (ErrorCode::ServerFailed, true),
        Trouble::RateLimited(_) => (ErrorCode::RateLimited, true),
        Trouble::LockedOut(_) => (ErrorCode::LockedOut, true),
        Trouble::TokenRefused => (ErrorCode::TokenRefused, false),
        Trouble::TokenExpired => (ErrorCode::TokenExpired, false),
        Trouble::ScopeMissing(_) => (ErrorCode::ScopeMissing, false),
        Trouble::RoleTooLow(_) => (ErrorCode::RoleTooLow, false),
        Trouble::Denied => (ErrorCode::Denied, false),
        Trouble::ReadOnly => (ErrorCode::ServerReadOnly, true),
        Trouble::OtherRegion => (ErrorCode::OtherRegion, false),
        Trouble::NoCredentials => (ErrorCode::TokenMissing, false),
        Trouble::NoCatalog => (ErrorCode::NoCatalog, false),
        Trouble::ListCut(_) => (ErrorCode::ListCut, true),
        Trouble::NotFound => (ErrorCode::NotFound, false),
        Trouble::EncodedSlashes => (ErrorCode::EncodedSlashes, false),
        Trouble::Rejected => (ErrorCode::Rejected, false),
        Trouble::RuleLimit => (ErrorCode::RuleLimit, false),
        Trouble::Duplicate => (ErrorCode::Duplicate, false),
        Trouble::Changed => (ErrorCode::Conflict, false),
        Trouble::Unlicensed => (ErrorCode::Unlicensed, false),
        Trouble::Unsupported => (ErrorCode::Unsupported, false),
        Trouble::Unclear => (ErrorCode::Unclear, false),
    }
}

/// Stable words for what is wrong with an address; the window has a sentence for each.
fn address_word(error: AddressError) -> &'static str {
    match error {
        AddressError::Empty => "empty",
        AddressError::Unreadable => "unreadable",
        AddressError::Scheme => "scheme",
        AddressError::Credentials => "credentials",
        AddressError::Plain => "plain",
    }
}

/// Errors that concern the whole connection or this computer: going on to the next project would only
/// repeat them.
pub(crate) fn concerns_connection(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::LockedOut
            | ErrorCode::TokenRefused
            | ErrorCode::TokenExpired
            | ErrorCode::TokenMissing
            | ErrorCode::OtherRegion
            | ErrorCode::HostUnknown
            | ErrorCode::ConnectionRefused
            | ErrorCode::Offline
            | ErrorCode::Tls
            | ErrorCode::RateLimited
            | ErrorCode::Redirected
            | ErrorCode::DatabaseReadOnly
            | ErrorCode::DatabaseFailed
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::DatabaseUnavailable
            | ErrorCode::DiskFull
    )
}

impl IntoApi for AddressError {
    fn api(self) -> ApiError {
        ApiError::new(ErrorCode::AddressInvalid).detail(address_word(self))
    }
}

impl IntoApi for ArchiveError {
    fn api(self) -> ApiError {
        match self {
            Self::ReadOnly | Self::NeedsMigration { .. } => ApiError::new(ErrorCode::DatabaseReadOnly),
            Self::Corrupt { what } => {
                tracing::warn!(what, "the database is damaged");
                ApiError::new(ErrorCode::DatabaseCorrupt)
            }
            Self::NewerSchema { .. } => ApiError::new(ErrorCode::DatabaseNewer),
            Self::DiskFull => ApiError { retryable: true, ..ApiError::new(ErrorCode::DiskFull) },
            Self::CannotOpen { path, .. } => {
                ApiError::new(ErrorCode::DatabaseUnavailable).detail(path.display().to_string())
            }
            Self::Locked { .. } => ApiError::new(ErrorCode::DatabaseLocked),
            Self::Busy => {
                ApiError { retryable: true, ..ApiError::new(ErrorCode::DatabaseFailed).detail("busy") }
            }
            Self::NotFound { what, id } => ApiError::new(ErrorCode::NotFound).detail(format!("{what} {id}")),
            error @ (Self::Exists | Self::Database { .. }) => {
                tracing::warn!(%error, "archive");
                ApiError::new(ErrorCode::DatabaseFailed)
            }
        }
    }
}

/// Whether an error is about the database, so that the sentence names its file.
pub(crate) fn concerns_database(code: ErrorCode) -> bool {
    code.as_str().starts_with("database.")
}

impl IntoApi for VaultError {
    fn api(self) -> ApiError {
        match self {
            Self::Locked => ApiError::new(ErrorCode::KeychainLocked),
            Self::NoService | Self::NoBus => ApiError::new(ErrorCode::KeychainMissing),
            Self::TimedOut => ApiError { retryable: true, ..ApiError::new(ErrorCode::KeychainTimeout) },
            Self::Missing { .. } => ApiError::new(ErrorCode::TokenMissing),
            Self::Backend { what } => ApiError::new(ErrorCode::KeychainFailed).detail(what),
        }
    }
}

/// `?` for the parts' errors.
pub(crate) trait OrApi<T> {
    /// Converts the error.
    fn or_api(self) -> Result<T, ApiError>;
}

impl<T, E: IntoApi> OrApi<T> for Result<T, E> {
    fn or_api(self) -> Result<T, ApiError> {
        self.map_err(IntoApi::api)
    }
}

/// The error of a change to rules that this account does not see.
pub(crate) fn not_visible(project: &ProjectListing, reason: &NotVisible, names: RoleNames) -> ApiError {
    let error = ApiError {
        project: Some(project.path.clone()),
        role_have: project.role,
        role_names: names,
        ..ApiError::new(ErrorCode::RulesNotVisible)
    };
    match reason {
        NotVisible::Role { needs } => ApiError { role_need: Some(*needs), ..error },
        NotVisible::Permission { needs } => error.detail(needs.clone()),
        NotVisible::Archived => error.detail(ARCHIVED),
        NotVisible::NotUnderstood => error.detail(NOT_UNDERSTOOD),
    }
}

/// Stores an error beside what it concerns.
pub(crate) fn to_value(error: &ApiError) -> Option<serde_json::Value> {
    serde_json::to_value(error).ok()
}

/// Reads an error stored so. One that an older version wrote otherwise is dropped.
pub(crate) fn from_value(value: Option<serde_json::Value>) -> Option<ApiError> {
    value.and_then(|value| serde_json::from_value(value).ok())
}
