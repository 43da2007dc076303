//! A GitLab of one's own, and where its token goes.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use tagwarden_simulator::{Scope, Token, UserId};

use crate::app::{App, Home};
use crate::gitlab;
use crate::page::{any, by, has};

/// Owned by nobody else, so that any place it turns up in is a leak.
const CANARY: &str = "glpat-c4n4ry-9f31c07a41be8d20";

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_gitlab_is_in_the_keychain_and_nowhere_else() {
    let server = gitlab::shop().await;
    server.edit(|state| {
        state.add_token(Token {
            secret: CANARY.to_owned(),
            name: "canary".to_owned(),
            user: UserId(6),
            scopes: [Scope::Api].into(),
            expires_at: None,
            revoked: false,
            created_at: state.now(),
        });
    });
    let mut home = Home::new().await;
    let app = home.open_with(&[("TAGWARDEN_LOG", "trace")]).await;
    listen_to_answers(&app).await;
    gitlab::enter(&app, server.base_url(), CANARY).await;
    app.see(has("listitem", "Owner in 5 projects")).await;
    assert_eq!(app.count(any("listitem").within(by("list", "Checks"))).await, 7);
    gitlab_saved(&app).await;
    app.see(by("link", "basket")).await;

    let keychain =
        Command::new("secret-tool").args(["search", "--all", "service", "tagwarden"]).output().unwrap();
    let keychain = String::from_utf8_lossy(&keychain.stdout).into_owned();
    assert!(keychain.contains(&format!("secret = {CANARY}")), "not in the keychain:\n{keychain}");

    for (command, request) in [
        ("connections", json!(null)),
        ("app_start", json!(null)),
        (
            "journal_page",
            json!({ "filter": "", "project": null, "chip": "all", "before": null, "limit": 50 }),
        ),
    ] {
        let answer = app.invoke(command, json!({ "request": request })).await;
        assert!(!format!("{answer:?}").contains(CANARY), "{command} tells the token");
    }
    assert_eq!(leaks_in_page(&app).await, Vec::<String>::new());
    app.close().await;

    let log = home.logs();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "the log was to say much:\n{log}");
    assert_eq!(files_with_token(home.folder()), Vec::<String>::new());
    assert_eq!(files_with_token(Path::new(&std::env::var_os("HOME").unwrap())), Vec::<String>::new());
}

async fn gitlab_saved(app: &App) {
    app.click(crate::page::button("Save and sync")).await;
    app.gone(any("dialog")).await;
    app.gone(crate::page::button("Cancel sync")).await;
}

/// From now on keeps what every command answers, without a look at what it is asked.
async fn listen_to_answers(app: &App) {
    app.run(
        "const real = window.fetch.bind(window);
         window.answers = [];
         window.fetch = async (...args) => {
             const answer = await real(...args);
             answer.clone().text().then((text) => window.answers.push(text));
             return answer;
         };",
        vec![],
    )
    .await;
}

/// Looks for the token in what commands have answered, in the document, in the fields, in the stores,
/// and in every object that can be reached from the window, the page's own state among them.
async fn leaks_in_page(app: &App) -> Vec<String> {
    let script = r#"
        const canary = arguments[0], leaks = [];
        const look = (where, text) => { if (String(text).includes(canary)) leaks.push(where); };
        if (window.answers.length < 5) leaks.push(`only ${window.answers.length} answers were heard`);
        window.answers.forEach((answer, index) => look(`answer ${index}`, answer));
        look("document", document.documentElement.outerHTML);
        document.querySelectorAll("input, textarea").forEach((field) => look(`field ${field.name}`, field.value));
        look("localStorage", JSON.stringify({ ...localStorage }));
        look("sessionStorage", JSON.stringify({ ...sessionStorage }));
        look("cookies", document.cookie);
        look("history", JSON.stringify([location.href, history.state]));
        performance.getEntries().forEach((entry) => look("performance", entry.name));
        const seen = new Set(), waiting = [[window, "window"]];
        while (waiting.length > 0 && seen.size < 300000) {
            const [object, path] = waiting.pop();
            if (seen.has(object)) continue;
            seen.add(object);
            const names = object instanceof Map || object instanceof Set
                ? [...object.entries()].flat().map((value, index) => [`(${index})`, value])
                : Object.getOwnPropertyNames(object).map((name) => {
                    const { value } = Object.getOwnPropertyDescriptor(object, name) ?? {};
                    return [name, value];
                });
            for (const [name, value] of names) {
                if (typeof value === "string") { if (name !== "canary") look(`${path}.${name}`, value); }
                else if (value !== null && (typeof value === "object" || typeof value === "function")) waiting.push([value, `${path}.${name}`]);
            }
            if (object instanceof Node) try { object.childNodes.forEach((child, index) => waiting.push([child, `${path}/${index}`])); } catch { /* a prototype, not a node */ }
            if (object === window) waiting.push([document, "document"]);
        }
        if (seen.size < 1000) leaks.push(`only ${seen.size} objects were seen`);
        return leaks;
    "#;
    let found = app.run(script, vec![json!(CANARY)]).await;
    found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// Files anywhere below a folder that hold the token, as it is or in base64.
fn files_with_token(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() && holds(&std::fs::read(&path).unwrap_or_default(), CANARY.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
