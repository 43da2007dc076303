//! What a user does with the page: look, click, type.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use serde_json::{Value, json};

const SCRIPT: &str = include_str!("page.js");
/// How long anything may take to appear, unless a test says otherwise. Long, because the machine may be
/// busy with other work; whatever is there in time is never waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// The key of an element in a script's answer, fixed by the WebDriver standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ESCAPE: &str = "\u{e00c}";
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const RIGHT: &str = "\u{e014}";
pub(crate) const CTRL: char = '\u{e009}';
pub(crate) const SHIFT: char = '\u{e008}';

/// Something in the page, by its role and its accessible name.
#[derive(Clone, Debug)]
pub(crate) struct Named(Value);

/// By role and whole name.
pub(crate) fn by(role: &str, name: &str) -> Named {
    Named(json!({ "role": role, "name": { "is": name }, "within": null }))
}

/// By role and a part of the name.
pub(crate) fn has(role: &str, part: &str) -> Named {
    Named(json!({ "role": role, "name": { "has": part }, "within": null }))
}

/// By role alone.
pub(crate) fn any(role: &str) -> Named {
    Named(json!({ "role": role, "name": null, "within": null }))
}

pub(crate) fn button(name: &str) -> Named {
    by("button", name)
}

impl Named {
    /// Only inside of something else.
    pub(crate) fn within(mut self, outer: Named) -> Self {
        self.0["within"] = outer.0;
        self
    }
}

/// The page of one window.
pub(crate) struct Page {
    client: Client,
    patience: Duration,
}

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, patience: PATIENCE }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The same page, for something that takes longer.
    pub(crate) fn patient(&self, seconds: u64) -> Self {
        Self { client: self.client.clone(), patience: Duration::from_secs(seconds) }
    }

    /// Waits until it is there, rests and is not held back, and clicks in its middle.
    #[track_caller]
    pub(crate) fn click(&self, what: Named) -> impl Future<Output = ()> {
        self.click_on("(one) => one.ariaDisabled !== 'true' && one.disabled !== true", what)
    }

    /// Clicks in its middle, even when it is held back.
    #[track_caller]
    pub(crate) fn poke(&self, what: Named) -> impl Future<Output = ()> {
        self.click_on("() => true", what)
    }

    /// The driver clicks on a handle of an element, and a page may replace the element at any time between
    /// two calls. So the whole look is repeated until the driver has clicked.
    #[track_caller]
    fn click_on(&self, usable: &str, what: Named) -> impl Future<Output = ()> {
        let failed = Failure::here(format!("clicking {}", what.0));
        let ask = Ask::new(&format!("return page.resting(args[0], {usable})"), vec![what.0], self.patience);
        let client = self.client.clone();
        let end = Instant::now() + self.patience;
        async move {
            loop {
                let clicked = async {
                    let found = ask.answer(&client).await?;
                    let id = found[ELEMENT].as_str().expect("an element").to_owned();
                    Element::from_element_id(client.clone(), ElementRef::from(id)).click().await?;
                    Ok(())
                };
                match clicked.await {
                    Ok(()) => return,
                    Err(NoAnswer::Driver(error)) if is_replaced(&error) && Instant::now() < end => {}
                    Err(error) => failed.panic(&error.to_string()),
                }
            }
        }
    }

    /// Waits until it is there.
    #[track_caller]
    pub(crate) fn see(&self, what: Named) -> impl Future<Output = ()> + use<> {
        let label = what.0.to_string();
        let asked = self.until("return page.all(args[0]).length > 0", vec![what.0], label);
        async move {
            asked.await;
        }
    }

    /// Waits until it is no longer there.
    #[track_caller]
    pub(crate) fn gone(&self, what: Named) -> impl Future<Output = ()> + use<> {
        let label = format!("the end of {}", what.0);
        let asked = self.until("return page.all(args[0]).length === 0", vec![what.0], label);
        async move {
            asked.await;
        }
    }

    /// Waits until that text is to be read anywhere in the window.
    #[track_caller]
    pub(crate) fn text(&self, text: &str) -> impl Future<Output = ()> + use<> {
        let asked = self.until(
            "return page.squeeze(document.body.innerText).includes(args[0])",
            vec![json!(text)],
            format!("the text “{text}”"),
        );
        async move {
            asked.await;
        }
    }

    /// How many there are now.
    pub(crate) async fn count(&self, what: Named) -> usize {
        let script = format!("{SCRIPT}\nreturn page.all(arguments[0]).length;");
        let answer = self.client.execute(&script, vec![what.0]).await.unwrap();
        usize::try_from(answer.as_u64().unwrap()).unwrap()
    }

    /// Waits for a script that runs in the page to answer with something.
    #[track_caller]
    pub(crate) fn until(
        &self,
        ask: &str,
        args: Vec<Value>,
        what: String,
    ) -> impl Future<Output = Value> + use<> {
        let failed = Failure::here(what);
        let ask = Ask::new(ask, args, self.patience);
        let client = self.client.clone();
        async move {
            match ask.answer(&client).await {
                Ok(found) => found,
                Err(error) => failed.panic(&error.to_string()),
            }
        }
    }

    /// Runs a script in the page that ends by calling its last argument.
    pub(crate) async fn run_async(&self, script: &str, args: Vec<Value>) -> Value {
        self.client.execute_async(script, args).await.unwrap()
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str, args: Vec<Value>) -> Value {
        self.client.execute(&format!("{SCRIPT}\n{script}"), args).await.unwrap()
    }

    /// Calls a command as the page's own code does, and tells what came back.
    pub(crate) async fn invoke(&self, command: &str, args: Value) -> Result<Value, Value> {
        let script = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args).then((ok) => done({ ok }), (error) => done({ error }));";
        let mut answer = self.run_async(script, vec![json!(command), args]).await;
        match answer.get_mut("ok") {
            Some(ok) => Ok(ok.take()),
            None => Err(answer["error"].take()),
        }
    }

    /// Asks axe about everything in sight; answers with what it has to say against it.
    pub(crate) async fn accessibility(&self) -> Vec<String> {
        let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("npm ci in ui");
        let there = self.client.execute("return Boolean(window.axe)", vec![]).await.unwrap();
        if there != true {
            self.client.execute(&axe, vec![]).await.unwrap();
        }
        let run = "const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(
                ({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map((node) =>
                    `${id}: ${node.html.slice(0, 300)} (${node.failureSummary.replace(/\\s+/g, ' ')})`))),
                (thrown) => done([`axe: ${thrown}`]));";
        let found = self.run_async(run, vec![]).await;
        found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    }

    /// Types into whatever has the focus, key by key.
    pub(crate) async fn keys(&self, text: &str) {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Presses a key while others are held.
    pub(crate) async fn chord(&self, held: &[char], value: char) {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for &value in held {
            keys = keys.then(KeyAction::Down { value });
        }
        keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        for &value in held.iter().rev() {
            keys = keys.then(KeyAction::Up { value });
        }
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Clicks into a field and types there, once it has the focus.
    #[track_caller]
    pub(crate) fn fill(&self, what: Named, text: &str) -> impl Future<Output = ()> {
        let focused = self.until(
            "return page.all(args[0]).some((one) => one.contains(document.activeElement))",
            vec![what.0.clone()],
            format!("the focus in {}", what.0),
        );
        let clicked = self.click(what);
        async move {
            clicked.await;
            focused.await;
            self.keys(text).await;
        }
    }

    /// Saves a picture of what is on the display and tells how many colours are in it.
    ///
    /// The display's picture, not the driver's: it shows what was really painted.
    pub(crate) async fn picture(&self, name: &str) -> usize {
        self.until(
            "return document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)",
            vec![],
            "the end of all movement".to_owned(),
        )
        .await;
        // The first frame callback runs before the paint, the second after it.
        let painted =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.run_async(painted, vec![]).await;
        let path = shots().join(format!("{name}.png"));
        std::fs::create_dir_all(shots()).unwrap();
        let taken = std::process::Command::new("import")
            // Without a window manager the window lies in the corner, as large as it was designed.
            .args(["-window", "root", "-crop", "1280x820+0+0", "+repage"])
            .arg(&path)
            .status();
        assert!(taken.expect("import (Debian package imagemagick)").success(), "no picture of the window");
        colours(&std::fs::read(&path).unwrap())
    }
}

/// Where pictures of the screens are put.
fn shots() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("shots")
}

fn colours(png: &[u8]) -> usize {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let seen: std::collections::HashSet<&[u8]> = pixels.chunks(frame.color_type.samples()).collect();
    seen.len()
}

/// A question that is put to the page until it has an answer, all in one script.
struct Ask {
    script: String,
    args: Vec<Value>,
}

impl Ask {
    fn new(ask: &str, args: Vec<Value>, patience: Duration) -> Self {
        let milliseconds = u64::try_from(patience.as_millis()).unwrap();
        let script = format!(
            "{SCRIPT}\nconst args = arguments[1], done = arguments[2];\npage.until(() => {{ {ask} }}, arguments[0], done);"
        );
        Self { script, args: vec![json!(milliseconds), Value::Array(args)] }
    }

    async fn answer(&self, client: &Client) -> Result<Value, NoAnswer> {
        let mut answer = client.execute_async(&self.script, self.args.clone()).await?;
        match answer.get_mut("found") {
            Some(found) => Ok(found.take()),
            None => {
                let page = answer["missing"].as_str().or_else(|| answer["threw"].as_str());
                Err(NoAnswer::Page(page.unwrap_or("no answer").to_owned()))
            }
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    /// The driver could not put it, or could not carry the answer over.
    #[error("{0}")]
    Driver(#[from] CmdError),
    /// It did not come true in time; this is what the page shows.
    #[error("{0}")]
    Page(String),
}

/// Whether the page has replaced, moved or covered the element since it was looked up.
fn is_replaced(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else { return false };
    matches!(
        error.error,
        ErrorStatus::StaleElementReference
            | ErrorStatus::NoSuchElement
            | ErrorStatus::ElementNotInteractable
            | ErrorStatus::ElementClickIntercepted
            | ErrorStatus::MoveTargetOutOfBounds
    )
}

/// Where in a test something was waited for, told when it does not come.
struct Failure {
    what: String,
    place: &'static std::panic::Location<'static>,
}

impl Failure {
    #[track_caller]
    fn here(what: String) -> Self {
        Self { what, place: std::panic::Location::caller() }
    }

    fn panic(&self, page: &str) -> ! {
        panic!("{}: waited for {}. The page:\n{page}", self.place, self.what);
    }
}
