//! A lifecycle policy as a cleanup policy.

use tagwarden_rules::cleanup::{self, Cleanup, CleanupNote, CleanupRule, Condition, Fate, Images};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::Selector;

use super::lifecycle::{Action, Lifecycle, LifecycleRule, Select, Since, UnreadRule, When};

/// What a policy's text says. A rule takes images away, and what no rule takes away stays.
pub(super) fn of_text(text: &str) -> Cleanup {
    let read = Lifecycle::read(text);
    Cleanup {
        // There is none to choose: the user guide says within 24 hours.
        schedule: None,
        otherwise: Fate::Kept,
        unreadable: read.is_err(),
        rules: read.map(rules).unwrap_or_default(),
        notes: vec![
            CleanupNote::WithinADay,
            CleanupNote::FirstRuleDecides,
            CleanupNote::WholeImage,
            CleanupNote::ImmutabilityIgnored,
        ],
    }
}

/// The rules in the order in which they are applied. One that cannot be read does not hide the others.
fn rules(policy: Lifecycle) -> Vec<CleanupRule> {
    let unread = policy.unread.into_iter().map(unread);
    let mut rules: Vec<CleanupRule> = policy.rules.into_iter().map(rule).chain(unread).collect();
    rules.sort_by_key(|rule| rule.number);
    rules
}

fn unread(rule: UnreadRule) -> CleanupRule {
    CleanupRule {
        number: rule.priority,
        enabled: true,
        description: None,
        repositories: Vec::new(),
        tags: Vec::new(),
        images: Images::Any,
        condition: Condition::Unknown { text: rule.text },
        fate: Fate::Kept,
    }
}

fn rule(rule: LifecycleRule) -> CleanupRule {
    let all = |dialect: Dialect, texts: Vec<String>| {
        texts.into_iter().map(|text| Selector::matching(dialect, text)).collect()
    };
    let (images, tags) = match rule.select {
        Select::Any => (Images::Any, Vec::new()),
        Select::Untagged => (Images::Untagged, Vec::new()),
        Select::Patterns(patterns) => (Images::Tagged, all(Dialect::Ecr, patterns)),
        Select::Prefixes(prefixes) => (Images::Tagged, all(Dialect::Prefix, prefixes)),
    };
    CleanupRule {
        number: rule.priority,
        enabled: true,
        description: rule.description.filter(|text| !text.trim().is_empty()),
        repositories: Vec::new(),
        tags,
        images,
        condition: condition(rule.when),
        fate: match rule.action {
            Action::Expire => Fate::Deleted,
            Action::Archive => Fate::Archived,
        },
    }
}

fn condition(when: When) -> Condition {
    match when {
        When::MoreThan(count) => Condition::BeyondNewest { count },
        When::Days { since, days } => {
            let since = match since {
                Since::Pushed => cleanup::Since::Pushed,
                Since::Pulled => cleanup::Since::Pulled,
                Since::Transitioned => cleanup::Since::Archived,
            };
            Condition::OlderThan { days, since }
        }
    }
}
