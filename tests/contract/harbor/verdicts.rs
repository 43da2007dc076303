//! Verdicts shown are the server's verdicts: every tag of the demo, and what a push or a deletion meets.

use reqwest::{Client, StatusCode};
use tagwarden_registries::Registry as _;
use tagwarden_rules::decision::{Actor, Operation, Question, decide};
use tagwarden_rules::state::{CompiledRules, TagState};
use tagwarden_simulator::Version;
use tagwarden_simulator::harbor::{
    HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HARBOR_MAINTAINER, HARBOR_PASSWORD, HarborBox, HarborConfig,
    RuleText, Selector,
};

use super::{client_of, inventory, maintainer, project, rules, with};
use crate::support::collect;

fn compiled(read: &tagwarden_registries::RulesRead) -> CompiledRules {
    let rules: Vec<_> = read.rules.iter().map(|saved| saved.rule.clone()).collect();
    CompiledRules::compile(&rules).enforced_by(read.capabilities.enforcement)
}

#[tokio::test]
async fn every_tag_of_the_demo_is_judged_as_the_server_judges_it() {
    for version in [Version::new(2, 15, 2), Version::new(2, 8, 0)] {
        let running = HarborBox::start(HarborConfig { version, ..HarborConfig::default() }).await.unwrap();
        let client = client_of(&running, HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD);
        let (mut immutable, mut open, mut given_up) = (0, 0, 0);
        for facts in collect(client.projects()).await.unwrap() {
            let rules = compiled(&rules(&client, &facts).await);
            for (repository, tags) in inventory(&client, &facts).await.unwrap() {
                for tag in tags {
                    let standing = rules.standing(&repository.path, &tag.name);
                    let said = tag.verdict.unwrap().state() == TagState::Immutable;
                    assert_eq!(
                        standing.state == TagState::Immutable,
                        said,
                        "{} {}",
                        repository.path,
                        tag.name
                    );
                    immutable += u32::from(said);
                    open += u32::from(!said);
                    given_up += u32::from(standing.given_up_at.is_some());
                }
            }
        }
        assert!(immutable > 300 && open > 300 && given_up > 0, "{immutable} {open} {given_up}");
    }
}

#[tokio::test]
async fn pushes_and_deletions_meet_what_was_decided() {
    let running = with(HarborConfig::empty(), |state| {
        let project = state.project_named("shop").unwrap().id;
        state.add_rule(project, RuleText::matching("app", "v["));
        state.add_rule(
            project,
            RuleText::new(Selector::new("repoMatches", "**"), Selector::new("excludes", "{dev,x*}")),
        );
        for repository in ["shop/app", "shop/team/web"] {
            for tag in ["v1", "dev", "x1", "latest"] {
                state.put_tag(repository, tag);
            }
        }
    })
    .await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    let rules = compiled(&rules(&client, &facts).await);
    let http = Client::new();
    let mut refused = 0;
    for repository in ["shop/app", "shop/team/web"] {
        for tag in ["v1", "dev", "x1", "latest"] {
            let question = Question {
                actor: Actor::Maintainer,
                operation: Operation::DeleteTag,
                repository,
                tag,
                exists: true,
                repository_has_tags: true,
                same_digest: &[],
                repository_tags: &[],
            };
            let decision = decide(&rules, &question);
            let inside = repository.strip_prefix("shop/").unwrap().replace('/', "%252F");
            let url = format!(
                "{}/api/v2.0/projects/shop/repositories/{inside}/artifacts/{tag}/tags/{tag}",
                running.base_url()
            );
            let answer =
                http.delete(url).basic_auth(HARBOR_MAINTAINER, Some(HARBOR_PASSWORD)).send().await.unwrap();
            let (status, body) = (answer.status(), answer.text().await.unwrap());
            assert_eq!(
                decision.outcome.allowed(),
                Some(status == StatusCode::OK),
                "{repository}:{tag} {body}"
            );
            if let Some(expected) = decision.answer {
                refused += 1;
                assert_eq!(expected.status, status.as_u16());
                assert!(body.contains(&expected.words), "{body} {}", expected.words);
            }
        }
    }
    assert_eq!(refused, 3, "v1 of app is open, because the server gives up before");
}
