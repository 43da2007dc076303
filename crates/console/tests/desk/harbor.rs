//! The Harbor demo, without a window: read, judged, changed.

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::connections::{ConnectionDraft, RegistryKind};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::JobResult;
use tagwarden_ipc::plans::PlanRequest;
use tagwarden_ipc::projects::{Draft, ProjectsQuery};
use tagwarden_ipc::simulate::SimulateRequest;
use tagwarden_ipc::tags::{TagLine, TagQuestion, TagsQuery};
use tagwarden_rules::decision::{Actor, Operation, Outcome};
use tagwarden_rules::finding::What;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, Effect, Role, RoleNames, Rule, Selector};

use tagwarden_simulator::Digest;
use tagwarden_simulator::harbor::{HARBOR_MAINTAINER, HARBOR_PASSWORD, HarborBox, HarborConfig, RuleText};

use crate::support::{Desk, Opened, draft, projects, tags, unchanged};

#[tokio::test]
async fn the_harbor_demo_is_read_and_its_broken_rules_are_told() {
    let desk = Desk::new().await;
    let job = desk.console.demo_open(RegistryKind::Harbor).await.unwrap();
    let (_, result) = desk.finish(job).await;
    assert!(matches!(result, JobResult::DemoReady { .. }), "{result:?}");
    let connections = desk.console.connections(()).await.unwrap();
    let connection = connections.iter().find(|one| one.id == "demo-harbor").unwrap();
    assert_eq!((connection.kind, connection.projects), (RegistryKind::Harbor, 12));
    let mut codes = Vec::new();
    let page = desk.console.projects_page(ProjectsQuery { limit: 500, ..projects("") }).await.unwrap();
    for project in page.rows {
        let view = desk.console.project_open(project.id).await.unwrap();
        assert!(view.capabilities.excluding && view.capabilities.switch, "{}", project.name);
        codes.extend(view.findings.into_iter().map(|finding| finding.what));
    }
    let told = |is: fn(&What) -> bool| codes.iter().any(is);
    assert!(told(|what| matches!(what, What::SwitchesOffLaterRules { tags, .. } if *tags > 0)));
    assert!(told(|what| matches!(what, What::BareComma { .. })));
    assert!(told(|what| matches!(what, What::UnsupportedSelector)));
    assert!(told(|what| matches!(what, What::DuplicatePattern { .. } | What::SameTags { .. })));
    assert!(told(|what| matches!(what, What::HiddenByProduct { used: 17, shown: 15 })));
    assert!(told(|what| matches!(what, What::ProjectInRepositories { .. })));
    assert!(!told(|what| matches!(what, What::ServerDisagrees { .. })), "rules and server agree");
}

/// The demo's projects have no group.
async fn opened(desk: &Desk, name: &str) -> Opened {
    let page = desk.console.projects_page(ProjectsQuery { limit: 500, ..projects(name) }).await.unwrap();
    let row = page.rows.into_iter().find(|row| row.name == name).unwrap();
    Opened::of(desk.console.project_open(row.id).await.unwrap())
}

async fn with_demo(kind: RegistryKind) -> Desk {
    let desk = Desk::new().await;
    let job = desk.console.demo_open(kind).await.unwrap();
    let (_, result) = desk.finish(job).await;
    assert!(matches!(result, JobResult::DemoReady { .. }), "{result:?}");
    desk
}

/// The first rule with other patterns, and switched off.
fn edited_and_off(view: &Opened) -> Draft {
    let mut draft = unchanged(view);
    let wanted = draft.rules[0].wanted.as_mut().unwrap();
    wanted.repositories = Some(Selector::matching(Dialect::Harbor, "{edge-proxy,mesh/**}"));
    wanted.tags.pattern = "v*".to_owned();
    wanted.enabled = false;
    draft
}

#[tokio::test]
async fn a_rule_edited_and_switched_off_at_once_is_two_calls_and_can_be_undone() {
    let desk = with_demo(RegistryKind::Harbor).await;
    let view = opened(&desk, "platform").await;
    let before = view.rules.clone();
    let request = PlanRequest::Project { project: view.row.id.clone(), draft: edited_and_off(&view) };
    let plan = desk.planned(request).await;
    let [project] = plan.projects.as_slice() else { panic!("{plan:?}") };
    assert_eq!(project.roles, RoleNames::Harbor);
    let calls: Vec<_> = project.calls.iter().map(|call| (call.method.as_str(), call.change)).collect();
    assert_eq!(calls, [("PUT", 0), ("PUT", 0)], "switching drops every other change in its call");
    assert!(plan.losing_cover > 0);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.unclear), (1, 0, 0));

    let now = opened(&desk, "platform").await;
    let rule = now.rules.iter().find(|rule| rule.id == before[0].id).unwrap();
    assert!(!rule.rule.enabled);
    assert_eq!(rule.rule.tags.pattern, "v*");
    assert_eq!(rule.rule.repositories.as_ref().unwrap().pattern, "{edge-proxy,mesh/**}");

    let run = desk.journal().await.runs.remove(0).id;
    let undo = desk.planned(PlanRequest::Undo { run }).await;
    assert_eq!(undo.projects[0].calls.len(), 2);
    assert_eq!(desk.applied(&undo).await.done, 1);
    assert_eq!(opened(&desk, "platform").await.rules, before);
}

#[tokio::test]
async fn roles_have_the_names_of_their_registry() {
    let desk = with_demo(RegistryKind::Harbor).await;
    let view = opened(&desk, "shop").await;
    assert_eq!(view.capabilities.role_names, RoleNames::Harbor);
    let repository = view.repositories[0].id.clone();
    let question = TagQuestion { project: view.row.id.clone(), repository, name: "latest".to_owned() };
    let details = desk.console.tag_details(question).await.unwrap();
    assert_eq!((details.row.roles, details.row.push), (RoleNames::Harbor, Some(Role::Developer)));
    assert_eq!(details.row.delete, Some(Role::Maintainer), "developers delete nothing");

    let desk = with_demo(RegistryKind::Ecr).await;
    let view = desk.view("platform/mailer").await;
    assert_eq!(view.capabilities.role_names, RoleNames::None);
    let query = TagsQuery { project: Some(view.row.id.clone()), grouped: false, limit: 1, ..tags("") };
    let page = desk.console.tags_page(query).await.unwrap();
    assert!(
        matches!(&page.lines[0], TagLine::Tag { tag } if tag.roles == RoleNames::None),
        "{:?}",
        page.lines
    );
}

#[tokio::test]
async fn rules_changed_in_a_demo_outlive_a_restart_and_go_with_it() {
    let desk = with_demo(RegistryKind::Harbor).await;
    let view = opened(&desk, "platform").await;
    let request = PlanRequest::Project { project: view.row.id.clone(), draft: edited_and_off(&view) };
    let plan = desk.planned(request).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    let changed = opened(&desk, "platform").await.rules;

    let desk = desk.restart().await;
    let result = desk.sync("demo-harbor").await;
    assert!(matches!(result, JobResult::Synced { complete: true, .. }), "{result:?}");
    assert_eq!(opened(&desk, "platform").await.rules, changed);

    desk.console.connection_remove("demo-harbor".to_owned()).await.unwrap();
    let job = desk.console.demo_open(RegistryKind::Harbor).await.unwrap();
    desk.finish(job).await;
    assert_eq!(opened(&desk, "platform").await.rules, view.rules, "as on the first day");
}

#[tokio::test]
async fn a_mode_changed_in_the_ecr_demo_outlives_a_restart() {
    let desk = with_demo(RegistryKind::Ecr).await;
    let rule = Rule {
        repositories: None,
        tags: Selector::matching(Dialect::EcrFilters, "v*,release-*"),
        effect: Effect::Immutable { blocks: Blocks::Overwrite },
        enabled: true,
    };
    let plan = desk.planned_new("platform/mailer", rule.clone()).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    let desk = desk.restart().await;
    desk.sync("demo-ecr").await;
    assert_eq!(desk.view("platform/mailer").await.rules[0].rule, rule);
}

#[tokio::test]
async fn a_proxy_that_decodes_addresses_is_told_and_keeps_no_other_repository_from_being_read() {
    let config =
        HarborConfig { version: "2.8.0".parse().unwrap(), proxy_decodes_once: true, ..HarborConfig::empty() };
    let harbor = HarborBox::start(config).await.unwrap();
    harbor.edit(|state| {
        let project = state.create_project("shop", false);
        let maintainer = state.user_named(HARBOR_MAINTAINER).unwrap().id;
        state.set_role(project, maintainer, Some(tagwarden_simulator::harbor::Role::Maintainer));
        state.put_tag("shop/app", "v1");
        state.put_tag("shop/team/web", "v1");
    });
    let desk = Desk::new().await;
    let draft = ConnectionDraft {
        kind: RegistryKind::Harbor,
        user: Some(HARBOR_MAINTAINER.to_owned()),
        ..draft(harbor.base_url(), HARBOR_PASSWORD)
    };
    let saved = desk.console.connection_save(draft).await.unwrap();
    let result = desk.sync(&saved.id).await;
    assert!(matches!(result, JobResult::Synced { complete: false, .. }), "{result:?}");
    let view = opened(&desk, "shop").await;
    assert_eq!(view.row.error.as_ref().map(|error| error.code), Some(ErrorCode::EncodedSlashes));
    let read: Vec<_> = view.repositories.iter().map(|one| (one.name.as_str(), one.tags)).collect();
    assert_eq!(read, [("app", 1), ("team/web", 0)]);
}

#[tokio::test]
async fn what_hangs_on_an_image_decides_whether_it_can_be_deleted() {
    let harbor = HarborBox::start(HarborConfig::empty()).await.unwrap();
    let (signed, part) = (Digest([7; 32]), Digest([8; 32]));
    harbor.edit(|state| {
        let project = state.create_project("shop", false);
        let maintainer = state.user_named(HARBOR_MAINTAINER).unwrap().id;
        state.set_role(project, maintainer, Some(tagwarden_simulator::harbor::Role::Maintainer));
        state.put_image("shop/app", part, &["amd64"]);
        state.put_index("shop/app", "multi", &[part]);
        state.put_image("shop/app", signed, &["old", "new"]);
        state.put_signature("shop/app", signed);
        state.add_rule(project, RuleText::matching("**", "sha256-*"));
    });
    let desk = Desk::new().await;
    let draft = ConnectionDraft {
        kind: RegistryKind::Harbor,
        user: Some(HARBOR_MAINTAINER.to_owned()),
        ..draft(harbor.base_url(), HARBOR_PASSWORD)
    };
    let saved = desk.console.connection_save(draft).await.unwrap();
    desk.sync(&saved.id).await;
    let view = opened(&desk, "shop").await;
    let ask = async |tag: &str, operation| {
        let request = SimulateRequest {
            project: view.row.id.clone(),
            repository: "app".to_owned(),
            tag: tag.to_owned(),
            actor: Actor::Maintainer,
            operation,
            exists: None,
            with_draft: false,
        };
        let decision = desk.console.simulate(request).await.unwrap().decision.unwrap();
        (decision.outcome, decision.answer.map(|answer| answer.words))
    };
    let held = format!("the tag sha256-{}.sig configured as immutable, cannot be deleted", signed.hex());
    assert_eq!(ask("old", Operation::DeleteManifest).await, (Outcome::TagImmutable, Some(held.clone())));
    assert_eq!(ask("old", Operation::DeleteTag).await, (Outcome::Deletes, None), "its image stays");
    assert_eq!(ask("amd64", Operation::DeleteRepository).await, (Outcome::HasTags, Some(held)));
    let referenced = "the deleting artifact is referenced by others".to_owned();
    assert_eq!(ask("amd64", Operation::DeleteManifest).await, (Outcome::InIndex, Some(referenced)));
    assert_eq!(ask("multi", Operation::DeleteManifest).await, (Outcome::Deletes, None));
}
