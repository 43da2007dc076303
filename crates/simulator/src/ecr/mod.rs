//! An AWS ECR in a box: the calls that Tagwarden needs, in the service's own dialect (awsJson 1.1),
//! with its four modes of tag mutability enforced.
//!
//! Where a doc comment says "ECR:", it states what the real service does, as its API model, its
//! documentation or its users' reports tell.

mod answer;
mod calls;
mod faults;
mod images;
mod lifecycle;
mod mutability;
mod repositories;
mod seed;
mod server;
mod signed;
mod state;
mod wildcard;

pub use faults::Fault;
pub use mutability::Mode;
pub use server::{Config, Record, Refused, Running, Seed, start};
pub use signed::{ACCESS_KEY, EXPIRED_KEY, READ_ONLY_KEY, SECRET_KEY, SESSION_TOKEN, TEMPORARY_KEY};
pub use state::{Image, Repository, State};
