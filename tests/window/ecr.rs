//! An AWS ECR in the real window: its keys, a repository's mode as a rule, and that rule changed.

use serde_json::json;
use tagwarden_simulator::ecr::{ACCESS_KEY, Config, Mode, SECRET_KEY, start};

use crate::app::Home;
use crate::page::{any, button, by, has};
use crate::steps::open_project;

const LEDGER: &str = "payments/ledger-api";

#[tokio::test(flavor = "multi_thread")]
async fn a_repositorys_mode_is_its_rule_and_changes_with_it() {
    let ecr = start(Config::default()).await.unwrap();
    let mut home = Home::new().await;
    let app = home.open().await;
    app.click(has("button", "AWS ECR")).await;
    app.see(by("dialog", "Add AWS ECR")).await;
    app.fill(by("textbox", "Server address"), ecr.base_url()).await;
    app.fill(by("textbox", "Access key ID"), ACCESS_KEY).await;
    app.fill(by("textbox", "Secret access key"), SECRET_KEY).await;
    app.see(has("listitem", "Tag rules are enforced")).await;
    app.picture("ecr-connect").await;
    app.click(button("Save and sync")).await;
    app.gone(any("dialog")).await;
    app.see(has("row", "shop/search")).await;
    app.gone(button("Cancel sync")).await;

    open_project(&app, "payments", "ledger-api").await;
    app.see(has("option", "all but latest,dev-*,*-snapshot")).await;
    app.see(by("radiogroup", "Tag pattern: matching or excluding")).await;
    app.text("refuses to push an immutable tag again").await;
    app.picture("ecr-rule").await;

    // Everything but the filters is frozen; after the change only what they match is.
    app.click(by("radio", "matching")).await;
    app.click(button("Review change")).await;
    app.see(by("dialog", "Review 1 change")).await;
    app.text("all but").await;
    app.picture("ecr-review").await;
    app.keys("\u{e00c}").await;

    let push = |tag: &str| {
        let body =
            json!({ "repositoryName": LEDGER, "imageTag": tag, "imageManifest": format!("new {tag}") });
        ecr.call("PutImage", &body)
    };
    assert_eq!(push("v1.0.0").unwrap_err().code, "ImageTagAlreadyExistsException");
    assert!(push("latest").is_ok());
    let mode = ecr.edit(|state| state.repository(LEDGER).map(|one| one.mode));
    assert_eq!(mode, Some(Mode::ImmutableWithExclusion), "a review changes nothing");
    app.close().await;
}
