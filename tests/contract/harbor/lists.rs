//! Projects, repositories, tags and rules, as they are read.

use tagwarden_registries::{Registry as _, Trouble};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Role, RulePart, SelectorMode};
use tagwarden_simulator::Digest;
use tagwarden_simulator::harbor::{HarborConfig, RuleText, Selector, State};

use super::{inventory, maintainer, project, rule, rules, version, with};
use crate::support::collect;

fn fill(state: &mut State) {
    for tag in ["v1", "v2", "latest"] {
        state.put_tag("shop/app", tag);
    }
    for n in 0..230 {
        state.put_tag("shop/team/deep/app", &format!("build-{n}"));
    }
    let digest = Digest::parse(&format!("sha256:{}", "a".repeat(64))).unwrap();
    state.put_image("shop/app", digest, &["both", "same"]);
}

#[tokio::test]
async fn tags_come_the_same_from_old_servers_and_new_ones() {
    let mut read = Vec::new();
    for server in ["2.15.2", "2.11.0", "2.8.0"] {
        let running = with(version(server), fill).await;
        let client = maintainer(&running);
        let facts = project(&client, "shop").await;
        assert_eq!(facts.role, Some(Role::Maintainer));
        let all = inventory(&client, &facts).await.unwrap();
        let names: Vec<_> =
            all.iter().map(|(repository, tags)| (repository.path.clone(), tags.len())).collect();
        assert_eq!(names, [("shop/app".to_owned(), 5), ("shop/team/deep/app".to_owned(), 230)], "{server}");
        assert!(
            all.iter().flat_map(|(_, tags)| tags).all(|tag| tag.digest.is_some() && tag.pushed_at.is_some())
        );
        let requests = running.requests();
        let artifacts = requests.iter().filter(|request| request.path.ends_with("/artifacts")).count();
        // 234 images, a hundred a page: in one list, or in one for each repository.
        assert_eq!(artifacts, if server == "2.15.2" { 3 } else { 1 + 3 }, "{server}");
        read.push(
            all.into_iter()
                .map(|(_, tags)| tags.into_iter().map(|tag| (tag.name, tag.digest)).collect::<Vec<_>>())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0], read[2]);
}

#[tokio::test]
async fn a_second_reading_sees_what_was_pushed_since() {
    let running = with(HarborConfig::empty(), fill).await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    assert_eq!(inventory(&client, &facts).await.unwrap()[0].1.len(), 5);
    running.edit(|state| state.put_tag("shop/app", "v3"));
    assert_eq!(inventory(&client, &facts).await.unwrap()[0].1.len(), 6);
}

#[tokio::test]
async fn the_dialect_follows_the_version() {
    for (server, dialect) in [
        ("2.8.0", Dialect::Harbor11),
        ("2.10.2", Dialect::Harbor11),
        ("2.10.3", Dialect::Harbor),
        ("2.15.2", Dialect::Harbor),
    ] {
        let running = with(version(server), |_| {}).await;
        let client = maintainer(&running);
        let read = rules(&client, &project(&client, "shop").await).await;
        assert_eq!(
            (read.capabilities.dialect, read.capabilities.repository_dialect),
            (dialect, Some(dialect)),
            "{server}"
        );
    }
}

#[tokio::test]
async fn a_thousand_rules_come_in_the_order_in_which_they_are_evaluated() {
    let running = with(HarborConfig::empty(), |state| {
        let project = state.project_named("shop").unwrap().id;
        for n in 0..1000 {
            state.add_rule(project, RuleText::matching("**", &format!("v{n}")));
        }
    })
    .await;
    let client = maintainer(&running);
    let read = rules(&client, &project(&client, "shop").await).await;
    let patterns: Vec<_> = read.rules.iter().map(|saved| saved.rule.tags.pattern.clone()).collect();
    assert_eq!(patterns, (0..1000).map(|n| format!("v{n}")).collect::<Vec<_>>());
    assert!(read.capabilities.rule_limit.is_none() && read.capabilities.rules_shown == Some(15));
}

#[tokio::test]
async fn rules_are_read_as_the_server_evaluates_them() {
    let running = with(HarborConfig::empty(), |state| {
        let project = state.project_named("shop").unwrap().id;
        state.add_rule(
            project,
            RuleText::new(Selector::new("repoExcludes", "web"), Selector::new("excludes", "v*")),
        );
        state.add_rule(
            project,
            RuleText::new(Selector::new("repoMatches", "**"), Selector::new("match", "v*")),
        );
        let typo = Selector { kind: "doublestart".to_owned(), ..Selector::new("repoMatches", "**") };
        state.add_rule(project, RuleText::new(typo, Selector::new("matches", "**")));
        let mut bare = RuleText::matching("**", "**");
        bare.tag_selectors = None;
        state.add_rule(project, bare);
        let mut two = RuleText::matching("**", "v*");
        two.tag_selectors.as_mut().unwrap().push(Selector::new("matches", "x*"));
        state.add_rule(project, two);
        state.add_rule(
            project,
            RuleText::new(Selector::new("nsMatches", "shop"), Selector::new("matches", "v*")),
        );
    })
    .await;
    let client = maintainer(&running);
    let read = rules(&client, &project(&client, "shop").await).await;
    let said: Vec<_> = read.rules.iter().map(|saved| saved.rule.clone()).collect();
    assert_eq!(said[0], rule("!web", "!v*"));
    assert_eq!(said[1].tags.mode, SelectorMode::Unsupported);
    assert_eq!(said[2].repositories.as_ref().unwrap().mode, SelectorMode::Unsupported);
    assert_eq!(
        (said[3].tags.mode, said[3].tags.pattern.as_str()),
        (SelectorMode::Excluding, ""),
        "covers nothing"
    );
    assert_eq!(said[4], rule("**", "v*"), "only the first selector counts");
    let namespace = &said[5];
    assert_eq!(namespace.repositories.as_ref().unwrap().mode, SelectorMode::Excluding, "covers nothing");
    let unread = |place: usize| read.rules[place].unread.clone();
    assert!(unread(0).is_empty() && unread(3).is_empty());
    assert_eq!((unread(1)[0].decoration.as_str(), unread(1)[0].first), ("match", true));
    assert_eq!((unread(2)[0].kind.as_str(), unread(2)[0].first), ("doublestart", true));
    let further = &unread(4)[0];
    assert_eq!((further.part, further.first, further.pattern.as_str()), (RulePart::Tags, false, "x*"));
    assert_eq!((unread(5)[0].decoration.as_str(), unread(5)[0].pattern.as_str()), ("nsMatches", "shop"));
}

#[tokio::test]
async fn a_server_in_read_only_mode_is_told_by_what_can_be_done() {
    let running = with(HarborConfig { read_only: true, ..HarborConfig::empty() }, |_| {}).await;
    let client = maintainer(&running);
    let read = rules(&client, &project(&client, "shop").await).await;
    let kind = read.capabilities.kinds.first().unwrap();
    assert_eq!(kind.unavailable, Some(tagwarden_rules::capabilities::Unavailable::ReadOnlyServer));
    assert_eq!(client.identity().await.unwrap().can_change, Some(false));
}

#[tokio::test]
async fn a_proxy_that_decodes_once_keeps_nothing_from_new_servers_and_is_told_by_old_ones() {
    for (server, whole) in [("2.15.2", true), ("2.8.0", false)] {
        let running = with(HarborConfig { proxy_decodes_once: true, ..version(server) }, fill).await;
        let client = maintainer(&running);
        let facts = project(&client, "shop").await;
        let repositories = collect(client.repositories(&facts.project)).await.unwrap();
        for repository in repositories {
            let tags = collect(client.tags(&facts.project, &repository)).await;
            // What needs no encoding is read in any case.
            if whole || repository.name == "app" {
                assert!(tags.is_ok(), "{server} {}", repository.name);
            } else {
                assert_eq!(
                    tags.unwrap_err().trouble,
                    Trouble::EncodedSlashes,
                    "{server} {}",
                    repository.name
                );
            }
        }
    }
}

#[tokio::test]
async fn a_repository_that_is_gone_is_not_blamed_on_a_proxy() {
    let running = with(version("2.8.0"), fill).await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    let gone = tagwarden_registries::RepositoryFacts {
        id: "team/gone".to_owned(),
        name: "team/gone".to_owned(),
        path: "shop/team/gone".to_owned(),
        tag_count: None,
    };
    assert_eq!(collect(client.tags(&facts.project, &gone)).await.unwrap(), []);
}

#[tokio::test]
async fn tags_of_signatures_are_read_where_there_are_any_and_cost_nothing_elsewhere() {
    for server in ["2.15.2", "2.8.0"] {
        let digest = Digest([7; 32]);
        let running = with(version(server), |state| {
            for repository in ["shop/app", "shop/team/web", "shop/plain"] {
                state.put_image(repository, digest, &["v1"]).unwrap();
            }
            for repository in ["shop/app", "shop/team/web"] {
                state.put_signature(repository, digest).unwrap();
            }
        })
        .await;
        let client = maintainer(&running);
        let facts = project(&client, "shop").await;
        let signature = format!("sha256-{}.sig", digest.hex());
        for (repository, tags) in inventory(&client, &facts).await.unwrap() {
            let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
            let expected =
                if repository.name == "plain" { vec!["v1"] } else { vec![signature.as_str(), "v1"] };
            assert_eq!(names, expected, "{server} {}", repository.name);
        }
        let asked = running.requests();
        let lists: Vec<_> = asked.iter().filter(|request| request.path.starts_with("/v2/")).collect();
        assert_eq!(lists.len(), 2, "{server}: one for each repository with signatures");
    }
}

#[tokio::test]
async fn parts_of_an_index_are_known_once_the_tags_are_read() {
    let (part, other) = (Digest([7; 32]), Digest([8; 32]));
    let running = with(HarborConfig::empty(), |state| {
        state.put_image("shop/app", part, &["amd64"]).unwrap();
        state.put_image("shop/app", other, &["other"]).unwrap();
        state.put_index("shop/app", "v1", &[part]).unwrap();
    })
    .await;
    let client = maintainer(&running);
    let facts = project(&client, "shop").await;
    let read = inventory(&client, &facts).await.unwrap();
    let digest_of =
        |name: &str| read[0].1.iter().find(|tag| tag.name == name).unwrap().digest.clone().unwrap();
    assert!(client.image_ties("shop/app", &part.to_string()).in_index);
    assert!(!client.image_ties("shop/app", &other.to_string()).in_index);
    assert!(!client.image_ties("shop/web", &part.to_string()).in_index);
    assert_eq!(client.image_ties("shop/app", &digest_of("v1")).parts, [part.to_string()]);
}
