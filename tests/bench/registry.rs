//! Tags with their digests from Debian's docker-registry: Tagwarden beside skopeo and curl, in one run.
//!
//! `make bench` runs it. Prints a table; nothing fails here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(dead_code, reason = "shares the registry with the contract tests, and needs a part of it")]

#[path = "../oci/debian.rs"]
mod debian;

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use debian::Debian;
use futures::{StreamExt as _, TryStreamExt as _};
use tagwarden_registries::http::HttpSettings;
use tagwarden_registries::oci::{Credentials, Oci, PARALLEL};
use tagwarden_registries::{Registry as _, RepositoryFacts};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const REPOSITORIES: usize = 5;
const TAGS: usize = 1000;
/// Tags that skopeo is asked for: it starts a process for each, and its rate is the same for more.
const FOR_SKOPEO: usize = 200;
const ROUNDS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let registry = Debian::open();
    runtime.block_on(fill(&registry));
    let all = REPOSITORIES * TAGS;

    let (mut ours, mut curls, mut skopeos, mut names) = (vec![], vec![], vec![], vec![]);
    let mut memory = vec![];
    // Side by side, so that whatever else the machine does meets all three.
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let (first_names, read) = runtime.block_on(read(&registry.address()));
        ours.push(all as f64 / started.elapsed().as_secs_f64());
        names.push(first_names * 1000.0);
        assert_eq!(read, all);
        memory.push(resident());
        let started = Instant::now();
        curl(&registry);
        curls.push(all as f64 / started.elapsed().as_secs_f64());
        let started = Instant::now();
        skopeo(&registry);
        skopeos.push(FOR_SKOPEO as f64 / started.elapsed().as_secs_f64());
    }
    let (ours, curls, skopeos) = (median(&mut ours), median(&mut curls), median(&mut skopeos));
    line(&format!("digests read, {all} tags, {PARALLEL} at once"), &format!("{ours:.0} tags/s"), "");
    line("  against curl -Z", &format!("{curls:.0} tags/s: {:.2} of it", ours / curls), "aim 0.95");
    line(
        "  against skopeo inspect --no-tags",
        &format!("{skopeos:.0} tags/s: {:.1} times", ours / skopeos),
        "aim 25",
    );
    line("all names there after", &format!("{:.0} ms", median(&mut names)), "");
    let requests = runtime.block_on(requests(&registry));
    line("requests a tag", &format!("{:.4}", requests as f64 / all as f64), "aim 1.02");
    let grown = memory[ROUNDS - 1] as f64 / memory[0] as f64;
    line(
        "memory after 25,000 tags / after 5,000",
        &format!("{} / {} MB = {grown:.2}", memory[ROUNDS - 1] / 1024, memory[0] / 1024),
        "aim flat",
    );
}

fn line(what: &str, value: &str, aim: &str) {
    println!("{what:<52} {value:>28}   {aim}");
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn repository(number: usize) -> String {
    format!("bench/repository-{number}")
}

/// One image a repository by skopeo, and its manifest again under every other tag.
async fn fill(registry: &Debian) {
    let client = reqwest::Client::new();
    for number in 0..REPOSITORIES {
        registry.push(&repository(number), "t0", &format!("layer {number}"));
        let url = |tag: usize| format!("{}/v2/{}/manifests/t{tag}", registry.address(), repository(number));
        let kind = "application/vnd.oci.image.manifest.v1+json";
        let manifest = client.get(url(0)).header("accept", kind).send().await.unwrap().bytes().await.unwrap();
        futures::stream::iter(1..TAGS)
            .for_each_concurrent(16, |tag| {
                let put = client.put(url(tag)).header("content-type", kind).body(manifest.clone());
                async move { assert!(put.send().await.unwrap().status().is_success()) }
            })
            .await;
    }
}

/// Reads everything as a sync does; answers with the seconds until all names were there, and the tags.
async fn read(address: &str) -> (f64, usize) {
    let settings = HttpSettings { parallel: PARALLEL, ..HttpSettings::default() };
    let client = Oci::new(address, Credentials::Anonymous, &[], settings, None).unwrap();
    let started = Instant::now();
    let projects = client.projects().try_concat().await.unwrap();
    let mut listed: Vec<(RepositoryFacts, Vec<String>)> = Vec::new();
    for project in &projects {
        for repository in client.repositories(&project.project).try_concat().await.unwrap() {
            let tags = client.tags(&project.project, &repository).try_concat().await.unwrap();
            listed.push((repository, tags.into_iter().map(|tag| tag.name).collect()));
        }
    }
    let names = started.elapsed().as_secs_f64();
    let (project, client) = (&projects[0].project, &client);
    let read: Vec<usize> = futures::stream::iter(listed)
        .map(|(repository, names)| async move {
            let pages = client.digests(project, &repository, names).unwrap();
            let with = |page: Vec<tagwarden_registries::TagFacts>| {
                page.iter().filter(|tag| tag.digest.is_some()).count()
            };
            pages.map_ok(with).try_fold(0, |sum, count| async move { Ok(sum + count) }).await.unwrap()
        })
        .buffer_unordered(4)
        .collect()
        .await;
    (names, read.into_iter().sum())
}

fn curl(registry: &Debian) {
    let mut config = String::new();
    for number in 0..REPOSITORIES {
        for tag in 0..TAGS {
            config += &format!(
                "url = \"{}/v2/{}/manifests/t{tag}\"\noutput = \"/dev/null\"\n",
                registry.address(),
                repository(number)
            );
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), config).unwrap();
    let done = Command::new("curl")
        .args(["--silent", "--no-progress-meter", "--head", "-Z", "--parallel-max", &PARALLEL.to_string()])
        .args(["-H", "Accept: application/vnd.oci.image.manifest.v1+json", "--config"])
        .arg(file.path())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success());
}

/// `skopeo list-tags`, then `skopeo inspect` for each tag, as many at once as the others.
fn skopeo(registry: &Debian) {
    let image = format!("docker://{}/{}", registry.host, repository(0));
    let list = Command::new("skopeo").args(["list-tags", "--tls-verify=false", &image]).output().unwrap();
    assert!(list.status.success());
    let next = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for _ in 0..PARALLEL {
            threads.spawn(|| {
                loop {
                    let tag = next.fetch_add(1, Ordering::Relaxed);
                    if tag >= FOR_SKOPEO {
                        return;
                    }
                    let mut inspect = Command::new("skopeo");
                    inspect.args(["inspect", "--no-tags", "--tls-verify=false", "--format", "{{.Digest}}"]);
                    let done = inspect.arg(format!("{image}:t{tag}")).stdout(Stdio::null()).status().unwrap();
                    assert!(done.success());
                }
            });
        }
    });
}

/// Requests that a reading makes, counted by something in between.
async fn requests(registry: &Debian) -> usize {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(Mutex::new(0));
    let (counted, target) = (Arc::clone(&count), registry.host.clone());
    let between = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (counted, target) = (Arc::clone(&counted), target.clone());
            tokio::spawn(async move {
                let server = tokio::net::TcpStream::connect(target).await.unwrap();
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let back =
                    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
                let mut chunk = [0; 16 * 1024];
                while let Ok(length @ 1..) = from_client.read(&mut chunk).await {
                    // A request without a body ends with an empty line, and comes in one piece.
                    *counted.lock().unwrap() +=
                        chunk[..length].windows(4).filter(|w| w == b"\r\n\r\n").count();
                    to_server.write_all(&chunk[..length]).await.unwrap();
                }
                back.abort();
            });
        }
    });
    read(&address).await;
    between.abort();
    *count.lock().unwrap()
}

/// Memory of this process, in kB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}
