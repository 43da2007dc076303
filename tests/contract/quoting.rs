//! Servers that repeat what they were sent: in bodies, headers and the status line, encoded and cut.

use secrecy::SecretString;
use tagwarden_registries::gitlab::GitLab;
use tagwarden_registries::harbor::Harbor;
use tagwarden_registries::http::Pacing;
use tagwarden_registries::{ProjectFacts, ProjectRef, Registry, RegistryError};

use crate::canned::{Canned, http};
use crate::support::{NOW, collect, settings};

const CANARY: &str = "CaNaRy/7f3e+91c2_Zq8Wv4Lm";

/// The value of a header that was sent, if it was.
fn sent<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

fn secret_of(request: &str) -> String {
    ["authorization", "private-token", "x-amz-security-token"]
        .iter()
        .filter_map(|name| sent(request, name))
        .collect::<Vec<_>>()
        .join(" | ")
}

/// What a server can do with a header: how it quotes it, given the text before it.
fn answers(secret: &str, before: usize) -> Vec<String> {
    let quoted = format!("{}{secret}", "x".repeat(before));
    let escaped: String = quoted.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let doubled = escaped.replace('\\', "\\\\");
    let header = format!(
        "Content-Type: application/json\r\nX-Debug: {secret}\r\nWWW-Authenticate: Bearer error=\"{secret}\"\r\n"
    );
    let redirect =
        format!("Location: https://{}.example.com/{secret}\r\n", secret.replace([' ', '/', '+'], "-"));
    vec![
        http("401 Unauthorized", &header, &format!(r#"{{"message":"{quoted}"}}"#)),
        http("403 Forbidden", &header, &format!(r#"{{"errors":[{{"code":"X","message":"{escaped}"}}]}}"#)),
        http(
            "400 Bad Request",
            &header,
            &format!(r#"{{"error":"{doubled}","error_description":"{quoted}"}}"#),
        ),
        http(&format!("418 {secret}"), &header, &format!(r#"{{"message":{{"{quoted}":["{quoted}"]}}}}"#)),
        http(
            "500 Internal Server Error",
            &header,
            &format!(r#"{{"__type":"{quoted}","message":"{quoted}"}}"#),
        ),
        http("302 Found", &redirect, ""),
        http(
            "200 OK",
            &header,
            &format!(r#"{{"version":"{quoted}","harbor_version":"{quoted}","auth_mode":"db_auth"}}"#),
        ),
    ]
}

async fn everything(client: &dyn Registry) -> Vec<String> {
    let project = ProjectRef { id: "1".into(), path: "a/b".into() };
    let facts = ProjectFacts {
        project: project.clone(),
        web_url: None,
        role: None,
        registry_enabled: true,
        archived: false,
    };
    let shown = |error: RegistryError| format!("{error} {error:?}");
    let mut texts: Vec<String> = Vec::new();
    texts.extend(client.reach().await.err().map(shown));
    match client.server().await {
        Ok(server) => texts.push(format!("{server:?}")),
        Err(error) => texts.push(shown(error)),
    }
    match client.identity().await {
        Ok(identity) => texts.push(format!("{identity:?}")),
        Err(error) => texts.push(shown(error)),
    }
    texts.extend(collect(client.projects()).await.err().map(shown));
    texts.extend(collect(client.repositories(&project)).await.err().map(shown));
    texts.extend(client.rules(&[facts]).await.into_iter().filter_map(|read| read.err().map(shown)));
    texts
}

/// Parts of the secret as they would be recognised, in the forms in which it was sent.
fn traces() -> Vec<String> {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("olga:{CANARY}"));
    vec![
        CANARY[..10].to_owned(),
        CANARY[12..].to_owned(),
        encoded[8..18].to_owned(),
        encoded[encoded.len() - 12..].to_owned(),
    ]
}

#[tokio::test]
async fn no_registry_s_errors_repeat_what_it_was_sent() {
    let secret = || SecretString::from(CANARY);
    let pacing = || Pacing::fixed(|_| Box::pin(std::future::ready(())), NOW);
    let mut seen = 0;
    // Before the secret as many characters as leave it whole, or cut it where texts are shortened.
    for before in [0, 440, 470, 478, 480, 490, 497, 499] {
        for which in 0..answers("", 0).len() {
            let server =
                Canned::start(move |request| answers(&secret_of(request), before).swap_remove(which)).await;
            let clients: Vec<Box<dyn Registry>> = vec![
                Box::new(
                    GitLab::new(&server.address, secret(), settings(), None).unwrap().with_pacing(pacing()),
                ),
                Box::new(
                    Harbor::new(&server.address, "olga", secret(), settings(), None)
                        .unwrap()
                        .with_pacing(pacing()),
                ),
                Box::new(crate::oci::oci(&server.address, crate::oci::password("olga", CANARY), &["a/b"]).0),
                Box::new(
                    crate::oci::oci(
                        &server.address,
                        tagwarden_registries::oci::Credentials::Token(secret()),
                        &["a/b"],
                    )
                    .0,
                ),
                Box::new(
                    crate::ecr::client_of(
                        &server.address,
                        &crate::ecr::keys("AKIAX", &format!("k:{CANARY}")),
                    )
                    .0,
                ),
            ];
            for client in clients {
                for text in everything(client.as_ref()).await {
                    seen += 1;
                    for trace in traces() {
                        assert!(
                            !text.to_ascii_lowercase().contains(&trace.to_ascii_lowercase()),
                            "answer {which} after {before}: {trace} in {text}"
                        );
                    }
                }
            }
        }
    }
    assert!(seen > 800, "{seen}");
}

/// A registry that repeats, encoded, the token that it was issued elsewhere.
#[tokio::test]
async fn tokens_that_were_issued_are_not_repeated_either() {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let server = Canned::start(move |request| {
        let host = sent(request, "host").unwrap_or_default();
        if request.starts_with("GET /token?") {
            let body = format!(r#"{{"access_token":"issued-{CANARY}","refresh_token":"refresh-{CANARY}"}}"#);
            return http("200 OK", "Content-Type: application/json\r\n", &body);
        }
        match sent(request, "authorization") {
            Some(header) => {
                let said = format!("{header}, {}, refresh-{CANARY}", encode(header));
                crate::oci::refusal("403 Forbidden", "", "DENIED", &said)
            }
            None => {
                let realm =
                    format!("WWW-Authenticate: Bearer realm=\"http://{host}/token\",service=\"r\"\r\n");
                crate::oci::refusal("401 Unauthorized", &realm, "UNAUTHORIZED", "sign in")
            }
        }
    })
    .await;
    let (client, _) = crate::oci::oci(&server.address, crate::oci::password("olga", "other-password"), &[]);
    let error = client.identity().await.unwrap_err();
    let words = error.words.unwrap();
    assert_eq!(words.matches("[hidden]").count(), 3, "{words}");
    assert!(!words.contains("CaNaRy") && !words.contains(&encode(CANARY)[4..20]), "{words}");
}
