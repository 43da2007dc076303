//! Making changes: one call at a time, never twice.

use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Role, Rule, SavedRule};

use super::Harbor;
use super::calls::Call;
use crate::error::{RegistryError, Trouble};
use crate::facts::ProjectRef;
use crate::http::Answer;

/// Rules from which on a refusal may mean that there are too many. Harbor has no limit; a hosted one
/// may take over the number that Harbor's own page keeps to.
const MAY_BE_FULL: usize = 15;

impl Harbor {
    pub(super) async fn carry_out(
        &self,
        project: &ProjectRef,
        change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError> {
        match change {
            Change::Create { rule } => self.create(project, rule).await.map(Some),
            Change::Update { from, to } => self.update(project, from, to).await.map(Some),
            Change::Delete { rule } => {
                self.call(&self.delete_call(project, rule)).await?;
                Ok(None)
            }
            Change::Recreate { from, to } => self.recreate(project, from, to).await.map(Some),
        }
    }

    async fn create(&self, project: &ProjectRef, rule: &Rule) -> Result<SavedRule, RegistryError> {
        let answer = match self.call(&self.create_call(project, rule)).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.explain(project, error).await),
        };
        // Without its number nothing more can be done to it.
        let id = new_id(&answer).ok_or_else(|| self.http.error(Trouble::Unclear))?;
        let made = SavedRule::new(id, rule.clone());
        if !rule.enabled && self.call(&self.update_call(project, &made, rule)).await.is_err() {
            // There is a rule now, and it is in force although it should not be.
            return Err(self.http.error(Trouble::Unclear));
        }
        Ok(made)
    }

    async fn update(
        &self,
        project: &ProjectRef,
        from: &SavedRule,
        to: &Rule,
    ) -> Result<SavedRule, RegistryError> {
        for (place, call) in self.update_calls(project, from, to).iter().enumerate() {
            if let Err(error) = self.call(call).await {
                // Half of it is done: what is there now has to be read.
                return Err(if place == 0 { error } else { self.http.error(Trouble::Unclear) });
            }
        }
        Ok(super::wire::edited(from, to))
    }

    /// Deletes, then creates.
    async fn recreate(
        &self,
        project: &ProjectRef,
        from: &SavedRule,
        to: &Rule,
    ) -> Result<SavedRule, RegistryError> {
        self.call(&self.delete_call(project, from)).await?;
        let made = self.create(project, to).await;
        // Half of it is done: what is there now has to be read.
        made.map_err(|cause| RegistryError { trouble: Trouble::Unclear, ..cause })
    }

    /// Makes one call.
    async fn call(&self, call: &Call) -> Result<Answer, RegistryError> {
        let sent = self.send(call.verb.method(), call.url.clone(), call.body.as_ref()).await;
        sent.map_err(|error| match error.trouble {
            Trouble::RoleTooLow(None) => {
                RegistryError { trouble: Trouble::RoleTooLow(Some(Role::Maintainer)), ..error }
            }
            _ => error,
        })
    }

    /// A refusal of one rule more is about their number where there are many already.
    async fn explain(&self, project: &ProjectRef, error: RegistryError) -> RegistryError {
        let refused = matches!(error.trouble, Trouble::Rejected | Trouble::RoleTooLow(_));
        if !refused {
            return error;
        }
        match self.wire_rules(project).await {
            Ok(rules) if rules.len() >= MAY_BE_FULL && error.status != Some(403) => {
                RegistryError { trouble: Trouble::RuleLimit, ..error }
            }
            _ => error,
        }
    }
}

/// The number of a new rule: the end of where Harbor says that it is.
fn new_id(answer: &Answer) -> Option<String> {
    let id = answer.header("location")?.trim_end_matches('/').rsplit('/').next()?;
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then(|| id.to_owned())
}
