//! Parameters: from the query, a form or a JSON body, as the server mixes them.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::error::ApiError;

/// The parameters of a request; the body's win over the query's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let mut all = Map::new();
        add_form(&mut all, request.uri().query().unwrap_or_default().as_bytes());
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("json"));
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| ApiError::Param("body is not readable".to_owned()))?;
        if json && !body.is_empty() {
            match serde_json::from_slice(&body) {
                Ok(Value::Object(object)) => all.extend(object),
                _ => return Err(ApiError::Param("400 Bad request - Invalid JSON".to_owned())),
            }
        } else {
            add_form(&mut all, &body);
        }
        Ok(Self(all))
    }
}

fn add_form(all: &mut Map<String, Value>, text: &[u8]) {
    for (key, value) in form_urlencoded::parse(text) {
        all.insert(key.into_owned(), Value::String(value.into_owned()));
    }
}

impl Params {
    /// The value, if it was given at all.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The value as text; numbers are written out, `null` is missing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// Whether the value is true as Rails reads it.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text == "true" || text == "1")
    }

    /// The value as a whole number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, ApiError> {
        self.text(name)
            .map(|text| text.parse().map_err(|_| ApiError::Param(format!("{name} is invalid"))))
            .transpose()
    }

    /// GitLab: one message that lists all missing parameters.
    pub(crate) fn require(&self, names: &[&str]) -> Result<(), ApiError> {
        let missing: Vec<String> = names
            .iter()
            .filter(|name| !self.0.contains_key(**name))
            .map(|name| format!("{name} is missing"))
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(ApiError::Param(missing.join(", "))) }
    }

    /// All parameters.
    pub(crate) fn all(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// GitLab: a value that is not among the allowed ones.
pub(crate) fn invalid_value(name: &str) -> ApiError {
    ApiError::Param(format!("{name} does not have a valid value"))
}
