//! One rule for several projects.

use tagwarden_simulator::OWNER_TOKEN;

use crate::app::Home;
use crate::gitlab::{add, patterns, shop};
use crate::page::{any, button, by, has};
use crate::steps::go_to;

#[tokio::test(flavor = "multi_thread")]
async fn one_rule_goes_to_the_selected_projects_and_is_one_run_in_the_activity() {
    let server = shop().await;
    let mut home = Home::new().await;
    let app = home.open().await;
    add(&app, &server, OWNER_TOKEN).await;
    for name in ["checkout", "full", "ready", "search"] {
        app.click(by("checkbox", &format!("Select shop/{name}"))).await;
    }
    app.see(by("toolbar", "Actions for 4 selected projects")).await;
    app.click(button("Add rule…")).await;
    app.fill(by("textbox", "Tag pattern, RE2"), "^release-").await;
    // Two tags in each of the four; in `ready` they are covered already.
    app.text("40 tags, 4 projects").await;
    app.see(has("button", "Newly covered")).await;

    app.click(button("Review change")).await;
    let dialog = by("dialog", "Review 2 changes");
    app.see(dialog.clone()).await;
    for outcome in ["shop/checkout", "Create"] {
        app.see(has("row", outcome).within(dialog.clone())).await;
    }
    app.see(has("row", "Already there").within(dialog.clone())).await;
    app.see(has("row", "all 5 rules are used").within(dialog)).await;
    app.click(button("Apply 2 changes")).await;
    app.see(by("dialog", "Changes applied")).await;
    app.click(button("Done")).await;
    assert_eq!(patterns(&server, "shop/checkout"), ["^release-"]);
    assert_eq!(patterns(&server, "shop/search"), ["^release-"]);
    assert_eq!(patterns(&server, "shop/ready"), ["^release-"]);
    assert_eq!(patterns(&server, "shop/full").len(), 5);

    go_to(&app, "Activity").await;
    app.see(has("row", "Run over 2 projects")).await;
    assert_eq!(app.count(button("Revert…")).await, 1);
    app.click(button("Revert…")).await;
    app.see(by("dialog", "Review 2 changes that undo a run")).await;
    app.click(button("Apply 2 changes")).await;
    app.see(by("dialog", "Changes applied")).await;
    app.click(button("Done")).await;
    app.gone(any("dialog")).await;
    assert_eq!(patterns(&server, "shop/checkout"), Vec::<String>::new());
    assert_eq!(patterns(&server, "shop/search"), Vec::<String>::new());
    assert_eq!(patterns(&server, "shop/ready"), ["^release-"]);
}
