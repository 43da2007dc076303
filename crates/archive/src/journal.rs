//! The journal: each change to a registry is written down before it is sent.
//!
//! A run is what the user confirmed at once; an entry is one change to one project's rules.
//! Runs and entries are never deleted; the database refuses it, too.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::SavedRule;
use tagwarden_rules::state::StateCounts;

use crate::rows::{from_word, from_word_option, json, json_option, to_json, word};
use crate::{Archive, ArchiveError};

/// What a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// Changes to one project.
    Change,
    /// The undoing of an earlier run.
    Undo,
    /// Changes to several projects.
    Bulk,
}

/// How far an entry has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Confirmed, not sent yet.
    Planned,
    /// Sent; no answer is written down.
    Sent,
    /// The answer does not tell whether it was done, and the server may still be at it.
    Unclear,
    /// The old rule was deleted and nothing stands in its place yet; the next reading makes a rule again.
    Exposed,
    /// The server did it.
    Done,
    /// Some of its calls were made, the others were refused.
    Partial,
    /// The server refused it; nothing changed.
    Failed,
    /// It got no complete answer, and the rules do not show it.
    NotMade,
    /// It failed half-way and what was there before has been put back.
    Restored,
    /// The old rule was deleted, and the server refuses both the new one and the old one.
    Lost,
    /// It was not sent.
    Skipped,
    /// What became of it cannot be found out any more.
    Unverifiable,
}

/// Why it cannot be found out what became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unverifiable {
    /// The project is deleted, or not visible to this account any more.
    ProjectGone,
    /// The project's container registry is switched off.
    RegistryOff,
    /// The connection was removed.
    ConnectionRemoved,
    /// The account may not read the project's rules any more.
    NoAccess,
    /// Not all of the project's rules can be seen.
    RulesHidden,
    /// The rule was changed again since, by a later run or by somebody else.
    Overtaken,
}

/// How an entry ends, or what it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The server did it.
    Done,
    /// Some of its calls were made, the others were refused.
    Partial,
    /// The server refused it; nothing changed.
    Failed,
    /// It got no complete answer, and the rules do not show it.
    NotMade,
    /// The answer does not tell whether it was done.
    Unclear {
        /// Until then rules that do not show it prove nothing.
        until: i64,
    },
    /// The old rule was deleted and nothing stands in its place yet.
    Exposed,
    /// It failed half-way and what was there before has been put back.
    Restored,
    /// The old rule was deleted, and the server refuses both the new one and the old one.
    Lost,
    /// It was not sent.
    Skipped,
    /// What became of it cannot be found out any more.
    Unverifiable(Unverifiable),
}

impl Closing {
    /// The state of an entry that is closed so.
    pub fn state(self) -> EntryState {
        match self {
            Self::Done => EntryState::Done,
            Self::Partial => EntryState::Partial,
            Self::Failed => EntryState::Failed,
            Self::NotMade => EntryState::NotMade,
            Self::Unclear { .. } => EntryState::Unclear,
            Self::Exposed => EntryState::Exposed,
            Self::Restored => EntryState::Restored,
            Self::Lost => EntryState::Lost,
            Self::Skipped => EntryState::Skipped,
            Self::Unverifiable(_) => EntryState::Unverifiable,
        }
    }
}

/// How long a project went without a rule that a change deleted before it created the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// When the old rule was deleted.
    pub from: i64,
    /// When a rule stood in its place again; `None`: none does yet.
    pub until: Option<i64>,
}

/// An entry was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// When.
    pub at: i64,
    /// The run that did it; `None`: the rules turned out to be back already.
    pub by: Option<String>,
}

/// A run about to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    /// A UUID given by the caller.
    pub id: String,
    /// What it is.
    pub kind: RunKind,
    /// The connection, when it concerns one only.
    pub connection_id: Option<String>,
    /// What its sentence in the list is made of.
    pub title: Value,
    /// When it begins.
    pub started_at: i64,
    /// The run that this one undoes.
    pub undo_of: Option<String>,
}

/// An entry about to be planned.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// A UUID given by the caller.
    pub id: String,
    /// The project's id.
    pub project_id: String,
    /// The project's path as of now; the journal may outlive the project.
    pub project_path: String,
    /// The change.
    pub change: Change,
    /// How many of the project's tags are in each state now.
    pub before: StateCounts,
    /// The entry that this one takes back.
    pub undoes: Option<String>,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub closing: Closing,
    /// The rule as the server holds it afterwards.
    pub result_rule: Option<SavedRule>,
    /// What went wrong.
    pub error: Option<Value>,
    /// How many of the project's tags are in each state afterwards.
    pub after: Option<StateCounts>,
    /// How many tags changed state.
    pub changed_tags: u32,
}

/// A run with its entries.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalRun {
    /// What began.
    pub run: NewRun,
    /// When it ended; `None`: it has not, or the program stopped before it could.
    pub finished_at: Option<i64>,
    /// Its entries in order.
    pub entries: Vec<JournalEntry>,
}

/// One change to one project's rules.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// What was planned.
    pub entry: NewEntry,
    /// The run it belongs to.
    pub run_id: String,
    /// Its place in the run, from 0.
    pub position: u32,
    /// How far it has come.
    pub state: EntryState,
    /// Why it cannot be found out what became of it.
    pub reason: Option<Unverifiable>,
    /// Until when an unclear one may still turn out to be done although the rules do not show it.
    pub unclear_until: Option<i64>,
    /// When nothing stood in the place of the rule that it deleted.
    pub exposure: Option<Exposure>,
    /// When and how it was taken back.
    pub undone: Option<Undone>,
    /// The rule as the server held it afterwards.
    pub result_rule: Option<SavedRule>,
    /// What went wrong.
    pub error: Option<Value>,
    /// How many of the project's tags were in each state afterwards.
    pub after: Option<StateCounts>,
    /// How many tags changed state.
    pub changed_tags: u32,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// When it was closed.
    pub closed_at: Option<i64>,
}

impl Archive {
    /// Writes a run and all its entries down as planned, before anything is sent.
    pub async fn begin_run(&self, run: &NewRun, entries: &[NewEntry]) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO journal_runs (id, kind, connection_id, title_json, started_at, undo_of)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&run.id)
        .bind(word(&run.kind)?)
        .bind(&run.connection_id)
        .bind(to_json(&run.title)?)
        .bind(run.started_at)
        .bind(&run.undo_of)
        .execute(&mut *tx)
        .await?;
        for (position, entry) in entries.iter().enumerate() {
            sqlx::query(
                "INSERT INTO journal_entries (id, run_id, position, project_id, project_path,
                     change_json, state, before_json, undoes)
                 VALUES (?, ?, ?, ?, ?, ?, 'planned', ?, ?)",
            )
            .bind(&entry.id)
            .bind(&run.id)
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .bind(&entry.project_id)
            .bind(&entry.project_path)
            .bind(to_json(&entry.change)?)
            .bind(to_json(&entry.before)?)
            .bind(&entry.undoes)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Writes down that a run came to its end, whatever became of its entries.
    pub async fn finish_run(&self, id: &str, at: i64) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("UPDATE journal_runs SET finished_at = coalesce(finished_at, ?) WHERE id = ?")
            .bind(at)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("run", id));
        }
        Ok(tx.commit().await?)
    }

    /// One run with its entries.
    pub async fn run(&self, id: &str) -> Result<Option<JournalRun>, ArchiveError> {
        let row = sqlx::query("SELECT * FROM journal_runs WHERE id = ?")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(JournalRun {
            run: read_run(&row)?,
            finished_at: row.try_get("finished_at")?,
            entries: self.run_entries(id, None).await?,
        }))
    }

    /// The entries of a run in their order, at most the first `limit`.
    pub async fn run_entries(&self, id: &str, limit: Option<u32>) -> Result<Vec<JournalEntry>, ArchiveError> {
        // SQLite: a negative limit is none.
        let rows = sqlx::query("SELECT * FROM journal_entries WHERE run_id = ? ORDER BY position LIMIT ?")
            .bind(id)
            .bind(limit.map_or(-1, i64::from))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(read_entry).collect()
    }
}

pub(crate) fn read_run(row: &SqliteRow) -> Result<NewRun, ArchiveError> {
    Ok(NewRun {
        id: row.try_get("id")?,
        kind: from_word(row, "kind")?,
        connection_id: row.try_get("connection_id")?,
        title: json(row, "title_json")?,
        started_at: row.try_get("started_at")?,
        undo_of: row.try_get("undo_of")?,
    })
}

pub(crate) fn read_entry(row: &SqliteRow) -> Result<JournalEntry, ArchiveError> {
    Ok(JournalEntry {
        entry: NewEntry {
            id: row.try_get("id")?,
            project_id: row.try_get("project_id")?,
            project_path: row.try_get("project_path")?,
            change: json(row, "change_json")?,
            before: json(row, "before_json")?,
            undoes: row.try_get("undoes")?,
        },
        run_id: row.try_get("run_id")?,
        position: row.try_get("position")?,
        state: from_word(row, "state")?,
        reason: from_word_option(row, "reason")?,
        unclear_until: row.try_get("unclear_until")?,
        exposure: match row.try_get("exposed_from")? {
            Some(from) => Some(Exposure { from, until: row.try_get("exposed_until")? }),
            None => None,
        },
        undone: match row.try_get("undone_at")? {
            Some(at) => Some(Undone { at, by: row.try_get("undone_by")? }),
            None => None,
        },
        result_rule: json_option(row, "result_rule_json")?,
        error: json_option(row, "error_json")?,
        after: json_option(row, "after_json")?,
        changed_tags: row.try_get("changed_tags")?,
        sent_at: row.try_get("sent_at")?,
        closed_at: row.try_get("closed_at")?,
    })
}
