//! Signing in: what a connection test says while it waits, and secrets that servers and settings repeat.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tagwarden_archive::Archive;
use tagwarden_ipc::connections::{
    Check, CheckName, CheckState, CheckWait, ConnectionDraft, Keep, RegistryKind, SignIn,
};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobResult};
use tagwarden_ipc::settings::{Settings, SettingsDraft, Theme};
use tagwarden_ipc::{Commands as _, Secret};
use tagwarden_rules::secret_kind::SecretKind;
use tagwarden_simulator::OWNER_TOKEN;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{Desk, Machine, code, draft};

/// A server on 127.0.0.1 that answers each request with the result of `answer`, or never if there is none.
async fn server(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                let mut chunk = [0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut chunk).await {
                    bytes.extend_from_slice(&chunk[..count]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    if !text.contains("\r\n\r\n") {
                        continue;
                    }
                    bytes.clear();
                    match answer(&text) {
                        Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap_or_default(),
                        None => std::future::pending().await,
                    }
                }
            });
        }
    });
    address
}

fn json(status: &str, body: &str) -> Option<String> {
    let length = body.len();
    Some(format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
}

async fn checks(desk: &Desk, draft: ConnectionDraft) -> (Vec<Check>, JobResult) {
    let job = desk.console.connection_test(draft).await.unwrap();
    let (events, result) = desk.finish(job).await;
    let checks = events.into_iter().filter_map(|event| match event {
        JobEvent::Check { check, .. } => Some(check),
        _ => None,
    });
    (checks.collect(), result)
}

fn last(checks: &[Check], name: CheckName) -> &Check {
    checks.iter().rev().find(|check| check.check == name).unwrap()
}

/// A program that has no patience.
async fn hasty() -> Desk {
    Machine { check_limit: Duration::from_millis(200), ..Machine::new() }.start().await
}

#[tokio::test]
async fn a_server_that_never_answers_is_counted_down_and_given_up() {
    let address = server(|_| None).await;
    let desk = hasty().await;
    let (checks, result) = checks(&desk, draft(&address, "glpat-x")).await;
    assert_eq!(result, JobResult::Tested { can_save: false });
    let running = checks.iter().find(|check| check.state == CheckState::Running).unwrap();
    assert_eq!(running.wait, Some(CheckWait::Answer { seconds: 1 }));
    let failed = last(&checks, CheckName::Reachable);
    let error = failed.error.as_ref().unwrap();
    assert_eq!((failed.state, error.code), (CheckState::Failed, ErrorCode::TimedOut));
    assert_eq!((error.registry, error.secret), (Some(RegistryKind::Gitlab), SecretKind::Token));
    assert_eq!(
        tagwarden_console::Config::system(desk.machine.folder.path().to_owned()).check_limit,
        Duration::from_secs(10)
    );
}

#[tokio::test]
async fn a_server_that_falls_silent_after_its_first_answer_is_not_asked_over_and_over() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let address = server(move |request| {
        if request.to_ascii_lowercase().contains("private-token:") {
            count.fetch_add(1, Ordering::SeqCst);
            return None;
        }
        json("401 Unauthorized", r#"{"message":"401 Unauthorized"}"#)
    })
    .await;
    let desk = hasty().await;
    let (checks, _) = checks(&desk, draft(&address, OWNER_TOKEN)).await;
    let version = last(&checks, CheckName::Version);
    assert_eq!(version.error.as_ref().unwrap().code, ErrorCode::TimedOut);
    assert_eq!(last(&checks, CheckName::Token).state, CheckState::Skipped);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_name_that_is_locked_for_a_moment_is_said_to_be_waited_for() {
    let signed_in = AtomicUsize::new(0);
    let address = server(move |request| {
        let with_account = request.to_ascii_lowercase().contains("authorization:");
        let known = with_account && signed_in.fetch_add(1, Ordering::SeqCst) > 0;
        let system = if known { r#""harbor_version":"v2.14.4","# } else { "" };
        match request.lines().next().unwrap_or_default() {
            line if line.contains("/systeminfo") => {
                json("200 OK", &format!(r#"{{{system}"auth_mode":"db_auth"}}"#))
            }
            line if line.contains("/users/current") => json("200 OK", r#"{"username":"olga"}"#),
            _ => json("200 OK", "[]"),
        }
    })
    .await;
    let desk = Desk::new().await;
    let draft = ConnectionDraft {
        kind: RegistryKind::Harbor,
        user: Some("olga".to_owned()),
        ..draft(&address, "the-right-password")
    };
    let (checks, result) = checks(&desk, draft).await;
    assert_eq!(result, JobResult::Tested { can_save: true });
    assert!(checks.iter().all(|check| check.error.is_none()), "{checks:?}");
    let waits: Vec<CheckWait> = checks
        .iter()
        .filter(|check| check.check == CheckName::Version)
        .filter_map(|check| check.wait)
        .collect();
    assert_eq!(waits[..2], [CheckWait::Answer { seconds: 10 }, CheckWait::Pause { seconds: 2 }], "{waits:?}");
}

#[tokio::test]
async fn a_server_that_throttles_sign_ins_refuses_no_secret() {
    let address = server(|request| {
        if request.to_ascii_lowercase().contains("private-token:") {
            let body = r#"{"message":"Too many failed sign-in attempts"}"#;
            return Some(format!(
                "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nRetry-After: 900\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        }
        json("401 Unauthorized", r#"{"message":"401 Unauthorized"}"#)
    })
    .await;
    let desk = Desk::new().await;
    let (checks, result) = checks(&desk, draft(&address, "glpat-right")).await;
    assert_eq!(result, JobResult::Tested { can_save: false });
    let error = last(&checks, CheckName::Token).error.clone().unwrap();
    assert_eq!((error.code, error.retry_after, error.retryable), (ErrorCode::LockedOut, Some(900), true));
}

const CANARY: &str = "CaNaRy-7f3e+91c2/Zq8Wv4Lm";

/// Parts of the secret in the forms in which it is sent.
fn traces() -> [&'static str; 5] {
    // The last three stand in the base64 of `olga:` and the secret, and of the secret alone.
    ["canary-7f3", "zq8wv4lm", "pdyu5hunktn2", "l1pxofd2next", "q2foyvj5ltdm"]
}

#[tokio::test]
async fn a_server_that_quotes_the_header_gets_it_into_no_event_and_no_database() {
    let desk = Desk::new().await;
    let mut seen = String::new();
    for kind in [RegistryKind::Gitlab, RegistryKind::Harbor, RegistryKind::Oci, RegistryKind::Ecr] {
        for before in [0, 470, 492] {
            let address = server(move |request| {
                let quoted: Vec<&str> = request
                    .lines()
                    .filter(|line| {
                        line.to_ascii_lowercase().contains("canary")
                            || line.starts_with("uthorization")
                            || line.to_ascii_lowercase().starts_with("authorization")
                    })
                    .collect();
                let said = format!("{}{}", "x".repeat(before), quoted.join(" "));
                let said = serde_json::to_string(&said).unwrap_or_default();
                json(
                    "401 Unauthorized",
                    &format!(r#"{{"message":{said},"errors":[{{"code":"X","message":{said}}}]}}"#),
                )
            })
            .await;
            let secret = if kind == RegistryKind::Ecr { format!("key:{CANARY}") } else { CANARY.to_owned() };
            let typed = ConnectionDraft {
                kind,
                user: (kind != RegistryKind::Gitlab).then(|| "olga".to_owned()),
                ..draft(&address, &secret)
            };
            let (checks, _) = checks(&desk, typed.clone()).await;
            seen.push_str(&serde_json::to_string(&checks).unwrap());
            let saved = desk.console.connection_save(typed).await.unwrap();
            seen.push_str(&format!("{:?}", desk.sync(&saved.id).await));
            seen.push_str(&serde_json::to_string(&desk.console.connections(()).await.unwrap()).unwrap());
        }
    }
    seen.push_str(&format!("{:?}", desk.drain().await));
    assert!(seen.contains("[hidden]"), "the servers were quoted");
    let folder = desk.machine.folder.path().to_owned();
    desk.console.stop().await;
    let seen = seen.to_ascii_lowercase();
    for trace in traces() {
        assert!(
            !seen.contains(trace),
            "{trace} in {}",
            &seen[seen.find(trace).unwrap_or(0).saturating_sub(300)..]
        );
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
            assert!(!bytes.windows(trace.len()).any(|part| part == trace.as_bytes()), "{trace} in {path:?}");
        }
    }
}

fn change(proxy: Option<&str>) -> SettingsDraft {
    let settings = Settings { proxy: proxy.map(str::to_owned), ..Settings::default() };
    SettingsDraft { settings, proxy_password: None }
}

async fn files_with(desk: &Desk, text: &str) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(desk.machine.folder.path()).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    paths.filter(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains(text)).collect()
}

#[tokio::test]
async fn the_password_of_a_proxy_goes_to_the_keychain_and_never_comes_back() {
    let desk = Desk::new().await;
    let typed = format!("http://me:{}@proxy.example.com:3128", CANARY.replace('/', "%2F"));
    let saved = desk.console.settings_save(change(Some(&typed))).await.unwrap();
    assert_eq!(saved.proxy.as_deref(), Some("http://me@proxy.example.com:3128"));
    assert_eq!(saved.proxy_password, Some(Keep::Keychain));
    assert_eq!(desk.machine.keychain.len(), 1);
    assert_eq!(files_with(&desk, "CaNaRy").await, Vec::<std::path::PathBuf>::new());

    // Other settings leave it alone, and so does a restart.
    let desk = desk.restart().await;
    let start = desk.console.app_start(()).await.unwrap();
    assert!(!format!("{start:?}").contains("CaNaRy"));
    let dark = SettingsDraft {
        settings: Settings { theme: Theme::Dark, ..start.settings.clone() },
        proxy_password: None,
    };
    assert_eq!(desk.console.settings_save(dark).await.unwrap().proxy_password, Some(Keep::Keychain));
    assert_eq!(desk.machine.keychain.len(), 1);

    // A proxy elsewhere does not get it.
    let other = desk.console.settings_save(change(Some("http://me@elsewhere.example.com"))).await.unwrap();
    assert_eq!((other.proxy_password, desk.machine.keychain.len()), (None, 0));
    let typed = SettingsDraft {
        proxy_password: Some(Secret::new("typed by itself".to_owned())),
        ..change(Some("http://me@elsewhere.example.com"))
    };
    assert_eq!(desk.console.settings_save(typed).await.unwrap().proxy_password, Some(Keep::Keychain));
    let forgotten = SettingsDraft {
        proxy_password: Some(Secret::new(String::new())),
        ..change(Some("http://me@elsewhere.example.com"))
    };
    assert_eq!(desk.console.settings_save(forgotten).await.unwrap().proxy_password, None);
    assert_eq!(desk.machine.keychain.len(), 0);
}

#[tokio::test]
async fn what_is_no_address_of_a_proxy_is_not_saved_and_not_repeated() {
    let desk = Desk::new().await;
    for typed in ["http://me:CaNaRy@pro xy", "socks5://me:CaNaRy@proxy", "http://"] {
        let error = desk.console.settings_save(change(Some(typed))).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::AddressInvalid, "{typed}");
        assert!(!format!("{error:?}").contains("CaNaRy"));
    }
    assert_eq!(desk.console.app_start(()).await.unwrap().settings, Settings::default());
}

#[tokio::test]
async fn without_a_keychain_the_password_of_a_proxy_lasts_for_the_session() {
    let desk = Desk::new().await;
    desk.machine.keychain.lock();
    let saved = desk.console.settings_save(change(Some("http://me:CaNaRy@proxy"))).await.unwrap();
    assert_eq!(saved.proxy_password, Some(Keep::Session));
    let desk = desk.restart().await;
    let settings = desk.console.app_start(()).await.unwrap().settings;
    assert_eq!((settings.proxy.as_deref(), settings.proxy_password), (Some("http://me@proxy"), None));
    assert_eq!(files_with(&desk, "CaNaRy").await, Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn a_password_that_an_older_version_saved_with_the_proxy_moves_to_the_keychain() {
    let machine = Machine::new();
    let archive = Archive::open(&machine.database()).await.unwrap();
    let old = serde_json::json!({
        "theme": "dark", "single_letters": false, "proxy": "http://me:CaNaRy@proxy.example.com:3128",
    });
    archive.set_setting("settings", &old).await.unwrap();
    archive.close().await;

    // A locked keychain is not asked to open; the window gets nothing all the same.
    machine.keychain.lock();
    let desk = machine.start().await;
    let settings = desk.console.app_start(()).await.unwrap().settings;
    assert_eq!(settings.proxy.as_deref(), Some("http://me@proxy.example.com:3128"));
    machine.keychain.unlock();
    let desk = desk.restart().await;
    // It moves on its own; saving anything would take it along as well.
    let kept =
        SettingsDraft { settings: desk.console.app_start(()).await.unwrap().settings, proxy_password: None };
    let saved = desk.console.settings_save(kept).await.unwrap();
    assert_eq!((saved.theme, saved.single_letters), (Theme::Dark, false));
    assert_eq!(saved.proxy.as_deref(), Some("http://me@proxy.example.com:3128"));
    assert_eq!((saved.proxy_password, desk.machine.keychain.len()), (Some(Keep::Keychain), 1));
}

#[tokio::test]
async fn a_missing_secret_is_called_by_its_own_name() {
    let desk = Desk::new().await;
    let none = SignIn::Token { keep: Keep::Keychain };
    for (kind, user, secret) in [
        (RegistryKind::Gitlab, None, SecretKind::Token),
        (RegistryKind::Harbor, Some("olga"), SecretKind::Password),
        (RegistryKind::Harbor, Some("robot$shop+ci"), SecretKind::RobotSecret),
        (RegistryKind::Oci, Some("olga"), SecretKind::Password),
        (RegistryKind::Ecr, Some("AKIAX"), SecretKind::AccessKey),
    ] {
        let typed = ConnectionDraft {
            kind,
            user: user.map(str::to_owned),
            sign_in: none.clone(),
            token: None,
            ..draft("https://127.0.0.1", "")
        };
        let error = desk.console.connection_save(typed.clone()).await.unwrap_err();
        assert_eq!((error.code, error.registry, error.secret), (ErrorCode::TokenMissing, Some(kind), secret));
        let (checks, _) = checks(&desk, typed).await;
        let error = last(&checks, CheckName::Token).error.clone().unwrap();
        assert_eq!((error.registry, error.secret), (Some(kind), secret), "{kind:?}");
    }
    assert_eq!(code(desk.console.connection_remove("none".to_owned()).await), ErrorCode::NotFound);
}
