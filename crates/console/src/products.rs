//! The kinds of registry: their names, and the one place that makes their clients.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::RegistryKind;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_registries::ecr::{self, Ecr};
use tagwarden_registries::gitlab::GitLab;
use tagwarden_registries::harbor::{self, Harbor};
use tagwarden_registries::http::{HttpSettings, OnWait};
use tagwarden_registries::oci::{self, Credentials, Oci};
use tagwarden_registries::{AddressError, normalise_address};
use tagwarden_rules::enforcement::Enforcement;
use tagwarden_rules::secret_kind::SecretKind;
use url::Url;

use crate::errors::OrApi as _;
use crate::registry::Client;

/// The kind as the archive writes it.
pub(crate) fn word(kind: RegistryKind) -> &'static str {
    match kind {
        RegistryKind::Gitlab => "gitlab",
        RegistryKind::Harbor => "harbor",
        RegistryKind::Oci => "oci",
        RegistryKind::Ecr => "ecr",
    }
}

/// The kind of what the archive has; what only a newer Tagwarden knows counts as the first kind there was.
pub(crate) fn kind(word: &str) -> RegistryKind {
    match word {
        "harbor" => RegistryKind::Harbor,
        "oci" => RegistryKind::Oci,
        "ecr" => RegistryKind::Ecr,
        _ => RegistryKind::Gitlab,
    }
}

/// The short mark for lists.
pub(crate) fn mark(kind: RegistryKind) -> &'static str {
    match kind {
        RegistryKind::Gitlab => "GL",
        RegistryKind::Harbor => "HB",
        RegistryKind::Oci => "OC",
        RegistryKind::Ecr => "EC",
    }
}

/// The name in sentences.
pub(crate) fn product(kind: RegistryKind) -> &'static str {
    match kind {
        RegistryKind::Gitlab => "GitLab",
        RegistryKind::Harbor => harbor::PRODUCT,
        RegistryKind::Oci => oci::PRODUCT,
        RegistryKind::Ecr => ecr::PRODUCT,
    }
}

/// The kind that a client's errors are about.
pub(crate) fn kind_of_product(name: &str) -> Option<RegistryKind> {
    [RegistryKind::Gitlab, RegistryKind::Harbor, RegistryKind::Ecr, RegistryKind::Oci]
        .into_iter()
        .find(|kind| product(*kind) == name)
}

/// What a connection of this kind signs in with, given its user.
pub(crate) fn secret_kind(kind: RegistryKind, user: Option<&str>) -> SecretKind {
    let user = user.map(str::trim).filter(|user| !user.is_empty());
    match kind {
        RegistryKind::Gitlab => SecretKind::Token,
        RegistryKind::Harbor => harbor::kind_of_secret(user.unwrap_or_default()),
        RegistryKind::Oci if user.is_some() => SecretKind::Password,
        RegistryKind::Oci => SecretKind::Token,
        RegistryKind::Ecr => SecretKind::AccessKey,
    }
}

/// An error about a connection of this kind.
pub(crate) fn about(kind: RegistryKind, user: Option<&str>, code: ErrorCode) -> ApiError {
    say_whose(ApiError::new(code), kind, user)
}

/// Adds to an error what its sentence needs to know of the connection.
pub(crate) fn say_whose(error: ApiError, kind: RegistryKind, user: Option<&str>) -> ApiError {
    ApiError { registry: Some(kind), secret: secret_kind(kind, user), ..error }
}

/// How its rules are enforced.
pub(crate) fn enforcement(kind: RegistryKind) -> Enforcement {
    match kind {
        RegistryKind::Gitlab => Enforcement::Gitlab,
        RegistryKind::Harbor => Enforcement::Harbor,
        RegistryKind::Oci => Enforcement::Nothing,
        RegistryKind::Ecr => Enforcement::Ecr,
    }
}

/// The address of what was typed. Some kinds know other ways to name a place than an address.
pub(crate) fn address(kind: RegistryKind, typed: &str) -> Result<Url, AddressError> {
    match kind {
        RegistryKind::Gitlab | RegistryKind::Harbor | RegistryKind::Oci => normalise_address(typed),
        RegistryKind::Ecr => ecr::address(typed),
    }
}

/// What a client is made from.
pub(crate) struct Access<'a> {
    pub(crate) kind: RegistryKind,
    pub(crate) address: &'a str,
    pub(crate) user: Option<&'a str>,
    pub(crate) repositories: &'a [String],
    /// The profile to sign in with, where that is the way; empty: the default one.
    pub(crate) profile: Option<&'a str>,
    /// `None`: nobody in particular.
    pub(crate) token: Option<SecretString>,
}

impl Access<'_> {
    pub(crate) fn client(self, http: HttpSettings, on_wait: Option<OnWait>) -> Result<Client, ApiError> {
        Ok(match self.kind {
            RegistryKind::Gitlab => {
                let token = self.token.unwrap_or_default();
                Arc::new(GitLab::new(self.address, token, http, on_wait).or_api()?)
            }
            RegistryKind::Harbor => {
                let user = self.user.map(str::trim).unwrap_or_default();
                let password = self.token.unwrap_or_default();
                Arc::new(Harbor::new(self.address, user, password, http, on_wait).or_api()?)
            }
            RegistryKind::Oci => {
                let user = self.user.map(str::trim).filter(|user| !user.is_empty());
                let credentials = match (self.token.filter(|token| !token.expose_secret().is_empty()), user) {
                    (None, _) => Credentials::Anonymous,
                    (Some(password), Some(user)) => Credentials::Password { user: user.to_owned(), password },
                    (Some(token), None) => Credentials::Token(token),
                };
                let http = HttpSettings { parallel: http.parallel.max(oci::PARALLEL), ..http };
                Arc::new(Oci::new(self.address, credentials, self.repositories, http, on_wait).or_api()?)
            }
            RegistryKind::Ecr => {
                let credentials = match self.profile.map(str::trim) {
                    Some(name) => ecr::Credentials::Profile {
                        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
                        file: None,
                    },
                    None => ecr::Credentials::Keys {
                        id: self.user.unwrap_or_default().trim().to_owned(),
                        secret: self.token.unwrap_or_default(),
                    },
                };
                Arc::new(Ecr::new(self.address, &credentials, http, on_wait).or_api()?)
            }
        })
    }
}
