//! The calls that a change makes: shown, written as a script, and sent, all from one value.

use reqwest::Method;
use serde_json::{Value, json};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::{Effect, Role, Rule, RuleKind, SavedRule};
use url::Url;

use super::GitLab;
use super::rules::{IMMUTABLE, RULE};
use super::version::Version;
use super::wire::level;
use crate::facts::{CallOutline, ProjectRef};
use crate::shell::{ascii_json, curl, quoted};

/// One call, complete but for the token.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) route: Route,
    pub(super) url: Url,
    /// The JSON body.
    pub(super) body: Option<Value>,
    /// The role that the server asks for, as far as it does not tell.
    pub(super) needs: Role,
}

/// Which way a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    RestCreate,
    RestUpdate,
    RestDelete,
    /// A mutation of this name.
    Mutation(&'static str),
}

pub(super) const CREATE: &str = "createContainerProtectionTagRule";
pub(super) const UPDATE: &str = "updateContainerProtectionTagRule";
pub(super) const DELETE: &str = "deleteContainerProtectionTagRule";

impl Route {
    fn method(self) -> Method {
        match self {
            Self::RestCreate | Self::Mutation(_) => Method::POST,
            Self::RestUpdate => Method::PATCH,
            Self::RestDelete => Method::DELETE,
        }
    }

    fn shown_method(self) -> &'static str {
        match self {
            Self::RestCreate | Self::Mutation(_) => "POST",
            Self::RestUpdate => "PATCH",
            Self::RestDelete => "DELETE",
        }
    }
}

impl Call {
    pub(super) fn method(&self) -> Method {
        self.route.method()
    }

    pub(super) fn outline(&self) -> CallOutline {
        let operation = match self.route {
            Route::Mutation(name) => Some(name),
            _ => None,
        };
        CallOutline { method: self.route.shown_method(), path: self.url.path().to_owned(), operation }
    }

    /// A line for a POSIX shell that reads the token from `GITLAB_TOKEN`.
    pub(super) fn script(&self) -> String {
        let header = match self.route {
            Route::Mutation(_) => "Authorization: Bearer ",
            _ => "PRIVATE-TOKEN: ",
        };
        let mut line = curl(self.route.shown_method(), header, "\"$GITLAB_TOKEN\"");
        if let Some(body) = &self.body {
            line.push_str(" --header 'Content-Type: application/json' --data ");
            line.push_str(&quoted(&ascii_json(body)));
        }
        line.push(' ');
        line.push_str(&quoted(self.url.as_str()));
        line
    }
}

impl GitLab {
    /// The calls of a change, in order.
    pub(super) fn calls_for(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        change: &Change,
    ) -> Vec<Call> {
        match change {
            Change::Create { rule } => vec![self.create_call(project, capabilities, rule)],
            Change::Update { from, to } => vec![self.update_call(project, capabilities, from, to)],
            Change::Delete { rule } => vec![self.delete_call(project, capabilities, rule)],
            Change::Recreate { from, to } => {
                vec![
                    self.delete_call(project, capabilities, from),
                    self.create_call(project, capabilities, to),
                ]
            }
        }
    }

    /// REST from the version on that has it, since GitLab calls the mutations an experiment; REST as
    /// well where the mutations turned out to be missing.
    fn prefers_rest(&self, capabilities: &Capabilities, since: Version, mutation: &str) -> bool {
        let version = capabilities.version.as_deref().and_then(Version::parse);
        version.is_some_and(|version| version >= since)
            || self.learned.lacks_graphql()
            || self.learned.lacks_field("Mutation", mutation)
    }

    pub(super) fn create_call(&self, project: &ProjectRef, capabilities: &Capabilities, rule: &Rule) -> Call {
        match rule.effect {
            Effect::Protect { push, delete }
                if self.prefers_rest(capabilities, Version::REST_CREATE, CREATE) =>
            {
                Call {
                    route: Route::RestCreate,
                    url: self.rules_url(project, None),
                    body: Some(rest_body(&rule.tags.pattern, push, delete)),
                    needs: Role::Maintainer,
                }
            }
            // Immutable rules can be made over GraphQL only.
            effect => {
                let input = format!("projectPath: $project, tagNamePattern: $pattern{}", levels(effect));
                let variables = json!({ "project": project.path, "pattern": rule.tags.pattern });
                self.mutation(CREATE, "($project: ID!, $pattern: String!)", &input, variables, needed(effect))
            }
        }
    }

    fn update_call(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        from: &SavedRule,
        to: &Rule,
    ) -> Call {
        let needs = needed(from.rule.effect).max(needed(to.effect));
        if self.prefers_rest(capabilities, Version::REST_CHANGE, UPDATE) {
            let body = match to.effect {
                Effect::Protect { push, delete } => rest_body(&to.tags.pattern, push, delete),
                Effect::Immutable { .. } => json!({
                    "tag_name_pattern": to.tags.pattern,
                    "minimum_access_level_for_push": "",
                    "minimum_access_level_for_delete": "",
                }),
            };
            let url = self.rules_url(project, Some(&from.id));
            return Call { route: Route::RestUpdate, url, body: Some(body), needs };
        }
        let levels = match to.effect {
            Effect::Protect { .. } => levels(to.effect),
            Effect::Immutable { .. } => {
                ", minimumAccessLevelForPush: null, minimumAccessLevelForDelete: null".to_owned()
            }
        };
        let input = format!("id: {}, tagNamePattern: $pattern{levels}", global_id(&from.id));
        let variables = json!({ "pattern": to.tags.pattern });
        self.mutation(UPDATE, "($pattern: String!)", &input, variables, needs)
    }

    pub(super) fn delete_call(
        &self,
        project: &ProjectRef,
        capabilities: &Capabilities,
        rule: &SavedRule,
    ) -> Call {
        let needs = needed(rule.rule.effect);
        if self.prefers_rest(capabilities, Version::REST_CHANGE, DELETE) {
            let url = self.rules_url(project, Some(&rule.id));
            return Call { route: Route::RestDelete, url, body: None, needs };
        }
        self.mutation(DELETE, "", &format!("id: {}", global_id(&rule.id)), json!({}), needs)
    }

    /// Levels and ids are written into the text, so that no names of input types have to be known.
    fn mutation(&self, name: &'static str, head: &str, input: &str, variables: Value, needs: Role) -> Call {
        let immutable = if self.learned.lacks_field(RULE, IMMUTABLE) { "" } else { " immutable" };
        let query = format!(
            "mutation{head} {{ {name}(input: {{ {input} }}) {{ errors containerProtectionTagRule {{ \
             id tagNamePattern minimumAccessLevelForPush minimumAccessLevelForDelete{immutable} }} }} }}"
        );
        Call {
            route: Route::Mutation(name),
            url: self.endpoint(&["api", "graphql"], &[]),
            body: Some(json!({ "query": query, "variables": variables })),
            needs,
        }
    }

    fn rules_url(&self, project: &ProjectRef, rule: Option<&str>) -> Url {
        let segments = ["api", "v4", "projects", &project.id, "registry", "protection", "tag", "rules"];
        match rule {
            None => self.endpoint(&segments, &[]),
            Some(id) => self.endpoint(&[&segments[..], &[id]].concat(), &[]),
        }
    }
}

/// A rule's global id as a GraphQL string, whose escapes are JSON's.
fn global_id(id: &str) -> String {
    Value::from(format!("gid://gitlab/ContainerRegistry::Protection::TagRule/{id}")).to_string()
}

fn rest_body(pattern: &str, push: Role, delete: Role) -> Value {
    json!({
        "tag_name_pattern": pattern,
        "minimum_access_level_for_push": level(push),
        "minimum_access_level_for_delete": level(delete),
    })
}

/// Levels as GraphQL enum values; none at all is what makes a rule immutable.
fn levels(effect: Effect) -> String {
    match effect {
        Effect::Immutable { .. } => String::new(),
        Effect::Protect { push, delete } => format!(
            ", minimumAccessLevelForPush: {}, minimumAccessLevelForDelete: {}",
            level(push).to_ascii_uppercase(),
            level(delete).to_ascii_uppercase()
        ),
    }
}

fn needed(effect: Effect) -> Role {
    match effect.kind() {
        RuleKind::Protected => Role::Maintainer,
        RuleKind::Immutable => Role::Owner,
    }
}
