//! Lists: filtered, sorted, cut to pages.

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::journal::{JournalChip, JournalQuery};
use tagwarden_ipc::projects::{ProjectChip, ProjectSort, ProjectsQuery};
use tagwarden_ipc::tags::{TagLine, TagsQuery};
use tagwarden_rules::state::TagState;
use tagwarden_simulator::{OWNER_TOKEN, TagEffect};

use crate::support::{Desk, gitlab, immutable, projects, tags};

/// `team/small` with 1 tag and no rule, `team/large` with 5 tags of which 2 are immutable, and
/// `other/empty`.
async fn office() -> (Desk, tagwarden_simulator::Running) {
    let gitlab = gitlab(|state| {
        let small = state.create_project("team/small");
        let repository = state.create_repository(small, "api").unwrap();
        state.put_tag(repository, "latest");
        let large = state.create_project("team/large");
        for (name, tags) in [("api", &["v1", "v2", "main"][..]), ("web", &["dev", "edge"])] {
            let repository = state.create_repository(large, name).unwrap();
            for tag in tags {
                state.put_tag(repository, tag);
            }
        }
        state.add_tag_rule(large, "^v[0-9]+$", TagEffect::Immutable).unwrap();
        state.create_project("other/empty");
    })
    .await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    (desk, gitlab)
}

async fn names(desk: &Desk, query: ProjectsQuery) -> Vec<String> {
    let page = desk.console.projects_page(query).await.unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test]
async fn projects_are_filtered_sorted_counted_and_paged() {
    let (desk, _gitlab) = office().await;
    for (filter, expected) in [
        ("", &["empty", "large", "small"][..]),
        ("team", &["large", "small"]),
        ("group:team tags:>1", &["large"]),
        ("-group:team", &["empty"]),
        ("rule:none", &["empty", "small"]),
        ("rule:1", &["large"]),
        ("kind:immutable,protected", &["large"]),
        ("immutable:>=40%", &["large"]),
    ] {
        assert_eq!(names(&desk, projects(filter)).await, expected, "{filter}");
        let ids = desk.console.projects_ids(projects(filter)).await.unwrap();
        assert_eq!(ids.len(), expected.len(), "{filter}");
    }
    for filter in ["tags:many", "grop:team", "rule:"] {
        let page = desk.console.projects_page(projects(filter)).await.unwrap();
        assert!(page.filter_error.is_some(), "{filter}");
    }
    let by_tags = ProjectsQuery { sort: ProjectSort::Tags, descending: true, ..projects("") };
    assert_eq!(names(&desk, by_tags.clone()).await, ["large", "small", "empty"]);
    assert_eq!(names(&desk, ProjectsQuery { offset: 1, limit: 1, ..by_tags }).await, ["small"]);
    let no_rules = ProjectsQuery { chip: ProjectChip::NoRules, ..projects("") };
    let page = desk.console.projects_page(no_rules).await.unwrap();
    assert_eq!((page.total, page.all, page.all_tags), (2, 3, 6));
    let count = |chip| page.chips.iter().find(|c| c.chip == chip).unwrap().count;
    assert_eq!((count(ProjectChip::All), count(ProjectChip::NoRules)), (3, 2));
}

fn said(line: &TagLine) -> String {
    match line {
        TagLine::Repository { path, tags, .. } => format!("{path} ({tags})"),
        TagLine::Tag { tag } => tag.name.clone(),
    }
}

#[tokio::test]
async fn every_page_of_grouped_tags_is_a_piece_of_the_whole() {
    let (desk, _gitlab) = office().await;
    for (descending, filter) in [(false, ""), (true, ""), (false, "e"), (false, "state:open")] {
        let all = desk.console.tags_page(TagsQuery { descending, ..tags(filter) }).await.unwrap();
        let whole: Vec<String> = all.lines.iter().map(said).collect();
        assert_eq!(whole.len(), all.total_lines as usize);
        if filter.is_empty() && !descending {
            let expected = [
                "team/large/api (3)",
                "main",
                "v1",
                "v2",
                "team/large/web (2)",
                "dev",
                "edge",
                "team/small/api (1)",
                "latest",
            ];
            assert_eq!(whole, expected);
        }
        for offset in 0..=whole.len() {
            for limit in 0..=whole.len() {
                let cut = u32::try_from(offset).unwrap();
                let query = TagsQuery {
                    descending,
                    offset: cut,
                    limit: u32::try_from(limit).unwrap(),
                    ..tags(filter)
                };
                let page = desk.console.tags_page(query).await.unwrap();
                let lines: Vec<String> = page.lines.iter().map(said).collect();
                let end = (offset + limit).min(whole.len());
                assert_eq!(lines, whole[offset..end], "{offset}+{limit} of {filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn tags_are_counted_by_state_whatever_state_is_shown() {
    let (desk, gitlab) = office().await;
    let only = TagsQuery { state: Some(TagState::Immutable), ..tags("") };
    let page = desk.console.tags_page(only.clone()).await.unwrap();
    assert_eq!((page.total, page.states.open, page.states.immutable), (2, 4, 2));
    let nothing = TagsQuery { filter: "state:open".to_owned(), ..only.clone() };
    assert_eq!(desk.console.tags_page(nothing).await.unwrap().total, 0, "both must hold");
    for filter in ["repo:a,b", "-repo:a", "state:odd", "colour:red"] {
        assert!(desk.console.tags_page(tags(filter)).await.unwrap().filter_error.is_some(), "{filter}");
    }
    assert_eq!(desk.console.tags_page(tags("project:small")).await.unwrap().total, 1);
    assert_eq!(desk.console.tags_page(tags("project:nowhere")).await.unwrap().total, 0);

    // The numbers follow what is applied and read.
    let plan = desk.planned_new("team/large", immutable("^main$")).await;
    desk.applied(&plan).await;
    assert_eq!(desk.console.tags_page(only).await.unwrap().total, 3);
    gitlab.edit(|state| {
        let repository = state.repository_at("team/small/api").unwrap().id;
        state.put_tag(repository, "new");
    });
    let id = desk.console.connections(()).await.unwrap().remove(0).id;
    desk.sync(&id).await;
    assert_eq!(desk.console.tags_page(tags("")).await.unwrap().total, 7);
}

#[tokio::test]
async fn the_journal_is_paged_and_filtered_by_outcome() {
    let (desk, _gitlab) = office().await;
    for pattern in ["^a$", "^b$"] {
        let plan = desk.planned_new("team/small", immutable(pattern)).await;
        desk.applied(&plan).await;
    }
    let query = |chip, offset| JournalQuery { filter: String::new(), project: None, chip, offset, limit: 1 };
    let first = desk.console.journal_page(query(JournalChip::All, 0)).await.unwrap();
    let second = desk.console.journal_page(query(JournalChip::Done, 1)).await.unwrap();
    assert_eq!((first.total, first.chips), (2, (2, 2, 0)));
    assert_ne!(first.runs[0].id, second.runs[0].id);
    let run = &first.runs[0];
    assert_eq!((run.projects, run.entry_count, run.can_undo), (1, 1, true));
    assert!(run.entries[0].connection_name.starts_with("127.0.0.1"));
    assert_eq!(desk.console.journal_run(run.id.clone()).await.unwrap(), *run);
}
