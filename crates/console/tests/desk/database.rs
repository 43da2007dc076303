//! A database file that cannot be used as one would like.

use tagwarden_console::{Config, Console};
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_simulator::OWNER_TOKEN;
use tagwarden_vault::Vault;

use crate::support::{Desk, Machine, code, draft, immutable, team};

#[tokio::test]
async fn a_read_only_file_shows_everything_and_changes_nothing() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    desk.console.stop().await;
    let machine = desk.machine.clone();
    drop(desk);
    let mark = |read_only: bool| {
        let mut permissions = std::fs::metadata(machine.database()).unwrap().permissions();
        permissions.set_readonly(read_only);
        std::fs::set_permissions(machine.database(), permissions).unwrap();
    };
    mark(true);
    let desk = machine.start().await;
    let start = desk.console.app_start(()).await.unwrap();
    assert_eq!(start.database.unwrap().code, ErrorCode::DatabaseReadOnly);
    assert_eq!(start.connections.len(), 1);
    assert_eq!(desk.view("team/a").await.row.tags, 1);

    let plan = desk.planned_new("team/a", immutable("^v")).await;
    gitlab.forget_requests();
    let error = desk.apply_start(&plan).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::DatabaseReadOnly);
    assert!(error.detail.is_some_and(|path| path.ends_with("tagwarden.db")));
    assert!(gitlab.requests().is_empty(), "nothing was sent");
    let kept = desk.machine.keychain.len();
    let another = desk.console.connection_save(draft(gitlab.base_url(), OWNER_TOKEN)).await;
    assert_eq!(code(another), ErrorCode::DatabaseReadOnly);
    assert_eq!(desk.machine.keychain.len(), kept, "no token without its connection");
    mark(false);
}

#[tokio::test]
async fn what_is_no_database_is_set_aside_and_a_new_one_is_begun() {
    let machine = Machine::new();
    let garbage = b"this is not a database, and it must not become one".repeat(100);
    std::fs::write(machine.database(), &garbage).unwrap();
    let desk = machine.start().await;
    let start = desk.console.app_start(()).await.unwrap();
    assert_eq!(start.database, None);
    let recovered = start.recovered.unwrap();
    assert_eq!(recovered.error.code, ErrorCode::DatabaseSetAside);
    let aside = recovered.error.detail.unwrap();
    assert!(aside.contains("tagwarden.damaged-"), "{aside}");
    assert_eq!(std::fs::read(aside).unwrap(), garbage);

    // The new one takes changes, and the next start has nothing to tell.
    let gitlab = team(&["a"], &["v1"]).await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    desk.applied(&plan).await;
    let desk = desk.restart().await;
    let start = desk.console.app_start(()).await.unwrap();
    assert_eq!((start.database, start.recovered), (None, None));
    assert_eq!(start.connections.len(), 1);
}

#[tokio::test]
async fn an_empty_file_is_told_and_kept() {
    let machine = Machine::new();
    std::fs::write(machine.database(), "").unwrap();
    let desk = machine.start().await;
    let recovered = desk.console.app_start(()).await.unwrap().recovered.unwrap();
    assert_eq!(recovered.error.code, ErrorCode::DatabaseEmpty);
    assert!(std::path::Path::new(&recovered.error.detail.unwrap()).exists());
}

#[tokio::test]
async fn damage_that_is_found_while_running_stops_changes_and_the_next_start_goes_on_with_the_journal() {
    let gitlab = team(&["a"], &["v1-one", "v1-two"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    desk.applied(&plan).await;
    desk.console.stop().await;
    let machine = desk.machine.clone();
    drop(desk);
    // Another path of the same length, wherever it stands: SQLite has nothing against it.
    let mut bytes = std::fs::read(machine.database()).unwrap();
    let path = b"team/a";
    let places: Vec<usize> =
        (0..bytes.len() - path.len()).filter(|&at| bytes[at..].starts_with(path)).collect();
    for place in places {
        bytes[place + 5] = b'x';
    }
    std::fs::write(machine.database(), bytes).unwrap();

    let desk = machine.start().await;
    desk.console.check_database().await;
    let trouble = desk.console.app_start(()).await.unwrap().database.unwrap();
    assert_eq!(trouble.code, ErrorCode::DatabaseCorrupt);
    assert!(trouble.detail.unwrap().ends_with("tagwarden.db"));
    let plan = desk.planned_new("team/x", immutable("^w")).await;
    assert_eq!(code(desk.apply_start(&plan).await), ErrorCode::DatabaseCorrupt);

    let desk = desk.restart().await;
    let start = desk.console.app_start(()).await.unwrap();
    assert_eq!(start.database, None);
    let recovered = start.recovered.unwrap();
    assert_eq!((recovered.error.code, recovered.connections), (ErrorCode::DatabaseSetAside, 1));
    assert_eq!(start.connections.len(), 1);
}

#[tokio::test]
async fn a_second_program_on_the_same_folder_does_nothing_and_says_who_is_first() {
    let desk = Desk::new().await;
    let second = desk.machine.start().await;
    let start = second.console.app_start(()).await.unwrap();
    assert!(second.console.is_locked_out());
    assert_eq!(start.database.unwrap().code, ErrorCode::DatabaseLocked);
    let holder = start.locked_by.unwrap();
    assert_eq!(holder.pid, std::process::id());
    assert!(holder.since.is_some() && !holder.host.is_empty());
    second.console.stop().await;
    desk.console.stop().await;
    let third = desk.machine.start().await;
    assert!(!third.console.is_locked_out());
}

#[tokio::test]
async fn without_a_place_for_the_database_everything_is_kept_in_memory() {
    let machine = Machine::new();
    let file = machine.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for folder in [None, Some(file.join("folder")), Some(file.clone())] {
        let mut config = Config::system(folder.clone());
        config.vault = Vault::new(machine.keychain.clone());
        let console = Console::start(config).await;
        let start = console.app_start(()).await.unwrap();
        let trouble = start.database.unwrap();
        assert_eq!(trouble.code, ErrorCode::DatabaseUnavailable, "{folder:?}");
        assert_eq!(trouble.detail.is_some(), folder.is_some());
        assert!(!console.is_locked_out());
        console.stop().await;
    }
}
