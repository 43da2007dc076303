//! A damaged file is set aside and kept; what can be read of it goes on in a fresh one.
//!
//! The journal goes first: nothing else is lost for good. Tags and rules are the registry's and are read
//! again by a sync.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use futures::TryStreamExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, QueryBuilder, Row as _};
use sqlx::{Sqlite, SqliteConnection};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::check::settle;
use crate::lock::{Lock, beside};
use crate::open::{base_options, look_at, make_directory};
use crate::rows::Cell;
use crate::seal::is_intact;
use crate::{Archive, ArchiveError};

/// The shortest file that SQLite takes for a database; of anything shorter it makes a new one without a word.
const HEADER: u64 = 100;

/// What is carried over, and in which order. Entries refer to runs.
const CARRIED: [&str; 5] = ["journal_runs", "journal_entries", "connections", "settings", "drafts"];

/// What became of a file that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Where the file is now.
    pub set_aside: PathBuf,
    /// Whether it held nothing at all.
    pub was_empty: bool,
    /// Runs of the journal that go on.
    pub runs: u64,
    /// Connections that go on.
    pub connections: u64,
    /// Drafts that go on.
    pub drafts: u64,
    /// Whether something of the above could not be read.
    pub lost: bool,
}

impl Archive {
    /// Opens the file at `path` as [`Archive::open`] does. A damaged one, and one that holds nothing, is
    /// renamed first, with the time `now` (unix seconds) in its name, and a fresh one takes its place.
    pub async fn open_or_recover(
        path: impl AsRef<Path>,
        now: i64,
    ) -> Result<(Self, Option<Recovery>), ArchiveError> {
        let path = path.as_ref();
        if !look_at(path)? {
            make_directory(path)?;
        }
        let lock = Lock::take(path)?;
        finish_interrupted(path)?;
        let exists = look_at(path)?;
        let is_empty = exists && std::fs::metadata(path).is_ok_and(|metadata| metadata.len() < HEADER);
        if !is_empty && !mark_of(path).exists() {
            match Self::open_locked(path, lock.clone()).await {
                Err(ArchiveError::Corrupt { what }) => tracing::warn!(what, "the archive is damaged"),
                outcome => return Ok((outcome?, None)),
            }
        }
        if !exists {
            remove(&mark_of(path))?;
            return Ok((Self::open_locked(path, lock).await?, None));
        }
        let recovery = recover(path, is_empty, now).await.map_err(|error| match error {
            ArchiveError::DiskFull => error,
            error => ArchiveError::corrupt(format!("it cannot be set aside: {error}")),
        })?;
        Ok((Self::open_locked(path, lock).await?, Some(recovery)))
    }

    /// Has the next [`Archive::open_or_recover`] set the file aside, after damage was found in it.
    pub fn mark_damaged(&self) -> Result<(), ArchiveError> {
        match self.path() {
            Some(path) => std::fs::write(mark_of(path), b"").map_err(|error| failed(path, &error)),
            None => Ok(()),
        }
    }
}

fn mark_of(path: &Path) -> PathBuf {
    beside(path, ".damaged")
}

fn rebuilt(path: &Path) -> PathBuf {
    beside(path, ".rebuilt")
}

/// A crash between the two renamings leaves the rebuilt file complete and nothing in its place; before them
/// it leaves a part, which is made again.
fn finish_interrupted(path: &Path) -> Result<(), ArchiveError> {
    if !path.exists() && rebuilt(path).exists() {
        rename(&rebuilt(path), path)?;
        remove(&mark_of(path))?;
    }
    Ok(())
}

async fn recover(path: &Path, is_empty: bool, now: i64) -> Result<Recovery, ArchiveError> {
    let set_aside = name_aside(path, now);
    let mut recovery = Recovery {
        set_aside: set_aside.clone(),
        was_empty: is_empty,
        runs: 0,
        connections: 0,
        drafts: 0,
        lost: false,
    };
    for suffix in ["", "-wal", "-shm", "-journal"] {
        remove(&beside(&rebuilt(path), suffix))?;
    }
    let fresh = Archive::open_locked(&rebuilt(path), Lock::default()).await?;
    if !is_empty {
        carry_over(path, &fresh, &mut recovery).await;
    }
    fresh.close().await;
    for suffix in ["-wal", "-shm", ""] {
        let (from, to) = (beside(path, suffix), beside(&set_aside, suffix));
        if from.exists() {
            rename(&from, &to)?;
        }
    }
    rename(&rebuilt(path), path)?;
    remove(&mark_of(path))?;
    Ok(recovery)
}

/// `tagwarden.db` as `tagwarden.damaged-20261128-161009.db`.
fn name_aside(path: &Path, now: i64) -> PathBuf {
    let time = OffsetDateTime::from_unix_timestamp(now).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let time = time
        .format(format_description!("[year][month][day]-[hour][minute][second]"))
        .unwrap_or_else(|_| now.to_string());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let named = |more: &str| path.with_file_name(format!("{stem}.damaged-{time}{more}.{extension}"));
    let further = (2..1000).map(|number| named(&format!("-{number}")));
    let mut names = std::iter::once(named("")).chain(further);
    names.find(|name| !name.exists()).unwrap_or_else(|| named("-more"))
}

/// Copies what can be read. Whatever goes wrong with the old file leaves the rest of it behind.
async fn carry_over(path: &Path, fresh: &Archive, recovery: &mut Recovery) {
    for table in CARRIED {
        let copied = copy(path, fresh, table, recovery).await.unwrap_or_else(|error| {
            tracing::warn!(%error, table, "cannot be carried over");
            recovery.lost = true;
            0
        });
        match table {
            "journal_runs" => recovery.runs = copied,
            "connections" => recovery.connections = copied,
            "drafts" => recovery.drafts = copied,
            _ => {}
        }
    }
}

/// Copies the rows of a table that are as they were written: from the front to where reading fails, then
/// from the back.
async fn copy(
    path: &Path,
    fresh: &Archive,
    table: &str,
    recovery: &mut Recovery,
) -> Result<u64, ArchiveError> {
    let mut tx = fresh.write().await?;
    if table == "journal_runs" {
        // A run names the later one that undid it.
        sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut *tx).await?;
    }
    let mut copied = 0;
    for order in ["", "ORDER BY 1 DESC"] {
        let sql = format!("SELECT * FROM {table} {order}");
        match copy_rows(path, &sql, &mut tx, table, recovery).await {
            (more, Ok(())) => {
                copied += more;
                break;
            }
            (more, Err(error)) => {
                tracing::warn!(%error, table, "the rest cannot be read");
                copied += more;
                recovery.lost = true;
            }
        }
    }
    if table == "journal_runs" {
        for column in ["undo_of", "undone_by"] {
            let forget = format!(
                "UPDATE journal_runs SET {column} = NULL \
                 WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM journal_runs)"
            );
            sqlx::query(AssertSqlSafe(forget)).execute(&mut *tx).await?;
        }
    }
    tx.commit().await?;
    Ok(copied)
}

/// How many rows could be taken over, and what ended the reading before its end. Each reading has a
/// connection of its own: after an error it is of no more use.
async fn copy_rows(
    path: &Path,
    sql: &str,
    tx: &mut SqliteConnection,
    table: &str,
    recovery: &mut Recovery,
) -> (u64, Result<(), ArchiveError>) {
    let mut copied = 0;
    let read = async {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info(?) WHERE name <> 'seal'")
                .bind(table)
                .fetch_all(&mut *tx)
                .await?;
        let mut old = base_options().filename(path).read_only(true).connect().await?;
        let mut rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch(&mut old);
        while let Some(row) = rows.try_next().await? {
            let inserted = match insert(tx, table, &columns, &row).await {
                // The run that took an entry back may be lost; the entry need not be.
                Err(_) if table == "journal_entries" => {
                    recovery.lost = true;
                    insert(tx, table, &without(&columns, "undone_by"), &row).await
                }
                inserted => inserted,
            };
            match inserted {
                Ok(inserted) => copied += inserted,
                Err(error) => {
                    tracing::warn!(%error, table, "a row is not carried over");
                    recovery.lost = true;
                }
            }
        }
        drop(rows);
        settle(&mut old).await?;
        Ok(old.close().await?)
    };
    let read = read.await;
    (copied, read)
}

/// Takes a row over, unless it is there already; answers how many were taken.
async fn insert(
    tx: &mut SqliteConnection,
    table: &str,
    columns: &[String],
    row: &SqliteRow,
) -> Result<u64, ArchiveError> {
    let sealed = row.columns().iter().any(|column| column.name() == "seal");
    if sealed && !is_intact(row)? {
        return Err(ArchiveError::corrupt("not as it was written"));
    }
    let known: Vec<_> =
        row.columns().iter().filter(|column| columns.iter().any(|name| name == column.name())).collect();
    let names: Vec<&str> = known.iter().map(|column| column.name()).collect();
    let start = format!("INSERT INTO {table} ({}) VALUES (", names.join(", "));
    let mut query = QueryBuilder::<Sqlite>::new(start);
    let mut values = query.separated(", ");
    for column in known {
        match Cell::read(row, column.ordinal())? {
            Cell::Null => values.push_bind(None::<i64>),
            Cell::Integer(number) => values.push_bind(number),
            Cell::Real(number) => values.push_bind(number),
            Cell::Text(text) => values.push_bind(text),
            Cell::Blob(bytes) => values.push_bind(bytes),
        };
    }
    query.push(") ON CONFLICT DO NOTHING");
    Ok(query.build().execute(tx).await?.rows_affected())
}

fn without(columns: &[String], left_out: &str) -> Vec<String> {
    columns.iter().filter(|name| *name != left_out).cloned().collect()
}

fn rename(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    std::fs::rename(from, to).map_err(|error| failed(from, &error))
}

fn remove(path: &Path) -> Result<(), ArchiveError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(path, &error)),
        _ => Ok(()),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> ArchiveError {
    tracing::warn!(%error, path = %path.display(), "cannot set the damaged archive aside");
    ArchiveError::of_file(path, error)
}
