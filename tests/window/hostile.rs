//! A server that means harm: names are text.

use serde_json::json;
use tagwarden_simulator::{Config, DEMO_TOKEN, Scenario, Simulator};

use crate::app::{App, Home};
use crate::gitlab::enter;
use crate::page::{any, button, by, has};
use crate::steps::{go_to, tab};

const NAME: &str = "<img src=x onerror=alert(1)>";
const SCRIPT: &str = "<script>document.title='owned'</script>";

#[tokio::test(flavor = "multi_thread")]
async fn names_from_a_hostile_server_are_text_and_never_markup() {
    let config = Config { scenario: Scenario::Hostile, projects: 40, tags: 2_000, ..Config::default() };
    let server = Simulator::start(config).await.unwrap();
    let mut home = Home::new().await;
    let app = home.open().await;
    watch(&app).await;
    enter(&app, server.base_url(), DEMO_TOKEN).await;
    app.click(button("Save and sync")).await;
    app.gone(any("dialog")).await;
    app.gone(button("Cancel sync")).await;

    app.fill(by("combobox", "Filter projects"), "hostile").await;
    // The row moves up once the filter is in force; before, a click would meet another.
    app.see(by("status", "1 of 40")).await;
    app.click(by("link", NAME)).await;
    app.see(by("heading", NAME)).await;
    app.see(has("option", "<script>alert(1)</script>")).await;
    harmless(&app, "rules").await;

    tab(&app, "Tags").await;
    app.see(has("row", NAME).within(by("grid", "Tags"))).await;
    app.click(has("row", SCRIPT).within(by("grid", "Tags"))).await;
    app.see(by("complementary", "Tag details")).await;
    harmless(&app, "tags").await;
    tab(&app, "Simulator").await;
    harmless(&app, "simulator").await;
    go_to(&app, "Activity").await;
    harmless(&app, "activity").await;
}

/// Notes whatever runs that should not, and whether the page is left.
async fn watch(app: &App) {
    app.run(
        "window.ran = []; window.alert = (text) => window.ran.push(`alert ${text}`);
         document.addEventListener('securitypolicyviolation', (event) => window.ran.push(`${event.violatedDirective} ${event.blockedURI}`));",
        vec![],
    )
    .await;
}

async fn harmless(app: &App, screen: &str) {
    let found = app
        .run(
            "return [window.ran, document.title,
                [...document.querySelectorAll('img, b[onmouseover], iframe, object, embed, [onerror], [onload], a[href^=\"javascript:\"]')].map((one) => one.outerHTML),
                [...document.querySelectorAll('script')].filter((one) => !one.src).map((one) => one.outerHTML)]",
            vec![],
        )
        .await;
    assert_eq!(found, json!([[], "Tagwarden", [], []]), "on {screen}");
}
