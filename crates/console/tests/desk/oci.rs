//! A registry of the OCI API, without a window: dates and sizes of images are read when asked for, and kept.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::connections::{ConnectionDraft, RegistryKind, SignIn};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::JobResult;
use tagwarden_ipc::tags::{Image, ImagesQuestion, TagLine, TagRow, TagsQuery};

use crate::support::{Desk, code, draft, tags};

/// 2026-01-02T03:04:05Z.
const MADE_AT: i64 = 1_767_323_045;

/// One repository with the tags `1.0` and `latest`.
#[derive(Clone)]
struct Registry {
    address: String,
    /// The digit of which `latest`'s digest consists.
    latest: Arc<Mutex<char>>,
    down: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Registry {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let registry = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            latest: Arc::new(Mutex::new('a')),
            down: Arc::default(),
            asked: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(registry.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        registry
    }
}

fn sha(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

async fn answer(State(registry): State<Registry>, request: Request) -> Response {
    if registry.down.load(Ordering::SeqCst) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let path = request.uri().path();
    let json = |text: String| ([("content-type", "application/json")], text).into_response();
    match path {
        "/v2/" => json("{}".to_owned()),
        "/v2/_catalog" => json(r#"{"repositories":["shop/api"]}"#.to_owned()),
        "/v2/shop/api/tags/list" => json(r#"{"tags":["1.0","latest"]}"#.to_owned()),
        _ if path.starts_with("/v2/shop/api/blobs/") => {
            json(r#"{"created":"2026-01-02T03:04:05.678Z"}"#.to_owned())
        }
        _ => match path.strip_prefix("/v2/shop/api/manifests/") {
            Some("1.0") => digest('a'),
            Some("latest") => digest(*registry.latest.lock().unwrap()),
            Some(_) => {
                registry.asked.fetch_add(1, Ordering::SeqCst);
                let config = sha('f');
                json(format!(r#"{{"config":{{"digest":"{config}","size":20}},"layers":[]}}"#))
            }
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn digest(digit: char) -> Response {
    ([("docker-content-digest", sha(digit))], Body::empty()).into_response()
}

async fn connected(desk: &Desk, registry: &Registry) -> String {
    let draft = ConnectionDraft {
        kind: RegistryKind::Oci,
        sign_in: SignIn::Anonymous,
        token: None,
        ..draft(&registry.address, "")
    };
    let id = desk.console.connection_save(draft).await.unwrap().id;
    read(desk, &id).await;
    id
}

async fn read(desk: &Desk, connection: &str) {
    let result = desk.sync(connection).await;
    assert!(matches!(result, JobResult::Synced { complete: true, .. }), "{result:?}");
}

async fn rows(desk: &Desk) -> Vec<TagRow> {
    let query = TagsQuery { grouped: false, ..tags("") };
    let lines = desk.console.tags_page(query).await.unwrap().lines;
    let tag = |line| match line {
        TagLine::Tag { tag } => *tag,
        other @ TagLine::Repository { .. } => panic!("{other:?}"),
    };
    lines.into_iter().map(tag).collect()
}

fn question(row: &TagRow, digests: &[char]) -> ImagesQuestion {
    ImagesQuestion {
        project: row.project.clone(),
        repository: row.repository.clone(),
        digests: digests.iter().map(|digit| sha(*digit)).collect(),
    }
}

/// Name, date, size, and whether there is more to ask.
fn facts(rows: &[TagRow]) -> Vec<(&str, Option<i64>, Option<i64>, bool)> {
    rows.iter().map(|row| (row.name.as_str(), row.created_at, row.size, row.image_unread)).collect()
}

#[tokio::test]
async fn dates_and_sizes_are_read_on_request_and_kept_until_the_tag_moves() {
    let (desk, registry) = (Desk::new().await, Registry::start().await);
    let connection = connected(&desk, &registry).await;
    let before = rows(&desk).await;
    assert_eq!(facts(&before), [("1.0", None, None, true), ("latest", None, None, true)]);
    assert_eq!(registry.asked.load(Ordering::SeqCst), 0, "a reading asks for no image");

    let read_now = desk.console.tag_images(question(&before[0], &['a', 'a'])).await.unwrap();
    assert_eq!(read_now, [Image { digest: sha('a'), created_at: Some(MADE_AT), size: Some(20) }]);
    assert_eq!(registry.asked.load(Ordering::SeqCst), 1, "two tags of one image");
    let known = [("1.0", Some(MADE_AT), Some(20), false), ("latest", Some(MADE_AT), Some(20), false)];
    assert_eq!(facts(&rows(&desk).await), known);
    read(&desk, &connection).await;
    assert_eq!(facts(&rows(&desk).await), known, "another reading keeps them");

    *registry.latest.lock().unwrap() = 'b';
    read(&desk, &connection).await;
    assert_eq!(facts(&rows(&desk).await), [known[0], ("latest", None, None, true)]);
}

#[tokio::test]
async fn a_refusal_is_told_and_writes_nothing() {
    let (desk, registry) = (Desk::new().await, Registry::start().await);
    connected(&desk, &registry).await;
    let row = rows(&desk).await.remove(0);
    registry.down.store(true, Ordering::SeqCst);
    assert_eq!(code(desk.console.tag_images(question(&row, &['a'])).await), ErrorCode::Denied);
    assert!(rows(&desk).await.iter().all(|row| row.image_unread));
    let elsewhere = ImagesQuestion { repository: "shop/other".to_owned(), ..question(&row, &['a']) };
    assert_eq!(code(desk.console.tag_images(elsewhere).await), ErrorCode::NotFound);
}
