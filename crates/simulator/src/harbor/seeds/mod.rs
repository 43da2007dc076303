//! What a Harbor is filled with.

mod demo;
mod images;
pub(crate) mod people;
mod story;

use super::config::{HarborConfig, HarborScenario};
use super::state::State;

/// A server as `config` wants it.
pub(super) fn build(config: &HarborConfig) -> State {
    let mut state = State::new(config);
    people::add(&mut state);
    match config.scenario {
        HarborScenario::Empty => {}
        HarborScenario::Demo => demo::add(&mut state, config.seed),
    }
    state
}
