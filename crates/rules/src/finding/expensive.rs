//! Globs that take the server very long: it tries all ways to share a name among the stars.

use crate::finding::check::{Subject, finding};
use crate::finding::{Finding, Severity, What};
use crate::rule::RulePart;

pub(super) fn check(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let repositories =
        subject.rule.repositories().map(|selector| (RulePart::Repositories, selector.pattern()));
    for (part, pattern) in repositories.into_iter().chain([(RulePart::Tags, subject.pattern())]) {
        if let Some(costly) = pattern.costly() {
            let what = What::SlowPattern { part, example: costly.name, steps: costly.steps.min(MOST_TOLD) };
            found.push(finding(subject.place, Severity::Warning, what, Vec::new()));
        }
    }
}

/// Larger numbers say no more, and a window cannot hold them exactly.
const MOST_TOLD: u64 = 1_000_000_000_000;
