//! What the window and the console say to each other: plain data, and the one list of commands.
//!
//! Every type here crosses the wire as JSON and exists in TypeScript too (`ui/src/ipc/bindings.ts`,
//! written by this crate's tests with the feature `typescript`). Sentences are never sent: the
//! window writes them from codes and values. A secret goes one way, inside [`Secret`].

mod secret;

pub mod commands;
pub mod connections;
pub mod error;
pub mod jobs;
pub mod journal;
pub mod limits;
pub mod plans;
pub mod preview;
pub mod projects;
pub mod settings;
pub mod simulate;
pub mod tags;

pub use commands::{COMMANDS, Commands};
pub use error::ApiError;
pub use secret::Secret;
