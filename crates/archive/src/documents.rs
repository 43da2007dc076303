//! Settings and drafts: JSON documents by key.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::rows::{json, to_json};
use crate::{Archive, ArchiveError};

/// A draft: rules somebody is working on.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The project's id, or another key such as `bulk` for one that spans projects.
    pub key: String,
    /// What it holds.
    pub body: Value,
    /// When it was saved.
    pub saved_at: i64,
}

impl Archive {
    /// The setting under `key`, if it was ever set.
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ArchiveError> {
        let row = sqlx::query("SELECT value_json FROM settings WHERE key = ?")
            .bind(key)
            .fetch_optional(self.reader())
            .await?;
        row.map(|row| json(&row, "value_json")).transpose()
    }

    /// Sets the setting under `key`.
    pub async fn set_setting<T: Serialize + Sync>(&self, key: &str, value: &T) -> Result<(), ArchiveError> {
        let text = to_json(value)?;
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO settings (key, value_json) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value_json = ?2",
        )
        .bind(key)
        .bind(text)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// The draft under `key`.
    pub async fn draft(&self, key: &str) -> Result<Option<Draft>, ArchiveError> {
        let row =
            sqlx::query("SELECT * FROM drafts WHERE key = ?").bind(key).fetch_optional(self.reader()).await?;
        row.as_ref().map(read).transpose()
    }

    /// All drafts, latest first.
    pub async fn drafts(&self) -> Result<Vec<Draft>, ArchiveError> {
        let rows =
            sqlx::query("SELECT * FROM drafts ORDER BY saved_at DESC, key").fetch_all(self.reader()).await?;
        rows.iter().map(read).collect()
    }

    /// Saves a draft in the place of the one with its key.
    pub async fn put_draft(&self, draft: &Draft) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO drafts (key, body_json, saved_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET body_json = ?2, saved_at = ?3",
        )
        .bind(&draft.key)
        .bind(to_json(&draft.body)?)
        .bind(draft.saved_at)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Throws a draft away. No error when there is none.
    pub async fn delete_draft(&self, key: &str) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM drafts WHERE key = ?").bind(key).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }
}

fn read(row: &SqliteRow) -> Result<Draft, ArchiveError> {
    Ok(Draft { key: row.try_get("key")?, body: json(row, "body_json")?, saved_at: row.try_get("saved_at")? })
}
