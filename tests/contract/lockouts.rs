//! Servers that let nobody in for a while: waited out or told, and never taken for a wrong secret.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use tagwarden_registries::harbor::Harbor;
use tagwarden_registries::http::Pacing;
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::secret_kind::SecretKind;

use crate::canned::{Canned, http, json};
use crate::support::{NOW, Waits, client, collect, settings, trouble};

const NOBODY: &str = r#"{"auth_mode":"db_auth","self_registration":false}"#;
const KNOWN: &str = r#"{"auth_mode":"db_auth","harbor_version":"v2.14.4-abc"}"#;

fn harbor(address: &str, user: &str) -> (Harbor, Waits) {
    let waits = Waits::default();
    let told = Arc::clone(&waits);
    let on_wait = Arc::new(move |wait| told.lock().unwrap().push(wait));
    let client =
        Harbor::new(address, user, SecretString::from("s3cret-word"), settings(), Some(on_wait)).unwrap();
    (client.with_pacing(Pacing::fixed(|_| Box::pin(std::future::ready(())), NOW)), waits)
}

/// A Harbor that knows nobody at its first `locked` signed-in answers.
async fn locked_for(locked: usize) -> (Canned, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = Canned::start(move |request| {
        let signed_in = request.to_ascii_lowercase().contains("authorization: basic ");
        if !signed_in {
            return json(NOBODY);
        }
        let is_locked = count.fetch_add(1, Ordering::SeqCst) < locked;
        match request.lines().next().unwrap_or_default() {
            line if line.contains("/systeminfo") => json(if is_locked { NOBODY } else { KNOWN }),
            _ if is_locked => {
                let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized"}]}"#;
                http("401 Unauthorized", "Content-Type: application/json\r\n", body)
            }
            line if line.contains("/users/current") => json(r#"{"username":"olga"}"#),
            _ => json("[]"),
        }
    })
    .await;
    (server, asked)
}

#[tokio::test]
async fn a_name_that_harbor_has_locked_is_asked_once_more_after_the_lock() {
    let (server, _) = locked_for(1).await;
    let (client, waits) = harbor(&server.address, "olga");
    assert_eq!(client.server().await.unwrap().version.as_deref(), Some("2.14.4-abc"));
    assert_eq!(*waits.lock().unwrap(), [Duration::from_millis(1600)]);
    assert_eq!(client.identity().await.unwrap().user.as_deref(), Some("olga"));
    assert_eq!(waits.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_secret_that_harbor_still_does_not_know_is_refused_by_its_own_name() {
    for (user, kind) in [
        ("olga", SecretKind::Password),
        ("robot$shop+ci", SecretKind::RobotSecret),
        ("robot_shop+ci", SecretKind::RobotSecret),
    ] {
        let (server, asked) = locked_for(usize::MAX).await;
        let (client, waits) = harbor(&server.address, user);
        let error = client.server().await.unwrap_err();
        assert_eq!(
            (error.trouble, error.secret, error.product),
            (Trouble::TokenRefused, kind, Some("Harbor"))
        );
        assert_eq!(
            (asked.load(Ordering::SeqCst), waits.lock().unwrap().len()),
            (2, 1),
            "once more, not for ever"
        );
    }
    let server = Canned::start(|_| json(r#"{"auth_mode":"oidc_auth"}"#)).await;
    let (client, _) = harbor(&server.address, "olga");
    assert_eq!(client.server().await.unwrap_err().secret, SecretKind::CliSecret);
}

#[tokio::test]
async fn a_lock_in_the_middle_of_the_work_is_waited_out_as_well() {
    let (systems, lists) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let server = Canned::start(move |request| {
        let line = request.lines().next().unwrap_or_default();
        if line.contains("/systeminfo") {
            // Signed in, then locked for a while, then known again.
            return json(if systems.fetch_add(1, Ordering::SeqCst) == 1 { NOBODY } else { KNOWN });
        }
        if line.contains("/projects") && lists.fetch_add(1, Ordering::SeqCst) == 0 {
            let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized"}]}"#;
            return http("401 Unauthorized", "Content-Type: application/json\r\n", body);
        }
        json("[]")
    })
    .await;
    let (client, waits) = harbor(&server.address, "olga");
    client.server().await.unwrap();
    collect(client.projects()).await.unwrap();
    assert_eq!(*waits.lock().unwrap(), [Duration::from_millis(1600)]);
}

#[tokio::test]
async fn a_blocked_address_or_account_is_no_wrong_token() {
    for (status, headers, body, expected) in [
        ("403 Forbidden", "Content-Type: text/plain\r\n", "Forbidden\n", Trouble::LockedOut(None)),
        (
            "403 Forbidden",
            "Content-Type: application/json\r\nRetry-After: 3600\r\n",
            r#"{"message":"403 Forbidden"}"#,
            Trouble::LockedOut(Some(3600)),
        ),
        (
            "401 Unauthorized",
            "Content-Type: application/json\r\n",
            r#"{"message":"Too many failed sign-in attempts. Try again later."}"#,
            Trouble::LockedOut(None),
        ),
        ("429 Too Many Requests", "Retry-After: 500\r\n", "Retry later\n", Trouble::RateLimited(Some(500))),
        (
            "401 Unauthorized",
            "Content-Type: application/json\r\n",
            r#"{"message":"401 Unauthorized"}"#,
            Trouble::TokenRefused,
        ),
    ] {
        let server = Canned::start(move |_| http(status, headers, body)).await;
        let (gitlab, _) = client(&server.address, "glpat-x");
        assert_eq!(trouble(gitlab.identity().await), expected, "{status} {body}");
    }
}

#[tokio::test]
async fn a_short_block_is_waited_out() {
    let asked = AtomicUsize::new(0);
    let server = Canned::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => http("403 Forbidden", "Content-Type: text/plain\r\nRetry-After: 7\r\n", "Forbidden\n"),
        _ => json(r#"{"version":"18.10.1","username":"olga","scopes":["api"]}"#),
    })
    .await;
    let (gitlab, waits) = client(&server.address, "glpat-x");
    assert_eq!(gitlab.identity().await.unwrap().user.as_deref(), Some("olga"));
    let waits = waits.lock().unwrap();
    assert!(waits.len() == 1 && waits[0] >= Duration::from_secs(7), "{waits:?}");
}

#[tokio::test]
async fn a_place_for_tokens_that_throttles_says_nothing_about_the_password() {
    for (status, headers, code, message, expected) in [
        (
            "429 Too Many Requests",
            "Retry-After: 600\r\n",
            "TOOMANYREQUESTS",
            "slow",
            Trouble::RateLimited(Some(600)),
        ),
        // Docker Hub names the moment.
        (
            "429 Too Many Requests",
            "X-Retry-After: 1800000300\r\n",
            "TOOMANYREQUESTS",
            "slow",
            Trouble::RateLimited(Some(300)),
        ),
        ("401 Unauthorized", "", "UNAUTHORIZED", "too many failed login attempts", Trouble::LockedOut(None)),
        ("403 Forbidden", "", "DENIED", "account locked", Trouble::LockedOut(None)),
        ("401 Unauthorized", "", "UNAUTHORIZED", "incorrect username or password", Trouble::TokenRefused),
    ] {
        let server = Canned::start(move |request| {
            if request.starts_with("GET /token?") {
                return crate::oci::refusal(status, headers, code, message);
            }
            let host = request.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("host").then_some(value)
            });
            let realm = format!("http://{}/token", host.unwrap_or_default());
            let header = format!("WWW-Authenticate: Bearer realm=\"{realm}\",service=\"r\"\r\n");
            crate::oci::refusal("401 Unauthorized", &header, "UNAUTHORIZED", "sign in")
        })
        .await;
        let (oci, _) = crate::oci::oci(&server.address, crate::oci::password("olga", "some-password"), &[]);
        assert_eq!(trouble(oci.identity().await), expected, "{status} {message}");
    }
}
