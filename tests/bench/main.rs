//! What a user feels, in numbers: start, memory, a keystroke, size. Prints a table; nothing fails here.
//!
//! `make bench` runs it against the release build, inside a desktop of its own.
#![allow(dead_code, reason = "shares the window's driver with the tests, and needs a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::large_futures
)]

#[path = "../window/app.rs"]
mod app;
#[path = "../window/page.rs"]
mod page;
mod screen;

use std::time::Instant;

use app::{App, Home};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use page::{button, by};
use screen::{Area, Watch};
use serde_json::{Value, json};
use tagwarden_simulator::{Config, DEMO_TOKEN, Running, Scenario, Simulator};

/// Starts that are timed.
const STARTS: usize = 7;
/// Letters that are typed; every beginning of it is a pattern of its own.
const TYPED: &str = "release-1.2-stable";
/// The pace of a fast typist: ten letters a second.
const TYPING: std::time::Duration = std::time::Duration::from_millis(100);
/// Tags in the large project.
const LARGE: usize = 1_000_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        starts().await;
        let mut home = Home::new().await;
        let window = home.open().await;
        demo(&home, &window).await;
        large(&window).await;
        window.close().await;
        size();
    });
}

fn line(what: &str, value: &str, aim: &str) {
    println!("{what:<52} {value:>24}   {aim}");
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(f64::NAN)
}

/// From the start of the program to its first screen, as the program itself tells, cold caches not
/// forced: a new home each time.
async fn starts() {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let mut home = Home::new().await;
        let window = home.open_with(&[("TAGWARDEN_LOG", "tagwarden_shell=info")]).await;
        window.see(button("Open demo")).await;
        while !home.logs().contains("first screen painted") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        window.close().await;
        let plain: String = strip_colours(&home.logs());
        let time = plain
            .split("milliseconds=")
            .nth(1)
            .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
            .and_then(|digits| digits.parse::<f64>().ok());
        times.extend(time);
    }
    times.sort_by(f64::total_cmp);
    let value = format!("{:.0} ms (of {})", percentile(&times, 0.5), times.len());
    line("start to first screen painted, median", &value, "aim 1500 ms");
}

fn strip_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            _ if inside => {}
            _ => plain.push(c),
        }
    }
    plain
}

async fn demo(home: &Home, window: &App) {
    let empty = memory(home);
    let started = Instant::now();
    window.click(button("Open demo")).await;
    let patient = window.patient(120);
    patient
        .until("return window.location.hash.startsWith('#/projects') || null;", vec![], "the projects".into())
        .await;
    let projects = synced(window, "demo").await;
    line("demo read: 279 projects, 70,000 tags", &format!("{:.1} s", started.elapsed().as_secs_f64()), "");
    let full = memory(home);
    let value = format!("{full} / {empty} MB = {:.2}", full as f64 / empty as f64);
    line("memory with web engine, demo open / first screen", &value, "");
    // Sorted by tags, largest first.
    keystrokes(window, &projects[0]).await;
    answer(window, &projects[0], 4242).await;
}

/// The connection's projects, once it was read to the end.
async fn synced(window: &App, connection: &str) -> Vec<Value> {
    loop {
        let connections = window.invoke("connections", json!({ "request": null })).await.unwrap();
        let all = connections.as_array().unwrap();
        if all.iter().any(|one| one["id"] == connection && !one["synced_at"].is_null()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let query = json!({ "request": {
        "filter": "", "chip": "all", "sort": "tags", "descending": true, "offset": 0, "limit": 20,
    }});
    let page = window.invoke("projects_page", query).await.unwrap();
    let rows = page["rows"].as_array().unwrap();
    rows.iter().filter(|row| row["connection"] == connection).cloned().collect()
}

/// Memory of the program and of the processes of the web engine that it started, shared pages split.
fn memory(home: &Home) -> u64 {
    let mark = format!("XDG_DATA_HOME={}", home.folder().join("data").display());
    let mut total = 0;
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        let ours = std::fs::read(process.path().join("environ"))
            .is_ok_and(|environ| environ.split(|b| *b == 0).any(|entry| entry == mark.as_bytes()));
        let name = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        if !ours || name.starts_with("WebKitWebDrive") {
            continue;
        }
        let rollup = std::fs::read_to_string(process.path().join("smaps_rollup")).unwrap_or_default();
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let pss = pss.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
        total += pss.unwrap_or(0);
    }
    total / 1024
}

/// Types into the pattern of a new rule at a typist's pace, and waits for the last preview to be painted.
async fn keystrokes(window: &App, project: &Value) {
    let id = project["id"].as_str().unwrap();
    window
        .run(
            "window.location.hash = '#/projects/' + encodeURIComponent(arguments[0]) + '/rules'; return null;",
            vec![json!(id)],
        )
        .await;
    window.see(by("textbox", "Tag pattern, RE2")).await;
    let field = by("textbox", "Tag pattern, RE2");
    window.click(field).await;
    window.chord(&['\u{e009}'], 'a').await;
    window.keys("\u{e017}").await;
    window.run(TRACE, vec![]).await;
    let watch = Watch::start(Area::of(&window.run(PREVIEW_AREA, vec![]).await));
    let mut expected = 0;
    for round in [TYPED, "\u{e003}".repeat(TYPED.len() - 1).as_str(), TYPED] {
        type_at_pace(window, round).await;
        expected += round.chars().count();
        window.run_async(PAINTED, vec![json!(expected)]).await;
    }
    let script = "return performance.getEntriesByName('keystroke-to-preview').map((m) => performance.timeOrigin + m.startTime);";
    let keys = window.run(script, vec![]).await;
    let keys: Vec<f64> = keys.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let value = match watch.map(|watch| first_changes(&keys, &watch.end())) {
        Some(mut times) => {
            times.sort_by(f64::total_cmp);
            format!("{:.0} / {:.0} ms of {}", percentile(&times, 0.5), percentile(&times, 0.95), times.len())
        }
        None => "no frame buffer to look at".to_owned(),
    };
    let tags = project["tags"].as_u64().unwrap();
    line(&format!("key to preview on the screen, {tags} tags, p50 / p95"), &value, "aim p95 50 ms");
    parts(window).await;
}

/// Where on the screen the preview is.
const PREVIEW_AREA: &str = "
    const box = document.querySelector('.pv').getBoundingClientRect();
    return [window.screenX + box.x, window.screenY + box.y, box.width, box.height];";

/// How long after each key something of the preview changed on the screen. Letters that change nothing
/// of it are passed over.
fn first_changes(keys: &[f64], changes: &[f64]) -> Vec<f64> {
    let next = keys.iter().skip(1).copied().chain([f64::INFINITY]);
    let first = |(&key, next): (&f64, f64)| {
        let change = changes.iter().find(|&&change| change >= key)?;
        (*change < next).then_some(change - key)
    };
    keys.iter().zip(next).filter_map(first).collect()
}

/// Types in one command: nothing is asked of the page between two keys.
async fn type_at_pace(window: &App, text: &str) {
    let mut keys = KeyActions::new("keyboard".to_owned());
    for value in text.chars() {
        keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        keys = keys.then(KeyAction::Pause { duration: TYPING });
    }
    window.client().perform_actions(keys).await.unwrap();
}

/// Waits for so many previews without asking again and again: that would draw frames of its own.
const PAINTED: &str = "
    const [expected, done] = arguments;
    const enough = () => performance.getEntriesByName('keystroke-to-preview').length >= expected;
    const observer = new PerformanceObserver(() => {
      if (!enough()) return;
      observer.disconnect();
      done(null);
    });
    observer.observe({ entryTypes: ['measure'] });
    if (enough()) {
      observer.disconnect();
      done(null);
    }";

/// Notes when each question goes out, when its answer is there, and when the page has changed.
const TRACE: &str = "
    performance.clearMeasures();
    const trace = { key: [], asked: [], answered: [], changed: [] };
    window.benchTrace = trace;
    if (window.benchWrapped) return null;
    window.benchWrapped = true;
    const now = () => performance.now();
    const inner = window.fetch;
    window.fetch = (target, ...rest) => {
      const answer = inner.call(window, target, ...rest);
      if (String(target).endsWith('/preview')) {
        window.benchTrace.asked.push(now());
        answer.then(() => window.benchTrace.answered.push(now()));
      }
      return answer;
    };
    document.addEventListener('keydown', (event) => {
      window.benchTrace.key.push([event.timeStamp, now()]);
    }, true);
    new MutationObserver(() => window.benchTrace.changed.push(now()))
      .observe(document.body, { subtree: true, childList: true, characterData: true });
    return null;";

/// Where the time of a keystroke goes, in the middle and for the slowest twentieth.
async fn parts(window: &App) {
    let script = "
        const { key, asked, answered, changed } = window.benchTrace;
        const after = (list, since) => list.find((time) => time >= since) ?? NaN;
        return key.map(([made, seen], at) => {
          const end = at + 1 < key.length ? key[at + 1][0] : Infinity;
          const question = after(asked, seen);
          const answer = after(answered, question);
          const drawn = after(changed, answer);
          return [seen - made, question - made, answer - made, drawn - made].map((t) => (t < end - made ? t : null));
        });";
    let rows = window.run(script, vec![]).await;
    for (place, what) in
        ["seen by the page", "question sent", "answer there", "page changed"].iter().enumerate()
    {
        let mut times: Vec<f64> =
            rows.as_array().unwrap().iter().filter_map(|row| row[place].as_f64()).collect();
        times.sort_by(f64::total_cmp);
        let value = format!("{:.0} / {:.0} ms", percentile(&times, 0.5), percentile(&times, 0.95));
        line(&format!("  of which until {what}"), &value, "");
    }
}

async fn large(window: &App) {
    let config = Config { scenario: Scenario::Large, projects: 1, tags: LARGE, ..Config::default() };
    let registry = Simulator::start(config).await.unwrap();
    let connection = add(window, &registry).await;
    let started = Instant::now();
    window.invoke("sync_start", json!({ "request": connection })).await.unwrap();
    let projects = synced(window, &connection).await;
    line(
        "large project read, 1,000,000 tags, 20 a request",
        &format!("{:.1} s", started.elapsed().as_secs_f64()),
        "",
    );
    keystrokes(window, &projects[0]).await;
    answer(window, &projects[0], 4244).await;
    registry.stop().await;
}

async fn add(window: &App, registry: &Running) -> String {
    let draft = json!({ "request": {
        "id": null, "kind": "gitlab", "address": registry.base_url(), "name": "large",
        "sign_in": { "with": "token", "keep": "session" }, "token": DEMO_TOKEN, "ca_file": null,
    }});
    let connection = window.invoke("connection_save", draft).await.unwrap();
    connection["id"].as_str().unwrap().to_owned()
}

/// How much one keystroke sends to the window. Each call needs a session of its own: in one that was
/// used, smaller generations count as overtaken.
async fn answer(window: &App, project: &Value, session: u32) {
    let (mut times, mut largest) = (Vec::new(), 0);
    for (generation, end) in (1..=TYPED.len()).enumerate() {
        let question = json!({ "request": {
            "projects": [project["id"]], "generation": generation, "session": session, "before": null, "after": null,
            "edited": {
                "repositories": null, "enabled": true,
                "effect": { "kind": "protect", "push": "maintainer", "delete": "owner" },
                "tags": { "mode": "matching", "dialect": "gitlab", "pattern": TYPED[..end] },
            },
            "edited_before": null, "edited_after": null, "collapsed": [], "offset": 0, "limit": 50,
            "outcomes": ["newly_covered", "no_longer_covered", "still_covered"],
        }});
        let answer = window.invoke("preview", question).await.unwrap();
        largest = largest.max(answer.to_string().len());
        times.extend(answer["micros"].as_f64().map(|micros| micros / 1000.0));
    }
    times.sort_by(f64::total_cmp);
    let value = format!("{:.1} / {:.1} ms", percentile(&times, 0.5), percentile(&times, 0.95));
    line("  of which the answer itself, in the program", &value, "");
    line("answer to one keystroke, 50 lines", &format!("{:.1} KB", largest as f64 / 1000.0), "aim 16 KB");
}

fn size() {
    let program = std::env::current_exe().unwrap();
    let program = program.parent().and_then(std::path::Path::parent).unwrap().join("tagwarden-desktop");
    let bytes = std::fs::metadata(program).unwrap().len();
    line("installed size, the program with its pages", &format!("{:.1} MB", bytes as f64 / 1_000_000.0), "");
}
