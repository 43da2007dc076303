//! The client for AWS ECR, against the box of this repository and against programs that others wrote.

mod changes;
mod enforcement;
mod keys;
mod lifecycle;
mod lists;
mod peers;
mod secrets;
mod troubles;

use secrecy::SecretString;
use tagwarden_registries::ecr::{Credentials, Ecr};
use tagwarden_registries::http::{HttpSettings, Pacing};
use tagwarden_registries::{ProjectFacts, ProjectRef, ProjectRules, Registry as _, RegistryError, RulesRead};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Blocks, Effect, Rule, SavedRule, Selector, SelectorMode};
use tagwarden_rules::visibility::NotVisible;
use tagwarden_simulator::ecr::{ACCESS_KEY, Config, Mode, Repository, Running, SECRET_KEY, Seed, start};

use crate::support::{NOW, Waits, settings};

pub(crate) async fn empty() -> Running {
    start(Config { seed: Seed::Empty, ..Config::default() }).await.unwrap()
}

/// A box with one repository in a mode.
pub(crate) async fn with(name: &str, mode: Mode, filters: &[&str]) -> Running {
    let running = empty().await;
    let filters = filters.iter().map(|filter| (*filter).to_owned()).collect();
    running.edit(|state| state.add(Repository { mode, filters, ..Repository::new(name, 0) }));
    running
}

pub(crate) fn keys(id: &str, secret: &str) -> Credentials {
    Credentials::Keys { id: id.to_owned(), secret: SecretString::from(secret) }
}

/// A client that never really sleeps.
pub(crate) fn client_of(address: &str, credentials: &Credentials) -> (Ecr, Waits) {
    let waits = Waits::default();
    let told = std::sync::Arc::clone(&waits);
    let on_wait = std::sync::Arc::new(move |wait| told.lock().unwrap().push(wait));
    let settings = HttpSettings { parallel: 8, ..settings() };
    let client = Ecr::new(address, credentials, settings, Some(on_wait)).unwrap();
    (client.with_pacing(Pacing::fixed(|_| Box::pin(std::future::ready(())), NOW)), waits)
}

pub(crate) fn client(running: &Running) -> Ecr {
    client_of(running.base_url(), &keys(ACCESS_KEY, SECRET_KEY)).0
}

pub(crate) fn project(name: &str) -> ProjectRef {
    ProjectRef { id: name.to_owned(), path: name.to_owned() }
}

pub(crate) fn rule(mode: SelectorMode, pattern: &str) -> Rule {
    let tags = Selector { mode, dialect: Dialect::EcrFilters, pattern: pattern.to_owned() };
    Rule { repositories: None, tags, effect: Effect::Immutable { blocks: Blocks::Overwrite }, enabled: true }
}

pub(crate) async fn rules(client: &Ecr, name: &str) -> Result<RulesRead, RegistryError> {
    Ok(shown(client, name).await?.visible().unwrap())
}

/// Why the rules are not visible.
pub(crate) async fn hidden(client: &Ecr, name: &str) -> NotVisible {
    shown(client, name).await.unwrap().visible().unwrap_err()
}

async fn shown(client: &Ecr, name: &str) -> Result<ProjectRules, RegistryError> {
    let project = project(name);
    let facts = ProjectFacts { project, web_url: None, role: None, registry_enabled: true, archived: false };
    client.rules(&[facts]).await.remove(0)
}

/// The one rule of a repository, as mode and pattern.
pub(crate) async fn held(client: &Ecr, name: &str) -> Option<(SelectorMode, String)> {
    let read = rules(client, name).await.unwrap();
    assert!(read.complete && read.rules.len() <= 1);
    read.rules.into_iter().next().map(|saved| (saved.rule.tags.mode, saved.rule.tags.pattern))
}

pub(crate) async fn change(
    client: &Ecr,
    name: &str,
    change: &Change,
) -> Result<Option<SavedRule>, RegistryError> {
    client.change(&project(name), &capabilities(), change).await
}

/// Sets a repository to a rule from whatever it has.
pub(crate) async fn set(
    client: &Ecr,
    name: &str,
    wanted: Option<Rule>,
) -> Result<Option<SavedRule>, RegistryError> {
    let saved = rules(client, name).await?.rules.into_iter().next();
    let wanted = match (saved, wanted) {
        (None, None) => return Ok(None),
        (None, Some(rule)) => Change::Create { rule },
        (Some(rule), None) => Change::Delete { rule },
        (Some(from), Some(to)) => Change::Update { from, to },
    };
    change(client, name, &wanted).await
}

pub(crate) fn capabilities() -> Capabilities {
    Capabilities::of_dialect(Dialect::EcrFilters)
}
