//! The demo: a company, its projects, and rules that do not all do what their owners think.

use time::Duration;

use super::images;
use super::story::{Story, stories};
use crate::harbor::state::State;
use crate::state::RuleId;

/// Adds the projects of the story.
pub(super) fn add(state: &mut State, seed: u64) {
    let now = state.now();
    // The numbers of an instance that has been in use for a while.
    state.count_rules_from(RuleId(31));
    for (at, story) in (0..).zip(stories()) {
        add_story(state, seed, &story, now - Duration::days(1200 - 60 * at));
    }
}

fn add_story(state: &mut State, seed: u64, story: &Story, created_at: time::OffsetDateTime) {
    let project = state.create_project(story.name, story.public);
    if let Some(project) = state.project_mut(project) {
        project.created_at = created_at;
    }
    for (user, role) in &story.roles {
        if let Some(user) = state.user_named(user).map(|user| user.id) {
            state.set_role(project, user, *role);
        }
    }
    for (name, parts) in &story.repositories {
        let name = format!("{}/{name}", story.name);
        state.create_repository(&name);
        images::add(state, seed, &name, parts);
    }
    for (rule, enabled) in &story.rules {
        let id = state.add_rule(project, rule.clone());
        if let Some(rule) = state.rule_mut(id) {
            rule.disabled = !enabled;
        }
    }
    if let Some(policy) = &story.retention {
        state.set_retention(project, policy.clone());
    }
}
