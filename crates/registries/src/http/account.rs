//! Whose requests a client sends: what sentences about them need, and what must be in none of them.

use tagwarden_rules::secret_kind::SecretKind;

use super::secret::Secrets;
use crate::error::{RegistryError, Trouble};

/// The product behind an address, and what the user signs in to it with.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The product's name.
    pub(crate) product: &'static str,
    /// What the secret is called there.
    pub(crate) secret: SecretKind,
    /// Everything that no text may hold.
    pub(crate) secrets: Secrets,
}

impl Account {
    /// An error about a host. What a server has a say in is hidden and shortened like its words.
    pub(crate) fn error(&self, host: &str, trouble: Trouble) -> RegistryError {
        let clean = |text: String| super::words::clean(&text, &self.secrets);
        let trouble = match trouble {
            Trouble::Redirected(to) => Trouble::Redirected(clean(to)),
            Trouble::ScopeMissing(scope) => Trouble::ScopeMissing(clean(scope)),
            Trouble::Tls(reason) => Trouble::Tls(clean(reason)),
            other => other,
        };
        RegistryError {
            host: host.to_owned(),
            product: Some(self.product),
            secret: self.secret,
            trouble,
            status: None,
            words: None,
        }
    }

    /// An error with what the server says about it.
    pub(crate) fn refused(
        &self,
        host: &str,
        trouble: Trouble,
        status: Option<u16>,
        said: Option<&str>,
    ) -> RegistryError {
        let words = said.map(|said| super::words::clean(said, &self.secrets));
        let words = words.filter(|words| !words.is_empty());
        RegistryError { status, words, ..self.error(host, trouble) }
    }
}
