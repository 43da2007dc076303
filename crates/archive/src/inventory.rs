//! Writing a project's inventory: its repositories and tags, and the states of the tags.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use tagwarden_rules::state::{StateCounts, TagState};
use tagwarden_rules::visibility::ServerVerdict;

use crate::rows::{add, state_number, to_json_option};
use crate::{Archive, ArchiveError};

/// Tags written by one statement. SQLite allows 32,766 bound values; a tag has eleven.
const BATCH: usize = 500;

/// A repository as a sync has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryRecord {
    /// The server's own id.
    pub id: String,
    /// Its name inside the project; empty for the project's own.
    pub name: String,
    /// Its full path, e.g. `payments/ledger-api/worker`.
    pub path: String,
}

/// A tag as a sync has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRecord {
    /// The server's id of the repository it is in.
    pub repository_id: String,
    /// Its name.
    pub name: String,
    /// The digest it points at; `None` when this was not read: an earlier one is kept.
    pub digest: Option<String>,
    /// When its image was made; without one, what is known of the same digest stays.
    pub created_at: Option<i64>,
    /// When it was pushed; `None` without a digest: an earlier one is kept.
    pub pushed_at: Option<i64>,
    /// Size of its image in bytes; without one, what is known of the same digest stays.
    pub size: Option<i64>,
    /// What the rules in force make of it.
    pub state: TagState,
    /// The server's id of the rule that decides, if one does.
    pub deciding_rule: Option<String>,
    /// What the server itself says of it, where its rules are not visible.
    pub verdict: Option<ServerVerdict>,
}

/// What an image says of itself, for all tags of its repository that point at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRecord {
    /// Its digest.
    pub digest: String,
    /// When it was made.
    pub created_at: Option<i64>,
    /// Its size in bytes.
    pub size: Option<i64>,
}

/// A new state for a tag that is in the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// The server's id of the repository it is in.
    pub repository_id: String,
    /// Its name.
    pub name: String,
    /// The state.
    pub state: TagState,
    /// The server's id of the rule that decides, if one does.
    pub deciding_rule: Option<String>,
}

impl Archive {
    /// Puts a new inventory of a project in the place of the last, all or nothing, and counts it.
    ///
    /// A tag whose digest has changed keeps the earlier one beside it, with `at` as the moment at
    /// which the move was seen. Tags of repositories that are not given are refused.
    pub async fn replace_tags(
        &self,
        project_id: &str,
        repositories: &[RepositoryRecord],
        tags: &[TagRecord],
        at: i64,
    ) -> Result<StateCounts, ArchiveError> {
        let mut tx = self.write().await?;
        let (project_key, generation) = next_generation(&mut tx, project_id).await?;
        let keys = write_repositories(&mut tx, project_key, generation, repositories, tags).await?;
        let target = Target { project_key, generation, at };
        for batch in tags.chunks(BATCH) {
            write_tags(&mut tx, target, &keys, batch).await?;
        }
        forget_older(&mut tx, project_key, generation).await?;
        let counts = recount(&mut tx, project_key).await?;
        sqlx::query("UPDATE projects SET read_at = ? WHERE key = ?")
            .bind(at)
            .bind(project_key)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Writes down what was read of a repository's images, all or nothing. Digests that no tag points
    /// at are passed over.
    pub async fn set_images(
        &self,
        project_id: &str,
        repository_id: &str,
        images: &[ImageRecord],
    ) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let project_key = project_key(&mut tx, project_id).await?;
        for batch in images.chunks(BATCH) {
            write_images(&mut tx, project_key, repository_id, batch).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Sets the states of tags by rules that are visible, all or nothing, and counts them again. Tags that are not in the
    /// inventory are passed over. Give only those that change: each one costs a write.
    pub async fn set_states(
        &self,
        project_id: &str,
        changes: &[StateChange],
    ) -> Result<StateCounts, ArchiveError> {
        let mut tx = self.write().await?;
        let project_key = project_key(&mut tx, project_id).await?;
        let keys: HashMap<String, i64> =
            sqlx::query_as("SELECT server_id, key FROM repositories WHERE project_key = ?")
                .bind(project_key)
                .fetch_all(&mut *tx)
                .await?
                .into_iter()
                .collect();
        for batch in changes.chunks(BATCH) {
            write_states(&mut tx, project_key, &keys, batch).await?;
        }
        let counts = recount(&mut tx, project_key).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

#[derive(Clone, Copy)]
struct Target {
    project_key: i64,
    generation: i64,
    at: i64,
}

async fn project_key(tx: &mut SqliteConnection, project_id: &str) -> Result<i64, ArchiveError> {
    sqlx::query_scalar("SELECT key FROM projects WHERE id = ?")
        .bind(project_id)
        .fetch_optional(tx)
        .await?
        .ok_or_else(|| ArchiveError::not_found("project", project_id))
}

async fn next_generation(tx: &mut SqliteConnection, project_id: &str) -> Result<(i64, i64), ArchiveError> {
    sqlx::query_as("UPDATE projects SET generation = generation + 1 WHERE id = ? RETURNING key, generation")
        .bind(project_id)
        .fetch_optional(tx)
        .await?
        .ok_or_else(|| ArchiveError::not_found("project", project_id))
}

async fn write_repositories<'r>(
    tx: &mut SqliteConnection,
    project_key: i64,
    generation: i64,
    repositories: &'r [RepositoryRecord],
    tags: &[TagRecord],
) -> Result<HashMap<&'r str, i64>, ArchiveError> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    for tag in tags {
        *numbers.entry(&tag.repository_id).or_default() += 1;
    }
    let mut keys = HashMap::with_capacity(repositories.len());
    for repository in repositories {
        let key: i64 = sqlx::query_scalar(
            "INSERT INTO repositories (project_key, server_id, name, path, tag_count, generation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (project_key, server_id)
                 DO UPDATE SET name = ?3, path = ?4, tag_count = ?5, generation = ?6
             RETURNING key",
        )
        .bind(project_key)
        .bind(&repository.id)
        .bind(&repository.name)
        .bind(&repository.path)
        .bind(numbers.get(repository.id.as_str()).copied().unwrap_or(0))
        .bind(generation)
        .fetch_one(&mut *tx)
        .await?;
        keys.insert(repository.id.as_str(), key);
    }
    Ok(keys)
}

async fn write_tags(
    tx: &mut SqliteConnection,
    target: Target,
    keys: &HashMap<&str, i64>,
    tags: &[TagRecord],
) -> Result<(), ArchiveError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO tags (project_key, repository_key, name, digest, created_at, pushed_at, size, \
         state, deciding_rule, server_verdict_json, generation) ",
    );
    let mut found = Vec::with_capacity(tags.len());
    for tag in tags {
        let key = keys
            .get(tag.repository_id.as_str())
            .ok_or_else(|| ArchiveError::not_found("repository", &tag.repository_id))?;
        found.push((*key, tag, to_json_option(tag.verdict.as_ref())?));
    }
    query.push_values(found, |mut row, (key, tag, verdict)| {
        row.push_bind(target.project_key)
            .push_bind(key)
            .push_bind(&tag.name)
            .push_bind(&tag.digest)
            .push_bind(tag.created_at)
            .push_bind(tag.pushed_at)
            .push_bind(tag.size)
            .push_bind(state_number(tag.state))
            .push_bind(&tag.deciding_rule)
            .push_bind(verdict)
            .push_bind(target.generation);
    });
    query.push(
        " ON CONFLICT (project_key, repository_key, name) DO UPDATE SET \
         previous_digest = CASE WHEN digest <> excluded.digest THEN digest \
             ELSE previous_digest END, \
         moved_at = CASE WHEN digest <> excluded.digest THEN ",
    );
    query.push_bind(target.at);
    query.push(
        " ELSE moved_at END, \
         digest = coalesce(excluded.digest, digest), \
         created_at = CASE WHEN digest <> excluded.digest THEN excluded.created_at \
             ELSE coalesce(excluded.created_at, created_at) END, \
         size = CASE WHEN digest <> excluded.digest THEN excluded.size \
             ELSE coalesce(excluded.size, size) END, \
         pushed_at = CASE WHEN excluded.digest IS NULL THEN coalesce(excluded.pushed_at, pushed_at) \
             ELSE excluded.pushed_at END, \
         state = excluded.state, deciding_rule = excluded.deciding_rule, \
         server_verdict_json = excluded.server_verdict_json, generation = excluded.generation",
    );
    query.build().execute(tx).await?;
    Ok(())
}

async fn write_images(
    tx: &mut SqliteConnection,
    project_key: i64,
    repository_id: &str,
    images: &[ImageRecord],
) -> Result<(), ArchiveError> {
    let mut query = QueryBuilder::<Sqlite>::new("WITH read (digest, created_at, size) AS (");
    query.push_values(images, |mut row, image| {
        row.push_bind(&image.digest).push_bind(image.created_at).push_bind(image.size);
    });
    query.push(
        ") UPDATE tags SET created_at = read.created_at, size = read.size FROM read \
         WHERE tags.digest = read.digest AND tags.project_key = ",
    );
    query.push_bind(project_key);
    query.push(" AND tags.repository_key = (SELECT key FROM repositories WHERE project_key = ");
    query.push_bind(project_key).push(" AND server_id = ").push_bind(repository_id).push(")");
    query.build().execute(tx).await?;
    Ok(())
}

async fn forget_older(
    tx: &mut SqliteConnection,
    project_key: i64,
    generation: i64,
) -> Result<(), ArchiveError> {
    // A tag left from an earlier inventory may sit in a repository that goes: both go together.
    for sql in [
        "DELETE FROM tags WHERE project_key = ? AND generation <> ?",
        "DELETE FROM repositories WHERE project_key = ? AND generation <> ?",
    ] {
        sqlx::query(sql).bind(project_key).bind(generation).execute(&mut *tx).await?;
    }
    Ok(())
}

async fn write_states(
    tx: &mut SqliteConnection,
    project_key: i64,
    keys: &HashMap<String, i64>,
    changes: &[StateChange],
) -> Result<(), ArchiveError> {
    let known: Vec<_> = changes
        .iter()
        .filter_map(|change| keys.get(&change.repository_id).map(|key| (*key, change)))
        .collect();
    if known.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Sqlite>::new("WITH new (repository_key, name, state, deciding_rule) AS (");
    query.push_values(known, |mut row, (key, change)| {
        row.push_bind(key)
            .push_bind(&change.name)
            .push_bind(state_number(change.state))
            .push_bind(&change.deciding_rule);
    });
    query.push(
        ") UPDATE tags SET state = new.state, deciding_rule = new.deciding_rule, \
         server_verdict_json = NULL FROM new \
         WHERE tags.repository_key = new.repository_key AND tags.name = new.name \
         AND tags.project_key = ",
    );
    query.push_bind(project_key);
    query.build().execute(tx).await?;
    Ok(())
}

/// Counts a project's tags and repositories and writes the counts into its row.
async fn recount(tx: &mut SqliteConnection, project_key: i64) -> Result<StateCounts, ArchiveError> {
    let numbers: Vec<(i64, u32)> =
        sqlx::query_as("SELECT state, count(*) FROM tags WHERE project_key = ? GROUP BY state")
            .bind(project_key)
            .fetch_all(&mut *tx)
            .await?;
    let mut counts = StateCounts::default();
    let mut tags = 0_u32;
    for (state, number) in numbers {
        add(&mut counts, crate::rows::state_from(state)?, number);
        tags = tags.saturating_add(number);
    }
    sqlx::query(
        "UPDATE projects SET tags = ?2, open = ?3, protected = ?4, immutable = ?5, unknown = ?6,
             repositories = (SELECT count(*) FROM repositories WHERE project_key = ?1)
         WHERE key = ?1",
    )
    .bind(project_key)
    .bind(tags)
    .bind(counts.open)
    .bind(counts.protected)
    .bind(counts.immutable)
    .bind(counts.unknown)
    .execute(&mut *tx)
    .await?;
    Ok(counts)
}
