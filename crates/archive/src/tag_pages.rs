//! Reading tags: pages of rows, counts, groups, and the names for the index in memory.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use tagwarden_rules::state::{StateCounts, TagState};
use tagwarden_rules::visibility::ServerVerdict;

use crate::rows::{add, counts, json_option, state_from, total};
use crate::{Archive, ArchiveError, Page, TagsFilter};

/// One tag as a table shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRow {
    /// The project's id.
    pub project_id: String,
    /// The project's path.
    pub project_path: String,
    /// The server's id of the repository.
    pub repository_id: String,
    /// The repository's path.
    pub repository_path: String,
    /// The tag's name.
    pub name: String,
    /// The digest it points at, when known.
    pub digest: Option<String>,
    /// The digest it pointed at before it moved.
    pub previous_digest: Option<String>,
    /// When the move was seen; `None`: it has not moved.
    pub moved_at: Option<i64>,
    /// When its image was made.
    pub created_at: Option<i64>,
    /// When it was pushed.
    pub pushed_at: Option<i64>,
    /// Size of its image in bytes.
    pub size: Option<i64>,
    /// What the rules make of it.
    pub state: TagState,
    /// The server's id of the rule that decides, if one does.
    pub deciding_rule: Option<String>,
    /// What the server itself says of it, where its rules are not visible.
    pub verdict: Option<ServerVerdict>,
}

/// A repository in a grouped list of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagGroup {
    /// The project's id.
    pub project_id: String,
    /// The project's path.
    pub project_path: String,
    /// The server's id of the repository.
    pub repository_id: String,
    /// The repository's path.
    pub path: String,
    /// How many of the tags that the filter leaves are in each state.
    pub counts: StateCounts,
    /// How many tags the filter leaves.
    pub total: u64,
}

/// The names of one repository's tags, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagNames {
    /// The project's id.
    pub project_id: String,
    /// The server's id of the repository.
    pub repository_id: String,
    /// The repository's path.
    pub repository_path: String,
    /// Its tags' names in the order of their bytes.
    pub names: Vec<String>,
}

/// A repository of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// The server's own id.
    pub id: String,
    /// Its name inside the project; empty for the project's own.
    pub name: String,
    /// Its full path.
    pub path: String,
    /// How many tags it has.
    pub tag_count: u32,
}

const ROW_COLUMNS: &str = "SELECT p.id AS project_id, p.path AS project_path, \
    r.server_id AS repository_id, r.path AS repository_path, t.name, t.digest, \
    t.previous_digest, t.moved_at, t.created_at, t.pushed_at, t.size, t.state, t.deciding_rule, \
    t.server_verdict_json";

impl Archive {
    /// One page of the tags that `filter` leaves, and how many it leaves in all.
    pub async fn tags_page(&self, filter: &TagsFilter) -> Result<Page<TagRow>, ArchiveError> {
        let rows = self.tag_rows(filter).await?;
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
        filter.push_from(&mut query, true, false);
        let count: i64 = query.build_query_scalar().fetch_one(self.reader()).await?;
        Ok(Page { rows, total: total(count) })
    }

    /// A page of tags without the number of all: for a list that scrolls and knows it already.
    pub async fn tag_rows(&self, filter: &TagsFilter) -> Result<Vec<TagRow>, ArchiveError> {
        // The inner query sorts and skips rows by their keys alone; only the page's own rows are
        // read in full. Deep pages would be slow otherwise.
        let mut query = QueryBuilder::<Sqlite>::new(ROW_COLUMNS);
        query.push(" FROM (SELECT t.project_key, t.repository_key, t.name");
        filter.push_from(&mut query, true, filter.group_by_repository);
        filter.push_order(&mut query);
        query.push(" LIMIT ").push_bind(filter.limit);
        query.push(" OFFSET ").push_bind(filter.offset);
        query.push(
            ") k CROSS JOIN tags t ON t.project_key = k.project_key \
             AND t.repository_key = k.repository_key AND t.name = k.name \
             JOIN repositories r ON r.key = k.repository_key \
             JOIN projects p ON p.key = k.project_key",
        );
        filter.push_order(&mut query);
        let rows = query.build().fetch_all(self.reader()).await?;
        rows.iter().map(read_row).collect()
    }

    /// How many of the tags that `filter` leaves are in each state. Its `states` do not count: the
    /// numbers are what the buttons for the states show.
    pub async fn tag_counts(&self, filter: &TagsFilter) -> Result<StateCounts, ArchiveError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT t.state, count(*)");
        filter.push_from(&mut query, false, false);
        query.push(" GROUP BY t.state");
        let numbers: Vec<(i64, u32)> = query.build_query_as().fetch_all(self.reader()).await?;
        let mut counts = StateCounts::default();
        for (state, number) in numbers {
            add(&mut counts, state_from(state)?, number);
        }
        Ok(counts)
    }

    /// The repositories that have tags which `filter` leaves, by project path and path, in the
    /// order of a grouped list. `offset` and `limit` do not apply.
    pub async fn tag_groups(&self, filter: &TagsFilter) -> Result<Vec<TagGroup>, ArchiveError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT p.id AS project_id, p.path AS project_path, r.server_id AS repository_id, \
             r.path AS repository_path, sum(t.state = 0) AS open, sum(t.state = 1) AS protected, \
             sum(t.state = 2) AS immutable, sum(t.state = 3) AS unknown, count(*) AS total",
        );
        filter.push_from(&mut query, true, true);
        query.push(" GROUP BY p.key, r.key ORDER BY p.path, p.key, r.path, r.key");
        let rows = query.build().fetch_all(self.reader()).await?;
        rows.iter().map(read_group).collect()
    }

    /// One tag, by project, the server's id of its repository, and name.
    pub async fn tag(
        &self,
        project_id: &str,
        repository_id: &str,
        name: &str,
    ) -> Result<Option<TagRow>, ArchiveError> {
        let mut query = QueryBuilder::<Sqlite>::new(ROW_COLUMNS);
        query.push(
            " FROM projects p JOIN repositories r ON r.project_key = p.key \
             JOIN tags t ON t.project_key = p.key AND t.repository_key = r.key WHERE p.id = ",
        );
        query.push_bind(project_id).push(" AND r.server_id = ").push_bind(repository_id);
        query.push(" AND t.name = ").push_bind(name);
        let row = query.build().fetch_optional(self.reader()).await?;
        row.as_ref().map(read_row).transpose()
    }

    /// A project's repositories by path, those without tags too.
    pub async fn repositories(&self, project_id: &str) -> Result<Vec<Repository>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT r.server_id, r.name, r.path, r.tag_count FROM projects p
             JOIN repositories r ON r.project_key = p.key WHERE p.id = ? ORDER BY r.path, r.key",
        )
        .bind(project_id)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Repository {
                    id: row.try_get("server_id")?,
                    name: row.try_get("name")?,
                    path: row.try_get("path")?,
                    tag_count: row.try_get("tag_count")?,
                })
            })
            .collect()
    }

    /// The tag names of projects, for an index in memory: projects in the given order, their
    /// repositories by path, names in the order of their bytes.
    pub async fn tag_names(&self, project_ids: &[String]) -> Result<Vec<TagNames>, ArchiveError> {
        let mut all = Vec::new();
        for project_id in project_ids {
            let rows: Vec<(String, String, String)> = sqlx::query_as(
                "SELECT r.server_id, r.path, t.name FROM projects p
                 JOIN repositories r ON r.project_key = p.key
                 JOIN tags t ON t.project_key = p.key AND t.repository_key = r.key
                 WHERE p.id = ? ORDER BY r.path, r.key, t.name",
            )
            .bind(project_id)
            .fetch_all(self.reader())
            .await?;
            append(&mut all, project_id, rows);
        }
        Ok(all)
    }
}

fn append(all: &mut Vec<TagNames>, project_id: &str, rows: Vec<(String, String, String)>) {
    for (repository_id, repository_path, name) in rows {
        match all.last_mut() {
            Some(last) if last.repository_id == repository_id && last.project_id == project_id => {
                last.names.push(name);
            }
            _ => all.push(TagNames {
                project_id: project_id.to_owned(),
                repository_id,
                repository_path,
                names: vec![name],
            }),
        }
    }
}

fn read_row(row: &SqliteRow) -> Result<TagRow, ArchiveError> {
    Ok(TagRow {
        project_id: row.try_get("project_id")?,
        project_path: row.try_get("project_path")?,
        repository_id: row.try_get("repository_id")?,
        repository_path: row.try_get("repository_path")?,
        name: row.try_get("name")?,
        digest: row.try_get("digest")?,
        previous_digest: row.try_get("previous_digest")?,
        moved_at: row.try_get("moved_at")?,
        created_at: row.try_get("created_at")?,
        pushed_at: row.try_get("pushed_at")?,
        size: row.try_get("size")?,
        state: state_from(row.try_get("state")?)?,
        deciding_rule: row.try_get("deciding_rule")?,
        verdict: json_option(row, "server_verdict_json")?,
    })
}

fn read_group(row: &SqliteRow) -> Result<TagGroup, ArchiveError> {
    Ok(TagGroup {
        project_id: row.try_get("project_id")?,
        project_path: row.try_get("project_path")?,
        repository_id: row.try_get("repository_id")?,
        path: row.try_get("repository_path")?,
        counts: counts(row)?,
        total: total(row.try_get("total")?),
    })
}
