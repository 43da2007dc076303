//! How an entry of the journal gets on: sent, closed, corrected by later readings, taken back.

use sqlx::SqliteConnection;

use crate::journal::read_entry;
use crate::rows::{to_json_option, word};
use crate::{Archive, ArchiveError, Closing, JournalEntry, Outcome};

/// What an entry must be like to be closed.
#[derive(Clone, Copy)]
enum Closable {
    /// Planned, or waiting for its outcome.
    Open,
    /// Closed by a conclusion from rules that were read, which later rules can refute.
    Concluded,
}

/// As the index `journal_entries_watched` says it, so that SQLite uses it.
const WATCHED: &str = "state IN ('planned', 'sent', 'unclear', 'exposed', 'not_made', 'unverifiable')";

impl Archive {
    /// Writes down that an entry is being sent. Call it, and let it succeed, before the request.
    pub async fn entry_sent(&self, id: &str, at: i64) -> Result<(), ArchiveError> {
        self.update_entry(
            "UPDATE journal_entries SET state = 'sent', sent_at = ?1 WHERE id = ?2 AND state = 'planned'",
            ("planned entry", id),
            Some(at),
        )
        .await
    }

    /// Writes down that the next call of an entry that takes several is being sent.
    pub async fn entry_next_call(&self, id: &str, at: i64) -> Result<(), ArchiveError> {
        self.update_entry(
            "UPDATE journal_entries SET sent_at = ?1 WHERE id = ?2 AND state IN ('sent', 'exposed')",
            ("sent entry", id),
            Some(at),
        )
        .await
    }

    /// Writes down that the server turned an entry's first call away without looking at it, so that
    /// the entry is as good as not sent.
    pub async fn entry_turned_away(&self, id: &str) -> Result<(), ArchiveError> {
        self.update_entry(
            "UPDATE journal_entries SET state = 'planned', sent_at = ?1 WHERE id = ?2 AND state = 'sent'",
            ("sent entry", id),
            None,
        )
        .await
    }

    /// Writes down that the rule of an entry is deleted and the new one is not there yet.
    pub async fn entry_exposed(&self, id: &str, at: i64) -> Result<(), ArchiveError> {
        self.update_entry(
            "UPDATE journal_entries SET state = 'exposed', exposed_from = coalesce(exposed_from, ?1)
             WHERE id = ?2 AND state IN ('sent', 'unclear', 'exposed', 'not_made', 'unverifiable')",
            ("sent entry", id),
            Some(at),
        )
        .await
    }

    /// Writes down that an entry turned out to be taken back already, though by no run.
    pub async fn entry_undone(&self, id: &str, at: i64) -> Result<(), ArchiveError> {
        self.update_entry(
            "UPDATE journal_entries SET undone_at = coalesce(undone_at, ?1) WHERE id = ?2",
            ("entry", id),
            Some(at),
        )
        .await
    }

    async fn update_entry(
        &self,
        sql: &'static str,
        (what, id): (&'static str, &str),
        at: Option<i64>,
    ) -> Result<(), ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(sql).bind(at).bind(id).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found(what, id));
        }
        Ok(tx.commit().await?)
    }

    /// Writes down what became of an entry that is planned or waits for its outcome; any other stays as
    /// it is. In the same transaction an entry that is done marks the one it takes back, and a run
    /// whose last open entry this was ends.
    pub async fn entry_closed(&self, id: &str, outcome: &Outcome, at: i64) -> Result<(), ArchiveError> {
        self.close_entry(id, outcome, at, Closable::Open).await
    }

    /// Corrects an entry that was closed by a conclusion from rules ([`EntryState::NotMade`],
    /// [`EntryState::Unverifiable`]) which later rules refute.
    ///
    /// [`EntryState::NotMade`]: crate::EntryState::NotMade
    /// [`EntryState::Unverifiable`]: crate::EntryState::Unverifiable
    pub async fn entry_corrected(&self, id: &str, outcome: &Outcome, at: i64) -> Result<(), ArchiveError> {
        self.close_entry(id, outcome, at, Closable::Concluded).await
    }

    async fn close_entry(
        &self,
        id: &str,
        outcome: &Outcome,
        at: i64,
        closable: Closable,
    ) -> Result<(), ArchiveError> {
        let (until, reason) = match outcome.closing {
            Closing::Unclear { until } => (Some(until), None),
            Closing::Unverifiable(reason) => (None, Some(word(&reason)?)),
            _ => (None, None),
        };
        let waits = matches!(outcome.closing, Closing::Unclear { .. } | Closing::Exposed);
        let covered = matches!(outcome.closing, Closing::Done | Closing::Restored);
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE journal_entries SET state = ?2, result_rule_json = ?3, error_json = ?4,
                 after_json = ?5, changed_tags = ?6, unclear_until = ?7, reason = ?8,
                 closed_at = iif(?9, NULL, ?10),
                 exposed_from = iif(?2 = 'exposed', coalesce(exposed_from, ?10), exposed_from),
                 exposed_until = iif(?11 AND exposed_from IS NOT NULL, coalesce(exposed_until, ?10), exposed_until)
             WHERE id = ?1 AND iif(?12, state IN ('planned', 'sent', 'unclear', 'exposed'),
                                        state IN ('not_made', 'unverifiable'))",
        )
        .bind(id)
        .bind(word(&outcome.closing.state())?)
        .bind(to_json_option(outcome.result_rule.as_ref())?)
        .bind(to_json_option(outcome.error.as_ref())?)
        .bind(to_json_option(outcome.after.as_ref())?)
        .bind(outcome.changed_tags)
        .bind(until)
        .bind(reason)
        .bind(waits)
        .bind(at)
        .bind(covered)
        .bind(matches!(closable, Closable::Open))
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ArchiveError::not_found("open entry", id));
        }
        if outcome.closing == Closing::Done {
            mark_undone(&mut tx, id, at).await?;
        }
        finish_settled_runs(&mut tx, at).await?;
        Ok(tx.commit().await?)
    }

    /// Closes planned entries as skipped, of one run or of all: nothing of them was ever sent. Runs that
    /// have no open entry left end. Answers how many were closed.
    pub async fn skip_planned(&self, run: Option<&str>, at: i64) -> Result<u64, ArchiveError> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE journal_entries SET state = 'skipped', closed_at = ?1
             WHERE state = 'planned' AND (?2 IS NULL OR run_id = ?2)",
        )
        .bind(at)
        .bind(run)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() > 0 {
            finish_settled_runs(&mut tx, at).await?;
        }
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// Entries that were sent and wait for their outcome. At start, these are what a crash or a lost
    /// connection has left.
    pub async fn open_entries(&self) -> Result<Vec<JournalEntry>, ArchiveError> {
        self.entries("e.state IN ('sent', 'unclear', 'exposed')", &[]).await
    }

    /// Entries of a project that its rules may decide, or correct: the open ones, and those that were
    /// closed by a conclusion from rules.
    pub async fn watched_entries(&self, project: &str) -> Result<Vec<JournalEntry>, ArchiveError> {
        let sql = format!(
            "SELECT e.* FROM journal_entries e JOIN journal_runs r ON r.id = e.run_id
             WHERE e.project_id = ?1 AND e.{WATCHED} AND e.state <> 'planned' AND e.undone_at IS NULL
             ORDER BY r.started_at, r.id, e.position"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(project).fetch_all(self.reader()).await?;
        rows.iter().map(read_entry).collect()
    }

    /// Entries of a project that were sent after `entry` and changed its rules.
    pub async fn entries_since(&self, entry: &JournalEntry) -> Result<Vec<JournalEntry>, ArchiveError> {
        let id = entry.entry.id.as_str();
        let condition = "e.project_id = (SELECT project_id FROM journal_entries WHERE id = ?1)
             AND e.id <> ?1 AND e.state IN ('done', 'partial', 'restored')
             AND e.sent_at >= (SELECT sent_at FROM journal_entries WHERE id = ?1)";
        self.entries(condition, &[id]).await
    }

    async fn entries(&self, condition: &str, values: &[&str]) -> Result<Vec<JournalEntry>, ArchiveError> {
        let sql = format!(
            "SELECT e.* FROM journal_entries e JOIN journal_runs r ON r.id = e.run_id
             WHERE {condition} ORDER BY r.started_at, r.id, e.position"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for value in values {
            query = query.bind(*value);
        }
        query.fetch_all(self.reader()).await?.iter().map(read_entry).collect()
    }
}

/// An entry that is done has taken back the one it undoes.
async fn mark_undone(tx: &mut SqliteConnection, id: &str, at: i64) -> Result<(), ArchiveError> {
    sqlx::query(
        "UPDATE journal_entries SET undone_at = ?2,
             undone_by = (SELECT run_id FROM journal_entries WHERE id = ?1)
         WHERE id = (SELECT undoes FROM journal_entries WHERE id = ?1) AND undone_at IS NULL",
    )
    .bind(id)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Ends every run that has no open entry. In the transaction that closes an entry: two projects of one
/// run that settle at the same time would each see the other's entry open otherwise.
async fn finish_settled_runs(tx: &mut SqliteConnection, at: i64) -> Result<(), ArchiveError> {
    sqlx::query(
        "UPDATE journal_runs SET finished_at = ?1
         WHERE finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM journal_entries e
             WHERE e.run_id = journal_runs.id AND e.state IN ('planned', 'sent', 'unclear', 'exposed'))",
    )
    .bind(at)
    .execute(&mut *tx)
    .await?;
    Ok(())
}
