//! The same care in the other registries: Harbor, whose changes may take several calls, and AWS ECR, whose one
//! call sets everything.

use axum::http::{Method, StatusCode};
use serde_json::json;
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::connections::{ConnectionDraft, Keep, RegistryKind, SignIn};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::plans::{ApplyState, Plan, PlanRequest};
use tagwarden_ipc::projects::ProjectsQuery;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, DraftRule, Effect, Rule, Selector};
use tagwarden_simulator::ecr::{ACCESS_KEY, Config, Fault, Mode, SECRET_KEY, start};
use tagwarden_simulator::harbor::{
    HARBOR_MAINTAINER, HARBOR_PASSWORD, HarborBox, HarborConfig, Role, RuleText, RunningHarbor,
};
use tagwarden_simulator::{FaultKind, Matcher};

use crate::support::{Desk, Opened, draft, projects, states, unchanged, with_new};

const PUT: &str = "PutImageTagMutability";

async fn opened(desk: &Desk, name: &str) -> Opened {
    let page = desk.console.projects_page(ProjectsQuery { limit: 500, ..projects(name) }).await.unwrap();
    let row = page.rows.into_iter().find(|row| row.name == name).unwrap();
    Opened::of(desk.console.project_open(row.id).await.unwrap())
}

async fn harbor() -> (RunningHarbor, Desk, String) {
    let harbor = HarborBox::start(HarborConfig::empty()).await.unwrap();
    harbor.edit(|state| {
        let project = state.create_project("shop", false);
        let maintainer = state.user_named(HARBOR_MAINTAINER).unwrap().id;
        state.set_role(project, maintainer, Some(Role::Maintainer));
        state.put_tag("shop/app", "v1");
        state.put_tag("shop/app", "x1");
    });
    let desk = Desk::new().await;
    let draft = ConnectionDraft {
        kind: RegistryKind::Harbor,
        user: Some(HARBOR_MAINTAINER.to_owned()),
        ..draft(harbor.base_url(), HARBOR_PASSWORD)
    };
    let connection = desk.console.connection_save(draft).await.unwrap().id;
    desk.sync(&connection).await;
    (harbor, desk, connection)
}

fn harbor_rule(pattern: &str, enabled: bool) -> Rule {
    Rule {
        repositories: Some(Selector::matching(Dialect::Harbor, "**")),
        tags: Selector::matching(Dialect::Harbor, pattern),
        effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
        enabled,
    }
}

/// A new rule in `shop`.
async fn planned(desk: &Desk, rule: Rule) -> Plan {
    let view = opened(desk, "shop").await;
    desk.planned(PlanRequest::Project { project: view.row.id.clone(), draft: with_new(&view, rule) }).await
}

fn calls(method: Method) -> Matcher {
    Matcher::path("/api/v2.0/projects/").method(method)
}

fn rules_of(harbor: &RunningHarbor) -> Vec<bool> {
    harbor.inspect(|state| {
        let project = state.project_named("shop").unwrap().id;
        state.rules_of(project).map(|rule| !rule.disabled).collect()
    })
}

#[tokio::test]
async fn harbors_own_account_of_a_failure_is_kept_when_the_rule_was_not_made() {
    let (harbor, desk, _) = harbor().await;
    let plan = planned(&desk, harbor_rule("v*", true)).await;
    let failing = FaultKind::Status { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    harbor.faults().add(calls(Method::POST), failing);
    let run = desk.applied(&plan).await;
    let entry = desk.run(&run.run).await.entries.remove(0);
    let error = entry.error.unwrap();
    assert_eq!((entry.state, error.code), (ApplyState::NotMade, ErrorCode::ServerFailed));
    assert_eq!(error.server_words.as_deref(), Some("internal server error"));
}

#[tokio::test]
async fn a_harbor_that_makes_a_rule_late_is_believed_when_it_shows_it() {
    let (harbor, desk, connection) = harbor().await;
    let plan = planned(&desk, harbor_rule("v*", true)).await;
    harbor.faults().add(calls(Method::POST), FaultKind::CarriedOutLater);
    let run = desk.applied(&plan).await;
    assert_eq!(run.unclear, 1);
    desk.sync(&connection).await;
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Unclear]);
    harbor.faults().release().await;
    desk.sync(&connection).await;
    let view = desk.run(&run.run).await;
    assert_eq!((states(&view), view.changed_tags), (vec![ApplyState::Done], 1));
    assert_eq!(desk.undone(&run.run).await.done, 1);
    assert!(rules_of(&harbor).is_empty());
}

#[tokio::test]
async fn a_harbor_that_asks_to_slow_down_is_waited_for() {
    let (harbor, desk, _) = harbor().await;
    let plan = planned(&desk, harbor_rule("v*", true)).await;
    harbor
        .faults()
        .add(calls(Method::POST).between(1, 2), FaultKind::TooManyRequests { retry_after: Some(2) });
    assert_eq!(desk.applied(&plan).await.done, 1);
    assert_eq!(rules_of(&harbor), [true]);
}

#[tokio::test]
async fn the_second_call_of_a_change_is_sent_again_until_the_change_is_whole() {
    for fault in [
        FaultKind::Status { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: None },
        FaultKind::DropConnection,
        FaultKind::DropAfter,
        FaultKind::TooManyRequests { retry_after: Some(1) },
    ] {
        let (harbor, desk, _) = harbor().await;
        // Harbor makes a new rule on; that it shall be off is a second call.
        let plan = planned(&desk, harbor_rule("v*", false)).await;
        harbor.faults().add(calls(Method::PUT).nth(1), fault.clone());
        assert_eq!(desk.applied(&plan).await.done, 1, "{fault:?}");
        assert_eq!(rules_of(&harbor), [false], "{fault:?}");
    }
}

#[tokio::test]
async fn a_change_of_which_only_a_part_was_made_says_so_and_can_be_undone() {
    let (harbor, desk, _) = harbor().await;
    let plan = planned(&desk, harbor_rule("v*", false)).await;
    let refused = FaultKind::Status { status: StatusCode::FORBIDDEN, retry_after: None };
    let fault = harbor.faults().add(calls(Method::PUT), refused);
    let run = desk.applied(&plan).await;
    assert_eq!(run.failed, 1);
    let view = desk.run(&run.run).await;
    assert_eq!((states(&view), view.can_undo), (vec![ApplyState::Partial], true));
    assert_eq!(rules_of(&harbor), [true], "it is on although it should be off");
    harbor.faults().remove(fault);
    assert_eq!(desk.undone(&run.run).await.done, 1);
    assert!(rules_of(&harbor).is_empty());
}

#[tokio::test]
async fn an_edit_that_was_lost_half_way_goes_on_where_it_was() {
    let (harbor, desk, connection) = harbor().await;
    harbor.edit(|state| {
        let project = state.project_named("shop").unwrap().id;
        state.add_rule(project, RuleText::matching("**", "v*"));
    });
    desk.sync(&connection).await;
    let view = opened(&desk, "shop").await;
    let mut draft = unchanged(&view);
    draft.rules =
        vec![DraftRule { saved: Some(view.rules[0].clone()), wanted: Some(harbor_rule("x*", false)) }];
    let plan = desk.planned(PlanRequest::Project { project: view.row.id, draft }).await;
    // The first call switches off and gets no answer, the second one changes the pattern.
    harbor.faults().add(calls(Method::PUT).nth(1), FaultKind::DropAfter);
    harbor.forget_requests();
    assert_eq!(desk.applied(&plan).await.done, 1);
    let sent = harbor.requests().iter().filter(|request| request.method == Method::PUT).count();
    assert_eq!(sent, 2, "none twice");
    assert_eq!(opened(&desk, "shop").await.rules[0].rule, harbor_rule("x*", false));
}

async fn ecr() -> (tagwarden_simulator::ecr::Running, Desk, String, Plan) {
    let running = start(Config::default()).await.unwrap();
    let desk = Desk::new().await;
    let draft = ConnectionDraft {
        kind: RegistryKind::Ecr,
        user: Some(ACCESS_KEY.to_owned()),
        sign_in: SignIn::Token { keep: Keep::Session },
        ..draft(running.base_url(), SECRET_KEY)
    };
    let connection = desk.console.connection_save(draft).await.unwrap().id;
    desk.sync(&connection).await;
    let rule = Rule {
        repositories: None,
        tags: Selector::matching(Dialect::EcrFilters, "v*"),
        effect: Effect::Immutable { blocks: Blocks::Overwrite },
        enabled: true,
    };
    let plan = desk.planned_new("platform/mailer", rule).await;
    (running, desk, connection, plan)
}

#[tokio::test]
async fn an_ecr_mode_set_late_is_found_counted_and_undone() {
    let (running, desk, connection, plan) = ecr().await;
    running.fault(Some(PUT), Some(1), Fault::CutBefore);
    let run = desk.applied(&plan).await;
    assert_eq!(run.unclear, 1);
    desk.sync(&connection).await;
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Unclear]);
    let late = running.requests().into_iter().rfind(|request| request.operation == PUT).unwrap();
    running.call(PUT, &late.body).unwrap();
    desk.sync(&connection).await;
    let view = desk.run(&run.run).await;
    assert_eq!(states(&view), [ApplyState::Done]);
    assert_eq!(view.changed_tags, plan.changed_tags);
    assert_eq!(desk.undone(&run.run).await.done, 1);
    assert_eq!(running.edit(|state| state.repository("platform/mailer").unwrap().mode), Mode::Mutable);
}

#[tokio::test]
async fn an_ecr_that_throttles_is_waited_for_and_one_that_failed_is_told() {
    let (running, desk, _, plan) = ecr().await;
    running.fault(Some(PUT), Some(3), Fault::throttled());
    assert_eq!(desk.applied(&plan).await.done, 1);
    let (running, desk, connection, plan) = ecr().await;
    running.fault(Some(PUT), Some(1), Fault::failed());
    let run = desk.applied(&plan).await;
    let entry = desk.run(&run.run).await.entries.remove(0);
    assert_eq!((entry.state, entry.error.unwrap().code), (ApplyState::NotMade, ErrorCode::ServerFailed));
    // It was set all the same, a little later.
    let late = running.requests().into_iter().rfind(|request| request.operation == PUT).unwrap();
    assert_ne!(late.body, json!(null));
    running.call(PUT, &late.body).unwrap();
    desk.sync(&connection).await;
    assert_eq!(states(&desk.run(&run.run).await), [ApplyState::Done]);
}
