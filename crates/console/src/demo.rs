//! The demo: a GitLab in a box on this machine, added like any other connection.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tagwarden_archive::{Connection, SignIn, TokenPlace};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{Changed, JobId, JobKind, JobResult};
use tagwarden_simulator::{
    Config, DEMO_TOKEN, MinimumRole, ProjectId, RuleId, Running, Simulator, TagEffect,
};
use tokio::sync::Mutex;

use crate::Console;
use crate::connections::summary;
use crate::errors::OrApi as _;
use crate::registry::secret_name;

/// The demo's connection.
const ID: &str = "demo";
/// Where rules changed in the demo are kept, so that they are still there after a restart.
const RULES: &str = "demo/rules";

/// The demo registry, when it runs.
#[derive(Default)]
pub(crate) struct Demo {
    running: Mutex<Option<Running>>,
}

/// A rule of the demo, as kept between two starts.
#[derive(Serialize, Deserialize)]
struct KeptRule {
    id: u64,
    pattern: String,
    /// Roles to push and delete; nothing for an immutable rule.
    roles: Option<(String, String)>,
}

type KeptRules = BTreeMap<u64, Vec<KeptRule>>;

impl Demo {
    /// Whether this connection is the demo.
    pub(crate) fn is(&self, connection: &str) -> bool {
        connection == ID
    }

    /// Stops it.
    pub(crate) async fn stop(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.stop().await;
        }
    }
}

impl Console {
    pub(crate) fn demo_open_impl(&self) -> JobId {
        let console = self.clone();
        self.inner.jobs.spawn(JobKind::Demo, move |job| async move {
            let connection = console.add_demo().await?;
            console.inner.jobs.changed(Changed::Connections, None);
            console.sync(&job, &connection.id).await?;
            let projects = console.project_counts().await?.get(ID).copied().unwrap_or(0);
            let connection = console.saved_connection(ID).await?;
            Ok(JobResult::DemoReady { connection: Box::new(summary(&connection, projects)) })
        })
    }

    async fn add_demo(&self) -> Result<Connection, ApiError> {
        let known = self.inner.archive.connection(ID).await.or_api()?;
        let connection = known.unwrap_or_else(|| Connection {
            id: ID.to_owned(),
            kind: "gitlab".to_owned(),
            name: "Demo GitLab".to_owned(),
            address: String::new(),
            demo: true,
            sign_in: SignIn::Token { place: TokenPlace::Session, hint: None },
            user: None,
            repositories: Vec::new(),
            ca_file: None,
            created_at: self.now(),
            last_sync_at: None,
            last_error: None,
            server_version: None,
            server_edition: None,
        });
        self.running_demo(connection).await
    }

    /// Starts the demo if it does not run, and answers with its connection at its present address.
    pub(crate) async fn running_demo(&self, mut connection: Connection) -> Result<Connection, ApiError> {
        let mut running = self.inner.demo.running.lock().await;
        let address = match running.as_ref() {
            Some(running) => running.base_url().to_owned(),
            None => {
                let started = Simulator::start(Config::default()).await.map_err(|error| {
                    tracing::warn!(%error, "the demo registry does not start");
                    ApiError::new(ErrorCode::Internal).detail("demo")
                })?;
                self.restore_rules(&started).await?;
                let address = started.base_url().to_owned();
                *running = Some(started);
                address
            }
        };
        drop(running);
        self.inner
            .config
            .vault
            .put(&secret_name(ID), SecretString::from(DEMO_TOKEN.to_owned()), tagwarden_vault::Keep::Session)
            .await
            .or_api()?;
        if connection.address != address {
            connection.address = address;
            self.inner.archive.put_connection(&connection).await.or_api()?;
        }
        Ok(connection)
    }

    /// Starts the demo again when it is among the connections, so that its registry answers.
    pub(crate) fn resume_demo(&self) {
        let console = self.clone();
        tokio::spawn(async move {
            if let Ok(Some(connection)) = console.inner.archive.connection(ID).await {
                // Whoever needs it meets the same error and shows it.
                let _ = console.running_demo(connection).await;
            }
        });
    }

    /// Stops the demo and forgets its rules: opened again, it is as on the first day.
    pub(crate) async fn forget_demo(&self) -> Result<(), ApiError> {
        self.inner.demo.stop().await;
        self.inner.archive.set_setting(RULES, &KeptRules::new()).await.or_api()
    }

    /// Keeps the demo's rules as they are now.
    pub(crate) async fn keep_demo_rules(&self) {
        let kept: KeptRules = {
            let running = self.inner.demo.running.lock().await;
            let Some(running) = running.as_ref() else { return };
            running.inspect(|state| {
                state
                    .projects()
                    .map(|project| (project.id.0, project.tag_rules.iter().map(keep).collect()))
                    .collect()
            })
        };
        if let Err(error) = self.inner.archive.set_setting(RULES, &kept).await {
            tracing::warn!(%error, "the demo's rules are not kept");
        }
    }

    async fn restore_rules(&self, running: &Running) -> Result<(), ApiError> {
        let Some(kept) = self.inner.archive.setting::<KeptRules>(RULES).await.or_api()? else {
            return Ok(());
        };
        running.edit(|state| {
            for (project, rules) in kept {
                let project = ProjectId(project);
                let Some(known) = state.project_mut(project) else { continue };
                known.tag_rules.clear();
                for rule in rules {
                    if let Some(effect) = effect(&rule) {
                        state.add_tag_rule_as(RuleId(rule.id), project, &rule.pattern, effect);
                    }
                }
            }
        });
        Ok(())
    }
}

fn keep(rule: &tagwarden_simulator::TagRule) -> KeptRule {
    let roles = match rule.effect {
        TagEffect::Protected { push, delete } => Some((push.rest().to_owned(), delete.rest().to_owned())),
        TagEffect::Immutable => None,
    };
    KeptRule { id: rule.id.0, pattern: rule.pattern.clone(), roles }
}

fn effect(rule: &KeptRule) -> Option<TagEffect> {
    let Some((push, delete)) = &rule.roles else { return Some(TagEffect::Immutable) };
    Some(TagEffect::Protected {
        push: MinimumRole::from_rest(push)?,
        delete: MinimumRole::from_rest(delete)?,
    })
}
