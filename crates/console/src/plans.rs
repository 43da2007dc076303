//! Plans: made against rules that were read just now, shown, and kept until they are applied.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use tagwarden_archive::{EntryState, JournalEntry, JournalRun, Project, RunKind};
use tagwarden_ipc::ApiError;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::jobs::{JobEvent, JobId, JobKind, JobResult};
use tagwarden_ipc::plans::{Plan, PlanOutcome, PlanRequest, ProjectPlanView};
use tagwarden_registries::{ProjectFacts, ProjectRef, ProjectRules, RulesRead};
use tagwarden_rules::capabilities::Capabilities;
use tagwarden_rules::plan::{AppliedChange, Change};
use tagwarden_rules::rule::{DraftRule, RoleNames, Rule, SavedRule};

use crate::Console;
use crate::errors::{OrApi, not_visible};
use crate::jobs::{Job, lock};
use crate::projects::count;
use crate::sync::RULES_AT_ONCE;

mod effects;
mod project;
mod undo;

use effects::Effects;

/// Tags that may lose cover before the user has to say that they understand.
const COVER_LOST_UNASKED: u32 = 50;
/// Plans kept; older ones have been left behind.
const MOST_PLANS: usize = 20;

/// Plans that were shown and not applied yet, oldest first.
#[derive(Default)]
pub(crate) struct Plans {
    made: Mutex<Vec<Made>>,
    /// Runs under way; their journal entries are open for a good reason.
    running: Mutex<HashSet<String>>,
}

/// A plan with what it takes to carry it out.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) kind: RunKind,
    pub(crate) undoes: Option<String>,
    pub(crate) needs_confirmation: bool,
    pub(crate) parts: Vec<Part>,
}

/// One project's changes.
pub(crate) struct Part {
    pub(crate) project: Project,
    /// The rules that the changes start from, as read when the plan was made.
    pub(crate) base: Vec<SavedRule>,
    pub(crate) capabilities: Capabilities,
    pub(crate) changes: Vec<Change>,
    /// Tags that change state, by change.
    pub(crate) changed_tags: Vec<u32>,
    /// The entry of the journal that it takes back, by change.
    pub(crate) undoes: Vec<Option<String>>,
}

impl Plans {
    fn keep(&self, made: Made) {
        let mut plans = lock(&self.made);
        if plans.len() >= MOST_PLANS {
            plans.remove(0);
        }
        plans.push(made);
    }

    /// Takes a plan out, so that it can be applied once only.
    pub(crate) fn take(&self, id: &str) -> Option<Made> {
        let mut plans = lock(&self.made);
        let place = plans.iter().position(|made| made.id == id)?;
        Some(plans.remove(place))
    }

    /// A run begins.
    pub(crate) fn begin(&self, run: &str) {
        lock(&self.running).insert(run.to_owned());
    }

    /// A run has ended.
    pub(crate) fn end(&self, run: &str) {
        lock(&self.running).remove(run);
    }

    /// Whether a run is under way.
    pub(crate) fn is_running(&self, run: &str) -> bool {
        lock(&self.running).contains(run)
    }

    /// Whether a plan waits for a confirmation that was not given.
    pub(crate) fn waits_for_confirmation(&self, id: &str) -> bool {
        lock(&self.made).iter().any(|made| made.id == id && made.needs_confirmation)
    }
}

/// What somebody wants of one project.
enum Want {
    Draft { base: Vec<SavedRule>, rules: Vec<DraftRule> },
    Rule(Rule),
    Reverse(Vec<Reversal>),
}

/// An entry of the journal to be taken back.
struct Reversal {
    entry: String,
    /// What it did.
    applied: AppliedChange,
}

/// What is wanted of one project, which may be gone by now.
struct Wanted {
    project: String,
    /// Its path as it was known when something last happened there.
    path: Option<String>,
    want: Want,
}

/// A project as the server addresses it.
pub(crate) fn reference(project: &Project) -> ProjectRef {
    let listing = &project.summary.listing;
    ProjectRef { id: listing.server_id.clone(), path: listing.path.clone() }
}

/// A project as the last listing told it.
pub(crate) fn facts(project: &Project) -> ProjectFacts {
    let listing = &project.summary.listing;
    ProjectFacts {
        project: reference(project),
        web_url: listing.web_url.clone(),
        role: listing.role,
        registry_enabled: listing.registry_enabled,
        archived: listing.archived,
    }
}

impl Console {
    pub(crate) fn plan_start_impl(&self, request: PlanRequest) -> JobId {
        let console = self.clone();
        self.inner.jobs.spawn(JobKind::Plan, move |job| async move {
            let plan = console.make_plan(&job, request).await?;
            Ok(JobResult::Planned { plan: Box::new(plan) })
        })
    }

    async fn make_plan(&self, job: &Job, request: PlanRequest) -> Result<Plan, ApiError> {
        let (kind, undoes, wants) = self.wants(request).await?;
        let mut progress = job.progress(None);
        progress.total = Some(count(wants.len()));
        let mut views = Vec::with_capacity(wants.len());
        let mut parts = Vec::new();
        let mut effects = Effects::default();
        let mut script = String::from("#!/bin/sh\n# Stops at the first call that fails.\nset -eu\n");
        let mut wants = wants.into_iter();
        loop {
            let (mut projects, mut wanted) = (Vec::new(), Vec::new());
            let next: Vec<Wanted> = wants.by_ref().take(RULES_AT_ONCE).collect();
            if next.is_empty() {
                break;
            }
            for Wanted { project, path, want } in next {
                match (self.known_project(&project).await, path) {
                    (Ok(known), _) => {
                        projects.push(known);
                        wanted.push(want);
                    }
                    // It went with its connection; the others can be done all the same.
                    (Err(error), Some(path)) if error.code == ErrorCode::NotFound => {
                        progress.failed += 1;
                        progress.done += 1;
                        views.push(out_of_reach(project, path, error));
                    }
                    (Err(error), _) => return Err(error),
                }
            }
            let reads = job.until_cancelled(self.read_many(&projects)).await?;
            for ((project, want), read) in projects.into_iter().zip(wanted).zip(reads) {
                job.check()?;
                let (view, part) = self.plan_project(project, want, read, &mut effects, &mut script).await?;
                progress.failed += u32::from(view.outcome == PlanOutcome::Unreadable);
                views.push(view);
                parts.extend(part);
                progress.done += 1;
                job.send(JobEvent::Progress { progress: progress.clone() });
            }
        }
        let id = self.new_id();
        let changes = parts.iter().map(|part| count(part.changes.len())).sum();
        let becoming_immutable = effects.becoming_immutable();
        let losing_cover = effects.losing_cover();
        let needs_confirmation = changes > 0 && (becoming_immutable > 0 || losing_cover > COVER_LOST_UNASKED);
        let propagation_seconds = parts.iter().find_map(|part| part.capabilities.propagation_seconds);
        let plan = Plan {
            id: id.clone(),
            undoes: undoes.clone(),
            changes,
            changed_tags: effects.changed(),
            tags: views.iter().map(|view| view.tags).fold(0, u32::saturating_add),
            becoming_immutable,
            losing_cover,
            needs_confirmation,
            level_changes: std::mem::take(&mut effects.level_changes),
            groups: effects.into_groups(),
            propagation_seconds,
            script,
            projects: views,
        };
        self.inner.plans.keep(Made { id, kind, undoes, needs_confirmation, parts });
        Ok(plan)
    }

    async fn wants(&self, request: PlanRequest) -> Result<(RunKind, Option<String>, Vec<Wanted>), ApiError> {
        let of = |project, want| Wanted { project, path: None, want };
        Ok(match request {
            PlanRequest::Project { project, draft } => {
                let want = Want::Draft { base: draft.base, rules: draft.rules };
                (RunKind::Change, None, vec![of(project, want)])
            }
            PlanRequest::Bulk { projects, rule } => {
                let wants = projects.into_iter().map(|id| of(id, Want::Rule(rule.clone()))).collect();
                (RunKind::Bulk, None, wants)
            }
            PlanRequest::Undo { run } => {
                let wants = self.reversed(&run).await?;
                (RunKind::Undo, Some(run), wants)
            }
        })
    }

    /// What takes back of a run what is not taken back yet, project by project.
    async fn reversed(&self, run: &str) -> Result<Vec<Wanted>, ApiError> {
        self.settle_run(run).await?;
        let run = self.known_run(run).await?;
        let any_undone = run.entries.iter().any(|entry| entry.undone.is_some());
        let mut wanted: Vec<Wanted> = Vec::new();
        for entry in run.entries {
            if entry.undone.is_some() {
                continue;
            }
            let (id, project) = (entry.entry.id.clone(), entry.entry.project_id.clone());
            let path = Some(entry.entry.project_path.clone());
            let Some(applied) = applied_change(entry) else { continue };
            let reversal = Reversal { entry: id, applied };
            match wanted.iter_mut().find(|wanted| wanted.project == project) {
                Some(Wanted { want: Want::Reverse(reversals), .. }) => reversals.push(reversal),
                _ => wanted.push(Wanted { project, path, want: Want::Reverse(vec![reversal]) }),
            }
        }
        match (wanted.is_empty(), any_undone) {
            (false, _) => Ok(wanted),
            (true, true) => Err(ApiError::new(ErrorCode::PlanGone).detail("undone")),
            (true, false) => Err(ApiError::new(ErrorCode::BadRequest).detail("nothing to undo")),
        }
    }

    /// Looks up what a run left open, so that undoing it takes back all that it did. What cannot be
    /// looked up now stays open; the rest is taken back all the same.
    async fn settle_run(&self, id: &str) -> Result<(), ApiError> {
        if self.inner.plans.is_running(id) {
            return Err(ApiError::new(ErrorCode::BadRequest).detail("running"));
        }
        let waits = |state| {
            matches!(
                state,
                EntryState::Sent | EntryState::Unclear | EntryState::Exposed | EntryState::NotMade
            )
        };
        let mut looked_up = HashSet::new();
        for entry in self.known_run(id).await?.entries.into_iter().filter(|entry| waits(entry.state)) {
            let project = entry.entry.project_id;
            if looked_up.insert(project.clone())
                && let Err(error) = self.look_up(&project).await
            {
                tracing::debug!(%error, project, "looking up open changes");
            }
        }
        Ok(())
    }

    async fn known_run(&self, id: &str) -> Result<JournalRun, ApiError> {
        let run = self.inner.archive.run(id).await.or_api()?;
        run.ok_or_else(|| ApiError::new(ErrorCode::NotFound).detail("run"))
    }

    /// Reads a project's rules and what can be done there, now. Rules that are not visible are an error:
    /// who asks here is about to change them, or wants to know whether a change was made.
    pub(crate) async fn read_rules(&self, project: &Project) -> Result<RulesRead, ApiError> {
        let read = self.read_many(std::slice::from_ref(project)).await.pop();
        let read = read.unwrap_or_else(|| Err(ApiError::new(ErrorCode::Internal)))?;
        let names = read.capabilities().role_names;
        read.visible().map_err(|reason| not_visible(&project.summary.listing, &reason, names))
    }

    /// Reads the rules of several projects, all of one connection at once. One answer each, in order.
    async fn read_many(&self, projects: &[Project]) -> Vec<Result<ProjectRules, ApiError>> {
        let mut by_connection: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, project) in projects.iter().enumerate() {
            by_connection.entry(&project.summary.listing.connection_id).or_default().push(place);
        }
        let mut answers = vec![Err(ApiError::new(ErrorCode::Internal)); projects.len()];
        for (connection, places) in by_connection {
            let client = self.client(connection).await;
            let read: Vec<Result<ProjectRules, ApiError>> = match client {
                Ok(client) => {
                    let facts: Vec<ProjectFacts> =
                        places.iter().map(|&place| facts(&projects[place])).collect();
                    client.rules(&facts).await.into_iter().map(OrApi::or_api).collect()
                }
                Err(error) => vec![Err(error); places.len()],
            };
            for (place, read) in places.into_iter().zip(read) {
                let path = &projects[place].summary.listing.path;
                answers[place] = read.map_err(|error| ApiError { project: Some(path.clone()), ..error });
            }
        }
        answers
    }
}

/// What an entry did to the rules; nothing when it did nothing.
fn applied_change(entry: JournalEntry) -> Option<AppliedChange> {
    let result = entry.result_rule;
    match (entry.state, entry.entry.change) {
        (EntryState::Lost | EntryState::Exposed, Change::Recreate { from, .. }) => {
            Some(AppliedChange::Deleted { rule: from })
        }
        (EntryState::Done | EntryState::Partial, change) => Some(match change {
            Change::Create { .. } => AppliedChange::Created { rule: result? },
            Change::Update { from, .. } | Change::Recreate { from, .. } => {
                AppliedChange::Replaced { from, to: result? }
            }
            Change::Delete { rule } => AppliedChange::Deleted { rule },
        }),
        _ => None,
    }
}

/// The part of a project that is not known any more.
fn out_of_reach(project: String, path: String, error: ApiError) -> ProjectPlanView {
    ProjectPlanView {
        project,
        outcome: PlanOutcome::Unreadable,
        error: Some(ApiError { project: Some(path.clone()), ..error }),
        path,
        connection_name: String::new(),
        roles: RoleNames::default(),
        changes: Vec::new(),
        obstacles: Vec::new(),
        calls: Vec::new(),
        changed_tags: 0,
        tags: 0,
        conflicts: Vec::new(),
    }
}
