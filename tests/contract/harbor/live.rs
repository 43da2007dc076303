//! What a real Harbor 2.14.4 did, scenario after scenario: decisions, and the Harbor in a box.
//!
//! `tests/vectors/harbor-live.jsonl.gz` has a scenario a line: rules as they were sent, the artifacts of
//! each repository in the order of its list with the immutable flag of each tag, and operations with the
//! status and the message that Harbor answered with.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};

use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::{Value, json};
use tagwarden_rules::decision::{Actor, Operation, Outcome, Question, decide};
use tagwarden_rules::state::{CompiledRules, TagState};
use tagwarden_simulator::Digest;
use tagwarden_simulator::harbor::{HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HarborBox, RunningHarbor};

use super::{client_of, project, rules, version};

#[derive(Deserialize)]
struct Scenario {
    scenario: String,
    rules: Vec<Value>,
    flags: BTreeMap<String, Vec<(String, Tags)>>,
    ops: Vec<Op>,
}

#[derive(Deserialize)]
struct Op {
    op: String,
    repo: String,
    tag: String,
    exists: bool,
    same: Vec<String>,
    status: u16,
    msg: Option<String>,
}

/// Tags and whether each is immutable, in the order of Harbor's list: those pushed last first.
struct Tags(Vec<(String, bool)>);

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Tags;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("tags with their flags")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tags, A::Error> {
                let mut tags = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    tags.push(entry);
                }
                Ok(Tags(tags))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

fn scenarios() -> Vec<Scenario> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/harbor-live.jsonl.gz");
    let lines = BufReader::new(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

/// A Harbor as it was before the operations.
struct Replay {
    running: RunningHarbor,
    http: Client,
    project: String,
    pushes: u32,
}

impl Replay {
    async fn of(scenario: &Scenario) -> Self {
        let project = format!("enf-{}", scenario.scenario);
        let running = HarborBox::start(version("2.14.4")).await.unwrap();
        running.edit(|state| {
            state.create_project(&project, false);
            for (repository, artifacts) in &scenario.flags {
                let name = format!("{project}/{repository}");
                // Lists begin with what was pushed last.
                for (number, (_, tags)) in (1_u8..).zip(artifacts.iter().rev()) {
                    let oldest_first: Vec<&str> = tags.0.iter().rev().map(|(tag, _)| tag.as_str()).collect();
                    state.put_image(&name, Digest([number; 32]), &oldest_first).unwrap();
                }
            }
        });
        let replay = Self { running, http: Client::new(), project, pushes: 0 };
        let path = format!("/api/v2.0/projects/{}/immutabletagrules", replay.project);
        for rule in &scenario.rules {
            let answer = replay.request(Method::POST, &path).json(rule).send().await.unwrap();
            assert_eq!(answer.status(), 201);
            let location = answer.headers()["location"].to_str().unwrap().to_owned();
            if rule["disabled"] == true {
                // What is new is on, whatever it says.
                let id: u64 = location.rsplit('/').next().unwrap().parse().unwrap();
                let mut rule = rule.clone();
                rule["id"] = json!(id);
                assert_eq!(
                    replay.request(Method::PUT, &location).json(&rule).send().await.unwrap().status(),
                    200
                );
            }
        }
        replay
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.running.base_url());
        self.http.request(method, url).basic_auth(HARBOR_ADMIN, Some(HARBOR_ADMIN_PASSWORD))
    }

    fn repository_path(&self, repository: &str) -> String {
        format!("/api/v2.0/projects/{}/repositories/{}", self.project, repository.replace('/', "%252F"))
    }

    /// The flags of a repository's tags, as the server tells them.
    async fn flags(&self, repository: &str) -> BTreeMap<String, bool> {
        let path =
            format!("{}/artifacts?with_immutable_status=true&page_size=0", self.repository_path(repository));
        let rows: Value = self.request(Method::GET, &path).send().await.unwrap().json().await.unwrap();
        let tags =
            rows.as_array().unwrap().iter().flat_map(|row| row["tags"].as_array().into_iter().flatten());
        tags.map(|tag| (tag["name"].as_str().unwrap().to_owned(), tag["immutable"].as_bool().unwrap()))
            .collect()
    }

    /// A repository's tags, the newest image first and of each image the newest tag first.
    fn tags(&self, repository: &str) -> Vec<String> {
        self.running.inspect(|state| {
            let found = state.repository_at(&format!("{}/{repository}", self.project)).unwrap();
            let tags = found.listed().into_iter().flat_map(|artifact| found.tags_newest_first(artifact));
            tags.map(str::to_owned).collect()
        })
    }

    async fn carry_out(&mut self, op: &Op) -> (u16, Option<String>) {
        let request = match op.op.as_str() {
            "push" => {
                self.pushes += 1;
                let path = format!("/v2/{}/{}/manifests/{}", self.project, op.repo, op.tag);
                let body = json!({"schemaVersion": 2, "annotations": {"push": self.pushes}});
                self.request(Method::PUT, &path).json(&body)
            }
            "delete_tag" => {
                let path = format!("{}/artifacts/{}/tags/{}", self.repository_path(&op.repo), op.tag, op.tag);
                self.request(Method::DELETE, &path)
            }
            // Names without a slash were deleted where images are pushed, the others by the API.
            "delete_manifest" if !op.repo.contains('/') => {
                let digest = self.running.inspect(|state| {
                    let found = state.repository_at(&format!("{}/{}", self.project, op.repo)).unwrap();
                    found.resolve(&op.tag).unwrap().digest
                });
                let path = format!("/v2/{}/{}/manifests/{digest}", self.project, op.repo);
                self.request(Method::DELETE, &path)
            }
            "delete_manifest" => {
                let path = format!("{}/artifacts/{}", self.repository_path(&op.repo), op.tag);
                self.request(Method::DELETE, &path)
            }
            "delete_repository" => self.request(Method::DELETE, &self.repository_path(&op.repo)),
            other => panic!("{other}"),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
        (status, body["errors"][0]["message"].as_str().map(str::to_owned))
    }
}

/// What Tagwarden says before: the status and the message of a refusal, or what is carried out.
fn foreseen(rules: &CompiledRules, replay: &Replay, op: &Op) -> Result<Outcome, (u16, String)> {
    let tags = replay.tags(&op.repo);
    let operation = match op.op.as_str() {
        "push" => Operation::Push,
        "delete_tag" => Operation::DeleteTag,
        "delete_manifest" => Operation::DeleteManifest,
        _ => Operation::DeleteRepository,
    };
    let decision = decide(
        rules,
        &Question {
            actor: Actor::Admin,
            operation,
            repository: &format!("{}/{}", replay.project, op.repo),
            tag: &op.tag,
            exists: op.exists,
            repository_has_tags: !tags.is_empty(),
            same_digest: &op.same,
            repository_tags: &tags,
        },
    );
    match decision.answer {
        Some(answer) => Err((answer.status, answer.words)),
        None => Ok(decision.outcome),
    }
}

#[tokio::test]
async fn every_recorded_operation_ends_as_it_did_on_a_real_harbor() {
    let (mut operations, mut flags) = (0, 0);
    for scenario in scenarios() {
        let name = &scenario.scenario;
        let mut replay = Replay::of(&scenario).await;
        let client = client_of(&replay.running, HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD);
        let facts = project(&client, &replay.project).await;
        let read = rules(&client, &facts).await;
        let saved: Vec<_> = read.rules.iter().map(|saved| saved.rule.clone()).collect();
        let compiled = CompiledRules::compile(&saved).enforced_by(read.capabilities.enforcement);
        for (repository, artifacts) in &scenario.flags {
            let said = replay.flags(repository).await;
            let path = format!("{}/{repository}", replay.project);
            for (tag, immutable) in artifacts.iter().flat_map(|(_, tags)| &tags.0) {
                let standing = compiled.standing(&path, tag);
                assert_eq!(standing.state == TagState::Immutable, *immutable, "{name} {repository}:{tag}");
                assert_eq!(said.get(tag), Some(immutable), "{name} {repository}:{tag}, in the box");
                flags += 1;
            }
        }
        for op in &scenario.ops {
            let what = format!("{name}: {} {}:{}", op.op, op.repo, op.tag);
            let recorded = (op.status, op.msg.clone());
            match foreseen(&compiled, &replay, op) {
                Err((status, words)) => assert_eq!((status, Some(words)), recorded, "{what}"),
                Ok(outcome) => {
                    let expected = match (op.op.as_str(), op.exists) {
                        ("push", true) => Outcome::Overwrites,
                        ("push", false) => Outcome::Creates,
                        _ => Outcome::Deletes,
                    };
                    assert!(op.status < 300 && op.msg.is_none(), "{what}: {recorded:?}");
                    assert_eq!(outcome, expected, "{what}");
                }
            }
            assert_eq!(replay.carry_out(op).await, recorded, "{what}, in the box");
            operations += 1;
        }
    }
    assert_eq!((operations, flags), (5890, 3230));
}
