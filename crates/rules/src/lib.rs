//! What a tag rule means: which tags it matches, what it makes of them, who may then do what.
//!
//! Pure: no I/O, no clock, no async. Everything a server decides about tags is decided here in
//! the same way, dialect by dialect, so that a verdict shown in Tagwarden is the server's verdict.

pub mod blocks;
pub mod capabilities;
pub mod decision;
pub mod finding;
pub mod pattern;
pub mod plan;
pub mod preview;
pub mod rule;
pub mod state;
pub mod tag;
