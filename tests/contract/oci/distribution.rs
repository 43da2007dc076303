//! Against the reference registry of the OCI specification, with limits on its lists.

use reqwest::header::{CONTENT_TYPE, LOCATION};
use tagwarden_registries::Registry as _;

use super::{anonymous, digests, names, namespaces, project};
use crate::debian::Debian;
use crate::support::collect;

/// `{}`, which is an image's configuration and its one layer.
const BLOB: &str = "{}";
const DIGEST: &str = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

struct Pusher<'a> {
    http: reqwest::Client,
    registry: &'a Debian,
}

impl<'a> Pusher<'a> {
    fn new(registry: &'a Debian) -> Self {
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), registry }
    }

    /// Puts one image under these tags and gives its digest.
    async fn push(&self, repository: &str, tags: &[String]) -> String {
        let base = format!("{}/v2/{repository}", self.registry.address());
        let begun = self.http.post(format!("{base}/blobs/uploads/")).send().await.unwrap();
        let place = begun.headers()[LOCATION].to_str().unwrap().to_owned();
        let put = self.http.put(format!("{place}&digest={DIGEST}")).body(BLOB).send().await.unwrap();
        assert!(put.status().is_success(), "{}", put.status());
        let part = |kind: &str| {
            format!(r#"{{"mediaType":"application/vnd.oci.image.{kind}","size":2,"digest":"{DIGEST}"}}"#)
        };
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{},"layers":[{}]}}"#,
            part("config.v1+json"),
            part("layer.v1.tar")
        );
        let mut digest = String::new();
        for tag in tags {
            let put = self.http.put(format!("{base}/manifests/{tag}")).header(CONTENT_TYPE, MANIFEST);
            let answer = put.body(manifest.clone()).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            digest = answer.headers()["docker-content-digest"].to_str().unwrap().to_owned();
        }
        digest
    }
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("v{number:04}")).collect()
}

#[tokio::test]
async fn lists_beyond_the_limits_of_the_registry_are_read_whole() {
    let Some(registry) = Debian::distribution(100) else { return };
    let pusher = Pusher::new(&registry);
    let tags = numbered(350);
    let digest = pusher.push("big/one", &tags).await;
    for number in 0..249 {
        pusher.push(&format!("team-{}/app-{number}", number % 3), &numbered(1)).await;
    }
    let client = anonymous(&registry.address());
    assert_eq!(namespaces(&client).await.unwrap(), ["big", "team-0", "team-1", "team-2"]);
    for namespace in ["team-0", "team-1", "team-2"] {
        assert_eq!(collect(client.repositories(&project(namespace))).await.unwrap().len(), 83);
    }
    assert_eq!(names(&client, "big/one").await, (tags, None));
    let read = digests(&client, "big/one", &["v0000", "v0349"]).await.unwrap();
    assert!(read.iter().all(|tag| tag.digest.as_deref() == Some(digest.as_str())));
}

#[tokio::test]
async fn a_list_that_fills_its_last_page_ends_there() {
    let Some(registry) = Debian::distribution(5) else { return };
    let pusher = Pusher::new(&registry);
    let client = anonymous(&registry.address());
    assert!(namespaces(&client).await.unwrap().is_empty());
    for count in [5, 10, 11] {
        let repository = format!("shop/app-{count}");
        let tags = numbered(count);
        pusher.push(&repository, &tags).await;
        assert_eq!(names(&client, &repository).await, (tags, None));
    }
    for number in 0..7 {
        pusher.push(&format!("alone-{number}"), &numbered(1)).await;
    }
    assert_eq!(namespaces(&client).await.unwrap().len(), 8);
}
