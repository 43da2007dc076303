//! GraphQL: one endpoint, answers that can be good and bad at once.

use bytes::Bytes;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GitLab;
use super::errors::token_trouble;
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, Intent, Request};

/// An answer of the GraphQL endpoint.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Reply {
    #[serde(default)]
    pub(super) data: Option<Value>,
    #[serde(default)]
    pub(super) errors: Vec<Complaint>,
}

/// One of the top-level errors.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Complaint {
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    path: Option<Vec<Value>>,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Extensions {
    code: Option<String>,
    type_name: Option<String>,
    field_name: Option<String>,
}

impl Complaint {
    /// The type and field that the schema lacks, if that is the complaint. graphql-ruby tells them in
    /// `extensions` (`undefinedField`); older ones only in "Field 'x' doesn't exist on type 'Y'".
    pub(super) fn undefined_field(&self) -> Option<(String, String)> {
        if self.extensions.code.as_deref() == Some("undefinedField") {
            return Some((self.extensions.type_name.clone()?, self.extensions.field_name.clone()?));
        }
        let rest = self.message.strip_prefix("Field '")?;
        let (field, rest) = rest.split_once("' doesn't exist on type '")?;
        let (type_name, _) = rest.split_once('\'')?;
        Some((type_name.to_owned(), field.to_owned()))
    }

    /// Whether the query asks for too much at once.
    pub(super) fn is_too_complex(&self) -> bool {
        self.message.contains("exceeds max complexity") || self.message.contains("too large")
    }

    /// Whether the thing is not there or may not be touched; GitLab does not say which.
    pub(super) fn is_hidden(&self) -> bool {
        self.message.contains("does not exist or you don't have permission")
    }

    /// The name at the top of the answer that this is about.
    pub(super) fn alias(&self) -> Option<&str> {
        self.path.as_ref()?.first()?.as_str()
    }
}

impl GitLab {
    /// Sends a query or a mutation. Top-level errors are left in the answer.
    pub(super) async fn graphql(
        &self,
        query: &str,
        variables: Value,
        intent: Intent,
    ) -> Result<Reply, RegistryError> {
        let answer = self.post_graphql(json!({ "query": query, "variables": variables }), intent).await?;
        if answer.status == 422 {
            // GitLab: a query above its size limit.
            let complaint = Complaint { message: "too large".to_owned(), ..Complaint::default() };
            return Ok(Reply { data: None, errors: vec![complaint] });
        }
        if !answer.is_success() {
            return Err(self.refusal(&answer));
        }
        self.shaped(&answer)
    }

    pub(super) async fn post_graphql(&self, body: Value, intent: Intent) -> Result<Answer, RegistryError> {
        let request = Request {
            method: Method::POST,
            url: self.endpoint(&["api", "graphql"], &[]),
            secret: self.bearer(),
            accept: None,
            json: Some(Bytes::from(body.to_string())),
            intent,
        };
        self.http.send(&request).await
    }

    /// Reads the top-level errors of an answer that is of no use because of them.
    pub(super) fn complaint(&self, errors: &[Complaint], intent: Intent) -> RegistryError {
        let message = errors.first().map(|error| error.message.clone()).unwrap_or_default();
        let trouble = if message.contains("Invalid token") {
            token_trouble(Some(&message))
        } else if errors.iter().any(Complaint::is_hidden) {
            Trouble::NotFound
        } else if intent == Intent::Read || is_failure(&message) {
            // A query that this client wrote is not invalid: the server could not carry it out.
            Trouble::ServerFailed
        } else {
            super::errors::rule_trouble(&message)
        };
        self.refused(trouble, Some(200), Some(message))
    }
}

/// GitLab: what `graphql_controller.rb` says of an exception, and `Gitlab::Graphql::Timeout` of a
/// resolver that took too long. Neither is about what was asked for.
fn is_failure(message: &str) -> bool {
    message.contains("Internal server error") || message.to_ascii_lowercase().contains("timeout")
}
