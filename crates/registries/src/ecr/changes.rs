//! Changing the one rule of a repository: read, compared with what was shown, written once.

use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Rule, SavedRule};

use super::Ecr;
use super::lists::held;
use super::mode::{Held, Wanted};
use crate::error::{RegistryError, Trouble};
use crate::facts::{CallOutline, ProjectRef};
use crate::shell::quoted;

/// The one call that changes a rule.
const CALL: &str = "PutImageTagMutability";

/// The rule that is there before a change, and the one that shall be there after it.
fn ends(change: &Change) -> (Option<&SavedRule>, Option<&Rule>) {
    match change {
        Change::Create { rule } => (None, Some(rule)),
        Change::Update { from, to } | Change::Recreate { from, to } => (Some(from), Some(to)),
        Change::Delete { rule } => (Some(rule), None),
    }
}

impl Ecr {
    /// The call replaces mode and filters as a whole and knows no version, so a rule that somebody has
    /// set in between would be lost without a word: it is read first.
    pub(super) async fn carry_out(
        &self,
        project: &ProjectRef,
        change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError> {
        let (shown, wanted) = ends(change);
        let wanted = Wanted::of(wanted).ok_or_else(|| self.error(Trouble::Rejected))?;
        let there = held(&self.repository(&project.id).await?);
        if there != Held::Rule(shown.cloned()) {
            return Err(self.error(Trouble::Changed));
        }
        let answer = self
            .write(|| {
                let call = self.sdk.put_image_tag_mutability().repository_name(&project.id);
                let call = call.image_tag_mutability(wanted.mode.clone());
                Box::pin(call.set_image_tag_mutability_exclusion_filters(wanted.as_filters()).send())
            })
            .await?;
        let filters = answer.image_tag_mutability_exclusion_filters();
        let told = Held::of(answer.image_tag_mutability(), filters);
        let said =
            answer.image_tag_mutability() == Some(&wanted.mode) && filters.len() == wanted.filters.len();
        if let (true, Held::Rule(rule)) = (said, told) {
            return Ok(rule);
        }
        // What is not told is read.
        match self.repository(&project.id).await.as_ref().map(held) {
            Ok(Held::Rule(rule)) => Ok(rule),
            _ => Err(self.error(Trouble::Unclear)),
        }
    }

    pub(super) fn outline(&self) -> CallOutline {
        CallOutline { method: "POST", path: self.place.endpoint.path().to_owned(), operation: Some(CALL) }
    }

    /// The change as a line for the AWS command line, which has its keys from where it always has them.
    pub(super) fn command(&self, project: &ProjectRef, change: &Change) -> Option<String> {
        let wanted = Wanted::of(ends(change).1)?;
        let mut line = format!("aws ecr put-image-tag-mutability --region {}", self.place.region);
        if !self.place.is_public() {
            line.push_str(&format!(" --endpoint-url {}", quoted(self.place.endpoint.as_str())));
        }
        let mode = wanted.mode.as_str();
        line.push_str(&format!(" --repository-name {} --image-tag-mutability {mode}", quoted(&project.id)));
        if !wanted.filters.is_empty() {
            line.push_str(" --image-tag-mutability-exclusion-filters");
            for filter in &wanted.filters {
                line.push_str(&format!(" {}", quoted(&format!("filterType=WILDCARD,filter={filter}"))));
            }
        }
        Some(line)
    }
}
