import { describe, expect, it } from "vitest";
import { planOf } from "../../../dev/answers/plans";
import { plainError } from "../../ipc/client";
import { callStates, countStates, takesEffect } from "./plan";
import { advance, type Stage } from "./useReview";

const plan = planOf({ plan: "bulk", projects: ["gl:payments/ledger-api"], rule: { repositories: null, tags: { mode: "matching", dialect: "gitlab", pattern: "x" }, effect: { kind: "immutable", blocks: "overwrite" }, enabled: true } });
const planned: Stage = { at: "plan", plan, error: null };
const applying = advance(planned, { did: "apply" });

describe("a review", () => {
  it("shows the plan once it is made, and the reason when it cannot be made", () => {
    const reading: Stage = { at: "reading", progress: null };
    expect(advance(reading, { did: "planned", result: { ended: "planned", plan } }).at).toBe("plan");
    expect(advance(reading, { did: "planned", result: { ended: "failed", error: plainError("net.offline") } })).toMatchObject({ at: "failed", error: { code: "net.offline" } });
  });
  it("keeps the plan with the reason above it when nothing was sent", () => {
    expect(advance(applying, { did: "applied", result: { ended: "failed", error: plainError("plan.gone") } })).toMatchObject({ at: "plan", error: { code: "plan.gone" } });
  });
  it("shows what was done when it breaks in the middle", () => {
    const middle = advance(applying, { did: "applying", progress: { project: plan.projects[0]!.project, changes: ["done"], error: null } });
    expect(advance(middle, { did: "applied", result: { ended: "failed", error: plainError("net.offline") } })).toMatchObject({ at: "done", error: { code: "net.offline" } });
  });
  it("knows while applying how long the registry wants to be left alone", () => {
    const progress = { job: 1, kind: "apply" as const, connection: null, done: 0, total: 1, tags: 0, failed: 0, waiting: 27 };
    expect(advance(applying, { did: "progress", progress })).toMatchObject({ at: "applying", progress: { waiting: 27 } });
  });
  it("is not begun twice", () => expect(advance(applying, { did: "apply" })).toBe(applying));
  it("counts what is done, failed and left", () => {
    const two = { ...plan, changes: 2, projects: [{ ...plan.projects[0]!, changes: [...plan.projects[0]!.changes, ...plan.projects[0]!.changes] }] };
    const standing = new Map([[two.projects[0]!.project, { project: two.projects[0]!.project, changes: ["done", "running"] as ("done" | "running")[], error: null }]]);
    expect(countStates(two, standing)).toEqual({ done: 1, failed: 0, left: 1, total: 2 });
  });
  it("shows both calls of a rule that is recreated, and that the first was taken back", () => {
    const call = { method: "POST", path: "/", operation: null };
    const two = { ...plan.projects[0]!, calls: [{ ...call, change: 0 }, { ...call, change: 0 }, { ...call, change: 1 }] };
    expect(callStates(two, ["restored", "skipped"])).toEqual(["restored", "failed", "skipped"]);
    expect(callStates(two, ["lost"])).toEqual(["done", "failed", "waiting"]);
    expect(callStates(two, ["exposed", "skipped"])).toEqual(["done", "exposed", "skipped"]);
  });
  it("gives each call of a change that takes several the state of that change", () => {
    const call = { method: "PUT", path: "/", operation: null };
    const two = { ...plan.projects[0]!, calls: [{ ...call, change: 0 }, { ...call, change: 0 }, { ...call, change: 1 }] };
    expect(callStates(two, ["done", "running"])).toEqual(["done", "done", "running"]);
  });
  it("says when it takes effect in units that read well", () => {
    expect(takesEffect([300, 900])).toBe("Takes effect within 5 to 15 min, when registry tokens already handed out expire.");
    expect(takesEffect([0, 30])).toBe("Takes effect within 30 s, when registry tokens already handed out expire.");
  });
});
