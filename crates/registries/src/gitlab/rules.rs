//! Reading rules: many projects in one GraphQL query, or one by one over REST.

use std::fmt::Write as _;

use futures::future::join_all;
use serde_json::{Map, Value};
use tagwarden_rules::rule::{Role, SavedRule};

use super::GitLab;
use super::graphql::{Complaint, Reply};
use super::tags::is_no_graphql;
use super::wire::WireRule;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectFacts, ProjectRef, RulesRead};
use crate::http::Intent;

/// The type of rules in GitLab's schema.
pub(super) const RULE: &str = "ContainerProtectionTagRule";
/// The field that tells immutable rules, since 17.11.
pub(super) const IMMUTABLE: &str = "immutable";
/// The field of a project that holds its rules.
const CONNECTION: &str = "containerProtectionTagRules";

type Read = Result<Found, RegistryError>;

/// The rules of a project, and whether immutable ones can be among them.
struct Found {
    rules: Vec<SavedRule>,
    immutable_seen: bool,
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
    ) -> Vec<Result<RulesRead, RegistryError>> {
        let refs: Vec<&ProjectRef> = projects.iter().map(|project| &project.project).collect();
        let found = self.find_rules(&refs).await;
        let ground = self.ground().await;
        let mut answers = Vec::with_capacity(projects.len());
        for (project, found) in projects.iter().zip(found) {
            answers.push(match found {
                Ok(found) => Ok(RulesRead {
                    rules: found.rules,
                    complete: found.immutable_seen && may_see_rules(project.role),
                    capabilities: self.capabilities(&ground, &project.project),
                }),
                Err(error) => Err(error),
            });
        }
        answers
    }

    /// The rules of one project as they are now.
    pub(super) async fn rules_now(&self, project: &ProjectRef) -> Result<Vec<SavedRule>, RegistryError> {
        match self.find_rules(&[project]).await.pop() {
            Some(found) => Ok(found?.rules),
            None => Err(self.http.error(Trouble::NotFound)),
        }
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
        format!(
            "query({head}) {{ {body}}} fragment Rules on Project {{ id {CONNECTION}(first: 20) {{ nodes {{ \
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
        match project.get(CONNECTION) {
            // GitLab: rules that the user may not see are null.
            None | Some(Value::Null) => Ok(Found { rules: Vec::new(), immutable_seen: false }),
            Some(connection) => {
                let nodes = connection.get("nodes").cloned().unwrap_or(Value::Null);
                // GitLab allows five rules; a server that gives more than a page of them has others.
                let more = connection.pointer("/pageInfo/hasNextPage") == Some(&Value::Bool(true));
                let hidden = nodes.as_array().is_some_and(|nodes| nodes.iter().any(Value::is_null));
                let rules = self.read_wire(nodes)?;
                Ok(Found { rules, immutable_seen: immutable_seen && !hidden && !more })
            }
        }
    }

    /// Rules over REST (18.7 and later): protected ones only.
    async fn find_by_rest(&self, project: &ProjectRef) -> Read {
        let segments = ["api", "v4", "projects", &project.id, "registry", "protection", "tag", "rules"];
        match self.get_json::<Value>(self.endpoint(&segments, &[])).await {
            Ok(rows) => Ok(Found { rules: self.read_wire(rows)?, immutable_seen: false }),
            // Too old for rules at all, which the capabilities say, or hidden: nothing to be seen.
            Err(error) if error.trouble == Trouble::NotFound && self.is_older_than_rules().await => {
                Ok(Found { rules: Vec::new(), immutable_seen: false })
            }
            Err(error) => Err(error),
        }
    }

    async fn is_older_than_rules(&self) -> bool {
        let server = self.known_server().await;
        let version = server.and_then(|server| super::version::Version::parse(server.version.as_deref()?));
        version.is_some_and(|version| version < super::version::Version::RULES)
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

/// GitLab: rules are for Maintainers and above; others see an empty list.
fn may_see_rules(role: Option<Role>) -> bool {
    role.is_none_or(|role| role >= Role::Maintainer)
}
