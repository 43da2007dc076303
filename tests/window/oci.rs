//! A registry of the OCI API in the real window: its tags with digests, and dates and sizes of those in
//! sight, a pattern tried on them, and a tag that moves.

use crate::app::{App, Home};
use crate::debian::Debian;
use crate::page::{button, by, has};
use crate::steps::{dark, go_to, save_and_sync, tab};

async fn connect(app: &App, registry: &Debian) {
    app.click(has("button", "OCI registry")).await;
    app.see(by("dialog", "Add OCI registry")).await;
    app.fill(by("textbox", "Server address"), &registry.address()).await;
    app.click(by("radio", "Nothing")).await;
    app.see(has("listitem", "Enough to read")).await;
    app.picture("oci-connect").await;
    save_and_sync(app, "shop").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_have_digests_dates_and_sizes_and_one_that_moves_is_told() {
    let registry = Debian::open();
    for (tag, content) in [("1.0", "one"), ("1.1", "two"), ("latest", "two")] {
        registry.push("shop/basket/api", tag, content);
    }
    registry.push("shop/web", "main", &"x".repeat(6000));
    let mut home = Home::new().await;
    let app = home.open().await;
    connect(&app, &registry).await;
    app.click(by("link", "shop")).await;
    tab(&app, "Tags").await;
    app.see(by("columnheader", "Made")).await;
    let main = has("row", "main").within(by("grid", "Tags"));
    app.see(has("gridcell", "6.2 kB").within(main.clone())).await;
    app.click(main).await;
    app.text("Image made").await;
    assert_eq!(app.accessibility().await, Vec::<String>::new());
    app.picture("oci-tags").await;
    tab(&app, "Rules").await;
    app.text("See what a rule of another registry would cover").await;
    app.picture("oci-try").await;

    registry.push("shop/basket/api", "latest", "three");
    app.click(button("Sync")).await;
    app.gone(button("Cancel sync")).await;
    go_to(&app, "Tags").await;
    app.click(has("button", "Digest moved")).await;
    app.click(has("row", "latest").within(by("grid", "Tags"))).await;
    app.text("before").await;
    app.see(has("row", "moved").within(by("grid", "Tags"))).await;
    app.picture("oci-moved").await;
    dark(&app).await;
    assert_eq!(app.accessibility().await, Vec::<String>::new());
    app.picture("oci-moved-dark").await;
    app.close().await;
}
