//! One project's part of a plan: read now, compared with what is wanted.

use tagwarden_archive::Project;
use tagwarden_ipc::ApiError;
use tagwarden_ipc::jobs::Changed;
use tagwarden_ipc::plans::{Call, ConflictView, PlanOutcome, ProjectPlanView};
use tagwarden_registries::{ProjectRules, RulesRead};
use tagwarden_rules::plan::{Change, Conflict, Obstacle, ProjectOutcome, bulk, conflicts, plan};
use tagwarden_rules::rule::{DraftRule, Role, SavedRule};

use super::effects::Effects;
use super::{Part, Want, reference, undo};
use crate::Console;
use crate::assess::{bare, blocking, role_names};

impl Console {
    pub(super) async fn plan_project(
        &self,
        mut project: Project,
        mut want: Want,
        read: Result<ProjectRules, ApiError>,
        effects: &mut Effects,
        script: &mut String,
    ) -> Result<(ProjectPlanView, Option<Part>), ApiError> {
        let mut view = ProjectPlanView {
            project: project.summary.listing.id.clone(),
            path: project.summary.listing.path.clone(),
            connection_name: self.saved_connection(&project.summary.listing.connection_id).await?.name,
            roles: role_names(project.capabilities.as_ref()),
            outcome: PlanOutcome::Change,
            changes: Vec::new(),
            obstacles: Vec::new(),
            calls: Vec::new(),
            changed_tags: 0,
            tags: project.summary.tags,
            conflicts: Vec::new(),
            error: None,
        };
        let read = match read {
            Ok(ProjectRules::Visible(read)) => read,
            Ok(ProjectRules::NotVisible { reason, capabilities }) => {
                view.roles = capabilities.role_names;
                cannot(&mut view, vec![Obstacle::RulesNotVisible { reason }]);
                return Ok((view, None));
            }
            Err(error) => {
                view.outcome = PlanOutcome::Unreadable;
                view.error = Some(error);
                return Ok((view, None));
            }
        };
        view.roles = read.capabilities.role_names;
        if project.rules.read() != Some(&read.rules) {
            self.keep_rules(&project.summary.listing.id, read.clone()).await?;
            self.inner.jobs.changed(Changed::Projects, Some(&project.summary.listing.id));
            // Its tags by state are others now.
            project = self.known_project(&project.summary.listing.id).await?;
        }
        if let Want::Reverse(reversals) = want {
            want = Want::Reverse(self.without_reversed(reversals, &read).await?);
        }
        decide(&mut view, &want, &read, project.summary.listing.role);
        if view.outcome != PlanOutcome::Change {
            return Ok((view, None));
        }
        let client = self.client(&project.summary.listing.connection_id).await?;
        let reference = reference(&project);
        for (place, change) in (0u32..).zip(&view.changes) {
            view.calls.extend(client.calls(&reference, &read.capabilities, change).into_iter().map(|call| {
                Call {
                    method: call.method.to_owned(),
                    path: call.path,
                    operation: call.operation.map(str::to_owned),
                    change: place,
                }
            }));
            let lines = client.script(&reference, &read.capabilities, change);
            let secret = format!("# {}\n", client.script_secret());
            if !lines.is_empty() && !script.contains(&secret) {
                script.push_str(&secret);
            }
            for line in lines {
                script.push_str(&line);
                script.push('\n');
            }
        }
        let scope = self.scope(&project.summary.listing.id).await?;
        let (base, changes, actors) =
            (bare(&read.rules), view.changes.clone(), read.capabilities.actors.clone());
        let known = std::mem::take(effects);
        let saved = read.rules.clone();
        let (known, changed_tags) = blocking(move || {
            let mut known = known;
            let changed = known.add(&scope, &base, &saved, &changes, &actors);
            (known, changed)
        })
        .await?;
        *effects = known;
        view.changed_tags = effects.last_changed;
        let part = Part {
            base: read.rules,
            capabilities: read.capabilities,
            undoes: view.changes.iter().map(|change| want.entry_of(change)).collect(),
            changes: view.changes.clone(),
            changed_tags,
            project,
        };
        Ok((view, Some(part)))
    }
}

impl Want {
    /// The entry of the journal that a change takes back.
    fn entry_of(&self, change: &Change) -> Option<String> {
        match self {
            Self::Reverse(reversals) => undo::entry_of(change, reversals),
            _ => None,
        }
    }
}

/// Fills in what will happen to a project.
fn decide(view: &mut ProjectPlanView, want: &Want, read: &RulesRead, role: Option<Role>) {
    match want {
        Want::Rule(rule) => match bulk(&read.rules, rule, &read.capabilities, role) {
            ProjectOutcome::Create => view.changes = vec![Change::Create { rule: rule.clone() }],
            ProjectOutcome::AlreadyThere { .. } => view.outcome = PlanOutcome::AlreadyThere,
            ProjectOutcome::Cannot { obstacle } => cannot(view, vec![obstacle]),
        },
        Want::Draft { base, rules } => {
            let found = conflicts(base, &read.rules);
            if found.is_empty() {
                changes_or_obstacles(view, rules, read, role);
            } else {
                view.outcome = PlanOutcome::Conflict;
                view.conflicts = found.into_iter().map(conflict_view).collect();
            }
        }
        Want::Reverse(reversals) => {
            let rules = &undo::draft(reversals);
            let overtaken = rules.iter().filter_map(|rule| overtaken(rule, &read.rules)).collect::<Vec<_>>();
            if overtaken.is_empty() {
                changes_or_obstacles(view, rules, read, role);
            } else {
                view.outcome = PlanOutcome::Conflict;
                view.conflicts = overtaken;
            }
        }
    }
}

fn changes_or_obstacles(
    view: &mut ProjectPlanView,
    rules: &[DraftRule],
    read: &RulesRead,
    role: Option<Role>,
) {
    let planned = plan(&read.rules, rules, &read.capabilities, role);
    if planned.obstacles.is_empty() {
        view.outcome =
            if planned.changes.is_empty() { PlanOutcome::AlreadyThere } else { PlanOutcome::Change };
        view.changes = planned.changes;
    } else {
        // Some of a draft without the rest is not what the user saw.
        cannot(view, planned.obstacles.into_iter().map(|o| o.obstacle).collect());
    }
}

fn cannot(view: &mut ProjectPlanView, obstacles: Vec<Obstacle>) {
    view.outcome = PlanOutcome::Cannot;
    view.obstacles = obstacles;
}

fn conflict_view(conflict: Conflict) -> ConflictView {
    match conflict {
        Conflict::Added { rule } => ConflictView { was: None, now: Some(rule) },
        Conflict::Removed { rule } => ConflictView { was: Some(rule), now: None },
        Conflict::Changed { was, now } => ConflictView { was: Some(was), now: Some(now) },
    }
}

/// A rule to take back that is no longer as this program left it.
fn overtaken(rule: &DraftRule, now: &[SavedRule]) -> Option<ConflictView> {
    let was = rule.saved.as_ref()?;
    let is = now.iter().find(|saved| saved.id == was.id);
    (is != Some(was)).then(|| ConflictView { was: Some(was.clone()), now: is.cloned() })
}
