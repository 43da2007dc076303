//! Rules changed in the GitLab demo, which outlive a restart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tagwarden_ipc::ApiError;
use tagwarden_simulator::{MinimumRole, ProjectId, RuleId, TagEffect};

use crate::Console;
use crate::errors::OrApi as _;

/// Where they are kept.
const RULES: &str = "demo/rules";

/// A rule of the demo, as kept between two starts.
#[derive(Serialize, Deserialize)]
struct KeptRule {
    id: u64,
    pattern: String,
    /// Roles to push and delete; nothing for an immutable rule.
    roles: Option<(String, String)>,
}

type KeptRules = BTreeMap<u64, Vec<KeptRule>>;

impl Console {
    pub(super) async fn forget_rules(&self) -> Result<(), ApiError> {
        self.inner.archive.set_setting(RULES, &KeptRules::new()).await.or_api()
    }

    /// Keeps the demo's rules as they are now.
    pub(crate) async fn keep_demo_rules(&self) {
        let kept: KeptRules = {
            let running = self.inner.demo.gitlab.lock().await;
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

    /// Puts the rules back that the demo had when it was stopped.
    pub(super) async fn restore_rules(&self) -> Result<(), ApiError> {
        let Some(kept) = self.inner.archive.setting::<KeptRules>(RULES).await.or_api()? else {
            return Ok(());
        };
        let running = self.inner.demo.gitlab.lock().await;
        let Some(running) = running.as_ref() else { return Ok(()) };
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
