//! Registries: what Tagwarden asks of one, and the modules that ask it.
//!
//! [`Registry`] is the whole contract. Everything above it (sync, plans, the window) knows no
//! product by name; what a product cannot do is told by [`Capabilities`].

pub mod address;
pub mod ecr;
pub mod error;
pub mod facts;
pub mod gitlab;
pub mod harbor;
pub mod http;
mod moment;
pub mod oci;
mod paging;
mod shell;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::cleanup::{Cleanup, CleanupPreview};
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Role, RoleNames, Rule, SavedRule};

pub use address::{AddressError, normalise_address};
pub use error::{Cut, RegistryError, Trouble};
pub use facts::{
    CallOutline, Identity, ImageFacts, ImageTies, ProjectFacts, ProjectRef, ProjectRules, RepositoryFacts,
    RoleTally, RulesRead, ServerFacts, TagFacts,
};

/// Pages of something, as they arrive from the server. An error ends the list; the pages before it are good.
/// After the first page it is [`Trouble::ListCut`].
pub type Pages<'a, T> = BoxStream<'a, Result<Vec<T>, RegistryError>>;

/// A registry that somebody has added.
///
/// Reads are retried inside, writes never: after [`Trouble::Unclear`] read before writing again.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Whether something answers at the address, over a connection that can be trusted. No token is sent.
    async fn reach(&self) -> Result<(), RegistryError>;

    /// The product and version behind the address.
    async fn server(&self) -> Result<ServerFacts, RegistryError>;

    /// Who the token belongs to and what it may do.
    async fn identity(&self) -> Result<Identity, RegistryError>;

    /// What the roles are called that rights come from. [`RoleNames::None`]: they come from policies
    /// that nobody can read from outside.
    fn role_names(&self) -> RoleNames {
        RoleNames::Gitlab
    }

    /// The role that is enough for every kind of rule.
    fn role_for_rules(&self) -> Role {
        Role::Owner
    }

    /// In how many projects the user has which role, highest first; `None`: the server does not tell
    /// this account its roles.
    async fn roles(&self) -> Result<Option<Vec<RoleTally>>, RegistryError>;

    /// Projects the user can see and that have a registry, page by page.
    fn projects(&self) -> Pages<'_, ProjectFacts>;

    /// One project, read again.
    async fn project(&self, project: &ProjectRef) -> Result<ProjectFacts, RegistryError>;

    /// A project's repositories, page by page.
    fn repositories<'a>(&'a self, project: &'a ProjectRef) -> Pages<'a, RepositoryFacts>;

    /// A repository's tags, page by page.
    fn tags<'a>(&'a self, project: &'a ProjectRef, repository: &'a RepositoryFacts) -> Pages<'a, TagFacts>;

    /// The same tags with their digests, from a registry whose [`Registry::tags`] gives names alone
    /// because each digest costs a request; `None`: the tags were complete. Come in any order.
    fn digests<'a>(
        &'a self,
        _project: &'a ProjectRef,
        _repository: &'a RepositoryFacts,
        _names: Vec<String>,
    ) -> Option<Pages<'a, TagFacts>> {
        None
    }

    /// Dates and sizes of images by their digests, from a registry with
    /// [`Capabilities::images_on_request`]; one that is gone, or that is no image, is left out. Come in
    /// any order.
    fn images<'a>(
        &'a self,
        _project: &'a ProjectRef,
        _repository: &'a RepositoryFacts,
        _digests: Vec<String>,
    ) -> Pages<'a, ImageFacts> {
        stream::empty().boxed()
    }

    /// How an image hangs together with others, as its repository's tags told when they were last read by
    /// this client. `repository` is the full path.
    fn image_ties(&self, _repository: &str, _digest: &str) -> ImageTies {
        ImageTies::default()
    }

    /// The rules of several projects, each with what can be done there. One answer per project, in
    /// the given order. `roles` and licences are judged per project. Rules that this account does not
    /// see are [`ProjectRules::NotVisible`], also where the server answers with an empty list.
    async fn rules(&self, projects: &[ProjectFacts]) -> Vec<Result<ProjectRules, RegistryError>>;

    /// What the registry keeps and deletes by itself in a project; `None`: it has no policy for it.
    async fn cleanup(&self, _project: &ProjectRef) -> Result<Option<Cleanup>, RegistryError> {
        Ok(None)
    }

    /// What its own policy would do now, by a preview of the registry's own; `None`: it makes none. Changes
    /// nothing, may take minutes, and may need a permission that reading does not.
    async fn cleanup_preview(&self, _project: &ProjectRef) -> Result<Option<CleanupPreview>, RegistryError> {
        Ok(None)
    }

    /// What a change makes of its rule, call by call: one entry a call, `None` while there is no rule.
    /// Each of these stages is a change of one call, which can be sent, read back and repeated by itself.
    fn stages(&self, change: &Change) -> Vec<Option<Rule>> {
        match change {
            Change::Create { rule } => vec![Some(rule.clone())],
            Change::Update { to, .. } => vec![Some(to.clone())],
            Change::Recreate { to, .. } => vec![None, Some(to.clone())],
            Change::Delete { .. } => vec![None],
        }
    }

    /// Makes one change. One of several calls (see [`Registry::stages`]) stops at the first that fails;
    /// how far it came is then unclear, so whoever must know sends its stages one by one.
    ///
    /// A write that the server turned away without looking at it, because there are too many, is
    /// [`Trouble::RateLimited`]: it can be sent again. After [`Trouble::ServerFailed`] the request has
    /// ended, after [`Trouble::Unclear`] the server may still be at it: in both cases the rules tell.
    ///
    /// Answers with the rule as the server holds it afterwards (`None` after a delete).
    async fn change(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError>;

    /// The calls that a change would make, to be shown before.
    fn calls(&self, project: &ProjectRef, capabilities: &Capabilities, change: &Change) -> Vec<CallOutline>;

    /// Where those lines have their secret from, in a sentence for a comment above them.
    fn script_secret(&self) -> &'static str {
        ""
    }

    /// The same calls as shell lines without a secret in them.
    fn script(&self, project: &ProjectRef, capabilities: &Capabilities, change: &Change) -> Vec<String>;
}
