//! Retention policies, read.
//!
//! Source: `src/pkg/retention` (`launcher.go`, `policy/rule/*/evaluator.go`, `policy/alg/or/processor.go`)
//! and `src/lib/selector/selectors/doublestar/selector.go`. Harbor checks next to nothing when it saves a
//! policy. A run fails at what it does not understand, and then deletes nothing: selectors of
//! repositories are asked before there are tasks (`launcher.go`), everything else in the task of each
//! repository (`policy/builder.go`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tagwarden_rules::cleanup::{Cleanup, CleanupFailure, CleanupNote, CleanupRule, Condition, Fate, Images};
use tagwarden_rules::pattern::{Dialect, Pattern, Verdict};
use tagwarden_rules::rule::{RulePart, Selector, SelectorMode};

use super::Harbor;
use super::wire::{DOUBLESTAR, NAMESPACES, mode_of, zero};
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
        Ok(Some(policy.read(Reader { dialect, project: &project.path })))
    }
}

/// What selectors are read with.
#[derive(Clone, Copy)]
struct Reader<'a> {
    dialect: Dialect,
    /// The namespace of all candidates.
    project: &'a str,
}

impl WirePolicy {
    fn read(&self, reader: Reader<'_>) -> Cleanup {
        // No other way to put rules together is known to Harbor itself.
        let unknown = (self.algorithm != "or").then_some(self.algorithm.as_str());
        Cleanup {
            schedule: Some(self.trigger.settings.cron.clone()).filter(|cron| !cron.trim().is_empty()),
            otherwise: Fate::Deleted,
            rules: (1..).zip(&self.rules).map(|(number, rule)| rule.read(number, unknown, reader)).collect(),
            unreadable: false,
            notes: vec![
                CleanupNote::WholeImage,
                CleanupNote::ImmutableKept,
                CleanupNote::OtherRepositoriesKept,
            ],
        }
    }
}

impl WireRule {
    fn read(&self, number: u32, unknown_algorithm: Option<&str>, reader: Reader<'_>) -> CleanupRule {
        let untagged = self.tag_selectors.iter().all(WireSelector::takes_untagged);
        let all = |part: RulePart, selectors: &[WireSelector]| {
            selectors.iter().map(|selector| selector.read(part, reader)).collect()
        };
        CleanupRule {
            number,
            enabled: !self.disabled,
            description: None,
            repositories: all(RulePart::Repositories, &self.scope_selectors.repository),
            tags: all(RulePart::Tags, &self.tag_selectors),
            images: if untagged { Images::Any } else { Images::Tagged },
            condition: self.failure(unknown_algorithm, reader.dialect).unwrap_or_else(|| self.condition()),
            fate: Fate::Kept,
        }
    }

    /// Where a run fails at this rule, in the order in which it looks.
    fn failure(&self, unknown_algorithm: Option<&str>, dialect: Dialect) -> Option<Condition> {
        let fails = |reason: CleanupFailure, text: &str, everywhere: bool| Condition::Fails {
            reason,
            text: text.to_owned(),
            everywhere,
        };
        if let Some(unknown) = self.scope_selectors.repository.iter().find_map(WireSelector::unknown) {
            return Some(fails(CleanupFailure::Selector, unknown, true));
        }
        // Harbor saves malformed patterns as they are.
        if let Some(malformed) = self.scope_selectors.repository.iter().find_map(|one| one.malformed(dialect))
        {
            return Some(fails(CleanupFailure::Pattern, malformed, true));
        }
        if self.action != "retain" {
            return Some(fails(CleanupFailure::Action, &self.action, false));
        }
        match self.template.as_str() {
            "always" => {}
            "latestPushedK" | "latestPulledN" | "latestActiveK" | "lastXDays" | "nDaysSinceLastPush"
            | "nDaysSinceLastPull" => {
                if !self.params.contains_key(&self.template) {
                    return Some(fails(CleanupFailure::Number, &self.template, false));
                }
            }
            _ => return Some(fails(CleanupFailure::Template, &self.template, false)),
        }
        if let Some(unknown) = self.tag_selectors.iter().find_map(WireSelector::unknown) {
            return Some(fails(CleanupFailure::Selector, unknown, false));
        }
        if let Some(malformed) = self.tag_selectors.iter().find_map(|one| one.malformed(dialect)) {
            return Some(fails(CleanupFailure::Pattern, malformed, false));
        }
        unknown_algorithm.map(|algorithm| fails(CleanupFailure::Algorithm, algorithm, false))
    }

    fn condition(&self) -> Condition {
        // `alg/or/processor.go` keeps no evaluator of a rule without a selector of tags.
        if self.tag_selectors.is_empty() {
            return Condition::PassedOver;
        }
        match self.template.as_str() {
            "latestPushedK" => Condition::NewestPushed { count: self.number(DEFAULT_COUNT) },
            "latestPulledN" => Condition::NewestPulled { count: self.number(DEFAULT_COUNT) },
            "latestActiveK" => Condition::Active { count: self.number(DEFAULT_COUNT) },
            "lastXDays" => Condition::PushedWithin { days: self.number(DEFAULT_COUNT) },
            "nDaysSinceLastPush" => Condition::PushedWithin { days: self.number(DEFAULT_DAYS) },
            "nDaysSinceLastPull" => Condition::PulledWithin { days: self.number(DEFAULT_DAYS) },
            _ => Condition::Always,
        }
    }

    /// The rule's number, which has the template's name. A run cuts off what stands behind the point, and
    /// takes the default for what is no number, below zero, or larger than Go's integers.
    fn number(&self, default: u32) -> u32 {
        let given = self.params.get(&self.template);
        let whole = given.and_then(|given| {
            given.as_u64().or_else(|| match given.as_f64()?.trunc() {
                // Cutting off leaves a zero with a sign.
                0.0 => Some(0),
                whole => whole.to_string().parse().ok(),
            })
        });
        let whole = whole.filter(|number| i64::try_from(*number).is_ok());
        whole.map_or(default, |number| u32::try_from(number).unwrap_or(u32::MAX))
    }
}

impl WireSelector {
    /// The word that Harbor does not know, if there is one.
    fn unknown(&self) -> Option<&str> {
        if self.kind != DOUBLESTAR {
            return Some(&self.kind);
        }
        let decoration = self.decoration.as_str();
        let known = mode_of(RulePart::Tags, decoration).is_some() || NAMESPACES.contains(&decoration);
        (!known).then_some(decoration)
    }

    /// Its pattern, when that is malformed.
    fn malformed(&self, dialect: Dialect) -> Option<&str> {
        let pattern = Pattern::compile(dialect, &self.pattern).ok()?;
        pattern.malformed().map(|_| self.pattern.as_str())
    }

    fn read(&self, part: RulePart, reader: Reader<'_>) -> Selector {
        let dialect = reader.dialect;
        let mode = match mode_of(part, &self.decoration) {
            _ if self.unknown().is_some() => SelectorMode::Unsupported,
            // A repository has no tags when it is selected: only `extras` decides.
            Some(mode) if part == RulePart::Repositories && mode.compares(part) == RulePart::Tags => {
                return whole(dialect, self.takes_untagged());
            }
            Some(mode) => mode,
            // All candidates are of one project.
            None => match Pattern::compile(dialect, &self.pattern)
                .map(|pattern| pattern.verdict(reader.project))
            {
                Ok(verdict @ (Verdict::Match | Verdict::No)) => {
                    let excludes = self.decoration == NAMESPACES[1];
                    return whole(dialect, (verdict == Verdict::Match) != excludes);
                }
                Ok(Verdict::Error) | Err(_) => SelectorMode::Unsupported,
            },
        };
        Selector { mode, dialect, pattern: self.pattern.clone() }
    }

    /// Whether what has no tag passes: by default it does, and a selector that excludes turns round what
    /// is written. Selectors of other names do not look at tags.
    fn takes_untagged(&self) -> bool {
        let excludes = match self.decoration.as_str() {
            "matches" => false,
            "excludes" => true,
            _ => return true,
        };
        let written = serde_json::from_str::<Option<Extras>>(&self.extras).ok();
        match written.map(|extras| extras.is_some_and(|extras| extras.untagged)) {
            Some(untagged) => untagged != excludes,
            None => true,
        }
    }
}

/// A selector of everything, or of nothing.
fn whole(dialect: Dialect, everything: bool) -> Selector {
    let mode = if everything { SelectorMode::Matching } else { SelectorMode::Excluding };
    Selector { mode, dialect, pattern: String::new() }
}
