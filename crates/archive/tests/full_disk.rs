//! A disk that takes no more, and that has room again.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // Tests fail loudly.

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{connection, listing, repository, tag};
use tagwarden_archive::Archive;

const PATH: &str = "TAGWARDEN_TEST_ARCHIVE";

async fn write(archive: &Archive, number: u32) -> bool {
    let tags: Vec<_> = (0..2000).map(|n| tag("r", &format!("v{n}.{number}"), &"a".repeat(64))).collect();
    archive.replace_tags("c/1", &[repository("r", "a/b")], &tags, 10).await.is_ok()
}

/// Not a test: the program on the disk that is full. Says how each step went.
#[tokio::test]
#[ignore = "started by another test"]
async fn program_on_a_full_disk() {
    let Some(path) = std::env::var_os(PATH) else { return };
    let archive = Archive::open(Path::new(&path)).await.unwrap();
    archive.put_connection(&connection("c")).await.unwrap();
    archive.upsert_projects(&[listing("c", 1, "a/b")]).await.unwrap();
    let mut full = 0;
    while write(&archive, full).await {
        full += 1;
    }
    eprintln!("full");
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
    // Again and again: a connection that is stuck in a transaction would take nothing for ever.
    for number in 0..3 {
        assert!(write(&archive, 100 + number).await, "the disk has room again");
    }
    assert_eq!(archive.check().await.unwrap(), None);
    archive.close().await;
    eprintln!("written");
}

#[test]
fn once_there_is_room_again_everything_is_written_again() {
    let directory = tempfile::tempdir().unwrap();
    // A limit on the size of files stands for the end of the disk; `prlimit` makes room.
    let script =
        "trap '' XFSZ; ulimit -S -f 600; exec \"$0\" --exact program_on_a_full_disk --ignored --nocapture";
    let mut child = Command::new("bash")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .env(PATH, directory.path().join("archive.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(|line| line.unwrap());
    assert!(lines.any(|line| line == "full"), "the disk is never full");
    let pid = child.id().to_string();
    assert!(Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status().unwrap().success());
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    let told: Vec<String> = lines.collect();
    assert!(told.iter().any(|line| line == "written"), "{told:#?}");
    assert!(child.wait().unwrap().success());
}
