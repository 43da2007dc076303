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
        undoes: None,
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
    assert_eq!(found, [("2", EntryState::Sent)]);
    assert_eq!(open[0].entry, entries[1]);
    assert_eq!(archive.skip_planned(None, 20).await.unwrap(), 1, "nothing of it was sent");
    assert_eq!(archive.run("r").await.unwrap().unwrap().finished_at, None);

    archive.entry_closed("2", &outcome(Closing::Unclear { until: 99 }), 20).await.unwrap();
    assert_eq!(archive.open_entries().await.unwrap()[0].unclear_until, Some(99));
    archive.entry_closed("2", &outcome(Closing::NotMade), 100).await.unwrap();
    assert!(archive.open_entries().await.unwrap().is_empty());
    assert_eq!(
        archive.run("r").await.unwrap().unwrap().finished_at,
        Some(100),
        "its last open entry ended it"
    );
}

#[tokio::test]
async fn a_closed_entry_stays_as_it_is_and_what_was_concluded_from_rules_can_be_corrected() {
    let archive = Archive::open_in_memory().await.unwrap();
    let entries = [entry("1", "a", "x"), entry("2", "a", "y")];
    archive.begin_run(&run("r", RunKind::Change, 10), &entries).await.unwrap();
    archive.entry_sent("1", 11).await.unwrap();
    assert!(matches!(archive.entry_sent("1", 11).await, Err(ArchiveError::NotFound { .. })));
    archive.entry_closed("1", &outcome(Closing::Unclear { until: 99 }), 12).await.unwrap();
    archive.entry_closed("1", &outcome(Closing::NotMade), 12).await.unwrap();
    archive.entry_corrected("1", &outcome(Closing::Done), 13).await.unwrap();
    for again in [
        archive.entry_closed("1", &outcome(Closing::Failed), 14).await,
        archive.entry_corrected("1", &outcome(Closing::NotMade), 14).await,
    ] {
        assert!(matches!(again, Err(ArchiveError::NotFound { .. })));
    }

    let read = archive.run("r").await.unwrap().unwrap();
    assert_eq!(read.entries[0].state, EntryState::Done);
    assert_eq!(read.entries[0].closed_at, Some(13));
    assert_eq!(read.entries[0].result_rule, outcome(Closing::Done).result_rule);
    assert_eq!(read.entries[0].after, outcome(Closing::Done).after);
    assert_eq!(read.entries[1].state, EntryState::Planned);
    assert_eq!(read.run, run("r", RunKind::Change, 10));
}

#[tokio::test]
async fn what_is_undone_is_told_of_each_entry() {
    let archive = common::with_project().await;
    let entries = [entry("1", "1", "x"), entry("2", "1", "y"), entry("3", "gone", "x"), entry("4", "1", "z")];
    archive.begin_run(&run("r", RunKind::Bulk, 10), &entries).await.unwrap();
    for (id, closing) in
        [("1", Closing::Done), ("2", Closing::Done), ("3", Closing::Done), ("4", Closing::Failed)]
    {
        archive.entry_closed(id, &outcome(closing), 11).await.unwrap();
    }
    let undo = async |id: &str, undoes: &str, closing| {
        let run = NewRun { undo_of: Some("r".into()), ..run(id, RunKind::Undo, 20) };
        let entry = NewEntry { undoes: Some(undoes.into()), ..entry(id, "1", "x") };
        archive.begin_run(&run, &[entry]).await.unwrap();
        archive.entry_closed(id, &outcome(closing), 21).await.unwrap();
        let read = archive.run_summary("r").await.unwrap().unwrap();
        (read.undo.undone, read.undo.left, read.undo.out_of_reach, read.undone_by)
    };
    assert_eq!(undo("u1", "1", Closing::Failed).await, (0, 2, 1, None));
    assert_eq!(undo("u2", "1", Closing::Done).await, (1, 1, 1, Some("u2".into())));
    archive.entry_undone("2", 30).await.unwrap();
    assert_eq!(undo("u3", "3", Closing::Done).await, (3, 0, 0, Some("u3".into())));
}

#[tokio::test]
async fn a_rule_that_was_missing_says_from_when_until_when() {
    let archive = Archive::open_in_memory().await.unwrap();
    archive.begin_run(&run("r", RunKind::Change, 10), &[entry("1", "a", "x")]).await.unwrap();
    archive.entry_sent("1", 11).await.unwrap();
    archive.entry_exposed("1", 12).await.unwrap();
    archive.entry_closed("1", &outcome(Closing::Exposed), 20).await.unwrap();
    let exposure = async || archive.run_entries("r", None).await.unwrap()[0].exposure.unwrap();
    assert_eq!((exposure().await.from, exposure().await.until), (12, None));
    assert_eq!(archive.open_entries().await.unwrap().len(), 1);
    archive.entry_closed("1", &outcome(Closing::Restored), 48).await.unwrap();
    assert_eq!((exposure().await.from, exposure().await.until), (12, Some(48)));
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

/// A file as a program before the fifth migration left it.
async fn old_file(path: &std::path::Path) -> sqlx::SqlitePool {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let known = sqlx::migrate!();
    let old = sqlx::migrate::Migrator {
        migrations: known.iter().filter(|one| one.version < 4).cloned().collect::<Vec<_>>().into(),
        ..sqlx::migrate::Migrator::DEFAULT
    };
    old.run(&pool).await.unwrap();
    pool
}

#[tokio::test]
async fn the_journal_of_an_older_version_is_kept_and_tells_what_it_could_not_before() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let pool = old_file(&path).await;
    let create = r#"{"change":"create","rule":{"repositories":null,"tags":{"mode":"matching","dialect":"gitlab","pattern":"x"},"effect":{"kind":"immutable","blocks":"overwrite_and_delete"},"enabled":true}}"#;
    let counts = r#"{"open":4,"protected":0,"immutable":0,"unknown":0}"#;
    for (id, undo_of, undone_by) in [("r", None, None), ("u", Some("r"), None), ("r", None, Some("u"))] {
        match undone_by {
            None => sqlx::query("INSERT INTO journal_runs (id, kind, title_json, started_at, finished_at, undo_of) VALUES (?, 'bulk', 'null', 1, 2, ?)").bind(id).bind(undo_of).execute(&pool).await.unwrap(),
            Some(by) => sqlx::query("UPDATE journal_runs SET undone_by = ? WHERE id = ?").bind(by).bind(id).execute(&pool).await.unwrap(),
        };
    }
    for (id, run, position, project, state, error) in [
        ("1", "r", 0, "c/a", "done", None),
        ("2", "r", 1, "c/b", "done", None),
        ("3", "r", 2, "c/c", "failed", Some(r#"{"detail":"lost"}"#)),
        ("4", "r", 3, "c/d", "failed", Some(r#"{"detail":"not-made"}"#)),
        ("5", "u", 0, "c/a", "done", None),
        ("6", "u", 1, "c/b", "failed", None),
    ] {
        sqlx::query("INSERT INTO journal_entries (id, run_id, position, project_id, project_path, change_json, state, error_json, before_json) VALUES (?, ?, ?, ?, 'p', ?, ?, ?, ?)")
            .bind(id).bind(run).bind(position).bind(project).bind(create).bind(state).bind(error).bind(counts)
            .execute(&pool).await.unwrap();
    }
    pool.close().await;

    let archive = Archive::open(&path).await.unwrap();
    let entries = archive.run("r").await.unwrap().unwrap().entries;
    let states: Vec<_> = entries.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Done, EntryState::Done, EntryState::Lost, EntryState::NotMade]);
    let undone: Vec<_> = entries.iter().map(|entry| entry.undone.is_some()).collect();
    assert_eq!(undone, [true, false, false, false], "only where the whole undo was done");
}
