//! What can go wrong with the archive's file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::Holder;

/// Why the archive could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file, its directory or its disk is read-only: reading works, writing does not.
    #[error("the archive is read-only")]
    ReadOnly,
    /// The file is not a database, is damaged, or holds a value this program cannot have written.
    #[error("the archive is damaged: {what}")]
    Corrupt {
        /// What was found damaged.
        what: String,
    },
    /// A newer version of the program has written this file.
    #[error("the archive has schema {found}, this program knows up to {known}")]
    NewerSchema {
        /// The file's schema.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// The file needs a migration and cannot be written.
    #[error("the archive has schema {found}, needs {known}, and is read-only")]
    NeedsMigration {
        /// The file's schema; 0 for an empty file.
        found: i64,
        /// The schema this program needs.
        known: i64,
    },
    /// There is no space left for the write; nothing of it was kept.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its directory cannot be opened or made.
    #[error("cannot open {}: {reason}", path.display())]
    CannotOpen {
        /// The path that cannot be opened.
        path: PathBuf,
        /// Why.
        reason: CannotOpen,
    },
    /// Another program has the archive open.
    #[error("another program has the archive open")]
    Locked {
        /// Which; `None` when it cannot be read who it is.
        holder: Option<Holder>,
    },
    /// Another program holds the file for longer than the write could wait (5 seconds).
    #[error("another program holds the archive")]
    Busy,
    /// What the call is about is not in the archive, or not in the state that the call needs.
    #[error("no {what} {id} to do this with")]
    NotFound {
        /// What kind of thing was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// What was to be added is there already.
    #[error("it exists already")]
    Exists,
    /// Anything else SQLite reports.
    #[error("the database reports an error")]
    Database {
        /// SQLite's extended result code, when the error came from SQLite.
        code: Option<i32>,
        /// The error itself.
        #[source]
        source: sqlx::Error,
    },
}

/// Why a path cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotOpen {
    /// Its directory does not exist and cannot be made.
    #[error("its directory cannot be made")]
    Directory,
    /// The operating system denies access.
    #[error("access denied")]
    Denied,
    /// It is not a file.
    #[error("not a file")]
    NotAFile,
    /// Another reason.
    #[error("the system refuses")]
    Other,
}

impl ArchiveError {
    pub(crate) fn not_found(what: &'static str, id: impl Into<String>) -> Self {
        Self::NotFound { what, id: id.into() }
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// Sorts an error of the operating system about the file at `path`.
    pub(crate) fn of_file(path: &Path, error: &std::io::Error) -> Self {
        let cannot = |reason| Self::CannotOpen { path: path.to_owned(), reason };
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::PermissionDenied => cannot(CannotOpen::Denied),
            ErrorKind::NotADirectory => cannot(CannotOpen::Directory),
            ErrorKind::IsADirectory => cannot(CannotOpen::NotAFile),
            _ => cannot(CannotOpen::Other),
        }
    }

    /// Sorts an error that came while opening `path`.
    pub(crate) fn opening(error: sqlx::Error, path: &Path) -> Self {
        match Self::from(error) {
            Self::Database { code: Some(code), source } if code & 0xff == SQLITE_CANTOPEN => {
                tracing::debug!(%source, "cannot open the archive");
                let reason = if path.is_dir() { CannotOpen::NotAFile } else { CannotOpen::Other };
                Self::CannotOpen { path: path.to_owned(), reason }
            }
            other => other,
        }
    }
}

// SQLite's primary result codes, https://www.sqlite.org/rescode.html; the low byte of an extended one.
const SQLITE_PERM: i32 = 3;
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_READONLY: i32 = 8;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_CANTOPEN: i32 = 14;
const SQLITE_NOTADB: i32 = 26;

impl From<sqlx::Error> for ArchiveError {
    fn from(source: sqlx::Error) -> Self {
        let sqlite = source.as_database_error();
        if sqlite.is_some_and(|e| e.is_unique_violation()) {
            return Self::Exists;
        }
        let code = sqlite.and_then(|e| e.code()).and_then(|code| code.parse::<i32>().ok());
        match (code.map(|code| code & 0xff), &source) {
            (Some(SQLITE_READONLY | SQLITE_PERM), _) => Self::ReadOnly,
            (Some(SQLITE_CORRUPT), _) => Self::corrupt("the file's pages"),
            (Some(SQLITE_NOTADB), _) => Self::corrupt("the file is not a database"),
            (Some(SQLITE_FULL), _) => Self::DiskFull,
            (Some(SQLITE_BUSY | SQLITE_LOCKED), _) | (_, sqlx::Error::PoolTimedOut) => Self::Busy,
            // The driver's thread panics over values that SQLite itself would not hand out.
            // It then gives no rows, also where there is always one.
            (_, sqlx::Error::WorkerCrashed | sqlx::Error::RowNotFound) => Self::corrupt("the driver gave up"),
            (_, sqlx::Error::Decode(what)) => Self::corrupt(what.to_string()),
            (_, sqlx::Error::ColumnDecode { index, .. }) => Self::Corrupt { what: format!("column {index}") },
            _ => Self::Database { code, source },
        }
    }
}
