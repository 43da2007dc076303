//! Damaged files: nothing that was changed by chance passes for what was written, and the journal goes on.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // Tests fail loudly.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{connection, immutable_rule, listing, repository, tag};
use sqlx::{Column as _, ConnectOptions as _, Connection as _, Row as _, ValueRef as _};
use tagwarden_archive::{
    Archive, ArchiveError, Closing, Damage, Draft, NewEntry, NewRun, Outcome, ProjectReading, Recovery,
    RunKind,
};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::plan::Change;
use tagwarden_rules::state::StateCounts;

const NOW: i64 = 1_795_882_209;

/// 5,000 tags in ten projects, rules, drafts, settings and 20 runs of the journal.
async fn fill(path: &Path) {
    let archive = Archive::open(path).await.unwrap();
    archive.put_connection(&connection("c")).await.unwrap();
    archive.put_connection(&connection("d")).await.unwrap();
    archive.set_setting("settings", &serde_json::json!({ "theme": "dark" })).await.unwrap();
    for project in 0..10 {
        fill_project(&archive, project).await;
    }
    for run in 0..20 {
        journal(&archive, run).await;
    }
    archive.seal_tags().await.unwrap();
    archive.close().await;
}

async fn fill_project(archive: &Archive, project: u32) {
    let path = format!("payments/ledger-{project}");
    let id = format!("c/{project}");
    archive.upsert_projects(&[listing("c", project, &path)]).await.unwrap();
    let repositories = [repository("r", &path), repository("s", &format!("{path}/worker"))];
    let tags: Vec<_> = (0..500_u32)
        .map(|number| {
            let digest = format!("{:064x}", u64::from(project * 1000 + number) * 0x9e37_79b9_7f4a);
            tag(if number % 2 == 0 { "r" } else { "s" }, &format!("v1.{number}.0-build.{project}"), &digest)
        })
        .collect();
    archive.replace_tags(&id, &repositories, &tags, 10).await.unwrap();
    let reading = ProjectReading {
        rules: Ok(vec![immutable_rule("1", r"^v\d+$"), immutable_rule("2", "^release-")]),
        rules_complete: true,
        capabilities: Capabilities::of_dialect(Dialect::Gitlab),
        findings: Vec::new(),
        counts: StateCounts { open: 500, ..StateCounts::default() },
    };
    archive.set_project_reading(&id, &reading, 11).await.unwrap();
    let draft = Draft { key: id, body: serde_json::json!({ "rules": ["^v"] }), saved_at: 12 };
    archive.put_draft(&draft).await.unwrap();
}

async fn journal(archive: &Archive, number: i64) {
    let id = format!("run-{number}");
    let run = NewRun {
        id: id.clone(),
        kind: RunKind::Change,
        connection_id: Some("c".into()),
        title: serde_json::json!({ "create": 1 }),
        started_at: number,
        undo_of: (number % 5 == 4).then(|| format!("run-{}", number - 1)),
    };
    let entry = NewEntry {
        id: format!("entry-{number}"),
        project_id: "c/1".into(),
        project_path: "payments/ledger-1".into(),
        change: Change::Create { rule: immutable_rule("1", &format!("^v{number}")).rule },
        before: StateCounts { open: 500, ..StateCounts::default() },
        undoes: None,
    };
    let outcome = Outcome {
        closing: Closing::Done,
        result_rule: Some(immutable_rule("9", &format!("^v{number}"))),
        error: None,
        after: Some(StateCounts { open: 400, immutable: 100, ..StateCounts::default() }),
        changed_tags: 100,
    };
    archive.begin_run(&run, std::slice::from_ref(&entry)).await.unwrap();
    archive.entry_sent(&entry.id, number).await.unwrap();
    archive.entry_closed(&entry.id, &outcome, number).await.unwrap();
    archive.finish_run(&id, number).await.unwrap();
}

/// A row as text, by table.
type Contents = BTreeMap<&'static str, Vec<String>>;

const TABLES: [&str; 8] = [
    "journal_runs",
    "journal_entries",
    "connections",
    "settings",
    "drafts",
    "projects",
    "repositories",
    "tags",
];

async fn contents(path: &Path) -> Contents {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = options.connect().await.unwrap();
    let mut all = Contents::new();
    for table in TABLES {
        let sql = sqlx::AssertSqlSafe(format!("SELECT * FROM {table} ORDER BY 1, 2, 3"));
        let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
        all.insert(table, rows.iter().map(text_of).collect());
    }
    connection.close().await.unwrap();
    all
}

fn text_of(row: &sqlx::sqlite::SqliteRow) -> String {
    let mut text = String::new();
    for column in row.columns() {
        if ["seal", "tags_seal", "sealing"].contains(&column.name()) {
            continue;
        }
        let value = row.try_get_raw(column.ordinal()).unwrap();
        let value = if value.is_null() {
            "-".to_owned()
        } else {
            let bytes = <&[u8] as sqlx::Decode<sqlx::Sqlite>>::decode(value).unwrap();
            String::from_utf8_lossy(bytes).into_owned()
        };
        text.push_str(&format!("{}={value};", column.name()));
    }
    text
}

/// Opens as the program does: sets aside what cannot be opened, checks, and opens once more after damage.
async fn opened(path: &Path) -> Option<Recovery> {
    let (archive, recovery) = Archive::open_or_recover(path, NOW).await.unwrap();
    let damage = archive.check().await.unwrap();
    if recovery.is_some() {
        assert_eq!(damage, None, "a fresh file is whole");
        archive.close().await;
        return recovery;
    }
    if damage.is_none() {
        archive.close().await;
        return None;
    }
    archive.mark_damaged().unwrap();
    archive.close().await;
    let (archive, recovery) = Archive::open_or_recover(path, NOW).await.unwrap();
    archive.close().await;
    Some(recovery.expect("what is marked is set aside"))
}

#[tokio::test]
async fn no_file_with_changed_bytes_passes_with_other_numbers() {
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole.db");
    fill(&whole).await;
    let expected = contents(&whole).await;
    let bytes = std::fs::read(&whole).unwrap();
    let mut told = 0;
    let mut kept_runs = 0;
    for seed in 0..50_u64 {
        let mut chance = fastrand::Rng::with_seed(seed);
        let mut damaged = bytes.clone();
        for _ in 0..[1, 2, 5, 20, 100, 500][usize::try_from(seed % 6).unwrap()] {
            let place = chance.usize(..damaged.len());
            damaged[place] ^= chance.u8(1..);
        }
        let folder = directory.path().join(format!("copy-{seed}"));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("archive.db");
        std::fs::write(&path, &damaged).unwrap();
        match opened(&path).await {
            None => assert_eq!(contents(&path).await, expected, "seed {seed} is silent"),
            Some(recovery) => {
                told += 1;
                kept_runs += recovery.runs;
                assert!(!recovery.was_empty);
                assert_eq!(std::fs::metadata(&recovery.set_aside).unwrap().len(), bytes.len() as u64);
                let carried = contents(&path).await;
                for table in ["journal_runs", "journal_entries", "connections", "settings", "drafts"] {
                    for row in &carried[table] {
                        // A run may have lost its link to one that could not be read.
                        let known = table == "journal_runs" || expected[table].contains(row);
                        assert!(known, "seed {seed}: {table} has {row}");
                    }
                }
            }
        }
    }
    println!("{told} of 50 told, {kept_runs} of {} runs kept", told * 20);
    assert!(told >= 45, "only {told} told");
}

/// Puts another text of the same length in every place of the file that has the first: to SQLite it is as good.
fn forge(path: &Path, old: &str, new: &str) -> usize {
    assert_eq!(old.len(), new.len());
    let mut bytes = std::fs::read(path).unwrap();
    let mut at = 0;
    let mut changed = 0;
    while let Some(found) = bytes[at..].windows(old.len()).position(|window| window == old.as_bytes()) {
        bytes[at + found..at + found + old.len()].copy_from_slice(new.as_bytes());
        at += found + old.len();
        changed += 1;
    }
    std::fs::write(path, bytes).unwrap();
    changed
}

async fn damage_after(old: &str, new: &str) -> Option<Damage> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    fill(&path).await;
    assert!(forge(&path, old, new) > 0, "{old} is not in the file");
    let archive = Archive::open(&path).await.unwrap();
    let damage = archive.check().await.unwrap();
    archive.close().await;
    damage
}

#[tokio::test]
async fn values_that_sqlite_would_accept_are_found_changed() {
    // In the table and in its index alike.
    let tags = damage_after("v1.7.0-build.3", "v1.9.0-build.3").await;
    assert!(matches!(&tags, Some(Damage::Pages(_) | Damage::Tags(_))), "{tags:?}");
    assert_eq!(
        damage_after("sha256:0000", "sha256:0001").await,
        Some(Damage::Tags("payments/ledger-0".into()))
    );
}

#[tokio::test]
async fn a_row_of_each_kind_is_found_changed() {
    for (old, new, table) in [
        (r#""theme":"dark""#, r#""theme":"bark""#, "settings"),
        (r#"{"rules":["^v"]}"#, r#"{"rules":["^w"]}"#, "drafts"),
        ("^release-", "^relaase-", "projects"),
        ("\"create\":1", "\"create\":2", "journal_runs"),
        ("^v13", "^v14", "journal_entries"),
    ] {
        assert_eq!(damage_after(old, new).await, Some(Damage::Row(table)), "{table}");
    }
}

#[tokio::test]
async fn what_another_program_changes_by_sql_is_no_damage() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    fill(&path).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut raw = options.connect().await.unwrap();
    for sql in [
        "UPDATE connections SET name = 'Other'",
        "UPDATE tags SET state = 2 WHERE name LIKE 'v1.7%'",
        "DELETE FROM tags WHERE name LIKE 'v1.8%'",
        "UPDATE projects SET open = 3",
        "UPDATE journal_runs SET finished_at = 7",
        "INSERT INTO settings (key, value_json) VALUES ('more', '1')",
    ] {
        sqlx::query(sql).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
    let archive = Archive::open(&path).await.unwrap();
    assert_eq!(archive.check().await.unwrap(), None);
    archive.seal_tags().await.unwrap();
    assert_eq!(archive.check().await.unwrap(), None);
    archive.close().await;
}

#[tokio::test]
async fn every_way_of_writing_leaves_a_file_that_passes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    fill(&path).await;
    let archive = Archive::open(&path).await.unwrap();
    fill_project(&archive, 3).await;
    assert_eq!(archive.check().await.unwrap(), None);
    archive.seal_tags().await.unwrap();
    archive.set_project_error("c/3", Some(&serde_json::json!({ "code": "net.offline" }))).await.unwrap();
    archive.delete_connection("d").await.unwrap();
    archive.delete_draft("c/4").await.unwrap();
    archive.mark_gone_except("c", &["c/1".into()]).await.unwrap();
    journal(&archive, 100).await;
    assert_eq!(archive.check().await.unwrap(), None);
    archive.close().await;
}

#[tokio::test]
async fn a_file_of_an_earlier_version_is_sealed_and_passes() {
    let directory = tempfile::tempdir().unwrap();
    // The first three migrations made the files of 0.1.
    let migrations = directory.path().join("migrations");
    std::fs::create_dir(&migrations).unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for name in ["0001_archive.sql", "0002_sign_in.sql", "0003_profile.sql"] {
        std::fs::copy(ours.join(name), migrations.join(name)).unwrap();
    }
    let path = directory.path().join("archive.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::migrate::Migrator::new(migrations.as_path()).await.unwrap().run(&pool).await.unwrap();
    for sql in [
        "INSERT INTO connections (id, kind, name, address, demo, sign_in, keep, created_at, repositories_json)
         VALUES ('c', 'gitlab', 'Work', 'https://gitlab.example.com', 0, 'token', 'keychain', 1, '[]')",
        "INSERT INTO projects (id, connection_id, server_id, path, registry_enabled) VALUES ('c/1', 'c', '1', 'a/b', 1)",
        "INSERT INTO repositories (project_key, server_id, name, path, tag_count, generation) VALUES (1, 'r', '', 'a/b', 1, 1)",
        "INSERT INTO tags (project_key, repository_key, name, digest, state, generation) VALUES (1, 1, 'v1', 'sha256:0', 0, 1)",
        "INSERT INTO journal_runs (id, kind, title_json, started_at) VALUES ('r', 'change', '{}', 1)",
        "INSERT INTO settings (key, value_json) VALUES ('theme', '1')",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let (archive, none) = Archive::open_or_recover(&path, NOW).await.unwrap();
    assert_eq!(none, None);
    assert_eq!(archive.check().await.unwrap(), None);
    archive.seal_tags().await.unwrap();
    assert_eq!(archive.check().await.unwrap(), None);
    archive.close().await;
    // From now on a changed byte is found.
    forge(&path, "sha256:0", "sha256:1");
    assert!(opened(&path).await.is_some());
}

async fn recovered(path: &Path) -> Recovery {
    let (archive, recovery) = Archive::open_or_recover(path, NOW).await.unwrap();
    archive.close().await;
    recovery.expect("the file is set aside")
}

fn named(directory: &Path, name: &str) -> PathBuf {
    directory.join(name)
}

#[tokio::test]
async fn a_damaged_file_is_kept_and_its_journal_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    fill(&path).await;
    let before = contents(&path).await;
    forge(&path, "^v13", "^v14");
    forge(&path, r#""theme":"dark""#, r#""theme":"bark""#);
    let damaged = std::fs::read(&path).unwrap();
    let recovery = opened(&path).await.unwrap();
    assert_eq!(recovery.set_aside, named(directory.path(), "archive.damaged-20261128-161009.db"));
    assert_eq!(std::fs::read(&recovery.set_aside).unwrap(), damaged);
    assert_eq!((recovery.runs, recovery.connections, recovery.drafts, recovery.lost), (20, 2, 10, true));

    let after = contents(&path).await;
    assert_eq!(after["journal_runs"], before["journal_runs"]);
    assert_eq!(after["connections"], before["connections"]);
    assert_eq!(after["drafts"], before["drafts"]);
    // What is not as it was written is not taken over.
    assert_eq!(after["journal_entries"].len(), 19);
    assert!(after["settings"].is_empty());
    assert!(after["tags"].is_empty() && after["projects"].is_empty());
    let (archive, none) = Archive::open_or_recover(&path, NOW).await.unwrap();
    assert_eq!(none, None, "the next start finds a whole file");
    archive.close().await;
}

#[tokio::test]
async fn what_is_no_database_is_set_aside_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let text = "no database at all, ".repeat(400);
    for number in ["", "-2", "-3"] {
        std::fs::write(&path, &text).unwrap();
        let recovery = recovered(&path).await;
        let name = format!("archive.damaged-20261128-161009{number}.db");
        assert_eq!(recovery.set_aside, named(directory.path(), &name));
        assert_eq!(std::fs::read_to_string(&recovery.set_aside).unwrap(), text);
        assert!(recovery.lost && !recovery.was_empty);
    }
}

#[tokio::test]
async fn a_file_without_content_does_not_pass_for_a_new_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    for content in [&b""[..], b"S", b"SQLite format 3\0"] {
        std::fs::write(&path, content).unwrap();
        let recovery = recovered(&path).await;
        assert!(recovery.was_empty, "{content:?}");
        assert_eq!(std::fs::read(&recovery.set_aside).unwrap(), content);
    }
    let (archive, none) = Archive::open_or_recover(directory.path().join("new.db"), NOW).await.unwrap();
    assert_eq!(none, None, "no file at all is a first start");
    archive.close().await;
}

#[tokio::test]
async fn a_recovery_that_was_cut_off_is_finished_or_begun_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    // Cut off between the two renamings: the rebuilt file is complete.
    fill(&named(directory.path(), "archive.db.rebuilt")).await;
    let (archive, none) = Archive::open_or_recover(&path, NOW).await.unwrap();
    assert_eq!(none, None);
    assert_eq!(archive.connections().await.unwrap().len(), 2);
    archive.mark_damaged().unwrap();
    archive.close().await;
    // Cut off before them: what there is of the rebuilt file is of no use.
    std::fs::write(named(directory.path(), "archive.db.rebuilt"), "half").unwrap();
    assert_eq!(recovered(&path).await.runs, 20);
}

#[tokio::test]
async fn a_version_number_changed_by_chance_is_no_newer_program() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    fill(&path).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut raw = options.connect().await.unwrap();
    let root: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    let size: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    // The first value of the table's first row: version 1, stored as the constant 1, becomes a byte.
    let mut bytes = std::fs::read(&path).unwrap();
    let page = usize::try_from((root - 1) * size).unwrap();
    let cell = usize::from(u16::from_be_bytes([bytes[page + 8], bytes[page + 9]]));
    let serial = page + cell + 3;
    bytes[serial] = if bytes[serial] == 9 { 8 } else { 9 };
    std::fs::write(&path, bytes).unwrap();
    assert!(opened(&path).await.is_some());
}

#[tokio::test]
async fn an_archive_that_is_used_elsewhere_is_not_set_aside() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    fill(&path).await;
    let held = Archive::open(&path).await.unwrap();
    held.mark_damaged().unwrap();
    let error = Archive::open_or_recover(&path, NOW).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Locked { .. }), "{error:?}");
    held.close().await;
    assert_eq!(recovered(&path).await.runs, 20);
}
