//! A small GitLab for tests that need to look at it, change it or take it away.

use tagwarden_simulator::{Config, MinimumRole, Running, Simulator, TagEffect};

use crate::app::App;
use crate::page::{TAB, any, button, by, has};

pub(crate) const PROTECTED: TagEffect =
    TagEffect::Protected { push: MinimumRole::Maintainer, delete: MinimumRole::Maintainer };

/// Five projects: `basket` with one rule, `checkout` and `search` without rules, `full` with as many as
/// there may be, `ready` with the rule that the bulk test adds. Each has the same ten tags.
pub(crate) async fn shop() -> Running {
    let gitlab = Simulator::start(Config::empty()).await.unwrap();
    gitlab.edit(|state| {
        for name in ["basket", "checkout", "full", "ready", "search"] {
            let project = state.create_project(&format!("shop/{name}"));
            let repository = state.create_repository(project, "").unwrap();
            for tag in [
                "latest",
                "main",
                "v1.0.0",
                "v1.1.0",
                "v1.2.0",
                "v2.0.0",
                "release-1",
                "release-2",
                "pr-7",
                "pr-8",
            ] {
                state.put_tag(repository, tag);
            }
            let rules: &[&str] = match name {
                "basket" => &["^latest$"],
                "full" => &["^a", "^b", "^c", "^d", "^e"],
                "ready" => &["^release-"],
                _ => &[],
            };
            for rule in rules {
                state.add_tag_rule(project, rule, PROTECTED).unwrap();
            }
        }
    });
    gitlab
}

/// The patterns of a project's rules, as the server has them.
pub(crate) fn patterns(gitlab: &Running, path: &str) -> Vec<String> {
    gitlab.inspect(|state| {
        let project = state.project(state.project_id(path).unwrap()).unwrap();
        project.tag_rules.iter().map(|rule| rule.pattern.clone()).collect()
    })
}

/// Fills in the dialog that adds a GitLab, from the welcome.
pub(crate) async fn enter(app: &App, address: &str, token: &str) {
    app.click(has("button", "GitLab")).await;
    app.see(by("dialog", "Add GitLab")).await;
    app.fill(by("textbox", "Server address"), address).await;
    app.fill(by("textbox", "Access token"), token).await;
    // Leaving the field starts the test.
    app.keys(TAB).await;
}

/// Adds the GitLab from the welcome, and waits until its projects are read.
pub(crate) async fn add(app: &App, gitlab: &Running, token: &str) {
    enter(app, gitlab.base_url(), token).await;
    app.click(button("Save and sync")).await;
    app.gone(any("dialog")).await;
    app.see(has("row", "shop/search")).await;
    app.gone(button("Cancel sync")).await;
}
