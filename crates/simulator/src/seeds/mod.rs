//! What a server is filled with: deterministic, and made when first asked for.

mod demo;
mod fleet;
mod hostile;
pub(crate) mod kinds;
mod ledger;
pub(crate) mod plan;
pub(crate) mod rng;
mod story_finance;
mod story_platform;
mod story_shop;
pub(crate) mod users;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::config::{Config, Scenario};
use crate::state::State;

/// A server as `config` wants it.
pub(crate) fn build(config: &Config) -> State {
    let mut state = State::new(config);
    users::add(&mut state);
    match config.scenario {
        Scenario::Empty => {}
        Scenario::Large => fleet::add(&mut state, config, config.projects, config.tags),
        Scenario::Demo => add_demo(&mut state, config),
        Scenario::Hostile => {
            add_demo(&mut state, config);
            hostile::add(&mut state, config.seed);
        }
    }
    state
}

/// The projects of the pictures, and around them as many as are asked for.
fn add_demo(state: &mut State, config: &Config) {
    let named = demo::add(state, config.seed);
    let projects = config.projects.saturating_sub(named.projects);
    fleet::add(state, config, projects, config.tags.saturating_sub(named.tags));
}

/// A new project's cleanup policy. GitLab: off, with the values its form starts with.
pub(crate) fn default_cleanup_policy() -> BTreeMap<String, Value> {
    [
        ("cadence", json!("1d")),
        ("enabled", json!(false)),
        ("keep_n", json!(10)),
        ("older_than", json!("90d")),
        ("name_regex", json!(".*")),
        ("name_regex_keep", Value::Null),
        ("next_run_at", Value::Null),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}
