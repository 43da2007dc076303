//! The console without a window: what a user would notice, against a GitLab in a box.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail as tests do"
)]

mod applying;
mod connecting;
mod database;
mod drafting;
mod ecr;
mod elsewhere;
mod exposing;
mod harbor;
mod hidden;
mod killed;
mod lists;
mod main_job;
mod oci;
mod open_ends;
mod planning;
mod reading;
mod recovering;
mod secrets;
mod signing;
mod support;
mod unclear;
mod undoing;
mod waiting;
