//! Undo: what is taken back is a property of each change, not of the run.

use axum::http::StatusCode;
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobResult};
use tagwarden_ipc::plans::{ApplyState, PlanOutcome, PlanRequest};
use tagwarden_simulator::{FaultKind, OWNER_TOKEN, Running};

use crate::support::{Desk, deletions, failed, immutable, rules_of, team};

const PATHS: [&str; 3] = ["team/a", "team/b", "team/c"];

/// A rule in three projects, by one run.
async fn bulk_run() -> (Running, Desk, String) {
    let gitlab = team(&["a", "b", "c"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let mut projects = Vec::new();
    for path in PATHS {
        projects.push(desk.project(path).await);
    }
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^v") }).await;
    let run = desk.applied(&plan).await;
    assert_eq!(run.done, 3);
    (gitlab, desk, run.run)
}

fn rules_left(gitlab: &Running) -> usize {
    PATHS.iter().map(|path| rules_of(gitlab, path).len()).sum()
}

/// The rest of a run that was taken back in part is taken back by another undo, and then all of it is.
async fn the_rest_can_be_undone(gitlab: &Running, desk: &Desk, run: &str, left: u32) {
    let view = desk.run(run).await;
    assert_eq!((view.undo.undone, view.undo.left, view.can_undo), (3 - left, left, true));
    assert_eq!(rules_left(gitlab), left as usize);
    gitlab.faults().clear();
    let rest = desk.undone(run).await;
    assert_eq!((rest.done, rest.failed + rest.skipped + rest.unclear), (left, 0));
    let view = desk.run(run).await;
    assert_eq!((view.undo.undone, view.undo.left, view.can_undo), (3, 0, false));
    assert_eq!(rules_left(gitlab), 0);
}

#[tokio::test]
async fn an_undo_stopped_by_the_server_leaves_the_rest_to_be_undone() {
    let hour = FaultKind::TooManyRequests { retry_after: Some(3600) };
    let refused = FaultKind::Status { status: StatusCode::FORBIDDEN, retry_after: None };
    let failing = FaultKind::Status { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    for fault in [hour, refused, failing] {
        let (gitlab, desk, run) = bulk_run().await;
        gitlab.faults().add(deletions().between(2, 99), fault);
        assert_eq!(desk.undone(&run).await.done, 1);
        the_rest_can_be_undone(&gitlab, &desk, &run, 2).await;
    }
}

#[tokio::test]
async fn an_undo_that_was_cancelled_leaves_the_rest_to_be_undone() {
    let (gitlab, desk, run) = bulk_run().await;
    let asked = FaultKind::TooManyRequests { retry_after: Some(60) };
    gitlab.faults().add(deletions().nth(2), asked);
    let plan = desk.planned(PlanRequest::Undo { run: run.clone() }).await;
    let job = desk.apply_start(&plan).await.unwrap();
    loop {
        if let JobEvent::Progress { progress } = desk.next_event().await
            && progress.waiting == Some(60)
        {
            break;
        }
    }
    desk.console.job_cancel(job).await.unwrap();
    let JobResult::Cancelled { run: Some(undo) } = desk.finish(job).await.1 else { panic!() };
    assert_eq!((undo.done, undo.skipped), (1, 2));
    the_rest_can_be_undone(&gitlab, &desk, &run, 2).await;
}

#[tokio::test]
async fn an_undo_without_an_answer_counts_when_later_rules_show_it() {
    let (gitlab, desk, run) = bulk_run().await;
    gitlab.faults().add(deletions().nth(2), FaultKind::CarriedOutLater);
    let undo = desk.undone(&run).await;
    assert_eq!((undo.done, undo.unclear), (2, 1));
    assert_eq!(desk.run(&run).await.undo.left, 1);
    gitlab.faults().release().await;
    desk.refreshed("team/b").await;
    let view = desk.run(&run).await;
    assert_eq!((view.undo.undone, view.undo.left, view.can_undo), (3, 0, false));
    assert_eq!(desk.run(&undo.run).await.counts.done, 3);
}

#[tokio::test]
async fn a_rule_that_somebody_else_took_back_needs_no_undo() {
    let (gitlab, desk, run) = bulk_run().await;
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        let rule = state.project(id).unwrap().tag_rules[0].id;
        state.remove_tag_rule(rule);
    });
    let plan = desk.planned(PlanRequest::Undo { run: run.clone() }).await;
    assert_eq!((plan.projects[0].outcome, plan.changes), (PlanOutcome::AlreadyThere, 2));
    assert_eq!(desk.applied(&plan).await.done, 2);
    assert_eq!(desk.run(&run).await.undo.left, 0);
    let job = desk.console.plan_start(PlanRequest::Undo { run }).await.unwrap();
    assert_eq!(failed(desk.finish(job).await.1).code, ErrorCode::PlanGone);
}

#[tokio::test]
async fn what_is_gone_does_not_keep_the_rest_from_being_undone() {
    let (gitlab, desk, run) = bulk_run().await;
    let connection = desk.console.connections(()).await.unwrap().remove(0).id;
    gitlab.edit(|state| {
        let id = state.project_id("team/b").unwrap();
        state.project_mut(id).unwrap().members.clear();
    });
    let plan = desk.planned(PlanRequest::Undo { run: run.clone() }).await;
    assert_eq!((plan.changes, plan.projects[1].outcome), (2, PlanOutcome::Unreadable));
    assert_eq!(desk.applied(&plan).await.done, 2);
    desk.sync(&connection).await;
    let view = desk.run(&run).await;
    assert_eq!((view.undo.undone, view.undo.left, view.undo.out_of_reach), (2, 0, 1));
    assert!(!view.can_undo);
}

#[tokio::test]
async fn a_run_whose_connection_was_removed_says_that_it_is_out_of_reach() {
    let (_gitlab, desk, run) = bulk_run().await;
    let connection = desk.console.connections(()).await.unwrap().remove(0).id;
    desk.console.connection_remove(connection).await.unwrap();
    let view = desk.run(&run).await;
    assert_eq!((view.undo.out_of_reach, view.can_undo), (3, false));
    let plan = desk.planned(PlanRequest::Undo { run }).await;
    assert_eq!(plan.changes, 0);
    assert!(plan.projects.iter().all(|project| project.outcome == PlanOutcome::Unreadable));
}

#[tokio::test]
async fn every_change_is_counted_by_what_became_of_it() {
    let gitlab = team(&["a", "b", "c", "d"], &["v1", "v2"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let mut projects = Vec::new();
    for path in ["team/a", "team/b", "team/c", "team/d"] {
        projects.push(desk.project(path).await);
    }
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^v") }).await;
    let refused = FaultKind::Status { status: StatusCode::FORBIDDEN, retry_after: None };
    gitlab.faults().add(crate::support::mutations().nth(2), refused);
    let asked = FaultKind::Status { status: StatusCode::TOO_MANY_REQUESTS, retry_after: Some(3600) };
    gitlab.faults().add(crate::support::mutations().nth(3), asked);
    desk.applied(&plan).await;
    let run = desk.journal().await.runs.remove(0);
    assert_eq!((run.counts.done, run.counts.failed, run.counts.skipped, run.entry_count), (1, 2, 1, 4));
    assert_eq!(run.changed_tags, 2);
    assert_eq!(run.entries[3].state, ApplyState::Skipped);
}
