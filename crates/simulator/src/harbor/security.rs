//! Who calls. Harbor: credentials that are wrong make a request anonymous; nobody is turned away here.

use std::sync::PoisonError;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

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
pub(crate) fn caller(app: &Shared, headers: &HeaderMap) -> Caller {
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
        Some((name, secret)) if scheme.eq_ignore_ascii_case("basic") => sign_in(app, name, secret),
        _ => Caller::Nobody,
    }
}

fn sign_in(app: &Shared, name: &str, secret: &str) -> Caller {
    if name.starts_with("robot$") {
        return app.read(|state| robot(state, name, secret));
    }
    let now = app.config.clock.now();
    let mut locked = app.locked.lock().unwrap_or_else(PoisonError::into_inner);
    // Harbor: while a name is locked the right password does not help either.
    if locked.get(name).is_some_and(|until| now < *until) {
        return Caller::Nobody;
    }
    let found = app.read(|state| {
        state.user_named(name).filter(|user| user.password == secret).map(|user| Caller::User(user.id))
    });
    if found.is_none() && !app.config.login_lock.is_zero() {
        locked.insert(name.to_owned(), now + app.config.login_lock);
    }
    found.unwrap_or(Caller::Nobody)
}

fn robot(state: &State, name: &str, secret: &str) -> Caller {
    let now = state.now();
    state
        .robot_named(name)
        .filter(|(_, robot)| robot.secret == secret && !robot.disabled)
        .filter(|(_, robot)| robot.expires_at.is_none_or(|end| now < end))
        .map_or(Caller::Nobody, |(id, _)| Caller::Robot(id))
}
