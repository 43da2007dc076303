use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// A secret on its way from the window to the vault.
///
/// It can be received but not sent: there is no `Serialize`, and `Debug` shows nothing.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(transparent)]
pub struct Secret(
    #[serde(deserialize_with = "crate::limits::secret_string")]
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    SecretString,
);

impl Secret {
    /// Wraps a secret, for hosts that read it from elsewhere than the window.
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self(secret.into())
    }

    /// The secret without the blanks that come along when it is pasted; `None`: nothing was typed.
    pub fn typed(&self) -> Option<SecretString> {
        let trimmed = self.0.expose_secret().trim();
        (!trimmed.is_empty()).then(|| SecretString::from(trimmed))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
