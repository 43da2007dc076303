//! Connections tried, saved, changed and removed.

use std::collections::HashMap;
use std::time::Duration;

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::connections::CheckState::{Failed, Passed, Skipped, Warning};
use tagwarden_ipc::connections::{
    CheckFound, CheckName, CheckState, ConnectionDraft, ConnectionSummary, Keep, SignIn,
};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobResult};
use tagwarden_simulator::{
    DEMO_EXPIRED_TOKEN, DEMO_READ_TOKEN, FaultKind, MAINTAINER_TOKEN, Matcher, OUTSIDER_TOKEN, OWNER_TOKEN,
    Scope,
};

use crate::support::{Desk, Machine, code, draft, failed, gitlab, team};

const ORDER: [CheckName; 7] = [
    CheckName::Reachable,
    CheckName::Tls,
    CheckName::Version,
    CheckName::Token,
    CheckName::Scopes,
    CheckName::Role,
    CheckName::Rules,
];

struct Tested {
    /// The last state of each check, in order.
    states: [CheckState; 7],
    errors: Vec<(CheckName, ErrorCode)>,
    found: Vec<CheckFound>,
    can_save: bool,
}

async fn tested(desk: &Desk, draft: ConnectionDraft) -> Tested {
    let job = desk.console.connection_test(draft).await.unwrap();
    let (events, result) = desk.finish(job).await;
    let mut told: HashMap<CheckName, Vec<CheckState>> = HashMap::new();
    let (mut errors, mut found) = (Vec::new(), Vec::new());
    for event in events {
        let JobEvent::Check { check, .. } = event else { continue };
        told.entry(check.check).or_default().push(check.state);
        errors.extend(check.error.map(|error| (check.check, error.code)));
        found.extend(check.found);
    }
    for states in told.values() {
        assert_eq!(states[0], CheckState::Waiting, "{told:?}");
        let middle = &states[1..states.len() - 1];
        assert!(middle.iter().all(|state| *state == CheckState::Running), "{told:?}");
    }
    let JobResult::Tested { can_save } = result else { panic!("{result:?}") };
    Tested { states: ORDER.map(|check| *told[&check].last().unwrap()), errors, found, can_save }
}

#[tokio::test]
async fn an_owners_token_passes_all_checks() {
    let gitlab = team(&["a"], &["v1"]).await;
    let tested = tested(&Desk::new().await, draft(gitlab.base_url(), OWNER_TOKEN)).await;
    assert_eq!(tested.states, [Passed; 7], "{:?}", tested.errors);
    assert!(tested.can_save);
    assert!(tested.found.contains(&CheckFound::Plain));
    assert!(
        tested
            .found
            .iter()
            .any(|f| matches!(f, CheckFound::Token { user: Some(user), .. } if user == "otto"))
    );
}

#[tokio::test]
async fn what_keeps_a_connection_from_being_saved_fails_at_its_own_check() {
    let gitlab = team(&["a"], &["v1"]).await;
    let url = gitlab.base_url().to_owned();
    let desk = Desk::new().await;

    for (address, error) in [
        ("", ErrorCode::AddressInvalid),
        ("ftp://gitlab.example.com", ErrorCode::AddressInvalid),
        ("https://me:secret@gitlab.example.com", ErrorCode::AddressInvalid),
        ("https://nowhere.invalid", ErrorCode::HostUnknown),
        ("http://127.0.0.1:1", ErrorCode::ConnectionRefused),
    ] {
        let tested = tested(&desk, draft(address, OWNER_TOKEN)).await;
        assert_eq!(
            tested.states,
            [Failed, Skipped, Skipped, Skipped, Skipped, Skipped, Skipped],
            "{address}"
        );
        assert_eq!(tested.errors, [(CheckName::Reachable, error)], "{address}");
        assert!(!tested.can_save);
    }

    // Plain http to another machine: nothing is sent.
    let result = tested(&desk, draft("http://gitlab.example.com", OWNER_TOKEN)).await;
    assert_eq!(result.errors, [(CheckName::Tls, ErrorCode::Tls)]);

    // A server that speaks no TLS where TLS is asked for.
    let plain = url.replace("http://", "https://");
    let result = tested(&desk, draft(&plain, OWNER_TOKEN)).await;
    assert_eq!(result.states[..3], [Passed, Failed, Skipped], "{:?}", result.errors);
    assert_eq!(result.errors, [(CheckName::Tls, ErrorCode::Tls)]);

    let result = tested(&desk, draft(&url, "no-such-token")).await;
    assert_eq!(result.states, [Passed, Passed, Skipped, Failed, Skipped, Skipped, Skipped]);
    assert_eq!(result.errors, [(CheckName::Token, ErrorCode::TokenRefused)]);

    let result = tested(&desk, draft(&url, DEMO_EXPIRED_TOKEN)).await;
    assert_eq!(result.errors, [(CheckName::Token, ErrorCode::TokenExpired)]);

    let nothing = ConnectionDraft { token: None, ..draft(&url, "") };
    let result = tested(&desk, nothing).await;
    assert_eq!(result.states, [Skipped, Skipped, Skipped, Failed, Skipped, Skipped, Skipped]);
    assert_eq!(result.errors, [(CheckName::Token, ErrorCode::TokenMissing)]);

    gitlab.edit(|state| {
        state.token_mut(OWNER_TOKEN).unwrap().scopes = [Scope::ReadRegistry].into();
    });
    let result = tested(&desk, draft(&url, OWNER_TOKEN)).await;
    assert_eq!(result.errors, [(CheckName::Scopes, ErrorCode::ScopeMissing)]);
    assert!(!result.can_save);
}

#[tokio::test]
async fn another_web_server_fails_at_the_version() {
    let gitlab = team(&["a"], &["v1"]).await;
    gitlab.faults().add(Matcher::path("/api"), FaultKind::GarbageBody);
    let result = tested(&Desk::new().await, draft(gitlab.base_url(), OWNER_TOKEN)).await;
    assert_eq!(
        result.states,
        [Passed, Passed, Failed, Skipped, Skipped, Skipped, Skipped],
        "{:?}",
        result.errors
    );
    assert!(!result.can_save);
}

#[tokio::test]
async fn what_restricts_a_connection_warns_and_lets_it_be_saved() {
    let gitlab = team(&["a"], &["v1"]).await;
    let url = gitlab.base_url().to_owned();
    let desk = Desk::new().await;

    let result = tested(&desk, draft(&url, DEMO_READ_TOKEN)).await;
    assert_eq!(result.states[4], Warning, "a token that can only read");
    assert!(result.can_save);

    let result = tested(&desk, draft(&url, MAINTAINER_TOKEN)).await;
    assert_eq!(result.states[5], Warning, "Maintainer instead of Owner");
    assert!(result.can_save);

    let result = tested(&desk, draft(&url, OUTSIDER_TOKEN)).await;
    assert_eq!(result.states[5..], [Warning, Warning], "a member of nothing");
    assert!(result.can_save);
}

#[tokio::test]
async fn unlicensed_immutable_rules_warn() {
    let gitlab = team(&["a"], &["v1"]).await;
    gitlab.edit(|state| state.settings.licensed = false);
    let desk = Desk::new().await;
    let result = tested(&desk, draft(gitlab.base_url(), OWNER_TOKEN)).await;
    assert!(result.can_save, "{:?}", result.errors);
}

#[tokio::test]
async fn a_test_can_be_cancelled_while_the_server_is_silent() {
    let gitlab = team(&["a"], &["v1"]).await;
    gitlab.faults().add(Matcher::any(), FaultKind::Latency(Duration::from_secs(60)));
    let desk = Desk::new().await;
    let job = desk.console.connection_test(draft(gitlab.base_url(), OWNER_TOKEN)).await.unwrap();
    loop {
        if let JobEvent::Check { check, .. } = desk.next_event().await
            && check.state == CheckState::Running
        {
            break;
        }
    }
    desk.console.job_cancel(job).await.unwrap();
    assert_eq!(desk.finish(job).await.1, JobResult::Cancelled { run: None });
}

#[tokio::test]
async fn a_token_in_the_keychain_is_there_after_a_restart_and_gone_with_its_connection() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    let desk = desk.restart().await;
    assert!(matches!(desk.sync(&id).await, JobResult::Synced { complete: true, .. }));

    desk.machine.keychain.lock();
    assert_eq!(code(desk.console.connection_remove(id.clone()).await), ErrorCode::KeychainLocked);
    assert_eq!(desk.console.connections(()).await.unwrap().len(), 1, "the token would stay behind");
    desk.machine.keychain.unlock();
    desk.console.connection_remove(id).await.unwrap();
    assert_eq!(desk.machine.keychain.len(), 0);
    assert!(desk.console.connections(()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_locked_keychain_refuses_the_save_and_a_session_token_still_works() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.machine.keychain.lock();
    let typed = draft(gitlab.base_url(), OWNER_TOKEN);
    assert_eq!(code(desk.console.connection_save(typed.clone()).await), ErrorCode::KeychainLocked);
    assert!(desk.console.connections(()).await.unwrap().is_empty());
    let session = ConnectionDraft { sign_in: SignIn::Token { keep: Keep::Session }, ..typed };
    let id = desk.console.connection_save(session).await.unwrap().id;
    assert!(matches!(desk.sync(&id).await, JobResult::Synced { .. }));
}

#[tokio::test]
async fn a_locked_keychain_stops_a_sync_and_marks_the_connection() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    let desk = desk.restart().await;
    desk.machine.keychain.lock();
    assert_eq!(failed(desk.sync(&id).await).code, ErrorCode::KeychainLocked);
    let connection = one(&desk).await;
    assert_eq!(connection.error.unwrap().code, ErrorCode::KeychainLocked);
    assert_eq!(desk.view("team/a").await.row.tags, 1, "what was read stays readable");
}

#[tokio::test]
async fn a_session_token_is_gone_after_a_restart() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let session = SignIn::Token { keep: Keep::Session };
    let typed = ConnectionDraft { sign_in: session, ..draft(gitlab.base_url(), OWNER_TOKEN) };
    let id = desk.console.connection_save(typed).await.unwrap().id;
    assert!(matches!(desk.sync(&id).await, JobResult::Synced { .. }));
    let desk = desk.restart().await;
    assert_eq!(failed(desk.sync(&id).await).code, ErrorCode::TokenMissing);
    assert_eq!(desk.machine.keychain.len(), 0);
}

#[tokio::test]
async fn a_token_moves_from_the_session_to_the_keychain_without_being_typed_again() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let session = SignIn::Token { keep: Keep::Session };
    let typed = ConnectionDraft { sign_in: session, ..draft(gitlab.base_url(), OWNER_TOKEN) };
    let id = desk.console.connection_save(typed).await.unwrap().id;
    let kept = ConnectionDraft { id: Some(id.clone()), token: None, ..draft(gitlab.base_url(), "") };
    desk.console.connection_save(kept).await.unwrap();
    let desk = desk.restart().await;
    assert!(matches!(desk.sync(&id).await, JobResult::Synced { .. }));
}

#[tokio::test]
async fn a_token_from_the_environment_is_read_at_each_start() {
    let gitlab = team(&["a"], &["v1"]).await;
    let machine = Machine::new();
    let desk = machine.start().await;
    let sign_in = SignIn::Environment { variable: "MY_TOKEN".to_owned() };
    let typed = ConnectionDraft { sign_in, token: None, ..draft(gitlab.base_url(), "") };
    let id = desk.console.connection_save(typed.clone()).await.unwrap().id;
    let error = failed(desk.sync(&id).await);
    assert_eq!((error.code, error.detail.as_deref()), (ErrorCode::TokenMissing, Some("$MY_TOKEN")));
    machine.environment.lock().unwrap().insert("MY_TOKEN".to_owned(), OWNER_TOKEN.to_owned());
    assert!(matches!(desk.sync(&id).await, JobResult::Synced { .. }));

    // Somebody pastes the token itself into the field for the name.
    let sign_in = SignIn::Environment { variable: "glpat-not-a-name".to_owned() };
    let error = desk.console.connection_save(ConnectionDraft { sign_in, ..typed }).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadRequest);
    assert!(!format!("{error:?}").contains("glpat"));
}

#[tokio::test]
async fn a_saved_token_never_goes_to_another_server() {
    let home = team(&["a"], &["v1"]).await;
    let thief = gitlab(|_| ()).await;
    let desk = Desk::new().await;
    let id = desk.connect(&home, OWNER_TOKEN).await;
    let moved = ConnectionDraft { id: Some(id.clone()), token: None, ..draft(thief.base_url(), "") };
    assert_eq!(code(desk.console.connection_save(moved.clone()).await), ErrorCode::TokenMissing);
    let result = tested(&desk, moved).await;
    assert_eq!(result.errors, [(CheckName::Token, ErrorCode::TokenMissing)]);
    assert!(thief.requests().is_empty());

    let renamed =
        ConnectionDraft { id: Some(id), token: None, name: "Home".into(), ..draft(home.base_url(), "") };
    assert_eq!(desk.console.connection_save(renamed).await.unwrap().name, "Home");
}

#[tokio::test]
async fn the_server_s_version_is_known_after_a_sync() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let connection = one(&desk).await;
    assert!(connection.version.is_some_and(|version| version.starts_with(char::is_numeric)));
    assert!(connection.synced_at.is_some());
}

async fn one(desk: &Desk) -> ConnectionSummary {
    desk.console.connections(()).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_test_reads_the_second_page_of_projects_where_there_is_one() {
    let names: Vec<String> = (0..101).map(|number| format!("p{number:03}")).collect();
    let gitlab = team(&names.iter().map(String::as_str).collect::<Vec<_>>(), &["v1"]).await;
    let desk = Desk::new().await;
    let host = gitlab.host().to_owned();
    let links = FaultKind::Links { from: host, to: "127.0.0.1".to_owned() };
    gitlab.faults().add(Matcher::path("/api/v4/projects"), links);
    let good = tested(&desk, draft(gitlab.base_url(), OWNER_TOKEN)).await;
    assert_eq!(good.states, [Passed; 7], "{:?}", good.errors);

    let failing =
        FaultKind::Status { status: axum::http::StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    gitlab.faults().clear();
    gitlab.faults().add(Matcher::path("/api/v4/projects").query_contains("id_after="), failing);
    let broken = tested(&desk, draft(gitlab.base_url(), OWNER_TOKEN)).await;
    assert_eq!(broken.states[6], Warning);
    assert_eq!(broken.errors, [(CheckName::Rules, ErrorCode::ListCut)]);
    assert!(broken.can_save);
}
