//! The client for Harbor against a Harbor in a box.

mod changes;
mod hidden;
mod lists;
mod live;
mod retention;
mod signing;
mod verdicts;

use secrecy::SecretString;
use tagwarden_registries::harbor::Harbor;
use tagwarden_registries::http::Pacing;
use tagwarden_registries::{
    ProjectFacts, ProjectRules, Registry as _, RegistryError, RepositoryFacts, RulesRead, TagFacts,
};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, Effect, Rule, Selector, SelectorMode};
use tagwarden_simulator::Version;
use tagwarden_simulator::harbor::{
    HARBOR_MAINTAINER, HARBOR_PASSWORD, HarborBox, HarborConfig, RunningHarbor, State,
};

use crate::support::{NOW, collect, settings};

/// A Harbor of this version with one project, `shop`.
pub(crate) async fn with(config: HarborConfig, fill: impl FnOnce(&mut State)) -> RunningHarbor {
    let running = HarborBox::start(config).await.unwrap();
    running.edit(|state| {
        state.create_project("shop", false);
        for (user, role) in [
            (HARBOR_MAINTAINER, tagwarden_simulator::harbor::Role::Maintainer),
            (tagwarden_simulator::harbor::HARBOR_DEVELOPER, tagwarden_simulator::harbor::Role::Developer),
        ] {
            let id = state.user_named(user).unwrap().id;
            let project = state.project_named("shop").unwrap().id;
            state.set_role(project, id, Some(role));
        }
        fill(state);
    });
    running
}

pub(crate) fn version(text: &str) -> HarborConfig {
    HarborConfig { version: text.parse::<Version>().unwrap(), ..HarborConfig::empty() }
}

/// A client that never really sleeps.
pub(crate) fn client_of(running: &RunningHarbor, user: &str, password: &str) -> Harbor {
    let password = SecretString::from(password.to_owned());
    let client = Harbor::new(running.base_url(), user, password, settings(), None).unwrap();
    client.with_pacing(Pacing::fixed(|_| Box::pin(std::future::ready(())), NOW))
}

pub(crate) fn maintainer(running: &RunningHarbor) -> Harbor {
    client_of(running, HARBOR_MAINTAINER, HARBOR_PASSWORD)
}

pub(crate) async fn project(client: &Harbor, path: &str) -> ProjectFacts {
    let all = collect(client.projects()).await.unwrap();
    all.into_iter().find(|facts| facts.project.path == path).unwrap()
}

/// All tags of a project by repository, as a sync reads them.
pub(crate) async fn inventory(
    client: &Harbor,
    facts: &ProjectFacts,
) -> Result<Vec<(RepositoryFacts, Vec<TagFacts>)>, RegistryError> {
    let mut all = Vec::new();
    for repository in collect(client.repositories(&facts.project)).await? {
        let mut tags = collect(client.tags(&facts.project, &repository)).await?;
        tags.sort_by(|one, other| one.name.cmp(&other.name));
        all.push((repository, tags));
    }
    all.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
    Ok(all)
}

pub(crate) async fn rules(client: &Harbor, facts: &ProjectFacts) -> RulesRead {
    shown(client, facts).await.visible().unwrap()
}

pub(crate) async fn shown(client: &Harbor, facts: &ProjectFacts) -> ProjectRules {
    client.rules(std::slice::from_ref(facts)).await.remove(0).unwrap()
}

pub(crate) fn selector(text: &str) -> Selector {
    let mode = if text.starts_with('!') { SelectorMode::Excluding } else { SelectorMode::Matching };
    let pattern = text.trim_start_matches('!').to_owned();
    Selector { mode, dialect: Dialect::Harbor, pattern }
}

pub(crate) fn rule(repositories: &str, tags: &str) -> Rule {
    Rule {
        repositories: Some(selector(repositories)),
        tags: selector(tags),
        effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
        enabled: true,
    }
}
