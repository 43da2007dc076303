//! The tags table.

use std::collections::HashMap;

use tagwarden_archive::{TagGroup, TagRow as Row, TagSort as SortBy, TagsFilter};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::projects::FilterError;
use tagwarden_ipc::tags::{
    SameDigest, TagDetails, TagLine, TagQuestion, TagRow, TagSort, TagsPage, TagsQuery,
};
use tagwarden_rules::rule::{Role, SavedRule};
use tagwarden_rules::state::{CompiledRules, TagState};

use crate::Console;
use crate::assess::bare;
use crate::errors::OrApi as _;
use crate::filter::parse;
use crate::projects::count;

/// Lines of one page at most.
const MOST_LINES: u32 = 500;
/// Other tags of the same digest that are listed.
const SAME_DIGEST: u32 = 20;

const KEYS: &[&str] = &["repo", "project", "state", "digest"];

/// A project's rules, compiled once for all its rows on a page.
struct Judge {
    saved: Vec<SavedRule>,
    compiled: CompiledRules,
}

impl Console {
    pub(crate) async fn tags_page_impl(&self, query: TagsQuery) -> Result<TagsPage, ApiError> {
        let (filter, filter_error) = match self.tags_filter(&query).await {
            Ok(filter) => (filter, None),
            Err(TagsFilterTrouble::Text(error)) => (self.plain_filter(&query), Some(error)),
            Err(TagsFilterTrouble::Archive(error)) => return Err(error),
        };
        let archive = &self.inner.archive;
        let states =
            archive.tag_counts(&TagsFilter { states: Vec::new(), ..filter.clone() }).await.or_api()?;
        let moved = archive
            .tag_counts(&TagsFilter { states: Vec::new(), moved_only: true, ..filter.clone() })
            .await
            .or_api()?;
        let groups = archive.tag_groups(&filter).await.or_api()?;
        let total: u64 = groups.iter().map(|group| group.total).sum();
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        let limit = query.limit.min(MOST_LINES);
        let (lines, total_lines) = if query.grouped {
            let lines = self.grouped(&filter, &groups, query.offset, limit).await?;
            (lines, total.saturating_add(count(groups.len())))
        } else {
            (self.rows(&TagsFilter { offset: query.offset, limit, ..filter.clone() }).await?, total)
        };
        Ok(TagsPage {
            lines,
            total_lines,
            total,
            states,
            moved: moved.total(),
            repositories: count(groups.len()),
            filter_error,
        })
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
            let unreadable = || {
                let token = format!("{}:{value}", condition.key.unwrap_or_default());
                TagsFilterTrouble::Text(FilterError { token, did_you_mean: None })
            };
            if condition.negated {
                return Err(unreadable());
            }
            match condition.key {
                None => {
                    // Several words are one text: names hold no spaces, so they would match nothing.
                    filter.text = Some(filter.text.map_or(value.clone(), |text| format!("{text} {value}")));
                }
                Some("repo") => filter.repository = Some(value.clone()),
                Some("digest") => filter.digest = Some(value.clone()),
                Some("state") => {
                    for value in &condition.values {
                        filter.states.push(match value.as_str() {
                            "open" => TagState::Open,
                            "protected" => TagState::Protected,
                            "immutable" => TagState::Immutable,
                            "unknown" => TagState::Unknown,
                            _ => return Err(unreadable()),
                        });
                    }
                }
                _ => {
                    let found = self.projects_named(&value).await.map_err(TagsFilterTrouble::Archive)?;
                    let known = |id: &String| filter.projects.is_empty() || filter.projects.contains(id);
                    filter.projects = found.into_iter().filter(known).collect();
                    if filter.projects.is_empty() {
                        // An empty list would mean all projects; no project has an empty id.
                        filter.projects.push(String::new());
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

    /// Headings and rows end to end, cut to the page.
    async fn grouped(
        &self,
        filter: &TagsFilter,
        groups: &[TagGroup],
        offset: u32,
        limit: u32,
    ) -> Result<Vec<TagLine>, ApiError> {
        let mut lines = Vec::new();
        let mut first_line = 0u64;
        let mut first_row = 0u64;
        let (start, end) = (u64::from(offset), u64::from(offset) + u64::from(limit));
        for group in groups {
            let group_end = first_line + 1 + group.total;
            if group_end > start && first_line < end {
                if first_line >= start {
                    lines.push(heading(group));
                }
                let from = start.saturating_sub(first_line + 1).min(group.total);
                let to = (end - first_line).saturating_sub(1).min(group.total);
                if to > from {
                    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
                    let page = TagsFilter {
                        offset: number(first_row + from),
                        limit: number(to - from),
                        ..filter.clone()
                    };
                    lines.extend(self.rows(&page).await?);
                }
            }
            if group_end >= end {
                break;
            }
            first_line = group_end;
            first_row += group.total;
        }
        Ok(lines)
    }

    async fn rows(&self, filter: &TagsFilter) -> Result<Vec<TagLine>, ApiError> {
        let rows = self.inner.archive.tags_page(filter).await.or_api()?.rows;
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
                let compiled = CompiledRules::compile(&bare(&project.rules));
                (project.summary.listing.id, Judge { saved: project.rules, compiled })
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
        let judge =
            Judge { compiled: CompiledRules::compile(&bare(&project.rules)), saved: project.rules.clone() };
        let standing = judge.compiled.standing(&row.repository_path, &row.name);
        let covering =
            standing.covering.iter().filter_map(|place| judge.saved.get(*place as usize).cloned()).collect();
        let same_digest = match &row.digest {
            Some(digest) => self.same_digest(&row, digest).await?,
            None => Vec::new(),
        };
        let actors = project.capabilities.map(|c| c.actors).unwrap_or_default();
        let matrix =
            crate::simulate::matrix_rows(&judge.compiled, &row.repository_path, &row.name, true, &actors);
        Ok(TagDetails { row: wire_row(row, Some(&judge)), covering, same_digest, matrix })
    }

    async fn same_digest(&self, row: &Row, digest: &str) -> Result<Vec<SameDigest>, ApiError> {
        let filter = TagsFilter {
            projects: vec![row.project_id.clone()],
            repository_id: Some(row.repository_id.clone()),
            digest: Some(digest.to_owned()),
            limit: SAME_DIGEST + 1,
            ..TagsFilter::default()
        };
        let rows = self.inner.archive.tags_page(&filter).await.or_api()?.rows;
        Ok(rows
            .into_iter()
            .filter(|other| other.name != row.name)
            .map(|other| SameDigest { name: other.name, state: other.state })
            .collect())
    }
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
    let standing = judge.map(|judge| (judge, judge.compiled.standing(&row.repository_path, &row.name)));
    let deciding = standing.as_ref().and_then(|(judge, standing)| {
        standing.deciding.and_then(|place| judge.saved.get(place as usize).cloned())
    });
    let (state, push, delete) = match &standing {
        Some((_, standing)) => (standing.state, standing.push, standing.delete),
        None => (row.state, Some(Role::Developer), Some(Role::Developer)),
    };
    TagRow {
        project: row.project_id,
        project_path: row.project_path,
        repository: row.repository_id,
        repository_path: row.repository_path,
        name: row.name,
        digest: row.digest,
        state,
        deciding,
        push,
        delete,
        size: row.size,
        pushed_at: row.pushed_at,
        moved_at: row.moved_at,
        previous_digest: row.previous_digest,
    }
}
