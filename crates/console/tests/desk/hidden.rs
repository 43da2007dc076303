//! Projects whose rules the account does not see: shown with their tags, and never as projects without rules.

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::plans::{PlanOutcome, PlanRequest};
use tagwarden_ipc::preview::{PreviewRequest, TagOutcome};
use tagwarden_ipc::projects::{Draft, ProjectChip, ProjectView, ProjectsPage, ProjectsQuery};
use tagwarden_ipc::simulate::SimulateRequest;
use tagwarden_ipc::tags::{TagLine, TagQuestion, TagRow};
use tagwarden_rules::decision::{Actor, Operation, Outcome};
use tagwarden_rules::plan::Obstacle;
use tagwarden_rules::rule::{DraftRule, Role};
use tagwarden_rules::state::{StateCounts, TagState};
use tagwarden_rules::visibility::{KnownRules, NotVisible};
use tagwarden_simulator::{
    DEMO_TOKEN, DEMO_USER, FaultKind, Matcher, MinimumRole, OWNER_TOKEN, Role as SimRole, Running, TagEffect,
};

use crate::support::{Desk, immutable, projects, tags, team};

/// `team/own`, where the demo's user is Owner and there is no rule, and `team/dev`, where the same user is
/// Developer and an immutable and a protected rule hold.
async fn two_roles() -> Running {
    let gitlab = team(&["own", "dev"], &["v1", "rc1", "loose"]).await;
    gitlab.edit(|state| {
        let dev = state.project_id("team/dev").unwrap();
        state.set_role(dev, DEMO_USER, Some(SimRole::Developer));
        state.add_tag_rule(dev, "^v", TagEffect::Immutable);
        let levels = TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Owner };
        state.add_tag_rule(dev, "^rc", levels);
    });
    gitlab
}

async fn opened(desk: &Desk, path: &str) -> ProjectView {
    desk.console.project_open(desk.project(path).await).await.unwrap()
}

async fn page(desk: &Desk, filter: &str, chip: ProjectChip) -> ProjectsPage {
    desk.console.projects_page(ProjectsQuery { chip, ..projects(filter) }).await.unwrap()
}

fn names(page: &ProjectsPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.name.as_str()).collect()
}

async fn tag_rows(desk: &Desk, path: &str) -> Vec<TagRow> {
    let query = tagwarden_ipc::tags::TagsQuery { project: Some(desk.project(path).await), ..tags("") };
    let page = desk.console.tags_page(query).await.unwrap();
    page.lines
        .into_iter()
        .filter_map(|line| match line {
            TagLine::Tag { tag } => Some(*tag),
            TagLine::Repository { .. } => None,
        })
        .collect()
}

fn maintainers() -> NotVisible {
    NotVisible::Role { needs: Role::Maintainer }
}

#[tokio::test]
async fn a_developers_project_has_its_tags_by_the_servers_word_and_no_finding() {
    let gitlab = two_roles().await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, DEMO_TOKEN).await;
    let view = opened(&desk, "team/dev").await;
    assert_eq!(view.rules, KnownRules::NotVisible { reason: maintainers() });
    assert_eq!((view.row.tags, view.row.finding_count, view.findings.len()), (3, 0, 0));
    assert_eq!(view.row.states, StateCounts { open: 1, protected: 1, immutable: 1, unknown: 0 });
    let rows: Vec<_> = tag_rows(&desk, "team/dev")
        .await
        .into_iter()
        .map(|tag| (tag.name, tag.state, tag.push, tag.delete, tag.deciding.is_some(), tag.told_by_server))
        .collect();
    let row = |name: &str, state, push, delete| (name.to_owned(), state, push, delete, false, true);
    let dev = Some(Role::Developer);
    assert_eq!(
        rows,
        [
            row("loose", TagState::Open, dev, dev),
            row("rc1", TagState::Protected, Some(Role::Maintainer), Some(Role::Owner)),
            row("v1", TagState::Immutable, None, None),
        ]
    );
    let own = opened(&desk, "team/own").await;
    assert_eq!(
        (own.row.finding_count, own.row.states.open),
        (1, 3),
        "where rules are visible there are none"
    );
}

#[tokio::test]
async fn it_is_counted_and_filtered_apart_from_projects_without_rules() {
    let gitlab = two_roles().await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, DEMO_TOKEN).await;
    let all = page(&desk, "", ProjectChip::All).await;
    let count = |chip| all.chips.iter().find(|one| one.chip == chip).unwrap().count;
    assert_eq!((count(ProjectChip::NoRules), count(ProjectChip::NotVisible)), (1, 1));
    assert_eq!(names(&page(&desk, "", ProjectChip::NoRules).await), ["own"]);
    assert_eq!(names(&page(&desk, "", ProjectChip::NotVisible).await), ["dev"]);
    for (filter, expected) in [
        ("rule:none", vec!["own"]),
        ("-rule:none", vec![]),
        ("rule:not-visible", vec!["dev"]),
        ("-rule:not-visible", vec!["own"]),
        ("rule:0", vec!["own"]),
        ("rule:<5", vec!["own"]),
        ("-rule:full", vec!["own"]),
        ("finding:no-rules", vec!["own"]),
        ("-finding:no-rules", vec![]),
        ("kind:immutable", vec!["dev"]),
        ("open:<50%", vec!["dev"]),
        ("tags:3", vec!["dev", "own"]),
    ] {
        let found = page(&desk, filter, ProjectChip::All).await;
        assert_eq!(found.filter_error, None, "{filter}");
        assert_eq!(names(&found), expected, "{filter}");
    }
}

#[tokio::test]
async fn tags_of_which_an_old_server_says_nothing_are_unknown() {
    let config = tagwarden_simulator::Config {
        version: tagwarden_simulator::Version::new(17, 8, 0),
        ..tagwarden_simulator::Config::empty()
    };
    let gitlab = tagwarden_simulator::Simulator::start(config).await.unwrap();
    gitlab.edit(|state| {
        let dev = state.create_project("team/dev");
        state.set_role(dev, DEMO_USER, Some(SimRole::Developer));
        let repository = state.create_repository(dev, "").unwrap();
        state.put_tag(repository, "v1");
    });
    let desk = Desk::new().await;
    desk.connected(&gitlab, DEMO_TOKEN).await;
    let view = opened(&desk, "team/dev").await;
    assert_eq!(view.row.states, StateCounts { unknown: 1, ..StateCounts::default() });
    let row = tag_rows(&desk, "team/dev").await.remove(0);
    assert_eq!((row.state, row.told_by_server, row.deciding), (TagState::Unknown, false, None));
    // A share that nobody knows is neither large nor small.
    for filter in ["open:>50%", "open:<50%", "-open:>50%", "kind:open", "-kind:open"] {
        assert_eq!(names(&page(&desk, filter, ProjectChip::All).await), Vec::<&str>::new(), "{filter}");
    }
}

async fn simulated(
    desk: &Desk,
    tag: &str,
    actor: Actor,
    operation: Operation,
) -> tagwarden_ipc::simulate::SimulateAnswer {
    let view = opened(desk, "team/dev").await;
    let request = SimulateRequest {
        project: view.row.id.clone(),
        repository: view.repositories[0].id.clone(),
        tag: tag.to_owned(),
        actor,
        operation,
        exists: None,
        with_draft: true,
    };
    desk.console.simulate(request).await.unwrap()
}

#[tokio::test]
async fn nothing_is_decided_by_rules_that_are_not_seen() {
    let gitlab = two_roles().await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, DEMO_TOKEN).await;
    for tag in ["v1", "loose", "not-there"] {
        for operation in [Operation::Push, Operation::DeleteTag, Operation::DeleteRepository] {
            let answer = simulated(&desk, tag, Actor::Owner, operation).await;
            assert_eq!(answer.decision.unwrap().outcome, Outcome::Unknown, "{tag} {operation:?}");
            assert_eq!(answer.rules_known, KnownRules::NotVisible { reason: maintainers() });
        }
    }
    // Rules only take rights away: an account without rights gains none from them.
    let guest = simulated(&desk, "loose", Actor::Guest, Operation::Push).await;
    assert_eq!(guest.decision.unwrap().outcome, Outcome::NoAccess);
    assert_eq!(guest.server_says, Some(TagState::Open));
    let owner = guest.matrix.iter().find(|row| row.actor == Actor::Owner).unwrap();
    assert_eq!((owner.overwrite, owner.delete_tag), (Outcome::Unknown, Outcome::Unknown));
    let view = opened(&desk, "team/dev").await;
    let question = TagQuestion {
        project: view.row.id.clone(),
        repository: view.repositories[0].id.clone(),
        name: "v1".to_owned(),
    };
    let details = desk.console.tag_details(question).await.unwrap();
    assert_eq!(details.row.state, TagState::Immutable);
    assert_eq!(details.rules_known, KnownRules::NotVisible { reason: maintainers() });
    assert!(details.matrix.iter().all(|row| row.overwrite.allowed() != Some(true)));
}

#[tokio::test]
async fn no_plan_is_made_for_it_and_others_go_on() {
    let gitlab = two_roles().await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, DEMO_TOKEN).await;
    let (dev, own) = (desk.project("team/dev").await, desk.project("team/own").await);
    let plan = desk
        .planned(PlanRequest::Bulk { projects: vec![dev.clone(), own.clone()], rule: immutable("^x") })
        .await;
    let outcome = |id: &str| plan.projects.iter().find(|one| one.project == id).unwrap();
    assert_eq!(outcome(&own).outcome, PlanOutcome::Change);
    assert_eq!(outcome(&dev).outcome, PlanOutcome::Cannot);
    assert_eq!(outcome(&dev).obstacles, [Obstacle::RulesNotVisible { reason: maintainers() }]);
    // A draft from a time when they were visible.
    let rules = vec![DraftRule { saved: None, wanted: Some(immutable("^x")) }];
    let draft = Draft { base: Vec::new(), rules, editing: Some(0) };
    let plan = desk.planned(PlanRequest::Project { project: dev, draft }).await;
    assert_eq!((plan.changes, plan.projects[0].outcome), (0, PlanOutcome::Cannot));
}

#[tokio::test]
async fn a_preview_over_several_projects_leaves_it_out_and_says_so() {
    let gitlab = two_roles().await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, DEMO_TOKEN).await;
    let request = PreviewRequest {
        session: 1,
        generation: 1,
        projects: vec![desk.project("team/dev").await, desk.project("team/own").await],
        before: None,
        after: None,
        edited: immutable("^v"),
        edited_before: None,
        edited_after: None,
        outcomes: vec![TagOutcome::NewlyCovered],
        collapsed: Vec::new(),
        offset: 0,
        limit: 50,
    };
    let answer = desk.console.preview(request.clone()).await.unwrap();
    assert_eq!((answer.projects, answer.left_out, answer.outcomes.newly), (1, 1, 1));
    let only = PreviewRequest { projects: vec![desk.project("team/dev").await], generation: 2, ..request };
    let answer = desk.console.preview(only).await.unwrap();
    assert_eq!((answer.projects, answer.left_out, answer.outcomes.newly), (0, 1, 0));
}

#[tokio::test]
async fn with_the_role_come_the_rules_and_the_states_are_theirs() {
    let gitlab = two_roles().await;
    let desk = Desk::new().await;
    let connection = desk.connected(&gitlab, DEMO_TOKEN).await;
    gitlab.edit(|state| {
        let dev = state.project_id("team/dev").unwrap();
        state.set_role(dev, DEMO_USER, Some(SimRole::Owner));
        let protected = state.project(dev).unwrap().tag_rules[1].id;
        state.remove_tag_rule(protected);
    });
    // A plan reads the rules alone; what was the server's word before is judged by them from then on.
    let projects = vec![desk.project("team/dev").await];
    let plan = desk.planned(PlanRequest::Bulk { projects, rule: immutable("^x") }).await;
    // The role is known from the last sync, and it is not enough yet.
    assert_eq!(plan.projects[0].outcome, PlanOutcome::Cannot);
    let view = desk.view("team/dev").await;
    assert_eq!(view.rules.len(), 1);
    assert_eq!(view.row.states, StateCounts { open: 2, immutable: 1, ..StateCounts::default() });
    let row = tag_rows(&desk, "team/dev").await.pop().unwrap();
    assert_eq!((row.name.as_str(), row.told_by_server, row.deciding.is_some()), ("v1", false, true));
    // And back: the rules that were read once are not taken for those there are.
    gitlab.edit(|state| {
        let dev = state.project_id("team/dev").unwrap();
        state.set_role(dev, DEMO_USER, Some(SimRole::Developer));
    });
    desk.sync(&connection).await;
    assert_eq!(opened(&desk, "team/dev").await.rules, KnownRules::NotVisible { reason: maintainers() });
}

#[tokio::test]
async fn an_archived_project_is_shown_as_one_and_its_rules_are_not_none() {
    let gitlab = two_roles().await;
    gitlab.edit(|state| {
        let own = state.project_id("team/own").unwrap();
        state.add_tag_rule(own, "^v", TagEffect::Immutable);
        state.project_mut(own).unwrap().archived = true;
    });
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = opened(&desk, "team/own").await;
    assert!(view.row.archived);
    assert_eq!(view.rules, KnownRules::NotVisible { reason: NotVisible::Archived });
    assert_eq!(view.row.states, StateCounts { open: 2, immutable: 1, ..StateCounts::default() });
    assert!(!opened(&desk, "team/dev").await.row.archived);
}

#[tokio::test]
async fn projects_that_were_never_read_are_counted_and_pass_no_filter_about_what_they_hold() {
    let gitlab = team(&["a", "b"], &["v1"]).await;
    let number = gitlab.inspect(|state| state.project_id("team/a").unwrap().0);
    let refuse =
        FaultKind::Status { status: axum::http::StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    gitlab.faults().add(Matcher::path(&format!("/api/v4/projects/{number}/")), refuse);
    let desk = Desk::new().await;
    let id = desk.connect(&gitlab, OWNER_TOKEN).await;
    desk.sync(&id).await;
    let all = page(&desk, "", ProjectChip::All).await;
    assert_eq!((all.all, all.not_read, all.all_tags), (2, 1, 1));
    let view = opened(&desk, "team/a").await;
    assert_eq!((view.rules, view.row.read_at), (KnownRules::NotRead, None));
    assert_eq!(view.row.error.unwrap().code, ErrorCode::ServerFailed);
    for filter in ["tags:0", "repos:0", "tags:<5", "-tags:>5", "rule:none", "rule:0", "open:0", "-finding:x"]
    {
        let found = page(&desk, filter, ProjectChip::All).await;
        assert!(!names(&found).contains(&"a"), "{filter}");
    }
    assert_eq!(names(&page(&desk, "project:a", ProjectChip::All).await), ["a"]);
}
