//! One program at a time: the lock that goes with an archive's file.
//!
//! SQLite's own locks let several programs write in turn, and each of them would settle what the other has
//! under way. This lock is held from opening to closing. The operating system keeps it, so it ends with the
//! process, however that ends.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::ArchiveError;

/// The program that has an archive open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// The computer it runs on.
    pub host: String,
    /// When it opened the archive (unix seconds).
    pub since: Option<i64>,
}

/// What the holder writes beside the lock.
#[derive(Serialize, Deserialize)]
struct Note {
    pid: u32,
    host: String,
}

/// The lock, while it is held. Clones hold it together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lock(Arc<Mutex<Option<File>>>);

impl Lock {
    /// Takes the lock of the archive at `path`.
    ///
    /// A folder that cannot be written and a file system without locks give an empty lock: the first cannot
    /// be changed by anybody, and for the second nothing better can be done.
    pub(crate) fn take(path: &Path) -> Result<Self, ArchiveError> {
        let file =
            match OpenOptions::new().create(true).truncate(false).write(true).open(beside(path, ".lock")) {
                Ok(file) => file,
                Err(error) => {
                    tracing::debug!(%error, "no lock file");
                    return Ok(Self::default());
                }
            };
        match file.try_lock() {
            Ok(()) => {
                write_note(path);
                Ok(Self(Arc::new(Mutex::new(Some(file)))))
            }
            Err(TryLockError::WouldBlock) => Err(ArchiveError::Locked { holder: read_note(path) }),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::PermissionDenied => {
                Err(ArchiveError::Locked { holder: read_note(path) })
            }
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "this file system keeps no locks");
                Ok(Self::default())
            }
        }
    }

    /// Lets others open the archive.
    pub(crate) fn release(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// A file beside the archive's, named after it.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// The note is a file of its own: on Windows nobody else can read a locked one.
fn note_of(path: &Path) -> PathBuf {
    beside(path, ".holder")
}

/// Without a note the lock holds all the same; others only cannot tell whose it is.
fn write_note(path: &Path) {
    let note =
        Note { pid: std::process::id(), host: gethostname::gethostname().to_string_lossy().into_owned() };
    let written = serde_json::to_vec(&note)
        .map_err(std::io::Error::from)
        .and_then(|note| std::fs::write(note_of(path), note));
    if let Err(error) = written {
        tracing::debug!(%error, "the lock has no note");
    }
}

fn read_note(path: &Path) -> Option<Holder> {
    let path = note_of(path);
    let note: Note = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
    let written = std::fs::metadata(&path).and_then(|metadata| metadata.modified()).ok();
    let since = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let since = since.and_then(|time| i64::try_from(time.as_secs()).ok());
    Some(Holder { pid: note.pid, host: note.host, since })
}
