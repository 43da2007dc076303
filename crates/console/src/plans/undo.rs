//! Taking entries of the journal back: which changes that takes, and what needs none.

use tagwarden_ipc::ApiError;
use tagwarden_registries::RulesRead;
use tagwarden_rules::plan::{AppliedChange, Change, reverse};
use tagwarden_rules::rule::{DraftRule, Rule, SavedRule};

use super::Reversal;
use super::effects::count_changed;
use crate::Console;
use crate::assess::{bare, blocking};
use crate::errors::OrApi as _;

impl Console {
    /// Marks entries as taken back whose rules are as before already, by a change that the journal does
    /// not know of. Answers with the others.
    pub(super) async fn without_reversed(
        &self,
        reversals: Vec<Reversal>,
        read: &RulesRead,
    ) -> Result<Vec<Reversal>, ApiError> {
        let mut left = Vec::with_capacity(reversals.len());
        for reversal in reversals {
            if read.complete && is_reversed(&reversal.applied, &read.rules) {
                self.inner.archive.entry_undone(&reversal.entry, self.now()).await.or_api()?;
            } else {
                left.push(reversal);
            }
        }
        Ok(left)
    }

    /// How many known tags of a project one change gave another state, when `rules` are those after it and
    /// `rule` is the one that it left.
    pub(crate) async fn changed_by(
        &self,
        project: &str,
        change: &Change,
        rule: Option<&SavedRule>,
        rules: &[SavedRule],
    ) -> Result<u32, ApiError> {
        let after = bare(rules);
        let index = rule.and_then(|rule| rules.iter().position(|saved| saved.id == rule.id));
        let mut before: Vec<Rule> = after.clone();
        match (index, change.old()) {
            (Some(index), Some(old)) => before[index].clone_from(&old.rule),
            (Some(index), None) => drop(before.remove(index)),
            (None, Some(old)) => before.push(old.rule.clone()),
            (None, None) => return Ok(0),
        }
        let scope = self.scope(project).await?;
        blocking(move || count_changed(&scope, &before, &after)).await
    }
}

/// Whether the rules are as they were before a change. A rule that stands there changed is not.
fn is_reversed(applied: &AppliedChange, rules: &[SavedRule]) -> bool {
    let by_id = |id: &str| rules.iter().find(|saved| saved.id == id);
    let stands = |rule: &Rule| rules.iter().any(|saved| saved.rule == *rule);
    match applied {
        AppliedChange::Created { rule } => by_id(&rule.id).is_none(),
        AppliedChange::Deleted { rule } => stands(&rule.rule),
        AppliedChange::Replaced { from, to } => match by_id(&to.id) {
            Some(now) => now.rule == from.rule,
            None => stands(&from.rule),
        },
    }
}

/// The draft that takes these back.
pub(super) fn draft(reversals: &[Reversal]) -> Vec<DraftRule> {
    let applied: Vec<AppliedChange> = reversals.iter().map(|reversal| reversal.applied.clone()).collect();
    reverse(&applied)
}

/// The entry that a change of such a draft takes back when it is done. Where two rules swap their patterns
/// one of them is deleted first and created last: then it is the creation.
pub(super) fn entry_of(change: &Change, reversals: &[Reversal]) -> Option<String> {
    let found = reversals.iter().find(|reversal| match (&reversal.applied, change) {
        (AppliedChange::Created { rule: made }, Change::Delete { rule }) => made.id == rule.id,
        (AppliedChange::Deleted { rule: gone }, Change::Create { rule }) => gone.rule == *rule,
        (AppliedChange::Replaced { from, .. }, Change::Create { rule }) => from.rule == *rule,
        (AppliedChange::Replaced { to, .. }, Change::Update { from, .. } | Change::Recreate { from, .. }) => {
            to.id == from.id
        }
        _ => false,
    });
    found.map(|reversal| reversal.entry.clone())
}
