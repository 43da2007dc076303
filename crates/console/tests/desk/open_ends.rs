//! Entries that a crash or a lost connection left open end in one way or another.

use std::time::Duration;

use tagwarden_archive::{Archive, NewEntry, NewRun, RunKind};
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::journal::{OpenChanges, Unverifiable};
use tagwarden_ipc::plans::ApplyState;
use tagwarden_rules::plan::Change;
use tagwarden_rules::state::StateCounts;
use tagwarden_simulator::{FaultKind, OWNER_TOKEN, RegistryAccess, Running};

use crate::support::{Desk, immutable, mutations, states, team};

/// A change to `team/a` whose answer never came.
async fn left_open() -> (Running, Desk, String, String) {
    let gitlab = team(&["a", "b"], &["v1"]).await;
    let desk = Desk::new().await;
    let connection = desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    gitlab.faults().add(mutations(), FaultKind::DropConnection);
    let run = desk.applied(&plan).await;
    assert_eq!(run.unclear, 1);
    gitlab.faults().clear();
    (gitlab, desk, connection, run.run)
}

async fn closed_as(desk: &Desk, run: &str, reason: Unverifiable) {
    let view = desk.run(run).await;
    assert_eq!((states(&view), view.entries[0].reason), (vec![ApplyState::Unverifiable], Some(reason)));
    assert!(view.finished_at.is_some());
    assert_eq!(desk.console.journal_open(()).await.unwrap(), OpenChanges::default());
}

#[tokio::test]
async fn what_was_planned_when_the_program_was_killed_is_closed_without_asking_any_server() {
    let (gitlab, desk, connection, _) = left_open().await;
    let project = desk.project("team/b").await;
    desk.console.stop().await;
    let archive = Archive::open(desk.machine.database()).await.unwrap();
    let entry = NewEntry {
        id: "1".to_owned(),
        project_id: project,
        project_path: "team/b".to_owned(),
        change: Change::Create { rule: immutable("^v") },
        before: StateCounts::default(),
        undoes: None,
    };
    let run = NewRun {
        id: "killed".to_owned(),
        kind: RunKind::Change,
        connection_id: Some(connection),
        title: serde_json::Value::Null,
        started_at: 1,
        undo_of: None,
    };
    archive.begin_run(&run, &[entry]).await.unwrap();
    archive.close().await;
    gitlab.go_away().await;
    let desk = desk.machine.start().await;
    let view = desk.run("killed").await;
    assert_eq!((states(&view), view.finished_at.is_some()), (vec![ApplyState::Skipped], true));
}

#[tokio::test]
async fn a_project_that_is_gone_or_hidden_closes_what_was_open_there() {
    let (gitlab, desk, connection, run) = left_open().await;
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        state.project_mut(id).unwrap().members.clear();
    });
    desk.sync(&connection).await;
    closed_as(&desk, &run, Unverifiable::ProjectGone).await;
    // It can be seen again, and what it shows counts.
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        let other = state.project_id("team/b").unwrap();
        let members = state.project(other).unwrap().members.clone();
        state.project_mut(id).unwrap().members = members;
    });
    crate::support::add_rule(&gitlab, "team/a", "^v");
    desk.sync(&connection).await;
    assert_eq!(states(&desk.run(&run).await), [ApplyState::Done]);
}

#[tokio::test]
async fn a_registry_that_is_switched_off_closes_what_was_open_there() {
    let (gitlab, desk, connection, run) = left_open().await;
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        state.project_mut(id).unwrap().registry_access = RegistryAccess::Disabled;
    });
    desk.sync(&connection).await;
    closed_as(&desk, &run, Unverifiable::RegistryOff).await;
}

#[tokio::test]
async fn a_removed_connection_closes_what_was_open_there() {
    let (_gitlab, desk, connection, run) = left_open().await;
    desk.console.connection_remove(connection).await.unwrap();
    closed_as(&desk, &run, Unverifiable::ConnectionRemoved).await;
    let desk = desk.restart().await;
    assert_eq!(desk.console.app_start(()).await.unwrap().open_changes, OpenChanges::default());
}

#[tokio::test]
async fn a_registry_that_cannot_be_reached_leaves_it_open_and_keeps_nobody_from_working() {
    let (gitlab, desk, connection, run) = left_open().await;
    gitlab.go_away().await;
    desk.wait_until_decided();
    desk.sync(&connection).await;
    assert_eq!(states(&desk.run(&run).await), [ApplyState::Unclear]);
    gitlab.come_back().await;
    let plan = desk.planned_new("team/b", immutable("^v")).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    desk.sync(&connection).await;
    assert_eq!(states(&desk.run(&run).await), [ApplyState::NotMade]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn projects_that_settle_at_the_same_time_end_their_run() {
    for _ in 0..8 {
        let gitlab = team(&["a", "b", "c", "d"], &["v1"]).await;
        let desk = Desk::new().await;
        let connection = desk.connected(&gitlab, OWNER_TOKEN).await;
        let mut entries = Vec::new();
        for name in ["a", "b", "c", "d"] {
            entries.push(NewEntry {
                id: name.to_owned(),
                project_id: desk.project(&format!("team/{name}")).await,
                project_path: format!("team/{name}"),
                change: Change::Create { rule: immutable("^v") },
                before: StateCounts::default(),
                undoes: None,
            });
        }
        desk.console.stop().await;
        let archive = Archive::open(desk.machine.database()).await.unwrap();
        let run = NewRun {
            id: "run".to_owned(),
            kind: RunKind::Bulk,
            connection_id: Some(connection.clone()),
            title: serde_json::Value::Null,
            started_at: 1,
            undo_of: None,
        };
        archive.begin_run(&run, &entries).await.unwrap();
        for entry in &entries {
            archive.entry_sent(&entry.id, 2).await.unwrap();
        }
        archive.close().await;
        let desk = desk.machine.start().await;
        desk.sync(&connection).await;
        let view = desk.run("run").await;
        assert_eq!(states(&view), [ApplyState::NotMade; 4]);
        assert!(view.finished_at.is_some(), "not cut off");
        desk.machine.clock.advance(Duration::from_secs(1));
    }
}
