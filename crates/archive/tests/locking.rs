//! One program at a time.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // Tests fail loudly.

mod common;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::connection;
use tagwarden_archive::{Archive, ArchiveError, Holder};

const PATH: &str = "TAGWARDEN_TEST_ARCHIVE";

/// Not a test: the other program, which opens the archive and holds it until its standard input ends.
#[tokio::test]
#[ignore = "started by other tests"]
async fn another_program() {
    let Some(path) = std::env::var_os(PATH) else { return };
    let archive = Archive::open(Path::new(&path)).await.unwrap();
    archive.put_connection(&connection("theirs")).await.unwrap();
    eprintln!("open");
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    archive.close().await;
}

fn start_another(path: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "another_program", "--ignored", "--nocapture"])
        .env(PATH, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "open"), "the other program does not open the archive");
    child
}

fn holder(error: ArchiveError) -> Holder {
    match error {
        ArchiveError::Locked { holder } => holder.expect("the holder is named"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_second_program_is_told_who_has_the_archive_open() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let mut other = start_another(&path);
    let holder = holder(Archive::open(&path).await.unwrap_err());
    assert_eq!(holder.pid, other.id());
    assert!(!holder.host.is_empty() && holder.since.is_some());
    // It closes the archive and goes.
    drop(other.stdin.take());
    assert!(other.wait().unwrap().success());
    let archive = Archive::open(&path).await.unwrap();
    assert_eq!(archive.connections().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_lock_ends_with_a_program_that_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let mut other = start_another(&path);
    other.kill().unwrap();
    other.wait().unwrap();
    let archive = Archive::open(&path).await.unwrap();
    assert!(!archive.is_read_only());
    assert_eq!(archive.connections().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_folder_under_another_name_has_the_same_lock() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path().join("archive.db")).await.unwrap();
    let error = Archive::open(directory.path().join(".").join("archive.db")).await.unwrap_err();
    assert_eq!(holder(error).pid, std::process::id());
    #[cfg(unix)]
    {
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(directory.path(), &link).unwrap();
        assert_eq!(holder(Archive::open(link.join("archive.db")).await.unwrap_err()).pid, std::process::id());
    }
    // Another archive beside it is none of its business.
    Archive::open(directory.path().join("other.db")).await.unwrap();
    archive.close().await;
    Archive::open(directory.path().join("archive.db")).await.unwrap();
}

#[tokio::test]
async fn clones_hold_the_lock_together() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("archive.db");
    let archive = Archive::open(&path).await.unwrap();
    let clone = archive.clone();
    drop(archive);
    assert!(matches!(Archive::open(&path).await, Err(ArchiveError::Locked { .. })));
    drop(clone);
    Archive::open(&path).await.unwrap();
}
