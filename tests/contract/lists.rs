//! Projects, repositories and tags, page by page.

use tagwarden_registries::Registry as _;
use tagwarden_rules::rule::Role;
use tagwarden_simulator::{Config, DEVELOPER_TOKEN, OWNER_TOKEN, RegistryAccess, RepositoryId};

use crate::canned::{Canned, html, http, json};
use crate::support::{PATH, World, client, collect};

#[tokio::test]
async fn all_projects_come_once_and_in_order() {
    let world = World::new().await;
    world.sim.edit(|state| {
        for number in 0..230 {
            state.create_project(&format!("fleet/app-{number:03}"));
        }
    });
    let projects = collect(world.client(OWNER_TOKEN).projects()).await.unwrap();
    let ids: Vec<u64> = projects.iter().map(|facts| facts.project.id.parse().unwrap()).collect();
    assert_eq!(ids.len(), 231);
    assert!(ids.is_sorted_by(|a, b| a < b));
    assert!(projects.iter().all(|facts| facts.role == Some(Role::Owner) && facts.registry_enabled));
    assert!(projects.iter().all(|facts| facts.web_url.is_some()));
    let pages = world.sim.requests().iter().filter(|request| request.path == "/api/v4/projects").count();
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn a_project_tells_the_role_and_whether_its_registry_is_on() {
    let world = World::new().await;
    let (client, facts) = world.member(DEVELOPER_TOKEN).await;
    assert_eq!(facts.role, Some(Role::Developer));
    world.sim.edit(|state| {
        state.project_mut(world.project).unwrap().registry_access = RegistryAccess::Disabled;
    });
    let again = client.project(&facts.project).await.unwrap();
    assert_eq!(again.project, facts.project);
    assert!(!again.registry_enabled);
}

#[tokio::test]
async fn a_link_to_another_host_sends_nothing_there() {
    let other = Canned::start(|_| json("[]")).await;
    let elsewhere = other.address.clone();
    let server = Canned::start(move |request| {
        if request.contains("id_after=1") {
            return json(r#"[{"id":2,"path_with_namespace":"a/c"}]"#);
        }
        let link = format!("Content-Type: application/json\r\nLink: <{elsewhere}/api/v4/projects?id_after=1>; rel=\"next\"\r\n");
        http("200 OK", &link, r#"[{"id":1,"path_with_namespace":"a/b"}]"#)
    })
    .await;
    assert_eq!(collect(client(&server.address, "secret").0.projects()).await.unwrap().len(), 2);
    assert!(other.requests().is_empty());
}

async fn with_tags(count: usize) -> (World, RepositoryId) {
    let world = World::new().await;
    let repository = world.sim.edit(|state| {
        let repository = state.create_repository(world.project, "worker").unwrap();
        for number in 0..count {
            state.put_tag(repository, &format!("v{number:04}"));
        }
        state.create_repository(world.project, "").unwrap();
        repository
    });
    (world, repository)
}

#[tokio::test]
async fn repositories_tell_name_path_and_number_of_tags() {
    let (world, id) = with_tags(3).await;
    let (client, facts) = world.owner().await;
    let mut found = collect(client.repositories(&facts.project)).await.unwrap();
    found.sort_by_key(|repository| repository.name.clone());
    let told: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.path.clone(), it.tag_count)).collect();
    assert_eq!(told, [("", PATH.to_owned(), Some(0)), ("worker", format!("{PATH}/worker"), Some(3))]);
    assert_eq!(found[1].id, id.to_string());
}

#[tokio::test]
async fn tags_come_with_digest_dates_and_size() {
    let (world, id) = with_tags(53).await;
    let (client, facts) = world.owner().await;
    let repositories = collect(client.repositories(&facts.project)).await.unwrap();
    let worker = repositories.iter().find(|repository| repository.name == "worker").unwrap();
    let mut tags = collect(client.tags(&facts.project, worker)).await.unwrap();
    tags.sort_by(|a, b| a.name.cmp(&b.name));
    let expected: Vec<_> = world.sim.inspect(|state| {
        let tags = state.repository(id).unwrap().tags().as_slice();
        tags.iter().map(|tag| (tag.name.to_string(), tag.digest.to_string(), tag.size)).collect()
    });
    let got: Vec<_> = tags
        .iter()
        .map(|tag| (tag.name.clone(), tag.digest.clone().unwrap(), tag.size.unwrap().try_into().unwrap()))
        .collect();
    assert_eq!(got, expected);
    assert!(tags.iter().all(|tag| tag.created_at.is_some() && tag.pushed_at.is_some()));
}

#[tokio::test]
async fn without_graphql_the_names_of_tags_still_come() {
    for keyset in [true, false] {
        let world = World::with(Config { rest_tag_keyset: keyset, ..Config::empty() }).await;
        world.sim.edit(|state| {
            let repository = state.create_repository(world.project, "worker").unwrap();
            for number in 0..250 {
                state.put_tag(repository, &format!("v{number:04}"));
            }
        });
        let (client, facts) = world.owner().await;
        world.sim.faults().add(
            tagwarden_simulator::Matcher::path("/api/graphql"),
            tagwarden_simulator::FaultKind::Status {
                status: reqwest::StatusCode::NOT_FOUND,
                retry_after: None,
            },
        );
        let repositories = collect(client.repositories(&facts.project)).await.unwrap();
        let tags = collect(client.tags(&facts.project, &repositories[0])).await.unwrap();
        let mut names: Vec<_> = tags.iter().map(|tag| tag.name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 250, "keyset {keyset}");
        assert!(tags.iter().all(|tag| tag.digest.is_none()));
    }
}

#[tokio::test]
async fn fields_that_an_older_server_lacks_are_left_out() {
    let server = Canned::start(|request| {
        if request.contains("publishedAt") {
            json(r#"{"errors":[{"message":"Field 'publishedAt' doesn't exist on type 'ContainerRepositoryTag'","extensions":{"code":"undefinedField","typeName":"ContainerRepositoryTag","fieldName":"publishedAt"}}]}"#)
        } else if request.contains("totalSize") {
            json(r#"{"errors":[{"message":"Field 'totalSize' doesn't exist on type 'ContainerRepositoryTag'"}]}"#)
        } else if request.contains(r#""after":"x""#) {
            json(r#"{"data":{"containerRepository":{"tags":{"nodes":[{"name":"b","digest":"sha256:2"}],"pageInfo":{"hasNextPage":false}}}}}"#)
        } else if request.starts_with("POST /api/graphql") {
            json(r#"{"data":{"containerRepository":{"tags":{"nodes":[{"name":"a","digest":"sha256:1"},null],"pageInfo":{"hasNextPage":true,"endCursor":"x"}}}}}"#)
        } else {
            html("404 Not Found")
        }
    })
    .await;
    let (client, _) = client(&server.address, "secret");
    let project = tagwarden_registries::ProjectRef { id: "1".into(), path: "a/b".into() };
    let repository = tagwarden_registries::RepositoryFacts {
        id: "7".into(),
        name: String::new(),
        path: "a/b".into(),
        tag_count: None,
    };
    let tags = collect(client.tags(&project, &repository)).await.unwrap();
    assert_eq!(tags.len(), 2);
    assert_eq!(tags[0].digest.as_deref(), Some("sha256:1"));
    assert_eq!(tags[0].pushed_at, None);
}
