//! Users and tokens of the server.

use super::{DeployToken, State, Token, User, UserId};

impl State {
    /// Adds a user, or replaces the one of the same number.
    pub fn add_user(&mut self, user: User) {
        self.users.insert(user.id, user);
    }

    /// The user of that number.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// The user who signs in with that name.
    #[must_use]
    pub fn user_named(&self, username: &str) -> Option<&User> {
        self.users.values().find(|user| user.username == username)
    }

    /// Adds a token, or replaces the one with the same secret.
    pub fn add_token(&mut self, token: Token) {
        self.tokens.insert(token.secret.clone(), token);
    }

    /// The token with that secret.
    #[must_use]
    pub fn token(&self, secret: &str) -> Option<&Token> {
        self.tokens.get(secret)
    }

    /// The token with that secret, to be changed (revoked, expired …).
    pub fn token_mut(&mut self, secret: &str) -> Option<&mut Token> {
        self.tokens.get_mut(secret)
    }

    /// Adds a deploy token.
    pub fn add_deploy_token(&mut self, token: DeployToken) {
        self.deploy_tokens.push(token);
    }

    /// The deploy token with that user name and secret.
    #[must_use]
    pub fn deploy_token(&self, username: &str, secret: &str) -> Option<&DeployToken> {
        self.deploy_tokens.iter().find(|token| token.username == username && token.secret == secret)
    }
}
