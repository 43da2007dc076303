//! What goes wrong is said where it happens, with what to do; nothing is lost.

use reqwest::Method;
use tagwarden_simulator::{DEMO_READ_TOKEN, FaultKind, MAINTAINER_TOKEN, Matcher, OWNER_TOKEN, Running};

use crate::app::{App, Home};
use crate::gitlab::{PROTECTED, add, enter, patterns, shop};
use crate::page::{CTRL, ENTER, Named, TAB, any, button, by, has};
use crate::steps::{go_to, open_project};

fn check(part: &str) -> Named {
    has("listitem", part).within(by("list", "Checks"))
}

fn pattern_field() -> Named {
    by("textbox", "Tag pattern, RE2")
}

/// Replaces what stands in the pattern field.
async fn pattern(app: &App, text: &str) {
    app.click(pattern_field()).await;
    app.chord(&[CTRL], 'a').await;
    app.keys(text).await;
}

/// A window on the shop, with one of its projects open.
async fn shop_window(home: &mut Home, token: &str, project: &str) -> (App, Running) {
    let server = shop().await;
    let app = home.open().await;
    add(&app, &server, token).await;
    open_project(&app, "shop", project).await;
    (app, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_cannot_work_says_why_and_is_not_saved() {
    let server = shop().await;
    let mut home = Home::new().await;
    let app = home.open().await;
    enter(&app, server.base_url(), "glpat-nobody-knows-this").await;
    app.see(check("The token is not accepted")).await;
    app.poke(button("Save and sync")).await;
    app.see(by("dialog", "Add GitLab")).await;

    app.click(by("textbox", "Access token")).await;
    app.chord(&[CTRL], 'a').await;
    app.keys(DEMO_READ_TOKEN).await;
    app.keys(TAB).await;
    app.see(check("Enough to read, not to change rules")).await;

    app.click(by("textbox", "Server address")).await;
    app.chord(&[CTRL], 'a').await;
    app.keys("http://127.0.0.1:9").await;
    app.keys(ENTER).await;
    app.see(check("Nothing answers at this address")).await;
    app.click(by("textbox", "Server address")).await;
    app.chord(&[CTRL], 'a').await;
    app.keys("http://not an address").await;
    app.keys(TAB).await;
    app.see(check("This is not an address")).await;
    app.click(button("Cancel")).await;
    app.see(by("heading", "Add your first registry")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maintainer_is_told_that_immutable_rules_need_an_owner() {
    let server = shop().await;
    let mut home = Home::new().await;
    let app = home.open().await;
    enter(&app, server.base_url(), MAINTAINER_TOKEN).await;
    app.see(check("Maintainer in 5 projects. Immutable rules need Owner")).await;
    app.click(button("Save and sync")).await;
    app.gone(any("dialog")).await;
    app.gone(button("Cancel sync")).await;
    open_project(&app, "shop", "checkout").await;
    app.click(button("New rule").within(by("region", "Rules"))).await;
    app.poke(has("radio", "Immutable")).await;
    app.text("Immutable rules need Owner. You are Maintainer.").await;
    app.see(by("heading", "New protected rule")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_and_rules_that_gitlab_refuses_are_refused_while_typing() {
    let mut home = Home::new().await;
    let (app, server) = shop_window(&mut home, OWNER_TOKEN, "basket").await;
    app.click(button("New rule")).await;
    pattern(&app, "^v(1").await;
    app.see(has("alert", "Column 3: this “(” is never closed")).await;
    pattern(&app, "^v(?=1)").await;
    app.see(has("alert", "look-around is not part of RE2")).await;
    pattern(&app, &"a".repeat(101)).await;
    app.text("101 of 100 characters").await;
    pattern(&app, "^latest$").await;
    app.text("Same pattern as rule 1.").await;
    app.poke(button("Review change")).await;
    app.see(by("dialog", "Nothing to change")).await;
    app.text("another rule has this pattern already").await;
    app.click(button("Back to editing")).await;

    go_to(&app, "Projects").await;
    app.click(by("combobox", "Filter projects")).await;
    app.chord(&[CTRL], 'a').await;
    app.keys("shop/full").await;
    app.click(by("link", "full")).await;
    app.see(by("heading", "full")).await;
    app.click(button("New rule")).await;
    app.text("All 5 rules are used").await;
    assert_eq!(patterns(&server, "shop/full").len(), 5);
    assert_eq!(patterns(&server, "shop/basket"), ["^latest$"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_changed_by_somebody_else_stop_the_apply_and_keep_the_draft() {
    let mut home = Home::new().await;
    let (app, server) = shop_window(&mut home, OWNER_TOKEN, "basket").await;
    let elsewhere = |pattern: &str| {
        server.edit(|state| {
            let project = state.project_id("shop/basket").unwrap();
            state.add_tag_rule(project, pattern, PROTECTED).unwrap();
        });
    };
    app.click(button("New rule")).await;
    pattern(&app, "^v").await;

    // Before the review: it offers to compare, and nothing to apply.
    elsewhere("^first$");
    app.click(button("Review change")).await;
    app.text("The rules changed while you were editing").await;
    assert_eq!(app.count(has("button", "Apply")).await, 0);
    app.click(button("Compare and continue")).await;
    app.gone(any("dialog")).await;
    app.see(has("option", "^first$")).await;
    app.see(has("option", "^v, ")).await;

    // Between review and apply: nothing is sent.
    app.click(button("Review change")).await;
    app.see(by("dialog", "Review 1 change")).await;
    elsewhere("^second$");
    app.click(button("Apply 1 change")).await;
    app.see(has("alert", "The rules changed while you were editing")).await;
    assert_eq!(patterns(&server, "shop/basket"), ["^latest$", "^first$", "^second$"]);
    app.click(button("Done")).await;
    app.gone(any("dialog")).await;
    app.see(has("option", "^second$")).await;
    app.see(has("option", "^v, ")).await;

    app.click(button("Review change")).await;
    app.click(button("Apply 1 change")).await;
    app.see(by("dialog", "Changes applied")).await;
    assert_eq!(patterns(&server, "shop/basket"), ["^latest$", "^first$", "^second$", "^v"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_in_the_middle_leaves_a_true_journal() {
    let mut home = Home::new().await;
    let (app, server) = shop_window(&mut home, OWNER_TOKEN, "checkout").await;
    for text in ["^v", "^release-"] {
        app.click(button("New rule").within(by("region", "Rules"))).await;
        pattern(&app, text).await;
        app.see(has("option", &format!("{text}, "))).await;
    }
    app.click(button("Review change")).await;
    app.see(by("dialog", "Review 2 changes")).await;
    let second = Matcher::any().method(Method::POST).body_contains("^release-");
    server.faults().add(second, FaultKind::ServerGone);
    app.click(button("Apply 2 changes")).await;
    app.patient(90).see(by("dialog", "Not all changes were applied")).await;
    assert_eq!(patterns(&server, "shop/checkout"), ["^v"]);
    app.click(button("Done")).await;
    app.gone(any("dialog")).await;
    // What was not done is still in the draft.
    app.see(has("option", "^release-")).await;
    go_to(&app, "Activity").await;
    app.see(has("row", "checkout")).await;

    // Back again, the draft still has what was not done.
    server.faults().clear();
    server.come_back().await;
    go_to(&app, "Projects").await;
    app.click(by("link", "checkout")).await;
    app.see(has("option", "^release-")).await;
    app.click(button("Sync")).await;
    app.see(has("option", "^release-")).await;
}
