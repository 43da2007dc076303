//! Retention policies, read.
//!
//! Source: `src/pkg/retention` (`launcher.go`, `policy/rule/*/evaluator.go`, `policy/alg/or/processor.go`)
//! and `src/lib/selector/selectors/doublestar/selector.go`. Harbor checks next to nothing when it saves a
//! policy, so whatever a run would not understand is told as unknown.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tagwarden_rules::cleanup::{Cleanup, CleanupNote, CleanupRule, Condition, Fate, Images};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Selector, SelectorMode};

use super::Harbor;
use super::wire::{DOUBLESTAR, REPOSITORIES, TAGS, zero};
use crate::error::RegistryError;
use crate::facts::ProjectRef;

/// What a run takes when a rule's number is no number.
const DEFAULT_COUNT: u32 = 10;
const DEFAULT_DAYS: u32 = 30;

/// The part of a project that names its policy.
#[derive(Deserialize)]
struct WireProject {
    #[serde(default, deserialize_with = "zero")]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    /// A number, as a text.
    #[serde(default, deserialize_with = "zero")]
    retention_id: String,
}

#[derive(Deserialize)]
struct WirePolicy {
    #[serde(default, deserialize_with = "zero")]
    algorithm: String,
    #[serde(default, deserialize_with = "zero")]
    rules: Vec<WireRule>,
    #[serde(default, deserialize_with = "zero")]
    trigger: Trigger,
}

#[derive(Default, Deserialize)]
struct Trigger {
    #[serde(default, deserialize_with = "zero")]
    settings: Settings,
}

#[derive(Default, Deserialize)]
struct Settings {
    #[serde(default, deserialize_with = "zero")]
    cron: String,
}

#[derive(Deserialize)]
struct WireRule {
    #[serde(default, deserialize_with = "zero")]
    disabled: bool,
    #[serde(default, deserialize_with = "zero")]
    action: String,
    #[serde(default, deserialize_with = "zero")]
    template: String,
    #[serde(default, deserialize_with = "zero")]
    params: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "zero")]
    scope_selectors: Scope,
    #[serde(default, deserialize_with = "zero")]
    tag_selectors: Vec<WireSelector>,
}

#[derive(Default, Deserialize)]
struct Scope {
    #[serde(default, deserialize_with = "zero")]
    repository: Vec<WireSelector>,
}

#[derive(Deserialize)]
struct WireSelector {
    #[serde(default, deserialize_with = "zero")]
    kind: String,
    #[serde(default, deserialize_with = "zero")]
    decoration: String,
    #[serde(default, deserialize_with = "zero")]
    pattern: String,
    /// JSON in a text.
    #[serde(default, deserialize_with = "zero")]
    extras: String,
}

/// What `extras` holds.
#[derive(Deserialize)]
struct Extras {
    #[serde(default, deserialize_with = "zero")]
    untagged: bool,
}

impl Harbor {
    /// The policy of a project. Developers may read it; its number stands in the project.
    pub(super) async fn read_cleanup(&self, project: &ProjectRef) -> Result<Option<Cleanup>, RegistryError> {
        let dialect = self.dialect().await?;
        let found: WireProject = self.get_json(self.endpoint(&["projects", &project.id], &[])).await?;
        let id = found.metadata.retention_id.parse::<u64>().ok().filter(|id| *id > 0);
        let Some(id) = id else { return Ok(None) };
        let policy: WirePolicy = self.get_json(self.endpoint(&["retentions", &id.to_string()], &[])).await?;
        Ok(Some(policy.read(dialect)))
    }
}

impl WirePolicy {
    fn read(&self, dialect: Dialect) -> Cleanup {
        // No other way to put rules together is known to Harbor itself.
        let unreadable = self.algorithm != "or";
        let rules = if unreadable { &[] } else { self.rules.as_slice() };
        Cleanup {
            schedule: Some(self.trigger.settings.cron.clone()).filter(|cron| !cron.trim().is_empty()),
            otherwise: Fate::Deleted,
            rules: (1..).zip(rules).map(|(number, rule)| rule.read(number, dialect)).collect(),
            unreadable,
            notes: vec![
                CleanupNote::WholeImage,
                CleanupNote::ImmutableKept,
                CleanupNote::OtherRepositoriesKept,
            ],
        }
    }
}

impl WireRule {
    fn read(&self, number: u32, dialect: Dialect) -> CleanupRule {
        let untagged = self.tag_selectors.iter().all(WireSelector::takes_untagged);
        let all = |selectors: &[WireSelector], decorations| {
            selectors.iter().map(|selector| selector.read(decorations, dialect)).collect()
        };
        CleanupRule {
            number,
            enabled: !self.disabled,
            description: None,
            repositories: all(&self.scope_selectors.repository, &REPOSITORIES),
            tags: all(&self.tag_selectors, &TAGS),
            images: if untagged { Images::Any } else { Images::Tagged },
            condition: self.condition(),
            fate: Fate::Kept,
        }
    }

    fn condition(&self) -> Condition {
        if self.action != "retain" {
            return Condition::Unknown { text: self.action.clone() };
        }
        // A run passes over a rule without a selector of tags.
        if self.tag_selectors.is_empty() {
            return Condition::Unknown { text: "tag_selectors: []".to_owned() };
        }
        let known = match self.template.as_str() {
            "always" => Some(Condition::Always),
            "latestPushedK" => self.number(DEFAULT_COUNT).map(|count| Condition::NewestPushed { count }),
            "latestPulledN" => self.number(DEFAULT_COUNT).map(|count| Condition::NewestPulled { count }),
            "latestActiveK" => self.number(DEFAULT_COUNT).map(|count| Condition::Active { count }),
            "nDaysSinceLastPush" => self.number(DEFAULT_DAYS).map(|days| Condition::PushedWithin { days }),
            "nDaysSinceLastPull" => self.number(DEFAULT_DAYS).map(|days| Condition::PulledWithin { days }),
            "lastXDays" => self.number(DEFAULT_COUNT).map(|days| Condition::PushedWithin { days }),
            _ => None,
        };
        known.unwrap_or_else(|| Condition::Unknown { text: self.template.clone() })
    }

    /// The rule's number, which has the template's name. A run fails without one, cuts off what stands
    /// behind the point, and takes the default for what is no number or below zero.
    fn number(&self, default: u32) -> Option<u32> {
        let given = self.params.get(&self.template)?;
        let whole = given.as_u64().or_else(|| {
            let text = given.as_f64().filter(|number| *number >= 0.0)?.trunc().to_string();
            text.parse().ok()
        });
        Some(whole.map_or(default, |number| u32::try_from(number).unwrap_or(u32::MAX)))
    }
}

impl WireSelector {
    fn read(&self, decorations: &[&str; 2], dialect: Dialect) -> Selector {
        let mode = match self.decoration.as_str() {
            _ if self.kind != DOUBLESTAR => SelectorMode::Unsupported,
            known if known == decorations[0] => SelectorMode::Matching,
            known if known == decorations[1] => SelectorMode::Excluding,
            _ => SelectorMode::Unsupported,
        };
        Selector { mode, dialect, pattern: self.pattern.clone() }
    }

    /// Whether images without a tag pass: by default they do, and a selector that excludes turns round
    /// what is written.
    fn takes_untagged(&self) -> bool {
        let excludes = self.decoration == TAGS[1];
        let written = serde_json::from_str::<Option<Extras>>(&self.extras).ok();
        match written.map(|extras| extras.is_some_and(|extras| extras.untagged)) {
            Some(untagged) => untagged != excludes,
            None => true,
        }
    }
}
