//! Making changes: one call at a time, never twice, and the server's verdict read exactly.

use bytes::Bytes;
use serde_json::Value;
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Role, Rule, RuleKind, SavedRule};

use super::GitLab;
use super::calls::{Call, Route};
use super::errors::rule_trouble;
use super::graphql::{Complaint, Reply};
use super::tags::is_no_graphql;
use super::wire::WireRule;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectRef, ProjectRules};
use crate::http::{Answer, Intent, Request};

/// What a call came to.
enum Sent {
    /// Carried out; the rule as the server holds it.
    Done(Option<SavedRule>),
    /// Refused before it was looked at: the schema lacks this mutation or a field of its answer.
    NotUnderstood,
}

impl GitLab {
    pub(super) async fn carry_out(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        change: &Change,
    ) -> Result<Option<SavedRule>, RegistryError> {
        match change {
            Change::Create { rule } => self.create(project, capabilities, rule).await.map(Some),
            Change::Recreate { from, to } => self.recreate(project, capabilities, from, to).await.map(Some),
            Change::Delete { rule } => {
                let call = || self.delete_call(project, capabilities, rule);
                self.make(project, call, Some(rule)).await.map(|_| None)
            }
            Change::Update { from, .. } => {
                let calls = || self.calls_for(project, capabilities, change);
                // An update is one call.
                let call = || calls().swap_remove(0);
                self.make(project, call, Some(from)).await
            }
        }
    }

    async fn create(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        rule: &Rule,
    ) -> Result<SavedRule, RegistryError> {
        let made = self.make(project, || self.create_call(project, capabilities, rule), None).await?;
        self.learned.works_again(project, rule.effect.kind() == RuleKind::Immutable);
        // Without the rule in the answer its id is not known.
        made.ok_or_else(|| self.http.error(Trouble::Unclear))
    }

    /// Deletes, then creates.
    async fn recreate(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        from: &SavedRule,
        to: &Rule,
    ) -> Result<SavedRule, RegistryError> {
        self.make(project, || self.delete_call(project, capabilities, from), Some(from)).await?;
        let made = self.create(project, capabilities, to).await;
        // Half of it is done: what is there now has to be read.
        made.map_err(|cause| RegistryError { trouble: Trouble::Unclear, ..cause })
    }

    /// Makes one call. When the server does not understand a mutation, nothing was done, and what it
    /// lacks is known now: the call is put together anew.
    async fn make(
        &self,
        project: &ProjectRef,
        call: impl Fn() -> Call,
        target: Option<&SavedRule>,
    ) -> Result<Option<SavedRule>, RegistryError> {
        for _ in 0..3 {
            let next = call();
            match self.send_change(&next).await {
                Ok(Sent::Done(rule)) => return Ok(rule),
                Ok(Sent::NotUnderstood) => {}
                Err(error) => return Err(self.explain(project, &next, target, error).await),
            }
        }
        Err(self.http.error(Trouble::Unsupported))
    }

    async fn send_change(&self, call: &Call) -> Result<Sent, RegistryError> {
        match call.route {
            Route::Mutation(name) => self.mutate(name, call).await,
            Route::RestCreate | Route::RestUpdate | Route::RestDelete => {
                let answer = self.post_rest(call).await?;
                if !answer.is_success() {
                    return Err(self.refusal(&answer));
                }
                if call.route == Route::RestDelete {
                    return Ok(Sent::Done(None));
                }
                let rule = self.shaped::<WireRule>(&answer)?.read();
                rule.map(|rule| Sent::Done(Some(rule))).ok_or_else(|| self.http.error(Trouble::Unclear))
            }
        }
    }

    async fn post_rest(&self, call: &Call) -> Result<Answer, RegistryError> {
        let request = Request {
            method: call.method(),
            url: call.url.clone(),
            secret: self.private_token(),
            accept: None,
            json: call.body.as_ref().map(|body| Bytes::from(body.to_string())),
            intent: Intent::Write,
        };
        self.http.send(&request).await
    }

    async fn mutate(&self, name: &'static str, call: &Call) -> Result<Sent, RegistryError> {
        let body = call.body.clone().unwrap_or(Value::Null);
        let answer = self.post_graphql(body, Intent::Write).await?;
        if !answer.is_success() {
            let error = self.refusal(&answer);
            if is_no_graphql(&error) {
                self.learned.graphql_absent();
                return Ok(Sent::NotUnderstood);
            }
            return Err(error);
        }
        let reply: Reply = self.shaped(&answer)?;
        let undefined: Vec<_> = reply.errors.iter().filter_map(Complaint::undefined_field).collect();
        if !undefined.is_empty() {
            for (type_name, field) in undefined {
                self.learned.field_absent(&type_name, &field);
            }
            return Ok(Sent::NotUnderstood);
        }
        if !reply.errors.is_empty() {
            return Err(self.complaint(&reply.errors, Intent::Write));
        }
        self.payload(reply.data.as_ref().and_then(|data| data.get(name)), answer.status)
    }

    /// What stands under the mutation: its own errors, or the rule.
    fn payload(&self, payload: Option<&Value>, status: u16) -> Result<Sent, RegistryError> {
        let payload = payload.filter(|payload| !payload.is_null());
        let payload = payload.ok_or_else(|| self.refused(Trouble::Unclear, Some(status), None))?;
        let errors = payload.get("errors").and_then(Value::as_array);
        let said: Vec<&str> = errors.into_iter().flatten().filter_map(Value::as_str).collect();
        if !said.is_empty() {
            let said = said.join("; ");
            return Err(self.refused(rule_trouble(&said), Some(status), Some(said)));
        }
        match payload.get("containerProtectionTagRule") {
            None | Some(Value::Null) => Ok(Sent::Done(None)),
            Some(rule) => {
                let rule = serde_json::from_value::<WireRule>(rule.clone()).ok().and_then(WireRule::read);
                rule.map(|rule| Sent::Done(Some(rule)))
                    .ok_or_else(|| self.refused(Trouble::Unclear, Some(status), None))
            }
        }
    }

    /// Makes a refusal as exact as can be known: GitLab says 403 for a scope and for a role, and
    /// "does not exist or you don't have permission" for three things. Remembers what a server lacks.
    async fn explain(
        &self,
        project: &ProjectRef,
        call: &Call,
        target: Option<&SavedRule>,
        error: RegistryError,
    ) -> RegistryError {
        match error.trouble {
            Trouble::Unlicensed => self.learned.unlicensed(project),
            Trouble::Unsupported => self.learned.registry_api_absent(project),
            _ => {}
        }
        let trouble = match error.trouble {
            Trouble::RoleTooLow(_) if self.token_is_read_only().await => {
                Trouble::ScopeMissing("api".to_owned())
            }
            Trouble::RoleTooLow(known) => {
                Trouble::RoleTooLow(Some(known.unwrap_or(call.needs).max(call.needs)))
            }
            Trouble::NotFound if matches!(call.route, Route::Mutation(_)) => {
                self.why_hidden(project, call.needs, target).await
            }
            other => other,
        };
        RegistryError { trouble, ..error }
    }

    async fn token_is_read_only(&self) -> bool {
        self.known_identity().await.is_some_and(|identity| identity.can_change == Some(false))
    }

    /// Why GraphQL hides a rule or a project: the token, the role, or it is gone.
    async fn why_hidden(&self, project: &ProjectRef, needs: Role, target: Option<&SavedRule>) -> Trouble {
        if self.token_is_read_only().await {
            return Trouble::ScopeMissing("api".to_owned());
        }
        let Ok(facts) = self.read_project(project).await else { return Trouble::NotFound };
        if facts.role.is_some_and(|role| role < needs) {
            return Trouble::RoleTooLow(Some(needs));
        }
        let Some(target) = target else { return Trouble::RoleTooLow(Some(needs)) };
        // A list that the account does not see says nothing about what is gone.
        match self.read_rules(&[facts]).await.pop() {
            Some(Ok(ProjectRules::Visible(read))) if read.rules.iter().all(|rule| rule.id != target.id) => {
                Trouble::NotFound
            }
            _ => Trouble::RoleTooLow(Some(needs)),
        }
    }
}
