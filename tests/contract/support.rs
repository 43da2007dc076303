//! A simulator with one project, clients for it, and rules in few words.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use secrecy::SecretString;
use tagwarden_registries::gitlab::GitLab;
use tagwarden_registries::http::{HttpSettings, Pacing};
use tagwarden_registries::{Pages, ProjectFacts, ProjectRules, Registry, RegistryError, RulesRead, Trouble};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Blocks, Effect, Role, Rule, SavedRule, Selector};
use tagwarden_rules::visibility::NotVisible;
use tagwarden_simulator::{Config, OWNER_TOKEN, ProjectId, Running, Simulator, Version};

/// The time that clients in tests believe it is, in unix seconds.
pub(crate) const NOW: i64 = 1_800_000_000;
/// The project of most tests.
pub(crate) const PATH: &str = "shop/basket";

pub(crate) struct World {
    pub(crate) sim: Running,
    pub(crate) project: ProjectId,
}

impl World {
    /// The newest GitLab with one project, in which everybody holds the role of their name.
    pub(crate) async fn new() -> Self {
        Self::with(Config::empty()).await
    }

    pub(crate) async fn of_version(major: u16, minor: u16) -> Self {
        Self::with(Config { version: Version::new(major, minor, 0), ..Config::empty() }).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let sim = Simulator::start(config).await.unwrap();
        let project = sim.edit(|state| state.create_project(PATH));
        Self { sim, project }
    }

    pub(crate) fn client(&self, token: &str) -> GitLab {
        client(self.sim.base_url(), token).0
    }

    /// The Owner's client and the project as that client sees it.
    pub(crate) async fn owner(&self) -> (GitLab, ProjectFacts) {
        self.member(OWNER_TOKEN).await
    }

    pub(crate) async fn member(&self, token: &str) -> (GitLab, ProjectFacts) {
        let client = self.client(token);
        let facts = self.facts(&client).await;
        (client, facts)
    }

    pub(crate) async fn facts(&self, client: &GitLab) -> ProjectFacts {
        let all = collect(client.projects()).await.unwrap();
        all.into_iter().find(|facts| facts.project.path == PATH).unwrap()
    }

    /// The rules of the project as the server holds them, in its own order.
    pub(crate) fn patterns(&self) -> Vec<String> {
        self.sim.inspect(|state| {
            state.project(self.project).unwrap().tag_rules.iter().map(|rule| rule.pattern.clone()).collect()
        })
    }
}

/// Quick settings: no long deadline, small pauses, and a client that never really sleeps.
pub(crate) fn settings() -> HttpSettings {
    HttpSettings { deadline: Duration::from_secs(10), ..HttpSettings::default() }
}

pub(crate) type Waits = Arc<Mutex<Vec<Duration>>>;

/// A client whose waits are noted instead of waited for.
pub(crate) fn client(address: &str, token: &str) -> (GitLab, Waits) {
    client_with(address, token, settings())
}

pub(crate) fn client_with(address: &str, token: &str, settings: HttpSettings) -> (GitLab, Waits) {
    let waits = Waits::default();
    let told = Arc::clone(&waits);
    let on_wait = Arc::new(move |wait| told.lock().unwrap().push(wait));
    let pacing = Pacing::fixed(|_| Box::pin(std::future::ready(())), NOW);
    let client = GitLab::new(address, SecretString::from(token), settings, Some(on_wait)).unwrap();
    (client.with_pacing(pacing), waits)
}

/// All pages in one list.
pub(crate) async fn collect<T>(pages: Pages<'_, T>) -> Result<Vec<T>, RegistryError> {
    pages.map_ok(|page| futures::stream::iter(page).map(Ok)).try_flatten().try_collect().await
}

pub(crate) async fn read(client: &GitLab, facts: &ProjectFacts) -> RulesRead {
    read_or(client, facts).await.unwrap()
}

pub(crate) async fn read_or(client: &GitLab, facts: &ProjectFacts) -> Result<RulesRead, RegistryError> {
    Ok(shown(client, facts).await?.visible().unwrap())
}

/// Why the rules are not visible.
pub(crate) async fn hidden(client: &GitLab, facts: &ProjectFacts) -> NotVisible {
    shown(client, facts).await.unwrap().visible().unwrap_err()
}

async fn shown(client: &GitLab, facts: &ProjectFacts) -> Result<ProjectRules, RegistryError> {
    client.rules(std::slice::from_ref(facts)).await.remove(0)
}

/// Reads what can be done, then makes the change, as the window does.
pub(crate) async fn apply(
    client: &GitLab,
    facts: &ProjectFacts,
    change: Change,
) -> Result<Option<SavedRule>, RegistryError> {
    let capabilities = capabilities(client, facts).await;
    client.change(&facts.project, &capabilities, &change).await
}

pub(crate) async fn capabilities(client: &GitLab, facts: &ProjectFacts) -> Capabilities {
    read(client, facts).await.capabilities
}

pub(crate) fn protect(pattern: &str, push: Role, delete: Role) -> Rule {
    rule(pattern, Effect::Protect { push, delete })
}

pub(crate) fn immutable(pattern: &str) -> Rule {
    rule(pattern, Effect::Immutable { blocks: Blocks::OverwriteAndDelete })
}

fn rule(pattern: &str, effect: Effect) -> Rule {
    Rule { repositories: None, tags: Selector::matching(Dialect::Gitlab, pattern), effect, enabled: true }
}

pub(crate) fn create(rule: Rule) -> Change {
    Change::Create { rule }
}

pub(crate) fn trouble<T: std::fmt::Debug>(outcome: Result<T, RegistryError>) -> Trouble {
    outcome.unwrap_err().trouble
}
