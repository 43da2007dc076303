//! A token is in the keychain and in one header, and nowhere else.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tagwarden_ipc::connections::{ConnectionDraft, Keep, SignIn};
use tagwarden_ipc::jobs::{Changed, JobEvent, JobResult};
use tagwarden_ipc::plans::{ApplyRequest, PlanRequest};
use tagwarden_ipc::settings::KeychainState;
use tagwarden_ipc::{Commands as _, Secret};
use tagwarden_simulator::{FaultKind, Matcher, Scope, Token};
use tagwarden_vault::{SecretStore, SecretString, Vault, VaultError};

use crate::support::{Desk, Machine, draft, immutable, projects, team, with_new};

const CANARY: &str = "glpat-CaNaRy-9c41d7e2";

fn shown<T: serde::Serialize + std::fmt::Debug>(seen: &mut String, answer: &T) {
    seen.push_str(&serde_json::to_string(answer).unwrap());
    seen.push_str(&format!("{answer:?}"));
}

#[tokio::test]
async fn a_token_shows_in_no_event_answer_file_or_debug_output() {
    let gitlab = team(&["a"], &["v1"]).await;
    gitlab.edit(|state| {
        let user = state.user_named("otto").unwrap().id;
        let created_at = state.now();
        state.add_token(Token {
            secret: CANARY.to_owned(),
            name: "canary".to_owned(),
            user,
            scopes: [Scope::Api].into(),
            expires_at: None,
            revoked: false,
            created_at,
        });
    });
    let desk = Desk::new().await;
    let mut seen = String::new();
    let typed = draft(gitlab.base_url(), CANARY);
    seen.push_str(&format!("{typed:?}"));
    let job = desk.console.connection_test(typed.clone()).await.unwrap();
    let (events, result) = desk.finish(job).await;
    assert_eq!(result, JobResult::Tested { can_save: true });
    shown(&mut seen, &events);
    let saved = desk.console.connection_save(typed.clone()).await.unwrap();
    shown(&mut seen, &saved);
    let job = desk.console.sync_start(saved.id.clone()).await.unwrap();
    shown(&mut seen, &desk.finish(job).await);
    shown(&mut seen, &desk.console.app_start(()).await);
    shown(&mut seen, &desk.console.projects_page(projects("")).await);
    let view = desk.view("team/a").await;
    shown(&mut seen, &*view);
    let request =
        PlanRequest::Project { project: view.row.id.clone(), draft: with_new(&view, immutable("^v")) };
    let plan = desk.planned(request).await;
    assert!(plan.script.contains("$GITLAB_TOKEN"));
    shown(&mut seen, &plan);
    let job = desk.console.apply_start(ApplyRequest { plan: plan.id, confirmed: true }).await.unwrap();
    shown(&mut seen, &desk.finish(job).await);
    shown(&mut seen, &desk.journal().await);

    // Errors on every way, and tokens in the wrong fields.
    gitlab.faults().add(Matcher::any(), FaultKind::GarbageBody);
    let job = desk.console.sync_start(saved.id.clone()).await.unwrap();
    shown(&mut seen, &desk.finish(job).await);
    let variable = SignIn::Environment { variable: CANARY.to_owned() };
    let environment = ConnectionDraft { sign_in: variable, token: None, ..typed.clone() };
    shown(&mut seen, &desk.console.connection_save(environment.clone()).await);
    let job = desk.console.connection_test(environment).await.unwrap();
    shown(&mut seen, &desk.finish(job).await);
    let inside =
        ConnectionDraft { address: format!("https://me:{CANARY}@gitlab.example.com"), ..typed.clone() };
    shown(&mut seen, &desk.console.connection_save(inside.clone()).await);
    let job = desk.console.connection_test(inside).await.unwrap();
    shown(&mut seen, &desk.finish(job).await);
    let session = SignIn::Token { keep: Keep::Session };
    let again = ConnectionDraft { sign_in: session, token: Some(Secret::new(CANARY.to_owned())), ..typed };
    shown(&mut seen, &desk.console.connection_save(again).await);
    shown(&mut seen, &desk.drain().await);
    assert!(!seen.contains("CaNaRy"), "{}", &seen[seen.find("CaNaRy").unwrap_or(0).saturating_sub(200)..]);

    for file in std::fs::read_dir(desk.machine.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"CaNaRy"));
    }
}

/// A keychain that hangs at a prompt until somebody answers it.
struct Hanging(Mutex<Receiver<()>>);

impl SecretStore for Hanging {
    fn get(&self, _: &str) -> Result<SecretString, VaultError> {
        Err(VaultError::Locked)
    }
    fn set(&self, _: &str, _: &SecretString) -> Result<(), VaultError> {
        Err(VaultError::Locked)
    }
    fn delete(&self, _: &str) -> Result<(), VaultError> {
        Err(VaultError::Locked)
    }
    fn probe(&self) -> tagwarden_vault::KeychainState {
        let _ = self.0.lock().unwrap().recv();
        tagwarden_vault::KeychainState::Available
    }
}

#[tokio::test]
async fn the_first_screen_does_not_wait_for_a_keychain_that_hangs() {
    let (answer, prompt) = channel();
    let machine = Machine::new();
    let desk = machine.start_with(Vault::new(Arc::new(Hanging(Mutex::new(prompt))))).await;
    let started = Instant::now();
    let start = desk.console.app_start(()).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(start.keychain, KeychainState::Locked);
    answer.send(()).unwrap();
    // The window asks again when it is told.
    while !matches!(desk.next_event().await, JobEvent::Changed { what: Changed::Keychain, .. }) {}
}
