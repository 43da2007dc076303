//! Lists that come in pages as few servers give them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::Cut;

/// What becomes of the rows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// None is left.
    Gone,
    /// They come last to first.
    Reversed,
    /// The last ones of the page before come first: numbered pages after as many rows were added.
    Repeated(usize),
}

/// The page size that a request asks for, in whatever way.
pub(super) fn size(uri: &Uri) -> Option<u32> {
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let (_, size) = query.find(|(name, _)| matches!(name.as_ref(), "n" | "per_page" | "page_size"))?;
    size.parse().ok()
}

/// Distribution: a size above its limit (`registry/handlers/catalog.go`).
pub(super) fn too_large(size: u32) -> Response {
    let error = json!({
        "code": "PAGINATION_NUMBER_INVALID",
        "message": "invalid number of results requested",
        "detail": {"n": size},
    });
    (StatusCode::BAD_REQUEST, axum::Json(json!({ "errors": [error] }))).into_response()
}

/// The answer with other links.
pub(super) fn relinked(mut response: Response, from: &str, to: &str) -> Response {
    let links: Vec<HeaderValue> = response
        .headers()
        .get_all(header::LINK)
        .iter()
        .filter_map(|link| HeaderValue::from_str(&link.to_str().ok()?.replace(from, to)).ok())
        .collect();
    response.headers_mut().remove(header::LINK);
    for link in links {
        response.headers_mut().append(header::LINK, link);
    }
    response
}

/// The rows of the last page of each list, by its path.
pub(super) type LastPages = Mutex<HashMap<String, Vec<Value>>>;

/// The answer with other rows.
pub(super) async fn with_rows(
    response: Response,
    path: &str,
    fault: Rows,
    last: &LastPages,
) -> Result<Response, Cut> {
    let (mut parts, body) = response.into_parts();
    let whole = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let Ok(mut body) = serde_json::from_slice::<Value>(&whole) else {
        return Ok(Response::from_parts(parts, Body::from(whole)));
    };
    if let Some(rows) = list(&mut body) {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.insert(path.to_owned(), rows.clone()).unwrap_or_default();
        match fault {
            Rows::Gone => rows.clear(),
            Rows::Reversed => rows.reverse(),
            Rows::Repeated(count) => {
                let again = before.get(before.len().saturating_sub(count)..).unwrap_or_default();
                rows.splice(0..0, again.iter().cloned());
            }
        }
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(body.to_string())))
}

/// The first list in a body, wherever it is.
fn list(body: &mut Value) -> Option<&mut Vec<Value>> {
    match body {
        Value::Array(rows) => Some(rows),
        Value::Object(fields) => fields.values_mut().find_map(list),
        _ => None,
    }
}
