//! An AWS ECR, from its keys to a change that is undone.

use tagwarden_ipc::connections::{CheckName, CheckState, ConnectionDraft, Keep, RegistryKind, SignIn};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobResult};
use tagwarden_ipc::plans::PlanRequest;
use tagwarden_ipc::projects::ProjectsQuery;
use tagwarden_ipc::{Commands as _, Secret};
use tagwarden_rules::mutability::{Mutability, MutabilityMode};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, Effect, Rule, Selector, SelectorMode};
use tagwarden_simulator::ecr::{ACCESS_KEY, Config, Mode, Running, SECRET_KEY, start};

use crate::drafting::preview;
use crate::support::{Desk, code, projects};

fn with_keys(address: &str, secret: &str) -> ConnectionDraft {
    ConnectionDraft {
        kind: RegistryKind::Ecr,
        user: Some(ACCESS_KEY.to_owned()),
        sign_in: SignIn::Token { keep: Keep::Session },
        token: Some(Secret::new(secret.to_owned())),
        ..crate::support::draft(address, "")
    }
}

fn rule(mode: SelectorMode, pattern: &str) -> Rule {
    let tags = Selector { mode, dialect: Dialect::EcrFilters, pattern: pattern.to_owned() };
    Rule { repositories: None, tags, effect: Effect::Immutable { blocks: Blocks::Overwrite }, enabled: true }
}

fn mode_of(running: &Running, name: &str) -> (Mode, String) {
    running.edit(|state| state.repository(name).map(|one| (one.mode, one.filters.join(",")))).unwrap()
}

async fn checks(desk: &Desk, draft: ConnectionDraft) -> (Vec<(CheckName, CheckState)>, bool) {
    let job = desk.console.connection_test(draft).await.unwrap();
    let (events, result) = desk.finish(job).await;
    let mut last = Vec::new();
    for event in events {
        let JobEvent::Check { check, .. } = event else { continue };
        last.retain(|(name, _)| *name != check.check);
        last.push((check.check, check.state));
    }
    let JobResult::Tested { can_save } = result else { panic!("{result:?}") };
    (last, can_save)
}

#[tokio::test]
async fn keys_are_tested_and_what_cannot_be_known_is_not_claimed() {
    let running = start(Config::default()).await.unwrap();
    let desk = Desk::new().await;
    let (told, can_save) = checks(&desk, with_keys(running.base_url(), SECRET_KEY)).await;
    assert!(can_save, "{told:?}");
    let state = |name| told.iter().find(|(one, _)| *one == name).unwrap().1;
    assert_eq!(state(CheckName::Token), CheckState::Passed);
    assert_eq!(state(CheckName::Rules), CheckState::Passed);
    assert_eq!(state(CheckName::Role), CheckState::Skipped);
    assert_eq!(state(CheckName::Scopes), CheckState::Skipped);
    let (told, can_save) = checks(&desk, with_keys(running.base_url(), "wrong")).await;
    assert!(!can_save);
    assert!(told.contains(&(CheckName::Token, CheckState::Failed)), "{told:?}");
}

#[tokio::test]
async fn a_repository_is_read_its_mode_changed_and_put_back() {
    let running = start(Config::default()).await.unwrap();
    let desk = Desk::new().await;
    let saved = desk.console.connection_save(with_keys(running.base_url(), SECRET_KEY)).await.unwrap();
    assert_eq!((saved.mark.as_str(), saved.product.as_str()), ("EC", "AWS ECR"));
    let result = desk.sync(&saved.id).await;
    assert!(matches!(result, JobResult::Synced { complete: true, .. }), "{result:?}");

    let ledger = "payments/ledger-api";
    let view = desk.view(ledger).await;
    assert_eq!(view.rules.len(), 1);
    assert_eq!(view.rules[0].rule, rule(SelectorMode::Excluding, "latest,dev-*,*-snapshot"));
    let held = view.row.tags;
    assert!(held > 50, "{held}");

    let open = "platform/mailer";
    let plan = desk.planned_new(open, rule(SelectorMode::Matching, "v*,release-*")).await;
    assert_eq!(plan.projects[0].calls[0].operation.as_deref(), Some("PutImageTagMutability"));
    assert!(plan.script.contains("aws ecr put-image-tag-mutability"), "{}", plan.script);
    assert!(!plan.script.contains("TOKEN"), "{}", plan.script);
    let run = desk.applied(&plan).await;
    assert_eq!((run.done, run.failed, run.unclear), (1, 0, 0));
    assert!(run.changed_tags > 10);
    assert_eq!(mode_of(&running, open), (Mode::MutableWithExclusion, "v*,release-*".to_owned()));

    let run = desk.journal().await.runs.remove(0).id;
    let plan = desk.planned(PlanRequest::Undo { run }).await;
    assert_eq!(desk.applied(&plan).await.done, 1);
    assert_eq!(mode_of(&running, open), (Mode::Mutable, String::new()));
}

#[tokio::test]
async fn a_repository_tells_its_mode_each_exclusion_its_tags_and_the_service_what_would_go() {
    let running = start(Config::default()).await.unwrap();
    let desk = Desk::new().await;
    let saved = desk.console.connection_save(with_keys(running.base_url(), SECRET_KEY)).await.unwrap();
    desk.sync(&saved.id).await;
    let view = desk.view("payments/ledger-api").await;
    let mode = Mutability { mode: MutabilityMode::ImmutableExcept, exclusions: 3 };
    assert_eq!(view.row.mutability, Some(mode));
    let mailer = desk.view("platform/mailer").await.row;
    assert_eq!(mailer.mutability.map(|one| one.mode), Some(MutabilityMode::Mutable));

    let beside = ProjectsQuery { beside: Some(view.row.id.clone()), limit: 2, ..projects("") };
    let page = desk.console.projects_page(beside).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (2, 4));
    assert!(page.rows.iter().all(|row| row.group == "payments"), "{:?}", page.rows);

    // Fourteen builds of each kind; the second exclusion cannot be used, and the others are counted.
    let edited = rule(SelectorMode::Excluding, "latest,***,dev-*");
    let answer = desk.console.preview(preview(vec![view.row.id.clone()], &edited)).await.unwrap();
    assert!(answer.pattern_error.is_some());
    assert_eq!(answer.entry_tags, [Some(1), None, Some(14)]);

    running.edit(|state| {
        let lifecycle = &mut state.repository("payments/ledger-api").unwrap().lifecycle;
        *lifecycle = lifecycle.take().map(|text| text.replace("30", "5"));
    });
    let told = desk.console.project_cleanup_preview(view.row.id).await.unwrap().unwrap();
    assert_eq!((told.total, told.rules), (9, vec![(Some(1), 9)]));
    let none = desk.console.project_cleanup_preview(mailer.id).await;
    assert_eq!(code(none), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_region_is_an_address_and_a_profile_needs_no_secret() {
    let desk = Desk::new().await;
    let profile = |name: &str| ConnectionDraft {
        sign_in: SignIn::Profile { name: name.to_owned() },
        token: None,
        user: None,
        ..with_keys("eu-central-1", "")
    };
    let saved = desk.console.connection_save(profile(" work ")).await.unwrap();
    assert_eq!(saved.address, "https://api.ecr.eu-central-1.amazonaws.com/");
    assert_eq!(saved.name, "api.ecr.eu-central-1.amazonaws.com");
    assert_eq!(saved.sign_in, SignIn::Profile { name: "work".to_owned() });
    assert_eq!(code(desk.console.connection_save(profile("a\nb")).await), ErrorCode::BadRequest);
    let desk = desk.restart().await;
    let kept = desk.console.connections(()).await.unwrap().remove(0);
    assert_eq!((kept.kind, kept.sign_in), (RegistryKind::Ecr, SignIn::Profile { name: "work".to_owned() }));
    assert_eq!(kept.token_hint, None);
    desk.console.connection_remove(kept.id).await.unwrap();
}
