//! Syncs: read to the end, stopped, failing in part.

use std::time::Duration;

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobEvent, JobResult};
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN, RegistryAccess};

use crate::support::{Desk, failed, projects, team};

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
