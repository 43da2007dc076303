//! The password and every token are nowhere but in their header.

use tagwarden_registries::oci::Credentials;
use tagwarden_registries::{Registry as _, RegistryError};

use super::{digests, names, namespaces, oci, password, refusal};
use crate::canary::Sink;
use crate::canned::{Canned, http, json};

const CANARY: &str = "CaNaRy-0c1pw";
const ISSUED: &str = "CaNaRy-issued";

fn shown(error: &RegistryError) -> String {
    format!("{error} {error:?} {error:#?}")
}

#[tokio::test]
async fn no_secret_is_in_an_error_a_trace_or_debug_output() {
    let sink = Sink::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(sink.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut texts = Vec::new();
    // base64 of `olga:` and the canary.
    let encoded = "b2xnYTpDYU5hUnktMGMxcHc=";
    let issued = Canned::start(move |_| json(&format!(r#"{{"token":"{ISSUED}"}}"#))).await;
    for credentials in [password("olga", CANARY), Credentials::Token(CANARY.into())] {
        for status in ["401 Unauthorized", "403 Forbidden", "404 Not Found", "503 Busy", "418 Odd"] {
            let realm = issued.address.clone();
            // Only what this client has sent is its own to hide.
            let basic = if matches!(credentials, Credentials::Token(_)) { "" } else { encoded };
            let server = Canned::start(move |request| {
                if status.starts_with("503") && request.starts_with("HEAD") {
                    return http("302 Found", "Location: http://127.0.0.1:9/x\r\n", "");
                }
                let header = format!("WWW-Authenticate: Bearer realm=\"{realm}/t\"\r\n");
                let issued = if request.contains(ISSUED) { ISSUED } else { "" };
                refusal(status, &header, "X", &format!("you sent {CANARY} {basic} {issued}"))
            })
            .await;
            let credentials = match &credentials {
                Credentials::Token(token) => Credentials::Token(token.clone()),
                _ => password("olga", CANARY),
            };
            let (client, _) = oci(&server.address, credentials, &[]);
            texts.push(format!("{client:?} {client:#?}"));
            texts.extend(client.identity().await.err().as_ref().map(shown));
            texts.extend(namespaces(&client).await.err().as_ref().map(shown));
            texts.extend(names(&client, "a/b").await.1.as_ref().map(shown));
            texts.extend(digests(&client, "a/b", &["1"]).await.err().as_ref().map(shown));
            for request in server.requests() {
                let lines = request.lines().filter(|line| line.contains("CaNaRy") || line.contains(encoded));
                for line in lines {
                    assert!(line.to_ascii_lowercase().starts_with("authorization: "), "{line}");
                }
            }
        }
    }
    for request in issued.requests() {
        assert!(request.contains(&format!("Basic {encoded}")) && !request.contains(CANARY), "{request}");
    }
    assert!(texts.len() > 30, "{}", texts.len());
    for text in &texts {
        assert!(!text.contains("CaNaRy") && !text.contains(encoded), "{text}");
    }
    let traced = String::from_utf8_lossy(&sink.0.lock().unwrap()).into_owned();
    assert!(traced.contains("waiting to try again"), "nothing was traced");
    assert!(!traced.contains("CaNaRy") && !traced.contains(encoded));
}
