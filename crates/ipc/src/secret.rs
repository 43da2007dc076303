use serde::Deserialize;

/// A token on its way from the window to the vault.
///
/// It can be received but not sent: there is no `Serialize`, and `Debug` shows nothing.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a token, for hosts that read it from elsewhere than the window.
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// Hands the token over to the vault.
    pub fn into_inner(self) -> String {
        self.0
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
