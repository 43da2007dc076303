//! The calls that a change makes: shown, written as a script, and sent, all from one value.

use reqwest::Method;
use serde_json::Value;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Rule, SavedRule};
use url::Url;

use super::Harbor;
use super::wire::WireRule;
use crate::facts::{CallOutline, ProjectRef};
use crate::shell::{ascii_json, curl, quoted};

/// One call, complete but for the password.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) verb: Verb,
    pub(super) url: Url,
    pub(super) body: Option<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Create,
    Update,
    Delete,
}

/// Stands in a script for the number that the server gives to a new rule.
const NEW_ID: &str = "NEW_ID";

impl Verb {
    pub(super) fn method(self) -> Method {
        match self {
            Self::Create => Method::POST,
            Self::Update => Method::PUT,
            Self::Delete => Method::DELETE,
        }
    }

    fn shown(self) -> &'static str {
        match self {
            Self::Create => "POST",
            Self::Update => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl Call {
    pub(super) fn outline(&self) -> CallOutline {
        CallOutline { method: self.verb.shown(), path: self.url.path().to_owned(), operation: None }
    }

    /// A line for a POSIX shell that reads the password from `HARBOR_PASSWORD`.
    pub(super) fn script(&self, user: &str) -> String {
        let pair = format!("printf '%s:%s' {} \"$HARBOR_PASSWORD\"", quoted(user));
        let encoded = format!("\"$({pair} | base64 | tr -d '\\n')\"");
        let mut line = curl(self.verb.shown(), "Authorization: Basic ", &encoded);
        if let Some(body) = &self.body {
            line.push_str(" --header 'Content-Type: application/json' --data ");
            line.push_str(&quoted(&ascii_json(body)));
        }
        line.push(' ');
        line.push_str(&quoted(self.url.as_str()));
        line
    }
}

impl Harbor {
    /// The calls of a change, in order. For a new rule that shall be off, the second one has a word
    /// instead of the number that only the first one's answer tells.
    pub(super) fn calls_for(&self, project: &ProjectRef, change: &Change) -> Vec<Call> {
        match change {
            Change::Create { rule } => {
                let mut calls = vec![self.create_call(project, rule)];
                if !rule.enabled {
                    calls.push(self.update_call(project, &SavedRule::new(NEW_ID, rule.clone()), rule));
                }
                calls
            }
            Change::Update { from, to } => self.update_calls(project, from, to),
            Change::Delete { rule } => vec![self.delete_call(project, rule)],
            Change::Recreate { from, to } => {
                let mut calls = vec![self.delete_call(project, from)];
                calls.extend(self.calls_for(project, &Change::Create { rule: to.clone() }));
                calls
            }
        }
    }

    /// A new rule is in force at once, whatever the call says.
    pub(super) fn create_call(&self, project: &ProjectRef, rule: &Rule) -> Call {
        let body = WireRule::write(&Rule { enabled: true, ..rule.clone() });
        Call { verb: Verb::Create, url: self.rules_url(project, None), body: serde_json::to_value(body).ok() }
    }

    pub(super) fn update_calls(&self, project: &ProjectRef, from: &SavedRule, to: &Rule) -> Vec<Call> {
        edits(from, to).iter().map(|rule| self.update_call(project, from, rule)).collect()
    }

    pub(super) fn update_call(&self, project: &ProjectRef, from: &SavedRule, to: &Rule) -> Call {
        let body = WireRule::rewrite(from, to);
        Call {
            verb: Verb::Update,
            url: self.rules_url(project, Some(&from.id)),
            body: serde_json::to_value(body).ok(),
        }
    }

    pub(super) fn delete_call(&self, project: &ProjectRef, rule: &SavedRule) -> Call {
        Call { verb: Verb::Delete, url: self.rules_url(project, Some(&rule.id)), body: None }
    }

    fn rules_url(&self, project: &ProjectRef, id: Option<&str>) -> Url {
        let rules = ["projects", project.id.as_str(), "immutabletagrules"];
        let segments: Vec<&str> = rules.into_iter().chain(id).collect();
        self.endpoint(&segments, &[])
    }
}

/// The rule after each call of a change. A new rule is in force at once, whatever the call says.
pub(super) fn stages(change: &Change) -> Vec<Option<Rule>> {
    let created = |rule: &Rule| {
        let off = (!rule.enabled).then(|| Some(rule.clone()));
        std::iter::once(Some(Rule { enabled: true, ..rule.clone() })).chain(off).collect::<Vec<_>>()
    };
    match change {
        Change::Create { rule } => created(rule),
        Change::Update { from, to } => edits(from, to).into_iter().map(Some).collect(),
        Change::Delete { .. } => vec![None],
        Change::Recreate { to, .. } => std::iter::once(None).chain(created(to)).collect(),
    }
}

/// A call that switches a rule on or off drops every other change in it, so both are never in one
/// call. What the rule shall say is never in force unless it shall be: a rule is switched off before it
/// is changed, and on afterwards.
fn edits(from: &SavedRule, to: &Rule) -> Vec<Rule> {
    let old = &from.rule;
    let switched_off = Rule { enabled: false, ..old.clone() };
    let edited = Rule { enabled: old.enabled && to.enabled, ..to.clone() };
    let mut steps = Vec::new();
    if old.enabled && !to.enabled {
        steps.push(switched_off);
    }
    if edited.repositories != old.repositories || edited.tags != old.tags {
        steps.push(edited);
    }
    if !old.enabled && to.enabled {
        steps.push(to.clone());
    }
    steps
}
