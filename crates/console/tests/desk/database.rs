//! A database file that cannot be used as one would like.

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_simulator::OWNER_TOKEN;

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
async fn a_damaged_file_is_left_alone_and_named() {
    let machine = Machine::new();
    let garbage = b"this is not a database, and it must not become one".repeat(100);
    std::fs::write(machine.database(), &garbage).unwrap();
    let desk = machine.start().await;
    let trouble = desk.console.app_start(()).await.unwrap().database.unwrap();
    assert_eq!(trouble.code, ErrorCode::DatabaseCorrupt);
    assert!(trouble.detail.unwrap().ends_with("tagwarden.db"));

    // In memory everything can be looked at, and nothing is changed that no journal would keep.
    let gitlab = team(&["a"], &["v1"]).await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    assert_eq!(machine.keychain.len(), 0, "no token outlives its connection");
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    assert_eq!(code(desk.apply_start(&plan).await), ErrorCode::DatabaseCorrupt);
    desk.console.stop().await;
    assert_eq!(std::fs::read(machine.database()).unwrap(), garbage);
}
