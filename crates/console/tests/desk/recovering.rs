//! A crash in the middle of a change.

use tagwarden_archive::{Archive, NewEntry, NewRun, RunKind};
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::plans::ApplyState;
use tagwarden_rules::plan::Change;
use tagwarden_rules::state::StateCounts;
use tagwarden_simulator::{OWNER_TOKEN, TagEffect};

use crate::support::{Desk, immutable, team};

#[tokio::test]
async fn what_a_crash_left_open_is_counted_and_settled_at_the_next_sync() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let connection = desk.connected(&gitlab, OWNER_TOKEN).await;
    let project = desk.project("team/a").await;
    desk.console.stop().await;

    // As a crash leaves it: one change made, one sent that never arrived, one not sent.
    let archive = Archive::open(desk.machine.database()).await.unwrap();
    let entry = |id: &str, pattern: &str| NewEntry {
        id: id.to_owned(),
        project_id: project.clone(),
        project_path: "team/a".to_owned(),
        change: Change::Create { rule: immutable(pattern) },
        before: StateCounts::default(),
        undoes: None,
    };
    let run = NewRun {
        id: "run".to_owned(),
        kind: RunKind::Change,
        connection_id: Some(connection.clone()),
        title: serde_json::Value::Null,
        started_at: 1,
        undo_of: None,
    };
    let entries = [entry("1", "^made$"), entry("2", "^lost$"), entry("3", "^never$")];
    archive.begin_run(&run, &entries).await.unwrap();
    archive.entry_sent("1", 2).await.unwrap();
    archive.entry_sent("2", 3).await.unwrap();
    archive.close().await;
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        state.add_tag_rule(id, "^made$", TagEffect::Immutable).unwrap();
    });

    let desk = desk.machine.start().await;
    assert_eq!(desk.console.app_start(()).await.unwrap().open_changes.unclear, 2);
    let states =
        |run: &tagwarden_ipc::journal::RunView| run.entries.iter().map(|e| e.state).collect::<Vec<_>>();
    let before = desk.console.journal_run("run".to_owned()).await.unwrap();
    assert_eq!(states(&before), [ApplyState::Unclear, ApplyState::Unclear, ApplyState::Skipped]);
    assert_eq!(before.finished_at, None);

    desk.sync(&connection).await;
    let after = desk.console.journal_run("run".to_owned()).await.unwrap();
    assert_eq!(states(&after), [ApplyState::Done, ApplyState::NotMade, ApplyState::Skipped]);
    assert!(after.finished_at.is_some() && after.can_undo);
    assert_eq!(desk.console.app_start(()).await.unwrap().open_changes.unclear, 0);
}
