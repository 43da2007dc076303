//! Every screen in both themes: a picture for people to look at, and axe for what it can see.

use crate::app::{App, Home};
use crate::page::{CTRL, ENTER, ESCAPE, any, button, by, has};
use crate::steps::{go_to, open_demo, open_project, tab};

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_painted_and_accessible_in_light() {
    tour("light").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_painted_and_accessible_in_dark() {
    tour("dark").await;
}

/// Looks at screens and collects what is wrong with them, so that one run tells all.
struct Looks<'a> {
    app: &'a App,
    theme: &'static str,
    wrong: Vec<String>,
}

impl Looks<'_> {
    async fn at(&mut self, screen: &str) {
        let name = format!("{screen}-{}", self.theme);
        let colours = self.app.picture(&name).await;
        if colours < 20 {
            self.wrong.push(format!("{name} is blank: {colours} colours"));
        }
        self.wrong.extend(self.app.accessibility().await.into_iter().map(|one| format!("{name}: {one}")));
    }
}

async fn tour(theme: &'static str) {
    let mut home = Home::new().await;
    let app = home.open().await;
    app.see(button("Open demo")).await;
    let settings =
        serde_json::json!({ "request": { "settings": { "theme": theme }, "proxy_password": null } });
    app.invoke("settings_save", settings).await.unwrap();
    app.close().await;
    // From its first screen on, the window has the colours it was left with.
    let app = home.open().await;
    let mut looks = Looks { app: &app, theme, wrong: Vec::new() };
    app.see(button("Open demo")).await;
    looks.at("welcome").await;
    app.click(has("button", "GitLab")).await;
    app.see(by("dialog", "Add GitLab")).await;
    looks.at("connect").await;
    app.keys(ESCAPE).await;
    app.gone(any("dialog")).await;
    open_demo(&app).await;

    app.chord(&[CTRL], 'k').await;
    app.see(by("dialog", "Command palette")).await;
    looks.at("palette").await;
    // There and back, so that the switch itself is seen to work.
    let other = if theme == "light" { "dark" } else { "light" };
    for theme in [other, theme] {
        app.keys(&format!("{theme} theme")).await;
        app.see(has("option", &format!("Switch to {theme} theme"))).await;
        app.keys(ENTER).await;
        app.gone(any("dialog")).await;
        app.chord(&[CTRL], 'k').await;
        app.see(by("dialog", "Command palette")).await;
    }
    app.keys(ESCAPE).await;
    app.gone(any("dialog")).await;
    app.until(
        "return document.documentElement.dataset.theme === args[0]",
        vec![theme.into()],
        format!("the {theme} theme"),
    )
    .await;
    looks.at("projects").await;

    open_project(&app, "payments", "ledger-api").await;
    app.see(has("button", "Still covered")).await;
    looks.at("rules").await;
    app.click(button("New rule")).await;
    app.click(by("radio", "Immutable")).await;
    app.fill(by("textbox", "Tag pattern, RE2"), "^sha-[0-9a-f]{40}$").await;
    app.see(button("Newly covered, 412")).await;
    looks.at("editor").await;
    app.click(button("Review change")).await;
    app.see(has("table", "412 tags")).await;
    looks.at("review").await;
    app.click(has("checkbox", "I understand")).await;
    app.click(button("Apply 1 change")).await;
    app.see(by("dialog", "Changes applied")).await;
    looks.at("applied").await;
    app.click(button("Done")).await;
    app.gone(any("dialog")).await;
    app.click(button("New rule")).await;
    app.fill(by("textbox", "Tag pattern, RE2"), "^v2").await;
    app.see(has("option", "^v2, ")).await;
    app.keys("(").await;
    app.see(has("alert", "is never closed")).await;
    looks.at("problem").await;
    discard(&app).await;

    tab(&app, "Tags").await;
    app.fill(by("textbox", "Filter tags"), "v2.14.0").await;
    app.click(has("row", "v2.14.0-").within(by("grid", "Tags"))).await;
    app.see(by("complementary", "Tag details")).await;
    looks.at("tags").await;
    tab(&app, "Simulator").await;
    app.fill(by("textbox", "Tag"), "v2.14.0").await;
    app.see(has("table", "Every role and action")).await;
    looks.at("simulator").await;
    tab(&app, "Activity").await;
    app.see(has("row", "Immutable rule created")).await;
    looks.at("project-activity").await;

    go_to(&app, "Tags").await;
    app.see(has("row", "v").within(by("grid", "Tags"))).await;
    looks.at("all-tags").await;
    go_to(&app, "Simulator").await;
    app.see(by("heading", "Simulator")).await;
    looks.at("all-simulator").await;
    go_to(&app, "Activity").await;
    app.click(has("row", "Immutable rule created")).await;
    app.see(by("complementary", "Change details")).await;
    looks.at("activity").await;
    app.click(by("link", "Settings")).await;
    app.see(by("heading", "Settings")).await;
    looks.at("settings").await;
    app.click(button("Show shortcuts")).await;
    app.see(by("dialog", "Keyboard shortcuts")).await;
    looks.at("shortcuts").await;
    app.keys(ESCAPE).await;
    app.gone(any("dialog")).await;

    go_to(&app, "Projects").await;
    app.click(has("checkbox", "Select payments/ledger-api")).await;
    looks.at("selected").await;
    app.click(button("Add rule…")).await;
    app.fill(by("textbox", "Tag pattern, RE2"), "^release-").await;
    app.see(has("button", "Newly covered")).await;
    looks.at("bulk").await;
    assert!(looks.wrong.is_empty(), "{} things are wrong:\n{}", looks.wrong.len(), looks.wrong.join("\n"));
}

/// Throws the draft away.
async fn discard(app: &App) {
    app.click(button("Discard")).await;
    app.click(button("Discard changes")).await;
    app.gone(any("dialog")).await;
}
