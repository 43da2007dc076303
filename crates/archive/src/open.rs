//! Opening the file, and what to do when it cannot be opened as one would like.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::check::damaged_pages;
use crate::lock::Lock;
use crate::seal::{seal_rows, unseal};
use crate::write::Write;
use crate::{ArchiveError, CannotOpen};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long a write waits for another program that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long closing may take. Over damage the driver's thread may have panicked, and a connection of such a
/// thread is never given back.
const LONGEST_CLOSING: Duration = Duration::from_secs(20);

/// Connections that read at the same time. Reads never wait for the one writer (WAL).
const READERS: u32 = 3;

/// The local database. Clones share the file and its connections.
#[derive(Clone, Debug)]
pub struct Archive {
    reader: SqlitePool,
    /// `None`: read-only.
    writer: Option<SqlitePool>,
    /// `None`: in memory.
    path: Option<Arc<PathBuf>>,
    lock: Lock,
    /// Numbers the attempts to seal tags.
    attempts: Arc<AtomicI64>,
}

impl Archive {
    /// Opens the file at `path`, making it and its directory when they are not there, and brings
    /// its schema up to date. No other program can open it for writing until it is closed here.
    ///
    /// Where the file or its directory cannot be written (or is marked read-only: root is not
    /// stopped by the mark and neither should be surprised), the archive opens for reading.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let path = path.as_ref();
        if !look_at(path)? {
            make_directory(path)?;
        }
        Self::open_locked(path, Lock::take(path)?).await
    }

    /// Opens a file whose lock is taken.
    pub(crate) async fn open_locked(path: &Path, lock: Lock) -> Result<Self, ArchiveError> {
        let exists = look_at(path)?;
        let archive = if exists && is_marked_read_only(path) {
            Self::open_for_reading(path).await
        } else {
            match Self::open_for_writing(path).await {
                // The mark is not the only thing that stops a write: a mount or another owner does.
                Err(ArchiveError::ReadOnly | ArchiveError::CannotOpen { .. }) if exists => {
                    Self::open_for_reading(path).await
                }
                outcome => outcome,
            }
        }?;
        Ok(Self { path: Some(Arc::new(path.to_owned())), lock, ..archive })
    }

    /// An archive in memory, gone when the last clone is. For tests.
    pub async fn open_in_memory() -> Result<Self, ArchiveError> {
        let options = base_options().in_memory(true);
        // An in-memory database lives and dies with its one connection.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await?;
        migrate(&pool).await?;
        Ok(Self::of(pool.clone(), Some(pool)))
    }

    /// Whether writes are refused with [`ArchiveError::ReadOnly`].
    pub fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    /// Waits for work in progress and closes the file. Other clones are closed with it.
    pub async fn close(&self) {
        let closing = async {
            // The writer goes last: the last connection folds the write-ahead log into the file.
            self.reader.close().await;
            if let Some(writer) = &self.writer {
                writer.close().await;
            }
        };
        if tokio::time::timeout(LONGEST_CLOSING, closing).await.is_err() {
            tracing::warn!("not all of the archive's connections could be closed");
        }
        self.lock.release();
    }

    fn of(reader: SqlitePool, writer: Option<SqlitePool>) -> Self {
        Self { reader, writer, path: None, lock: Lock::default(), attempts: Arc::default() }
    }

    /// Where the file is; `None` for an archive in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref().map(PathBuf::as_path)
    }

    pub(crate) fn next_attempt(&self) -> i64 {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    /// Begins a write. `IMMEDIATE`, so that waiting happens here and never in the middle.
    pub(crate) async fn write(&self) -> Result<Write, ArchiveError> {
        let writer = self.writer.as_ref().ok_or(ArchiveError::ReadOnly)?;
        Ok(Write::new(writer.begin_with("BEGIN IMMEDIATE").await?))
    }

    async fn open_for_writing(path: &Path) -> Result<Self, ArchiveError> {
        let options = base_options()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let opening = |error| ArchiveError::opening(error, path);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            // On a full disk SQLite rolls back by itself, and the driver counts the transaction as open for
            // ever after: such a connection begins no other one.
            .before_acquire(|connection, _| {
                let usable = !connection.is_in_transaction();
                Box::pin(async move { Ok(usable) })
            })
            .connect_with(options.clone())
            .await
            .map_err(opening)?;
        migrate(&writer).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true).create_if_missing(false))
            .await
            .map_err(opening)?;
        Ok(Self::of(reader, Some(writer)))
    }

    async fn open_for_reading(path: &Path) -> Result<Self, ArchiveError> {
        let options = base_options().filename(path).read_only(true);
        match Self::read_with(options.clone(), path).await {
            // Reading a WAL file needs a shared-memory file beside it, which a read-only directory
            // does not allow. There, nobody writes, so the file may be taken as it lies.
            Err(ArchiveError::CannotOpen { .. } | ArchiveError::ReadOnly) => {
                Self::read_with(options.immutable(true), path).await
            }
            outcome => outcome,
        }
    }

    async fn read_with(options: SqliteConnectOptions, path: &Path) -> Result<Self, ArchiveError> {
        let opening = |error| ArchiveError::opening(error, path);
        let reader =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await.map_err(opening)?;
        let known = newest_known();
        let found = schema_of(&reader).await.map_err(opening)?;
        if found > known {
            return Err(ArchiveError::NewerSchema { found, known });
        }
        if found < known {
            return Err(ArchiveError::NeedsMigration { found, known });
        }
        Ok(Self::of(reader, None))
    }
}

pub(crate) fn base_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // What is deleted is overwritten: a removed connection leaves nothing in the file.
        .pragma("secure_delete", "ON")
}

/// Whether there is a file at `path`; an error when there is something else or no way to tell.
pub(crate) fn look_at(path: &Path) -> Result<bool, ArchiveError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(true),
        // A pipe would be waited for, and a folder holds no database.
        Ok(_) => Err(ArchiveError::CannotOpen { path: path.to_owned(), reason: CannotOpen::NotAFile }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(ArchiveError::of_file(path, &error)),
    }
}

pub(crate) fn make_directory(path: &Path) -> Result<(), ArchiveError> {
    let Some(directory) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(directory).map_err(|error| {
        tracing::debug!(%error, "cannot make the archive's directory");
        match ArchiveError::of_file(directory, &error) {
            ArchiveError::DiskFull => ArchiveError::DiskFull,
            _ => ArchiveError::CannotOpen { path: directory.to_owned(), reason: CannotOpen::Directory },
        }
    })
}

fn is_marked_read_only(path: &Path) -> bool {
    let marked =
        |path: &Path| std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly());
    // On Windows the mark on a directory means something else.
    marked(path) || (cfg!(unix) && path.parent().is_some_and(marked))
}

async fn migrate(pool: &SqlitePool) -> Result<(), ArchiveError> {
    let known = newest_known();
    let found = schema_of(pool).await?;
    if found > known {
        // The number is a value like others: in a damaged file it says nothing.
        let mut connection = pool.acquire().await?;
        return Err(match damaged_pages(&mut connection).await? {
            Some(words) => ArchiveError::corrupt(words),
            None => ArchiveError::NewerSchema { found, known },
        });
    }
    if found < known {
        MIGRATIONS.run(pool).await.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => ArchiveError::corrupt(other.to_string()),
        })?;
    }
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    if found < known {
        unseal(&mut tx).await?;
    }
    seal_rows(&mut tx).await?;
    Ok(tx.commit().await?)
}

fn newest_known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The newest migration applied to the file; 0 for a fresh one.
async fn schema_of(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    let has_table: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations')")
            .fetch_one(pool)
            .await?;
    if !has_table {
        return Ok(0);
    }
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success")
        .fetch_one(pool)
        .await
}
