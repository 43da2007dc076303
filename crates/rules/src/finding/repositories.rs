//! Selectors of repositories that the server saves without a look.

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Severity, What};
use crate::pattern::Verdict;
use crate::rule::SelectorMode;

pub(super) fn check(scene: &Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let modes = [Some(subject.rule.tags()), subject.rule.repositories()];
    if modes.into_iter().flatten().any(|selector| selector.mode() == SelectorMode::Unsupported) {
        found.push(finding(subject.place, Severity::Incident, What::UnsupportedSelector, Vec::new()));
        return;
    }
    if subject.rule.compares_other_parts() {
        return;
    }
    let Some(selector) = subject.rule.repositories() else { return };
    let verdicts: Vec<Verdict> = scene.index.map_or_else(Vec::new, |index| {
        index
            .repositories()
            .iter()
            .map(|repository| selector.verdict_on_repository(&repository.name))
            .collect()
    });
    if let Some(error) = selector.pattern().malformed() {
        let erring = verdicts.iter().filter(|verdict| **verdict == Verdict::Error).count();
        let severity = if erring > 0 { Severity::Incident } else { Severity::Warning };
        let repositories = u32::try_from(erring).unwrap_or(u32::MAX);
        let what = What::MalformedRepositories { problem: error.code, column: error.column, repositories };
        found.push(finding(subject.place, severity, what, Vec::new()));
    } else if !verdicts.is_empty() && !verdicts.contains(&Verdict::Match) {
        found.push(finding(subject.place, Severity::Warning, what_of_none(scene, subject), Vec::new()));
    }
}

/// Why no repository is covered: mostly because the project stands in front, which Harbor cuts off.
fn what_of_none(scene: &Scene<'_>, subject: &Subject<'_>) -> What {
    let text = subject.rule.repositories().map_or("", |selector| selector.pattern().text());
    let first = scene.index.and_then(|index| index.repositories().first());
    let project = first.and_then(|repository| repository.name.split_once('/')).map(|(project, _)| project);
    match project {
        Some(project) if text.strip_prefix(project).is_some_and(|rest| rest.starts_with('/')) => {
            What::ProjectInRepositories { project: project.to_owned() }
        }
        _ => What::NoRepository,
    }
}
