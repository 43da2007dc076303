// Plans and runs as the pictures show them.
import type { Actor, ApplyState, Call, Change, GroupRow, JobEvent, Plan, PlanRequest, ProjectPlanView } from "../../src/ipc/bindings";
import { plainError } from "../../src/ipc/client";
import { ledgerRules } from "../data/ledger";
import { projects } from "../data/projects";
import type { Stage } from "../fixture";
import { pause } from "../pause";
import { flag, NEW } from "./draft";

type Pair = [boolean, boolean];
const row = (actor: Actor, push_new: Pair, overwrite: Pair, remove: Pair): GroupRow => ({ actor, push_new, overwrite, delete: remove });
const YES: Pair = [true, true];
const LOSE: Pair = [true, false];
const GAIN: Pair = [false, true];
const ACTORS: Actor[] = ["developer", "maintainer", "owner", "admin"];

let made = 0;
const plans = new Map<string, Plan>();

function changesOf(request: PlanRequest): Change[] {
  if (request.plan === "bulk") return [{ change: "create", rule: request.rule }];
  const saved = ledgerRules[2];
  if (request.plan === "undo" || saved === undefined) return [{ change: "create", rule: NEW }];
  return request.draft.rules.flatMap((one): Change[] => {
    if (one.saved === null) return one.wanted === null ? [] : [{ change: "create", rule: one.wanted }];
    if (one.wanted === null) return [{ change: "delete", rule: one.saved }];
    if (JSON.stringify(one.saved.rule) === JSON.stringify(one.wanted)) return [];
    return [{ change: one.saved.rule.effect.kind === "immutable" ? "recreate" : "update", from: one.saved, to: one.wanted }];
  });
}

const call = (change: Change): Omit<Call, "change">[] => {
  const post: Omit<Call, "change"> = { method: "POST", path: "/api/graphql", operation: "createContainerProtectionTagRule" };
  switch (change.change) {
    case "create": return [post];
    case "update": return [{ method: "PATCH", path: "/api/v4/projects/1874/registry/protection/tag/rules/61", operation: null }];
    case "recreate": return [{ method: "DELETE", path: "/api/v4/projects/1874/registry/protection/tag/rules/62", operation: null }, post];
    case "delete": return [{ method: "DELETE", path: "/api/v4/projects/1874/registry/protection/tag/rules/63", operation: null }];
  }
};

export function planOf(request: PlanRequest): Plan {
  const changes = changesOf(request);
  const ids = request.plan === "bulk" ? request.projects : request.plan === "project" ? [request.project] : ["gl:payments/ledger-api"];
  const conflict = flag("draft") === "conflict";
  const views = ids.map((id, index): ProjectPlanView => {
    const found = projects.find((one) => one.id === id);
    const path = found === undefined ? id : `${found.group}/${found.name}`;
    const base = { project: id, path, connection_name: found?.connection_name ?? "gitlab.example.com", roles: "gitlab" as const, tags: found?.tags ?? 0, conflicts: [], error: null, obstacles: [], calls: [], changes: [], changed_tags: 0 };
    if (conflict && ledgerRules[2] !== undefined) return { ...base, outcome: "conflict", conflicts: [{ was: ledgerRules[2], now: null }] };
    if (ids.length > 1 && index % 7 === 3) return { ...base, outcome: "already_there" };
    if (ids.length > 1 && index % 7 === 5) return { ...base, outcome: "cannot", obstacles: [{ why: "rule_limit", limit: 5 }] };
    return { ...base, outcome: "change", changes, calls: changes.flatMap((one, place) => call(one).map((made) => ({ ...made, change: place }))), changed_tags: 457 };
  });
  made += 1;
  const plan: Plan = {
    id: `plan-${made}`, undoes: request.plan === "undo" ? request.run : null, projects: views,
    changes: views.reduce((sum, view) => sum + view.changes.length, 0), changed_tags: 457, tags: 1204, becoming_immutable: 412, losing_cover: 7,
    needs_confirmation: !conflict, level_changes: [{ state: "protected", push_before: "maintainer", push_after: "maintainer", delete_before: "maintainer", delete_after: "owner", tags: 54 }], propagation_seconds: [300, 900], script: "#!/bin/sh\ncurl --request PATCH …\n",
    groups: conflict ? [] : [
      { from: "open", to: "immutable", tags: 412, examples: ["sha-1f0c"], rows: ACTORS.map((actor) => row(actor, YES, LOSE, LOSE)) },
      { from: "open", to: "protected", tags: 38, examples: ["v2.15.0-beta.4"], rows: [row("developer", LOSE, LOSE, LOSE), row("maintainer", YES, YES, LOSE), row("owner", YES, YES, YES), row("admin", YES, YES, YES)] },
      { from: "protected", to: "open", tags: 7, examples: ["v2.13.0-rc1"], rows: [row("developer", GAIN, GAIN, GAIN), row("maintainer", YES, YES, YES), row("owner", YES, YES, YES), row("admin", YES, YES, YES)] },
    ],
  };
  plans.set(plan.id, plan);
  return plan;
}

export function planning(request: PlanRequest, stage: Stage): number {
  return stage.job(async (tell, job) => {
    await pause(80);
    tell({ event: "ended", job, kind: "plan", result: { ended: "planned", plan: planOf(request) } });
  });
}

export function applying({ plan: id }: { plan: string }, stage: Stage): number {
  return stage.job(async (tell, job) => {
    const plan = plans.get(id);
    if (plan === undefined) {
      tell({ event: "ended", job, kind: "apply", result: { ended: "failed", error: plainError("plan.gone") } });
      return;
    }
    const fail = flag("draft") === "fail";
    let failed = 0;
    for (const view of plan.projects.filter((one) => one.outcome === "change")) {
      const states: ApplyState[] = view.changes.map(() => "waiting");
      const say = (error: ProjectPlanView["error"]): void => tell({ event: "applying", job, progress: { project: view.project, changes: [...states], error } } satisfies JobEvent);
      for (let index = 0; index < states.length; index += 1) {
        states[index] = "running";
        say(null);
        await pause(flag("slow") === null ? 20 : 900);
        const broken = fail && index === states.length - 1;
        states[index] = broken ? "failed" : "done";
        if (broken) failed += 1;
        say(broken ? { ...plainError("auth.role"), role_have: "maintainer", role_need: "owner", project: view.path, status: 403 } : null);
      }
    }
    tell({ event: "ended", job, kind: "apply", result: { ended: "applied", run: {
      run: "run-1", done: plan.changes - failed, failed, unclear: 0, exposed: 0, skipped: 0, projects: plan.projects.length, changed_tags: plan.changed_tags,
      before: { open: 923, protected: 67, immutable: 214, unknown: 0 }, after: { open: 480, protected: 98, immutable: 626, unknown: 0 },
    } } });
    tell({ event: "changed", what: "journal", project: null });
  });
}
