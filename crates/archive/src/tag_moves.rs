//! Where tags have pointed before.

use sqlx::Row;

use crate::rows::to_json;
use crate::{Archive, ArchiveError};

/// A digest that a tag has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagMove {
    /// The digest.
    pub digest: String,
    /// When the tag was first seen elsewhere.
    pub left_at: i64,
}

impl Archive {
    /// The digests that a tag has left, newest first: its last fifty. A tag that went and came back
    /// begins anew.
    pub async fn tag_moves(
        &self,
        project_id: &str,
        repository_id: &str,
        name: &str,
    ) -> Result<Vec<TagMove>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT m.digest, m.left_at
             FROM projects p
             JOIN repositories r ON r.project_key = p.key AND r.server_id = ?2
             JOIN tag_moves m ON m.project_key = p.key AND m.repository_key = r.key AND m.name = ?3
             WHERE p.id = ?1 ORDER BY m.left_at DESC",
        )
        .bind(project_id)
        .bind(repository_id)
        .bind(name)
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| Ok(TagMove { digest: row.try_get(0)?, left_at: row.try_get(1)? })).collect()
    }

    /// The tags of a repository that point at one of these digests: digest and name, by name.
    pub async fn tags_at(
        &self,
        project_id: &str,
        repository_id: &str,
        digests: &[&str],
    ) -> Result<Vec<(String, String)>, ArchiveError> {
        let rows = sqlx::query_as(
            "SELECT t.digest, t.name
             FROM projects p
             JOIN repositories r ON r.project_key = p.key AND r.server_id = ?2
             JOIN tags t ON t.project_key = p.key AND t.repository_key = r.key
             WHERE p.id = ?1 AND t.digest IN (SELECT value FROM json_each(?3)) ORDER BY t.name",
        )
        .bind(project_id)
        .bind(repository_id)
        .bind(to_json(&digests)?)
        .fetch_all(self.reader())
        .await?;
        Ok(rows)
    }
}
