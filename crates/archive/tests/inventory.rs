//! What a sync writes, and what is left of the sync before.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // Tests fail loudly, helpers too.

mod common;

use common::{connection, immutable_rule, listing, repository, tag, with_project};
use tagwarden_archive::{ArchiveError, ProjectReading, StateChange, TagRecord, TagsFilter};
use tagwarden_rules::finding::{Finding, Severity, What};
use tagwarden_rules::moving::TagTrace;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Effect, Role};
use tagwarden_rules::state::{StateCounts, TagState};
use tagwarden_rules::visibility::{KnownRules, NotVisible, ServerVerdict};

fn reading() -> ProjectReading {
    ProjectReading {
        rules: Ok(vec![immutable_rule("gid://1", "^v")]),
        rules_complete: true,
        capabilities: tagwarden_rules::capabilities::Capabilities {
            product: "GitLab".into(),
            version: None,
            enforcement: tagwarden_rules::enforcement::Enforcement::Gitlab,
            form: tagwarden_rules::capabilities::RuleForm::List,
            kinds: vec![],
            dialect: Dialect::Gitlab,
            repository_dialect: None,
            single_repository: false,
            excluding: false,
            switch: false,
            rule_limit: Some(5),
            rules_shown: None,
            pattern_characters: Some(100),
            pattern_bytes: Some(100),
            unique_patterns: true,
            unique_rules: false,
            rule_bytes: None,
            role_names: tagwarden_rules::rule::RoleNames::Gitlab,
            protect_roles: vec![Role::Maintainer],
            actors: vec![],
            propagation_seconds: None,
            cleanup: false,
            cleanup_preview: false,
            images_on_request: false,
            notes: Vec::new(),
        },
        findings: vec![
            Finding {
                what: What::MatchesNothing { never: false, excluding: false },
                severity: Severity::Note,
                rule: None,
                fixes: vec![],
            },
            Finding {
                what: What::NoRules { open: 3 },
                severity: Severity::Warning,
                rule: None,
                fixes: vec![],
            },
        ],
        counts: StateCounts { open: 1, protected: 2, immutable: 3, unknown: 4 },
    }
}

fn all() -> TagsFilter {
    TagsFilter { limit: 100, ..TagsFilter::default() }
}

#[tokio::test]
async fn listing_projects_again_keeps_what_was_read_about_them() {
    let archive = with_project().await;
    archive.set_project_reading("c/1", &reading(), 50).await.unwrap();
    archive.upsert_projects(&[listing("c", 1, "payments/renamed")]).await.unwrap();

    let project = archive.project("c/1").await.unwrap().unwrap();
    assert_eq!(project.summary.listing.path, "payments/renamed");
    assert_eq!(project.rules, KnownRules::from(reading().rules));
    assert_eq!(project.capabilities, Some(reading().capabilities));
    assert_eq!(project.summary.findings, reading().findings);
    assert_eq!(project.summary.severity, Some(Severity::Warning));
    assert_eq!(project.summary.counts, reading().counts);
    assert_eq!(project.summary.read_at, Some(50));
}

#[tokio::test]
async fn a_failed_reading_is_shown_beside_the_last_good_one() {
    let archive = with_project().await;
    archive.set_project_reading("c/1", &reading(), 50).await.unwrap();
    let error = serde_json::json!({ "code": "timeout" });
    archive.set_project_error("c/1", Some(&error)).await.unwrap();
    let summary = archive.all_projects().await.unwrap().remove(0);
    assert_eq!(summary.error, Some(error));
    assert_eq!(summary.rule_count, KnownRules::Read { rules: 1 });
    archive.set_project_reading("c/1", &reading(), 60).await.unwrap();
    assert_eq!(archive.all_projects().await.unwrap()[0].error, None);
}

#[tokio::test]
async fn projects_that_a_complete_list_leaves_out_are_gone_until_they_are_back() {
    let archive = with_project().await;
    archive.upsert_projects(&[listing("c", 2, "payments/old")]).await.unwrap();
    assert_eq!(archive.mark_gone_except("c", &["c/1".into()]).await.unwrap(), 1);
    let gone: Vec<bool> = archive.all_projects().await.unwrap().iter().map(|p| p.gone).collect();
    assert_eq!(gone, [false, true]);
    assert_eq!(archive.project_count().await.unwrap(), 1);
    archive.upsert_projects(&[listing("c", 2, "payments/old")]).await.unwrap();
    assert_eq!(archive.project_count().await.unwrap(), 2);
}

#[tokio::test]
async fn a_tag_that_moved_shows_where_it_pointed_before_and_when_it_was_seen() {
    let archive = with_project().await;
    let repositories = [repository("r", "payments/ledger-api")];
    let first = [tag("r", "latest", "aa"), tag("r", "v1", "bb"), tag("r", "gone", "cc")];
    archive.replace_tags("c/1", &repositories, &first, 10).await.unwrap();
    let mut unread = tag("r", "v1", "");
    unread.digest = None;
    archive.replace_tags("c/1", &repositories, &[tag("r", "latest", "dd"), unread], 20).await.unwrap();

    let latest = archive.tag("c/1", "r", "latest").await.unwrap().unwrap();
    assert_eq!(latest.digest.as_deref(), Some("sha256:dd"));
    assert_eq!(latest.previous_digest.as_deref(), Some("sha256:aa"));
    assert_eq!(latest.moved_at, Some(20));
    let v1 = archive.tag("c/1", "r", "v1").await.unwrap().unwrap();
    assert_eq!((v1.digest.as_deref(), v1.moved_at), (Some("sha256:bb"), None));
    assert_eq!(archive.tag("c/1", "r", "gone").await.unwrap(), None);
    let moved = TagsFilter { moved_only: true, ..all() };
    assert_eq!(archive.tags_page(&moved).await.unwrap().total, 1);
    let [traced] = archive.traced_tags("c/1").await.unwrap().try_into().unwrap();
    assert_eq!(
        (traced.repository_id.as_str(), traced.names.as_slice()),
        ("r", &["latest".into(), "v1".into()][..])
    );
    let trace = |digest: &str, moved| TagTrace::new(Some(digest), moved);
    assert_eq!(traced.traces, [trace("sha256:dd", true), trace("sha256:bb", false)]);
}

#[tokio::test]
async fn a_repository_that_vanished_takes_its_tags_along_and_counts_follow() {
    let archive = with_project().await;
    let both = [repository("r", "payments/ledger-api"), repository("s", "payments/ledger-api/s")];
    let tags = [tag("r", "a", "1"), tag("s", "a", "2"), tag("s", "b", "3")];
    let counts = archive.replace_tags("c/1", &both, &tags, 10).await.unwrap();
    assert_eq!(counts, StateCounts { open: 3, ..StateCounts::default() });
    archive.replace_tags("c/1", &both[..1], &tags[..1], 20).await.unwrap();
    let summary = archive.all_projects().await.unwrap().remove(0);
    assert_eq!((summary.repositories, summary.tags, summary.counts.open), (1, 1, 1));
    assert_eq!(archive.repositories("c/1").await.unwrap()[0].tag_count, 1);
}

#[tokio::test]
async fn an_inventory_that_cannot_be_written_whole_leaves_the_last_one_as_it_was() {
    let archive = with_project().await;
    let repositories = [repository("r", "payments/ledger-api")];
    archive.replace_tags("c/1", &repositories, &[tag("r", "v1", "1")], 10).await.unwrap();
    let stray = [tag("r", "v2", "2"), tag("unknown", "v3", "3")];
    let error = archive.replace_tags("c/1", &repositories, &stray, 20).await.unwrap_err();
    assert!(matches!(error, ArchiveError::NotFound { what: "repository", .. }), "{error:?}");
    let names = archive.tag_names(&["c/1".into()]).await.unwrap();
    assert_eq!(names[0].names, ["v1"]);
    assert_eq!(archive.all_projects().await.unwrap()[0].read_at, Some(10));
}

#[tokio::test]
async fn states_follow_a_change_of_rules() {
    let archive = with_project().await;
    let repositories = [repository("r", "payments/ledger-api")];
    let tags: Vec<_> = (0..1200).map(|n| tag("r", &format!("v{n}"), "1")).collect();
    archive.replace_tags("c/1", &repositories, &tags, 10).await.unwrap();
    let change = |name: &str| StateChange {
        repository_id: "r".into(),
        name: name.into(),
        state: TagState::Immutable,
        deciding_rule: Some("gid://1".into()),
    };
    let mut changes: Vec<_> = (0..1100).map(|n| change(&format!("v{n}"))).collect();
    changes.push(change("not there"));
    let counts = archive.set_states("c/1", &changes).await.unwrap();
    assert_eq!(counts, StateCounts { open: 100, immutable: 1100, ..StateCounts::default() });
    let row = archive.tag("c/1", "r", "v7").await.unwrap().unwrap();
    assert_eq!((row.state, row.deciding_rule.as_deref()), (TagState::Immutable, Some("gid://1")));
    assert_eq!(archive.all_projects().await.unwrap()[0].counts, counts);
}

#[tokio::test]
async fn removing_a_connection_removes_all_that_was_read_through_it() {
    let archive = with_project().await;
    archive.put_connection(&connection("d")).await.unwrap();
    archive.upsert_projects(&[listing("d", 1, "other/project")]).await.unwrap();
    let repositories = [repository("r", "x")];
    archive.replace_tags("c/1", &repositories, &[tag("r", "v1", "1")], 10).await.unwrap();
    archive.delete_connection("c").await.unwrap();
    assert_eq!(archive.tags_page(&all()).await.unwrap().total, 0);
    let left = archive.all_projects().await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].listing.id, "d/1");
}

#[tokio::test]
async fn rules_that_are_not_visible_are_kept_as_such_with_the_servers_word_for_each_tag() {
    let archive = with_project().await;
    assert_eq!(archive.project("c/1").await.unwrap().unwrap().rules, KnownRules::NotRead);
    let said = ServerVerdict::Covered { effect: Effect::Protect { push: Role::Owner, delete: Role::Admin } };
    let told = TagRecord { state: said.state(), verdict: Some(said), ..tag("1", "v1", "a") };
    archive.replace_tags("c/1", &[repository("1", "payments/ledger-api")], &[told], 10).await.unwrap();
    let reason = NotVisible::Permission { needs: "immutable-tag:list".to_owned() };
    let hidden = ProjectReading { rules: Err(reason.clone()), findings: vec![], ..reading() };
    archive.set_project_reading("c/1", &hidden, 10).await.unwrap();
    let project = archive.project("c/1").await.unwrap().unwrap();
    assert_eq!(project.rules, KnownRules::NotVisible { reason: reason.clone() });
    assert_eq!(project.summary.rule_count, KnownRules::NotVisible { reason });
    assert_eq!(archive.tag("c/1", "1", "v1").await.unwrap().unwrap().verdict, Some(said));
    // Once the rules are seen, they are what counts.
    archive.set_project_reading("c/1", &reading(), 20).await.unwrap();
    let change = StateChange {
        repository_id: "1".into(),
        name: "v1".into(),
        state: TagState::Immutable,
        deciding_rule: Some("5".into()),
    };
    archive.set_states("c/1", &[change]).await.unwrap();
    assert_eq!(archive.tag("c/1", "1", "v1").await.unwrap().unwrap().verdict, None);
    assert_eq!(archive.project("c/1").await.unwrap().unwrap().rules, KnownRules::from(reading().rules));
}
