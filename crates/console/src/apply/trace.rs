//! What rules that were read tell about a change: how far it has come.

use tagwarden_registries::RulesRead;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Rule, SavedRule};

/// Where the rule of a change stands among the stages of that change.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    /// At the end: the change is made; with the rule that is there now, unless it was a deletion.
    Made(Option<SavedRule>),
    /// That many stages are made; with the rule that is there now.
    At(usize, Option<SavedRule>),
    /// The old rule was deleted and stands there again, under a new id.
    Restored(SavedRule),
    /// The rule says something that no stage of the change says: somebody else changed it.
    Changed,
    /// It is not among the rules, of which not all can be seen.
    Hidden,
}

impl Standing {
    /// Whether the change has come further than to the end of stage `stage`, counted from 0.
    pub(super) fn is_beyond(&self, stage: usize) -> bool {
        match self {
            Self::Made(_) | Self::Restored(_) => true,
            Self::At(made, _) => *made > stage,
            Self::Changed | Self::Hidden => false,
        }
    }
}

/// Looks for the rule of a change. `stages` are those of the registry (`Registry::stages`).
pub(super) fn standing(change: &Change, stages: &[Option<Rule>], read: &RulesRead) -> Standing {
    let Some(old) = change.old() else { return created(stages, 0, read).unwrap_or(Standing::Hidden) };
    let deletion = stages.iter().position(Option::is_none);
    let edits = &stages[..deletion.unwrap_or(stages.len())];
    if let Some(now) = read.rules.iter().find(|saved| saved.id == old.id) {
        return match edits.iter().rposition(|stage| stage.as_ref() == Some(&now.rule)) {
            Some(last) if last + 1 == stages.len() => Standing::Made(Some(now.clone())),
            Some(last) => Standing::At(last + 1, Some(now.clone())),
            None if now.rule == old.rule => Standing::At(0, Some(now.clone())),
            None => Standing::Changed,
        };
    }
    match deletion {
        None if read.complete => Standing::Changed,
        None => Standing::Hidden,
        Some(last) if last + 1 == stages.len() && read.complete => Standing::Made(None),
        Some(last) if last + 1 == stages.len() => Standing::Hidden,
        Some(deletion) => recreated(stages, deletion + 1, old, read),
    }
}

/// After a deletion with more to come: the new rule, the old one again, or neither.
fn recreated(stages: &[Option<Rule>], made: usize, old: &SavedRule, read: &RulesRead) -> Standing {
    match created(stages, made, read) {
        Some(Standing::At(at, rule)) if at == made => {
            let restored = read.rules.iter().find(|saved| saved.rule == old.rule);
            restored.map_or(Standing::At(at, rule), |rule| Standing::Restored(rule.clone()))
        }
        Some(further) => further,
        None => Standing::Hidden,
    }
}

/// The latest of the stages from `made` on that a rule says; nothing when that cannot be told.
fn created(stages: &[Option<Rule>], made: usize, read: &RulesRead) -> Option<Standing> {
    for (stage, wanted) in stages.iter().enumerate().skip(made).rev() {
        let Some(wanted) = wanted else { continue };
        if let Some(rule) = read.rules.iter().find(|saved| saved.rule == *wanted) {
            let rule = Some(rule.clone());
            let is_last = stage + 1 == stages.len();
            return Some(if is_last { Standing::Made(rule) } else { Standing::At(stage + 1, rule) });
        }
    }
    read.complete.then_some(Standing::At(made, None))
}
