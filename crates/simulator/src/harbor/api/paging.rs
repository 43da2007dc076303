//! Pages by number.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::call::Call;
use crate::harbor::error::HarborError;

/// Harbor: the largest page.
const MOST: i64 = 100;

/// The page asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    number: usize,
    /// `None`: everything at once. Harbor: what 0 and less mean.
    size: Option<usize>,
}

impl Page {
    /// Reads `page` and `page_size`: 1 and 10, if nothing is said.
    pub(super) fn read(call: &Call) -> Result<Self, HarborError> {
        let wanted = number(call, "page", 1)?;
        let size = rows(number(call, "page_size", 10)?)?;
        Ok(Self { number: usize::try_from(wanted).unwrap_or(1).max(1), size })
    }

    /// The places of the page's rows.
    pub(super) fn range(self, total: usize) -> std::ops::Range<usize> {
        let Some(size) = self.size else { return 0..total };
        let start = (self.number - 1).saturating_mul(size).min(total);
        start..start.saturating_add(size).min(total)
    }

    /// The page as an answer, with the total and where the pages beside it are.
    pub(super) fn answer(self, call: &Call, rows: Vec<Value>, total: usize) -> Response {
        let mut response = (StatusCode::OK, Json(Value::Array(rows))).into_response();
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("x-total-count"), HeaderValue::from(total));
        let links = self.links(call, total);
        if let Ok(value) = HeaderValue::from_str(&links)
            && !links.is_empty()
        {
            headers.insert(header::LINK, value);
        }
        response
    }

    fn links(self, call: &Call, total: usize) -> String {
        let Some(size) = self.size else { return String::new() };
        let link =
            |page: usize, relation: &str| format!("<{}>; rel=\"{relation}\"", address(call, page, size));
        let mut links = Vec::new();
        if self.number > 1 && (self.number - 1).saturating_mul(size) < total {
            links.push(link(self.number - 1, "prev"));
        }
        if self.number.saturating_mul(size) < total {
            links.push(link(self.number + 1, "next"));
        }
        links.join(" , ")
    }
}

/// Harbor: a relative address whose query is sorted and not escaped.
fn address(call: &Call, page: usize, size: usize) -> String {
    let mut query: Vec<(String, String)> = call
        .query
        .iter()
        .filter(|(key, _)| key != "page" && key != "page_size")
        .cloned()
        .chain([("page".to_owned(), page.to_string()), ("page_size".to_owned(), size.to_string())])
        .collect();
    query.sort_by(|one, other| one.0.cmp(&other.0));
    let query: Vec<String> = query.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!("{}?{}", call.path, query.join("&"))
}

fn number(call: &Call, name: &str, fallback: i64) -> Result<i64, HarborError> {
    let Some(text) = call.text(name) else { return Ok(fallback) };
    let wrong = || HarborError::unprocessable(format!("{name} in query must be of type int64: \"{text}\""));
    text.parse().map_err(|_| wrong())
}

fn rows(size: i64) -> Result<Option<usize>, HarborError> {
    if size > MOST {
        return Err(HarborError::unprocessable("page_size in query should be less than or equal to 100"));
    }
    Ok(usize::try_from(size).ok().filter(|size| *size > 0))
}
