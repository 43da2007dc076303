//! What goes wrong, told apart.

use std::time::Duration;

use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_simulator::ecr::{
    ACCESS_KEY, EXPIRED_KEY, Fault, SECRET_KEY, SESSION_TOKEN, Seed, TEMPORARY_KEY,
};

use super::{client, client_of, empty, keys};
use crate::canned::{Canned, html, http};
use crate::support::{collect, trouble};

#[tokio::test]
async fn keys_are_judged_by_the_service() {
    let running = empty().await;
    let with_token = |secret: &str| format!("{secret}:{SESSION_TOKEN}");
    for (id, secret, expected) in [
        (ACCESS_KEY, SECRET_KEY.to_owned(), None),
        (TEMPORARY_KEY, with_token(SECRET_KEY), None),
        (TEMPORARY_KEY, SECRET_KEY.to_owned(), Some(Trouble::TokenRefused)),
        (TEMPORARY_KEY, format!("{SECRET_KEY}:other"), Some(Trouble::TokenRefused)),
        (EXPIRED_KEY, with_token(SECRET_KEY), Some(Trouble::TokenExpired)),
        (ACCESS_KEY, "wrong".to_owned(), Some(Trouble::TokenRefused)),
        ("AKIANOBODY", SECRET_KEY.to_owned(), Some(Trouble::TokenRefused)),
    ] {
        let (client, _) = client_of(running.base_url(), &keys(id, &secret));
        assert_eq!(client.identity().await.err().map(|error| error.trouble), expected, "{id}");
        assert_eq!(client.server().await.err().map(|error| error.trouble), expected, "{id}");
    }
    let elsewhere = format!("{}/?region=eu-west-1", running.base_url());
    let (client, _) = client_of(&elsewhere, &keys(ACCESS_KEY, SECRET_KEY));
    assert_eq!(trouble(client.identity().await), Trouble::OtherRegion);
}

#[tokio::test]
async fn a_throttled_read_waits_and_goes_on() {
    let running = tagwarden_simulator::ecr::start(tagwarden_simulator::ecr::Config {
        seed: Seed::Demo,
        ..Default::default()
    })
    .await
    .unwrap();
    let (client, waits) = client_of(running.base_url(), &keys(ACCESS_KEY, SECRET_KEY));
    running.fault(None, Some(2), Fault::throttled());
    assert_eq!(collect(client.projects()).await.unwrap().len(), 25);
    let waited = waits.lock().unwrap().clone();
    assert_eq!(waited.len(), 2);
    assert!(waited[0] > Duration::ZERO && waited[1] > waited[0], "{waited:?}");
    // For ever is too long.
    running.fault(None, None, Fault::throttled());
    assert_eq!(trouble(collect(client.projects()).await), Trouble::RateLimited(None));
    let waited: Duration = waits.lock().unwrap()[2..].iter().sum();
    assert!((13..=15).contains(&(waited.as_secs() / 60)), "{waited:?}");
}

#[tokio::test]
async fn failures_and_broken_connections_are_tried_again_and_told() {
    let running = empty().await;
    let client = client(&running);
    for (fault, expected) in [
        (Fault::failed(), Trouble::ServerFailed),
        (Fault::CutBefore, Trouble::Broken),
        (Fault::Garbage, Trouble::Garbled("not-json".into())),
        (Fault::Redirect("http://127.0.0.1:9/x".into()), Trouble::Redirected("http://127.0.0.1:9".into())),
        (Fault::expired(), Trouble::TokenExpired),
        (Fault::refused("AccessDeniedException", "no"), Trouble::Denied),
        (Fault::refused("NeverHeardOf", "?"), Trouble::Garbled("unexpected".into())),
    ] {
        running.fault(None, None, fault.clone());
        assert_eq!(trouble(collect(client.projects()).await), expected, "{fault:?}");
        running.mend();
        collect(client.projects()).await.unwrap();
    }
    running.fault(None, Some(1), Fault::CutBefore);
    running.fault(None, Some(1), Fault::failed());
    collect(client.projects()).await.unwrap();
}

#[tokio::test]
async fn what_is_no_ecr_is_told_from_one() {
    for answer in [html("200 OK"), html("404 Not Found"), http("404 Not Found", "", "")] {
        let server = Canned::start(move |_| answer.clone()).await;
        let (client, _) = client_of(&server.address, &keys(ACCESS_KEY, SECRET_KEY));
        client.reach().await.unwrap();
        let found = trouble(client.server().await);
        assert!(matches!(found, Trouble::NotThisProduct | Trouble::Garbled(_)), "{found:?}");
    }
    let (client, _) = client_of("http://127.0.0.1:9", &keys(ACCESS_KEY, SECRET_KEY));
    assert_eq!(trouble(client.reach().await), Trouble::Refused);
    assert_eq!(trouble(client.server().await), Trouble::Refused);
}

#[tokio::test]
async fn words_are_bounded_and_plain() {
    let running = empty().await;
    let hostile = format!("\u{202e}<b>{}\u{1b}[31m", "x".repeat(5_000));
    running.fault(None, None, Fault::refused("AccessDeniedException", &hostile));
    let error = collect(client(&running).projects()).await.unwrap_err();
    let words = error.words.unwrap();
    assert!(words.chars().count() <= 500 && !words.contains(['\u{202e}', '\u{1b}']), "{words}");
}
