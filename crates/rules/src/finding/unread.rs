//! What the server has saved with a rule and makes nothing of.

use crate::finding::check::finding;
use crate::finding::{Finding, Severity, What};
use crate::rule::SavedRule;

/// Most patterns named in one finding.
const MOST_NAMED: usize = 5;

/// Findings about what is saved with rules and not read, in the order of the rules. Only saved rules
/// can have any, so that drafts are not asked about it.
pub fn unread(rules: &[SavedRule]) -> Vec<Finding> {
    (0u32..).zip(rules).flat_map(|(place, rule)| of_rule(place, rule)).collect()
}

fn of_rule(place: u32, rule: &SavedRule) -> Vec<Finding> {
    let severity = if rule.rule.enabled { Severity::Warning } else { Severity::Note };
    let mut found = Vec::new();
    if let Some(namespace) = rule.unread.iter().find(|unread| unread.first && unread.selects_nothing) {
        let what = What::NamespaceSelector {
            decoration: namespace.decoration.clone(),
            pattern: namespace.pattern.clone(),
        };
        found.push(finding(place, severity, what, Vec::new()));
    }
    let further = rule.unread.iter().filter(|unread| !unread.first);
    let patterns: Vec<String> = further.map(|unread| unread.pattern.clone()).take(MOST_NAMED).collect();
    if !patterns.is_empty() {
        found.push(finding(place, severity, What::FurtherSelectors { patterns }, Vec::new()));
    }
    found
}
