//! Tokens: fetched from where the registry says, kept for each scope, renewed when refused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::challenge::{self, Challenge};
use super::{Credentials, Oci};
use crate::address::{is_loopback, origin, same_origin, shown_host};
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, HttpClient, Intent, Request, secret};

/// Scopes whose tokens are kept. They are used one repository after the other.
const MOST: usize = 256;
/// Longest token that is believed to be one, in bytes.
const LONGEST: usize = 64 * 1024;

/// What the registry wants to see.
#[derive(Default)]
pub(super) struct Tokens {
    known: Mutex<Known>,
    /// Held while one is fetched, so that requests under way together fetch one and not each its own.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    /// The registry takes user name and password itself.
    basic: bool,
    by_scope: HashMap<String, HeaderValue>,
    realm: Option<Arc<Realm>>,
}

/// Where tokens are fetched.
struct Realm {
    origin: Url,
    http: HttpClient,
}

#[derive(Deserialize)]
struct Fetched {
    #[serde(default)]
    token: Option<SecretString>,
    #[serde(default)]
    access_token: Option<SecretString>,
    /// Never used, and a secret all the same.
    #[serde(default)]
    refresh_token: Option<SecretString>,
}

impl Tokens {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Oci {
    /// The header to send for a scope, as far as is known what the registry wants.
    pub(super) fn header(&self, scope: &str) -> Option<HeaderValue> {
        if let Credentials::Token(token) = &self.credentials {
            return bearer(token);
        }
        let known = self.tokens.known();
        if known.basic { self.basic() } else { known.by_scope.get(scope).cloned() }
    }

    /// Whether this registry has its tokens fetched elsewhere.
    pub(super) fn fetches_tokens(&self) -> bool {
        self.tokens.known().realm.is_some()
    }

    /// The header that answers a 401; `None` when there is no other than the one that was `used`.
    pub(super) async fn answer_challenge(
        &self,
        answer: &Answer,
        scope: &str,
        used: Option<&HeaderValue>,
    ) -> Result<Option<HeaderValue>, RegistryError> {
        if matches!(self.credentials, Credentials::Token(_)) {
            return Ok(None);
        }
        let headers = answer.headers.get_all(reqwest::header::WWW_AUTHENTICATE);
        let offered: Vec<Challenge> =
            headers.iter().filter_map(|header| header.to_str().ok()).flat_map(challenge::parse).collect();
        for challenge in offered {
            match challenge {
                Challenge::Bearer { realm, service, scope: wanted } => {
                    return self.renewed(&realm, service, wanted, scope, used).await.map(Some);
                }
                Challenge::Basic => {
                    let header = self.basic();
                    if header.is_some() && header.as_ref() != used {
                        self.tokens.known().basic = true;
                        return Ok(header);
                    }
                }
            }
        }
        Ok(None)
    }

    async fn renewed(
        &self,
        realm: &str,
        service: Option<String>,
        wanted: Option<String>,
        scope: &str,
        used: Option<&HeaderValue>,
    ) -> Result<HeaderValue, RegistryError> {
        let _one = self.tokens.fetching.lock().await;
        if let Some(newer) = self.tokens.known().by_scope.get(scope)
            && Some(newer) != used
        {
            return Ok(newer.clone());
        }
        let (realm, mut url) = self.realm(realm)?;
        let wanted = wanted.unwrap_or_else(|| scope.to_owned());
        {
            let mut query = url.query_pairs_mut();
            if let Some(service) = &service {
                query.append_pair("service", service);
            }
            if !wanted.is_empty() {
                query.append_pair("scope", &wanted);
            }
        }
        let secret = self.basic().map(|header| (AUTHORIZATION, header));
        let request =
            Request { method: Method::GET, url, secret, accept: None, json: None, intent: Intent::Read };
        let answer = realm.http.send(&request).await?;
        let header = self.issued_token(&realm, &answer)?;
        let mut known = self.tokens.known();
        if known.by_scope.len() >= MOST {
            known.by_scope.clear();
        }
        known.by_scope.insert(scope.to_owned(), header.clone());
        Ok(header)
    }

    fn issued_token(&self, realm: &Realm, answer: &Answer) -> Result<HeaderValue, RegistryError> {
        let refused = |trouble| {
            let error = self.refused(trouble, answer);
            RegistryError { host: self.elsewhere(&realm.origin), ..error }
        };
        if !answer.is_success() {
            return Err(refused(match answer.status {
                429 => Trouble::RateLimited(realm.http.asked_seconds(answer)),
                500.. => Trouble::ServerFailed,
                _ if answer.is_lockout() => Trouble::LockedOut(realm.http.asked_seconds(answer)),
                400..=499 => Trouble::TokenRefused,
                _ => Trouble::Garbled("unexpected".to_owned()),
            }));
        }
        let fetched = answer.json::<Fetched>();
        let issued = fetched.iter().flat_map(|fetched| {
            [&fetched.token, &fetched.access_token, &fetched.refresh_token].into_iter().flatten()
        });
        for secret in issued {
            self.http.secrets().add_issued(secret.expose_secret());
        }
        let token = fetched.and_then(|fetched| fetched.token.or(fetched.access_token));
        let token = token.filter(|token| (1..=LONGEST).contains(&token.expose_secret().len()));
        token
            .and_then(|token| bearer(&token))
            .ok_or_else(|| refused(Trouble::Garbled("unexpected".to_owned())))
    }

    /// The place that a registry names for its tokens. The password goes there, so it must be as safe
    /// as the registry itself, and it stays the same: one that changes on the way is not followed.
    fn realm(&self, realm: &str) -> Result<(Arc<Realm>, Url), RegistryError> {
        let readable = Url::parse(realm).ok().filter(|url| url.has_host());
        let Some(url) = readable else {
            return Err(self.http.error(Trouble::Garbled("unexpected".to_owned())));
        };
        let elsewhere = |trouble| RegistryError { host: self.elsewhere(&url), ..self.http.error(trouble) };
        let this_machine = url.scheme() == "http" && is_loopback(&url) && is_loopback(&self.base);
        if url.scheme() != "https" && !this_machine {
            return Err(elsewhere(Trouble::Tls("plain".to_owned())));
        }
        let mut known = self.tokens.known();
        if let Some(realm) = &known.realm {
            if !same_origin(&realm.origin, &url) {
                return Err(self.http.error(Trouble::Redirected(origin(&url))));
            }
            return Ok((Arc::clone(realm), url));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(elsewhere(Trouble::Garbled("unexpected".to_owned())));
        }
        let account = self.http.account().clone();
        let http = HttpClient::new(&url, account, self.settings.clone(), self.on_wait.clone())?;
        let http = http.with_pacing(self.pacing.clone());
        let realm = Arc::new(Realm { origin: url.clone(), http });
        known.realm = Some(Arc::clone(&realm));
        Ok((realm, url))
    }

    /// The host that user name and password are given to, where it is not the registry's own.
    pub(super) fn signs_in_at(&self) -> Option<String> {
        let known = self.tokens.known();
        let realm = known.realm.as_ref().filter(|_| self.credentials.user().is_some())?;
        (realm.origin.host() != self.base.host()).then(|| self.elsewhere(&realm.origin))
    }

    /// A host that the registry has named, fit to be shown: it may be made of what the registry was told.
    fn elsewhere(&self, url: &Url) -> String {
        self.http.clean(&shown_host(url))
    }

    fn basic(&self) -> Option<HeaderValue> {
        let Credentials::Password { user, password } = &self.credentials else { return None };
        secret::basic(user, password)
    }
}

fn bearer(token: &SecretString) -> Option<HeaderValue> {
    secret::header(&format!("Bearer {}", token.expose_secret()))
}
