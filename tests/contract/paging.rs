//! Lists in pages, as servers behind proxies and servers of other makers give them.

use futures::{Stream, StreamExt as _};
use reqwest::StatusCode;
use tagwarden_registries::gitlab::GitLab;
use tagwarden_registries::{Cut, ProjectFacts, Registry as _, RegistryError, RepositoryFacts, Trouble};
use tagwarden_simulator::harbor::{HarborConfig, RunningHarbor, State as HarborState};
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN, Rows};

use crate::canned::{Canned, http, json};
use crate::harbor::{inventory, maintainer, project as harbor_project, with as harbor};
use crate::support::{Waits, World, client, collect};

const PROJECTS: &str = "/api/v4/projects";

/// What a list gave, and what ended it.
async fn kept<T>(pages: impl Stream<Item = Result<Vec<T>, RegistryError>>) -> (Vec<T>, Option<Trouble>) {
    let mut pages = std::pin::pin!(pages);
    let (mut rows, mut trouble) = (Vec::new(), None);
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => rows.extend(page),
            Err(error) => trouble = Some(error.trouble),
        }
    }
    (rows, trouble)
}

/// A GitLab with 231 projects.
async fn fleet() -> World {
    let world = World::new().await;
    world.sim.edit(|state| {
        for number in 0..230 {
            state.create_project(&format!("fleet/app-{number:03}"));
        }
    });
    world
}

fn distinct(projects: &[ProjectFacts]) -> usize {
    projects.iter().map(|facts| &facts.project.id).collect::<std::collections::BTreeSet<_>>().len()
}

#[tokio::test]
async fn links_of_a_server_that_does_not_know_its_own_address_are_followed() {
    for to in ["127.0.0.1", "gitlab.internal", "[::1]:1", "user:secret@elsewhere.example:9", "bad host"] {
        let world = fleet().await;
        let host = world.sim.host().to_owned();
        world.sim.faults().add(Matcher::path("/api/v4"), FaultKind::Links { from: host, to: to.to_owned() });
        let (projects, trouble) = kept(world.client(OWNER_TOKEN).projects()).await;
        assert_eq!((projects.len(), trouble), (231, None), "{to}");
    }
    let world = fleet().await;
    let prefixed = FaultKind::Links { from: "/api/v4/".to_owned(), to: "/gitlab/api/v4/".to_owned() };
    world.sim.faults().add(Matcher::path("/api/v4"), prefixed);
    assert_eq!(kept(world.client(OWNER_TOKEN).projects()).await.0.len(), 231);
}

#[tokio::test]
async fn below_a_prefix_links_without_it_are_followed_with_it() {
    let server = Canned::start(|request| {
        let body = |id: u32| format!(r#"[{{"id":{id},"path_with_namespace":"a/b{id}"}}]"#);
        let line = request.lines().next().unwrap();
        match (line.starts_with("GET /git/api/v4/projects?"), line.contains("id_after=1")) {
            (true, true) => json(&body(2)),
            (true, false) => {
                let link = "Link: <http://localhost/api/v4/projects?id_after=1>; rel=\"next\"\r\n";
                http("200 OK", &format!("Content-Type: application/json\r\n{link}"), &body(1))
            }
            _ => http("404 Not Found", "Content-Type: application/json\r\n", "{}"),
        }
    })
    .await;
    let (client, _) = client(&format!("{}/git", server.address), "secret");
    assert_eq!(collect(client.projects()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_page_size_that_is_refused_is_left_to_the_server_from_then_on() {
    let world = fleet().await;
    world.sim.faults().add(Matcher::path("/api/v4/"), FaultKind::PageLimit(50));
    let client = world.client(OWNER_TOKEN);
    assert_eq!(collect(client.projects()).await.unwrap().len(), 231);
    world.sim.forget_requests();
    assert_eq!(collect(client.projects()).await.unwrap().len(), 231);
    // GitLab gives twenty by default.
    let pages = world.sim.requests().iter().filter(|request| request.path == PROJECTS).count();
    assert_eq!(pages, 12);
}

#[tokio::test]
async fn an_empty_page_with_a_next_one_is_not_the_end() {
    let world = fleet().await;
    world.sim.faults().add(Matcher::path(PROJECTS).nth(2), FaultKind::Rows(Rows::Gone));
    let (projects, trouble) = kept(world.client(OWNER_TOKEN).projects()).await;
    assert_eq!((projects.len(), trouble), (131, None));
}

#[tokio::test]
async fn repeated_and_reordered_rows_come_once() {
    for rows in [Rows::Repeated(30), Rows::Repeated(1000), Rows::Reversed] {
        let world = fleet().await;
        world.sim.faults().add(Matcher::path(PROJECTS), FaultKind::Rows(rows));
        let projects = collect(world.client(OWNER_TOKEN).projects()).await.unwrap();
        assert_eq!((projects.len(), distinct(&projects)), (231, 231), "{rows:?}");
    }
}

/// A GitLab with a repository of 250 tags, its client and the repository.
async fn tagged() -> (World, GitLab, Waits, ProjectFacts, RepositoryFacts) {
    let world = World::new().await;
    world.sim.edit(|state| {
        let repository = state.create_repository(world.project, "worker").unwrap();
        for number in 0..250 {
            state.put_tag(repository, &format!("v{number:04}"));
        }
    });
    let (client, waits) = client(world.sim.base_url(), OWNER_TOKEN);
    let facts = world.facts(&client).await;
    let repository = collect(client.repositories(&facts.project)).await.unwrap().remove(0);
    (world, client, waits, facts, repository)
}

#[tokio::test]
async fn tags_over_graphql_come_once_from_pages_that_overlap() {
    for rows in [Rows::Repeated(5), Rows::Reversed, Rows::Repeated(20)] {
        let (world, client, _, facts, repository) = tagged().await;
        world.sim.faults().add(Matcher::path("/api/graphql"), FaultKind::Rows(rows));
        assert_eq!(collect(client.tags(&facts.project, &repository)).await.unwrap().len(), 250, "{rows:?}");
    }
}

#[tokio::test]
async fn without_graphql_in_the_middle_the_rest_is_read_over_rest() {
    let (world, client, _, facts, repository) = tagged().await;
    let gone = FaultKind::Status { status: StatusCode::NOT_FOUND, retry_after: None };
    world.sim.faults().add(Matcher::path("/api/graphql").between(4, u32::MAX), gone);
    let tags = collect(client.tags(&facts.project, &repository)).await.unwrap();
    assert_eq!(tags.len(), 250);
    assert_eq!(tags.iter().filter(|tag| tag.digest.is_some()).count(), 60);
}

#[tokio::test]
async fn more_pages_without_a_cursor_are_no_end() {
    let server = Canned::start(|_| {
        json(r#"{"data":{"containerRepository":{"tags":{"nodes":[{"name":"a"}],"pageInfo":{"hasNextPage":true,"endCursor":null}}}}}"#)
    })
    .await;
    let (client, _) = client(&server.address, "secret");
    let project = tagwarden_registries::ProjectRef { id: "1".into(), path: "a/b".into() };
    let repository =
        RepositoryFacts { id: "7".into(), name: String::new(), path: "a/b".into(), tag_count: None };
    let (tags, trouble) = kept(client.tags(&project, &repository)).await;
    assert_eq!((tags.len(), trouble), (1, Some(Trouble::ListCut(Cut::NextUnusable))));
}

#[tokio::test]
async fn a_server_that_asks_to_slow_down_again_and_again_is_read_to_the_end() {
    let (world, client, waits, facts, repository) = tagged().await;
    let fault = FaultKind::Status { status: StatusCode::TOO_MANY_REQUESTS, retry_after: Some(2) };
    world.sim.faults().add(Matcher::any().every(2), fault);
    // Six in a row, more than a broken connection gets.
    world.sim.faults().add(
        Matcher::any().between(7, 12),
        FaultKind::Status { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: Some(5) },
    );
    assert_eq!(collect(client.tags(&facts.project, &repository)).await.unwrap().len(), 250);
    assert!(waits.lock().unwrap().len() >= 13);
}

#[tokio::test]
async fn a_list_that_breaks_keeps_what_was_read_and_names_the_cause() {
    let world = fleet().await;
    let failing = FaultKind::Status { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    let fault = world.sim.faults().add(Matcher::path(PROJECTS).between(3, u32::MAX), failing);
    let (projects, trouble) = kept(world.client(OWNER_TOKEN).projects()).await;
    assert_eq!(projects.len(), 200);
    let Some(Trouble::ListCut(Cut::Failed(cause))) = trouble else { panic!("{trouble:?}") };
    assert_eq!((cause.trouble, cause.status), (Trouble::ServerFailed, Some(500)));
    world.sim.faults().remove(fault);

    // Nothing was read of a list whose first page fails: that is the error alone.
    let refused = FaultKind::Status { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None };
    world.sim.faults().add(Matcher::path(PROJECTS), refused);
    assert_eq!(kept(world.client(OWNER_TOKEN).projects()).await, (vec![], Some(Trouble::ServerFailed)));
}

/// A Harbor whose project `shop` has 250 images.
async fn harbor_fleet() -> RunningHarbor {
    harbor(HarborConfig::empty(), |state: &mut HarborState| {
        for number in 0..250 {
            state.put_tag("shop/app", &format!("build-{number:03}"));
        }
    })
    .await
}

#[tokio::test]
async fn a_harbor_list_short_of_its_total_is_read_on_for_and_told() {
    let running = harbor_fleet().await;
    let matcher = Matcher::path("/api/v2.0/projects/").query_contains("page=2");
    let fault = running.faults().add(matcher, FaultKind::Rows(Rows::Gone));
    let client = maintainer(&running);
    let facts = harbor_project(&client, "shop").await;
    let repository = collect(client.repositories(&facts.project)).await.unwrap().remove(0);
    let (tags, trouble) = kept(client.tags(&facts.project, &repository)).await;
    let short = Trouble::ListCut(Cut::Short { read: 150, total: 250 });
    assert_eq!((tags.len(), trouble), (150, Some(short)));

    // One empty page is made up for.
    running.faults().remove(fault);
    let matcher = Matcher::path("/api/v2.0/projects/").query_contains("page=2").nth(1);
    running.faults().add(matcher, FaultKind::Rows(Rows::Gone));
    let all = inventory(&client, &facts).await.unwrap();
    assert_eq!(all[0].1.len(), 250);
}

#[tokio::test]
async fn harbors_numbered_pages_are_read_once_each_however_they_overlap() {
    for rows in [Rows::Repeated(7), Rows::Reversed] {
        let running = harbor_fleet().await;
        running.faults().add(Matcher::path("/api/v2.0/projects/"), FaultKind::Rows(rows));
        let client = maintainer(&running);
        let facts = harbor_project(&client, "shop").await;
        let all = inventory(&client, &facts).await.unwrap();
        assert_eq!(all[0].1.len(), 250, "{rows:?}");
    }
}

#[tokio::test]
async fn what_is_pushed_to_harbor_while_pages_are_read_is_found() {
    let running = harbor(HarborConfig::empty(), |state: &mut HarborState| {
        for number in 0..150 {
            state.put_tag(&format!("shop/app-{number:03}"), "v1");
        }
    })
    .await;
    let client = maintainer(&running);
    let facts = harbor_project(&client, "shop").await;
    let mut pages = client.repositories(&facts.project);
    let mut names: Vec<String> =
        pages.next().await.unwrap().unwrap().into_iter().map(|repository| repository.name).collect();
    assert_eq!(names.len(), 100);
    running.edit(|state| state.put_tag("shop/aaa", "v1"));
    while let Some(page) = pages.next().await {
        names.extend(page.unwrap().into_iter().map(|repository| repository.name));
    }
    names.sort_unstable();
    assert_eq!((names.len(), names[0].as_str()), (151, "aaa"));
    names.dedup();
    assert_eq!(names.len(), 151);
}

#[tokio::test]
async fn harbor_behind_a_gate_with_smaller_pages_is_read_whole() {
    let running = harbor_fleet().await;
    running.faults().add(Matcher::path("/api/v2.0/projects"), FaultKind::PageLimit(20));
    let client = maintainer(&running);
    let facts = harbor_project(&client, "shop").await;
    assert_eq!(inventory(&client, &facts).await.unwrap()[0].1.len(), 250);
}
