//! The things that selections are made on.

use super::connection::Page;
use crate::state::{MinimumRole, Project, Repository, RepositoryRule, Role, Tag, TagRule, User};

/// One thing of the graph.
pub(super) enum Node<'a> {
    Query,
    User(&'a User),
    Metadata,
    Complexity,
    /// A project and the caller's role in it.
    Project(&'a Project, Role),
    AccessLevel(Option<Role>),
    ProjectPermissions(Role),
    TagRule(&'a TagRule),
    RepositoryRule(&'a RepositoryRule),
    Repository(&'a Repository, &'a Project, Role),
    RepositoryDetails(&'a Repository, &'a Project, Role),
    RepositoryPermissions(bool),
    Tag(&'a Tag, &'a Repository, &'a Project, Role),
    Protection(Protection),
    TagPermissions(bool),
    Connection(Page<'a>),
    Edge(&'static str, &'a (String, Node<'a>)),
    PageInfo(&'a Page<'a>),
    Payload(&'a Payload),
}

/// What the rules make of one tag. GitLab: an immutable match leaves both levels null; otherwise each
/// level is the highest of all matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    Immutable,
    Protected { push: MinimumRole, delete: MinimumRole },
}

/// What a mutation answers.
#[derive(Debug, Default)]
pub(super) struct Payload {
    pub(super) of: &'static str,
    pub(super) errors: Vec<String>,
    pub(super) rule: Option<TagRule>,
    pub(super) deleted: Option<Vec<String>>,
    pub(super) client_mutation_id: Option<String>,
}

impl Node<'_> {
    /// The type's name.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::User(_) => "CurrentUser",
            Self::Metadata => "Metadata",
            Self::Complexity => "QueryComplexity",
            Self::Project(..) => "Project",
            Self::AccessLevel(_) => "AccessLevel",
            Self::ProjectPermissions(_) => "ProjectPermissions",
            Self::TagRule(_) => "ContainerProtectionTagRule",
            Self::RepositoryRule(_) => "ContainerProtectionRepositoryRule",
            Self::Repository(..) => "ContainerRepository",
            Self::RepositoryDetails(..) => "ContainerRepositoryDetails",
            Self::RepositoryPermissions(_) => "ContainerRepositoryPermissions",
            Self::Tag(..) => "ContainerRepositoryTag",
            Self::Protection(_) => "ContainerProtectionAccessLevel",
            Self::TagPermissions(_) => "ContainerRepositoryTagPermissions",
            Self::Connection(page) => page.of,
            Self::Edge(of, _) => of,
            Self::PageInfo(_) => "PageInfo",
            Self::Payload(payload) => payload.of,
        }
    }
}
