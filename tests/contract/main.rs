//! The contract between the clients and their registries: what a client reads, writes and says when
//! something goes wrong, and that a verdict shown is the verdict of the server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop and say where"
)]

mod canary;
mod canned;
mod changes;
#[path = "../oci/debian.rs"]
mod debian;
mod demo;
mod ecr;
mod enforcement;
mod faults;
mod harbor;
mod hidden;
mod lists;
mod lockouts;
mod oci;
mod outline;
mod paging;
mod quoting;
mod refusals;
mod rest_rules;
mod rules;
mod support;
mod tls;
mod who;
