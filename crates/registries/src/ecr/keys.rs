//! The keys that requests are signed with: typed in, of a profile, or as the environment has them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials as Signing;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_ecr::config::Region;
use secrecy::{ExposeSecret, SecretString};
use tagwarden_rules::secret_kind::SecretKind;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, oneshot};

use super::PRODUCT;
use super::transport::{NoAnswer, Transport};
use crate::error::Trouble;
use crate::http::failure::find;
use crate::http::secret::Secrets;
use crate::http::throttle::says_locked;
use crate::http::{Account, Pacing};

/// Keys this close to their end are fetched anew.
const LEEWAY: Duration = Duration::from_secs(60);

/// How long a profile may take to give its keys. It may ask a program of the user's, which may ask the user.
const LONGEST_FETCH: Duration = Duration::from_secs(60);

/// How to sign.
pub enum Credentials {
    /// With an access key.
    Keys {
        /// The access key's id, which is no secret.
        id: String,
        /// The secret access key; that of temporary keys with their session token behind a colon,
        /// which is in neither.
        secret: SecretString,
    },
    /// As a profile of this machine's AWS tools says, in whatever way they know (SSO, a role, a program).
    Profile {
        /// Its name; `None`: as those tools do by themselves, first by the environment's variables,
        /// then by the profile that is the default.
        name: Option<String>,
        /// The file with profiles; `None`: where those tools have it.
        file: Option<PathBuf>,
    },
}

impl Credentials {
    /// What tells these keys from others, without a secret.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Keys { id, .. } => Some(id.clone()),
            Self::Profile { name, .. } => name.clone(),
        }
    }

    pub(super) fn account(&self) -> Account {
        let secrets = Secrets::default();
        let secret = match self {
            Self::Keys { secret, .. } => {
                for part in secret.expose_secret().split(':') {
                    secrets.add(&SecretString::from(part));
                }
                SecretKind::AccessKey
            }
            Self::Profile { .. } => SecretKind::Profile,
        };
        Account { product: PRODUCT, secret, secrets }
    }

    /// Whether the keys can be what they should be: anything else would be found out by the server.
    pub(super) fn fit(&self) -> bool {
        let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        match self {
            Self::Keys { id, secret } => word(id) && secret.expose_secret().splitn(2, ':').all(word),
            Self::Profile { .. } => true,
        }
    }
}

fn signing(id: &str, secret: &SecretString) -> Signing {
    let secret = secret.expose_secret();
    let (key, session) = match secret.split_once(':') {
        Some((key, session)) => (key, Some(session.to_owned())),
        None => (secret, None),
    };
    Signing::new(id, key, session, None, "typed")
}

/// The keys in use, kept until they end.
#[derive(Clone)]
pub(super) struct Keys {
    source: SharedCredentialsProvider,
    kept: Arc<Mutex<Option<Signing>>>,
    pacing: Pacing,
    /// Where keys are told that must be quoted nowhere.
    secrets: Secrets,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// `elsewhere` reaches the places that profiles get their keys from.
    pub(super) fn new(
        credentials: &Credentials,
        region: &str,
        elsewhere: Option<Transport>,
        pacing: Pacing,
        secrets: Secrets,
    ) -> Self {
        let source = match credentials {
            Credentials::Keys { id, secret } => SharedCredentialsProvider::new(signing(id, secret)),
            Credentials::Profile { name, file } => profile(name.clone(), file.clone(), region, elsewhere),
        };
        Self { source, kept: Arc::default(), pacing, secrets }
    }

    pub(super) fn with_pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// The keys, fetched where they are not there or about to end.
    pub(super) async fn get(&self) -> Result<Signing, CredentialsError> {
        let mut kept = self.kept.lock().await;
        if let Some(keys) = kept.as_ref().filter(|keys| !self.ends_soon(keys)) {
            return Ok(keys.clone());
        }
        let keys = self.fetch().await?;
        self.secrets.add_issued(keys.secret_access_key());
        self.secrets.add_issued(keys.session_token().unwrap_or_default());
        *kept = Some(keys.clone());
        Ok(keys)
    }

    /// The AWS libraries read the profiles' files where they are called, and such a file may keep its reader
    /// waiting for ever (a pipe, a network drive that is gone). So they are called on a thread of their own.
    async fn fetch(&self) -> Result<Signing, CredentialsError> {
        let (done, answer) = oneshot::channel();
        let (source, runtime) = (self.source.clone(), Handle::current());
        std::thread::spawn(move || {
            // Nobody is left to tell when it took too long.
            let _ = done.send(runtime.block_on(source.provide_credentials()));
        });
        match tokio::time::timeout(LONGEST_FETCH, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(CredentialsError::provider_timed_out(LONGEST_FETCH)),
        }
    }

    /// Has them fetched anew the next time.
    pub(super) async fn forget(&self) {
        *self.kept.lock().await = None;
    }

    fn ends_soon(&self, keys: &Signing) -> bool {
        let now = Duration::from_secs(u64::try_from(self.pacing.now()).unwrap_or(0));
        keys.expiry().is_some_and(|end| end <= UNIX_EPOCH + now + LEEWAY)
    }
}

impl ProvideCredentials for Keys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.get())
    }
}

fn profile(
    name: Option<String>,
    file: Option<PathBuf>,
    region: &str,
    elsewhere: Option<Transport>,
) -> SharedCredentialsProvider {
    let mut config = ProviderConfig::without_region().with_region(Some(Region::new(region.to_owned())));
    if let Some(elsewhere) = elsewhere {
        config = config.with_http_client(elsewhere);
    }
    let mut builder = ProfileFileCredentialsProvider::builder().configure(&config);
    if let Some(file) = file {
        let files = EnvConfigFiles::builder().with_file(EnvConfigFileKind::Credentials, file).build();
        builder = builder.profile_files(files);
    }
    match name {
        Some(name) => SharedCredentialsProvider::new(builder.profile_name(name).build()),
        None => {
            let chain = CredentialsProviderChain::first_try(
                "environment",
                EnvironmentVariableCredentialsProvider::new(),
            );
            let chain = chain.or_else("profile", builder.build());
            let token = WebIdentityTokenCredentialsProvider::builder().configure(&config).build();
            // Not the machine's own role: a program on somebody's desk has none, and asking takes time.
            SharedCredentialsProvider::new(chain.or_else("token", token))
        }
    }
}

/// Why there are no keys. The words stay here: they quote files of the user's.
pub(super) fn trouble_of(error: &CredentialsError) -> Trouble {
    if let Some(NoAnswer(failure)) = find::<NoAnswer>(error) {
        return failure.trouble.clone();
    }
    match error {
        CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_) => {
            Trouble::NoCredentials
        }
        CredentialsError::ProviderTimedOut(_) => Trouble::TimedOut,
        _ => {
            let said = said(error).to_ascii_lowercase();
            // The tools' own advice for both is to sign in again.
            let over = said.contains("expired") || said.contains("sso");
            match over {
                _ if says_locked(&said) => Trouble::RateLimited(None),
                true => Trouble::TokenExpired,
                false => Trouble::NoCredentials,
            }
        }
    }
}

fn said(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        said.push_str(&error.to_string());
        next = error.source();
    }
    said
}
