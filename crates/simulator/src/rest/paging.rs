//! Pages: by number with totals, and by keyset with a `Link` to the next.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::error::ApiError;
use super::params::Params;

/// GitLab: above this many records totals are not told.
const TOTALS_UP_TO: usize = 10_000;

/// A page asked for by number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offset {
    page: usize,
    per_page: usize,
}

/// GitLab: 20 by default, 100 at most.
pub(super) fn per_page(params: &Params) -> Result<usize, ApiError> {
    match params.number("per_page")? {
        Some(0) => Err(super::params::invalid_value("per_page")),
        Some(number) => Ok(usize::try_from(number).unwrap_or(100).min(100)),
        None => Ok(20),
    }
}

impl Offset {
    /// Reads `page` and `per_page`.
    pub(super) fn read(params: &Params) -> Result<Self, ApiError> {
        let page = match params.number("page")? {
            Some(0) => return Err(super::params::invalid_value("page")),
            Some(number) => usize::try_from(number).unwrap_or(usize::MAX),
            None => 1,
        };
        Ok(Self { page, per_page: per_page(params)? })
    }

    /// The places of the page's records.
    pub(super) fn range(self, total: usize) -> std::ops::Range<usize> {
        let start = (self.page - 1).saturating_mul(self.per_page).min(total);
        start..start.saturating_add(self.per_page).min(total)
    }

    /// The page as an answer, with the headers that describe it.
    pub(super) fn answer(
        self,
        base_url: &str,
        uri: &Uri,
        params: &Params,
        rows: Vec<Value>,
        total: usize,
    ) -> Response {
        let pages = total.div_ceil(self.per_page).max(1);
        let next = (self.page < pages).then_some(self.page + 1);
        let previous = (self.page > 1).then(|| self.page - 1);
        let mut headers = HeaderMap::new();
        number(&mut headers, "x-page", Some(self.page));
        number(&mut headers, "x-per-page", Some(self.per_page));
        number(&mut headers, "x-next-page", next);
        number(&mut headers, "x-prev-page", previous);
        let url = |page: usize| {
            link(
                base_url,
                uri,
                params,
                &[("page", page.to_string()), ("per_page", self.per_page.to_string())],
            )
        };
        let mut links = Vec::new();
        links.extend(previous.map(|page| format!("<{}>; rel=\"prev\"", url(page))));
        links.extend(next.map(|page| format!("<{}>; rel=\"next\"", url(page))));
        links.push(format!("<{}>; rel=\"first\"", url(1)));
        if total <= TOTALS_UP_TO {
            number(&mut headers, "x-total", Some(total));
            number(&mut headers, "x-total-pages", Some(pages));
            links.push(format!("<{}>; rel=\"last\"", url(pages)));
        }
        insert(&mut headers, header::LINK, &links.join(", "));
        (headers, Json(Value::Array(rows))).into_response()
    }
}

/// A keyset page: a `Link` to the next if there is one.
pub(super) fn keyset(
    base_url: &str,
    uri: &Uri,
    params: &Params,
    rows: Vec<Value>,
    next: Option<(&str, String)>,
) -> Response {
    let mut headers = HeaderMap::new();
    if let Some((key, value)) = next {
        let url = link(base_url, uri, params, &[(key, value)]);
        insert(&mut headers, header::LINK, &format!("<{url}>; rel=\"next\""));
    }
    (headers, Json(Value::Array(rows))).into_response()
}

/// The request's own address with some parameters replaced.
fn link(base_url: &str, uri: &Uri, params: &Params, replaced: &[(&str, String)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for key in params.all().keys() {
        if !replaced.iter().any(|(name, _)| name == key) && key != "private_token" {
            query.append_pair(key, &params.text(key).unwrap_or_default());
        }
    }
    for (key, value) in replaced {
        query.append_pair(key, value);
    }
    let path = uri.path();
    // Nested routers see the path without the prefix that was matched.
    let path = if path.starts_with("/api/v4") { path.to_owned() } else { format!("/api/v4{path}") };
    format!("{base_url}{path}?{}", query.finish())
}

/// GitLab: a page that is not there has an empty header.
fn number(headers: &mut HeaderMap, name: &'static str, value: Option<usize>) {
    let text = value.map(|value| value.to_string()).unwrap_or_default();
    insert(headers, HeaderName::from_static(name), &text);
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
