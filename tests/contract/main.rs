//! The contract between the GitLab client and a GitLab: what the client reads, writes and says when
//! something goes wrong, and that a verdict shown is the verdict of the server.

mod canary;
mod canned;
mod changes;
mod enforcement;
mod faults;
mod lists;
mod outline;
mod refusals;
mod rest_rules;
mod rules;
mod support;
mod tls;
mod who;
