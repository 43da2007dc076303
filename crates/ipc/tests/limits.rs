//! Every request of every command is bounded, in each of its parts.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic)] // Tests fail loudly, helpers too.

use serde_json::{Value, json};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::commands::{Cleanup, CleanupPreview, DraftSave};
use tagwarden_ipc::connections::{ConnectionDraft, ConnectionSummary, RegistryKind};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::JobId;
use tagwarden_ipc::journal::{JournalPage, JournalQuery, OpenChanges, RunView};
use tagwarden_ipc::limits;
use tagwarden_ipc::plans::{ApplyRequest, PlanRequest};
use tagwarden_ipc::preview::{
    BlockQuestion, BlockWritten, PatternQuestion, PatternReading, PreviewAnswer, PreviewRequest,
};
use tagwarden_ipc::projects::{ProjectView, ProjectsPage, ProjectsQuery};
use tagwarden_ipc::settings::{AppStart, KeychainState, Settings, SettingsDraft};
use tagwarden_ipc::simulate::{SimulateAnswer, SimulateRequest};
use tagwarden_ipc::tags::{Image, ImagesQuestion, TagDetails, TagQuestion, TagsPage, TagsQuery};
use tagwarden_ipc::with_commands;

macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $answer:ty, $set:ident;)*) => {
        /// Reads a request as the host does, and says what is wrong with it.
        fn refusal(command: &str, request: &Value) -> Option<ApiError> {
            $(let _ = std::marker::PhantomData::<$answer>;)*
            match command {
                $(stringify!($name) => limits::read::<$request, _>(request).err(),)*
                other => panic!("no command {other}"),
            }
        }
    };
}

with_commands!(readers);

fn rule() -> Value {
    json!({
        "repositories": { "mode": "matching", "dialect": "harbor", "pattern": "**" },
        "tags": { "mode": "matching", "dialect": "gitlab", "pattern": "^v" },
        "effect": { "kind": "immutable", "blocks": "overwrite_and_delete" },
        "enabled": true,
    })
}

fn draft() -> Value {
    json!({ "base": [], "rules": [{ "saved": null, "wanted": rule() }], "editing": 0 })
}

fn connection(sign_in: &Value) -> Value {
    json!({
        "id": "c", "kind": "harbor", "address": "https://harbor.example.com", "name": "Work",
        "sign_in": sign_in, "user": "robot", "repositories": ["a/b"], "token": "secret", "ca_file": "/ca.pem",
    })
}

/// Whole requests of a command: everything that can be there is there.
fn requests(command: &str) -> Vec<Value> {
    match command {
        "app_start" | "keychain_state" | "connections" | "journal_open" => vec![Value::Null],
        "settings_save" => vec![json!({
            "settings": { "theme": "dark", "single_letters": true, "proxy": "http://p", "proxy_password": null },
            "proxy_password": "secret",
        })],
        "connection_test" | "connection_save" => vec![
            connection(&json!({ "with": "environment", "variable": "TOKEN" })),
            connection(&json!({ "with": "profile", "name": "work" })),
            connection(&json!({ "with": "token", "keep": "session" })),
        ],
        "connection_remove"
        | "sync_start"
        | "project_refresh"
        | "project_open"
        | "project_cleanup"
        | "project_cleanup_preview"
        | "draft_discard"
        | "journal_run" => vec![json!("c/1")],
        "demo_open" => vec![json!("gitlab")],
        "job_cancel" => vec![json!(7)],
        "projects_page" | "projects_ids" => vec![json!({
            "filter": "x", "beside": "c/1", "chip": "all", "sort": "path", "descending": false, "offset": 0, "limit": 10,
        })],
        "draft_save" => vec![json!({ "key": "bulk", "draft": draft() })],
        "preview" => vec![json!({
            "projects": ["c/1"], "generation": 1, "session": 1, "before": [rule()], "after": [rule()],
            "edited": rule(), "edited_before": 0, "edited_after": 0, "outcomes": ["newly_covered"], "collapsed": [1],
            "offset": 0, "limit": 10,
        })],
        "pattern_read" => vec![json!({ "dialect": "gitlab", "pattern": "^v" })],
        "pattern_write" => {
            let of = |block: Value| json!({ "dialect": "gitlab", "block": block });
            vec![
                of(json!({ "block": "starts_with", "text": "v" })),
                of(json!({ "block": "any_of", "texts": ["v"] })),
            ]
        }
        "tags_page" => vec![json!({
            "project": "c/1", "filter": "x", "state": "open", "moved": false, "grouped": true, "sort": "name",
            "descending": false, "offset": 0, "limit": 10,
        })],
        "tag_details" => vec![json!({ "project": "c/1", "repository": "r", "name": "v1" })],
        "tag_images" => vec![json!({ "project": "c/1", "repository": "r", "digests": ["sha256:0"] })],
        "simulate" => vec![json!({
            "project": "c/1", "repository": "r", "tag": "v1", "actor": "owner", "operation": "push",
            "exists": true, "with_draft": false,
        })],
        "plan_start" => vec![
            json!({ "plan": "project", "project": "c/1", "draft": draft() }),
            json!({ "plan": "bulk", "projects": ["c/1"], "rule": rule() }),
            json!({ "plan": "undo", "run": "r" }),
        ],
        "apply_start" => vec![json!({ "plan": "p", "confirmed": true })],
        "journal_page" => {
            vec![json!({ "filter": "x", "project": "c/1", "chip": "all", "offset": 0, "limit": 10 })]
        }
        other => panic!("no request for {other}: add one"),
    }
}

/// The places of all texts, or of all lists, as JSON pointers.
fn places(value: &Value, at: &str, wanted: fn(&Value) -> bool, found: &mut Vec<String>) {
    if wanted(value) {
        found.push(at.to_owned());
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), wanted, found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{at}/{name}"), wanted, found);
            }
        }
        _ => {}
    }
}

fn all_requests() -> impl Iterator<Item = (&'static str, Value)> {
    tagwarden_ipc::COMMANDS.iter().flat_map(|&name| requests(name).into_iter().map(move |one| (name, one)))
}

#[test]
fn whole_requests_of_every_command_are_read() {
    for (command, request) in all_requests() {
        assert_eq!(refusal(command, &request), None, "{command}: {request}");
    }
}

#[test]
fn a_text_of_megabytes_is_refused_wherever_it_stands() {
    let long = "x".repeat(5 << 20);
    let mut tried = 0;
    for (command, request) in all_requests() {
        let mut texts = Vec::new();
        places(&request, "", Value::is_string, &mut texts);
        for place in texts {
            let mut request = request.clone();
            *request.pointer_mut(&place).unwrap() = json!(long);
            let error =
                refusal(command, &request).unwrap_or_else(|| panic!("{command}{place} is not bounded"));
            // A word of a fixed set is refused as what it is not.
            let expected = [ErrorCode::TooLong, ErrorCode::BadRequest];
            assert!(expected.contains(&error.code), "{command}{place}: {error:?}");
            if error.code == ErrorCode::TooLong {
                assert!(error.limit.is_some() && error.detail.is_some(), "{command}{place}: {error:?}");
            }
            let said = error.detail.unwrap_or_default();
            assert!(said.len() <= 200, "{command}{place} quotes {} bytes", said.len());
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn a_list_of_millions_is_refused_wherever_it_stands() {
    for (command, request) in all_requests() {
        let mut lists = Vec::new();
        places(&request, "", |value| value.as_array().is_some_and(|list| !list.is_empty()), &mut lists);
        for place in lists {
            let mut request = request.clone();
            let list = request.pointer_mut(&place).unwrap().as_array_mut().unwrap();
            let item = list.remove(0);
            let many = if item.is_object() { 20_000 } else { 1_000_001 };
            *list = vec![item; many];
            let error =
                refusal(command, &request).unwrap_or_else(|| panic!("{command}{place} is not bounded"));
            assert_eq!(error.code, ErrorCode::TooLong, "{command}{place}: {error:?}");
        }
    }
}

#[test]
fn a_refusal_says_what_is_too_long_and_how_long_it_may_be() {
    let save = |name: &str| {
        let mut request = requests("connection_save").remove(0);
        request["name"] = json!(name);
        refusal("connection_save", &request).map(|error| (error.code, error.detail, error.limit))
    };
    // Characters count, not bytes.
    assert_eq!(save(&"ä".repeat(500)), None);
    assert_eq!(save(&"ä".repeat(501)), Some((ErrorCode::TooLong, Some("name".to_owned()), Some(500))));
    let mut request = requests("connection_save").remove(0);
    request["token"] = json!("s".repeat(70_000));
    let error = refusal("connection_save", &request).unwrap();
    assert_eq!((error.detail.as_deref(), error.limit), (Some("secret"), Some(65_536)));
    let error = refusal("sync_start", &json!("c".repeat(2000))).unwrap();
    assert_eq!((error.code, error.detail.as_deref()), (ErrorCode::TooLong, Some("id")));
}

#[test]
fn what_may_be_left_out_may_still_be_left_out() {
    let bare = json!({
        "kind": "gitlab", "address": "https://gitlab.example.com", "name": "",
        "sign_in": { "with": "anonymous" },
    });
    assert_eq!(refusal("connection_test", &bare), None);
    assert_eq!(refusal("settings_save", &json!({ "settings": {} })), None);
}
