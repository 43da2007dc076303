//! Patterns written in another language than the server reads.

use crate::finding::check::{Scene, Subject, finding};
use crate::finding::{Finding, Fix, Severity, What};
use crate::pattern::{Dialect, Pattern};
use crate::rule::{RulePart, SelectorMode};
use crate::translation::{self, Foreign};

/// Whether the pattern of tags is one of another language.
pub(super) fn check(scene: &mut Scene<'_>, subject: &Subject<'_>, found: &mut Vec<Finding>) -> bool {
    check_repositories(subject, found);
    let pattern = subject.pattern().clone();
    let Some(foreign) = translation::foreign(pattern.dialect(), pattern.text()) else { return false };
    if !is_meant(scene, &pattern, &foreign) {
        return false;
    }
    let Foreign { syntax, translation, .. } = foreign;
    let fix = translation.as_ref().and_then(|one| scene.replacement(pattern.dialect(), &one.pattern));
    let fixes: Vec<Fix> = fix.into_iter().collect();
    let what = What::ForeignSyntax {
        part: RulePart::Tags,
        syntax,
        translation: if fixes.is_empty() { None } else { translation },
        matches_none: pattern.matches_no_tag() == Some(true),
        excluding: subject.mode() == SelectorMode::Excluding,
    };
    found.push(finding(subject.place, Severity::Warning, what, fixes));
    true
}

/// Where the text has a sensible meaning in its own language as well, the tags that exist decide.
fn is_meant(scene: &mut Scene<'_>, pattern: &Pattern, foreign: &Foreign) -> bool {
    let same = pattern.covers(&foreign.meant) == Some(true) && foreign.meant.covers(pattern) == Some(true);
    if same || pattern.malformed().is_some() {
        return false;
    }
    if foreign.certain || scene.index.is_none() || pattern.matches_no_tag() == Some(true) {
        return true;
    }
    let (now, meant) = (scene.rows(pattern), scene.rows(&foreign.meant));
    now == 0 || meant > now
}

/// Repositories have a language of their own kind, with slashes; only what cannot mean anything else is
/// told.
fn check_repositories(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Some(selector) = subject.rule.repositories() else { return };
    let pattern = selector.pattern();
    if !pattern.dialect().is_glob() || pattern.malformed().is_some() {
        return;
    }
    let Some(foreign) = translation::foreign(pattern.dialect(), pattern.text()) else { return };
    if !foreign.certain {
        return;
    }
    let what = What::ForeignSyntax {
        part: RulePart::Repositories,
        syntax: foreign.syntax,
        translation: None,
        matches_none: false,
        excluding: selector.mode() == SelectorMode::Excluding,
    };
    let fixes = path_as_glob(pattern.dialect(), pattern.text());
    found.push(finding(subject.place, Severity::Warning, what, fixes.into_iter().collect()));
}

/// `^team/.*$` as `team/**`; only where no other sign is left.
fn path_as_glob(dialect: Dialect, text: &str) -> Option<Fix> {
    let inner = text.strip_prefix('^').unwrap_or(text);
    let inner = inner.strip_suffix('$').unwrap_or(inner);
    let written = inner.replace("\\.", ".").replace(".*", "**").replace(".+", "**");
    let plain = !written.contains(['\\', '^', '$', '(', ')', '|', '+', '[']);
    let whole_segments = written.split('/').all(|part| part == "**" || !part.contains("**"));
    let fits = plain
        && whole_segments
        && Pattern::compile(dialect, &written).is_ok_and(|one| one.malformed().is_none());
    fits.then_some(Fix::ReplaceRepositories { pattern: written })
}
