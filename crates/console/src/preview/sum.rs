//! One answer for several projects: their numbers added up.

use tagwarden_ipc::preview::{OutcomeCounts, PreviewAnswer, RoleEffect, StateChange};
use tagwarden_rules::preview::Comparison;
use tagwarden_rules::rule::Role;
use tagwarden_rules::state::StateCounts;

pub(super) fn empty_answer() -> PreviewAnswer {
    PreviewAnswer {
        generation: 0,
        pattern_error: None,
        chosen: None,
        entry_tags: Vec::new(),
        micros: 0,
        tags: 0,
        repositories: 0,
        projects: 0,
        left_out: 0,
        outcomes: OutcomeCounts { newly: 0, no_longer: 0, still: 0, not_matched: 0 },
        rule_tags: Vec::new(),
        before: StateCounts::default(),
        after: StateCounts::default(),
        changes: Vec::new(),
        lines: Vec::new(),
        total_lines: 0,
        future: Vec::new(),
        future_lost: Vec::new(),
        near_misses: Vec::new(),
        near_miss_total: 0,
        lost: None,
        findings: Vec::new(),
        words: Vec::new(),
        block: None,
        effects: Vec::new(),
    }
}

pub(super) fn add_up(answer: &mut PreviewAnswer, comparison: &Comparison) {
    let summary = comparison.summary();
    answer.tags += summary.tags;
    answer.repositories += summary.repositories;
    answer.outcomes.newly += summary.outcomes.newly_covered;
    answer.outcomes.no_longer += summary.outcomes.no_longer_covered;
    answer.outcomes.still += summary.outcomes.still_covered;
    answer.outcomes.not_matched += summary.outcomes.not_matched;
    add_counts(&mut answer.before, summary.states_before);
    add_counts(&mut answer.after, summary.states_after);
    for transition in &summary.transitions {
        match answer.changes.iter_mut().find(|c| c.from == transition.from && c.to == transition.to) {
            Some(change) => change.tags += transition.tags,
            None => answer.changes.push(StateChange {
                from: transition.from,
                to: transition.to,
                tags: transition.tags,
            }),
        }
    }
    for access in &summary.access {
        let effect = effect_of(&mut answer.effects, access.role);
        effect.loses_push += access.loses.push + access.loses.both;
        effect.loses_delete += access.loses.delete + access.loses.both;
        effect.gains_push += access.gains.push + access.gains.both;
        effect.gains_delete += access.gains.delete + access.gains.both;
    }
}

fn effect_of(effects: &mut Vec<RoleEffect>, role: Role) -> &mut RoleEffect {
    let place = effects.iter().position(|effect| effect.role == role).unwrap_or_else(|| {
        effects.push(RoleEffect { role, loses_push: 0, gains_push: 0, loses_delete: 0, gains_delete: 0 });
        effects.len() - 1
    });
    &mut effects[place]
}

/// Adds state counts up.
pub(crate) fn add_counts(sum: &mut StateCounts, part: StateCounts) {
    sum.open += part.open;
    sum.protected += part.protected;
    sum.immutable += part.immutable;
    sum.unknown += part.unknown;
}
