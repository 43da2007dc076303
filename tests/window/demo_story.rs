//! From the first start to a push that is refused, and back.

use reqwest::StatusCode;
use tagwarden_simulator::{DEMO_TOKEN, MAINTAINER_TOKEN};

use crate::app::{App, Home};
use crate::page::{any, button, by, has};
use crate::registry::Pusher;
use crate::steps::{address, all_read, go_to, open_demo, open_project, tab};

const REPOSITORY: &str = "payments/ledger-api";
const PATTERN: &str = "^sha-[0-9a-f]{40}$";

async fn pusher(app: &App) -> Pusher {
    Pusher { base_url: address(app).await, user: "demo", token: DEMO_TOKEN }
}

fn refused() -> (StatusCode, String) {
    (StatusCode::UNAUTHORIZED, "IMMUTABLE_TAG".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_made_in_the_window_refuses_a_push_until_it_is_reverted() {
    let mut home = Home::new().await;
    let app = home.open().await;
    app.see(by("heading", "Add your first registry")).await;
    open_demo(&app).await;
    open_project(&app, "payments", "ledger-api").await;
    app.see(has("option", r"^v\d+\.\d+\.\d+$, 214 tags")).await;
    assert_eq!(app.count(any("option").within(by("listbox", "Rules"))).await, 3);

    let docker = pusher(&app).await;
    let tags = docker.tags(REPOSITORY).await;
    let commit = tags.iter().find(|tag| tag.len() == 44 && tag.starts_with("sha-")).unwrap();
    assert_eq!(docker.push(REPOSITORY, commit).await.0, StatusCode::CREATED, "before the rule");

    app.click(button("New rule")).await;
    app.click(by("radio", "Immutable").within(by("radiogroup", "Rule kind"))).await;
    app.fill(by("textbox", "Tag pattern, RE2"), PATTERN).await;
    app.see(button("Newly covered, 412")).await;
    app.see(has("option", &format!("{PATTERN}, 412 tags"))).await;
    review_and_apply(&app, "I understand that 412 tags become immutable").await;
    assert_eq!(docker.push(REPOSITORY, commit).await, refused(), "after the rule");

    tab(&app, "Tags").await;
    app.fill(by("textbox", "Filter tags"), commit).await;
    app.see(has("row", "Immutable").within(by("grid", "Tags"))).await;
    choose_theme(&app, "Dark").await;
    app.close().await;

    // The same home again: nothing is lost, and the demo's registry still enforces.
    let app = home.open().await;
    all_read(&app).await;
    assert_eq!(app.run("return document.documentElement.dataset.theme", vec![]).await, "dark");
    let docker = Pusher { user: "mara", token: MAINTAINER_TOKEN, ..pusher(&app).await };
    assert_eq!(docker.push(REPOSITORY, commit).await, refused(), "after a restart");
    open_project(&app, "payments", "ledger-api").await;
    app.see(has("option", PATTERN)).await;

    go_to(&app, "Activity").await;
    app.see(has("row", "Immutable rule created")).await;
    app.click(button("Revert…")).await;
    app.see(has("dialog", "that undoes a run")).await;
    app.click(by("checkbox", "I understand that 412 tags lose cover")).await;
    app.click(button("Apply 1 change")).await;
    app.see(by("dialog", "Changes applied")).await;
    app.click(button("Done")).await;
    app.text("Reverted").await;
    assert_eq!(docker.push(REPOSITORY, commit).await.0, StatusCode::CREATED, "after the rule was reverted");
    app.close().await;
}

async fn review_and_apply(app: &App, understood: &str) {
    app.click(button("Review change")).await;
    let dialog = by("dialog", "Review 1 change");
    app.see(has("table", "412 tags").within(dialog.clone())).await;
    // Apply is held until the box is ticked.
    app.poke(button("Apply 1 change")).await;
    app.see(dialog).await;
    app.click(by("checkbox", understood)).await;
    app.click(button("Apply 1 change")).await;
    app.see(by("dialog", "Changes applied")).await;
    app.click(button("Done")).await;
    app.gone(any("dialog")).await;
}

async fn choose_theme(app: &App, theme: &str) {
    app.click(by("link", "Settings")).await;
    app.click(by("radio", theme).within(by("radiogroup", "Theme"))).await;
    app.see(by("status", "Saved")).await;
}
