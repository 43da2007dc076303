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

use crate::rows::{from_word, json, json_option, to_json, to_json_option, word};
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
    /// The server did it.
    Done,
    /// The server refused it; nothing changed.
    Failed,
    /// The answer does not tell whether it was done.
    Unclear,
    /// It was not sent.
    Skipped,
    /// It failed half-way and what was there before has been put back.
    Restored,
}

/// How an entry ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// The server did it.
    Done,
    /// The server refused it; nothing changed.
    Failed,
    /// The answer does not tell whether it was done. It can be closed again, once that is known.
    Unclear,
    /// It was not sent.
    Skipped,
    /// It failed half-way and what was there before has been put back.
    Restored,
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
    /// The finished run that undid this one.
    pub undone_by: Option<String>,
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
                     change_json, state, before_json)
                 VALUES (?, ?, ?, ?, ?, ?, 'planned', ?)",
            )
            .bind(&entry.id)
            .bind(&run.id)
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .bind(&entry.project_id)
            .bind(&entry.project_path)
            .bind(to_json(&entry.change)?)
            .bind(to_json(&entry.before)?)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Writes down that an entry is being sent. Call it, and let it succeed, before the request.
    pub async fn entry_sent(&self, id: &str, at: i64) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE journal_entries SET state = 'sent', sent_at = ? WHERE id = ? AND state = 'planned'",
        )
        .bind(at)
        .bind(id)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("planned entry", id));
        }
        Ok(tx.commit().await?)
    }

    /// Writes down what became of an entry. One that is closed stays as it is, except that an
    /// unclear one can be closed again.
    pub async fn entry_closed(&self, id: &str, outcome: &Outcome, at: i64) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE journal_entries SET state = ?2, result_rule_json = ?3, error_json = ?4,
                 after_json = ?5, changed_tags = ?6, closed_at = ?7
             WHERE id = ?1 AND state IN ('planned', 'sent', 'unclear')",
        )
        .bind(id)
        .bind(word(&outcome.closing)?)
        .bind(to_json_option(outcome.result_rule.as_ref())?)
        .bind(to_json_option(outcome.error.as_ref())?)
        .bind(to_json_option(outcome.after.as_ref())?)
        .bind(outcome.changed_tags)
        .bind(at)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("open entry", id));
        }
        Ok(tx.commit().await?)
    }

    /// Writes down that a run has ended. If it undoes another and some of it was done, the other
    /// run then counts as undone.
    pub async fn finish_run(&self, id: &str, at: i64) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query("UPDATE journal_runs SET finished_at = ? WHERE id = ?")
            .bind(at)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("run", id));
        }
        sqlx::query(
            "UPDATE journal_runs SET undone_by = ?1
             WHERE id = (SELECT undo_of FROM journal_runs WHERE id = ?1)
                 AND EXISTS (SELECT 1 FROM journal_entries WHERE run_id = ?1 AND state = 'done')",
        )
        .bind(id)
        .execute(&mut *tx)
        .await?;
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
            undone_by: row.try_get("undone_by")?,
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

    /// Entries that are planned or sent. At start, these are what a crash has left: the sent ones
    /// have to be compared with the server, the planned ones never reached it.
    pub async fn open_entries(&self) -> Result<Vec<JournalEntry>, ArchiveError> {
        let rows = sqlx::query(
            "SELECT e.* FROM journal_entries e JOIN journal_runs r ON r.id = e.run_id
             WHERE e.state IN ('planned', 'sent') ORDER BY r.started_at, r.id, e.position",
        )
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

fn read_entry(row: &SqliteRow) -> Result<JournalEntry, ArchiveError> {
    Ok(JournalEntry {
        entry: NewEntry {
            id: row.try_get("id")?,
            project_id: row.try_get("project_id")?,
            project_path: row.try_get("project_path")?,
            change: json(row, "change_json")?,
            before: json(row, "before_json")?,
        },
        run_id: row.try_get("run_id")?,
        position: row.try_get("position")?,
        state: from_word(row, "state")?,
        result_rule: json_option(row, "result_rule_json")?,
        error: json_option(row, "error_json")?,
        after: json_option(row, "after_json")?,
        changed_tags: row.try_get("changed_tags")?,
        sent_at: row.try_get("sent_at")?,
        closed_at: row.try_get("closed_at")?,
    })
}
