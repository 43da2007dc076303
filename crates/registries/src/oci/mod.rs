//! Any registry that speaks the OCI Distribution API: what is in it, without rules to write.
//!
//! A project is a namespace, the first part of a repository's path: namespaces are what teams own,
//! and one that cannot be read leaves the others as they are. Reading goes in two steps, since names
//! cost one request for a thousand of them and a digest costs one each. Dates and sizes cost two
//! more, and are read of images that somebody looks at.

mod asking;
mod catalog;
mod challenge;
mod digests;
mod errors;
mod images;
mod lists;
mod token;

use std::sync::Mutex;

use async_trait::async_trait;
use futures::stream::StreamExt;
use secrecy::{ExposeSecret, SecretString};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::decision::Actor;
use tagwarden_rules::enforcement::Enforcement;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{RoleNames, SavedRule};
use tagwarden_rules::secret_kind::SecretKind;
use url::Url;

use crate::address::normalise_address;
use crate::error::{RegistryError, Trouble, refused_address};
use crate::facts::{
    CallOutline, Identity, ImageFacts, ProjectFacts, ProjectRef, ProjectRules, RepositoryFacts, RoleTally,
    RulesRead, ServerFacts, TagFacts,
};
use crate::http::secret::Secrets;
use crate::http::{Account, HttpClient, HttpSettings, OnWait, Pacing};
use crate::paging::PageSize;
use crate::{Pages, Registry};

use catalog::Catalog;
use token::Tokens;

pub use catalog::is_repository;

/// The name in sentences.
pub const PRODUCT: &str = "OCI registry";

/// Requests under way at once. A registry on a fast network is the limit with fewer already; one that
/// is far away gains from more, and whoever finds it too much answers 429.
pub const PARALLEL: usize = 32;

/// How to sign in.
#[derive(Debug)]
pub enum Credentials {
    /// Not at all.
    Anonymous,
    /// With a user name and a password or access token, given to the registry or to where it has
    /// its tokens fetched.
    Password {
        /// The user name.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// With a token that the registry itself takes.
    Token(SecretString),
}

/// A registry, and how to sign in to it.
pub struct Oci {
    http: HttpClient,
    base: Url,
    settings: HttpSettings,
    on_wait: Option<OnWait>,
    pacing: Pacing,
    credentials: Credentials,
    tokens: Tokens,
    /// The repositories that the user has named; empty: the registry is asked.
    named: Vec<String>,
    catalog: Mutex<Catalog>,
    page_sizes: PageSizes,
}

/// Registries limit both lists by themselves.
struct PageSizes {
    catalog: PageSize,
    tags: PageSize,
}

impl std::fmt::Debug for Oci {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oci").field("http", &self.http).finish_non_exhaustive()
    }
}

impl Oci {
    /// A client for the registry at `address` (see [`normalise_address`]). With `repositories` only
    /// these are read, and the registry needs no catalog. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Trouble::Address`] or [`Trouble::Tls`] for an address or certificates that cannot be used,
    /// [`Trouble::TokenRefused`] for a secret that fits in no header.
    pub fn new(
        address: &str,
        credentials: Credentials,
        repositories: &[String],
        settings: HttpSettings,
        on_wait: Option<OnWait>,
    ) -> Result<Self, RegistryError> {
        let account = credentials.account();
        let base = normalise_address(address).map_err(|error| refused_address(&account, error))?;
        let http = HttpClient::new(&base, account, settings.clone(), on_wait.clone())?;
        if !credentials.fit() {
            return Err(http.error(Trouble::TokenRefused));
        }
        let named = repositories.iter().filter(|name| is_repository(name)).cloned().collect();
        Ok(Self {
            http,
            base,
            settings,
            on_wait,
            pacing: Pacing::default(),
            credentials,
            tokens: Tokens::default(),
            named,
            catalog: Mutex::default(),
            page_sizes: PageSizes { catalog: PageSize::new(lists::PAGE), tags: PageSize::new(lists::PAGE) },
        })
    }

    /// Takes sleep, chance and the clock from elsewhere.
    #[must_use]
    pub fn with_pacing(mut self, pacing: Pacing) -> Self {
        self.http = self.http.with_pacing(pacing.clone());
        self.pacing = pacing;
        self
    }
}

impl Credentials {
    fn account(&self) -> Account {
        let (secret, secrets) = match self {
            Self::Anonymous => (SecretKind::Nothing, Secrets::default()),
            Self::Password { user, password } => (SecretKind::Password, Secrets::of_user(user, password)),
            Self::Token(token) => (SecretKind::Token, Secrets::of(token)),
        };
        Account { product: PRODUCT, secret, secrets }
    }

    fn fit(&self) -> bool {
        match self {
            Self::Anonymous => true,
            // A colon would end the user name on the way.
            Self::Password { user, password } => {
                !user.is_empty() && !user.contains(':') && !password.expose_secret().is_empty()
            }
            Self::Token(token) => {
                let token = token.expose_secret();
                !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
            }
        }
    }

    fn user(&self) -> Option<&str> {
        match self {
            Self::Password { user, .. } => Some(user),
            Self::Anonymous | Self::Token(_) => None,
        }
    }
}

/// No kind of rule: patterns can be tried, nothing can be saved.
fn capabilities() -> Capabilities {
    Capabilities {
        product: PRODUCT.to_owned(),
        enforcement: Enforcement::Nothing,
        role_names: RoleNames::None,
        actors: vec![Actor::Permitted],
        images_on_request: true,
        ..Capabilities::of_dialect(Dialect::Gitlab)
    }
}

#[async_trait]
impl Registry for Oci {
    async fn reach(&self) -> Result<(), RegistryError> {
        self.reach_registry().await
    }

    async fn server(&self) -> Result<ServerFacts, RegistryError> {
        self.read_base().await?;
        Ok(ServerFacts { product: PRODUCT.to_owned(), version: None, enterprise: None })
    }

    async fn identity(&self) -> Result<Identity, RegistryError> {
        self.read_base().await?;
        Ok(Identity {
            user: self.credentials.user().map(str::to_owned),
            admin: false,
            token_name: None,
            scopes: None,
            expires_at: None,
            can_change: Some(false),
            signs_in_at: self.signs_in_at(),
        })
    }

    fn role_names(&self) -> RoleNames {
        RoleNames::None
    }

    async fn roles(&self) -> Result<Option<Vec<RoleTally>>, RegistryError> {
        Ok(None)
    }

    fn projects(&self) -> Pages<'_, ProjectFacts> {
        self.project_pages().boxed()
    }

    async fn project(&self, project: &ProjectRef) -> Result<ProjectFacts, RegistryError> {
        self.read_project(project).await
    }

    fn repositories<'a>(&'a self, project: &'a ProjectRef) -> Pages<'a, RepositoryFacts> {
        self.repository_pages(project).boxed()
    }

    fn tags<'a>(&'a self, _project: &'a ProjectRef, repository: &'a RepositoryFacts) -> Pages<'a, TagFacts> {
        self.name_pages(repository).boxed()
    }

    fn digests<'a>(
        &'a self,
        _project: &'a ProjectRef,
        repository: &'a RepositoryFacts,
        names: Vec<String>,
    ) -> Option<Pages<'a, TagFacts>> {
        Some(self.digest_pages(repository, names).boxed())
    }

    fn images<'a>(
        &'a self,
        _project: &'a ProjectRef,
        repository: &'a RepositoryFacts,
        digests: Vec<String>,
    ) -> Pages<'a, ImageFacts> {
        self.image_pages(repository, digests).boxed()
    }

    async fn rules(&self, projects: &[ProjectFacts]) -> Vec<Result<ProjectRules, RegistryError>> {
        let none = || RulesRead { rules: Vec::new(), complete: true, capabilities: capabilities() };
        let read = || ProjectRules::Visible(none());
        projects.iter().map(|_| Ok(read())).collect()
    }

    async fn change(
        &self,
        _project: &ProjectRef,
        _capabilities: &Capabilities,
        _change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError> {
        Err(self.http.error(Trouble::Unsupported))
    }

    fn calls(&self, _: &ProjectRef, _: &Capabilities, _: &Change) -> Vec<CallOutline> {
        Vec::new()
    }

    fn script(&self, _: &ProjectRef, _: &Capabilities, _: &Change) -> Vec<String> {
        Vec::new()
    }
}
