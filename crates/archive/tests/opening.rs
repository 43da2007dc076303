//! Opening the file: fresh, again, and everything that can be wrong with it.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // Tests fail loudly, helpers too.

mod common;

use std::path::Path;

use common::{connection, listing, repository, tag};
use tagwarden_archive::{Archive, ArchiveError, CannotOpen, Draft, SignIn, TagsFilter};
use tagwarden_rules::rule::Role;
use tagwarden_rules::state::{StateCounts, TagState};
use tagwarden_rules::visibility::{KnownRules, NotVisible};

async fn filled(path: &Path) {
    let archive = Archive::open(path).await.unwrap();
    archive.put_connection(&connection("c")).await.unwrap();
    archive.upsert_projects(&[listing("c", 1, "payments/ledger-api")]).await.unwrap();
    let repositories = [repository("r", "payments/ledger-api")];
    archive.replace_tags("c/1", &repositories, &[tag("r", "v1", "aa")], 10).await.unwrap();
    archive.close().await;
}

fn all() -> TagsFilter {
    TagsFilter { limit: 100, ..TagsFilter::default() }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_fresh_file_in_a_fresh_directory_opens_and_keeps_what_it_is_given() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/down/archive.db");
    filled(&path).await;

    let archive = Archive::open(&path).await.unwrap();
    assert!(!archive.is_read_only());
    assert_eq!(archive.connections().await.unwrap(), [connection("c")]);
    assert_eq!(archive.all_projects().await.unwrap().len(), 1);
    assert_eq!(archive.tags_page(&all()).await.unwrap().total, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_file_can_be_read_and_refuses_writes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    filled(&path).await;
    set_mode(&path, 0o444);

    let archive = Archive::open(&path).await.unwrap();
    assert!(archive.is_read_only());
    assert_eq!(archive.tags_page(&all()).await.unwrap().rows[0].name, "v1");
    let draft = Draft { key: "bulk".into(), body: serde_json::json!({}), saved_at: 1 };
    assert!(matches!(archive.put_draft(&draft).await, Err(ArchiveError::ReadOnly)));
    assert!(matches!(archive.set_setting("theme", &"dark").await, Err(ArchiveError::ReadOnly)));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_in_a_read_only_directory_can_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    filled(&path).await;
    set_mode(&path, 0o444);
    set_mode(directory.path(), 0o555);

    let archive = Archive::open(&path).await.unwrap();
    let answer = archive.tags_page(&all()).await;
    set_mode(directory.path(), 0o755);
    assert!(archive.is_read_only());
    assert_eq!(answer.unwrap().total, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn an_empty_read_only_file_says_what_it_lacks() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    std::fs::write(&path, "").unwrap();
    set_mode(&path, 0o444);
    let error = Archive::open(&path).await.unwrap_err();
    assert!(matches!(error, ArchiveError::NeedsMigration { found: 0, .. }), "{error:?}");
}

#[tokio::test]
async fn something_that_is_no_database_is_corrupt_and_stays_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let text = "no database at all, ".repeat(400);
    std::fs::write(&path, &text).unwrap();
    let error = Archive::open(&path).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Corrupt { .. }), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_torn_file_is_corrupt_when_the_torn_part_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    filled(&path).await;
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in &mut bytes[4096..] {
        *byte = 0xff;
    }
    std::fs::write(&path, bytes).unwrap();
    let error = match Archive::open(&path).await {
        Ok(archive) => archive.all_projects().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error, ArchiveError::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    filled(&path).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (1000, 'from the future', 1, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let error = Archive::open(&path).await.unwrap_err();
    assert!(matches!(error, ArchiveError::NewerSchema { found: 1000, .. }), "{error:?}");
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "").unwrap();
    let path = directory.path().join("file/sub/archive.db");
    let error = Archive::open(&path).await.unwrap_err();
    let ArchiveError::CannotOpen { path: named, reason } = error else { panic!("{error:?}") };
    assert_eq!(reason, CannotOpen::Directory);
    assert!(named.starts_with(directory.path()), "{named:?}");
}

#[tokio::test]
async fn a_directory_in_the_place_of_the_file_is_told_as_such() {
    let directory = tempfile::tempdir().unwrap();
    let error = Archive::open(directory.path()).await.unwrap_err();
    let ArchiveError::CannotOpen { reason, .. } = error else { panic!("{error:?}") };
    assert_eq!(reason, CannotOpen::NotAFile);
}

#[tokio::test]
async fn nothing_of_a_removed_connection_stays_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    filled(&path).await;
    let holds = |text: &str| {
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    assert!(holds("gitlab.example.com") && holds("ledger-api"));
    let archive = Archive::open(&path).await.unwrap();
    archive.delete_connection("c").await.unwrap();
    archive.close().await;
    assert!(!holds("gitlab.example.com") && !holds("ledger-api"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_the_place_of_the_file_is_not_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let error = Archive::open(&path).await.unwrap_err();
    assert!(matches!(error, ArchiveError::CannotOpen { reason: CannotOpen::NotAFile, .. }), "{error:?}");
}

#[tokio::test]
async fn no_more_than_four_characters_of_a_token_reach_the_disk() {
    let canary = "glpat-CanaryCanaryCanary";
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let archive = Archive::open(&path).await.unwrap();
    let mut connection = connection("c");
    let SignIn::Token { hint, .. } = &mut connection.sign_in else { unreachable!() };
    // A caller's mistake: the whole token where its last four characters belong.
    *hint = Some(canary.into());
    archive.put_connection(&connection).await.unwrap();
    let read = archive.connection("c").await.unwrap().unwrap();
    let SignIn::Token { hint, .. } = read.sign_in else { panic!("another way to sign in") };
    assert_eq!(hint.as_deref(), Some("nary"));
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(10).any(|window| window == &canary.as_bytes()[..10]));
    }
}

/// A file as the program wrote it before it knew that rules can be hidden.
async fn written_before_visibility(path: &std::path::Path, rows: &str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let mut migrations = sqlx::migrate!();
    migrations.migrations = migrations.migrations.iter().filter(|one| one.version <= 3).cloned().collect();
    migrations.run(&pool).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(rows.to_owned())).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn an_old_file_no_longer_says_that_hidden_rules_are_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let connections = ["gitlab", "oci"].map(|kind| {
        format!(
            "INSERT INTO connections (id, kind, name, address, demo, sign_in, created_at)
             VALUES ('{kind}', '{kind}', 'n', 'https://x', 0, 'token', 1);"
        )
    });
    let capabilities = serde_json::to_string(&tagwarden_rules::capabilities::Capabilities::of_dialect(
        tagwarden_rules::pattern::Dialect::Gitlab,
    ))
    .unwrap();
    let finding = r#"[{"what":{"code":"no_rules","open":1},"severity":"warning","rule":null,"fixes":[]}]"#;
    let project = |key: u32, connection: &str, role: &str| {
        format!(
            "INSERT INTO projects (key, id, connection_id, server_id, path, role, registry_enabled, tags, open,
                 capabilities_json, findings_json, severity, read_at)
             VALUES ({key}, '{connection}/{key}', '{connection}', '{key}', 'team/{key}', '{role}', 1, 1, 1,
                 '{capabilities}', '{finding}', 'warning', 5);
             INSERT INTO repositories (key, project_key, server_id, name, path, tag_count, generation)
             VALUES ({key}, {key}, 'r', '', 'team/{key}', 1, 1);
             INSERT INTO tags (project_key, repository_key, name, state, generation)
             VALUES ({key}, {key}, 'v1', 0, 1);"
        )
    };
    let rows = [
        connections.concat(),
        project(1, "gitlab", "developer"),
        project(2, "gitlab", "maintainer"),
        project(3, "oci", "developer"),
    ];
    written_before_visibility(&path, &rows.concat()).await;

    let archive = Archive::open(&path).await.unwrap();
    let hidden = archive.project("gitlab/1").await.unwrap().unwrap();
    let reason = NotVisible::Role { needs: Role::Maintainer };
    assert_eq!(hidden.rules, KnownRules::NotVisible { reason });
    assert_eq!((hidden.summary.findings.len(), hidden.summary.severity), (0, None));
    assert_eq!(hidden.summary.counts, StateCounts { unknown: 1, ..StateCounts::default() });
    assert_eq!(archive.tag("gitlab/1", "r", "v1").await.unwrap().unwrap().state, TagState::Unknown);
    for other in ["gitlab/2", "oci/3"] {
        let project = archive.project(other).await.unwrap().unwrap();
        assert_eq!(project.rules, KnownRules::Read { rules: Vec::new() }, "{other}");
        assert_eq!((project.summary.findings.len(), project.summary.counts.open), (1, 1), "{other}");
        assert!(!project.summary.listing.archived);
    }
}
