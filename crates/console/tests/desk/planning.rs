//! Plans: what is told before anything is sent.

use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::plans::{PlanOutcome, PlanRequest};
use tagwarden_rules::plan::Obstacle;
use tagwarden_rules::rule::Role;
use tagwarden_simulator::{MAINTAINER_TOKEN, MinimumRole, OWNER_TOKEN, TagEffect};

use crate::support::{Desk, code, immutable, protected, team, unchanged, with_new};

const MAINTAINERS: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Maintainer };

#[tokio::test]
async fn what_cannot_be_done_says_why_and_sends_nothing() {
    let gitlab = team(&["a"], &["v1", "latest"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    for (pattern, what) in [("(", "invalid"), (&*"x".repeat(101), "too long"), ("", "empty")] {
        let plan = desk.planned_new("team/a", protected(pattern, Role::Maintainer, Role::Owner)).await;
        assert_eq!(plan.projects[0].outcome, PlanOutcome::Cannot, "{what}");
        assert!(!plan.projects[0].obstacles.is_empty(), "{what}");
        assert_eq!(plan.changes, 0);
    }
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        for number in 0..5 {
            state.add_tag_rule(id, &format!("^r{number}$"), MAINTAINERS).unwrap();
        }
    });
    let id = desk.project("team/a").await;
    let job = tagwarden_ipc::Commands::project_refresh(&desk.console, id).await.unwrap();
    desk.finish(job).await;
    let sixth = desk.planned_new("team/a", protected("^v", Role::Maintainer, Role::Owner)).await;
    assert!(matches!(sixth.projects[0].obstacles[0], Obstacle::RuleLimit { .. }), "{:?}", sixth.projects[0]);
    let twice = desk.planned_new("team/a", immutable("^r1$")).await;
    assert_eq!(twice.projects[0].outcome, PlanOutcome::Cannot);
    assert!(
        gitlab.requests().iter().all(|request| !request
            .body
            .as_deref()
            .unwrap_or_default()
            .contains("mutation"))
    );
}

#[tokio::test]
async fn immutable_rules_without_a_licence_and_a_maintainers_limits_are_told() {
    let gitlab = team(&["a"], &["v1"]).await;
    gitlab.edit(|state| state.settings.licensed = false);
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    if plan.projects[0].outcome == PlanOutcome::Change {
        // The licence cannot be seen without trying: then the server says it.
        assert_eq!(desk.applied(&plan).await.failed, 1);
        let entry = desk.journal().await.runs.remove(0).entries.remove(0);
        assert_eq!(entry.error.unwrap().code, ErrorCode::Unlicensed);
    } else {
        assert_eq!(plan.projects[0].outcome, PlanOutcome::Cannot);
    }

    let gitlab = team(&["b"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, MAINTAINER_TOKEN).await;
    let plan = desk.planned_new("team/b", immutable("^v")).await;
    assert_eq!(plan.projects[0].outcome, PlanOutcome::Cannot, "{:?}", plan.projects[0]);
}

#[tokio::test]
async fn a_rule_changed_by_somebody_else_is_a_conflict_and_shows_both() {
    let gitlab = team(&["a"], &["v1"]).await;
    let rule = gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        state.add_tag_rule(id, "^v", MAINTAINERS).unwrap()
    });
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    gitlab.edit(|state| state.change_tag_rule(rule, Some("^w"), None));
    let draft = with_new(&view, immutable("^v1$"));
    let plan = desk.planned(PlanRequest::Project { project: view.row.id, draft }).await;
    assert_eq!(plan.projects[0].outcome, PlanOutcome::Conflict);
    let conflict = &plan.projects[0].conflicts[0];
    assert_eq!(conflict.was.as_ref().unwrap().rule.tags.pattern, "^v");
    assert_eq!(conflict.now.as_ref().unwrap().rule.tags.pattern, "^w");
    assert_eq!(desk.view("team/a").await.rules[0].rule.tags.pattern, "^w", "shown as it is now");
}

#[tokio::test]
async fn a_plan_for_several_projects_adds_their_tags_up() {
    let gitlab = team(&["a", "b"], &["v1", "v2", "latest"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let projects = vec![desk.project("team/a").await, desk.project("team/b").await];
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^v") }).await;
    assert_eq!((plan.changes, plan.changed_tags, plan.tags, plan.becoming_immutable), (2, 4, 6, 4));
    assert_eq!(plan.groups.len(), 1);
    assert_eq!(plan.groups[0].tags, 4);
    assert!(plan.needs_confirmation);
    assert_eq!(plan.projects.iter().map(|p| p.changed_tags).collect::<Vec<_>>(), [2, 2]);
}

#[tokio::test]
async fn a_project_that_cannot_be_read_does_not_keep_the_others_from_being_planned() {
    let gitlab = team(&["a", "b"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let projects = vec![desk.project("team/a").await, desk.project("team/b").await];
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        state.project_mut(id).unwrap().members.clear();
    });
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^v") }).await;
    let outcomes: Vec<PlanOutcome> = plan.projects.iter().map(|p| p.outcome).collect();
    assert_eq!(outcomes, [PlanOutcome::Unreadable, PlanOutcome::Change]);
    assert!(plan.projects[0].error.is_some());
}

#[tokio::test]
async fn a_plan_is_applied_once() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let plan = desk.planned_new("team/a", immutable("^v")).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    assert_eq!(code(desk.apply_start(&plan).await), ErrorCode::PlanGone);
}

#[tokio::test]
async fn a_draft_without_a_change_plans_nothing() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    let draft = unchanged(&view);
    let plan = desk.planned(PlanRequest::Project { project: view.row.id, draft }).await;
    assert_eq!((plan.projects[0].outcome, plan.changes), (PlanOutcome::AlreadyThere, 0));
}
