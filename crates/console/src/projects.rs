//! The projects table, and one project opened.

use std::collections::HashMap;

use tagwarden_archive::{Connection, Project, ProjectSummary};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::RegistryKind;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::projects::{
    ChipCount, Draft, FilterError, ProjectChip, ProjectRow, ProjectSort, ProjectView, ProjectsPage,
    ProjectsQuery, RepositoryView,
};
use tagwarden_rules::capabilities::{Capabilities, RuleForm};
use tagwarden_rules::finding::Severity;
use tagwarden_rules::mutability::Mutability;
use tagwarden_rules::rule::RoleNames;

use crate::Console;
use crate::errors::{OrApi as _, from_value};
use crate::filter::{Condition, compares, parse};
use crate::products;

/// Rows of one page at most.
const MOST_ROWS: u32 = 500;
/// Findings shown in a row.
const FINDINGS_SHOWN: usize = 3;

const KEYS: &[&str] = &[
    "registry",
    "group",
    "project",
    "rule",
    "kind",
    "open",
    "protected",
    "immutable",
    "tags",
    "repos",
    "finding",
];

const CHIPS: [ProjectChip; 5] = [
    ProjectChip::All,
    ProjectChip::Findings,
    ProjectChip::NoRules,
    ProjectChip::NotVisible,
    ProjectChip::LimitReached,
];

impl Console {
    /// Projects by connection, those that are gone left out.
    pub(crate) async fn project_counts(&self) -> Result<HashMap<String, u32>, ApiError> {
        Ok(self.inner.archive.project_counts().await.or_api()?.into_iter().collect())
    }

    async fn listed_projects(&self) -> Result<Vec<ProjectSummary>, ApiError> {
        let mut all = self.inner.archive.all_projects().await.or_api()?;
        all.retain(|project| !project.gone && project.listing.registry_enabled);
        Ok(all)
    }

    pub(crate) async fn connections_by_id(&self) -> Result<HashMap<String, Connection>, ApiError> {
        let all = self.inner.archive.connections().await.or_api()?;
        Ok(all.into_iter().map(|connection| (connection.id.clone(), connection)).collect())
    }

    pub(crate) async fn projects_page_impl(&self, query: ProjectsQuery) -> Result<ProjectsPage, ApiError> {
        let connections = self.connections_by_id().await?;
        let mut all = self.listed_projects().await?;
        let all_count = all.len();
        let all_tags = all.iter().map(|project| project.tags).fold(0, u32::saturating_add);
        let not_read = count(all.iter().filter(|project| project.read_at.is_none()).count());
        keep_beside(&mut all, query.beside.as_deref());
        let (conditions, filter_error) = match conditions(&query.filter) {
            Ok(conditions) => (conditions, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut passing: Vec<ProjectSummary> =
            all.into_iter().filter(|project| passes(project, &connections, &conditions)).collect();
        let chips = CHIPS
            .into_iter()
            .map(|chip| ChipCount { chip, count: count(passing.iter().filter(|p| in_chip(p, chip)).count()) })
            .collect();
        passing.retain(|project| in_chip(project, query.chip));
        sort(&mut passing, &connections, query.sort, query.descending);
        let total = count(passing.len());
        let page: Vec<ProjectSummary> = passing
            .into_iter()
            .skip(query.offset as usize)
            .take(query.limit.min(MOST_ROWS) as usize)
            .collect();
        let ids: Vec<String> = page.iter().map(|project| project.listing.id.clone()).collect();
        let mut bodies: HashMap<String, Project> = self
            .inner
            .archive
            .projects(&ids)
            .await
            .or_api()?
            .into_iter()
            .map(|project| (project.summary.listing.id.clone(), project))
            .collect();
        let rows = ids
            .iter()
            .filter_map(|id| bodies.remove(id))
            .map(|project| row(&project, connections.get(&project.summary.listing.connection_id)))
            .collect();
        Ok(ProjectsPage { rows, total, all: count(all_count), all_tags, not_read, chips, filter_error })
    }

    pub(crate) async fn projects_ids_impl(&self, query: ProjectsQuery) -> Result<Vec<String>, ApiError> {
        let connections = self.connections_by_id().await?;
        let conditions = conditions(&query.filter).unwrap_or_default();
        let mut all = self.listed_projects().await?;
        keep_beside(&mut all, query.beside.as_deref());
        let mut passing: Vec<ProjectSummary> = all
            .into_iter()
            .filter(|project| passes(project, &connections, &conditions) && in_chip(project, query.chip))
            .collect();
        sort(&mut passing, &connections, query.sort, query.descending);
        Ok(passing.into_iter().map(|project| project.listing.id).collect())
    }

    /// A project as the archive knows it.
    pub(crate) async fn known_project(&self, id: &str) -> Result<Project, ApiError> {
        self.inner
            .archive
            .project(id)
            .await
            .or_api()?
            .ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("project"))
    }

    pub(crate) async fn project_open_impl(&self, id: String) -> Result<ProjectView, ApiError> {
        let project = self.known_project(&id).await?;
        let connections = self.connections_by_id().await?;
        let connection = connections.get(&project.summary.listing.connection_id);
        let repositories = self.inner.archive.repositories(&id).await.or_api()?;
        let draft = self.inner.archive.draft(&id).await.or_api()?;
        let rule_tags = self.rule_tags(&id).await?;
        Ok(ProjectView {
            row: row(&project, connection),
            kind: connection.map_or(RegistryKind::Gitlab, |c| products::kind(&c.kind)),
            web_url: project.summary.listing.web_url.clone().filter(|url| url.starts_with("https://")),
            capabilities: project.capabilities.clone().unwrap_or_else(|| no_capabilities(connection)),
            repositories: repositories
                .into_iter()
                .map(|repository| RepositoryView {
                    name: if repository.name.is_empty() {
                        project.summary.listing.path.rsplit('/').next().unwrap_or_default().to_owned()
                    } else {
                        repository.name
                    },
                    id: repository.id,
                    path: repository.path,
                    tags: repository.tag_count,
                })
                .collect(),
            rules: project.rules.clone(),
            rule_tags,
            findings: project.summary.findings.clone(),
            // A draft that an older version wrote otherwise is dropped.
            draft: draft.and_then(|draft| serde_json::from_value::<Draft>(draft.body).ok()),
        })
    }

    pub(crate) async fn draft_save_impl(&self, key: String, draft: Draft) -> Result<(), ApiError> {
        let body = serde_json::to_value(&draft).map_err(|_| ApiError::new(ErrorCode::BadRequest))?;
        let draft = tagwarden_archive::Draft { key, body, saved_at: self.now() };
        self.inner.archive.put_draft(&draft).await.or_api()
    }
}

/// Before the first reading nothing is known to be possible.
fn no_capabilities(connection: Option<&Connection>) -> Capabilities {
    let kind = connection.map_or(RegistryKind::Gitlab, |c| products::kind(&c.kind));
    Capabilities {
        product: products::product(kind).to_owned(),
        enforcement: products::enforcement(kind),
        pattern_characters: None,
        pattern_bytes: None,
        unique_patterns: true,
        role_names: products::enforcement(kind).role_names(),
        ..Capabilities::of_dialect(tagwarden_rules::pattern::Dialect::Gitlab)
    }
}

fn row(project: &Project, connection: Option<&Connection>) -> ProjectRow {
    let summary = &project.summary;
    let (group, name) = summary.listing.path.rsplit_once('/').unwrap_or(("", &summary.listing.path));
    let mut findings = summary.findings.clone();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.truncate(FINDINGS_SHOWN);
    ProjectRow {
        id: summary.listing.id.clone(),
        group: group.to_owned(),
        name: name.to_owned(),
        connection: summary.listing.connection_id.clone(),
        connection_name: connection.map(|c| c.name.clone()).unwrap_or_default(),
        mark: connection.map_or("", |c| products::mark(products::kind(&c.kind))).to_owned(),
        demo: connection.is_some_and(|c| c.demo),
        repositories: summary.repositories,
        tags: summary.tags,
        states: summary.counts,
        rules: project.rules.map(|rules| rules.iter().map(|saved| saved.rule.effect.kind()).collect()),
        mutability: mutability(project),
        rule_limit: project.capabilities.as_ref().and_then(|c| c.rule_limit),
        rules_complete: summary.rules_complete,
        archived: summary.listing.archived,
        role: summary.listing.role,
        role_names: role_names(project, connection),
        findings,
        finding_count: count(summary.findings.len()),
        read_at: summary.read_at,
        error: from_value(summary.error.clone()),
    }
}

fn role_names(project: &Project, connection: Option<&Connection>) -> RoleNames {
    match &project.capabilities {
        Some(capabilities) => capabilities.role_names,
        None => no_capabilities(connection).role_names,
    }
}

fn keep_beside(projects: &mut Vec<ProjectSummary>, id: Option<&str>) {
    let Some(id) = id else { return };
    let place = |project: &ProjectSummary| {
        let path = &project.listing.path;
        let group = path.rsplit_once('/').map_or("", |(group, _)| group);
        (project.listing.connection_id.clone(), group.to_owned())
    };
    let wanted = projects.iter().find(|project| project.listing.id == id).map(place);
    projects.retain(|project| wanted.as_ref() == Some(&place(project)));
}

fn mutability(project: &Project) -> Option<Mutability> {
    match project.capabilities.as_ref()?.form {
        RuleForm::List => None,
        RuleForm::Mutability { .. } => Mutability::of(project.rules.read()?.iter().map(|saved| &saved.rule)),
    }
}

fn in_chip(project: &ProjectSummary, chip: ProjectChip) -> bool {
    match chip {
        ProjectChip::All => true,
        ProjectChip::Findings => project.severity.is_some_and(|severity| severity >= Severity::Warning),
        ProjectChip::NoRules => has_none(project) == Some(true),
        ProjectChip::NotVisible => project.rule_count.not_visible().is_some(),
        ProjectChip::LimitReached => is_full(project),
    }
}

/// Whether a project has no rules, where that can be known: not where only some kinds of rule are shown.
fn has_none(project: &ProjectSummary) -> Option<bool> {
    match project.rule_count.read()? {
        0 => project.rules_complete.then_some(true),
        _ => Some(false),
    }
}

/// Whether all rules that the registry allows are used; told by the finding that says so.
fn is_full(project: &ProjectSummary) -> bool {
    use tagwarden_rules::finding::What;
    project.findings.iter().any(|finding| matches!(finding.what, What::RuleLimit { .. }))
}

fn conditions(filter: &str) -> Result<Vec<Condition>, FilterError> {
    parse(filter, KEYS)?
        .into_iter()
        .map(|condition| match condition.key {
            Some("open" | "protected" | "immutable" | "tags" | "repos") => condition.numeric(&[]),
            Some("rule") => condition.numeric(&["none", "full", "not-visible"]),
            _ => Ok(condition),
        })
        .collect()
}

fn passes(
    project: &ProjectSummary,
    connections: &HashMap<String, Connection>,
    conditions: &[Condition],
) -> bool {
    conditions.iter().all(|condition| {
        condition.holds(|value| {
            let Some(key) = condition.key else {
                return Some(project.listing.path.to_lowercase().contains(value));
            };
            holds(project, connections, key, value)
        })
    })
}

/// Whether one value of a condition holds; `None`: what was read of the project does not tell.
fn holds(
    project: &ProjectSummary,
    connections: &HashMap<String, Connection>,
    key: &str,
    value: &str,
) -> Option<bool> {
    let path = project.listing.path.to_lowercase();
    let (group, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let read = project.read_at.is_some();
    Some(match key {
        "registry" => connections
            .get(&project.listing.connection_id)
            .is_some_and(|c| c.name.to_lowercase().contains(value) || c.kind == value),
        "group" => group.contains(value),
        "project" => name.contains(value),
        "rule" => return rule_holds(project, value),
        "kind" => match value {
            "protected" => return any_tag(project, project.counts.protected),
            "immutable" => return any_tag(project, project.counts.immutable),
            "open" => return any_tag(project, project.counts.open),
            _ => false,
        },
        "open" => return share_holds(project, project.counts.open, value),
        "protected" => return share_holds(project, project.counts.protected, value),
        "immutable" => return share_holds(project, project.counts.immutable, value),
        "tags" if read => compares(f64::from(project.tags), value)?,
        "repos" if read => compares(f64::from(project.repositories), value)?,
        "tags" | "repos" => return None,
        "finding" => {
            // Without rules nobody knows what would be found.
            project.rule_count.read()?;
            project.findings.iter().any(|finding| {
                serde_json::to_value(&finding.what)
                    .ok()
                    .and_then(|what| what.get("code").and_then(|code| code.as_str()).map(str::to_owned))
                    .is_some_and(|code| code.contains(&value.replace('-', "_")))
            })
        }
        _ => false,
    })
}

fn rule_holds(project: &ProjectSummary, value: &str) -> Option<bool> {
    match value {
        "not-visible" => Some(project.rule_count.not_visible().is_some()),
        "none" => has_none(project),
        "full" => project.rule_count.read().map(|_| is_full(project)),
        _ => compares(f64::from(*project.rule_count.read()?), value),
    }
}

/// Whether some tag is in a state, given how many are for certain.
fn any_tag(project: &ProjectSummary, certain: u32) -> Option<bool> {
    project.read_at?;
    if certain > 0 { Some(true) } else { (project.counts.unknown == 0).then_some(false) }
}

/// Compares the share of tags in a state. Tags of unknown state may be in it or not, so it is told only
/// where both come to the same.
fn share_holds(project: &ProjectSummary, part: u32, value: &str) -> Option<bool> {
    project.read_at?;
    let share = |part: u32| 100.0 * f64::from(part) / f64::from(project.tags.max(1));
    let least = compares(share(part), value)?;
    let most = compares(share(part.saturating_add(project.counts.unknown)), value)?;
    (least == most).then_some(least)
}

fn sort(
    projects: &mut [ProjectSummary],
    connections: &HashMap<String, Connection>,
    by: ProjectSort,
    descending: bool,
) {
    let open_share = |p: &ProjectSummary| u64::from(p.counts.open) * 1_000_000 / u64::from(p.tags.max(1));
    let name = |p: &ProjectSummary| connections.get(&p.listing.connection_id).map(|c| c.name.clone());
    // The archive answers by path, and the sort is stable: ties stay in that order.
    match by {
        ProjectSort::Path => {}
        ProjectSort::Connection => projects.sort_by_cached_key(name),
        ProjectSort::Repositories => projects.sort_by_key(|p| p.repositories),
        ProjectSort::Tags => projects.sort_by_key(|p| p.tags),
        ProjectSort::Open => projects.sort_by_key(open_share),
        // What is not known sorts below none.
        ProjectSort::Rules => projects.sort_by_key(|p| p.rule_count.read().copied()),
        ProjectSort::Findings => projects.sort_by_key(|p| (p.severity, p.findings.len())),
        ProjectSort::ReadAt => projects.sort_by_key(|p| p.read_at),
    }
    if descending {
        projects.reverse();
    }
}

/// A number for the wire.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
