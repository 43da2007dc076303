//! The Harbor in a box, over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod demo;
mod lists;
mod paths;
mod pushing;
mod removing;
mod roles;
mod rules;
mod sessions;
mod support;
mod verdicts;
mod who;
