//! What stands before every handler: a proxy, the session's cookie, CSRF and the read-only mode.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::error::HarborError;
use super::server::{App, Shared};
use crate::seeds::rng::digest_from;

const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-harbor-csrf-token");

/// What may not stand in a path; a decoded percent sign stays as it is.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?');

/// Lets a request through to the router, or not.
pub(super) async fn pass(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let settings = app.read(|state| state.settings);
    if settings.proxy_decodes_once {
        decode_once(&mut request);
    }
    let session = session(request.headers()).map(str::to_owned);
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let token = session.as_deref().map(|session| csrf_token(&app, session));
    let mut response = if let Some(token) = token.as_deref()
        && !safe
        && request.headers().get(CSRF_TOKEN).is_none_or(|sent| sent.as_bytes() != token.as_bytes())
    {
        HarborError::forbidden_as("CSRF token invalid").into_response()
    } else if settings.read_only && !safe {
        let message = "The system is in read only mode. Any modification is prohibited.";
        HarborError::denied(message).into_response()
    } else {
        next.run(request).await
    };
    remember(&app, token, response.headers_mut());
    response
}

/// A proxy that normalises paths before it hands them on.
fn decode_once(request: &mut Request) {
    let decoded = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    let path = utf8_percent_encode(&decoded, NOT_IN_PATHS).to_string();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Ok(uri) = format!("{path}{query}").parse::<Uri>() {
        *request.uri_mut() = uri;
    }
}

/// The value of the cookie `sid`.
fn session(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("sid="))
}

fn csrf_token(app: &Shared, session: &str) -> String {
    digest_from(app.config.seed, &format!("csrf {session}")).hex()
}

/// Harbor: a client without a session gets a cookie at every answer; one that has it gets the token
/// that its writes will need.
fn remember(app: &Shared, token: Option<String>, headers: &mut HeaderMap) {
    if let Some(token) = token {
        if let Ok(value) = HeaderValue::from_str(&token) {
            headers.insert(CSRF_TOKEN, value);
        }
        return;
    }
    let session = digest_from(app.config.seed, "session").hex();
    let cookie = format!("sid={}; Path=/; HttpOnly", session.get(..32).unwrap_or(&session));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, value);
    }
}
