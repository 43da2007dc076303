//! Rules at which the server gives up on tags that later rules would have covered.

use std::collections::BTreeMap;

use crate::finding::check::{Scene, finding};
use crate::finding::{Finding, Severity, What};
use crate::preview::Evaluation;

/// What one rule takes away from the later ones.
struct Loss {
    tags: u32,
    repository: String,
    example: String,
}

pub(super) fn check(scene: &mut Scene<'_>, found: &mut Vec<Finding>) {
    let Some(index) = scene.index else { return };
    let Ok(evaluation) = Evaluation::new(index, scene.rules, scene.matches, &|| false) else { return };
    if !evaluation.may_give_up() {
        return;
    }
    let mut losses: BTreeMap<u32, Loss> = BTreeMap::new();
    for (place, repository) in index.repositories().iter().enumerate() {
        for row in repository.rows.clone() {
            let Some(&name) = index.row_names().get(row as usize) else { continue };
            let Some((rule, true)) = evaluation.given_up_at(place, name) else { continue };
            losses.entry(rule).and_modify(|loss| loss.tags += 1).or_insert_with(|| Loss {
                tags: 1,
                repository: repository.name.clone(),
                example: index.name(name).to_owned(),
            });
        }
    }
    for (rule, Loss { tags, repository, example }) in losses {
        let what = What::SwitchesOffLaterRules { tags, repository, example };
        found.push(finding(rule, Severity::Incident, what, Vec::new()));
    }
}
