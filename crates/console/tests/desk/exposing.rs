//! Changes that delete a rule before they create the new one: nothing may stay unprotected.

use axum::http::StatusCode;
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::journal::OpenChanges;
use tagwarden_ipc::plans::{ApplyState, Plan, PlanRequest};
use tagwarden_rules::rule::DraftRule;
use tagwarden_simulator::{FaultKind, OWNER_TOKEN, Running};

use crate::support::{Desk, add_rule, deletions, immutable, mutations, rules_of, states, team, unchanged};

/// A plan that changes the pattern of `team/a`'s immutable rule `^old$`: a REST call that deletes, and a
/// mutation that creates.
async fn recreating() -> (Running, Desk, Plan) {
    let gitlab = team(&["a"], &["v1", "new", "old"]).await;
    add_rule(&gitlab, "team/a", "^old$");
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    let mut draft = unchanged(&view);
    draft.rules = vec![DraftRule { saved: Some(view.rules[0].clone()), wanted: Some(immutable("^new$")) }];
    let plan = desk.planned(PlanRequest::Project { project: view.row.id, draft }).await;
    (gitlab, desk, plan)
}

fn status(status: StatusCode) -> FaultKind {
    FaultKind::Status { status, retry_after: None }
}

#[tokio::test]
async fn a_creation_that_failed_after_the_deletion_is_sent_again_at_once() {
    for fault in [
        status(StatusCode::SERVICE_UNAVAILABLE),
        status(StatusCode::INTERNAL_SERVER_ERROR),
        status(StatusCode::BAD_GATEWAY),
        FaultKind::DropConnection,
        FaultKind::DropAfter,
        FaultKind::StatusAfter(StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let (gitlab, desk, plan) = recreating().await;
        gitlab.faults().add(mutations().nth(1), fault.clone());
        let run = desk.applied(&plan).await;
        assert_eq!((run.done, run.exposed), (1, 0), "{fault:?}");
        assert_eq!(rules_of(&gitlab, "team/a"), ["^new$"], "{fault:?}");
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_was_cut_goes_on_with_the_creation() {
    for fault in
        [FaultKind::DropAfter, FaultKind::CutBody(0), FaultKind::StatusAfter(StatusCode::BAD_GATEWAY)]
    {
        let (gitlab, desk, plan) = recreating().await;
        gitlab.faults().add(deletions(), fault.clone());
        assert_eq!(desk.applied(&plan).await.done, 1, "{fault:?}");
        assert_eq!(rules_of(&gitlab, "team/a"), ["^new$"], "{fault:?}");
    }
}

#[tokio::test]
async fn a_missing_rule_is_made_again_by_the_next_reading_and_the_journal_says_how_long_it_was_missing() {
    let (gitlab, desk, plan) = recreating().await;
    gitlab.faults().add(mutations(), status(StatusCode::SERVICE_UNAVAILABLE));
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.exposed), (0, 0, 1));
    assert!(rules_of(&gitlab, "team/a").is_empty());
    let view = desk.run(&run.run).await;
    assert_eq!((states(&view), view.entries[0].exposure.unwrap().until), (vec![ApplyState::Exposed], None));
    assert_eq!(desk.console.journal_open(()).await.unwrap(), OpenChanges { unclear: 0, exposed: 1 });

    desk.machine.clock.advance(std::time::Duration::from_secs(3));
    gitlab.faults().clear();
    desk.refreshed("team/a").await;
    assert_eq!(rules_of(&gitlab, "team/a"), ["^new$"]);
    let view = desk.run(&run.run).await;
    let exposure = view.entries[0].exposure.unwrap();
    assert_eq!(states(&view), [ApplyState::Done]);
    assert!(exposure.until.unwrap() - exposure.from >= 3, "{exposure:?}");
    assert_eq!(
        desk.view("team/a").await.rules[0].rule,
        immutable("^new$"),
        "what is shown is what is there now"
    );
    assert_eq!(desk.undone(&run.run).await.done, 1);
    assert_eq!(rules_of(&gitlab, "team/a"), ["^old$"]);
}

#[tokio::test]
async fn a_missing_rule_is_made_again_after_a_restart() {
    let (gitlab, desk, plan) = recreating().await;
    gitlab.faults().add(mutations(), FaultKind::DropConnection);
    let run = desk.applied(&plan).await;
    assert_eq!(run.exposed, 1);
    let desk = desk.restart().await;
    assert_eq!(
        desk.console.app_start(()).await.unwrap().open_changes,
        OpenChanges { unclear: 0, exposed: 1 }
    );
    gitlab.faults().clear();
    // Nobody asks for a sync: it is looked up by itself.
    desk.passes_until(&run.run, ApplyState::Done).await;
    assert_eq!(rules_of(&gitlab, "team/a"), ["^new$"]);
}

#[tokio::test]
async fn a_deletion_that_the_server_makes_late_does_not_leave_the_project_without_a_rule() {
    let (gitlab, desk, plan) = recreating().await;
    gitlab.faults().add(deletions(), FaultKind::CarriedOutLater);
    let run = desk.applied(&plan).await;
    assert_eq!(run.unclear, 1);
    assert_eq!(rules_of(&gitlab, "team/a"), ["^old$"]);
    gitlab.faults().release().await;
    assert!(rules_of(&gitlab, "team/a").is_empty());
    desk.refreshed("team/a").await;
    assert_eq!(rules_of(&gitlab, "team/a"), ["^new$"]);
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Done]);
}

#[tokio::test]
async fn a_creation_that_the_server_makes_late_is_not_made_twice() {
    let (gitlab, desk, plan) = recreating().await;
    gitlab.faults().add(mutations().nth(1), FaultKind::CarriedOutLater);
    let run = desk.applied(&plan).await;
    assert_eq!(run.done, 1);
    gitlab.faults().release().await;
    assert_eq!(rules_of(&gitlab, "team/a"), ["^new$"], "the server refuses the same pattern");
    desk.refreshed("team/a").await;
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Done]);
}

#[tokio::test]
async fn a_limit_in_the_middle_of_a_change_is_waited_out_even_when_it_is_cancelled() {
    let (gitlab, desk, plan) = recreating().await;
    gitlab.faults().add(mutations().nth(1), status(StatusCode::TOO_MANY_REQUESTS));
    let job = desk.apply_start(&plan).await.unwrap();
    desk.console.job_cancel(job).await.unwrap();
    desk.finish(job).await;
    let rules = rules_of(&gitlab, "team/a");
    assert!(rules == ["^new$"] || rules == ["^old$"], "{rules:?}");
}

#[tokio::test]
async fn an_undo_that_recreates_leaves_nothing_missing_either() {
    let (gitlab, desk, plan) = recreating().await;
    let run = desk.applied(&plan).await.run;
    gitlab.faults().add(mutations(), FaultKind::DropConnection);
    assert_eq!(desk.undone(&run).await.exposed, 1);
    assert!(rules_of(&gitlab, "team/a").is_empty());
    gitlab.faults().clear();
    desk.refreshed("team/a").await;
    assert_eq!(rules_of(&gitlab, "team/a"), ["^old$"]);
    let view = desk.run(&run).await;
    assert_eq!((view.undo.undone, view.undo.left), (1, 0));
}

#[tokio::test]
async fn a_missing_rule_that_somebody_made_again_is_left_alone() {
    let (gitlab, desk, plan) = recreating().await;
    gitlab.faults().add(mutations(), FaultKind::DropConnection);
    let run = desk.applied(&plan).await;
    gitlab.faults().clear();
    add_rule(&gitlab, "team/a", "^old$");
    gitlab.forget_requests();
    desk.refreshed("team/a").await;
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Restored]);
    let made = |body: &Option<String>| body.as_deref().unwrap_or_default().contains("mutation");
    assert!(!gitlab.requests().iter().any(|request| made(&request.body)));
    assert_eq!(rules_of(&gitlab, "team/a"), ["^old$"]);
}
