//! The whole demo, read as a sync reads it.

use futures::{StreamExt, TryStreamExt};
use tagwarden_registries::Registry;
use tagwarden_simulator::harbor::{HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HarborBox, HarborConfig};
use tagwarden_simulator::{Config, DEMO_TOKEN, Simulator};

use crate::support::{client, collect};

/// Projects whose rules a sync asks for at once.
const RULES_AT_ONCE: usize = 20;

/// Reads everything as a first sync does.
async fn sync(client: &impl Registry) {
    let projects = collect(client.projects()).await.unwrap();
    let shown: Vec<_> = projects.into_iter().filter(|facts| facts.registry_enabled).collect();
    for some in shown.chunks(RULES_AT_ONCE) {
        assert!(client.rules(some).await.iter().all(Result::is_ok));
        for facts in some {
            for repository in collect(client.repositories(&facts.project)).await.unwrap() {
                collect(client.tags(&facts.project, &repository)).await.unwrap();
            }
        }
    }
    client.server().await.unwrap();
}

/// The numbers are those of a reading that asks each page once: more would be a cost to every sync.
#[tokio::test]
async fn a_first_sync_of_the_demos_takes_as_many_requests_as_there_are_pages() {
    let sim = Simulator::start(Config::default()).await.unwrap();
    sync(&client(sim.base_url(), DEMO_TOKEN).0).await;
    let gitlab = sim.requests().len();
    let harbor = HarborBox::start(HarborConfig::default()).await.unwrap();
    sync(&crate::harbor::client_of(&harbor, HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD)).await;
    let ecr = tagwarden_simulator::ecr::start(tagwarden_simulator::ecr::Config::default()).await.unwrap();
    sync(&crate::ecr::client(&ecr)).await;
    let (harbor, ecr) = (harbor.requests().len(), ecr.requests().len());
    assert!(gitlab <= 4_087 && harbor <= 60 && ecr <= 29, "GitLab {gitlab}, Harbor {harbor}, ECR {ecr}");
}

#[tokio::test]
async fn everything_in_the_demo_can_be_read() {
    let sim = Simulator::start(Config { projects: 60, tags: 6_000, ..Config::default() }).await.unwrap();
    let (client, _) = client(sim.base_url(), DEMO_TOKEN);
    let projects = collect(client.projects()).await.unwrap();
    let shown: Vec<_> = projects.iter().filter(|facts| facts.registry_enabled).cloned().collect();
    let rules = client.rules(&shown).await;
    assert!(rules.iter().all(Result::is_ok));
    let tags: usize = futures::stream::iter(&shown)
        .map(|facts| async {
            let mut count = 0;
            for repository in collect(client.repositories(&facts.project)).await? {
                let tags = collect(client.tags(&facts.project, &repository)).await?;
                assert_eq!(repository.tag_count, u32::try_from(tags.len()).ok(), "{}", repository.path);
                count += tags.len();
            }
            Ok::<_, tagwarden_registries::RegistryError>(count)
        })
        .buffer_unordered(8)
        .try_fold(0, |sum, count| async move { Ok(sum + count) })
        .await
        .unwrap();
    println!("{} projects, {tags} tags, {} requests", projects.len(), sim.requests().len());
    assert!(tags > 5_000);
}
