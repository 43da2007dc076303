//! Reading rules: many projects in one GraphQL query, or one by one over REST.

use std::fmt::Write as _;

use futures::future::join_all;
use serde_json::{Map, Value};
use tagwarden_rules::rule::SavedRule;
use tagwarden_rules::visibility::NotVisible;

use super::GitLab;
use super::graphql::{Complaint, Reply};
use super::tags::is_no_graphql;
use super::version::Version;
use super::visible::{self, PERMISSIONS, PERMISSIONS_FIELD, why_empty, why_refused};
use super::wire::WireRule;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectFacts, ProjectRef, ProjectRules, RulesRead};
use crate::http::Intent;

/// The type of rules in GitLab's schema.
pub(super) const RULE: &str = "ContainerProtectionTagRule";
/// The field that tells immutable rules, since 17.11.
pub(super) const IMMUTABLE: &str = "immutable";
/// The field of a project that holds its rules.
const CONNECTION: &str = "containerProtectionTagRules";

type Read = Result<Found, RegistryError>;

impl Found {
    fn why_not_visible(&self, project: &ProjectFacts) -> Option<NotVisible> {
        if self.refused {
            return Some(why_refused(project));
        }
        if self.rules.is_empty() { why_empty(project, self.administrates) } else { None }
    }
}

/// The rules of a project that were shown, and what says whether these are all.
#[derive(Default)]
struct Found {
    rules: Vec<SavedRule>,
    /// Whether immutable rules can be among them.
    immutable_seen: bool,
    /// Whether there are others beside them.
    cut: bool,
    /// Whether the server refused to show them.
    refused: bool,
    /// Whether the account administrates the project, where the server tells.
    administrates: Option<bool>,
}

/// What became of one query over several projects.
enum Batch {
    Read(Vec<Read>),
    /// Ask again: differently, for the schema lacks a field that can be done without.
    Again,
    /// Ask for fewer at once.
    TooMuch,
    /// This server does not give rules this way.
    Absent,
}

impl GitLab {
    pub(super) async fn read_rules(
        &self,
        projects: &[ProjectFacts],
    ) -> Vec<Result<ProjectRules, RegistryError>> {
        let refs: Vec<&ProjectRef> = projects.iter().map(|project| &project.project).collect();
        let found = self.find_rules(&refs).await;
        let ground = self.ground().await;
        let older = |version: Version| ground.release().is_some_and(|release| release < version);
        let mut answers = Vec::with_capacity(projects.len());
        for (project, found) in projects.iter().zip(found) {
            answers.push(found.map(|found| {
                let capabilities = self.capabilities(&ground, &project.project);
                // A server without rules hides none.
                let reason = if older(Version::RULES) { None } else { found.why_not_visible(project) };
                self.learned.rules_hidden(&project.project, reason.is_some());
                match reason {
                    Some(reason) => ProjectRules::NotVisible { reason, capabilities },
                    None => ProjectRules::Visible(RulesRead {
                        complete: !found.cut && (found.immutable_seen || older(Version::IMMUTABLE)),
                        rules: found.rules,
                        capabilities,
                    }),
                }
            }));
        }
        answers
    }

    async fn find_rules(&self, projects: &[&ProjectRef]) -> Vec<Read> {
        let mut found = Vec::with_capacity(projects.len());
        let mut rest = projects;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(self.learned.batch().min(rest.len()));
            match self.find_batch(now).await {
                Ok(Batch::Read(batch)) => {
                    found.extend(batch);
                    rest = later;
                }
                Ok(Batch::Again) => {}
                Ok(Batch::TooMuch) if now.len() > 1 => self.learned.smaller_batch(now.len()),
                Ok(Batch::TooMuch | Batch::Absent) => {
                    found.extend(join_all(now.iter().map(|project| self.find_by_rest(project))).await);
                    rest = later;
                }
                Err(error) => {
                    found.extend(now.iter().map(|_| Err(error.clone())));
                    rest = later;
                }
            }
        }
        found
    }

    async fn find_batch(&self, projects: &[&ProjectRef]) -> Result<Batch, RegistryError> {
        if self.learned.lacks_graphql() || self.learned.lacks_field("Project", CONNECTION) {
            return Ok(Batch::Absent);
        }
        let reply = match self.graphql(&self.rules_query(projects.len()), paths(projects), Intent::Read).await
        {
            Err(error) if is_no_graphql(&error) => {
                self.learned.graphql_absent();
                return Ok(Batch::Absent);
            }
            other => other?,
        };
        if reply.errors.iter().any(Complaint::is_too_complex) {
            return Ok(Batch::TooMuch);
        }
        let undefined: Vec<_> = reply.errors.iter().filter_map(Complaint::undefined_field).collect();
        if !undefined.is_empty() {
            return self.without(undefined, &reply);
        }
        if reply.data.is_none() {
            return Err(self.complaint(&reply.errors, Intent::Read));
        }
        let named = projects.iter().enumerate();
        let reads = named.map(|(index, project)| self.found_in(&reply, &alias(index), project));
        Ok(Batch::Read(reads.collect()))
    }

    /// Notes the fields that the schema lacks. Asking again helps only if one of them is news.
    fn without(&self, undefined: Vec<(String, String)>, reply: &Reply) -> Result<Batch, RegistryError> {
        let mut news = false;
        for (type_name, field) in undefined {
            news |= self.learned.field_absent(&type_name, &field);
        }
        if news { Ok(Batch::Again) } else { Err(self.complaint(&reply.errors, Intent::Read)) }
    }

    fn rules_query(&self, projects: usize) -> String {
        let immutable = if self.learned.lacks_field(RULE, IMMUTABLE) { "" } else { IMMUTABLE };
        let mut head = String::new();
        let mut body = String::new();
        for index in 0..projects {
            // Writing to a string cannot fail.
            let _ = write!(head, "${0}: ID! ", alias(index));
            let _ = write!(body, "{0}: project(fullPath: ${0}) {{ ...Rules }} ", alias(index));
        }
        let (of, field) = PERMISSIONS_FIELD;
        let permissions = if self.learned.lacks_field(of, field) { "" } else { PERMISSIONS };
        format!(
            "query({head}) {{ {body}}} fragment Rules on Project {{ id {permissions} {CONNECTION}(first: 20) {{ nodes {{ \
             id tagNamePattern minimumAccessLevelForPush minimumAccessLevelForDelete {immutable} }} \
             pageInfo {{ hasNextPage }} }} }}"
        )
    }

    fn found_in(&self, reply: &Reply, alias: &str, asked: &ProjectRef) -> Read {
        let own: Vec<Complaint> =
            reply.errors.iter().filter(|error| error.alias() == Some(alias)).cloned().collect();
        if !own.is_empty() {
            return Err(self.complaint(&own, Intent::Read));
        }
        let project =
            reply.data.as_ref().and_then(|data| data.get(alias)).filter(|project| !project.is_null());
        let Some(project) = project else { return Err(self.refused(Trouble::NotFound, Some(200), None)) };
        // Another project may have taken the path of one that moved.
        let id = project.get("id").and_then(Value::as_str);
        if id.and_then(|id| id.rsplit('/').next()).is_some_and(|id| id != asked.id) {
            return Err(self.refused(Trouble::NotFound, Some(200), None));
        }
        let immutable_seen = !self.learned.lacks_field(RULE, IMMUTABLE);
        let administrates = visible::administrates(project);
        match project.get(CONNECTION) {
            None | Some(Value::Null) => Ok(Found { administrates, refused: true, ..Found::default() }),
            Some(connection) => {
                let nodes = connection.get("nodes").cloned().unwrap_or(Value::Null);
                // GitLab allows five rules; a server that gives more than a page of them has others.
                let more = connection.pointer("/pageInfo/hasNextPage") == Some(&Value::Bool(true));
                let hidden = nodes.as_array().is_some_and(|nodes| nodes.iter().any(Value::is_null));
                let rules = self.read_wire(nodes)?;
                Ok(Found { rules, immutable_seen, cut: hidden || more, refused: false, administrates })
            }
        }
    }

    /// Rules over REST (18.7 and later): protected ones only.
    async fn find_by_rest(&self, project: &ProjectRef) -> Read {
        let segments = ["api", "v4", "projects", &project.id, "registry", "protection", "tag", "rules"];
        match self.get_json::<Value>(self.endpoint(&segments, &[])).await {
            // Unlike GraphQL, REST refuses whoever may not see them: an empty list says that there are none.
            Ok(rows) => {
                Ok(Found { rules: self.read_wire(rows)?, administrates: Some(true), ..Found::default() })
            }
            Err(error) if matches!(error.trouble, Trouble::RoleTooLow(_)) => {
                Ok(Found { refused: true, ..Found::default() })
            }
            // Too old for rules at all, which the capabilities say, or hidden: nothing to be seen.
            Err(error) if error.trouble == Trouble::NotFound && self.is_older_than_rules().await => {
                Ok(Found::default())
            }
            Err(error) => Err(error),
        }
    }

    async fn is_older_than_rules(&self) -> bool {
        let server = self.known_server().await;
        let version = server.and_then(|server| Version::parse(server.version.as_deref()?));
        version.is_some_and(|version| version < Version::RULES)
    }

    fn read_wire(&self, rows: Value) -> Result<Vec<SavedRule>, RegistryError> {
        let unexpected = || self.refused(Trouble::Garbled("unexpected".to_owned()), Some(200), None);
        let rows: Vec<Option<WireRule>> = serde_json::from_value(rows).map_err(|_| unexpected())?;
        rows.into_iter().flatten().map(|row| row.read().ok_or_else(unexpected)).collect()
    }
}

fn alias(index: usize) -> String {
    format!("p{index}")
}

fn paths(projects: &[&ProjectRef]) -> Value {
    let named = projects
        .iter()
        .enumerate()
        .map(|(index, project)| (alias(index), Value::from(project.path.as_str())));
    Value::Object(named.collect::<Map<_, _>>())
}
