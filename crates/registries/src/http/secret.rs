//! Headers that carry a secret, and the one place that takes secrets out of what servers say.

mod decode;
mod hide;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

/// What stands in the place of a secret.
pub(crate) const HIDDEN: &str = "[hidden]";
/// Issued tokens that are remembered. They are short-lived, and a client keeps half as many.
const MOST_ISSUED: usize = 512;

/// A header with this text; `None`: it fits in no header.
pub(crate) fn header(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// User and password (RFC 7617). The user has no colon: it would end there.
pub(crate) fn basic(user: &str, password: &SecretString) -> Option<HeaderValue> {
    header(&Zeroizing::new(format!("Basic {}", *encoded_pair(user, password))))
}

fn pair(user: &str, password: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(format!("{user}:{}", password.expose_secret()))
}

fn encoded_pair(user: &str, password: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(pair(user, password).as_bytes()))
}

/// All secrets of one connection. Clones share them.
///
/// A server may repeat a secret in whatever it answers, in any encoding. Nothing that a server says
/// gets into an error before it went through [`Secrets::hide`].
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// What the user gave.
    given: Vec<Hidden>,
    /// What servers issued in exchange, the newest last.
    issued: VecDeque<Hidden>,
}

/// One text to hide.
#[derive(Clone)]
struct Hidden {
    text: SecretString,
    /// Whether parts of it count as well.
    parts: bool,
}

impl Secrets {
    /// A token or key that stands by itself.
    pub(crate) fn of(secret: &SecretString) -> Self {
        let secrets = Self::default();
        secrets.add(secret);
        secrets
    }

    /// The password of a user.
    pub(crate) fn of_user(user: &str, password: &SecretString) -> Self {
        let secrets = Self::of(password);
        secrets.add_pair(user, password);
        secrets
    }

    /// Adds a secret that the user gave.
    pub(crate) fn add(&self, secret: &SecretString) {
        self.give(secret.expose_secret(), true);
    }

    /// Adds a password together with its user, as they stand in a header and in an address.
    pub(crate) fn add_pair(&self, user: &str, password: &SecretString) {
        // The user's name alone is no secret, so the pair counts as a whole only. Its encoding is a
        // text of its own: a server that lower-cases it has made it undecodable.
        self.give(&pair(user, password), false);
        self.give(&encoded_pair(user, password), true);
    }

    /// Adds a secret that a server issued.
    pub(crate) fn add_issued(&self, secret: &str) {
        let mut known = self.known();
        if secret.is_empty() || known.issued.iter().any(|one| one.text.expose_secret() == secret) {
            return;
        }
        if known.issued.len() >= MOST_ISSUED {
            known.issued.pop_front();
        }
        known.issued.push_back(Hidden { text: SecretString::from(secret), parts: true });
    }

    /// The text without any of the secrets, whole or in part, plain or encoded.
    pub(crate) fn hide(&self, text: &str) -> String {
        let texts: Vec<Hidden> = {
            let known = self.known();
            known.given.iter().chain(&known.issued).cloned().collect()
        };
        hide::hide(text, &texts)
    }

    fn give(&self, text: &str, parts: bool) {
        if !text.is_empty() {
            self.known().given.push(Hidden { text: SecretString::from(text), parts });
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}
