//! Repositories and tags, page by page, and what becomes of a list that breaks off.

use futures::TryStreamExt as _;
use serde_json::json;
use tagwarden_registries::ecr::Ecr;
use tagwarden_registries::{Cut, Registry as _, Trouble};
use tagwarden_rules::visibility::NotVisible;
use tagwarden_simulator::ecr::{ACCESS_KEY, Config, Fault, Mode, Repository, SECRET_KEY, Seed, start};

use super::{client, client_of, empty, hidden, keys, project, rules, with};
use crate::canned::{Canned, http};
use crate::support::{collect, trouble};

fn json_answer(body: &serde_json::Value) -> String {
    http("200 OK", "Content-Type: application/x-amz-json-1.1\r\n", &body.to_string())
}

async fn tags(
    client: &Ecr,
    name: &str,
) -> Result<Vec<(String, Option<String>)>, tagwarden_registries::RegistryError> {
    let project = project(name);
    let repository = collect(client.repositories(&project)).await?.remove(0);
    let mut tags: Vec<_> = collect(client.tags(&project, &repository))
        .await?
        .into_iter()
        .map(|tag| (tag.name, tag.digest))
        .collect();
    tags.sort();
    Ok(tags)
}

#[tokio::test]
async fn the_demo_is_read_to_its_end_in_small_pages() {
    let running = start(Config { page: 7, ..Config::default() }).await.unwrap();
    let client = client(&running);
    client.reach().await.unwrap();
    assert_eq!(client.server().await.unwrap().product, "AWS ECR");
    let identity = client.identity().await.unwrap();
    assert_eq!(identity.user.as_deref(), Some("123456789012"));
    assert_eq!(identity.token_name.as_deref(), Some(ACCESS_KEY));

    let projects = collect(client.projects()).await.unwrap();
    let expected: Vec<String> = running.edit(|state| state.repositories.keys().cloned().collect());
    assert_eq!(projects.len(), 25);
    assert_eq!(projects.iter().map(|facts| facts.project.path.clone()).collect::<Vec<_>>(), expected);
    let mut all = 0;
    for facts in &projects {
        let read = tags(&client, &facts.project.id).await.unwrap();
        let mut held: Vec<_> = running.edit(|state| {
            let images = state.repository(&facts.project.id).unwrap().images.clone();
            let pairs = images
                .iter()
                .flat_map(|image| image.tags.iter().map(|tag| (tag.clone(), Some(image.digest.clone()))));
            pairs.collect()
        });
        held.sort();
        assert_eq!(read, held, "{}", facts.project.path);
        all += read.len();
    }
    assert!((1_400..1_700).contains(&all), "{all}");
    let modes: std::collections::BTreeSet<_> =
        running.edit(|state| state.repositories.values().map(|one| one.mode.as_str()).collect());
    assert_eq!(modes.len(), 4);
    let read = client.rules(&projects).await;
    assert!(read.into_iter().all(|read| read.unwrap().visible().unwrap().complete));
}

#[tokio::test]
async fn a_tag_comes_with_its_digest_its_size_and_when_its_image_was_pushed() {
    let running = with("a1", Mode::Mutable, &[]).await;
    let digest = running.edit(|state| state.repository("a1").unwrap().put("1.0", "{}", 1_700_000_000, 42));
    let client = client(&running);
    let project = project("a1");
    let repository = collect(client.repositories(&project)).await.unwrap().remove(0);
    assert_eq!((repository.path.as_str(), repository.name.as_str()), ("a1", ""));
    let read = collect(client.tags(&project, &repository)).await.unwrap().remove(0);
    assert_eq!((read.name.as_str(), read.digest), ("1.0", Some(digest)));
    assert_eq!((read.pushed_at, read.created_at, read.size), (Some(1_700_000_000), None, Some(42)));
}

#[tokio::test]
async fn two_hundred_and_more_rules_are_read_a_hundred_at_a_time() {
    let running = empty().await;
    running
        .edit(|state| (0..230).for_each(|number| state.add(Repository::new(&format!("r/{number:03}"), 0))));
    let client = client(&running);
    let projects = collect(client.projects()).await.unwrap();
    assert_eq!(client.rules(&projects).await.iter().filter(|read| read.is_ok()).count(), 230);
    let by_name = running.requests().iter().filter(|one| one.body.get("repositoryNames").is_some()).count();
    assert_eq!(by_name, 3);
    // One that is gone meanwhile leaves the others readable.
    running.edit(|state| state.repositories.remove("r/007"));
    let read = client.rules(&projects).await;
    let gone: Vec<usize> = (0..read.len()).filter(|place| read[*place].is_err()).collect();
    assert_eq!((gone, trouble(read[7].clone())), (vec![7], Trouble::NotFound));
}

#[tokio::test]
async fn a_repository_that_may_not_be_read_leaves_the_others() {
    let running = start(Config { seed: Seed::Demo, ..Config::default() }).await.unwrap();
    let client = client(&running);
    running.fault(Some("DescribeImages"), Some(1), Fault::refused("AccessDeniedException", "not yours"));
    let error = tags(&client, "shop/basket").await.unwrap_err();
    assert_eq!((error.trouble, error.words.as_deref()), (Trouble::Denied, Some("not yours")));
    assert!(!tags(&client, "shop/catalog").await.unwrap().is_empty());
    assert_eq!(trouble(tags(&client, "no/such").await), Trouble::NotFound);
    assert_eq!(trouble(rules(&client, "no/such").await), Trouble::NotFound);
}

#[tokio::test]
async fn a_list_that_breaks_off_keeps_what_came() {
    let server = Canned::start(|request| {
        if request.contains("nextToken") {
            let body = json!({ "__type": "InvalidParameterException", "message": "Invalid token" });
            return http(
                "400 Bad Request",
                "Content-Type: application/x-amz-json-1.1\r\n",
                &body.to_string(),
            );
        }
        json_answer(&json!({ "repositories": [{ "repositoryName": "a1" }, {}], "nextToken": "more" }))
    })
    .await;
    let (client, _) = client_of(&server.address, &keys(ACCESS_KEY, SECRET_KEY));
    let mut pages = client.projects();
    assert_eq!(pages.try_next().await.unwrap().unwrap().len(), 1);
    assert_eq!(trouble(pages.try_next().await), Trouble::ListCut(Cut::LostPosition));
}

#[tokio::test]
async fn pages_in_a_circle_are_not_followed_for_ever() {
    let server = Canned::start(|_| json_answer(&json!({ "repositories": [], "nextToken": "again" }))).await;
    let (client, _) = client_of(&server.address, &keys(ACCESS_KEY, SECRET_KEY));
    assert_eq!(trouble(collect(client.projects()).await), Trouble::ListCut(Cut::Repeated));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_mode_or_filter_of_the_future_makes_a_repository_unreadable_and_not_open() {
    let server = Canned::start(|_| {
        let odd = json!({ "repositoryName": "a1", "imageTagMutability": "SOMETIMES" });
        json_answer(&json!({ "repositories": [odd] }))
    })
    .await;
    let (client, _) = client_of(&server.address, &keys(ACCESS_KEY, SECRET_KEY));
    assert_eq!(hidden(&client, "a1").await, NotVisible::NotUnderstood);
}

#[tokio::test]
async fn a_repository_that_may_not_be_described_keeps_its_mode_to_itself_and_shows_its_images() {
    let running = with("a1", Mode::Immutable, &[]).await;
    running.edit(|state| state.repository("a1").unwrap().put("1.0", "{}", 1_700_000_000, 42));
    let client = client(&running);
    let projects = collect(client.projects()).await.unwrap();
    let denied =
        Fault::refused("AccessDeniedException", "is not authorized to perform: ecr:DescribeRepositories");
    running.fault(Some("DescribeRepositories"), None, denied);
    let needs = "ecr:DescribeRepositories".to_owned();
    assert_eq!(hidden(&client, "a1").await, NotVisible::Permission { needs });
    let repository = collect(client.repositories(&projects[0].project)).await.unwrap().remove(0);
    assert_eq!(collect(client.tags(&projects[0].project, &repository)).await.unwrap()[0].name, "1.0");
}

#[tokio::test]
async fn empty_pages_before_the_end_and_rows_that_come_twice_are_read_on() {
    let server = Canned::start(|request| {
        let marked = |mark: &str| request.contains(&format!("\"nextToken\":\"{mark}\""));
        let images = |tags: &[&str]| {
            let image = |tag: &&str| json!({ "imageDigest": format!("sha256:{tag}"), "imageTags": [tag] });
            tags.iter().map(image).collect::<Vec<_>>()
        };
        json_answer(&if !request.contains("DescribeImages") {
            json!({ "repositories": [{ "repositoryName": "a1" }] })
        } else if marked("two") {
            json!({ "imageDetails": [], "nextToken": "three" })
        } else if marked("three") {
            json!({ "imageDetails": images(&["b", "c"]) })
        } else {
            json!({ "imageDetails": images(&["a", "b"]), "nextToken": "two" })
        })
    })
    .await;
    let (client, _) = client_of(&server.address, &keys(ACCESS_KEY, SECRET_KEY));
    let read: Vec<String> = tags(&client, "a1").await.unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(read, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_service_with_smaller_pages_is_asked_for_those() {
    let server = Canned::start(|request| {
        if request.contains("\"maxResults\":1000") {
            let body = json!({
                "__type": "InvalidParameterException",
                "message": "1 validation error: Member must have value less than or equal to 100",
            });
            return http(
                "400 Bad Request",
                "Content-Type: application/x-amz-json-1.1\r\n",
                &body.to_string(),
            );
        }
        assert!(request.contains("\"maxResults\":100"), "{request}");
        json_answer(&json!({ "repositories": [{ "repositoryName": "a1" }] }))
    })
    .await;
    let (client, _) = client_of(&server.address, &keys(ACCESS_KEY, SECRET_KEY));
    assert_eq!(collect(client.projects()).await.unwrap().len(), 1);
    assert_eq!(collect(client.projects()).await.unwrap().len(), 1);
    assert_eq!(server.requests().len(), 3);
}
