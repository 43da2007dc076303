//! The tags table.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tagwarden_archive::{TagGroup, TagRow as Row, TagSort as SortBy, TagsFilter};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::projects::FilterError;
use tagwarden_ipc::tags::{
    SameDigest, TagDetails, TagLine, TagQuestion, TagRow, TagSort, TagsPage, TagsQuery,
};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::rule::{Role, RoleNames, SavedRule};
use tagwarden_rules::state::{CompiledRules, Standing, StateCounts, TagState};
use tagwarden_rules::visibility::KnownRules;

use crate::Console;
use crate::assess::compile_known;
use crate::company::TagPlace;
use crate::errors::OrApi as _;
use crate::filter::parse;
use crate::jobs::lock;
use crate::projects::count;
use crate::simulate::matrix_rows;

/// Lines of one page at most.
const MOST_LINES: u32 = 500;
/// Other tags of the same digest that are listed.
const SAME_DIGEST: u32 = 20;

const KEYS: &[&str] = &["repo", "project", "state", "digest"];

/// An empty list of projects would mean all of them; no project has an empty id.
const NO_PROJECT: &str = "";
/// Filters whose numbers are kept.
const MOST_TOTALS: usize = 4;

/// The numbers above a list of tags.
pub(crate) struct Counted {
    states: StateCounts,
    moved: u32,
    tags: u32,
    groups: Vec<TagGroup>,
}

/// Numbers by filter, good for one revision of the inventory; newest last.
#[derive(Default)]
pub(crate) struct Totals {
    kept: Mutex<Vec<(u64, TagsFilter, Arc<Counted>)>>,
}

impl Totals {
    fn known(&self, revision: u64, filter: &TagsFilter) -> Option<Arc<Counted>> {
        let kept = lock(&self.kept);
        let found = kept.iter().find(|(then, of, _)| *then == revision && of == filter);
        found.map(|(_, _, counted)| Arc::clone(counted))
    }

    fn keep(&self, revision: u64, filter: TagsFilter, counted: &Arc<Counted>) {
        let mut kept = lock(&self.kept);
        kept.retain(|(then, of, _)| *then == revision && *of != filter);
        if kept.len() >= MOST_TOTALS {
            kept.remove(0);
        }
        kept.push((revision, filter, Arc::clone(counted)));
    }
}

/// A project's rules, compiled once for all its rows on a page.
struct Judge {
    saved: KnownRules,
    compiled: CompiledRules,
    images_on_request: bool,
}

impl Judge {
    fn new(saved: KnownRules, capabilities: Option<&Capabilities>) -> Self {
        let images_on_request = capabilities.is_some_and(|capabilities| capabilities.images_on_request);
        Self { compiled: compile_known(&saved, capabilities), saved, images_on_request }
    }

    /// Where a tag stands: by the rules, or where they are not known, by what the server says of it.
    fn standing(&self, row: &Row) -> Standing {
        match row.verdict.filter(|_| self.compiled.is_unseen()) {
            Some(verdict) => verdict.standing(self.compiled.enforcement()),
            None => self.compiled.standing(&row.repository_path, &row.name),
        }
    }

    fn rule(&self, index: u32) -> Option<SavedRule> {
        self.saved.read()?.get(index as usize).cloned()
    }
}

impl Console {
    pub(crate) async fn tags_page_impl(&self, query: TagsQuery) -> Result<TagsPage, ApiError> {
        let (filter, filter_error) = match self.tags_filter(&query).await {
            Ok(filter) => (filter, None),
            Err(TagsFilterTrouble::Text(error)) => (self.plain_filter(&query), Some(error)),
            Err(TagsFilterTrouble::Archive(error)) => return Err(error),
        };
        let totals = self.totals(&filter).await?;
        let (offset, limit) = (query.offset, query.limit.min(MOST_LINES));
        let (lines, headings) = if query.grouped {
            (self.grouped(&filter, &totals.groups, offset, limit).await?, count(totals.groups.len()))
        } else {
            (self.rows(&TagsFilter { offset, limit, ..filter }).await?, 0)
        };
        Ok(TagsPage {
            lines,
            total_lines: totals.tags.saturating_add(headings),
            total: totals.tags,
            states: totals.states,
            moved: totals.moved,
            repositories: count(totals.groups.len()),
            filter_error,
        })
    }

    /// The numbers above a list; counted once as long as nothing is read anew, so that scrolling asks
    /// for rows alone.
    async fn totals(&self, filter: &TagsFilter) -> Result<Arc<Counted>, ApiError> {
        let revision = self.inner.scopes.revision();
        let key = TagsFilter { sort: SortBy::Name, descending: false, ..filter.clone() };
        if let Some(known) = self.inner.tag_totals.known(revision, &key) {
            return Ok(known);
        }
        let archive = &self.inner.archive;
        let any_state = TagsFilter { states: Vec::new(), ..filter.clone() };
        let moved_only = TagsFilter { moved_only: true, ..any_state.clone() };
        let groups = archive.tag_groups(filter).await.or_api()?;
        let tags: u64 = groups.iter().map(|group| group.total).sum();
        let counted = Arc::new(Counted {
            states: archive.tag_counts(&any_state).await.or_api()?,
            moved: archive.tag_counts(&moved_only).await.or_api()?.total(),
            tags: u32::try_from(tags).unwrap_or(u32::MAX),
            groups,
        });
        self.inner.tag_totals.keep(revision, key, &counted);
        Ok(counted)
    }

    fn plain_filter(&self, query: &TagsQuery) -> TagsFilter {
        TagsFilter {
            projects: query.project.clone().into_iter().collect(),
            states: query.state.into_iter().collect(),
            moved_only: query.moved,
            group_by_repository: query.grouped,
            sort: match query.sort {
                TagSort::Name => SortBy::Name,
                TagSort::Pushed => SortBy::Pushed,
                TagSort::Size => SortBy::Size,
            },
            descending: query.descending,
            ..TagsFilter::default()
        }
    }

    async fn tags_filter(&self, query: &TagsQuery) -> Result<TagsFilter, TagsFilterTrouble> {
        let mut filter = self.plain_filter(query);
        for condition in parse(&query.filter, KEYS).map_err(TagsFilterTrouble::Text)? {
            let value = condition.values.first().cloned().unwrap_or_default();
            let unreadable = |value: &str| TagsFilterTrouble::Text(condition.unreadable(value));
            if condition.negated {
                return Err(unreadable(&value));
            }
            if condition.key == Some("state") {
                let named: Option<Vec<TagState>> = condition.values.iter().map(|v| state_named(v)).collect();
                let mut named = named.ok_or_else(|| unreadable(&condition.values.join(",")))?;
                if let Some(only) = query.state {
                    // The chip and what was typed must both hold; no tag passes when they differ.
                    named.retain(|state| *state == only);
                    if named.is_empty() {
                        filter.projects = vec![NO_PROJECT.to_owned()];
                        named.push(only);
                    }
                }
                filter.states = named;
                continue;
            }
            if condition.values.len() > 1 {
                return Err(unreadable(&condition.values.join(",")));
            }
            match condition.key {
                None => {
                    // Several words are one text: names hold no spaces, so they would match nothing.
                    filter.text = Some(filter.text.map_or(value.clone(), |text| format!("{text} {value}")));
                }
                Some("repo") => filter.repository = Some(value),
                Some("digest") => filter.digest = Some(value),
                _ => {
                    let found = self.projects_named(&value).await.map_err(TagsFilterTrouble::Archive)?;
                    let known = |id: &String| filter.projects.is_empty() || filter.projects.contains(id);
                    filter.projects = found.into_iter().filter(known).collect();
                    if filter.projects.is_empty() {
                        filter.projects.push(NO_PROJECT.to_owned());
                    }
                }
            }
        }
        Ok(filter)
    }

    async fn projects_named(&self, text: &str) -> Result<Vec<String>, ApiError> {
        let all = self.inner.archive.all_projects().await.or_api()?;
        Ok(all
            .into_iter()
            .filter(|project| !project.gone && project.listing.path.to_lowercase().contains(text))
            .map(|project| project.listing.id)
            .collect())
    }

    /// Headings and rows end to end, cut to the page. The rows of neighbouring groups are neighbours,
    /// too, so one query brings them all.
    async fn grouped(
        &self,
        filter: &TagsFilter,
        groups: &[TagGroup],
        offset: u32,
        limit: u32,
    ) -> Result<Vec<TagLine>, ApiError> {
        let (start, end) = (u64::from(offset), u64::from(offset) + u64::from(limit));
        // For each group on the page: its heading, if it shows, and how many of its rows do.
        let mut shown: Vec<(Option<TagLine>, u64)> = Vec::new();
        let mut first_row = None;
        let (mut line, mut row) = (0, 0);
        for group in groups {
            let (first, last) = (line + 1, line + 1 + group.total);
            if last > start && line < end {
                let from = start.clamp(first, last);
                let to = end.clamp(first, last);
                first_row.get_or_insert(row + (from - first));
                shown.push(((line >= start).then(|| heading(group)), to - from));
            }
            if last >= end {
                break;
            }
            (line, row) = (last, row + group.total);
        }
        let wanted: u64 = shown.iter().map(|(_, rows)| rows).sum();
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let mut rows = if wanted > 0 {
            let offset = number(first_row.unwrap_or_default());
            self.rows(&TagsFilter { offset, limit: number(wanted), ..filter.clone() }).await?
        } else {
            Vec::new()
        }
        .into_iter();
        let mut lines = Vec::with_capacity(limit as usize);
        for (heading, here) in shown {
            lines.extend(heading);
            lines.extend(rows.by_ref().take(usize::try_from(here).unwrap_or(usize::MAX)));
        }
        Ok(lines)
    }

    async fn rows(&self, filter: &TagsFilter) -> Result<Vec<TagLine>, ApiError> {
        let rows = self.inner.archive.tag_rows(filter).await.or_api()?;
        let judges = self.judges(&rows).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let judge = judges.get(&row.project_id);
                TagLine::Tag { tag: Box::new(wire_row(row, judge)) }
            })
            .collect())
    }

    async fn judges(&self, rows: &[Row]) -> Result<HashMap<String, Judge>, ApiError> {
        let mut ids: Vec<String> = rows.iter().map(|row| row.project_id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let projects = self.inner.archive.projects(&ids).await.or_api()?;
        Ok(projects
            .into_iter()
            .map(|project| {
                let judge = Judge::new(project.rules, project.capabilities.as_ref());
                (project.summary.listing.id, judge)
            })
            .collect())
    }

    pub(crate) async fn tag_details_impl(&self, question: TagQuestion) -> Result<TagDetails, ApiError> {
        let archive = &self.inner.archive;
        let row = archive
            .tag(&question.project, &question.repository, &question.name)
            .await
            .or_api()?
            .ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("tag"))?;
        let project = self.known_project(&question.project).await?;
        let judge = Judge::new(project.rules, project.capabilities.as_ref());
        let covering = judge.standing(&row).covering.iter().filter_map(|index| judge.rule(*index)).collect();
        let same_digest = match &row.digest {
            Some(digest) => self.same_digest(&row, digest).await?,
            None => Vec::new(),
        };
        let actors = project.capabilities.map(|c| c.actors).unwrap_or_default();
        let place = TagPlace {
            project: &question.project,
            repository: &question.repository,
            path: &row.repository_path,
        };
        let company = self.company(&place, row.digest.as_deref(), judge.compiled.enforcement()).await?;
        let subject = company.subject(&row.repository_path, &row.name, true);
        let matrix = matrix_rows(&judge.compiled, &subject, &actors);
        let rules_known = judge.saved.map(|rules| count(rules.len()));
        Ok(TagDetails { row: wire_row(row, Some(&judge)), covering, rules_known, same_digest, matrix })
    }

    async fn same_digest(&self, row: &Row, digest: &str) -> Result<Vec<SameDigest>, ApiError> {
        let filter = TagsFilter {
            projects: vec![row.project_id.clone()],
            repository_id: Some(row.repository_id.clone()),
            digest: Some(digest.to_owned()),
            limit: SAME_DIGEST + 1,
            ..TagsFilter::default()
        };
        let rows = self.inner.archive.tag_rows(&filter).await.or_api()?;
        Ok(rows
            .into_iter()
            .filter(|other| other.name != row.name)
            .map(|other| SameDigest { name: other.name, state: other.state })
            .collect())
    }
}

fn state_named(word: &str) -> Option<TagState> {
    Some(match word {
        "open" => TagState::Open,
        "protected" => TagState::Protected,
        "immutable" => TagState::Immutable,
        "unknown" => TagState::Unknown,
        _ => return None,
    })
}

enum TagsFilterTrouble {
    Text(FilterError),
    Archive(ApiError),
}

fn heading(group: &TagGroup) -> TagLine {
    TagLine::Repository {
        path: group.path.clone(),
        project: group.project_id.clone(),
        tags: u32::try_from(group.total).unwrap_or(u32::MAX),
        states: group.counts,
    }
}

fn wire_row(row: Row, judge: Option<&Judge>) -> TagRow {
    let standing = judge.map(|judge| (judge, judge.standing(&row)));
    let deciding =
        standing.as_ref().and_then(|(judge, standing)| standing.deciding.and_then(|index| judge.rule(index)));
    let told_by_server = row.verdict.is_some() && judge.is_some_and(|judge| judge.compiled.is_unseen());
    let (state, push, delete) = match &standing {
        Some((_, standing)) => (standing.state, standing.push, standing.delete),
        None => (row.state, Some(Role::Developer), Some(Role::Developer)),
    };
    let roles = judge.map_or(RoleNames::default(), |judge| judge.compiled.enforcement().role_names());
    let image_unread = judge.is_some_and(|judge| judge.images_on_request)
        && row.digest.is_some()
        && row.created_at.is_none()
        && row.size.is_none();
    TagRow {
        project: row.project_id,
        project_path: row.project_path,
        repository: row.repository_id,
        repository_path: row.repository_path,
        name: row.name,
        digest: row.digest,
        state,
        deciding,
        told_by_server,
        push,
        delete,
        roles,
        size: row.size,
        pushed_at: row.pushed_at,
        created_at: row.created_at,
        image_unread,
        moved_at: row.moved_at,
        previous_digest: row.previous_digest,
    }
}
