//! The fields of every type.

use serde_json::{Map, Value, json};

use super::connection::{Window, page};
use super::nodes::{Node, Protection};
use super::render::Context;
use super::tags;
use crate::clock::{stamp, stamp_seconds};
use crate::services::{may_administer, repository_delete_refused, tag_delete_refused};
use crate::state::{
    MinimumRole, Project, ProjectId, RegistryAccess, Repository, RepositoryId, Role, Tag, TagRule,
};

/// What a field gives.
pub(super) enum Resolved<'a> {
    Leaf(Value),
    One(Node<'a>),
    Held(&'a Node<'a>),
    Many(Vec<Node<'a>>),
    Rows(&'a [(String, Node<'a>)]),
    Problem(&'static str),
}

const NULL: Resolved<'static> = Resolved::Leaf(Value::Null);

fn leaf<'a>(value: impl serde::Serialize) -> Resolved<'a> {
    Resolved::Leaf(json!(value))
}

fn one_or_null(node: Option<Node<'_>>) -> Resolved<'_> {
    node.map_or(NULL, Resolved::One)
}

/// GitLab: `gid://gitlab/<class>/<number>`.
fn gid(class: &str, number: u64) -> String {
    format!("gid://gitlab/{class}/{number}")
}

/// The number in a global id of that class.
pub(super) fn from_gid(class: &str, id: &str) -> Option<u64> {
    id.strip_prefix("gid://gitlab/")?.strip_prefix(class)?.strip_prefix('/')?.parse().ok()
}

/// Resolves one field of a node.
pub(super) fn resolve<'a>(
    cx: &'a Context<'a>,
    node: &'a Node<'a>,
    name: &str,
    arguments: &Map<String, Value>,
) -> Resolved<'a> {
    match node {
        Node::Query => query(cx, name, arguments),
        Node::User(user) => match name {
            "id" => leaf(gid("User", user.id.0)),
            "username" => leaf(&user.username),
            "name" => leaf(&user.name),
            "webUrl" => leaf(format!("{}/{}", cx.app.front.base_url, user.username)),
            _ => NULL,
        },
        Node::Metadata => match name {
            "version" => leaf(format!("{}-ee", cx.state.settings.version)),
            "revision" => leaf("5a6f1c0d2be"),
            "enterprise" => leaf(true),
            _ => NULL,
        },
        Node::Complexity => match name {
            "score" => leaf(cx.asked.score),
            "limit" => leaf(cx.asked.limit),
            _ => NULL,
        },
        Node::Project(project, role) => self::project(cx, project, *role, name, arguments),
        Node::AccessLevel(role) => match name {
            "integerValue" => leaf(role.map_or(0, Role::level)),
            "stringValue" => leaf(role.map_or("NO_ACCESS", Role::word)),
            _ => NULL,
        },
        Node::ProjectPermissions(role) => leaf(match name {
            "readProject" => true,
            "adminProject" => *role >= Role::Maintainer,
            "removeProject" => *role >= Role::Owner,
            "pushCode" => *role >= Role::Developer,
            _ => false,
        }),
        Node::TagRule(rule) => tag_rule(rule, name),
        Node::RepositoryRule(rule) => match name {
            "id" => leaf(gid("ContainerRegistry::Protection::Rule", rule.id.0)),
            "repositoryPathPattern" => leaf(&rule.path_pattern),
            "minimumAccessLevelForPush" => leaf(rule.levels.push().map(MinimumRole::graphql)),
            "minimumAccessLevelForDelete" => leaf(rule.levels.delete().map(MinimumRole::graphql)),
            _ => NULL,
        },
        Node::Repository(repository, project, role) => self::repository(cx, repository, project, *role, name),
        Node::RepositoryDetails(repository, project, role) => match name {
            "tags" => match tags::page(repository, project, *role, arguments) {
                Ok(page) => Resolved::One(Node::Connection(page)),
                Err(message) => Resolved::Problem(message),
            },
            "size" => leaf(repository.tags().as_slice().iter().map(|tag| tag.size).sum::<u64>() as f64),
            "lastPublishedAt" => {
                let newest = repository.tags().as_slice().iter().map(|tag| tag.published_at).max();
                leaf(newest.map(stamp_seconds))
            }
            _ => self::repository(cx, repository, project, *role, name),
        },
        Node::RepositoryPermissions(allowed) | Node::TagPermissions(allowed) => leaf(*allowed),
        Node::Tag(tag, repository, project, role) => self::tag(cx, tag, repository, project, *role, name),
        Node::Protection(protection) => match (name, protection) {
            ("immutable", _) => leaf(*protection == Protection::Immutable),
            ("minimumAccessLevelForPush", Protection::Protected { push, .. }) => leaf(push.graphql()),
            ("minimumAccessLevelForDelete", Protection::Protected { delete, .. }) => leaf(delete.graphql()),
            _ => NULL,
        },
        Node::Connection(page) => match name {
            "nodes" => Resolved::Rows(&page.rows),
            "edges" => Resolved::Many(page.rows.iter().map(|row| Node::Edge(page.edge, row)).collect()),
            "pageInfo" => Resolved::One(Node::PageInfo(page)),
            _ => NULL,
        },
        Node::Edge(_, row) => match name {
            "cursor" => leaf(&row.0),
            "node" => Resolved::Held(&row.1),
            _ => NULL,
        },
        Node::PageInfo(page) => match name {
            "hasNextPage" => leaf(page.has_next),
            "hasPreviousPage" => leaf(page.has_previous),
            "startCursor" => leaf(page.rows.first().map(|row| &row.0)),
            "endCursor" => leaf(page.rows.last().map(|row| &row.0)),
            _ => NULL,
        },
        Node::Payload(payload) => match name {
            "errors" => leaf(&payload.errors),
            "clientMutationId" => leaf(&payload.client_mutation_id),
            "deletedTagNames" => leaf(&payload.deleted),
            "containerProtectionTagRule" => one_or_null(payload.rule.as_ref().map(Node::TagRule)),
            _ => NULL,
        },
    }
}

fn query<'a>(cx: &'a Context<'a>, name: &str, arguments: &Map<String, Value>) -> Resolved<'a> {
    let text = |key: &str| arguments.get(key).and_then(Value::as_str).unwrap_or_default();
    match name {
        "currentUser" => {
            let user = cx.caller.and_then(|caller| cx.state.user(caller.user));
            one_or_null(user.map(Node::User))
        }
        "metadata" => one_or_null(cx.caller.map(|_| Node::Metadata)),
        "queryComplexity" => Resolved::One(Node::Complexity),
        "echo" => {
            let user = cx.caller.and_then(|caller| cx.state.user(caller.user));
            let who = user.map_or("nil", |user| user.username.as_str());
            leaf(format!("\"{who}\" says: {}", text("text")))
        }
        "project" => {
            let found = cx.state.project_id(text("fullPath"));
            one_or_null(found.and_then(|id| visible(cx, id)))
        }
        "containerRepository" => {
            let Some(id) = from_gid("ContainerRepository", text("id")) else {
                return Resolved::Problem("the id does not represent an instance of ContainerRepository");
            };
            let found = cx.state.repository(RepositoryId(id)).and_then(|repository| {
                let project = cx.state.project(repository.project)?;
                let role = cx.caller?.role(cx.state, project)?;
                readable(project, role).then_some(Node::RepositoryDetails(repository, project, role))
            });
            one_or_null(found)
        }
        _ => NULL,
    }
}

fn visible<'a>(cx: &'a Context<'a>, id: ProjectId) -> Option<Node<'a>> {
    let project = cx.state.project(id)?;
    let role = cx.caller?.role(cx.state, project)?;
    Some(Node::Project(project, role))
}

/// GitLab: `read_container_image`.
fn readable(project: &Project, role: Role) -> bool {
    role >= Role::Reporter && project.registry_access != RegistryAccess::Disabled
}

fn project<'a>(
    cx: &'a Context<'a>,
    project: &'a Project,
    role: Role,
    name: &str,
    arguments: &Map<String, Value>,
) -> Resolved<'a> {
    let window = Window::read(arguments, 100);
    match name {
        "id" => leaf(gid("Project", project.id.0)),
        "name" => leaf(&project.name),
        "path" => leaf(&project.path),
        "fullPath" => leaf(&project.full_path),
        "webUrl" => leaf(format!("{}/{}", cx.app.front.base_url, project.full_path)),
        "archived" => leaf(project.archived),
        "containerRegistryEnabled" => leaf(project.registry_access != RegistryAccess::Disabled),
        "containerRepositoriesCount" => leaf(project.repositories.len()),
        "maxAccessLevel" => {
            let member = cx.caller.and_then(|caller| cx.state.member_role(project, caller.user));
            Resolved::One(Node::AccessLevel(member))
        }
        "userPermissions" => Resolved::One(Node::ProjectPermissions(role)),
        "containerProtectionTagRules" => {
            let rules = shown_rules(cx, project, role);
            Resolved::One(Node::Connection(page(
                &rules,
                &window,
                "ContainerProtectionTagRuleConnection",
                "ContainerProtectionTagRuleEdge",
                |rule| rule.id.to_string(),
                |rule| Node::TagRule(rule),
            )))
        }
        "containerProtectionRepositoryRules" => {
            let shown = may_administer(project, Some(role));
            let rules: Vec<_> = project.repository_rules.iter().filter(|_| shown).collect();
            Resolved::One(Node::Connection(page(
                &rules,
                &window,
                "ContainerProtectionRepositoryRuleConnection",
                "ContainerProtectionRepositoryRuleEdge",
                |rule| rule.id.to_string(),
                |rule| Node::RepositoryRule(rule),
            )))
        }
        "containerRepositories" if readable(project, role) => {
            let part = arguments.get("name").and_then(Value::as_str);
            let mut rows: Vec<&Repository> = cx
                .state
                .repositories_of(project)
                .filter(|repository| part.is_none_or(|part| repository.path.contains(part)))
                .collect();
            match arguments.get("sort").and_then(Value::as_str) {
                Some("NAME_ASC") => rows.sort_by(|a, b| a.path.cmp(&b.path)),
                Some("NAME_DESC") => rows.sort_by(|a, b| b.path.cmp(&a.path)),
                Some("CREATED_DESC" | "created_desc") => rows.reverse(),
                _ => {}
            }
            Resolved::One(Node::Connection(page(
                &rows,
                &window,
                "ContainerRepositoryConnection",
                "ContainerRepositoryEdge",
                |repository| repository.id.to_string(),
                |repository| Node::Repository(repository, project, role),
            )))
        }
        _ => NULL,
    }
}

/// GitLab: protected rules first, then immutable ones if licensed; reads may lag behind. Those that the
/// caller may not see are left out of the list without a word (`authorize` of the rule's type).
fn shown_rules<'a>(cx: &'a Context<'a>, project: &'a Project, role: Role) -> Vec<&'a TagRule> {
    if !may_administer(project, Some(role)) {
        return Vec::new();
    }
    let now = cx.state.now();
    let lag = cx.app.config.read_lag;
    let of = |immutable: bool| {
        project
            .tag_rules
            .iter()
            .filter(move |rule| rule.immutable() == immutable && rule.created_at + lag <= now)
    };
    let licensed = cx.state.settings.licensed;
    of(false).chain(of(true).filter(|_| licensed)).collect()
}

fn tag_rule<'a>(rule: &'a TagRule, name: &str) -> Resolved<'a> {
    match name {
        "id" => leaf(gid("ContainerRegistry::Protection::TagRule", rule.id.0)),
        "tagNamePattern" => leaf(&rule.pattern),
        "minimumAccessLevelForPush" => leaf(rule.effect.push().map(MinimumRole::graphql)),
        "minimumAccessLevelForDelete" => leaf(rule.effect.delete().map(MinimumRole::graphql)),
        "immutable" => leaf(rule.immutable()),
        _ => NULL,
    }
}

fn repository<'a>(
    cx: &'a Context<'a>,
    repository: &'a Repository,
    project: &'a Project,
    role: Role,
    name: &str,
) -> Resolved<'a> {
    match name {
        "id" => leaf(gid("ContainerRepository", repository.id.0)),
        "name" => leaf(&repository.name),
        "path" => leaf(&repository.path),
        "location" => leaf(format!("{}/{}", cx.app.host(), repository.path)),
        "createdAt" | "updatedAt" => leaf(stamp(repository.created_at)),
        "tagsCount" => leaf(repository.tags_count()),
        "protectionRuleExists" => {
            leaf(project.repository_rules.iter().any(|rule| rule.matches(&repository.path)))
        }
        "project" => Resolved::One(Node::Project(project, role)),
        "userPermissions" => {
            let has_tags = repository.tags_count() > 0;
            let refused = repository_delete_refused(cx.state, project, role, has_tags);
            Resolved::One(Node::RepositoryPermissions(role >= Role::Maintainer && !refused))
        }
        _ => NULL,
    }
}

fn tag<'a>(
    cx: &'a Context<'a>,
    tag: &'a Tag,
    repository: &'a Repository,
    project: &'a Project,
    role: Role,
    name: &str,
) -> Resolved<'a> {
    let path = || format!("{}:{}", repository.path, tag.name);
    match name {
        "name" => leaf(&tag.name),
        "path" => leaf(path()),
        "location" => leaf(format!("{}/{}", cx.app.host(), path())),
        "digest" => leaf(tag.digest.to_string()),
        "revision" => leaf(tag.digest.hex()),
        "shortRevision" => leaf(tag.digest.hex().get(..9)),
        "createdAt" => leaf(stamp_seconds(tag.created_at)),
        "publishedAt" => leaf(stamp_seconds(tag.published_at)),
        "mediaType" => leaf("application/vnd.oci.image.index.v1+json"),
        // GitLab: BigInt is sent as text.
        "totalSize" => leaf(tag.size.to_string()),
        "protection" => one_or_null(tags::protection(cx.state, project, &tag.name).map(Node::Protection)),
        "userPermissions" => {
            let refused = tag_delete_refused(cx.state, project, Some(role), &tag.name);
            Resolved::One(Node::TagPermissions(role >= Role::Developer && !refused))
        }
        _ => NULL,
    }
}
