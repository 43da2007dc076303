//! Who calls. Harbor: credentials that are wrong make a request anonymous; nobody is turned away here.

use std::sync::PoisonError;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::time::Instant;

use super::server::Shared;
use super::state::{RobotId, State};
use crate::state::UserId;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Nobody,
    User(UserId),
    Robot(RobotId),
}

impl Caller {
    pub(crate) fn is_authenticated(self) -> bool {
        self != Self::Nobody
    }

    pub(crate) fn is_sysadmin(self, state: &State) -> bool {
        match self {
            Self::User(id) => state.user(id).is_some_and(|user| user.sysadmin),
            Self::Robot(_) | Self::Nobody => false,
        }
    }
}

/// Who sent these headers: a bearer token for `/v2/`, or a name and its password or secret.
pub(crate) async fn caller(app: &Shared, headers: &HeaderMap) -> Caller {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, rest)) = value.and_then(|value| value.split_once(' ')) else {
        return Caller::Nobody;
    };
    if scheme.eq_ignore_ascii_case("bearer") {
        let issued = app.issued.lock().unwrap_or_else(PoisonError::into_inner);
        return issued.get(rest.trim()).copied().unwrap_or(Caller::Nobody);
    }
    let decoded = STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
    match pair {
        Some((name, secret)) if scheme.eq_ignore_ascii_case("basic") => sign_in(app, name, secret).await,
        _ => Caller::Nobody,
    }
}

async fn sign_in(app: &Shared, name: &str, secret: &str) -> Caller {
    // Harbor: robots come first; a secret that is not theirs is tried as a user's password.
    if let Some(robot) = app.read(|state| robot(state, name, secret)) {
        return robot;
    }
    if is_locked(app, name) {
        return Caller::Nobody;
    }
    let found = app.read(|state| {
        state.user_named(name).filter(|user| user.password == secret).map(|user| Caller::User(user.id))
    });
    if found.is_none() {
        hold(app, name).await;
    }
    found.unwrap_or(Caller::Nobody)
}

/// Harbor: while a failed login is held, every other login of that name is answered at once as
/// anonymous, the right password included (`src/core/auth/{authenticator,lock}.go`).
fn is_locked(app: &Shared, name: &str) -> bool {
    let locked = app.locked.lock().unwrap_or_else(PoisonError::into_inner);
    locked.get(name).is_some_and(|until| Instant::now() < *until)
}

/// Keeps a failed login waiting. Harbor: as long as its name is locked.
async fn hold(app: &Shared, name: &str) {
    let until = Instant::now() + app.config.login_lock;
    app.locked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), until);
    tokio::time::sleep_until(until).await;
}

fn robot(state: &State, name: &str, secret: &str) -> Option<Caller> {
    if !name.starts_with("robot$") {
        return None;
    }
    let now = state.now();
    state
        .robot_named(name)
        .filter(|(_, robot)| robot.secret == secret && !robot.disabled)
        .filter(|(_, robot)| robot.expires_at.is_none_or(|end| now < end))
        .map(|(id, _)| Caller::Robot(id))
}
