//! A request as handlers see it.

use axum::body::Bytes;
use axum::extract::{FromRequest, OriginalUri, Request};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::harbor::error::HarborError;
use crate::harbor::security::{Caller, caller};
use crate::harbor::server::App;

/// A request as handlers see it.
pub(super) struct Call {
    pub(super) caller: Caller,
    /// Whether a project of digits is meant by its name. Harbor: `X-Is-Resource-Name`.
    pub(super) by_name: bool,
    /// The path as asked for, still percent-encoded.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    body: Bytes,
}

impl FromRequest<App> for Call {
    type Rejection = HarborError;

    async fn from_request(request: Request, app: &App) -> Result<Self, HarborError> {
        let original = request.extensions().get::<OriginalUri>().map(|uri| uri.0.path().to_owned());
        let path = original.unwrap_or_else(|| request.uri().path().to_owned());
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        let query = query.into_owned().collect();
        let by_name = request
            .headers()
            .get("x-is-resource-name")
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
        let caller = caller(app, request.headers()).await;
        let body = Bytes::from_request(request, app)
            .await
            .map_err(|_| HarborError::bad_request("body is not readable"))?;
        Ok(Self { caller, by_name, path, query, body })
    }
}

impl Call {
    /// A parameter of the query.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query that is true or false.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, HarborError> {
        match self.text(name) {
            None => Ok(None),
            Some("true" | "1" | "t" | "T" | "TRUE" | "True") => Ok(Some(true)),
            Some("false" | "0" | "f" | "F" | "FALSE" | "False" | "") => Ok(Some(false)),
            Some(other) => Err(HarborError::unprocessable(format!(
                "{name} in query must be of type boolean: \"{other}\""
            ))),
        }
    }

    /// The body. Harbor: what is not JSON of the right shape is a bad request.
    pub(super) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, HarborError> {
        if self.body.is_empty() {
            return Err(HarborError::unprocessable(format!("{name} in body is required")));
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| HarborError::bad_request(format!("parsing {name} body from \"\" failed")))
    }
}
