//! What the archive knows of tags that tells which of them move.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use tagwarden_rules::moving::TagTrace;

use crate::{Archive, ArchiveError};

/// The tags of one repository, with what is known of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedTags {
    /// The server's id of the repository.
    pub repository_id: String,
    /// Its path.
    pub repository_path: String,
    /// The names, in the order of their bytes.
    pub names: Vec<String>,
    /// What is known of each.
    pub traces: Vec<TagTrace>,
}

impl Archive {
    /// The tags of a project as [`Archive::tag_names`] gives them, with the digest of each and whether it
    /// was seen to move.
    pub async fn traced_tags(&self, project_id: &str) -> Result<Vec<TracedTags>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT r.server_id, r.path, t.name, substr(t.digest, -16) AS digest, t.moved_at IS NOT NULL AS moved
             FROM projects p
             JOIN repositories r ON r.project_key = p.key
             JOIN tags t ON t.project_key = p.key AND t.repository_key = r.key
             WHERE p.id = ? ORDER BY r.path, r.key, t.name",
        )
        .bind(project_id)
        .fetch_all(self.reader())
        .await?;
        let mut all: Vec<TracedTags> = Vec::new();
        for row in rows {
            add(&mut all, &row)?;
        }
        Ok(all)
    }
}

fn add(all: &mut Vec<TracedTags>, row: &SqliteRow) -> Result<(), ArchiveError> {
    let repository_id: &str = row.try_get("server_id")?;
    let digest: Option<&str> = row.try_get("digest")?;
    let trace = TagTrace::new(digest, row.try_get("moved")?);
    let name = row.try_get("name")?;
    match all.last_mut() {
        Some(last) if last.repository_id == repository_id => {
            last.names.push(name);
            last.traces.push(trace);
        }
        _ => all.push(TracedTags {
            repository_id: repository_id.to_owned(),
            repository_path: row.try_get("path")?,
            names: vec![name],
            traces: vec![trace],
        }),
    }
    Ok(())
}
