//! The people of every scenario, one for each role, and their tokens.

use std::collections::BTreeMap;

use time::Duration;

use crate::state::{Role, Scope, State, Token, User, UserId};

/// `api` token of the demo's user, who owns most projects.
pub const DEMO_TOKEN: &str = "demo-owner-token";
/// `read_api` token of the demo's user.
pub const DEMO_READ_TOKEN: &str = "demo-read-token";
/// `api` token of the demo's user that expired yesterday.
pub const DEMO_EXPIRED_TOKEN: &str = "demo-expired-token";
/// `api` token of the demo's user that was revoked.
pub const DEMO_REVOKED_TOKEN: &str = "demo-revoked-token";
/// `api` token of somebody who is Guest in every project.
pub const GUEST_TOKEN: &str = "demo-guest-token";
/// `api` token of somebody who is Reporter in every project.
pub const REPORTER_TOKEN: &str = "demo-reporter-token";
/// `api` token of somebody who is Developer in every project.
pub const DEVELOPER_TOKEN: &str = "demo-developer-token";
/// `api` token of somebody who is Maintainer in every project.
pub const MAINTAINER_TOKEN: &str = "demo-maintainer-token";
/// `api` token of somebody who is Owner in every project.
pub const OWNER_TOKEN: &str = "demo-every-owner-token";
/// `api` and `admin_mode` token of an administrator.
pub const ADMIN_TOKEN: &str = "demo-admin-token";
/// `api` token of an administrator without `admin_mode`.
pub const ADMIN_PLAIN_TOKEN: &str = "demo-admin-plain-token";
/// `api` token of somebody who is member of nothing.
pub const OUTSIDER_TOKEN: &str = "demo-outsider-token";

/// The demo's user.
pub const DEMO_USER: UserId = UserId(7);

struct Person {
    id: u64,
    username: &'static str,
    name: &'static str,
    role: Option<Role>,
    tokens: &'static [(&'static str, &'static [Scope])],
}

const API: &[Scope] = &[Scope::Api];

const PEOPLE: [Person; 8] = [
    Person {
        id: 1,
        username: "root",
        name: "Administrator",
        role: Some(Role::Admin),
        tokens: &[(ADMIN_TOKEN, &[Scope::Api, Scope::AdminMode]), (ADMIN_PLAIN_TOKEN, API)],
    },
    Person {
        id: 2,
        username: "greta",
        name: "Greta Guest",
        role: Some(Role::Guest),
        tokens: &[(GUEST_TOKEN, API)],
    },
    Person {
        id: 3,
        username: "rafa",
        name: "Rafa Reporter",
        role: Some(Role::Reporter),
        tokens: &[(REPORTER_TOKEN, API)],
    },
    Person {
        id: 4,
        username: "dilan",
        name: "Dilan Developer",
        role: Some(Role::Developer),
        tokens: &[(DEVELOPER_TOKEN, API)],
    },
    Person {
        id: 5,
        username: "mara",
        name: "Mara Maintainer",
        role: Some(Role::Maintainer),
        tokens: &[(MAINTAINER_TOKEN, API)],
    },
    Person {
        id: 6,
        username: "otto",
        name: "Otto Owner",
        role: Some(Role::Owner),
        tokens: &[(OWNER_TOKEN, API)],
    },
    Person {
        id: 7,
        username: "demo",
        name: "Mira Holt",
        role: Some(Role::Owner),
        tokens: &[
            (DEMO_TOKEN, API),
            (DEMO_READ_TOKEN, &[Scope::ReadApi]),
            (DEMO_EXPIRED_TOKEN, API),
            (DEMO_REVOKED_TOKEN, API),
        ],
    },
    Person { id: 8, username: "nina", name: "Nina Nobody", role: None, tokens: &[(OUTSIDER_TOKEN, API)] },
];

/// Adds the people and their tokens.
pub(crate) fn add(state: &mut State) {
    let now = state.now();
    for person in &PEOPLE {
        state.add_user(User {
            id: UserId(person.id),
            username: person.username.to_owned(),
            name: person.name.to_owned(),
            admin: person.role == Some(Role::Admin),
        });
        for (secret, scopes) in person.tokens {
            let left = if *secret == DEMO_EXPIRED_TOKEN { -1 } else { 180 };
            state.add_token(Token {
                secret: (*secret).to_owned(),
                name: secret.trim_end_matches("-token").to_owned(),
                user: UserId(person.id),
                scopes: scopes.iter().copied().collect(),
                expires_at: Some((now + Duration::days(left)).date()),
                revoked: *secret == DEMO_REVOKED_TOKEN,
                created_at: now - Duration::days(40),
            });
        }
    }
}

/// Who is member of a new project: everyone but the administrator and the outsider.
pub(crate) fn default_members() -> BTreeMap<UserId, Role> {
    PEOPLE
        .iter()
        .filter_map(|person| person.role.map(|role| (UserId(person.id), role)))
        .filter(|(_, role)| *role != Role::Admin)
        .collect()
}
