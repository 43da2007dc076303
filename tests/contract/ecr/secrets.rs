//! Keys and session tokens are nowhere but in what signs a request.

use tagwarden_registries::{Registry as _, RegistryError, Trouble};
use tagwarden_rules::rule::SelectorMode;
use tagwarden_simulator::ecr::{Fault, Mode, TEMPORARY_KEY};

use super::{client_of, keys, rule, rules, set, with};
use crate::canary::Sink;
use crate::support::collect;

const SECRET: &str = "CaNaRy/secret+0123456789abcdefghijklmnop";
const SESSION: &str = "CaNaRy-session-token==";

fn shown(error: &RegistryError) -> String {
    format!("{error} {error:?} {error:#?}")
}

#[tokio::test]
async fn no_secret_is_in_an_error_a_trace_or_debug_output() {
    let sink = Sink::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(sink.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let running = with("a1", Mode::Mutable, &[]).await;
    let credentials = keys(TEMPORARY_KEY, &format!("{SECRET}:{SESSION}"));
    let (client, _) = client_of(running.base_url(), &credentials);
    let mut texts = vec![format!("{client:?} {client:#?}")];
    let repeats = format!("you sent {SECRET} and {SESSION}");
    for fault in [
        None,
        Some(Fault::throttled()),
        Some(Fault::failed()),
        Some(Fault::CutBefore),
        Some(Fault::Garbage),
        Some(Fault::Redirect("http://127.0.0.1:9".into())),
        Some(Fault::refused("UnrecognizedClientException", &repeats)),
        Some(Fault::refused("InvalidParameterException", &repeats)),
    ] {
        if let Some(fault) = fault {
            running.fault(None, None, fault);
        }
        texts.extend(collect(client.projects()).await.err().as_ref().map(shown));
        texts.extend(client.identity().await.err().as_ref().map(shown));
        texts.extend(rules(&client, "a1").await.err().as_ref().map(shown));
        texts.extend(
            set(&client, "a1", Some(rule(SelectorMode::Matching, "*"))).await.err().as_ref().map(shown),
        );
        running.mend();
    }
    assert!(texts.len() > 25, "{}", texts.len());
    for text in &texts {
        assert!(!text.contains("CaNaRy"), "{text}");
    }
    let traced = String::from_utf8_lossy(&sink.0.lock().unwrap()).into_owned();
    assert!(traced.contains("waiting to try again"), "nothing was traced");
    assert!(!traced.contains("CaNaRy"));
    let requests = running.requests();
    assert!(!requests.is_empty());
    for request in requests {
        assert!(!request.headers.contains(SECRET) && !request.body.to_string().contains("CaNaRy"));
        // Whoever reaches out without keys reaches out without a token.
        let tokens = request.headers.matches(SESSION).count();
        assert_eq!(tokens, usize::from(!request.operation.is_empty()), "{}", request.headers);
    }
}

#[test]
fn keys_that_cannot_be_keys_are_refused_at_once() {
    let new = |id: &str, secret: &str| {
        let settings = crate::support::settings();
        tagwarden_registries::ecr::Ecr::new("eu-central-1", &keys(id, secret), settings, None)
            .map(|_| ())
            .map_err(|error| error.trouble)
    };
    for (id, secret) in
        [("", "s"), ("AKIA", ""), ("AK IA", "s"), ("AKIA", "two\nlines"), ("AKIA", "s:"), ("AKIA", ":t")]
    {
        assert_eq!(new(id, secret), Err(Trouble::TokenRefused), "{id:?} {secret:?}");
    }
    assert_eq!(new("AKIA", "s"), Ok(()));
    assert_eq!(new("AKIA", "s:t"), Ok(()));
}
