//! Steps that several stories share.

use serde_json::json;

use crate::app::App;
use crate::page::{any, button, by, has};

/// From the welcome to the demo's table of projects.
pub(crate) async fn open_demo(app: &App) {
    app.click(button("Open demo")).await;
    app.patient(90).see(by("grid", "Projects")).await;
    all_read(app).await;
}

/// Waits until all tags of the demo are read, which the sidebar counts.
pub(crate) async fn all_read(app: &App) {
    app.patient(90).see(has("link", "70,000").within(by("navigation", "Main"))).await;
    app.gone(button("Cancel sync")).await;
}

/// Filters the table for one project and opens its page.
pub(crate) async fn open_project(app: &App, group: &str, name: &str) {
    app.fill(by("combobox", "Filter projects"), &format!("{group}/{name}")).await;
    app.click(by("link", name)).await;
    app.see(by("heading", name)).await;
}

/// Turns the page dark, for a picture.
pub(crate) async fn dark(app: &App) {
    app.run("document.documentElement.dataset.theme = 'dark'; return null;", vec![]).await;
}

/// Saves the connection that is being added and waits until it is read, a project of it included.
pub(crate) async fn save_and_sync(app: &App, project: &str) {
    app.click(button("Save and sync")).await;
    app.gone(any("dialog")).await;
    app.see(has("row", project)).await;
    app.gone(button("Cancel sync")).await;
}

/// Goes to a section by the sidebar.
pub(crate) async fn go_to(app: &App, section: &str) {
    app.click(has("link", section).within(by("navigation", "Main"))).await;
}

/// Goes to a tab of the project's page.
pub(crate) async fn tab(app: &App, name: &str) {
    app.click(has("link", name).within(by("navigation", "Project"))).await;
}

/// Applies what is under review, once it is said to be understood.
pub(crate) async fn apply(app: &App) {
    app.click(has("checkbox", "I understand")).await;
    app.click(button("Apply 1 change")).await;
    app.see(by("dialog", "Changes applied")).await;
}

/// Takes back what was applied, from where it is told, and closes the dialog.
pub(crate) async fn undo(app: &App) {
    app.click(button("Undo this run…")).await;
    app.see(by("dialog", "Review 1 change that undoes a run")).await;
    apply(app).await;
    app.click(button("Done")).await;
    app.gone(any("dialog")).await;
}

/// Where the first connection's server is now.
pub(crate) async fn address(app: &App) -> String {
    let connections = app.invoke("connections", json!({ "request": null })).await.unwrap();
    connections[0]["address"].as_str().unwrap().to_owned()
}
