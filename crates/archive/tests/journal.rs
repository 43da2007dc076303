//! The journal: written before anything is sent, and complete after a crash.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // Tests fail loudly, helpers too.

mod common;

use common::immutable_rule;
use tagwarden_archive::{
    Archive, ArchiveError, Closing, EntryState, JournalFilter, NewEntry, NewRun, Outcome, RunKind,
};
use tagwarden_rules::plan::Change;
use tagwarden_rules::state::StateCounts;

fn run(id: &str, kind: RunKind, at: i64) -> NewRun {
    NewRun {
        id: id.into(),
        kind,
        connection_id: Some("c".into()),
        title: serde_json::json!({ "create": 1 }),
        started_at: at,
        undo_of: None,
    }
}

fn entry(id: &str, project: &str, pattern: &str) -> NewEntry {
    NewEntry {
        id: id.into(),
        project_id: format!("c/{project}"),
        project_path: format!("payments/{project}"),
        change: Change::Create { rule: immutable_rule("1", pattern).rule },
        before: StateCounts { open: 4, ..StateCounts::default() },
    }
}

fn outcome(closing: Closing) -> Outcome {
    Outcome {
        closing,
        result_rule: Some(immutable_rule("9", r"^v\d+$")),
        error: None,
        after: Some(StateCounts { immutable: 4, ..StateCounts::default() }),
        changed_tags: 4,
    }
}

#[tokio::test]
async fn what_a_crash_left_open_is_found_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let archive = Archive::open(&path).await.unwrap();
    let entries = [entry("1", "a", "x"), entry("2", "b", "x"), entry("3", "c", "x")];
    archive.begin_run(&run("r", RunKind::Bulk, 10), &entries).await.unwrap();
    archive.entry_sent("1", 11).await.unwrap();
    archive.entry_closed("1", &outcome(Closing::Done), 12).await.unwrap();
    archive.entry_sent("2", 13).await.unwrap();
    // A copy of the files at this moment is what a crash leaves.
    let crashed = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        if !file.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(file.path(), crashed.path().join(file.file_name())).unwrap();
        }
    }

    let archive = Archive::open(crashed.path().join("archive.db")).await.unwrap();
    let open = archive.open_entries().await.unwrap();
    let found: Vec<_> = open.iter().map(|e| (e.entry.id.as_str(), e.state)).collect();
    assert_eq!(found, [("2", EntryState::Sent), ("3", EntryState::Planned)]);
    assert_eq!(open[0].entry, entries[1]);

    archive.entry_closed("2", &outcome(Closing::Unclear), 20).await.unwrap();
    archive.entry_closed("3", &outcome(Closing::Skipped), 20).await.unwrap();
    archive.finish_run("r", 21).await.unwrap();
    assert!(archive.open_entries().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_closed_entry_stays_as_it_is_and_an_unclear_one_can_be_cleared_up() {
    let archive = Archive::open_in_memory().await.unwrap();
    let entries = [entry("1", "a", "x"), entry("2", "a", "y")];
    archive.begin_run(&run("r", RunKind::Change, 10), &entries).await.unwrap();
    archive.entry_sent("1", 11).await.unwrap();
    assert!(matches!(archive.entry_sent("1", 11).await, Err(ArchiveError::NotFound { .. })));
    archive.entry_closed("1", &outcome(Closing::Unclear), 12).await.unwrap();
    archive.entry_closed("1", &outcome(Closing::Done), 13).await.unwrap();
    let again = archive.entry_closed("1", &outcome(Closing::Failed), 14).await;
    assert!(matches!(again, Err(ArchiveError::NotFound { .. })));

    let read = archive.run("r").await.unwrap().unwrap();
    assert_eq!(read.entries[0].state, EntryState::Done);
    assert_eq!(read.entries[0].closed_at, Some(13));
    assert_eq!(read.entries[0].result_rule, outcome(Closing::Done).result_rule);
    assert_eq!(read.entries[0].after, outcome(Closing::Done).after);
    assert_eq!(read.entries[1].state, EntryState::Planned);
    assert_eq!(read.run, run("r", RunKind::Change, 10));
}

#[tokio::test]
async fn a_run_counts_as_undone_only_when_something_of_the_undoing_was_done() {
    let archive = Archive::open_in_memory().await.unwrap();
    archive.begin_run(&run("r", RunKind::Change, 10), &[entry("1", "a", "x")]).await.unwrap();
    for (id, closing, expected) in [("u1", Closing::Failed, None), ("u2", Closing::Done, Some("u2"))] {
        let undo = NewRun { undo_of: Some("r".into()), ..run(id, RunKind::Undo, 20) };
        archive.begin_run(&undo, &[entry(id, "a", "x")]).await.unwrap();
        archive.entry_closed(id, &outcome(closing), 21).await.unwrap();
        archive.finish_run(id, 22).await.unwrap();
        assert_eq!(archive.run("r").await.unwrap().unwrap().undone_by.as_deref(), expected);
    }
}

#[tokio::test]
async fn the_journal_is_searched_by_path_pattern_kind_and_outcome_latest_first() {
    let archive = Archive::open_in_memory().await.unwrap();
    for (id, kind, pattern, closing) in [
        ("1", RunKind::Change, r"^v\d+$", Closing::Done),
        ("2", RunKind::Bulk, "nightly", Closing::Failed),
        ("3", RunKind::Change, "latest", Closing::Done),
    ] {
        let at = id.parse().unwrap();
        archive.begin_run(&run(id, kind, at), &[entry(id, id, pattern)]).await.unwrap();
        archive.entry_closed(id, &outcome(closing), at).await.unwrap();
    }
    let ids = async |filter: JournalFilter| {
        let page = archive.journal_page(&filter, 0, 10).await.unwrap();
        assert_eq!(page.total, page.rows.len() as u64);
        page.rows.into_iter().map(|row| row.run.id).collect::<Vec<_>>()
    };
    let none = JournalFilter::default();
    let text = |text: &str| JournalFilter { text: Some(text.into()), ..JournalFilter::default() };
    assert_eq!(ids(none.clone()).await, ["3", "2", "1"]);
    assert_eq!(ids(text("NIGHTLY")).await, ["2"]);
    assert_eq!(ids(text(r"\d+")).await, ["1"]);
    assert_eq!(ids(text("payments/3")).await, ["3"]);
    assert_eq!(ids(JournalFilter { kind: Some(RunKind::Bulk), ..none.clone() }).await, ["2"]);
    let failed = JournalFilter { outcomes: vec![EntryState::Failed], ..none.clone() };
    assert_eq!(ids(failed).await, ["2"]);
    let second = archive.journal_page(&none, 1, 1).await.unwrap();
    assert_eq!((second.total, second.rows[0].run.id.as_str()), (3, "2"));
    assert_eq!(second.rows[0].entries.failed, 1);
    assert_eq!(second.rows[0].first_project.as_deref(), Some("payments/2"));
}

#[tokio::test]
async fn the_database_itself_refuses_to_forget() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let archive = Archive::open(&path).await.unwrap();
    archive.begin_run(&run("r", RunKind::Change, 10), &[entry("1", "a", "x")]).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    for table in ["DELETE FROM journal_entries", "DELETE FROM journal_runs"] {
        let error = sqlx::query(table).execute(&pool).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}
