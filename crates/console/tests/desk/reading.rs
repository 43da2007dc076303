//! Syncs: read to the end, stopped, failing in part.

use std::time::Duration;

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobResult};
use tagwarden_rules::finding::What;
use tagwarden_rules::moving::MovingReason;
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN, RegistryAccess, TagEffect};

use crate::support::{Desk, Opened, failed, projects, tags, team};

#[tokio::test]
async fn a_cancelled_sync_keeps_what_was_read() {
    let gitlab = team(&["a", "b"], &["v1"]).await;
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    gitlab.edit(|state| {
        state.create_project("team/new");
    });
    // The list arrives, the tags do not.
    let slow = FaultKind::Latency(Duration::from_secs(60));
    gitlab.faults().add(Matcher::path("/api/graphql"), slow);
    let job = desk.console.sync_start(id.clone()).await.unwrap();
    loop {
        if let JobEvent::Progress { progress } = desk.next_event().await
            && progress.total.is_some()
        {
            break;
        }
    }
    desk.console.job_cancel(job).await.unwrap();
    assert_eq!(desk.finish(job).await.1, JobResult::Cancelled { run: None });
    let page = desk.console.projects_page(projects("")).await.unwrap();
    assert_eq!((page.all, page.all_tags), (3, 2));
    let connection = desk.console.connections(()).await.unwrap().remove(0);
    assert_eq!(connection.error, None, "stopping is no fault");
}

#[tokio::test]
async fn one_project_that_cannot_be_read_marks_that_project_only() {
    let gitlab = team(&["a", "b"], &["v1"]).await;
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    let number = gitlab.inspect(|state| state.project_id("team/a").unwrap().0);
    let refuse =
        FaultKind::Status { status: axum::http::StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    gitlab.faults().add(Matcher::path(&format!("/api/v4/projects/{number}/")), refuse);
    let result = desk.sync(&id).await;
    let JobResult::Synced { failed, complete, projects: 2, .. } = result else { panic!("{result:?}") };
    assert_eq!((failed, complete), (1, false));
    let (a, b) = (desk.view("team/a").await, desk.view("team/b").await);
    assert_eq!(a.row.error.unwrap().code, ErrorCode::ServerFailed);
    assert_eq!((a.row.tags, b.row.error), (1, None), "what was known stays");
    assert_eq!(desk.console.connections(()).await.unwrap()[0].error, None);
}

#[tokio::test]
async fn a_tag_that_was_seen_to_move_is_told_under_an_immutable_rule() {
    let gitlab = team(&["a"], &["blue", "green"]).await;
    gitlab.edit(|state| {
        let project = state.project_id("team/a").unwrap();
        state.add_tag_rule(project, "^blue$", TagEffect::Immutable).unwrap();
    });
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    let moving = |view: Opened| {
        view.findings.iter().find_map(|finding| match &finding.what {
            What::BlocksMovingTags { tags, reasons, .. } => Some((tags.clone(), reasons.clone())),
            _ => None,
        })
    };
    desk.sync(&id).await;
    assert_eq!(moving(desk.view("team/a").await), None, "its name tells nothing");
    gitlab.edit(|state| {
        let repository = state.repository_at("team/a/api").unwrap();
        let (id, other) = (repository.id, repository.tags().get("green").unwrap().digest);
        assert!(state.move_tag(id, "blue", other));
    });
    desk.sync(&id).await;
    let seen = Some((vec!["blue".to_owned()], vec![MovingReason::Seen]));
    assert_eq!(moving(desk.view("team/a").await), seen);
    // What was seen stays known, also after a restart.
    desk.sync(&id).await;
    assert_eq!(moving(desk.restart().await.view("team/a").await), seen);
}

#[tokio::test]
async fn a_token_taken_back_marks_the_connection_and_keeps_the_inventory() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    gitlab.edit(|state| state.token_mut(OWNER_TOKEN).unwrap().revoked = true);
    let error = failed(desk.sync(&id).await);
    assert_eq!(error.code, ErrorCode::TokenExpired);
    let connection = desk.console.connections(()).await.unwrap().remove(0);
    assert_eq!(connection.error.unwrap().code, ErrorCode::TokenExpired);
    assert!(connection.synced_at.is_some());
    assert_eq!(desk.view("team/a").await.row.tags, 1);

    gitlab.edit(|state| state.token_mut(OWNER_TOKEN).unwrap().revoked = false);
    desk.sync(&id).await;
    assert_eq!(desk.console.connections(()).await.unwrap()[0].error, None);
}

#[tokio::test]
async fn a_project_without_a_registry_is_not_listed_and_comes_back_with_it() {
    let gitlab = team(&["a", "b"], &["v1"]).await;
    let switch = |access| {
        gitlab.edit(|state| {
            let id = state.project_id("team/a").unwrap();
            state.project_mut(id).unwrap().registry_access = access;
        });
    };
    switch(RegistryAccess::Disabled);
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    assert_eq!(desk.console.projects_page(projects("")).await.unwrap().all, 1);
    switch(RegistryAccess::Enabled);
    desk.sync(&id).await;
    assert_eq!(desk.console.projects_page(projects("")).await.unwrap().all, 2);
}

#[tokio::test]
async fn a_project_that_is_gone_says_so_when_it_is_read_again() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let project = desk.project("team/a").await;
    gitlab.edit(|state| {
        let id = state.project_id("team/a").unwrap();
        state.project_mut(id).unwrap().members.clear();
    });
    let job = desk.console.project_refresh(project).await.unwrap();
    let error = failed(desk.finish(job).await.1);
    assert_eq!((error.code, error.project.as_deref()), (ErrorCode::NotFound, Some("team/a")));
}

#[tokio::test]
async fn the_window_is_not_told_of_every_chunk() {
    let names: Vec<String> = (0..120).map(|number| format!("p{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let gitlab = team(&names, &["v1"]).await;
    let desk = Desk::new().await;
    let id = desk.connect(&gitlab, OWNER_TOKEN).await;
    let started = std::time::Instant::now();
    let job = desk.console.sync_start(id).await.unwrap();
    let (events, _) = desk.finish(job).await;
    let quarters = usize::try_from(started.elapsed().as_millis() / 250).unwrap();
    let told = events
        .iter()
        .filter(|event| matches!(event, JobEvent::Changed { what: Changed::Projects, .. }))
        .count();
    // At once, then one a quarter of a second, and one at the end.
    assert!((2..=quarters + 3).contains(&told), "{told} in {:?}", started.elapsed());
}

/// `team/p000` to `team/p129` with a tag each.
async fn fleet() -> tagwarden_simulator::Running {
    let names: Vec<String> = (0..130).map(|number| format!("p{number:03}")).collect();
    team(&names.iter().map(String::as_str).collect::<Vec<_>>(), &["v1"]).await
}

fn failing() -> FaultKind {
    FaultKind::Status { status: axum::http::StatusCode::INTERNAL_SERVER_ERROR, retry_after: None }
}

#[tokio::test]
async fn a_list_of_projects_that_breaks_off_leaves_the_projects_before_it_read() {
    let gitlab = fleet().await;
    let desk = Desk::new().await;
    let id = desk.connect(&gitlab, OWNER_TOKEN).await;
    let fault = gitlab.faults().add(Matcher::path("/api/v4/projects").query_contains("id_after="), failing());
    let result = desk.sync(&id).await;
    let JobResult::Synced { projects: 100, tags: 100, failed: 0, complete: false } = result else {
        panic!("{result:?}")
    };
    let connection = desk.console.connections(()).await.unwrap().remove(0);
    let error = connection.error.unwrap();
    assert_eq!((error.code, error.cause), (ErrorCode::ListCut, Some(ErrorCode::ServerFailed)));
    assert_eq!(connection.synced_at, None);

    gitlab.faults().remove(fault);
    let JobResult::Synced { projects: 130, complete: true, .. } = desk.sync(&id).await else { panic!() };
    // What is known of the others is no less true when the list breaks off once more.
    gitlab.faults().add(Matcher::path("/api/v4/projects").query_contains("id_after="), failing());
    let JobResult::Synced { complete: false, .. } = desk.sync(&id).await else { panic!() };
    let page = desk.console.projects_page(projects("")).await.unwrap();
    assert_eq!((page.all, page.all_tags), (130, 130));
}

#[tokio::test]
async fn a_list_of_tags_that_breaks_off_or_fails_leaves_the_other_repositories_read() {
    let gitlab = team(&["a"], &["v1"]).await;
    let ids = gitlab.edit(|state| {
        let project = state.project_id("team/a").unwrap();
        ["web", "worker"].map(|name| {
            let repository = state.create_repository(project, name).unwrap();
            for number in 0..30 {
                state.put_tag(repository, &format!("{name}-{number:02}"));
            }
            repository
        })
    });
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    gitlab.edit(|state| {
        let api = state.repository_at("team/a/api").unwrap().id;
        for repository in [api, ids[0], ids[1]] {
            state.put_tag(repository, "a-new");
        }
    });
    let of = |id: &tagwarden_simulator::RepositoryId| format!("ContainerRepository/{id}\\\"");
    // One list fails at once, another after its first page.
    gitlab.faults().add(Matcher::path("/api/graphql").body_contains(&of(&ids[0])), failing());
    let later = Matcher::path("/api/graphql").body_contains(&of(&ids[1])).between(2, u32::MAX);
    gitlab.faults().add(later, failing());
    let JobResult::Synced { failed: 1, complete: false, .. } = desk.sync(&id).await else { panic!() };
    let row = desk.view("team/a").await.row;
    assert!(row.error.is_some());
    // All that was known, and the new tags of the two lists that were read in part at least.
    assert_eq!(row.tags, 1 + 30 + 30 + 2);
    let new = desk.console.tags_page(tags("a-new")).await.unwrap();
    assert_eq!(new.total, 2);
}

#[tokio::test]
async fn a_list_of_repositories_that_breaks_off_forgets_none() {
    let gitlab = team(&["a"], &["v1"]).await;
    gitlab.edit(|state| {
        let project = state.project_id("team/a").unwrap();
        for number in 0..130 {
            let repository = state.create_repository(project, &format!("r{number:03}")).unwrap();
            state.put_tag(repository, "v1");
        }
    });
    let desk = Desk::new().await;
    let id = desk.connected(&gitlab, OWNER_TOKEN).await;
    gitlab.edit(|state| {
        let first = state.repository_at("team/a/api").unwrap().id;
        state.put_tag(first, "v2");
    });
    let number = gitlab.inspect(|state| state.project_id("team/a").unwrap().0);
    let path = format!("/api/v4/projects/{number}/registry/repositories");
    gitlab.faults().add(Matcher::path(&path).query_contains("page=2"), failing());
    let JobResult::Synced { failed: 1, complete: false, .. } = desk.sync(&id).await else { panic!() };
    let row = desk.view("team/a").await.row;
    assert_eq!((row.repositories, row.tags), (131, 132));
    assert_eq!(row.error.unwrap().code, ErrorCode::ListCut);
}

#[tokio::test]
async fn a_server_that_asks_to_slow_down_is_read_to_the_end() {
    let gitlab = fleet().await;
    let desk = Desk::new().await;
    let id = desk.connect(&gitlab, OWNER_TOKEN).await;
    let slow = FaultKind::Status { status: axum::http::StatusCode::TOO_MANY_REQUESTS, retry_after: Some(0) };
    gitlab.faults().add(Matcher::any().every(4), slow);
    let job = desk.console.sync_start(id).await.unwrap();
    let (events, result) = desk.finish(job).await;
    let JobResult::Synced { projects: 130, tags: 130, failed: 0, complete: true } = result else {
        panic!("{result:?}")
    };
    let waiting =
        |event: &JobEvent| matches!(event, JobEvent::Progress { progress } if progress.waiting.is_some());
    assert!(events.iter().any(waiting));
}
