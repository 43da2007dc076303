//! A console in a folder of its own, with a listener that tests can wait on, and a GitLab in a box.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as Lock};
use std::time::Duration;

use tagwarden_console::{Config, Console};
use tagwarden_ipc::connections::{ConnectionDraft, Keep, RegistryKind, SignIn};
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobId, JobResult};
use tagwarden_ipc::journal::{JournalChip, JournalPage, JournalQuery, RunView};
use tagwarden_ipc::plans::{ApplyRequest, ApplyState, Plan, PlanRequest, RunSummary};
use tagwarden_ipc::projects::{Draft, ProjectChip, ProjectRow, ProjectSort, ProjectView, ProjectsQuery};
use tagwarden_ipc::tags::{TagSort, TagsQuery};
use tagwarden_ipc::{ApiError, Commands as _, Secret};
use tagwarden_rules::pattern::Dialect;
use tagwarden_rules::rule::{Blocks, DraftRule, Effect, Role, Rule, SavedRule, Selector};
use tagwarden_simulator::{Config as GitlabConfig, Matcher, Running, Simulator, State, TagEffect};
use tagwarden_vault::{ExposeSecret as _, KeychainState, SecretStore, SecretString, Vault, VaultError};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A keychain that outlives the program, and that can be locked.
#[derive(Default)]
pub(crate) struct TestKeychain {
    entries: Lock<HashMap<String, SecretString>>,
    locked: AtomicBool,
}

impl TestKeychain {
    pub(crate) fn lock(&self) {
        self.locked.store(true, Ordering::SeqCst);
    }

    pub(crate) fn unlock(&self) {
        self.locked.store(false, Ordering::SeqCst);
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.lock().unwrap().len()
    }

    fn open(&self) -> Result<std::sync::MutexGuard<'_, HashMap<String, SecretString>>, VaultError> {
        if self.locked.load(Ordering::SeqCst) {
            Err(VaultError::Locked)
        } else {
            Ok(self.entries.lock().unwrap())
        }
    }
}

impl SecretStore for TestKeychain {
    fn get(&self, name: &str) -> Result<SecretString, VaultError> {
        self.open()?.get(name).cloned().ok_or_else(|| VaultError::Missing { name: name.to_owned() })
    }
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        let copy = SecretString::from(secret.expose_secret().to_owned());
        self.open()?.insert(name.to_owned(), copy);
        Ok(())
    }
    fn delete(&self, name: &str) -> Result<(), VaultError> {
        let gone = self.open()?.remove(name);
        gone.map(|_| ()).ok_or_else(|| VaultError::Missing { name: name.to_owned() })
    }
    fn probe(&self) -> KeychainState {
        if self.locked.load(Ordering::SeqCst) { KeychainState::Locked } else { KeychainState::Available }
    }
}

/// A clock that only tests move. Short pauses move it themselves; longer ones last until a test does.
pub(crate) struct TestClock {
    now: tokio::sync::watch::Sender<Duration>,
}

/// Pauses from here on last until the clock is moved.
const LONG: Duration = Duration::from_secs(5);

impl TestClock {
    fn new() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Self { now: tokio::sync::watch::Sender::new(since) }
    }

    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.now.borrow().as_secs()).unwrap()
    }

    pub(crate) fn advance(&self, time: Duration) {
        self.now.send_modify(|now| *now += time);
    }

    async fn sleep(self: Arc<Self>, pause: Duration) {
        let mut clock = self.now.subscribe();
        let until = *clock.borrow() + pause;
        if pause < LONG {
            self.advance(pause);
        }
        clock.wait_for(|now| *now >= until).await.unwrap();
    }
}

/// What stays when the program ends: the disk, the keychain, the environment, the time.
#[derive(Clone)]
pub(crate) struct Machine {
    pub(crate) folder: Arc<tempfile::TempDir>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) keychain: Arc<TestKeychain>,
    pub(crate) environment: Arc<Lock<HashMap<String, String>>>,
    /// Longest time for a check of a connection test.
    pub(crate) check_limit: Duration,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            folder: Arc::new(tempfile::tempdir().unwrap()),
            clock: Arc::new(TestClock::new()),
            keychain: Arc::default(),
            environment: Arc::default(),
            check_limit: Duration::from_secs(10),
        }
    }

    pub(crate) fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("tagwarden.db")
    }

    pub(crate) async fn start(&self) -> Desk {
        self.start_with(Vault::new(self.keychain.clone())).await
    }

    pub(crate) async fn start_with(&self, vault: Vault) -> Desk {
        let mut config = Config::system(self.folder.path().to_owned());
        config.vault = vault;
        config.check_limit = self.check_limit;
        config.check_after = Duration::ZERO;
        config.http.tries = 2;
        config.http.pause = Duration::from_millis(5);
        // Three refusals, since each counts as a second at least.
        config.http.patience = Duration::from_secs(3);
        config.http.deadline = Duration::from_secs(20);
        let clock = self.clock.clone();
        config.now = Arc::new(move || clock.now());
        let clock = self.clock.clone();
        config.sleep = Arc::new(move |pause| Box::pin(clock.clone().sleep(pause)));
        let environment = self.environment.clone();
        config.environment = Arc::new(move |name| environment.lock().unwrap().get(name).cloned());
        let console = Console::start(config).await;
        let (sender, events) = unbounded_channel();
        console.listen(move |event| sender.send(event).is_ok());
        Desk { console, machine: self.clone(), events: Mutex::new(events) }
    }
}

/// One run of the program.
pub(crate) struct Desk {
    pub(crate) console: Console,
    pub(crate) machine: Machine,
    events: Mutex<UnboundedReceiver<JobEvent>>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Machine::new().start().await
    }

    pub(crate) async fn with_demo() -> Self {
        let desk = Self::new().await;
        let id = desk.console.demo_open(tagwarden_ipc::connections::RegistryKind::Gitlab).await.unwrap();
        let (_, result) = desk.finish(id).await;
        assert!(matches!(result, JobResult::DemoReady { .. }), "{result:?}");
        desk
    }

    /// Ends this run of the program and begins another.
    pub(crate) async fn restart(self) -> Self {
        self.console.stop().await;
        self.machine.clone().start().await
    }

    /// Waits for a job's end, and answers with all events before.
    pub(crate) async fn finish(&self, id: JobId) -> (Vec<JobEvent>, JobResult) {
        let mut seen = Vec::new();
        loop {
            match self.next_event().await {
                JobEvent::Ended { job, result, .. } if job == id => return (seen, *result),
                event => seen.push(event),
            }
        }
    }

    pub(crate) async fn next_event(&self) -> JobEvent {
        self.events.lock().await.recv().await.expect("the console lives")
    }

    /// All events that have arrived.
    pub(crate) async fn drain(&self) -> Vec<JobEvent> {
        let mut events = self.events.lock().await;
        std::iter::from_fn(|| events.try_recv().ok()).collect()
    }

    pub(crate) async fn connect(&self, gitlab: &Running, token: &str) -> String {
        self.console.connection_save(draft(gitlab.base_url(), token)).await.unwrap().id
    }

    /// Connects and reads.
    pub(crate) async fn connected(&self, gitlab: &Running, token: &str) -> String {
        let id = self.connect(gitlab, token).await;
        let result = self.sync(&id).await;
        assert!(matches!(result, JobResult::Synced { complete: true, .. }), "{result:?}");
        id
    }

    pub(crate) async fn sync(&self, connection: &str) -> JobResult {
        let job = self.console.sync_start(connection.to_owned()).await.unwrap();
        self.finish(job).await.1
    }

    pub(crate) async fn project(&self, path: &str) -> String {
        let page = self.console.projects_page(ProjectsQuery { limit: 500, ..projects(path) }).await.unwrap();
        let row = page.rows.into_iter().find(|row| format!("{}/{}", row.group, row.name) == path);
        row.unwrap_or_else(|| panic!("no project {path}")).id
    }

    /// A project whose rules are visible.
    pub(crate) async fn view(&self, path: &str) -> Opened {
        Opened::of(self.console.project_open(self.project(path).await).await.unwrap())
    }

    pub(crate) async fn planned(&self, request: PlanRequest) -> Plan {
        let job = self.console.plan_start(request).await.unwrap();
        match self.finish(job).await.1 {
            JobResult::Planned { plan } => *plan,
            other => panic!("{other:?}"),
        }
    }

    /// A plan that adds one rule to one project.
    pub(crate) async fn planned_new(&self, path: &str, rule: Rule) -> Plan {
        let view = self.view(path).await;
        let request = PlanRequest::Project { project: view.row.id.clone(), draft: with_new(&view, rule) };
        self.planned(request).await
    }

    pub(crate) async fn apply_start(&self, plan: &Plan) -> Result<JobId, ApiError> {
        self.console.apply_start(ApplyRequest { plan: plan.id.clone(), confirmed: true }).await
    }

    pub(crate) async fn applied(&self, plan: &Plan) -> RunSummary {
        let job = self.apply_start(plan).await.unwrap();
        match self.finish(job).await.1 {
            JobResult::Applied { run } => run,
            other => panic!("{other:?}"),
        }
    }

    /// Plans and applies at once.
    pub(crate) async fn undone(&self, run: &str) -> RunSummary {
        let plan = self.planned(PlanRequest::Undo { run: run.to_owned() }).await;
        self.applied(&plan).await
    }

    /// Lets time pass until rules decide what became of a change.
    pub(crate) fn wait_until_decided(&self) {
        self.machine.clock.advance(Duration::from_secs(301));
    }

    /// Lets time pass, some seconds at a time, until every change of a run has come to this.
    pub(crate) async fn passes_until(&self, run: &str, state: ApplyState) {
        for _ in 0..5_000 {
            if states(&self.run(run).await).iter().all(|one| *one == state) {
                return;
            }
            self.machine.clock.advance(LONG);
        }
        panic!("{:?}", states(&self.run(run).await));
    }

    pub(crate) async fn run(&self, id: &str) -> RunView {
        self.console.journal_run(id.to_owned()).await.unwrap()
    }

    pub(crate) async fn refreshed(&self, path: &str) {
        let job = self.console.project_refresh(self.project(path).await).await.unwrap();
        self.finish(job).await;
    }

    pub(crate) async fn journal(&self) -> JournalPage {
        let query = JournalQuery {
            filter: String::new(),
            project: None,
            chip: JournalChip::All,
            offset: 0,
            limit: 50,
        };
        self.console.journal_page(query).await.unwrap()
    }
}

/// The code with which a job failed.
pub(crate) fn failed(result: JobResult) -> ApiError {
    match result {
        JobResult::Failed { error } => *error,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, ApiError>) -> ErrorCode {
    result.unwrap_err().code
}

/// A GitLab without projects, and what is put there.
pub(crate) async fn gitlab(fill: impl FnOnce(&mut State)) -> Running {
    let running = Simulator::start(GitlabConfig::empty()).await.unwrap();
    running.edit(fill);
    running
}

/// Mutations over GraphQL, which are all that changes immutable rules here but deletions.
pub(crate) fn mutations() -> Matcher {
    Matcher::path("/api/graphql").body_contains("mutation")
}

/// Readings of rules.
pub(crate) fn rule_readings() -> Matcher {
    Matcher::path("/api/graphql").body_contains("containerProtectionTagRules(")
}

/// Deletions of rules.
pub(crate) fn deletions() -> Matcher {
    Matcher::path("/api/v4/projects/").method(axum::http::Method::DELETE)
}

pub(crate) fn rules_of(gitlab: &Running, path: &str) -> Vec<String> {
    gitlab.inspect(|state| {
        let project = state.project(state.project_id(path).unwrap()).unwrap();
        project.tag_rules.iter().map(|rule| rule.pattern.clone()).collect()
    })
}

pub(crate) fn add_rule(gitlab: &Running, path: &str, pattern: &str) {
    gitlab.edit(|state| {
        let id = state.project_id(path).unwrap();
        state.add_tag_rule(id, pattern, TagEffect::Immutable).unwrap();
    });
}

pub(crate) fn states(run: &RunView) -> Vec<ApplyState> {
    run.entries.iter().map(|entry| entry.state).collect()
}

/// Projects `team/a`, `team/b` … with a repository `api` each and these tags.
pub(crate) async fn team(projects: &[&str], tags: &[&str]) -> Running {
    gitlab(|state| {
        for name in projects {
            let project = state.create_project(&format!("team/{name}"));
            let repository = state.create_repository(project, "api").unwrap();
            for tag in tags {
                state.put_tag(repository, tag);
            }
        }
    })
    .await
}

pub(crate) fn draft(address: &str, token: &str) -> ConnectionDraft {
    ConnectionDraft {
        id: None,
        kind: RegistryKind::Gitlab,
        address: address.to_owned(),
        name: String::new(),
        sign_in: SignIn::Token { keep: Keep::Keychain },
        token: Some(Secret::new(token.to_owned())),
        user: None,
        repositories: Vec::new(),
        ca_file: None,
    }
}

pub(crate) fn projects(filter: &str) -> ProjectsQuery {
    ProjectsQuery {
        beside: None,
        filter: filter.to_owned(),
        chip: ProjectChip::All,
        sort: ProjectSort::Path,
        descending: false,
        offset: 0,
        limit: 50,
    }
}

pub(crate) fn tags(filter: &str) -> TagsQuery {
    TagsQuery {
        project: None,
        filter: filter.to_owned(),
        state: None,
        moved: false,
        grouped: true,
        sort: TagSort::Name,
        descending: false,
        offset: 0,
        limit: 500,
    }
}

/// An opened project with its rules, which were read.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) rules: Vec<SavedRule>,
    pub(crate) row: ProjectRow,
    view: ProjectView,
}

impl Opened {
    pub(crate) fn of(view: ProjectView) -> Self {
        Self { rules: view.rules.clone().into_read().unwrap(), row: view.row.clone(), view }
    }
}

impl std::ops::Deref for Opened {
    type Target = ProjectView;

    fn deref(&self) -> &ProjectView {
        &self.view
    }
}

pub(crate) fn immutable(pattern: &str) -> Rule {
    Rule {
        repositories: None,
        tags: Selector::matching(Dialect::Gitlab, pattern),
        effect: Effect::Immutable { blocks: Blocks::OverwriteAndDelete },
        enabled: true,
    }
}

pub(crate) fn protected(pattern: &str, push: Role, delete: Role) -> Rule {
    Rule { effect: Effect::Protect { push, delete }, ..immutable(pattern) }
}

/// A draft that leaves all rules as they are.
pub(crate) fn unchanged(view: &Opened) -> Draft {
    let rules = view
        .rules
        .iter()
        .map(|saved| DraftRule { saved: Some(saved.clone()), wanted: Some(saved.rule.clone()) })
        .collect();
    Draft { base: view.rules.clone(), rules, editing: None }
}

pub(crate) fn with_new(view: &Opened, rule: Rule) -> Draft {
    let mut draft = unchanged(view);
    draft.rules.push(DraftRule { saved: None, wanted: Some(rule) });
    draft
}
