//! What a registry calls the secret that somebody signs in with.

use serde::{Deserialize, Serialize};

/// Kinds of secret, each with a name of its own in sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// Not known, or of several registries.
    #[default]
    Any,
    /// An access token.
    Token,
    /// A user's password.
    Password,
    /// What Harbor gives users of single sign-on for use outside of the browser.
    CliSecret,
    /// The secret of a robot account.
    RobotSecret,
    /// An AWS access key with its secret.
    AccessKey,
    /// A profile of this computer's own tools.
    Profile,
    /// None: nobody signs in.
    Nothing,
}
