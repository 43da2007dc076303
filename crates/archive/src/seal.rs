//! Seals: checksums of what the tables hold.
//!
//! SQLite's own check covers the structure of its pages and not the values in them, so that a changed byte
//! in a name or a number passes. A seal finds it. Triggers clear the seal of what is changed (see the
//! migration), so that no writing statement has to know of seals.

use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Column as _, Decode, Row as _, Sqlite, SqliteConnection};

use crate::rows::Cell;
use crate::{Archive, ArchiveError};

/// The tables whose rows have a seal each, with a column that names the row.
pub(crate) const SEALED: [(&str, &str); 6] = [
    ("journal_runs", "id"),
    ("journal_entries", "id"),
    ("connections", "id"),
    ("settings", "key"),
    ("drafts", "key"),
    ("projects", "id"),
];

/// Columns that say something about the sealing itself.
const BOOKKEEPING: [&str; 3] = ["seal", "tags_seal", "sealing"];

/// Projects whose seals are written at once.
const BATCH: usize = 64;

/// One text for each tag of a project, and then one for each of its repositories.
const CONTENTS: [&str; 2] = [
    "SELECT concat_ws('|', repository_key, name, digest, previous_digest, moved_at, created_at, pushed_at, \
     size, state, deciding_rule, server_verdict_json) FROM tags WHERE project_key = ? ORDER BY repository_key, name",
    "SELECT concat_ws('|', key, server_id, name, path, tag_count) FROM repositories WHERE project_key = ? \
     ORDER BY key",
];

/// Seals every row that has no seal.
pub(crate) async fn seal_rows(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for (table, key) in SEALED {
        let unsealed = AssertSqlSafe(format!("SELECT * FROM {table} WHERE seal IS NULL"));
        let rows = sqlx::query(unsealed).fetch_all(&mut *connection).await?;
        for row in rows {
            let set = AssertSqlSafe(format!("UPDATE {table} SET seal = ? WHERE {key} = ?"));
            sqlx::query(set)
                .bind(seal_of(&row)?)
                .bind(row.try_get::<String, _>(key)?)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// Takes every seal away, because a migration gave the tables another shape.
pub(crate) async fn unseal(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for (table, _) in SEALED {
        let clear = AssertSqlSafe(format!("UPDATE {table} SET seal = NULL WHERE seal IS NOT NULL"));
        sqlx::query(clear).execute(&mut *connection).await?;
    }
    sqlx::query("UPDATE projects SET tags_seal = NULL, sealing = NULL WHERE tags_seal IS NOT NULL")
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether a row is as it was sealed. One without a seal cannot be told to be otherwise.
pub(crate) fn is_intact(row: &SqliteRow) -> Result<bool, sqlx::Error> {
    let seal: Option<i64> = row.try_get("seal")?;
    Ok(match seal {
        Some(seal) => seal == seal_of(row)?,
        None => true,
    })
}

fn seal_of(row: &SqliteRow) -> Result<i64, sqlx::Error> {
    let mut hash = Sha256::new();
    for column in row.columns() {
        if !BOOKKEEPING.contains(&column.name()) {
            add(&mut hash, &Cell::read(row, column.ordinal())?);
        }
    }
    Ok(number(hash))
}

fn add(hash: &mut Sha256, cell: &Cell) {
    let (kind, bytes): (u8, &[u8]) = match cell {
        Cell::Null => (b'n', &[]),
        Cell::Integer(number) => (b'i', &number.to_le_bytes()),
        Cell::Real(number) => (b'r', &number.to_le_bytes()),
        Cell::Text(text) => (b't', text.as_bytes()),
        Cell::Blob(bytes) => (b'b', bytes),
    };
    hash.update([kind]);
    hash.update(bytes.len().to_le_bytes());
    hash.update(bytes);
}

/// The seal of a project's tags and repositories.
pub(crate) async fn tags_seal(connection: &mut SqliteConnection, project: i64) -> Result<i64, sqlx::Error> {
    let mut hash = Sha256::new();
    for contents in CONTENTS {
        let mut lines = sqlx::query(contents).bind(project).fetch(&mut *connection);
        while let Some(line) = lines.try_next().await? {
            let line =
                <&[u8] as Decode<Sqlite>>::decode(line.try_get_raw(0)?).map_err(sqlx::Error::Decode)?;
            hash.update(line.len().to_le_bytes());
            hash.update(line);
        }
    }
    Ok(number(hash))
}

fn number(hash: Sha256) -> i64 {
    let mut bytes = [0; 8];
    for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
        *byte = hashed;
    }
    i64::from_le_bytes(bytes)
}

impl Archive {
    /// Seals the tags of every project that has none: of what was read or changed since the last time.
    ///
    /// Reading a million tags takes seconds, so this is for moments when nobody waits, and no write waits for
    /// it: what is written meanwhile stays without a seal until the next time.
    pub async fn seal_tags(&self) -> Result<(), ArchiveError> {
        let attempt = self.next_attempt();
        let mut tx = self.write().await?;
        let unsealed: Vec<i64> =
            sqlx::query_scalar("UPDATE projects SET sealing = ? WHERE tags_seal IS NULL RETURNING key")
                .bind(attempt)
                .fetch_all(&mut *tx)
                .await?;
        tx.commit().await?;
        for batch in unsealed.chunks(BATCH) {
            let mut seals = Vec::with_capacity(batch.len());
            for project in batch {
                let mut connection = self.reader().acquire().await?;
                seals.push((*project, tags_seal(&mut connection, *project).await?));
            }
            let mut tx = self.write().await?;
            for (project, seal) in seals {
                sqlx::query(
                    "UPDATE projects SET tags_seal = ?1, sealing = NULL WHERE key = ?2 AND sealing = ?3",
                )
                .bind(seal)
                .bind(project)
                .bind(attempt)
                .execute(&mut *tx)
                .await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
