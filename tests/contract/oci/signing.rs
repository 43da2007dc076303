//! Tokens: fetched where the registry says, kept for their scope, renewed, and not given away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tagwarden_registries::oci::Credentials;
use tagwarden_registries::{Registry as _, Trouble};

use super::{digests, names, namespaces, oci, password, refusal};
use crate::canned::{Canned, http, json};
use crate::support::trouble;

/// A registry with tokens: `/token` issues them, numbered; only the newest is taken.
struct Tokens {
    server: Canned,
    newest: Arc<AtomicUsize>,
}

async fn tokens(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Tokens {
    let newest = Arc::new(AtomicUsize::new(0));
    let taken = Arc::clone(&newest);
    let own = Arc::new(Mutex::new(String::new()));
    let address = Arc::clone(&own);
    let server = Canned::start(move |request| {
        if request.starts_with("GET /token?") {
            let basic = request.to_ascii_lowercase().contains("authorization: basic ");
            return if basic && !request.contains("b2xnYTpzZWNyZXQ=") {
                refusal("401 Unauthorized", "", "UNAUTHORIZED", "bad password")
            } else {
                let number = taken.fetch_add(1, Ordering::SeqCst) + 1;
                json(&format!(r#"{{"token":"issued-{number}"}}"#))
            };
        }
        let wanted = format!("Bearer issued-{}\r", taken.load(Ordering::SeqCst));
        if !request.contains(&wanted) {
            let realm = address.lock().unwrap().clone();
            let header = format!("WWW-Authenticate: Bearer realm=\"{realm}/token\",service=\"r\"\r\n");
            return refusal("401 Unauthorized", &header, "UNAUTHORIZED", "authentication required");
        }
        answer(request)
    })
    .await;
    own.lock().unwrap().clone_from(&server.address);
    Tokens { server, newest }
}

fn asked(tokens: &Tokens, what: &str) -> Vec<String> {
    let first = |request: String| request.lines().next().unwrap_or_default().to_owned();
    tokens.server.requests().into_iter().map(first).filter(|line| line.contains(what)).collect()
}

#[tokio::test]
async fn a_token_is_fetched_once_for_a_scope_and_renewed_when_refused() {
    let tokens = tokens(|request| {
        if request.starts_with("HEAD") {
            return http("200 OK", &format!("Docker-Content-Digest: sha256:{}\r\n", "a".repeat(64)), "");
        }
        json(r#"{"repositories":["a/b"],"tags":["1","2","3"]}"#)
    })
    .await;
    let (client, _) = oci(&tokens.server.address, password("olga", "secret"), &[]);
    client.identity().await.unwrap();
    assert_eq!(names(&client, "a/b").await.0, ["1", "2", "3"]);
    assert_eq!(digests(&client, "a/b", &["1", "2", "3"]).await.unwrap().len(), 3);
    let fetched = asked(&tokens, "/token?");
    assert_eq!(fetched.len(), 2, "{fetched:?}");
    assert!(fetched[1].contains("scope=repository%3Aa%2Fb%3Apull") && fetched[1].contains("service=r"));

    // It ends while many requests are under way: one new token serves them all.
    tokens.newest.fetch_add(1, Ordering::SeqCst);
    let all: Vec<String> = (0..200).map(|number| format!("t{number}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let read = digests(&client, "a/b", &all).await.unwrap();
    assert!(read.iter().all(|tag| tag.digest.is_some()));
    assert_eq!(asked(&tokens, "/token?").len(), 3);
}

#[tokio::test]
async fn a_wrong_password_is_told_by_where_tokens_come_from() {
    let tokens = tokens(|_| json("{}")).await;
    let (client, _) = oci(&tokens.server.address, password("olga", "wrong"), &[]);
    let error = client.identity().await.unwrap_err();
    assert_eq!((error.trouble, error.words.as_deref()), (Trouble::TokenRefused, Some("bad password")));
    assert_eq!(trouble(namespaces(&client).await), Trouble::TokenRefused);
}

#[tokio::test]
async fn nobody_in_particular_gets_a_token_too() {
    let tokens = tokens(|_| json(r#"{"repositories":["a/b"]}"#)).await;
    let (client, _) = oci(&tokens.server.address, Credentials::Anonymous, &[]);
    assert_eq!(namespaces(&client).await.unwrap(), ["a"]);
    assert!(tokens.server.requests().iter().all(|request| !request.contains("Basic")));
}

#[tokio::test]
async fn a_repository_that_may_not_be_read_leaves_the_others() {
    let tokens = tokens(|request| {
        if request.contains("/closed/") {
            return refusal("401 Unauthorized", "", "UNAUTHORIZED", "not yours");
        }
        json(r#"{"tags":["1"]}"#)
    })
    .await;
    let (client, _) = oci(&tokens.server.address, password("olga", "secret"), &[]);
    assert_eq!(names(&client, "a/closed").await.1.unwrap().trouble, Trouble::Denied);
    assert_eq!(names(&client, "a/open").await, (vec!["1".to_owned()], None));
}

#[tokio::test]
async fn the_password_goes_to_no_place_less_safe_and_to_no_second_one() {
    let other = Canned::start(|_| json(r#"{"token":"x"}"#)).await;
    for (realm, expected) in [
        ("http://auth.registry.example/token", Trouble::Tls("plain".into())),
        ("ftp://auth.registry.example/token", Trouble::Tls("plain".into())),
        ("/token", Trouble::Garbled("unexpected".into())),
        ("https://me:pw@auth.registry.example/token", Trouble::Garbled("unexpected".into())),
    ] {
        let header = format!("WWW-Authenticate: Bearer realm=\"{realm}\"\r\n");
        let server = Canned::start(move |_| refusal("401 Unauthorized", &header, "UNAUTHORIZED", "")).await;
        let (client, _) = oci(&server.address, password("olga", "secret"), &[]);
        assert_eq!(trouble(client.identity().await), expected, "{realm}");
        assert!(server.requests().iter().all(|request| !request.contains("Basic")));
    }
    // A realm that changes on the way.
    let realms =
        Arc::new(Mutex::new(vec![format!("{}/t", other.address), "http://127.0.0.1:9/t".to_owned()]));
    let server = Canned::start(move |_| {
        let mut realms = realms.lock().unwrap();
        let realm = if realms.len() > 1 { realms.remove(0) } else { realms[0].clone() };
        refusal(
            "401 Unauthorized",
            &format!("WWW-Authenticate: Bearer realm=\"{realm}\"\r\n"),
            "UNAUTHORIZED",
            "",
        )
    })
    .await;
    let (client, _) = oci(&server.address, password("olga", "secret"), &[]);
    assert_eq!(trouble(client.identity().await), Trouble::TokenRefused);
    assert_eq!(trouble(namespaces(&client).await), Trouble::Redirected("http://127.0.0.1:9".into()));
}
