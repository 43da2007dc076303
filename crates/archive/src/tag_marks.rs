//! Digests and dates of single tags, for the rows of a page whose names are known already.

use sqlx::Row;

use crate::rows::to_json;
use crate::{Archive, ArchiveError};

/// What is known of one tag besides its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagMark {
    /// The server's id of the repository.
    pub repository_id: String,
    /// The tag's name.
    pub name: String,
    /// The digest it points at, when known.
    pub digest: Option<String>,
    /// When it was pushed.
    pub pushed_at: Option<i64>,
}

impl Archive {
    /// Marks of the given tags of one project, each given by repository id and name. Tags that are
    /// not in the inventory are left out.
    pub async fn tag_marks(
        &self,
        project_id: &str,
        tags: &[(String, String)],
    ) -> Result<Vec<TagMark>, ArchiveError> {
        // CROSS JOIN keeps this order: the planner would rather read every tag of the project first.
        let rows = sqlx::query(
            "SELECT r.server_id, t.name, t.digest, t.pushed_at
             FROM json_each(?2) w
             CROSS JOIN projects p ON p.id = ?1
             CROSS JOIN repositories r ON r.project_key = p.key AND r.server_id = w.value ->> 0
             CROSS JOIN tags t ON t.project_key = p.key AND t.repository_key = r.key AND t.name = w.value ->> 1",
        )
        .bind(project_id)
        .bind(to_json(&tags)?)
        .fetch_all(self.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(TagMark {
                    repository_id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    digest: row.try_get(2)?,
                    pushed_at: row.try_get(3)?,
                })
            })
            .collect()
    }
}
