//! Changes without a complete answer: unclear until time has passed and rules that are read later tell.

use axum::http::StatusCode;
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::journal::OpenChanges;
use tagwarden_ipc::plans::{ApplyState, Plan};
use tagwarden_simulator::{FaultKind, OWNER_TOKEN, Running};

use crate::support::{Desk, add_rule, immutable, mutations, rule_readings, rules_of, states, team};

async fn planned_rule(gitlab: &Running) -> (Desk, Plan) {
    let desk = Desk::new().await;
    desk.connected(gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    (desk, plan)
}

fn calls_made(gitlab: &Running) -> usize {
    let made = |body: &Option<String>| body.as_deref().unwrap_or_default().contains("mutation");
    gitlab.requests().iter().filter(|request| made(&request.body)).count()
}

#[tokio::test]
async fn a_change_that_the_server_makes_after_the_connection_broke_is_found_and_can_be_undone() {
    let gitlab = team(&["a"], &["v1", "v2", "x"]).await;
    let (desk, plan) = planned_rule(&gitlab).await;
    gitlab.faults().add(mutations(), FaultKind::CarriedOutLater);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.unclear), (0, 0, 1));
    // Rules that do not show it prove nothing yet.
    desk.refreshed("team/a").await;
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Unclear]);
    assert_eq!(desk.console.journal_open(()).await.unwrap(), OpenChanges { unclear: 1, exposed: 0 });

    gitlab.faults().release().await;
    desk.refreshed("team/a").await;
    let view = desk.run(&run.run).await;
    assert_eq!((states(&view), view.can_undo), (vec![ApplyState::Done], true));
    assert_eq!((view.changed_tags, view.entries[0].after.immutable), (2, 2), "counted again");
    assert_eq!(calls_made(&gitlab), 1, "sent once");
    gitlab.faults().clear();
    assert_eq!(desk.undone(&run.run).await.done, 1);
    assert!(rules_of(&gitlab, "team/a").is_empty());
}

#[tokio::test]
async fn readings_that_lag_behind_a_cut_answer_do_not_close_the_change() {
    let gitlab = team(&["a"], &["v1"]).await;
    let (desk, plan) = planned_rule(&gitlab).await;
    gitlab.faults().add(mutations(), FaultKind::DropAfter);
    // The reading before the change, and nine behind it.
    gitlab.faults().add(rule_readings().between(1, 10), FaultKind::Stale);
    let run = desk.applied(&plan).await;
    assert_eq!(run.unclear, 1);
    for _ in 0..5 {
        desk.refreshed("team/a").await;
    }
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Done]);
    assert_eq!(rules_of(&gitlab, "team/a"), ["^v"]);
}

#[tokio::test]
async fn after_some_time_rules_that_do_not_show_a_change_close_it_as_not_made() {
    let gateway = FaultKind::Status { status: StatusCode::BAD_GATEWAY, retry_after: None };
    for fault in [FaultKind::DropConnection, gateway] {
        let gitlab = team(&["a"], &["v1"]).await;
        let (desk, plan) = planned_rule(&gitlab).await;
        gitlab.faults().add(mutations(), fault);
        let run = desk.applied(&plan).await;
        assert_eq!((run.unclear, run.failed), (1, 0));
        desk.wait_until_decided();
        desk.refreshed("team/a").await;
        let view = desk.run(&run.run).await;
        assert_eq!(states(&view), [ApplyState::NotMade]);
        assert_eq!(view.entries[0].error.as_ref().unwrap().code, ErrorCode::NotMade);
        assert!(view.finished_at.is_some() && !view.can_undo);
        assert_eq!(desk.console.journal_open(()).await.unwrap(), OpenChanges::default());
    }
}

#[tokio::test]
async fn a_change_closed_as_not_made_is_corrected_when_its_rule_appears() {
    let gitlab = team(&["a"], &["v1"]).await;
    let (desk, plan) = planned_rule(&gitlab).await;
    gitlab.faults().add(mutations(), FaultKind::CarriedOutLater);
    let run = desk.applied(&plan).await;
    desk.wait_until_decided();
    desk.refreshed("team/a").await;
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::NotMade]);
    gitlab.faults().release().await;
    desk.refreshed("team/a").await;
    let view = desk.run(&run.run).await;
    assert_eq!((states(&view), view.can_undo), (vec![ApplyState::Done], true));
}

#[tokio::test]
async fn a_rule_made_by_a_later_run_is_not_taken_for_that_of_an_earlier_one() {
    let gitlab = team(&["a"], &["v1"]).await;
    let (desk, plan) = planned_rule(&gitlab).await;
    let fault = gitlab.faults().add(mutations(), FaultKind::DropConnection);
    let first = desk.applied(&plan).await;
    gitlab.faults().remove(fault);
    let second = desk.applied(&desk.planned_new("team/a", immutable("^v")).await).await;
    assert_eq!((first.unclear, second.done), (1, 1));
    desk.refreshed("team/a").await;
    assert_eq!(states(&desk.run(&first.run).await), [ApplyState::Unverifiable]);
    assert_eq!(desk.run(&second.run).await.undo.left, 1);
}

#[tokio::test]
async fn a_server_that_says_itself_that_it_failed_did_not_make_what_its_rules_do_not_show() {
    let gitlab = team(&["a"], &["v1"]).await;
    let (desk, plan) = planned_rule(&gitlab).await;
    let failing = FaultKind::Status { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    gitlab.faults().add(mutations(), failing);
    let run = desk.applied(&plan).await;
    assert_eq!((run.failed, run.unclear), (1, 0));
    let entry = desk.run(&run.run).await.entries.remove(0);
    let error = entry.error.unwrap();
    assert_eq!((entry.state, error.code), (ApplyState::NotMade, ErrorCode::ServerFailed));
    assert_eq!(
        (error.detail.as_deref(), error.server_words.as_deref()),
        (Some("not-made"), Some("on demand"))
    );
}

#[tokio::test]
async fn a_server_that_failed_after_the_change_has_made_it() {
    for status in
        [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_GATEWAY]
    {
        let gitlab = team(&["a"], &["v1"]).await;
        let (desk, plan) = planned_rule(&gitlab).await;
        gitlab.faults().add(mutations(), FaultKind::StatusAfter(status));
        assert_eq!(desk.applied(&plan).await.done, 1, "{status}");
        assert_eq!(rules_of(&gitlab, "team/a"), ["^v"]);
    }
}

#[tokio::test]
async fn what_is_unclear_is_looked_up_again_without_anybody_asking() {
    let gitlab = team(&["a"], &["v1"]).await;
    let (desk, plan) = planned_rule(&gitlab).await;
    gitlab.faults().add(mutations(), FaultKind::DropConnection);
    let run = desk.applied(&plan).await;
    add_rule(&gitlab, "team/a", "^v");
    desk.passes_until(&run.run, ApplyState::Done).await;
}
