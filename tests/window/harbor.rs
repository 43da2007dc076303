//! A Harbor in the real window: signing in, a rule with both of its parts, a broken one and its effect.

use tagwarden_simulator::harbor::{HARBOR_MAINTAINER, HARBOR_PASSWORD, HarborBox, HarborConfig};

use crate::app::{App, Home};
use crate::page::{any, button, by, has};
use crate::steps::tab;

async fn open(app: &App, name: &str) {
    app.click(has("link", "Projects").within(by("navigation", "Main"))).await;
    app.click(by("link", name)).await;
    app.see(by("heading", name)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_has_two_parts_and_a_broken_one_is_told_with_its_effect() {
    let harbor = HarborBox::start(HarborConfig::default()).await.unwrap();
    let mut home = Home::new().await;
    let app = home.open().await;
    app.click(has("button", "Harbor or STACKIT")).await;
    app.see(by("dialog", "Add Harbor or STACKIT")).await;
    app.fill(by("textbox", "Server address"), harbor.base_url()).await;
    app.fill(by("textbox", "User name"), HARBOR_MAINTAINER).await;
    app.fill(by("textbox", "Password or access token"), HARBOR_PASSWORD).await;
    app.see(has("listitem", "Tag rules are enforced")).await;
    app.picture("harbor-connect").await;
    app.click(button("Save and sync")).await;
    app.gone(any("dialog")).await;
    app.see(has("row", "platform")).await;
    app.gone(button("Cancel sync")).await;
    app.picture("harbor-projects").await;

    open(&app, "payments").await;
    app.text("Switches off later rules").await;
    app.picture("harbor-broken").await;

    open(&app, "platform").await;
    app.see(by("radiogroup", "Repositories: matching or excluding")).await;
    app.see(by("textbox", "Repositories pattern")).await;
    app.see(by("textbox", "Tags pattern")).await;
    app.see(by("checkbox", "On")).await;
    app.picture("harbor-rule").await;
    app.click(button("New rule")).await;
    app.fill(by("textbox", "Tags pattern"), "{v*,release-*}").await;
    app.text("Newly covered").await;
    app.picture("harbor-new").await;
    app.click(button("Review change")).await;
    app.see(by("dialog", "Review 1 change")).await;
    app.picture("harbor-review").await;
    app.keys("\u{e00c}").await;
    open(&app, "web").await;
    tab(&app, "Cleanup").await;
    app.text("the 20 pushed last").await;
    app.picture("harbor-cleanup").await;
    tab(&app, "Simulator").await;
    app.see(by("radiogroup", "Who")).await;
    app.picture("harbor-simulator").await;
    app.close().await;
    harbor.stop().await;
}
