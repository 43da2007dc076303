//! Rules changed in the demos, which outlive a restart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::connections::RegistryKind;
use tagwarden_simulator::harbor::{self, RuleText};
use tagwarden_simulator::{MinimumRole, Project, ProjectId, RuleId, TagEffect, ecr};

use crate::Console;
use crate::errors::OrApi as _;

/// Where the rules of a demo are kept.
fn place(kind: RegistryKind) -> &'static str {
    match kind {
        RegistryKind::Harbor => "demo/rules-harbor",
        RegistryKind::Ecr => "demo/rules-ecr",
        RegistryKind::Gitlab | RegistryKind::Oci => "demo/rules",
    }
}

/// A rule of the GitLab demo, as kept between two starts.
#[derive(Serialize, Deserialize)]
struct GitlabRule {
    id: u64,
    pattern: String,
    /// Roles to push and delete; nothing for an immutable rule.
    roles: Option<(String, String)>,
}

/// A rule of the Harbor demo.
#[derive(Serialize, Deserialize)]
struct HarborRule {
    id: u64,
    disabled: bool,
    text: RuleText,
}

/// What a repository of the ECR demo does with tags.
#[derive(Serialize, Deserialize)]
struct Mutability {
    mode: String,
    filters: Vec<String>,
}

/// By the number of the project.
type GitlabRules = BTreeMap<u64, Vec<GitlabRule>>;
type HarborRules = BTreeMap<u64, Vec<HarborRule>>;
/// By the name of the repository.
type Mutabilities = BTreeMap<String, Mutability>;

impl Console {
    pub(super) async fn forget_demo_rules(&self, kind: RegistryKind) -> Result<(), ApiError> {
        self.inner.archive.set_setting(place(kind), &BTreeMap::<u64, ()>::new()).await.or_api()
    }

    /// Keeps the rules of a demo as they are now.
    pub(crate) async fn keep_demo_rules(&self, kind: RegistryKind) {
        let demo = &self.inner.demo;
        let _opening = demo.opening.lock().await;
        match kind {
            RegistryKind::Gitlab => {
                let kept: Option<GitlabRules> = demo.gitlab.lock().await.as_ref().map(|running| {
                    let rules = |project: &Project| project.tag_rules.iter().map(gitlab_rule).collect();
                    running.inspect(|state| state.projects().map(|one| (one.id.0, rules(one))).collect())
                });
                self.keep(kind, kept).await;
            }
            RegistryKind::Harbor => {
                let kept: Option<HarborRules> = demo.harbor.lock().await.as_ref().map(|running| {
                    running.inspect(|state| {
                        let rules = |project| state.rules_of(project).map(harbor_rule).collect();
                        state.projects().map(|project| (project.id.0, rules(project.id))).collect()
                    })
                });
                self.keep(kind, kept).await;
            }
            RegistryKind::Ecr => {
                let kept: Option<Mutabilities> = demo.ecr.lock().await.as_ref().map(|running| {
                    running.edit(|state| {
                        let repositories = state.repositories.values();
                        repositories.map(|one| (one.name.clone(), mutability(one))).collect()
                    })
                });
                self.keep(kind, kept).await;
            }
            RegistryKind::Oci => {}
        }
    }

    async fn keep(&self, kind: RegistryKind, rules: Option<impl Serialize + Sync>) {
        let Some(rules) = rules else { return };
        if let Err(error) = self.inner.archive.set_setting(place(kind), &rules).await {
            tracing::warn!(%error, "the demo's rules are not kept");
        }
    }

    /// Puts the rules back that a demo had when it was stopped.
    pub(super) async fn restore_demo_rules(&self, kind: RegistryKind) -> Result<(), ApiError> {
        let (archive, demo) = (&self.inner.archive, &self.inner.demo);
        match kind {
            RegistryKind::Gitlab => {
                let kept = archive.setting::<GitlabRules>(place(kind)).await.or_api()?;
                if let (Some(kept), Some(running)) = (kept, demo.gitlab.lock().await.as_ref()) {
                    running.edit(|state| restore_gitlab(state, kept));
                }
            }
            RegistryKind::Harbor => {
                let kept = archive.setting::<HarborRules>(place(kind)).await.or_api()?;
                if let (Some(kept), Some(running)) = (kept, demo.harbor.lock().await.as_ref()) {
                    running.edit(|state| restore_harbor(state, kept));
                }
            }
            RegistryKind::Ecr => {
                let kept = archive.setting::<Mutabilities>(place(kind)).await.or_api()?;
                if let (Some(kept), Some(running)) = (kept, demo.ecr.lock().await.as_ref()) {
                    running.edit(|state| restore_ecr(state, kept));
                }
            }
            RegistryKind::Oci => {}
        }
        Ok(())
    }
}

fn gitlab_rule(rule: &tagwarden_simulator::TagRule) -> GitlabRule {
    let roles = match rule.effect {
        TagEffect::Protected { push, delete } => Some((push.rest().to_owned(), delete.rest().to_owned())),
        TagEffect::Immutable => None,
    };
    GitlabRule { id: rule.id.0, pattern: rule.pattern.clone(), roles }
}

fn restore_gitlab(state: &mut tagwarden_simulator::State, kept: GitlabRules) {
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
}

fn effect(rule: &GitlabRule) -> Option<TagEffect> {
    let Some((push, delete)) = &rule.roles else { return Some(TagEffect::Immutable) };
    Some(TagEffect::Protected {
        push: MinimumRole::from_rest(push)?,
        delete: MinimumRole::from_rest(delete)?,
    })
}

fn harbor_rule(rule: &harbor::Rule) -> HarborRule {
    HarborRule { id: rule.id.0, disabled: rule.disabled, text: rule.text.clone() }
}

fn restore_harbor(state: &mut harbor::State, kept: HarborRules) {
    for (project, rules) in kept {
        let project = ProjectId(project);
        let rules = rules.into_iter().map(|HarborRule { id, disabled, text }| harbor::Rule {
            id: RuleId(id),
            project,
            disabled,
            text,
        });
        state.set_rules(project, rules.collect());
    }
}

fn mutability(repository: &ecr::Repository) -> Mutability {
    Mutability { mode: repository.mode.as_str().to_owned(), filters: repository.filters.clone() }
}

fn restore_ecr(state: &mut ecr::State, kept: Mutabilities) {
    for (name, Mutability { mode, filters }) in kept {
        if let (Some(repository), Some(mode)) = (state.repository(&name), ecr::Mode::parse(&mode)) {
            (repository.mode, repository.filters) = (mode, filters);
        }
    }
}
