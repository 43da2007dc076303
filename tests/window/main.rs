//! The real window, from the first start to a refused push: the program as it is built, a real
//! engine, a real keychain, and registries that enforce their rules.
//!
//! Run it inside `scripts/with-desktop`. Pictures of the screens are left in `target/shots`.
#![allow(clippy::large_futures, reason = "a story is one long future, and there is one at a time")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod app;
mod boundary;
mod bulk;
#[path = "../oci/debian.rs"]
#[allow(dead_code, reason = "contract tests use the rest")]
mod debian;
mod demo_story;
mod ecr;
mod faults;
mod gitlab;
mod harbor;
mod hostile;
mod keyboard;
mod looks;
mod oci;
mod own_gitlab;
mod page;
mod registry;
mod starting;
mod steps;
