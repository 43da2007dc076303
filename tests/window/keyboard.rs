//! Everything without the mouse.

use serde_json::json;

use crate::app::{App, Home};
use crate::page::{CTRL, ENTER, ESCAPE, RIGHT, SHIFT, TAB, any, button, by, has};
use crate::steps::all_read;

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_made_and_reviewed_with_the_keyboard_alone() {
    let mut home = Home::new().await;
    let app = home.open().await;
    app.see(button("Open demo")).await;
    app.keys("d").await;
    app.see(by("grid", "Projects")).await;
    all_read(&app).await;

    app.chord(&[CTRL], 'k').await;
    app.see(by("dialog", "Command palette")).await;
    app.keys("ledger-api").await;
    app.see(has("option", "payments/ledger-api")).await;
    app.keys(ENTER).await;
    app.see(by("heading", "ledger-api")).await;

    app.keys("n").await;
    focused(&app, "textbox", "Tag pattern, RE2").await;
    app.chord(&[SHIFT], first(TAB)).await;
    focused(&app, "radio", "Protected").await;
    app.keys(RIGHT).await;
    focused(&app, "radio", "Immutable").await;
    app.keys(TAB).await;
    focused(&app, "textbox", "Tag pattern, RE2").await;
    app.keys("^sha-[0-9a-f]{40}$").await;
    app.see(button("Newly covered, 412")).await;
    app.chord(&[CTRL], first(ENTER)).await;

    app.see(by("dialog", "Review 1 change")).await;
    app.see(by("checkbox", "I understand that 412 tags become immutable")).await;
    tab_to(&app, "checkbox", "I understand that 412 tags become immutable").await;
    app.keys(" ").await;
    tab_to(&app, "button", "Apply 1 change").await;
    app.see(button("Apply 1 change")).await;
    app.keys(ESCAPE).await;
    app.gone(any("dialog")).await;
    // The draft is as it was, and the focus is back in it.
    focused(&app, "textbox", "Tag pattern, RE2").await;
    app.see(button("Newly covered, 412")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_are_filtered_selected_and_opened_with_the_keyboard_alone() {
    let mut home = Home::new().await;
    let app = home.open().await;
    app.see(button("Open demo")).await;
    app.keys("d").await;
    app.see(by("grid", "Projects")).await;
    all_read(&app).await;
    app.keys("/").await;
    focused(&app, "combobox", "Filter projects").await;
    app.keys("payments/ledger").await;
    app.see(has("row", "payments/ledger-api")).await;
    tab_to(&app, "grid", "Projects").await;
    app.keys(" ").await;
    app.see(by("toolbar", "Actions for 1 selected project")).await;
    app.keys(ESCAPE).await;
    app.gone(any("toolbar")).await;
    app.keys(ENTER).await;
    app.see(by("heading", "ledger-api")).await;
}

fn first(key: &str) -> char {
    key.chars().next().unwrap()
}

/// Waits until that has the focus.
async fn focused(app: &App, role: &str, name: &str) {
    app.until(
        "const [one] = page.all(args[0]); return one !== undefined && one === document.activeElement",
        vec![json!({ "role": role, "name": { "is": name }, "within": null })],
        format!("the focus on the {role} “{name}”"),
    )
    .await;
}

/// Presses Tab until that has the focus.
async fn tab_to(app: &App, role: &str, name: &str) {
    let mut passed = Vec::new();
    for _ in 0..40 {
        let script = "const [one] = page.all(arguments[0]); const now = document.activeElement;
            return one === now ? true : page.name(now, 'button') || now.tagName";
        let at = app.run(script, vec![json!({ "role": role, "name": { "is": name }, "within": null })]).await;
        if at == true {
            return;
        }
        passed.push(at);
        app.keys(TAB).await;
    }
    panic!("Tab does not lead to the {role} “{name}” but over {passed:?}");
}
