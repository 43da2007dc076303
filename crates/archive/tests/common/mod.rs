//! What the archive's tests share.
#![allow(dead_code, missing_docs, unreachable_pub)] // Each test program uses its part of it.

use tagwarden_archive::{
    Archive, Connection, ProjectListing, RepositoryRecord, SignIn, TagRecord, TokenPlace,
};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, SavedRule, Selector};
use tagwarden_rules::state::TagState;

pub fn connection(id: &str) -> Connection {
    Connection {
        id: id.into(),
        kind: "gitlab".into(),
        name: "Work".into(),
        address: "https://gitlab.example.com".into(),
        demo: false,
        sign_in: SignIn::Token { place: TokenPlace::Keychain, hint: Some("x9Yz".into()) },
        user: None,
        repositories: Vec::new(),
        ca_file: None,
        created_at: 100,
        last_sync_at: None,
        last_error: None,
        server_version: None,
        server_edition: None,
    }
}

pub fn listing(connection_id: &str, server_id: u32, path: &str) -> ProjectListing {
    ProjectListing {
        id: format!("{connection_id}/{server_id}"),
        connection_id: connection_id.into(),
        server_id: server_id.to_string(),
        path: path.into(),
        web_url: Some(format!("https://gitlab.example.com/{path}")),
        role: Some(Role::Owner),
        registry_enabled: true,
        archived: false,
    }
}

pub fn repository(id: &str, path: &str) -> RepositoryRecord {
    RepositoryRecord { id: id.into(), name: String::new(), path: path.into() }
}

pub fn tag(repository_id: &str, name: &str, digest: &str) -> TagRecord {
    TagRecord {
        repository_id: repository_id.into(),
        name: name.into(),
        digest: Some(format!("sha256:{digest}")),
        created_at: Some(1),
        pushed_at: Some(2),
        size: Some(3),
        state: TagState::Open,
        deciding_rule: None,
        verdict: None,
    }
}

pub fn immutable_rule(id: &str, pattern: &str) -> SavedRule {
    let rule = Rule {
        repositories: None,
        tags: Selector::matching(Dialect::Gitlab, pattern),
        effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
        enabled: true,
    };
    SavedRule::new(id, rule)
}

/// An archive in memory with connection `c` and project `c/1`.
pub async fn with_project() -> Archive {
    let archive = Archive::open_in_memory().await.unwrap();
    archive.put_connection(&connection("c")).await.unwrap();
    archive.upsert_projects(&[listing("c", 1, "payments/ledger-api")]).await.unwrap();
    archive
}
