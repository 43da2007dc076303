//! AWS ECR: repositories of one account in one region, by the official SDK.
//!
//! A project is one repository, since a repository carries the rule: its tag mutability with the
//! exclusion filters, which together are exactly one rule (see `mode.rs`). The SDK signs and reads;
//! requests go through the HTTP client that all registries share.

mod asking;
mod changes;
mod cleanup;
mod errors;
mod keys;
mod lifecycle;
mod lists;
mod mode;
mod place;
mod retention;
mod transport;

use async_trait::async_trait;
use aws_sdk_ecr::Client;
use aws_sdk_ecr::config::retry::RetryConfig;
use aws_sdk_ecr::config::timeout::TimeoutConfig;
use aws_sdk_ecr::config::{BehaviorVersion, IdentityCache, Region, StalledStreamProtectionConfig};
use futures::stream::{self, StreamExt};
use tagwarden_rules::capabilities::{Capabilities, CapabilityNote, KindCapability, RuleForm};
use tagwarden_rules::cleanup::{Cleanup, CleanupPreview};
use tagwarden_rules::decision::Actor;
use tagwarden_rules::pattern::{Dialect, ECR_FILTERS, ECR_LENGTH, ECR_STARS};
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Blocks, Role, RoleNames, Rule, RuleKind, SavedRule};
use url::Url;

use crate::error::{RegistryError, Trouble, refused_address};
use crate::facts::{
    CallOutline, Identity, ProjectFacts, ProjectRef, ProjectRules, RepositoryFacts, RoleTally, ServerFacts,
    TagFacts,
};
use crate::http::lanes::Lanes;
use crate::http::{HttpClient, HttpSettings, Intent, OnWait, Pacing, Request};
use crate::paging::PageSize;
use crate::{Pages, Registry};

pub use keys::Credentials;
pub use lifecycle::{
    Action, Lifecycle, LifecycleError, LifecycleFault, LifecycleRule, Select, Since, UnreadRule, When,
};
pub use place::{Place, address};

use keys::Keys;
use transport::Transport;

/// The name in sentences.
pub const PRODUCT: &str = "AWS ECR";

/// Calls under way at once. What the service allows is not published for lists; beyond it throttles.
pub const PARALLEL: usize = 4;

/// The repositories of one account in one region.
pub struct Ecr {
    sdk: Client,
    /// Asks without keys whether anything answers.
    http: HttpClient,
    place: Place,
    settings: HttpSettings,
    on_wait: Option<OnWait>,
    pacing: Pacing,
    lanes: Lanes,
    page_size: PageSize,
    keys: Keys,
    /// What tells the keys from others, without a secret.
    key_name: Option<String>,
}

impl std::fmt::Debug for Ecr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ecr")
            .field("place", &self.place)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Ecr {
    /// A client for the registry at `typed` (see [`address`]). Nothing is sent and no profile is read
    /// yet.
    ///
    /// # Errors
    /// [`Trouble::Address`] or [`Trouble::Tls`] for an address or certificates that cannot be used,
    /// [`Trouble::TokenRefused`] for keys that cannot be keys.
    pub fn new(
        typed: &str,
        credentials: &Credentials,
        settings: HttpSettings,
        on_wait: Option<OnWait>,
    ) -> Result<Self, RegistryError> {
        let account = credentials.account();
        let place = Place::read(typed).map_err(|error| refused_address(&account, error))?;
        let settings = HttpSettings { parallel: settings.parallel.clamp(1, PARALLEL), ..settings };
        let http = HttpClient::new(&place.endpoint, account, settings.clone(), on_wait.clone())?;
        if !credentials.fit() {
            return Err(http.error(Trouble::TokenRefused));
        }
        let transport =
            |base: &Url| Transport::new(base, settings.clone()).map_err(|trouble| http.error(trouble));
        // Where a profile's keys come from is not where the registry is.
        let elsewhere = match credentials {
            Credentials::Keys { .. } => None,
            Credentials::Profile { .. } => Url::parse("https://sts.amazonaws.com").ok(),
        };
        let elsewhere = elsewhere.as_ref().map(transport).transpose()?;
        let pacing = Pacing::default();
        let keys = Keys::new(credentials, &place.region, elsewhere, pacing.clone(), http.secrets().clone());
        let sdk = client(&place, transport(&place.endpoint)?, keys.clone());
        Ok(Self {
            sdk,
            lanes: Lanes::new(settings.parallel),
            page_size: PageSize::new(lists::PAGE),
            http,
            place,
            settings,
            on_wait,
            pacing,
            keys,
            key_name: credentials.name(),
        })
    }

    /// Takes sleep, chance and the clock from elsewhere. Signatures keep the system's clock.
    #[must_use]
    pub fn with_pacing(mut self, pacing: Pacing) -> Self {
        self.http = self.http.with_pacing(pacing.clone());
        self.keys = self.keys.with_pacing(pacing.clone());
        self.pacing = pacing;
        self
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.http.error(trouble)
    }
}

/// The SDK's client without what it would do by itself: retries, deadlines, a cache of keys.
fn client(place: &Place, transport: Transport, keys: Keys) -> Client {
    let config = aws_sdk_ecr::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(place.region.clone()))
        .endpoint_url(place.endpoint.as_str().trim_end_matches('/'))
        .credentials_provider(keys)
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(transport)
        .build();
    Client::from_conf(config)
}

/// What a repository's rule can say. Who may change it is a matter of policies that nobody can read
/// from here, so there are no roles.
fn capabilities() -> Capabilities {
    Capabilities {
        product: PRODUCT.to_owned(),
        kinds: vec![KindCapability {
            kind: RuleKind::Immutable,
            blocks: Some(Blocks::Overwrite),
            editable: true,
            minimum_role: Role::Developer,
            unavailable: None,
        }],
        form: RuleForm::Mutability {
            exclusions: ECR_FILTERS as u32,
            wildcards: ECR_STARS as u32,
            characters: ECR_LENGTH as u32,
        },
        single_repository: true,
        excluding: true,
        actors: vec![Actor::Permitted],
        rule_limit: Some(1),
        cleanup: true,
        cleanup_preview: true,
        notes: vec![
            CapabilityNote::DeleteStaysPossible,
            CapabilityNote::SameImageRefused,
            CapabilityNote::WholeNameByExample,
        ],
        ..Capabilities::of_dialect(Dialect::EcrFilters)
    }
}

#[async_trait]
impl Registry for Ecr {
    async fn reach(&self) -> Result<(), RegistryError> {
        let request = Request {
            method: reqwest::Method::GET,
            url: self.place.endpoint.clone(),
            secret: None,
            accept: None,
            json: None,
            intent: Intent::Read,
        };
        // Without a signature every answer is a refusal; what is behind the address shows with one.
        self.http.send(&request).await.map(|_| ())
    }

    async fn server(&self) -> Result<ServerFacts, RegistryError> {
        match self.repository_page(Some(1), None).await {
            // Keys that may not list are keys that the service knows.
            Ok(_) | Err(RegistryError { trouble: Trouble::Denied, .. }) => {
                Ok(ServerFacts { product: PRODUCT.to_owned(), version: None, enterprise: None })
            }
            Err(error) => Err(error),
        }
    }

    async fn identity(&self) -> Result<Identity, RegistryError> {
        // The account is told with each of its repositories; one without any stays nameless.
        let (repositories, _) = self.repository_page(Some(1), None).await?;
        let account = repositories.iter().find_map(|one| one.registry_id());
        Ok(Identity {
            user: account.map(str::to_owned),
            admin: false,
            token_name: self.key_name.clone(),
            scopes: None,
            expires_at: None,
            can_change: None,
            signs_in_at: None,
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
        let repository = self.repository(&project.id).await?;
        self.facts(&repository).ok_or_else(|| self.error(Trouble::NotFound))
    }

    fn repositories<'a>(&'a self, project: &'a ProjectRef) -> Pages<'a, RepositoryFacts> {
        stream::iter([Ok(vec![Self::only_repository(project)])]).boxed()
    }

    fn tags<'a>(&'a self, _project: &'a ProjectRef, repository: &'a RepositoryFacts) -> Pages<'a, TagFacts> {
        self.tag_pages(repository).boxed()
    }

    async fn rules(&self, projects: &[ProjectFacts]) -> Vec<Result<ProjectRules, RegistryError>> {
        self.read_rules(projects).await
    }

    async fn cleanup(&self, project: &ProjectRef) -> Result<Option<Cleanup>, RegistryError> {
        Ok(self.lifecycle(project).await?.map(|text| cleanup::of_text(&text)))
    }

    async fn cleanup_preview(&self, project: &ProjectRef) -> Result<Option<CleanupPreview>, RegistryError> {
        self.lifecycle_preview(project, None).await.map(|images| Some(CleanupPreview::of(images)))
    }

    /// One call sets a repository to what it shall be, whatever it was.
    fn stages(&self, change: &Change) -> Vec<Option<Rule>> {
        match change {
            Change::Create { rule: to } | Change::Update { to, .. } | Change::Recreate { to, .. } => {
                vec![Some(to.clone())]
            }
            Change::Delete { .. } => vec![None],
        }
    }

    async fn change(
        &self,
        project: &ProjectRef,
        _capabilities: &Capabilities,
        change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError> {
        self.carry_out(project, change).await
    }

    fn calls(&self, _: &ProjectRef, _: &Capabilities, _: &Change) -> Vec<CallOutline> {
        vec![self.outline()]
    }

    fn script_secret(&self) -> &'static str {
        "The AWS command line signs with the keys that it finds by itself."
    }

    fn script(&self, project: &ProjectRef, _: &Capabilities, change: &Change) -> Vec<String> {
        self.command(project, change).into_iter().collect()
    }
}
