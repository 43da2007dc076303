//! Harbor, and STACKIT's container registry, which is one: immutability rules, retention read.
//!
//! Server behaviour: Harbor's code of versions 2.8 to 2.15 (`src/` in its repository). What makes it
//! unlike others: it checks no rule when it saves one, answers wrong credentials as if there were
//! none, and ignores everything else in a call that switches a rule on or off.

mod accessories;
mod asking;
mod calls;
mod capabilities;
mod changes;
mod errors;
mod inventory;
mod projects;
mod retention;
mod rules;
mod server;
mod version;
mod wire;

use async_trait::async_trait;
use futures::stream::StreamExt;
use secrecy::{ExposeSecret, SecretString};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::cleanup::Cleanup;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Role, RoleNames, Rule, SavedRule};
use url::Url;

use crate::address::normalise_address;
use crate::error::{RegistryError, Trouble, refused_address};
use crate::facts::{
    CallOutline, Identity, ImageTies, ProjectFacts, ProjectRef, ProjectRules, RepositoryFacts, RoleTally,
    ServerFacts, TagFacts,
};
use crate::http::secret::Secrets;
use crate::http::{Account, HttpClient, HttpSettings, OnWait, Pacing};
use crate::paging::PageSize;
use crate::{Pages, Registry};

pub use server::kind_of_secret;

use accessories::AllTies;
use inventory::Inventories;
use server::Known;

/// The name in sentences.
pub const PRODUCT: &str = "Harbor";

/// A Harbor server and one account on it.
pub struct Harbor {
    http: HttpClient,
    base: Url,
    user: String,
    password: SecretString,
    known: Known,
    inventories: Inventories,
    page_size: PageSize,
    ties: AllTies,
}

impl std::fmt::Debug for Harbor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Harbor").field("http", &self.http).finish_non_exhaustive()
    }
}

impl Harbor {
    /// A client for the server at `address` (see [`normalise_address`]), signed in on every request
    /// as `user`: a user with a password or CLI secret, or a robot by its full name. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Trouble::Address`] or [`Trouble::Tls`] for an address or certificates that cannot be used,
    /// [`Trouble::TokenRefused`] for a name or password that fits in no header.
    pub fn new(
        address: &str,
        user: &str,
        password: SecretString,
        settings: HttpSettings,
        on_wait: Option<OnWait>,
    ) -> Result<Self, RegistryError> {
        let account = Account {
            product: PRODUCT,
            secret: server::kind_of_secret(user),
            secrets: Secrets::of_user(user, &password),
        };
        let base = normalise_address(address).map_err(|error| refused_address(&account, error))?;
        let http = HttpClient::new(&base, account, settings, on_wait)?;
        let fits = !user.is_empty() && !user.contains(':') && !password.expose_secret().is_empty();
        if !fits || crate::http::secret::basic(user, &password).is_none() {
            return Err(http.error(Trouble::TokenRefused));
        }
        let (known, inventories, ties) = (Known::default(), Inventories::default(), AllTies::default());
        let page_size = PageSize::new(asking::PAGE_SIZE);
        Ok(Self { http, base, user: user.to_owned(), password, known, inventories, page_size, ties })
    }

    /// Takes sleep, chance and the clock from elsewhere.
    #[must_use]
    pub fn with_pacing(mut self, pacing: Pacing) -> Self {
        self.http = self.http.with_pacing(pacing);
        self
    }
}

#[async_trait]
impl Registry for Harbor {
    async fn reach(&self) -> Result<(), RegistryError> {
        self.reach_server().await
    }

    async fn server(&self) -> Result<ServerFacts, RegistryError> {
        self.read_server().await
    }

    async fn identity(&self) -> Result<Identity, RegistryError> {
        self.read_identity().await
    }

    fn role_names(&self) -> RoleNames {
        RoleNames::Harbor
    }

    fn role_for_rules(&self) -> Role {
        Role::Maintainer
    }

    async fn roles(&self) -> Result<Option<Vec<RoleTally>>, RegistryError> {
        self.count_roles().await
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

    fn tags<'a>(&'a self, project: &'a ProjectRef, repository: &'a RepositoryFacts) -> Pages<'a, TagFacts> {
        self.tag_pages(project, repository).boxed()
    }

    fn image_ties(&self, repository: &str, digest: &str) -> ImageTies {
        self.ties.of(repository, digest)
    }

    async fn rules(&self, projects: &[ProjectFacts]) -> Vec<Result<ProjectRules, RegistryError>> {
        self.read_all_rules(projects).await
    }

    async fn cleanup(&self, project: &ProjectRef) -> Result<Option<Cleanup>, RegistryError> {
        self.read_cleanup(project).await
    }

    fn stages(&self, change: &Change) -> Vec<Option<Rule>> {
        calls::stages(change)
    }

    async fn change(
        &self,
        project: &ProjectRef,
        _capabilities: &Capabilities,
        change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError> {
        self.carry_out(project, change).await
    }

    fn calls(&self, project: &ProjectRef, _: &Capabilities, change: &Change) -> Vec<CallOutline> {
        self.calls_for(project, change).iter().map(calls::Call::outline).collect()
    }

    fn script_secret(&self) -> &'static str {
        "Reads the password or secret from $HARBOR_PASSWORD."
    }

    fn script(&self, project: &ProjectRef, _: &Capabilities, change: &Change) -> Vec<String> {
        self.calls_for(project, change).iter().map(|call| call.script(&self.user)).collect()
    }
}
