//! Pages, groups and counts of tags, and how long they take.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // Tests fail loudly, helpers too.

mod common;

use std::time::{Duration, Instant};

use common::{connection, listing, repository, tag, with_project};
use tagwarden_archive::{Archive, StateChange, TagSort, TagsFilter};
use tagwarden_rules::state::{StateCounts, TagState};

fn of(project: &str) -> TagsFilter {
    TagsFilter { projects: vec![project.into()], limit: 100, ..TagsFilter::default() }
}

async fn names(archive: &Archive, filter: &TagsFilter) -> Vec<String> {
    archive.tags_page(filter).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

async fn with_tags() -> Archive {
    let archive = with_project().await;
    let repositories = [repository("2", "payments/ledger-api/web"), repository("1", "payments/ledger-api")];
    let mut tags = vec![
        tag("1", "v1.0", "aa11"),
        tag("1", "V1_0", "bb22"),
        tag("1", "latest", "cc33"),
        tag("2", "v1.0", "dd44"),
        tag("2", "beta", "ee55"),
    ];
    tags[0].pushed_at = Some(30);
    tags[1].pushed_at = None;
    tags[1].created_at = Some(20);
    tags[2].pushed_at = None;
    tags[2].created_at = None;
    tags[3].size = Some(900);
    tags[2].state = TagState::Protected;
    tags[3].state = TagState::Immutable;
    archive.replace_tags("c/1", &repositories, &tags, 10).await.unwrap();
    archive
}

#[tokio::test]
async fn text_means_itself_and_finds_names_paths_and_digests() {
    let archive = with_tags().await;
    let with = |text: &str| TagsFilter { text: Some(text.into()), ..of("c/1") };
    assert_eq!(names(&archive, &with("v1.0")).await, ["v1.0", "v1.0"]);
    assert_eq!(names(&archive, &with("1_0")).await, ["V1_0"], "_ is no wildcard");
    assert_eq!(names(&archive, &with("%")).await, Vec::<String>::new());
    assert_eq!(names(&archive, &with("WEB")).await, ["beta", "v1.0"]);
    assert_eq!(names(&archive, &with("cc3")).await, ["latest"]);
    assert_eq!(names(&archive, &with("sha256:cc3")).await, ["latest"]);
    let both = TagsFilter { repository: Some("web".into()), digest: Some("dd".into()), ..of("c/1") };
    assert_eq!(names(&archive, &both).await, ["v1.0"]);
}

#[tokio::test]
async fn pages_follow_each_other_and_know_the_total() {
    let archive = with_tags().await;
    let page = |offset| TagsFilter { offset, limit: 2, ..of("c/1") };
    assert_eq!(names(&archive, &page(0)).await, ["V1_0", "beta"]);
    assert_eq!(names(&archive, &page(2)).await, ["latest", "v1.0"]);
    assert_eq!(names(&archive, &page(4)).await, ["v1.0"]);
    assert_eq!(archive.tags_page(&page(4)).await.unwrap().total, 5);
    let row = &archive.tags_page(&page(2)).await.unwrap().rows[0];
    assert_eq!(row.repository_path, "payments/ledger-api");
    assert_eq!(row.project_path, "payments/ledger-api");
}

#[tokio::test]
async fn sorting_puts_what_is_not_known_last_either_way() {
    let archive = with_tags().await;
    let sorted = |sort, descending| TagsFilter { sort, descending, ..of("c/1") };
    let down = names(&archive, &sorted(TagSort::Pushed, true)).await;
    assert_eq!([&down[0], &down[1], &down[4]], ["v1.0", "V1_0", "latest"], "pushed, else made");
    let up = names(&archive, &sorted(TagSort::Pushed, false)).await;
    assert_eq!([&up[3], &up[4]], ["v1.0", "latest"]);
    let largest = archive.tags_page(&sorted(TagSort::Size, true)).await.unwrap().rows.remove(0);
    assert_eq!((largest.size, largest.repository_id.as_str()), (Some(900), "2"));
}

#[tokio::test]
async fn groups_stand_in_the_order_of_the_grouped_page() {
    let archive = with_tags().await;
    let filter = TagsFilter { group_by_repository: true, ..of("c/1") };
    let groups = archive.tag_groups(&filter).await.unwrap();
    let paths: Vec<&str> = groups.iter().map(|group| group.path.as_str()).collect();
    assert_eq!(paths, ["payments/ledger-api", "payments/ledger-api/web"]);
    assert_eq!(groups[0].counts, StateCounts { open: 2, protected: 1, ..StateCounts::default() });
    assert_eq!(groups[1].total, 2);
    assert_eq!(names(&archive, &filter).await, ["V1_0", "latest", "v1.0", "beta", "v1.0"]);
    let second = TagsFilter { repository_id: Some("2".into()), ..of("c/1") };
    assert_eq!(names(&archive, &second).await, ["beta", "v1.0"]);
}

#[tokio::test]
async fn counts_for_the_state_buttons_do_not_depend_on_the_chosen_state() {
    let archive = with_tags().await;
    let filter = TagsFilter { states: vec![TagState::Immutable], ..of("c/1") };
    assert_eq!(names(&archive, &filter).await, ["v1.0"]);
    let counts = archive.tag_counts(&filter).await.unwrap();
    assert_eq!(counts, StateCounts { open: 3, protected: 1, immutable: 1, unknown: 0 });
}

#[tokio::test]
async fn names_for_the_index_come_in_order() {
    let archive = with_tags().await;
    let all = archive.tag_names(&["c/1".into(), "unknown".into()]).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].repository_path, "payments/ledger-api");
    assert_eq!(all[0].names, ["V1_0", "latest", "v1.0"]);
    assert_eq!(all[1].names, ["beta", "v1.0"]);
}

/// Prints what each step takes; the limits are loose, as other work shares the machine.
#[tokio::test]
async fn a_hundred_thousand_tags_are_written_and_paged_in_time() {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::open(directory.path().join("archive.db")).await.unwrap();
    archive.put_connection(&connection("c")).await.unwrap();
    let path = "group/big";
    archive.upsert_projects(&[listing("c", 1, path), listing("c", 2, "group/x")]).await.unwrap();
    let repositories: Vec<_> = (0..10).map(|n| repository(&n.to_string(), &format!("{path}/r{n}"))).collect();
    let tags: Vec<_> = (0..100_000_u32)
        .map(|n| {
            let scattered = n.wrapping_mul(2_654_435_761);
            let mut tag =
                tag(&(n % 10).to_string(), &format!("v{n}.{scattered}"), &format!("{scattered:064x}"));
            tag.pushed_at = Some(i64::from(scattered));
            tag
        })
        .collect();

    let start = Instant::now();
    archive.replace_tags("c/2", &repositories, &tags[..70_000], 10).await.unwrap();
    report("write 70,000", start, 8000);
    let start = Instant::now();
    archive.replace_tags("c/2", &repositories, &tags[..70_000], 20).await.unwrap();
    report("write them again", start, 8000);
    archive.replace_tags("c/1", &repositories, &tags, 10).await.unwrap();
    let changes: Vec<_> = tags
        .iter()
        .map(|tag| StateChange {
            repository_id: tag.repository_id.clone(),
            name: tag.name.clone(),
            state: TagState::Protected,
            deciding_rule: Some("1".into()),
        })
        .collect();
    let start = Instant::now();
    archive.set_states("c/1", &changes).await.unwrap();
    report("set 100,000 states", start, 8000);

    let filters = [
        ("first page", of("c/1")),
        ("deep page", TagsFilter { offset: 90_000, ..of("c/1") }),
        ("text", TagsFilter { text: Some("99".into()), ..of("c/1") }),
        ("by push", TagsFilter { sort: TagSort::Pushed, descending: true, ..of("c/1") }),
        ("by size, deep", TagsFilter { sort: TagSort::Size, offset: 90_000, ..of("c/1") }),
        ("grouped, deep", TagsFilter { group_by_repository: true, offset: 90_000, ..of("c/1") }),
    ];
    for (what, filter) in filters {
        let start = Instant::now();
        archive.tags_page(&filter).await.unwrap();
        report(what, start, 1500);
    }
    let start = Instant::now();
    archive.tag_groups(&of("c/1")).await.unwrap();
    report("groups", start, 1500);
    let start = Instant::now();
    archive.tag_counts(&of("c/1")).await.unwrap();
    report("counts", start, 1500);
    let start = Instant::now();
    let names = archive.tag_names(&["c/1".into()]).await.unwrap();
    report("names", start, 3000);
    assert_eq!(names.iter().map(|group| group.names.len()).sum::<usize>(), 100_000);
}

fn report(what: &str, start: Instant, limit: u64) {
    let took = start.elapsed();
    println!("{what}: {took:?}");
    assert!(took < Duration::from_millis(limit), "{what} took {took:?}");
}
