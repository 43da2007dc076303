//! What rules do to tags, seen from outside the crate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may fail loudly"
)]

mod advice;
mod blocks;
mod comparison;
mod decisions;
mod findings;
mod harbor;
mod lists;
mod nearness;
mod plans;
mod standing;
mod support;
