//! Plans carried out, and what goes wrong on the way.

use std::time::Duration;

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::commands::DraftSave;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobResult};
use tagwarden_ipc::journal::OpenChanges;
use tagwarden_ipc::plans::{ApplyState, PlanOutcome, PlanRequest};
use tagwarden_rules::rule::DraftRule;
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN, Running};

use crate::support::{Desk, add_rule, immutable, rules_of, team, unchanged, with_new};

fn writes() -> Matcher {
    Matcher::path("/api/graphql").body_contains("mutation")
}

async fn first_entry(desk: &Desk) -> tagwarden_ipc::journal::EntryView {
    desk.journal().await.runs.remove(0).entries.remove(0)
}

#[tokio::test]
async fn rules_changed_after_the_review_refuse_the_change() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    add_rule(&gitlab, "team/a", "^other$");
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed), (0, 1));
    let entry = first_entry(&desk).await;
    assert_eq!((entry.state, entry.error.unwrap().code), (ApplyState::Failed, ErrorCode::Conflict));
    assert_eq!(rules_of(&gitlab, "team/a"), ["^other$"]);
    assert_eq!(desk.view("team/a").await.rules.len(), 1, "the other's rule is shown");
}

#[tokio::test]
async fn an_answer_lost_after_the_change_is_found_by_reading() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    gitlab.faults().add(writes(), FaultKind::DropAfter);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.unclear, run.changed_tags), (1, 0, 1));
    assert_eq!(rules_of(&gitlab, "team/a"), ["^v"], "sent once");
    let entry = first_entry(&desk).await;
    assert_eq!((entry.state, entry.error), (ApplyState::Done, None));
}

#[tokio::test]
async fn a_change_that_never_arrived_is_not_sent_again() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    gitlab.faults().add(writes(), FaultKind::DropConnection);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.unclear), (0, 0, 1));
    assert!(rules_of(&gitlab, "team/a").is_empty());
    let sent = gitlab
        .requests()
        .iter()
        .filter(|request| request.body.as_deref().unwrap_or_default().contains("mutation"))
        .count();
    assert_eq!(sent, 1);
    assert_eq!(first_entry(&desk).await.error.unwrap().code, ErrorCode::Unclear);
}

#[tokio::test]
async fn a_server_gone_in_the_middle_stays_unclear_until_the_next_sync_tells() {
    let gitlab = team(&["a", "b"], &["v1"]).await;
    let desk = Desk::new().await;
    let connection = desk.connected(&gitlab, OWNER_TOKEN).await;
    let projects = vec![desk.project("team/a").await, desk.project("team/b").await];
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^v") }).await;
    gitlab.faults().add(writes(), FaultKind::ServerGone);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.unclear, run.failed + run.skipped), (0, 1, 1));
    let entry = first_entry(&desk).await;
    assert_eq!(entry.state, ApplyState::Unclear);

    gitlab.faults().clear();
    gitlab.come_back().await;
    // It had arrived after all.
    add_rule(&gitlab, "team/a", "^v");
    desk.sync(&connection).await;
    let run = desk.journal().await.runs.remove(0);
    assert_eq!(run.entries[0].state, ApplyState::Done);
    assert!(run.can_undo && run.finished_at.is_some());
    assert_eq!(desk.console.app_start(()).await.unwrap().open_changes, OpenChanges::default());
}

#[tokio::test]
async fn a_server_that_is_gone_is_not_asked_for_every_project() {
    let gitlab = team(&["a", "b", "c"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let mut projects = Vec::new();
    for path in ["team/a", "team/b", "team/c"] {
        projects.push(desk.project(path).await);
    }
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^v") }).await;
    gitlab.go_away().await;
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.skipped), (0, 1, 2));
    let entries = desk.journal().await.runs.remove(0).entries;
    assert!(entries.iter().all(|entry| entry.error.as_ref().unwrap().code == ErrorCode::ConnectionRefused));
}

/// A plan that changes the pattern of `team/a`'s immutable rule `^old$`, which takes two calls: a REST
/// one that deletes, and a mutation that creates.
async fn recreating(gitlab: &Running, desk: &Desk) -> tagwarden_ipc::plans::Plan {
    add_rule(gitlab, "team/a", "^old$");
    desk.connected(gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    let mut draft = unchanged(&view);
    draft.rules = vec![DraftRule { saved: Some(view.rules[0].clone()), wanted: Some(immutable("^new$")) }];
    desk.planned(PlanRequest::Project { project: view.row.id, draft }).await
}

fn refusal() -> FaultKind {
    FaultKind::Status { status: axum::http::StatusCode::FORBIDDEN, retry_after: None }
}

#[tokio::test]
async fn a_rule_that_could_not_be_made_anew_is_put_back() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let plan = recreating(&gitlab, &desk).await;
    assert_eq!(plan.projects[0].calls.len(), 2);
    gitlab.faults().add(writes().nth(1), refusal());
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed), (0, 1));
    assert_eq!(rules_of(&gitlab, "team/a"), ["^old$"]);
    let entry = first_entry(&desk).await;
    assert_eq!(entry.state, ApplyState::Restored);
    let error = entry.error.unwrap();
    assert_ne!(error.code, ErrorCode::Unclear, "why, beside what became of it: {error:?}");
}

#[tokio::test]
async fn a_rule_that_could_not_be_put_back_is_lost_and_undo_makes_it_again() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let plan = recreating(&gitlab, &desk).await;
    let fault = gitlab.faults().add(writes().between(1, 9), refusal());
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed), (0, 1));
    assert!(rules_of(&gitlab, "team/a").is_empty());
    let run = desk.journal().await.runs.remove(0);
    assert_eq!(run.entries[0].state, ApplyState::Lost);
    assert!(run.can_undo);
    gitlab.faults().remove(fault);
    let undo = desk.planned(PlanRequest::Undo { run: run.id }).await;
    assert_eq!(desk.applied(&undo).await.done, 1);
    assert_eq!(rules_of(&gitlab, "team/a"), ["^old$"]);
}

#[tokio::test]
async fn a_recreate_whose_last_answer_is_lost_is_found_by_reading() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let plan = recreating(&gitlab, &desk).await;
    gitlab.faults().add(writes().nth(1), FaultKind::DropAfter);
    assert_eq!(desk.applied(&plan).await.done, 1);
    assert_eq!(rules_of(&gitlab, "team/a"), ["^new$"]);
}

#[tokio::test]
async fn a_bulk_change_stopped_in_the_middle_skips_the_rest_and_can_be_undone() {
    let gitlab = team(&["a", "b", "c"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let mut projects = Vec::new();
    for path in ["team/a", "team/b", "team/c"] {
        projects.push(desk.project(path).await);
    }
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^v") }).await;
    gitlab.faults().add(writes().nth(2), FaultKind::Latency(Duration::from_millis(400)));
    let job = desk.apply_start(&plan).await.unwrap();
    loop {
        // The second call is under way; it is let through, the third is not sent.
        if let JobEvent::Applying { progress, .. } = desk.next_event().await
            && progress.project == plan.projects[1].project
            && progress.changes == [ApplyState::Running]
        {
            break;
        }
    }
    desk.console.job_cancel(job).await.unwrap();
    let JobResult::Cancelled { run: Some(run) } = desk.finish(job).await.1 else { panic!() };
    assert_eq!((run.done, run.skipped, run.failed), (2, 1, 0));
    assert!(rules_of(&gitlab, "team/c").is_empty());
    let undo = desk.planned(PlanRequest::Undo { run: run.run }).await;
    assert_eq!(undo.changes, 2);
    assert_eq!(desk.applied(&undo).await.done, 2);
    assert!(rules_of(&gitlab, "team/a").is_empty() && rules_of(&gitlab, "team/b").is_empty());
}

#[tokio::test]
async fn an_undo_that_somebody_overtook_is_a_conflict() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    let run = desk.applied(&plan).await.run;
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        let rule = state.project(id).unwrap().tag_rules[0].id;
        state.change_tag_rule(rule, Some("^changed$"), None);
    });
    let undo = desk.planned(PlanRequest::Undo { run }).await;
    assert_eq!(undo.projects[0].outcome, PlanOutcome::Conflict);
    let conflict = &undo.projects[0].conflicts[0];
    assert_eq!(conflict.now.as_ref().unwrap().rule.tags.pattern, "^changed$");
}

#[tokio::test]
async fn a_run_is_undone_once() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    let run = desk.applied(&plan).await.run;
    let undo = desk.planned(PlanRequest::Undo { run: run.clone() }).await;
    desk.applied(&undo).await;
    let job = desk.console.plan_start(PlanRequest::Undo { run: run.clone() }).await.unwrap();
    assert_eq!(crate::support::failed(desk.finish(job).await.1).code, ErrorCode::PlanGone);
    let view = desk.console.journal_run(run).await.unwrap();
    assert!(view.undone_by.is_some() && !view.can_undo);
}

#[tokio::test]
async fn a_bulk_change_leaves_a_projects_own_draft_alone() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    let (key, draft) = (view.row.id.clone(), with_new(&view, immutable("^mine$")));
    desk.console.draft_save(DraftSave { key: key.clone(), draft }).await.unwrap();
    let plan = desk.planned(PlanRequest::Bulk { projects: vec![key], rule: immutable("^v") }).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    assert!(desk.view("team/a").await.draft.is_some());
    let plan = desk.planned_new("team/a", immutable("^mine$")).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    assert!(desk.view("team/a").await.draft.is_none(), "it has become the rules");
}

#[tokio::test]
async fn the_older_of_two_plans_is_refused_when_the_newer_was_applied() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let older = desk.planned_new("team/a", immutable("^v")).await;
    let newer = desk.planned_new("team/a", immutable("^v1$")).await;
    assert_eq!(desk.applied(&newer).await.done, 1);
    assert_eq!(desk.applied(&older).await.failed, 1);
    assert_eq!(rules_of(&gitlab, "team/a"), ["^v1$"]);
}

#[tokio::test]
async fn a_registry_that_carries_no_rules_says_so_at_the_first_change() {
    let gitlab = team(&["a"], &["v1"]).await;
    gitlab.edit(|state| state.settings.registry_api = false);
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    assert_eq!(desk.applied(&plan).await.failed, 1);
    assert_eq!(first_entry(&desk).await.error.unwrap().code, ErrorCode::Unsupported);
    assert_eq!(desk.planned_new("team/a", immutable("^v")).await.projects[0].outcome, PlanOutcome::Cannot);
}

#[tokio::test]
async fn a_gateway_that_answers_instead_is_not_believed() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    let answer = FaultKind::Status { status: axum::http::StatusCode::BAD_GATEWAY, retry_after: None };
    gitlab.faults().add(writes(), answer);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.unclear), (0, 0, 1), "behind a gateway it may still be made");
}

#[tokio::test]
async fn undoing_a_run_first_finds_out_what_it_did() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    gitlab.faults().add(writes(), FaultKind::ServerGone);
    let run = desk.applied(&plan).await;
    assert_eq!(run.unclear, 1);
    gitlab.faults().clear();
    gitlab.come_back().await;
    add_rule(&gitlab, "team/a", "^v");
    let undo = desk.planned(PlanRequest::Undo { run: run.run }).await;
    assert_eq!(undo.changes, 1);
    assert_eq!(desk.applied(&undo).await.done, 1);
    assert!(rules_of(&gitlab, "team/a").is_empty());
}
