//! The main job, without a window: demo, preview, plan, apply, undo, restart.

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::plans::{ApplyRequest, PlanOutcome, PlanRequest};
use tagwarden_ipc::preview::{PreviewRequest, TagOutcome};
use tagwarden_rules::rule::{Role, Rule};

use crate::support::{Desk, Opened, immutable, projects, protected, with_new};

const LEDGER: &str = "payments/ledger-api";

fn preview_of(project: &str, view: &Opened, edited: &Rule) -> PreviewRequest {
    let before: Vec<Rule> = view.rules.iter().map(|saved| saved.rule.clone()).collect();
    let mut after = before.clone();
    after.push(edited.clone());
    PreviewRequest {
        projects: vec![project.to_owned()],
        generation: 1,
        session: 1,
        edited_before: None,
        edited_after: u32::try_from(after.len() - 1).ok(),
        before: Some(before),
        after: Some(after),
        edited: edited.clone(),
        outcomes: vec![TagOutcome::NewlyCovered],
        collapsed: Vec::new(),
        offset: 0,
        limit: 50,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_is_previewed_applied_undone_and_still_known_after_a_restart() {
    let desk = Desk::with_demo().await;
    let page = desk.console.projects_page(projects("")).await.unwrap();
    assert!(page.all >= 250, "{} projects", page.all);
    assert!(page.all_tags >= 60_000, "{} tags", page.all_tags);

    let ledger = desk.project(LEDGER).await;
    let view = Opened::of(desk.console.project_open(ledger.clone()).await.unwrap());
    assert_eq!(view.row.tags, 1204);
    assert_eq!((view.row.states.open, view.row.states.protected, view.row.states.immutable), (923, 67, 214));
    assert_eq!(view.rules.len(), 3);
    let mut rule_tags = view.rule_tags.clone();
    rule_tags.sort_unstable();
    assert_eq!(rule_tags, [6, 61, 214]);

    let rule = immutable("^sha-[0-9a-f]{40}$");
    let answer = desk.console.preview(preview_of(&ledger, &view, &rule)).await.unwrap();
    assert_eq!((answer.outcomes.newly, answer.outcomes.not_matched), (412, 792));
    assert_eq!(answer.lines.len(), 50);

    let plan =
        desk.planned(PlanRequest::Project { project: ledger.clone(), draft: with_new(&view, rule) }).await;
    assert_eq!((plan.changes, plan.changed_tags, plan.becoming_immutable), (1, 412, 412));
    assert!(plan.needs_confirmation);
    let unconfirmed = ApplyRequest { plan: plan.id.clone(), confirmed: false };
    assert_eq!(desk.console.apply_start(unconfirmed).await.unwrap_err().code, ErrorCode::NotConfirmed);

    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.changed_tags), (1, 0, 412));
    let after = Opened::of(desk.console.project_open(ledger.clone()).await.unwrap());
    assert_eq!(after.row.states.immutable, 626);
    assert_eq!(after.rules.len(), 4);

    let desk = desk.restart().await;
    let page = desk.journal().await;
    assert_eq!(page.total, 1);
    let undo = desk.planned(PlanRequest::Undo { run: page.runs[0].id.clone() }).await;
    assert_eq!(undo.projects[0].outcome, PlanOutcome::Change, "{:?}", undo.projects);
    let run = desk.applied(&undo).await;
    assert_eq!(run.done, 1);
    let back = Opened::of(desk.console.project_open(ledger).await.unwrap());
    assert_eq!(back.row.states.immutable, 214);
    desk.console.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_rule_for_many_projects_tells_each_outcome() {
    let desk = Desk::with_demo().await;
    let mut ids = Vec::new();
    for path in [LEDGER, "payments/settlement-jobs", "platform/base-images"] {
        ids.push(desk.project(path).await);
    }
    let rule = protected("^(latest|stable)$", Role::Maintainer, Role::Owner);
    let plan = desk.planned(PlanRequest::Bulk { projects: ids, rule }).await;
    let outcomes: Vec<PlanOutcome> = plan.projects.iter().map(|project| project.outcome).collect();
    assert_eq!(outcomes, [PlanOutcome::AlreadyThere, PlanOutcome::Change, PlanOutcome::Cannot]);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.projects), (1, 1));
    desk.console.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_removed_and_opened_again_is_as_on_the_first_day() {
    let desk = Desk::with_demo().await;
    let plan = desk.planned_new(LEDGER, immutable("^sha-[0-9a-f]{40}$")).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    desk.console.connection_remove("demo".to_owned()).await.unwrap();
    assert_eq!(desk.console.projects_page(projects("")).await.unwrap().all, 0);
    let job = desk.console.demo_open(tagwarden_ipc::connections::RegistryKind::Gitlab).await.unwrap();
    desk.finish(job).await;
    assert_eq!(desk.view(LEDGER).await.rules.len(), 3);
}
