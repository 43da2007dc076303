//! Against programs that nobody here wrote: moto's server and MiniStack, in the environment that
//! `scripts/setup test` makes. Without it these tests do nothing; `TAGWARDEN_ORACLES=1` says that it
//! has to be there.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::Client;
use serde_json::{Value, json};
use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::rule::SelectorMode;

use super::{client_of, held, keys, project, rule, rules, set};
use crate::support::{collect, trouble};

const NAME: &str = "shop/basket";
const REPOSITORY: &str = "AmazonEC2ContainerRegistry_V20150921";

/// A program on a port of its own, ended with the test.
struct Peer {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Peer {
    fn moto() -> Option<Self> {
        Self::start(&["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], &[])
    }

    /// Left to itself it listens on all interfaces, and for things on a port of its own.
    fn ministack() -> Option<Self> {
        let settings = [("BIND_HOST", "127.0.0.1"), ("GATEWAY_PORT", "0"), ("IOT_MTLS_ENABLED", "0")];
        Self::start(&["-m", "ministack"], &settings)
    }

    fn start(arguments: &[&str], settings: &[(&str, &str)]) -> Option<Self> {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/venv/bin/python");
        if !python.exists() {
            let needed = std::env::var_os("TAGWARDEN_ORACLES").is_some_and(|value| value == "1");
            assert!(!needed, "no {}: run scripts/setup test", python.display());
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(python)
            .args(["-I", "-B", "-u"])
            .args(arguments)
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let port = log.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, after) = line.split_once("Running on http://127.0.0.1:")?;
            let port: String = after.chars().take_while(char::is_ascii_digit).collect();
            port.parse::<u16>().ok()
        });
        // A pipe that nobody empties would stop it.
        std::thread::spawn(move || log.for_each(drop));
        let address = format!("http://127.0.0.1:{}", port.expect("it says where it listens"));
        Some(Self { process, address, _folder: folder })
    }

    /// Makes a call that the client has not got. Any signature will do here.
    async fn call(&self, operation: &str, body: Value) -> (u16, Value) {
        let scope = "AKIA/20260101/us-east-1/ecr/aws4_request";
        let request = Client::builder().no_proxy().build().unwrap().post(&self.address);
        let answer = request
            .header("X-Amz-Target", format!("{REPOSITORY}.{operation}"))
            .header("Content-Type", "application/x-amz-json-1.1")
            .header(
                "Authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
            )
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    async fn push(&self, tag: &str, of: &str) -> (u16, String) {
        let config = json!({ "mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": format!("sha256:{}", "a".repeat(64)) });
        let manifest = json!({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config, "layers": [], "annotations": { "of": of },
        });
        let body = json!({ "repositoryName": NAME, "imageTag": tag, "imageManifest": manifest.to_string() });
        let (status, answer) = self.call("PutImage", body).await;
        let code = answer.get("__type").and_then(Value::as_str).unwrap_or_default();
        (status, code.rsplit('#').next().unwrap_or_default().to_owned())
    }
}

#[tokio::test]
async fn moto_reads_what_is_written_and_writes_what_is_read() {
    let Some(moto) = Peer::moto() else { return };
    let (client, _) = client_of(&moto.address, &keys("AKIAMOTO", "any"));
    client.reach().await.unwrap();
    assert_eq!(client.server().await.unwrap().product, "AWS ECR");
    assert_eq!(client.identity().await.unwrap().user, None);
    let filters = json!([{ "filterType": "WILDCARD", "filter": "v*" }, { "filterType": "WILDCARD", "filter": "latest" }]);
    let excluding = json!({
        "repositoryName": NAME, "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters,
    });
    assert_eq!(moto.call("CreateRepository", excluding).await.0, 200);
    assert_eq!(client.identity().await.unwrap().user.as_deref(), Some("123456789012"));
    let projects = collect(client.projects()).await.unwrap();
    assert_eq!(projects.iter().map(|facts| facts.project.path.as_str()).collect::<Vec<_>>(), [NAME]);
    assert_eq!(held(&client, NAME).await, Some((SelectorMode::Excluding, "v*,latest".to_owned())));

    for wanted in [
        Some(rule(SelectorMode::Matching, "dev-*")),
        Some(rule(SelectorMode::Matching, "*")),
        Some(rule(SelectorMode::Excluding, "a,b,c,d,e")),
        None,
    ] {
        // Its answer leaves the filters out: they are read.
        let answered = set(&client, NAME, wanted.clone()).await.unwrap();
        assert_eq!(answered.map(|saved| saved.rule), wanted);
        let read = rules(&client, NAME).await.unwrap();
        assert_eq!(read.rules.into_iter().next().map(|saved| saved.rule), wanted);
    }
    assert_eq!(trouble(rules(&client, "no/such").await), Trouble::NotFound);

    assert_eq!(moto.push("1.0", "one").await.0, 200);
    assert_eq!(moto.push("2.0", "two").await.0, 200);
    let shop = project(NAME);
    let repository = collect(client.repositories(&shop)).await.unwrap().remove(0);
    let mut tags = collect(client.tags(&shop, &repository)).await.unwrap();
    tags.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["1.0", "2.0"]);
    assert!(
        tags.iter()
            .all(|tag| tag.pushed_at.is_some()
                && tag.digest.as_ref().is_some_and(|d| d.starts_with("sha256:")))
    );
}

#[tokio::test]
async fn moto_and_the_box_refuse_in_the_same_words() {
    let Some(moto) = Peer::moto() else { return };
    let running = super::empty().await;
    for body in [
        json!({ "repositoryName": NAME, "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION" }),
        json!({ "repositoryName": NAME, "imageTagMutability": "MUTABLE_WITH_EXCLUSION" }),
    ] {
        let (status, theirs) = moto.call("CreateRepository", body.clone()).await;
        let ours = running.call("CreateRepository", &body).unwrap_err();
        assert_eq!((status, theirs["message"].as_str()), (400, Some(ours.message.as_str())));
        assert!(theirs["__type"].as_str().unwrap().ends_with(&ours.code), "{theirs}");
    }
    let missing = json!({ "repositoryNames": ["no/such"] });
    let (_, theirs) = moto.call("DescribeRepositories", missing.clone()).await;
    let ours = running.call("DescribeRepositories", &missing).unwrap_err();
    assert_eq!(theirs["message"].as_str(), Some(ours.message.as_str()));
}

#[tokio::test]
async fn ministack_holds_an_immutable_repository_as_the_box_does() {
    let Some(ministack) = Peer::ministack() else { return };
    let running = super::empty().await;
    let create = json!({ "repositoryName": NAME });
    assert_eq!(ministack.call("CreateRepository", create.clone()).await.0, 200);
    running.call("CreateRepository", &create).unwrap();
    let (theirs, _) = client_of(&ministack.address, &keys("AKIAMINI", "any"));
    let ours = super::client(&running);
    assert_eq!(ministack.push("1.0", "one").await.0, 200);
    for client in [&theirs, &ours] {
        let made = set(client, NAME, Some(rule(SelectorMode::Matching, "*"))).await.unwrap();
        assert_eq!(made.map(|saved| saved.rule.tags.pattern).as_deref(), Some("*"));
        assert_eq!(held(client, NAME).await, Some((SelectorMode::Matching, "*".to_owned())));
    }
    let refused = "ImageTagAlreadyExistsException";
    let body = |of: &str| json!({ "repositoryName": NAME, "imageTag": "1.0", "imageManifest": of });
    running.call("PutImage", &body("one")).unwrap();
    for of in ["one", "two"] {
        assert_eq!(ministack.push("1.0", of).await, (400, refused.to_owned()), "{of}");
        assert_eq!(running.call("PutImage", &body(of)).unwrap_err().code, refused, "{of}");
    }
    let shop = project(NAME);
    let repository = collect(theirs.repositories(&shop)).await.unwrap().remove(0);
    let tags = collect(theirs.tags(&shop, &repository)).await.unwrap();
    assert_eq!(tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["1.0"]);
    set(&theirs, NAME, None).await.unwrap();
    assert_eq!(ministack.push("1.0", "two").await.0, 200);
}
