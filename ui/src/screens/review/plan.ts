/** What a plan and its standing say in numbers and words. */
import type { ApplyState, Change, Obstacle, Plan, ProjectPlanView, RoleNames } from "../../ipc/bindings";
import { sayRole } from "../rules/say/roles";
import { needsOf } from "../rules/say/visibility";
import { t } from "../rules/say/t";
import { value } from "../rules/say/values";
import type { Standing } from "./useReview";

/** Calls that a change takes: a rule that cannot be edited is deleted and created anew. */
export function callsOf(change: Change): number {
  return change.change === "recreate" ? 2 : 1;
}

/** The state of each call of a project, by the states of its changes. */
export function callStates(project: ProjectPlanView, states: readonly ApplyState[]): ApplyState[] {
  return project.calls.map(({ change }, index) => {
    const state = states[change] ?? "waiting";
    const first = project.calls[index - 1]?.change !== change;
    // The first call of two went through when the rule had to be put back.
    if (state === "restored") return first ? "restored" : "failed";
    // A rule is missing because the first call was made and the second one was not.
    if (state === "lost" || state === "exposed") return first ? "done" : state === "lost" ? "failed" : state;
    return state;
  });
}

/** How many changes are done, failed (or unclear), and left. */
export function countStates(plan: Plan, standing: Standing): { done: number; failed: number; left: number; total: number } {
  const counts = { done: 0, failed: 0, left: 0, total: plan.changes };
  for (const project of plan.projects) {
    if (project.outcome !== "change") continue;
    const states = standing.get(project.project)?.changes ?? [];
    project.changes.forEach((_, index) => {
      const state = states[index] ?? "waiting";
      if (state === "done") counts.done += 1;
      else if (state === "waiting" || state === "running" || state === "skipped") counts.left += 1;
      else counts.failed += 1;
    });
  }
  return counts;
}

/** Why something cannot be done in a project. */
export function sayObstacle(obstacle: Obstacle, names: RoleNames): string {
  switch (obstacle.why) {
    case "rule_limit":
      return t("review.obstacle.rule_limit", { limit: obstacle.limit });
    case "role_too_low": {
      const need = sayRole(names, obstacle.need);
      return obstacle.have === null
        ? t("review.obstacle.role_too_low_unknown", { need })
        : t("review.obstacle.role_too_low", { need, have: sayRole(names, obstacle.have) });
    }
    case "unavailable":
      return t(`review.obstacle.${obstacle.reason}`);
    case "duplicate_pattern":
      return obstacle.other_kind ? t("review.obstacle.duplicate_pattern_kind") : t("review.obstacle.duplicate_pattern");
    case "same_rule":
      return obstacle.enabled ? t("review.obstacle.same_rule") : t("review.obstacle.same_rule_off");
    case "pattern":
      return t("review.obstacle.pattern", { words: `\`${value(obstacle.error.reason)}\`` });
    case "unsupported_selector":
      return t("review.obstacle.unsupported_selector");
    case "rules_not_visible":
      return t(`visibility.obstacle.${obstacle.reason.why}`, { needs: needsOf(obstacle.reason, names) });
    case "unreadable":
      return t("review.obstacle.unreadable");
  }
}

/** “5 to 15 min”: how long until a change is enforced. */
export function takesEffect([least, most]: readonly [number, number]): string {
  const minutes = most >= 120;
  const unit = t(minutes ? "review.minutes" : "review.seconds");
  const scale = minutes ? 60 : 1;
  const values = { least: Math.round(least / scale), most: Math.round(most / scale), unit };
  return values.least === values.most || values.least === 0 ? t("review.takesEffectOne", values) : t("review.takesEffect", values);
}

/** Whether the plan is about several projects. */
export function isBulk(plan: Plan): boolean {
  return plan.projects.length > 1;
}

/** What roles are called in the plan's projects; those of the first one where they differ. */
export function rolesOf(plan: Plan): RoleNames {
  return plan.projects[0]?.roles ?? "none";
}
