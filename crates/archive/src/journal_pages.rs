//! Reading the journal page by page.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::journal::read_run;
use crate::rows::{total, word};
use crate::tag_filter::containing;
use crate::{Archive, ArchiveError, EntryState, NewRun, Page, RunKind};

/// Which runs. `None` does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Only runs with this in their title, a project's path or a change (its patterns), whatever
    /// the case of ASCII letters.
    pub text: Option<String>,
    /// Only runs of this kind.
    pub kind: Option<RunKind>,
    /// Only runs with an entry in this state.
    pub outcomes: Vec<EntryState>,
    /// Only runs with an entry about this project.
    pub project_id: Option<String>,
}

/// How many entries of a run are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryCounts {
    /// Planned and not sent yet.
    pub planned: u32,
    /// Sent and not answered yet.
    pub sent: u32,
    /// Not known whether done.
    pub unclear: u32,
    /// The old rule is deleted and nothing stands in its place yet.
    pub exposed: u32,
    /// Done.
    pub done: u32,
    /// Some calls made, the others refused.
    pub partial: u32,
    /// Refused.
    pub failed: u32,
    /// Without a complete answer and without a trace in the rules.
    pub not_made: u32,
    /// Failed half-way and put back.
    pub restored: u32,
    /// Deleted, and nothing could be created again.
    pub lost: u32,
    /// Not sent.
    pub skipped: u32,
    /// Cannot be found out any more.
    pub unverifiable: u32,
}

impl EntryCounts {
    /// All entries.
    pub fn total(&self) -> u32 {
        let open = self.planned + self.sent + self.unclear + self.exposed;
        let undecided = self.not_made + self.unverifiable;
        open + undecided + self.done + self.partial + self.failed + self.restored + self.lost + self.skipped
    }
}

/// How much of a run has been taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UndoCounts {
    /// Entries that were taken back.
    pub undone: u32,
    /// Entries that changed rules, were not taken back, and can be.
    pub left: u32,
    /// Entries that changed rules, were not taken back, and whose project is out of reach.
    pub out_of_reach: u32,
}

/// A run as the list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// What began.
    pub run: NewRun,
    /// When it ended; `None`: it has not, or the program stopped before it could.
    pub finished_at: Option<i64>,
    /// The latest run that took entries of this one back.
    pub undone_by: Option<String>,
    /// How its entries ended.
    pub entries: EntryCounts,
    /// How much of it has been taken back.
    pub undo: UndoCounts,
    /// How many projects it concerns.
    pub projects: u32,
    /// The path of its first project.
    pub first_project: Option<String>,
    /// How many tags changed state.
    pub changed_tags: u64,
}

/// An entry that changed rules, with what it takes to change them back, and was not taken back.
const REVERSIBLE: &str = "e.undone_at IS NULL AND (e.state IN ('lost', 'exposed') OR (e.state IN ('done', 'partial') \
    AND (e.result_rule_json IS NOT NULL OR e.change_json ->> 'change' = 'delete')))";

/// Its project can still be asked.
const IN_REACH: &str = "EXISTS (SELECT 1 FROM projects p WHERE p.id = e.project_id AND NOT p.gone)";

const STATES: [&str; 12] = [
    "planned",
    "sent",
    "unclear",
    "exposed",
    "done",
    "partial",
    "failed",
    "not_made",
    "restored",
    "lost",
    "skipped",
    "unverifiable",
];

fn summaries() -> String {
    let mut sql = format!(
        "SELECT r.*, count(DISTINCT e.project_id) AS projects, \
         coalesce(sum(e.changed_tags), 0) AS changed_tags, \
         (SELECT f.project_path FROM journal_entries f WHERE f.run_id = r.id \
          ORDER BY f.position LIMIT 1) AS first_project, \
         (SELECT u.undone_by FROM journal_entries u WHERE u.run_id = r.id AND u.undone_by IS NOT NULL \
          ORDER BY u.undone_at DESC, (SELECT b.rowid FROM journal_runs b WHERE b.id = u.undone_by) DESC \
          LIMIT 1) AS last_undo, \
         count(*) FILTER (WHERE e.undone_at IS NOT NULL) AS undone, \
         count(*) FILTER (WHERE {REVERSIBLE} AND {IN_REACH}) AS to_undo, \
         count(*) FILTER (WHERE {REVERSIBLE} AND NOT {IN_REACH}) AS out_of_reach"
    );
    for state in STATES {
        sql.push_str(&format!(", count(*) FILTER (WHERE e.state = '{state}') AS {state}_count"));
    }
    sql.push_str(" FROM journal_runs r LEFT JOIN journal_entries e ON e.run_id = r.id");
    sql
}

impl Archive {
    /// One page of the runs that `filter` leaves, latest first.
    pub async fn journal_page(
        &self,
        filter: &JournalFilter,
        offset: u32,
        limit: u32,
    ) -> Result<Page<RunSummary>, ArchiveError> {
        let mut query = QueryBuilder::<Sqlite>::new(summaries());
        filter.push_where(&mut query)?;
        query.push(" GROUP BY r.id ORDER BY r.started_at DESC, r.rowid DESC LIMIT ");
        query.push_bind(limit).push(" OFFSET ").push_bind(offset);
        let rows = query.build().fetch_all(self.reader()).await?;
        let rows = rows.iter().map(read_summary).collect::<Result<Vec<_>, _>>()?;

        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM journal_runs r");
        filter.push_where(&mut query)?;
        let count: i64 = query.build_query_scalar().fetch_one(self.reader()).await?;
        Ok(Page { rows, total: total(count) })
    }

    /// One run in numbers.
    pub async fn run_summary(&self, id: &str) -> Result<Option<RunSummary>, ArchiveError> {
        let mut query = QueryBuilder::<Sqlite>::new(summaries());
        query.push(" WHERE r.id = ").push_bind(id).push(" GROUP BY r.id");
        let row = query.build().fetch_optional(self.reader()).await?;
        row.as_ref().map(read_summary).transpose()
    }
}

impl JournalFilter {
    fn push_where(&self, query: &mut QueryBuilder<Sqlite>) -> Result<(), ArchiveError> {
        const ENTRY: &str = "EXISTS (SELECT 1 FROM journal_entries x WHERE x.run_id = r.id AND ";
        query.push(" WHERE true");
        if let Some(kind) = &self.kind {
            query.push(" AND r.kind = ").push_bind(word(kind)?);
        }
        if !self.outcomes.is_empty() {
            query.push(" AND ").push(ENTRY).push("x.state IN (");
            let mut states = query.separated(", ");
            for state in &self.outcomes {
                states.push_bind(word(state)?);
            }
            query.push("))");
        }
        if let Some(id) = &self.project_id {
            query.push(" AND ").push(ENTRY).push("x.project_id = ");
            query.push_bind(id.clone()).push(")");
        }
        if let Some(text) = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let like = containing(text);
            // A backslash in a pattern is two in its JSON.
            let in_json = containing(&text.replace('\\', "\\\\"));
            query.push(" AND (r.title_json LIKE ").push_bind(in_json.clone());
            query.push(" ESCAPE '\\' OR ").push(ENTRY).push("(x.project_path LIKE ");
            query.push_bind(like).push(" ESCAPE '\\' OR x.change_json LIKE ");
            query.push_bind(in_json).push(" ESCAPE '\\')))");
        }
        Ok(())
    }
}

fn read_summary(row: &SqliteRow) -> Result<RunSummary, ArchiveError> {
    Ok(RunSummary {
        run: read_run(row)?,
        finished_at: row.try_get("finished_at")?,
        undone_by: row.try_get("last_undo")?,
        entries: EntryCounts {
            planned: row.try_get("planned_count")?,
            sent: row.try_get("sent_count")?,
            unclear: row.try_get("unclear_count")?,
            exposed: row.try_get("exposed_count")?,
            done: row.try_get("done_count")?,
            partial: row.try_get("partial_count")?,
            failed: row.try_get("failed_count")?,
            not_made: row.try_get("not_made_count")?,
            restored: row.try_get("restored_count")?,
            lost: row.try_get("lost_count")?,
            skipped: row.try_get("skipped_count")?,
            unverifiable: row.try_get("unverifiable_count")?,
        },
        undo: UndoCounts {
            undone: row.try_get("undone")?,
            left: row.try_get("to_undo")?,
            out_of_reach: row.try_get("out_of_reach")?,
        },
        projects: row.try_get("projects")?,
        first_project: row.try_get("first_project")?,
        changed_tags: total(row.try_get("changed_tags")?),
    })
}
