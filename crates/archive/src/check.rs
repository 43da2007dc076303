//! Looking for damage: in the pages, in the schema, in what rows say.

use std::collections::HashSet;
use std::time::Duration;

use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};

use crate::seal::{SEALED, is_intact, tags_seal};
use crate::{Archive, ArchiveError};

/// A driver that is alive answers at once.
const LONGEST_PING: Duration = Duration::from_secs(10);

/// What was found damaged first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The file's structure, in SQLite's own words.
    #[error("pages: {0}")]
    Pages(String),
    /// Tables, indexes or triggers are not those of this schema.
    #[error("the schema")]
    Schema,
    /// A row of this table is not as it was written.
    #[error("a row of {0}")]
    Row(&'static str),
    /// The tags or repositories of a project are not as they were written.
    #[error("tags of {0}")]
    Tags(String),
}

impl Archive {
    /// Reads the whole file and compares everything with its checksums. Takes seconds for a million tags, on
    /// a connection of its own, so that nobody waits for it.
    pub async fn check(&self) -> Result<Option<Damage>, ArchiveError> {
        if self.path().is_none() {
            return Ok(None);
        }
        match self.look_for_damage().await {
            Err(ArchiveError::Corrupt { what }) => Ok(Some(Damage::Pages(what))),
            other => other,
        }
    }

    async fn look_for_damage(&self) -> Result<Option<Damage>, ArchiveError> {
        let mut connection = self.reader().connect_options().connect().await?;
        let found = look(&mut connection).await?;
        connection.close().await?;
        Ok(found)
    }
}

async fn look(connection: &mut SqliteConnection) -> Result<Option<Damage>, ArchiveError> {
    if let Some(words) = damaged_pages(connection).await? {
        return Ok(Some(Damage::Pages(words)));
    }
    let fresh = Archive::open_in_memory().await?;
    let mut of_fresh = fresh.reader().acquire().await?;
    let expected = schema(&mut of_fresh).await?;
    let found = schema(connection).await?;
    if !expected.is_subset(&found) {
        return Ok(Some(Damage::Schema));
    }
    for (table, _) in SEALED {
        let sql = AssertSqlSafe(format!("SELECT * FROM {table}"));
        let mut rows = sqlx::query(sql).fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            if !is_intact(&row)? {
                return Ok(Some(Damage::Row(table)));
            }
        }
        drop(rows);
        settle(connection).await?;
    }
    damaged_tags(connection).await
}

/// Waits until the driver has done what was asked before.
///
/// Over some damage the driver's thread panics. To the reader that looks like the end of the rows, and the
/// next question may wait for ever. So this comes before it.
pub(crate) async fn settle(connection: &mut SqliteConnection) -> Result<(), ArchiveError> {
    match tokio::time::timeout(LONGEST_PING, connection.ping()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(ArchiveError::corrupt("the driver gave up")),
    }
}

/// What SQLite finds wrong with the structure and the indexes.
pub(crate) async fn damaged_pages(connection: &mut SqliteConnection) -> Result<Option<String>, ArchiveError> {
    let words: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(connection).await?;
    Ok((words != "ok").then_some(words))
}

/// The tables, indexes and triggers of the migrations. The list of migrations itself is the driver's.
async fn schema(
    connection: &mut SqliteConnection,
) -> Result<HashSet<(String, String, Option<String>)>, sqlx::Error> {
    let objects: Vec<_> = sqlx::query_as(
        "SELECT type, name, sql FROM sqlite_schema
         WHERE tbl_name <> '_sqlx_migrations' AND name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(connection)
    .await?;
    Ok(objects.into_iter().collect())
}

async fn damaged_tags(connection: &mut SqliteConnection) -> Result<Option<Damage>, ArchiveError> {
    let projects: Vec<(i64, String)> =
        sqlx::query_as("SELECT key, path FROM projects WHERE tags_seal IS NOT NULL")
            .fetch_all(&mut *connection)
            .await?;
    for (key, path) in projects {
        // The seal and the tags of one moment.
        let mut moment = connection.begin().await?;
        let seal: Option<i64> = sqlx::query_scalar("SELECT tags_seal FROM projects WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *moment)
            .await?
            .flatten();
        let damaged = match seal {
            Some(seal) => seal != tags_seal(&mut moment, key).await?,
            None => false,
        };
        settle(&mut moment).await?;
        moment.rollback().await?;
        if damaged {
            return Ok(Some(Damage::Tags(path)));
        }
    }
    Ok(None)
}
