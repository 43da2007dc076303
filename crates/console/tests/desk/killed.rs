//! The program killed at every call of a change and of its undo (SIGKILL: a process of its own), with
//! servers that had not begun, had finished, or finish later. Nothing untrue is written down, and no project
//! is left without its rule.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tagwarden_console::{Config, Console};
use tagwarden_ipc::Commands as _;
use tagwarden_ipc::connections::{ConnectionDraft, SignIn};
use tagwarden_ipc::jobs::JobEvent;
use tagwarden_ipc::plans::{ApplyRequest, ApplyState, PlanRequest};
use tagwarden_rules::plan::Change;
use tagwarden_rules::rule::DraftRule;
use tagwarden_simulator::{FaultKind, Matcher, OWNER_TOKEN, Running};
use tagwarden_vault::Vault;
use tokio::sync::mpsc::unbounded_channel;

use crate::support::{
    Desk, Machine, TestKeychain, add_rule, deletions, draft, immutable, mutations, rules_of, team, unchanged,
};

const TOKEN: &str = "TAGWARDEN_TEST_TOKEN";
const FOLDER: &str = "TAGWARDEN_TEST_FOLDER";
const REQUEST: &str = "TAGWARDEN_TEST_REQUEST";

/// The other process: makes a plan and applies it, in the folder and with the request of its environment.
#[tokio::test]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn program() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let mut config = Config::system(std::path::PathBuf::from(folder));
    config.vault = Vault::new(Arc::new(TestKeychain::default()));
    let console = Console::start(config).await;
    let (sender, mut events) = unbounded_channel();
    console.listen(move |event| sender.send(event).is_ok());
    let request: PlanRequest = serde_json::from_str(&std::env::var(REQUEST).unwrap()).unwrap();
    console.plan_start(request).await.unwrap();
    while let Some(event) = events.recv().await {
        let JobEvent::Ended { result, .. } = event else { continue };
        let tagwarden_ipc::jobs::JobResult::Planned { plan } = *result else { return };
        console.apply_start(ApplyRequest { plan: plan.id, confirmed: true }).await.unwrap();
    }
}

fn program_with(machine: &Machine, request: &PlanRequest) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::program", "--ignored"])
        .env(FOLDER, machine.folder.path())
        .env(TOKEN, OWNER_TOKEN)
        .env(REQUEST, serde_json::to_string(request).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// One project whose rule is replaced, and another rule created.
struct Scene {
    gitlab: Running,
    desk: Desk,
    connection: String,
}

impl Scene {
    async fn new() -> Self {
        let gitlab = team(&["a"], &["v1", "old", "new"]).await;
        add_rule(&gitlab, "team/a", "^old$");
        let machine = Machine::new();
        machine.environment.lock().unwrap().insert(TOKEN.to_owned(), OWNER_TOKEN.to_owned());
        let desk = machine.start().await;
        let sign_in = SignIn::Environment { variable: TOKEN.to_owned() };
        let draft = ConnectionDraft { sign_in, token: None, ..draft(gitlab.base_url(), "") };
        let connection = desk.console.connection_save(draft).await.unwrap().id;
        desk.sync(&connection).await;
        Self { gitlab, desk, connection }
    }

    async fn replacing(&self) -> PlanRequest {
        let view = self.desk.view("team/a").await;
        let mut draft = unchanged(&view);
        draft.rules = vec![
            DraftRule { saved: Some(view.rules[0].clone()), wanted: Some(immutable("^new$")) },
            DraftRule { saved: None, wanted: Some(immutable("^v")) },
        ];
        PlanRequest::Project { project: view.row.id, draft }
    }

    /// Runs `request` in another process until a call meets `fault`, kills it there, and starts again.
    async fn killed(self, request: &PlanRequest, at: Matcher, fault: FaultKind) -> Self {
        let Self { gitlab, desk, connection } = self;
        desk.console.stop().await;
        let machine = desk.machine.clone();
        drop(desk);
        let fault = gitlab.faults().add(at, fault);
        let mut program = program_with(&machine, request);
        gitlab.faults().struck(fault).await;
        program.kill().unwrap();
        program.wait().unwrap();
        gitlab.faults().remove(fault);
        Self { gitlab, desk: machine.start().await, connection }
    }

    /// Every entry that says what became of it is right about it.
    async fn nothing_untrue(&self, case: &str) {
        let rules = rules_of(&self.gitlab, "team/a");
        let run = self.desk.journal().await.runs.remove(0);
        for entry in &run.entries {
            let stands = |pattern: &str| rules.iter().any(|rule| rule == pattern);
            let (before, after) = match &entry.change {
                Change::Create { rule } => (!stands(&rule.tags.pattern), stands(&rule.tags.pattern)),
                Change::Delete { rule } => {
                    (stands(&rule.rule.tags.pattern), !stands(&rule.rule.tags.pattern))
                }
                Change::Update { from, to } | Change::Recreate { from, to } => {
                    (stands(&from.rule.tags.pattern), stands(&to.tags.pattern))
                }
            };
            match entry.state {
                ApplyState::Done => assert!(after, "{case}: {entry:?} {rules:?}"),
                ApplyState::NotMade | ApplyState::Failed | ApplyState::Skipped | ApplyState::Restored => {
                    assert!(before, "{case}: {entry:?} {rules:?}");
                }
                ApplyState::Unclear => {}
                other => panic!("{case}: {other:?} {rules:?}"),
            }
        }
    }

    /// Reads until time has decided everything, and looks at what is there then.
    async fn decided(&self, case: &str) {
        self.desk.sync(&self.connection).await;
        self.nothing_untrue(case).await;
        // The other process had the time of this computer.
        self.desk.machine.clock.advance(Duration::from_secs(1200));
        self.desk.sync(&self.connection).await;
        self.nothing_untrue(case).await;
        let rules = rules_of(&self.gitlab, "team/a");
        let replaced = rules.iter().filter(|rule| *rule == "^old$" || *rule == "^new$").count();
        assert_eq!(replaced, 1, "{case}: protected once, {rules:?}");
        let run = self.desk.journal().await.runs.remove(0);
        assert!(run.finished_at.is_some(), "{case}");
        assert!(run.entries.iter().all(|entry| entry.state != ApplyState::Unclear), "{case}: {run:?}");
    }

    /// What was done can be taken back, whatever was killed before.
    async fn everything_can_be_undone(&self, run: &str, case: &str) {
        if self.desk.run(run).await.can_undo {
            let undo = self.desk.undone(run).await;
            assert_eq!(undo.failed + undo.skipped + undo.unclear + undo.exposed, 0, "{case}: {undo:?}");
        }
        assert_eq!(rules_of(&self.gitlab, "team/a"), ["^old$"], "{case}");
        assert_eq!(self.desk.run(run).await.undo.left, 0, "{case}");
    }
}

fn faults() -> [FaultKind; 3] {
    [FaultKind::Silence, FaultKind::SilenceAfter, FaultKind::CarriedOutLater]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_call_of_a_change() {
    for (name, at) in
        [("delete", deletions().nth(1)), ("create", mutations().nth(1)), ("add", mutations().nth(2))]
    {
        for fault in faults() {
            let case = format!("{name}, {fault:?}");
            let scene = Scene::new().await;
            let request = scene.replacing().await;
            let later = matches!(fault, FaultKind::CarriedOutLater);
            let scene = scene.killed(&request, at.clone(), fault).await;
            if later {
                scene.desk.sync(&scene.connection).await;
                scene.nothing_untrue(&case).await;
                scene.gitlab.faults().release().await;
            }
            scene.decided(&case).await;
            let run = scene.desk.journal().await.runs.remove(0).id;
            scene.everything_can_be_undone(&run, &case).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_call_of_an_undo() {
    for (name, at) in
        [("delete", deletions().nth(1)), ("create", mutations().nth(1)), ("remove", deletions().nth(2))]
    {
        for fault in faults() {
            let case = format!("{name}, {fault:?}");
            let scene = Scene::new().await;
            let request = scene.replacing().await;
            let run = scene.desk.applied(&scene.desk.planned(request).await).await;
            assert_eq!(run.done, 2);
            let later = matches!(fault, FaultKind::CarriedOutLater);
            let undo = PlanRequest::Undo { run: run.run.clone() };
            let scene = scene.killed(&undo, at.clone(), fault).await;
            if later {
                scene.desk.sync(&scene.connection).await;
                scene.nothing_untrue(&case).await;
                scene.gitlab.faults().release().await;
            }
            scene.decided(&case).await;
            scene.everything_can_be_undone(&run.run, &case).await;
        }
    }
}
