//! An AWS ECR in the real window: its keys, a repository's mode with exclusions, changed and undone.

use serde_json::json;
use tagwarden_simulator::ecr::{ACCESS_KEY, Config, Mode, Running, SECRET_KEY, start};

use crate::app::{App, Home};
use crate::page::{ENTER, TAB, button, by, has};
use crate::steps::{apply, dark, go_to, open_project, save_and_sync, tab, undo};

const LEDGER: &str = "payments/ledger-api";

async fn connect(app: &App, ecr: &Running) {
    app.click(has("button", "AWS ECR")).await;
    app.see(by("dialog", "Add AWS ECR")).await;
    app.fill(by("textbox", "Server address"), ecr.base_url()).await;
    app.fill(by("textbox", "Access key ID"), ACCESS_KEY).await;
    app.fill(by("textbox", "Secret access key"), SECRET_KEY).await;
    app.keys(TAB).await;
    app.see(has("listitem", "Tag rules are enforced")).await;
    app.picture("ecr-connect").await;
    save_and_sync(app, "payments/ledger-api").await;
}

fn setting(ecr: &Running) -> (Mode, Vec<String>) {
    ecr.edit(|state| state.repository(LEDGER).map(|one| (one.mode, one.filters.clone()))).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repositorys_mode_and_exclusions_are_changed_and_undone() {
    let ecr = start(Config::default()).await.unwrap();
    let was = setting(&ecr);
    let mut home = Home::new().await;
    let app = home.open().await;
    connect(&app, &ecr).await;
    open_project(&app, "payments", "ledger-api").await;
    app.see(by("radiogroup", "Mode")).await;
    app.see(by("textbox", "Exclusion dev-*, wildcard")).await;
    app.see(has("link", "ledger-api, Immutable with exclusions, 3 of 5 exclusions")).await;
    app.text("AWS ECR still lets people delete an immutable tag").await;
    assert_eq!(app.accessibility().await, Vec::<String>::new());
    app.picture("ecr-rule").await;

    // Enter adds the next exclusion, below the one the keyboard is in.
    app.click(by("textbox", "Exclusion *-snapshot, wildcard")).await;
    app.keys(&format!("{ENTER}sha-*")).await;
    app.see(by("textbox", "Exclusion sha-*, wildcard")).await;
    app.text("tags become open").await;
    app.text("tags that start with “dev-” or “sha-”").await;
    app.picture("ecr-exclusion").await;
    app.keys("*a*").await;
    app.text("at most two").await;
    app.picture("ecr-invalid").await;
    app.click(has("button", "Delete exclusion sha-")).await;
    app.gone(has("textbox", "Exclusion sha-")).await;

    // Everything but the exclusions is frozen; after the change only they are.
    app.click(by("radio", "Mutable")).await;
    app.text("Not used in this mode").await;
    app.picture("ecr-mutable").await;
    app.click(by("radio", "Mutable with exclusions")).await;
    app.text("Every other tag can be overwritten.").await;
    app.click(button("Review change")).await;
    let dialog = by("dialog", "Review 1 change");
    app.see(has("listitem", "Mutable with exclusions").within(dialog)).await;
    app.text("Deleting stays possible").await;
    app.picture("ecr-review").await;
    assert_eq!(setting(&ecr), was, "a review changes nothing");
    apply(&app).await;
    app.picture("ecr-applied").await;
    assert_eq!(setting(&ecr), (Mode::MutableWithExclusion, was.1.clone()));

    let push = |tag: &str| {
        let body =
            json!({ "repositoryName": LEDGER, "imageTag": tag, "imageManifest": format!("new {tag}") });
        ecr.call("PutImage", &body)
    };
    assert_eq!(push("latest").unwrap_err().code, "ImageTagAlreadyExistsException");
    assert!(push("v1.0.0").is_ok());

    undo(&app).await;
    assert_eq!(setting(&ecr), was);
    app.see(has("link", "ledger-api, Immutable with exclusions, 3 of 5 exclusions")).await;

    // A policy that has something to do.
    ecr.edit(|state| {
        let lifecycle = &mut state.repository(LEDGER).unwrap().lifecycle;
        *lifecycle = lifecycle.take().map(|text| text.replace("30", "5"));
    });
    tab(&app, "Cleanup").await;
    app.see(has("heading", "Cleanup policy")).await;
    app.text("all but the 5 pushed last").await;
    app.click(button("Ask AWS ECR for its preview")).await;
    app.see(by("table", "Images that would go now")).await;
    app.picture("ecr-cleanup").await;
    dark(&app).await;
    app.picture("ecr-cleanup-dark").await;
    tab(&app, "Rules").await;
    app.see(by("radiogroup", "Mode")).await;
    app.see(has("button", "Still immutable, ")).await;
    app.picture("ecr-rule-dark").await;
    go_to(&app, "Tags").await;
    app.see(has("row", "1.0-snapshot")).await;
    app.picture("ecr-tags-dark").await;
    app.close().await;
}
