//! GitLab: protected and immutable tag rules.
//!
//! REST where it is stable, GraphQL for what exists there only: immutable rules, and tags with
//! digest and dates. Server behaviour: GitLab's API documentation and code of versions 17.8 to 18.10.

mod calls;
mod capabilities;
mod changes;
mod errors;
mod graphql;
mod learned;
mod projects;
mod protection;
mod rest;
mod rules;
mod server;
mod tags;
mod version;
mod visible;
mod wire;

use async_trait::async_trait;
use futures::stream::StreamExt;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::SavedRule;
use tagwarden_rules::secret_kind::SecretKind;
use url::Url;

use crate::address::normalise_address;
use crate::error::{RegistryError, Trouble, refused_address};
use crate::facts::{
    CallOutline, Identity, ProjectFacts, ProjectRef, ProjectRules, RepositoryFacts, RoleTally, ServerFacts,
    TagFacts,
};
use crate::http::secret::Secrets;
use crate::http::{Account, HttpClient, HttpSettings, OnWait, Pacing};
use crate::paging::PageSize;
use crate::{Pages, Registry};

use learned::Learned;

/// A GitLab server and one token for it.
#[derive(Debug)]
pub struct GitLab {
    http: HttpClient,
    base: Url,
    token: SecretString,
    learned: Learned,
    page_size: PageSize,
}

impl GitLab {
    /// A client for the server at `address` (see [`normalise_address`]), acting with `token`: a
    /// personal, project or group access token. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Trouble::Address`] or [`Trouble::Tls`] (`plain`) for an address that cannot be used,
    /// [`Trouble::TokenRefused`] for a token that fits in no header, [`Trouble::Tls`] when the
    /// certificates to trust cannot be read.
    pub fn new(
        address: &str,
        token: SecretString,
        settings: HttpSettings,
        on_wait: Option<OnWait>,
    ) -> Result<Self, RegistryError> {
        let token = SecretString::from(token.expose_secret().trim());
        let secrets = Secrets::of(&token);
        let account = Account { product: "GitLab", secret: SecretKind::Token, secrets };
        let base = normalise_address(address).map_err(|error| refused_address(&account, error))?;
        let http = HttpClient::new(&base, account, settings, on_wait)?;
        if token.expose_secret().is_empty() || HeaderValue::from_str(token.expose_secret()).is_err() {
            return Err(http.error(Trouble::TokenRefused));
        }
        let page_size = PageSize::new(rest::PER_PAGE);
        Ok(Self { http, base, token, learned: Learned::default(), page_size })
    }

    /// Takes sleep, chance and the clock from elsewhere.
    #[must_use]
    pub fn with_pacing(mut self, pacing: Pacing) -> Self {
        self.http = self.http.with_pacing(pacing);
        self
    }
}

#[async_trait]
impl Registry for GitLab {
    async fn reach(&self) -> Result<(), RegistryError> {
        self.reach_server().await
    }

    async fn server(&self) -> Result<ServerFacts, RegistryError> {
        self.read_server().await
    }

    async fn identity(&self) -> Result<Identity, RegistryError> {
        self.read_identity().await
    }

    async fn roles(&self) -> Result<Option<Vec<RoleTally>>, RegistryError> {
        self.count_roles().await.map(Some)
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

    async fn rules(&self, projects: &[ProjectFacts]) -> Vec<Result<ProjectRules, RegistryError>> {
        self.read_rules(projects).await
    }

    async fn change(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError> {
        self.carry_out(project, capabilities, change).await
    }

    fn calls(&self, project: &ProjectRef, capabilities: &Capabilities, change: &Change) -> Vec<CallOutline> {
        self.calls_for(project, capabilities, change).iter().map(calls::Call::outline).collect()
    }

    fn script_secret(&self) -> &'static str {
        "Reads the token from $GITLAB_TOKEN."
    }

    fn script(&self, project: &ProjectRef, capabilities: &Capabilities, change: &Change) -> Vec<String> {
        self.calls_for(project, capabilities, change).iter().map(calls::Call::script).collect()
    }
}
