//! The token is nowhere but in its header: not in errors, not in debug output, not in what is traced.

use std::io::Write;
use std::sync::{Arc, Mutex};

use reqwest::StatusCode;
use tagwarden_registries::http::HttpSettings;
use tagwarden_registries::{Registry as _, RegistryError, Trouble};
use tagwarden_rules::rule::Role;
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN, Scope, Token};
use tracing_subscriber::fmt::MakeWriter;

use crate::canned::{Canned, http, json};
use crate::support::{World, client, collect, create, immutable, protect, read_or};

const CANARY: &str = "glpat-CaNaRy-7f3e91c2";

#[derive(Clone, Default)]
pub(crate) struct Sink(pub(crate) Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn shown(error: &RegistryError) -> String {
    format!("{error} {error:?} {error:#?}")
}

#[tokio::test]
async fn the_token_is_in_no_error_and_no_trace() {
    let sink = Sink::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(sink.clone()).finish();
    // One thread: everything in this test is traced into the sink.
    let _guard = tracing::subscriber::set_default(subscriber);

    let world = World::new().await;
    world.sim.edit(|state| {
        let owner = state.token(OWNER_TOKEN).unwrap().clone();
        state.add_token(Token { secret: CANARY.into(), scopes: [Scope::Api].into(), ..owner });
    });
    let (client, _) = client(world.sim.base_url(), CANARY);
    let facts = world.facts(&client).await;
    let capabilities = crate::support::capabilities(&client, &facts).await;
    let mut texts = vec![format!("{client:?} {client:#?}")];
    for fault in [
        FaultKind::Status { status: StatusCode::UNAUTHORIZED, retry_after: None },
        FaultKind::Status { status: StatusCode::BAD_GATEWAY, retry_after: None },
        FaultKind::TooManyRequests { retry_after: None },
        FaultKind::CutBody(3),
        FaultKind::GarbageBody,
        FaultKind::DropAfter,
        FaultKind::Redirect("http://127.0.0.1:9".into()),
    ] {
        let id = world.sim.faults().add(Matcher::any(), fault);
        texts.extend(collect(client.projects()).await.as_ref().err().map(shown));
        texts.extend(read_or(&client, &facts).await.as_ref().err().map(shown));
        for rule in [protect("a", Role::Owner, Role::Owner), immutable("b")] {
            let outcome = client.change(&facts.project, &capabilities, &create(rule.clone())).await;
            texts.extend(outcome.as_ref().err().map(shown));
            texts.extend(client.script(&facts.project, &capabilities, &create(rule)));
        }
        world.sim.faults().remove(id);
    }
    assert!(texts.len() > 25);
    for text in &texts {
        assert!(!text.contains("CaNaRy"), "{text}");
    }
    let traced = String::from_utf8_lossy(&sink.0.lock().unwrap()).into_owned();
    assert!(traced.contains("waiting to try again"), "nothing was traced");
    assert!(!traced.contains("CaNaRy"));
}

#[tokio::test]
async fn a_server_that_repeats_the_token_is_not_quoted_with_it() {
    let server = Canned::start(|_| {
        let body = format!(r#"{{"message":"bad token {CANARY} in request"}}"#);
        http("401 Unauthorized", "Content-Type: application/json\r\n", &body)
    })
    .await;
    let error = client(&server.address, CANARY).0.identity().await.unwrap_err();
    assert_eq!(error.words.as_deref(), Some("bad token [hidden] in request"));
}

#[tokio::test]
async fn the_token_travels_in_one_header_of_one_kind() {
    let server = Canned::start(|_| json("{}")).await;
    let (client, _) = client(&server.address, CANARY);
    let _ = client.identity().await;
    let project = tagwarden_registries::ProjectRef { id: "1".into(), path: "a/b".into() };
    let facts = tagwarden_registries::ProjectFacts {
        project,
        web_url: None,
        role: None,
        registry_enabled: true,
        archived: false,
    };
    let _ = client.rules(&[facts]).await;
    for request in server.requests() {
        assert_eq!(request.matches(CANARY).count(), 1, "{request}");
        let line = request.lines().find(|line| line.contains(CANARY)).unwrap().to_ascii_lowercase();
        assert!(line.starts_with("private-token: ") || line.starts_with("authorization: bearer "), "{line}");
    }
}

#[test]
fn tokens_that_fit_in_no_header_and_unusable_addresses_are_refused_at_once() {
    let new = |address: &str, token: &str| {
        tagwarden_registries::gitlab::GitLab::new(address, token.into(), HttpSettings::default(), None)
            .map(|_| ())
            .map_err(|error| error.trouble)
    };
    for token in ["", "  ", "two\nlines", "null\0"] {
        assert_eq!(new("http://127.0.0.1:1", token), Err(Trouble::TokenRefused), "{token:?}");
    }
    assert_eq!(new("http://gitlab.example.com", "t"), Err(Trouble::Tls("plain".into())));
    assert!(matches!(new("https://u:p@gitlab.example.com", "t"), Err(Trouble::Address(_))));
    assert_eq!(new("http://127.0.0.1:1", " t\n"), Ok(()));
}

#[test]
fn a_proxys_password_is_not_shown_either() {
    let settings = HttpSettings {
        proxy: Some(format!("http://me:{CANARY}@proxy")),
        proxy_password: Some(CANARY.into()),
        ..HttpSettings::default()
    };
    assert!(!format!("{settings:?}").contains("CaNaRy"));
}
