//! A Harbor in the real window: signing in, a rule with both of its parts, a broken one and its effect,
//! and a change that takes two calls, applied and undone.

use serde_json::json;
use tagwarden_simulator::harbor::{
    HARBOR_MAINTAINER, HARBOR_PASSWORD, HarborBox, HarborConfig, RunningHarbor,
};

use crate::app::{App, Home};
use crate::page::{CTRL, ENTER, TAB, button, by, has};
use crate::steps::{apply, go_to, save_and_sync, tab, undo};

async fn open(app: &App, name: &str) {
    app.click(has("link", "Projects").within(by("navigation", "Main"))).await;
    app.click(by("link", name)).await;
    app.see(by("heading", name)).await;
}

/// Adds the server and waits until it is read.
async fn connect(app: &App, harbor: &RunningHarbor) {
    app.click(has("button", "Harbor or STACKIT")).await;
    app.see(by("dialog", "Add Harbor or STACKIT")).await;
    app.fill(by("textbox", "Server address"), harbor.base_url()).await;
    app.fill(by("textbox", "User name"), HARBOR_MAINTAINER).await;
    app.fill(by("textbox", "Password or secret"), HARBOR_PASSWORD).await;
    app.keys(TAB).await;
    app.see(has("listitem", "Tag rules are enforced")).await;
    app.picture("harbor-connect").await;
    save_and_sync(app, "platform").await;
}

/// Types something else into a field.
async fn replace(app: &App, field: &str, text: &str) {
    app.click(by("textbox", field)).await;
    app.chord(&[CTRL], 'a').await;
    app.keys(text).await;
}

/// What the first rule of a project says on the server: repositories, tags, and whether it is on.
fn first_rule(harbor: &RunningHarbor, project: &str) -> (String, String, bool) {
    harbor.inspect(|state| {
        let project = state.project_named(project).unwrap().id;
        let rule = state.rules_of(project).min_by_key(|rule| rule.id.0).unwrap();
        let text = rule.text.clone();
        let repositories = text.scope_selectors.unwrap().remove("repository").unwrap().remove(0);
        let tags = text.tag_selectors.unwrap().remove(0);
        let said = |selector: tagwarden_simulator::harbor::Selector| {
            format!("{} {}", selector.decoration, selector.pattern)
        };
        (said(repositories), said(tags), !rule.disabled)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_has_two_parts_and_a_broken_one_is_told_with_its_effect() {
    let harbor = HarborBox::start(HarborConfig::default()).await.unwrap();
    let mut home = Home::new().await;
    let app = home.open().await;
    connect(&app, &harbor).await;
    app.picture("harbor-projects").await;

    open(&app, "payments").await;
    app.text("Switches off later rules").await;
    app.picture("harbor-broken").await;

    open(&app, "shop").await;
    app.text("A comma in latest,stable stands for itself.").await;
    app.see(button("Write {latest,stable}")).await;
    app.picture("harbor-comma").await;

    open(&app, "platform").await;
    app.see(by("radiogroup", "Repositories: matching or excluding")).await;
    app.see(by("textbox", "Repositories pattern")).await;
    app.see(by("textbox", "Tags pattern")).await;
    app.see(by("checkbox", "On")).await;
    app.text("In every repository except those under “ci/”, no tag can ever be overwritten or deleted.")
        .await;
    app.text("Repositories left out").await;
    app.click(button("New rule")).await;
    app.fill(by("textbox", "Tags pattern"), "{v*,release-*}").await;
    app.text(
        "In every repository, tags that start with “v” or “release-” can never be overwritten or deleted.",
    )
    .await;
    app.picture("harbor-new").await;
    // What braces cannot say is refused with the reason.
    let blocks = || by("toolbar", "Insert a building block for repositories");
    app.click(button("any of…").within(blocks())).await;
    app.fill(by("textbox", "Any of"), "mesh").await;
    app.keys(&format!("{ENTER}mesh/**")).await;
    app.click(button("Use block")).await;
    app.text("the server would no longer match mesh").await;
    app.picture("harbor-list").await;
    app.click(button("Cancel")).await;
    app.click(button("Discard")).await;
    app.click(button("Discard changes")).await;
    app.close().await;
    harbor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_edited_and_switched_off_takes_two_calls_and_is_undone() {
    let harbor = HarborBox::start(HarborConfig::default()).await.unwrap();
    let was = first_rule(&harbor, "platform");
    let mut home = Home::new().await;
    let app = home.open().await;
    connect(&app, &harbor).await;
    open(&app, "platform").await;
    app.click(button("any of…").within(by("toolbar", "Insert a building block for repositories"))).await;
    app.fill(by("textbox", "Any of"), "edge-proxy").await;
    app.keys(&format!("{ENTER}mesh/**")).await;
    app.click(button("Use block")).await;
    app.text("except those named “edge-proxy” or under “mesh/”").await;
    replace(&app, "Tags pattern", "v*").await;
    app.click(by("checkbox", "On")).await;
    app.text("The rule is off, so none of this is in force.").await;
    app.picture("harbor-edited").await;
    app.click(button("Review change")).await;
    app.see(by("dialog", "Review 1 change")).await;
    app.text("If call 2 fails, call 1 stays").await;
    app.picture("harbor-review").await;
    apply(&app).await;
    app.picture("harbor-applied").await;
    assert_eq!(
        first_rule(&harbor, "platform"),
        ("repoExcludes {edge-proxy,mesh/**}".to_owned(), "matches v*".to_owned(), false)
    );
    undo(&app).await;
    assert_eq!(first_rule(&harbor, "platform"), was);

    app.close().await;
    for theme in ["light", "dark"] {
        let app = home.open().await;
        let settings = json!({ "request": { "settings": { "theme": theme }, "proxy_password": null } });
        app.see(by("grid", "Projects")).await;
        app.invoke("settings_save", settings).await.unwrap();
        app.close().await;
        let app = home.open().await;
        app.see(by("grid", "Projects")).await;
        look_around(&app, theme).await;
        app.close().await;
    }
    harbor.stop().await;
}

/// Pictures of the pages, for people to look at.
async fn look_around(app: &App, theme: &str) {
    open(app, "platform").await;
    app.see(has("button", "Still covered")).await;
    app.text("Repositories left out").await;
    app.picture(&format!("harbor-rules-{theme}")).await;
    tab(app, "Simulator").await;
    app.fill(by("textbox", "Tag"), "v1.28.0").await;
    app.text("Project admin").await;
    app.text("System admin").await;
    assert_eq!(app.count(has("cell", "Owner")).await, 0);
    app.picture(&format!("harbor-simulator-{theme}")).await;
    open(app, "web").await;
    tab(app, "Cleanup").await;
    app.text("the 20 pushed last").await;
    app.picture(&format!("harbor-cleanup-{theme}")).await;
    go_to(app, "Tags").await;
    app.see(by("grid", "Tags")).await;
    app.fill(by("textbox", "Filter tags"), "repo:edge-proxy v6").await;
    app.click(has("row", "v6.12.3").within(by("grid", "Tags"))).await;
    app.see(by("complementary", "Tag details")).await;
    app.text("Project admin").await;
    app.picture(&format!("harbor-tags-{theme}")).await;
    open(app, "platform").await;
    app.client().set_window_size(1100, 820).await.unwrap();
    app.see(by("tab", "Edit")).await;
    app.picture(&format!("harbor-narrow-{theme}")).await;
}
