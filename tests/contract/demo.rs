//! The whole demo, read as a sync reads it.

use futures::{StreamExt, TryStreamExt};
use tagwarden_registries::Registry as _;
use tagwarden_simulator::{Config, DEMO_TOKEN, Simulator};

use crate::support::{client, collect};

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
