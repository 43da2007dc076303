//! The local database: inventories, drafts, settings and the journal of changes.
//!
//! One SQLite file. [`Archive`] is cheap to clone and async; every method is one transaction.
//! Times are unix seconds and come from the caller; there is no clock in here. There is no secret
//! in here either: connections hold the *name* of a secret's place and the last four characters.
//!
//! One program at a time writes the file ([`ArchiveError::Locked`]). A damaged one is set aside and kept, and
//! the journal goes on in a fresh one ([`Archive::open_or_recover`]).
//!
//! A file that cannot be written still opens, for reading: see [`Archive::is_read_only`].

mod check;
mod connections;
mod documents;
mod error;
mod inventory;
mod journal;
mod journal_entries;
mod journal_pages;
mod lock;
mod open;
mod projects;
mod recover;
mod rows;
mod seal;
mod tag_filter;
mod tag_marks;
mod tag_pages;
mod tag_traces;
mod write;

pub use check::Damage;
pub use connections::{Connection, SignIn, SyncMark, TokenPlace};
pub use documents::Draft;
pub use error::{ArchiveError, CannotOpen};
pub use inventory::{ImageRecord, RepositoryRecord, StateChange, TagRecord};
pub use journal::{
    Closing, EntryState, Exposure, JournalEntry, JournalRun, NewEntry, NewRun, Outcome, RunKind, Undone,
    Unverifiable,
};
pub use journal_pages::{EntryCounts, JournalFilter, RunSummary, UndoCounts};
pub use lock::Holder;
pub use open::Archive;
pub use projects::{Project, ProjectListing, ProjectReading, ProjectSummary};
pub use recover::Recovery;
pub use tag_filter::{TagSort, TagsFilter};
pub use tag_marks::TagMark;
pub use tag_pages::{Repository, TagGroup, TagNames, TagRow};
pub use tag_traces::TracedTags;

/// One page of a longer list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page, in order.
    pub rows: Vec<T>,
    /// How many rows all pages have together.
    pub total: u64,
}
