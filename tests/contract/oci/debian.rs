//! Against a program that nobody here wrote.

use tagwarden_registries::oci::Credentials;
use tagwarden_registries::{Registry as _, Trouble};

use super::{anonymous, digests, names, namespaces, oci, password, project};
use crate::debian::{Debian, PASSWORD, USER};
use crate::support::{collect, trouble};

#[tokio::test]
async fn repositories_tags_and_digests_are_read_as_they_were_pushed() {
    let registry = Debian::open();
    let longest = "x".repeat(128);
    let one = registry.push("shop/basket/api", "1.0", "one");
    let two = registry.push("shop/basket/api", &longest, "two");
    registry.push("shop/web", "latest", "one");
    registry.push("alone", "edge", "one");

    let client = anonymous(&registry.address());
    client.reach().await.unwrap();
    assert_eq!(client.server().await.unwrap().product, "OCI registry");
    assert_eq!(namespaces(&client).await.unwrap(), ["alone", "shop"]);
    let repositories = collect(client.repositories(&project("shop"))).await.unwrap();
    let paths: Vec<_> = repositories.iter().map(|r| (r.name.as_str(), r.path.as_str())).collect();
    assert_eq!(paths, [("basket/api", "shop/basket/api"), ("web", "shop/web")]);

    let (mut found, error) = names(&client, "shop/basket/api").await;
    found.sort();
    assert_eq!((found, error), (vec!["1.0".to_owned(), longest.clone()], None));
    let read = digests(&client, "shop/basket/api", &["1.0", &longest, "gone"]).await.unwrap();
    let read: Vec<_> = read.iter().map(|tag| (tag.name.as_str(), tag.digest.as_deref())).collect();
    assert_eq!(read, [("1.0", Some(one.as_str())), ("gone", None), (&longest, Some(two.as_str()))]);
}

#[tokio::test]
async fn a_tag_that_moves_has_another_digest_and_a_deleted_one_is_gone() {
    let registry = Debian::open();
    let client = anonymous(&registry.address());
    let before = registry.push("a/b", "latest", "one");
    registry.push("a/b", "1.0", "one");
    assert_eq!(digests(&client, "a/b", &["latest"]).await.unwrap()[0].digest, Some(before.clone()));
    let after = registry.push("a/b", "latest", "two");
    assert_ne!(before, after);
    assert_eq!(digests(&client, "a/b", &["latest"]).await.unwrap()[0].digest, Some(after));

    registry.delete("a/b", "1.0");
    assert_eq!(names(&client, "a/b").await, (vec!["latest".to_owned()], None));
    registry.delete("a/b", "latest");
    // The catalog still names the repository.
    assert_eq!(namespaces(&client).await.unwrap(), ["a"]);
    assert_eq!(names(&client, "a/b").await, (vec![], None));
}

#[tokio::test]
async fn a_password_opens_what_is_closed_without_one() {
    let registry = Debian::with_password();
    let digest = registry.push("a/b", "1.0", "one");
    let (client, _) = oci(&registry.address(), password(USER, PASSWORD), &[]);
    client.reach().await.unwrap();
    assert_eq!(client.identity().await.unwrap().user.as_deref(), Some(USER));
    assert_eq!(namespaces(&client).await.unwrap(), ["a"]);
    assert_eq!(digests(&client, "a/b", &["1.0"]).await.unwrap()[0].digest, Some(digest));

    for credentials in [Credentials::Anonymous, password(USER, "wrong"), Credentials::Token("t0ken".into())] {
        let (client, _) = oci(&registry.address(), credentials, &[]);
        client.reach().await.unwrap();
        assert_eq!(trouble(client.identity().await), Trouble::TokenRefused);
        assert_eq!(trouble(namespaces(&client).await), Trouble::TokenRefused);
    }
}

#[tokio::test]
async fn repositories_can_be_named_and_a_wrong_name_is_told() {
    let registry = Debian::open();
    registry.push("a/b", "1.0", "one");
    let (client, _) = oci(&registry.address(), Credentials::Anonymous, &["a/b", "a/typo", "../v2/_catalog"]);
    assert_eq!(namespaces(&client).await.unwrap(), ["a"]);
    assert_eq!(collect(client.repositories(&project("a"))).await.unwrap().len(), 2);
    assert_eq!(names(&client, "a/typo").await.1.unwrap().trouble, Trouble::NotFound);
}

#[tokio::test]
async fn there_are_no_rules_and_none_can_be_made() {
    let registry = Debian::open();
    registry.push("a/b", "1.0", "one");
    let client = anonymous(&registry.address());
    let facts = client.project(&project("a")).await.unwrap();
    let read = client.rules(&[facts]).await.remove(0).unwrap().visible().unwrap();
    assert!(read.rules.is_empty() && read.complete && read.capabilities.kinds.is_empty());
    let rule = crate::support::immutable("^v");
    let change = crate::support::create(rule);
    assert_eq!(
        trouble(client.change(&project("a"), &read.capabilities, &change).await),
        Trouble::Unsupported
    );
    assert!(client.calls(&project("a"), &read.capabilities, &change).is_empty());
}
