//! Who is calling: tokens, scopes and roles.

use axum::http::{HeaderMap, header};

use crate::state::{Project, Role, Scope, State, Token, UserId};

/// Somebody whose token was accepted.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: UserId,
    /// An administrator who may act as such.
    pub(crate) admin: bool,
    pub(crate) token: Token,
}

/// Why a token was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    Missing,
    Unknown,
    Expired,
    Revoked,
}

/// The token a request carries: `PRIVATE-TOKEN`, or `Authorization: Bearer`.
pub(crate) fn token_of(headers: &HeaderMap) -> Option<&str> {
    let private = headers.get("private-token").and_then(|value| value.to_str().ok());
    private
        .or_else(|| headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim))
}

/// Who calls.
pub(crate) fn authenticate(state: &State, headers: &HeaderMap) -> Result<Caller, TokenError> {
    let secret = token_of(headers).ok_or(TokenError::Missing)?;
    caller_with(state, secret)
}

/// Who holds this secret.
pub(crate) fn caller_with(state: &State, secret: &str) -> Result<Caller, TokenError> {
    let token = state.token(secret).ok_or(TokenError::Unknown)?;
    if token.revoked {
        return Err(TokenError::Revoked);
    }
    if token.expires_at.is_some_and(|day| day <= state.now().date()) {
        return Err(TokenError::Expired);
    }
    let user = state.user(token.user).ok_or(TokenError::Unknown)?;
    // GitLab: with admin mode on, an administrator is an ordinary user until asking for more.
    let asked = !state.settings.admin_mode || token.scopes.contains(&Scope::AdminMode);
    Ok(Caller { user: user.id, admin: user.admin && asked, token: token.clone() })
}

impl Caller {
    pub(crate) fn may_read_api(&self) -> bool {
        self.has(Scope::Api) || self.has(Scope::ReadApi)
    }

    pub(crate) fn may_write_api(&self) -> bool {
        self.has(Scope::Api)
    }

    pub(crate) fn has(&self, scope: Scope) -> bool {
        self.token.scopes.contains(&scope)
    }

    /// The role in a project: administrators stand above owners, strangers have none.
    pub(crate) fn role(&self, state: &State, project: &Project) -> Option<Role> {
        if self.admin { Some(Role::Admin) } else { state.member_role(project, self.user) }
    }
}
