//! Keys of profiles, as the AWS tools of this machine keep them.

use std::path::Path;

use tagwarden_registries::ecr::Credentials;
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_simulator::ecr::{ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, TEMPORARY_KEY};

use super::{client_of, empty};
use crate::support::trouble;

fn profile(name: &str, file: &Path) -> Credentials {
    Credentials::Profile { name: Some(name.to_owned()), file: Some(file.to_owned()) }
}

#[tokio::test]
async fn a_profile_is_read_when_it_is_needed_and_by_its_name() {
    let running = empty().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    std::fs::write(
        &file,
        format!(
            "[default]\naws_access_key_id = AKIANOBODY\naws_secret_access_key = wrong\n\
             [work]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n\
             [session]\naws_access_key_id = {TEMPORARY_KEY}\naws_secret_access_key = {SECRET_KEY}\n\
             aws_session_token = {SESSION_TOKEN}\n"
        ),
    )
    .unwrap();
    for (name, expected) in [
        ("work", None),
        ("session", None),
        ("default", Some(Trouble::TokenRefused)),
        ("typo", Some(Trouble::NoCredentials)),
    ] {
        let (client, _) = client_of(running.base_url(), &profile(name, &file));
        let found = client.identity().await;
        if let Ok(identity) = &found {
            assert_eq!(identity.token_name.as_deref(), Some(name));
        }
        assert_eq!(found.err().map(|error| error.trouble), expected, "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_none_has_no_keys_and_is_not_quoted() {
    let running = empty().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    std::fs::write(&file, "[work\naws_secret_access_key CaNaRy\n").unwrap();
    let (client, _) = client_of(running.base_url(), &profile("work", &file));
    let error = client.identity().await.unwrap_err();
    assert_eq!(error.trouble, Trouble::NoCredentials);
    assert!(!format!("{error:?}").contains("CaNaRy"));
    let missing = folder.path().join("nothing-here");
    let (client, _) = client_of(running.base_url(), &profile("work", &missing));
    assert_eq!(trouble(client.identity().await), Trouble::NoCredentials);
    assert!(running.requests().is_empty());
}
