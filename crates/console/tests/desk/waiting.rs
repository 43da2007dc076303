//! A registry that asks to slow down in the middle of a run.

use std::time::Duration;

use axum::http::StatusCode;
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobId, JobResult};
use tagwarden_ipc::plans::{ApplyState, Plan, PlanRequest};
use tagwarden_simulator::{FaultKind, OWNER_TOKEN, Running};

use crate::support::{Desk, add_rule, immutable, mutations, rule_readings, rules_of, states, team};

async fn planned(projects: &[&str]) -> (Running, Desk, Plan) {
    let gitlab = team(projects, &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let mut ids = Vec::new();
    for name in projects {
        ids.push(desk.project(&format!("team/{name}")).await);
    }
    let plan = desk.planned(PlanRequest::Bulk { projects: ids, rule: immutable("^v") }).await;
    (gitlab, desk, plan)
}

fn limit(retry_after: Option<u64>) -> FaultKind {
    FaultKind::Status { status: StatusCode::TOO_MANY_REQUESTS, retry_after }
}

async fn waits(desk: &Desk, job: JobId) -> u32 {
    loop {
        if let JobEvent::Progress { progress } = desk.next_event().await
            && progress.job == job
            && let Some(seconds) = progress.waiting
        {
            return seconds;
        }
    }
}

#[tokio::test]
async fn a_limit_on_a_write_is_waited_out_and_the_run_goes_on() {
    let unavailable = FaultKind::Status { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: Some(2) };
    for fault in [limit(Some(1)), limit(None), FaultKind::TooManyRequests { retry_after: None }, unavailable]
    {
        let (gitlab, desk, plan) = planned(&["a", "b", "c", "d"]).await;
        gitlab.faults().add(mutations().between(2, 4), fault.clone());
        let run = desk.applied(&plan).await;
        assert_eq!((run.done, run.failed, run.skipped, run.unclear), (4, 0, 0, 0), "{fault:?}");
        for path in ["team/a", "team/b", "team/c", "team/d"] {
            assert_eq!(rules_of(&gitlab, path), ["^v"], "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_limit_on_the_reading_before_a_write_is_waited_out() {
    let (gitlab, desk, plan) = planned(&["a", "b"]).await;
    gitlab.faults().add(rule_readings().between(3, 9), FaultKind::TooManyRequests { retry_after: None });
    assert_eq!(desk.applied(&plan).await.done, 2);
}

#[tokio::test]
async fn the_wait_is_told_and_cancel_ends_it_at_once() {
    let (gitlab, desk, plan) = planned(&["a", "b"]).await;
    gitlab.faults().add(mutations().nth(2), limit(Some(90)));
    let job = desk.apply_start(&plan).await.unwrap();
    assert_eq!(waits(&desk, job).await, 90);
    desk.console.job_cancel(job).await.unwrap();
    let JobResult::Cancelled { run: Some(run) } = desk.finish(job).await.1 else { panic!() };
    assert_eq!((run.done, run.skipped, run.unclear), (1, 1, 0), "what was turned away was not sent");
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Done, ApplyState::Skipped]);
}

#[tokio::test]
async fn a_run_that_waited_goes_on_when_the_time_is_over() {
    let (gitlab, desk, plan) = planned(&["a"]).await;
    gitlab.faults().add(mutations().nth(1), limit(Some(300)));
    let job = desk.apply_start(&plan).await.unwrap();
    assert_eq!(waits(&desk, job).await, 300);
    desk.machine.clock.advance(Duration::from_secs(300));
    let JobResult::Applied { run } = desk.finish(job).await.1 else { panic!() };
    assert_eq!(run.done, 1);
}

#[tokio::test]
async fn rules_changed_while_a_run_waits_are_not_overwritten() {
    let (gitlab, desk, plan) = planned(&["a"]).await;
    gitlab.faults().add(mutations().nth(1), limit(Some(60)));
    let job = desk.apply_start(&plan).await.unwrap();
    waits(&desk, job).await;
    add_rule(&gitlab, "team/a", "^theirs");
    desk.machine.clock.advance(Duration::from_secs(60));
    let JobResult::Applied { run } = desk.finish(job).await.1 else { panic!() };
    assert_eq!((run.done, run.failed), (0, 1));
    let entry = desk.run(&run.run).await.entries.remove(0);
    assert_eq!(entry.error.unwrap().code, ErrorCode::Conflict);
    assert_eq!(rules_of(&gitlab, "team/a"), ["^theirs"]);
}

#[tokio::test]
async fn a_wait_too_long_to_sit_out_ends_the_run_and_says_when_to_come_back() {
    let (gitlab, desk, plan) = planned(&["a", "b"]).await;
    gitlab.faults().add(mutations(), limit(Some(7200)));
    let run = desk.applied(&plan).await;
    assert_eq!((run.failed, run.skipped), (1, 1));
    let error = desk.run(&run.run).await.entries.remove(0).error.unwrap();
    assert_eq!((error.code, error.retry_after), (ErrorCode::RateLimited, Some(7200)));
}
