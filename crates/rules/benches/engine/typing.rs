//! A whole keystroke: the pattern compiled, matched, every state and every repository counted.

use std::sync::Arc;

use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::preview::{Comparison, Edited, Matches, PreviewFilter, RowOutcome, TagIndex};
use tagwarden_rules::rule::{Effect, Role, Rule, Selector};
use tagwarden_rules::state::CompiledRules;

use crate::line;
use crate::patterns::{OTHERS, TYPED};
use crate::times::{share, timed};

/// Rows on the first screen.
const SCREEN: usize = 60;

pub(crate) fn measure(index: &Arc<TagIndex>, what: &str, aim: &str) {
    let before: Vec<Rule> = OTHERS.map(protected).into();
    let edited = Edited { before: None, after: Some(OTHERS.len() as u32) };
    let changes = PreviewFilter::of(&RowOutcome::ALL[..3]);
    let mut matches = Matches::default();
    let mut times = Vec::new();
    let mut slowest = (0.0, "");
    for pattern in TYPED.into_iter().flat_map(beginnings) {
        let mut after = before.clone();
        after.push(protected(pattern));
        let (time, lines) = timed(|| {
            let (old, new) = (CompiledRules::compile(&before), CompiledRules::compile(&after));
            let compared = Comparison::with_matches(index, &old, &new, edited, &mut matches, &|| false);
            compared.unwrap().page(&changes, 0, SCREEN)
        });
        assert!(lines.len() <= SCREEN);
        if time > slowest.0 && !times.is_empty() {
            slowest = (time, pattern);
        }
        times.push(time);
    }
    // The first one reads the other rules, too, as opening the project does.
    let first = times.remove(0);
    let (p50, p95, most) = (share(times.clone(), 0.5), share(times.clone(), 0.95), share(times.clone(), 1.0));
    let value = format!("{p50:.1} / {p95:.1} / {most:.1} ms of {}", times.len());
    line(&format!("a keystroke, {what}: p50 / p95 / max"), &value, aim);
    line("… the slowest pattern", slowest.1, "");
    line("… the first one, with four rules not known yet", &format!("{first:.1} ms"), "");
}

/// The beginnings that are patterns.
fn beginnings(pattern: &'static str) -> impl Iterator<Item = &'static str> {
    let valid = |text: &str| tagwarden_rules::pattern::Pattern::compile(Dialect::Gitlab, text).is_ok();
    (1..=pattern.len()).map(|end| &pattern[..end]).filter(move |text| valid(text))
}

fn protected(pattern: &str) -> Rule {
    Rule {
        repositories: None,
        tags: Selector::matching(Dialect::Gitlab, pattern),
        effect: Effect::Protect { push: Role::Maintainer, delete: Role::Owner },
        enabled: true,
    }
}
