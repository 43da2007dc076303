// The journal of the pictures.
import type { ApplyState, Change, ChangeCounts, EntryView, JournalPage, JournalQuery, RunView, StateCounts } from "../../src/ipc/bindings";
import { plainError } from "../../src/ipc/client";
import { ledgerRules } from "../data/ledger";
import { NOW } from "../data/projects";
import { EDITED, NEW } from "./draft";

const counts = (open: number, prot: number, imm: number): StateCounts => ({ open, protected: prot, immutable: imm, unknown: 0 });
export const entry = (path: string, change: Change, changed: number, before: StateCounts, after: StateCounts, state: ApplyState = "done"): EntryView => ({
  project: `gl:${path}`, path, connection_name: "gitlab.example.com", change, state, changed_tags: changed, before, after,
  reason: null, exposure: null, undone: false,
  error: state === "failed" ? { ...plainError("auth.role"), status: 403, role_have: "maintainer", role_need: "owner", project: path, server_words: "403 Forbidden" } : null,
});
const NONE: ChangeCounts = { done: 0, partial: 0, failed: 0, not_made: 0, unclear: 0, exposed: 0, restored: 0, lost: 0, skipped: 0, unverifiable: 0, pending: 0 };
const counted = (entries: EntryView[]): ChangeCounts => entries.reduce((sum, { state }) => {
  const counted = state === "waiting" || state === "running" ? "pending" : state;
  return { ...sum, [counted]: sum[counted] + 1 };
}, NONE);
export const run = (id: string, ago: number, entries: EntryView[], more: Partial<RunView> = {}): RunView => {
  const left = entries.filter((one) => (one.state === "done" || one.state === "exposed" || one.state === "lost") && !one.undone).length;
  return {
    id, started_at: NOW - ago, finished_at: NOW - ago + 3, running: false, undoes: null, undone_by: null, can_undo: left > 0, projects: new Set(entries.map((one) => one.project)).size,
    undo: { undone: entries.filter((one) => one.undone).length, left, out_of_reach: 0 }, counts: counted(entries),
    entries, entry_count: entries.length, changed_tags: entries.reduce((sum, one) => sum + one.changed_tags, 0), ...more,
  };
};
const first = ledgerRules[0];
const third = ledgerRules[2];

export const runs: RunView[] = first === undefined || third === undefined ? [] : [
  run("r9", 2400, [entry("payments/ledger-api", { change: "update", from: third, to: EDITED }, 45, counts(923, 67, 214), counts(892, 98, 214)), entry("payments/ledger-api", { change: "create", rule: NEW }, 412, counts(892, 98, 214), counts(480, 98, 626))]),
  run("r8", 7200, [entry("payments/fx-rates", { change: "update", from: third, to: { ...third.rule, tags: { ...third.rule.tags, pattern: "^v.*-rc" } } }, 9, counts(96, 51, 255), counts(105, 42, 255))]),
  run("r7", 18_000, [entry("shop/search-indexer", { change: "create", rule: { ...NEW, tags: { ...NEW.tags, pattern: "^v\\d+\\.\\d+\\.\\d+$" } } }, 0, counts(118, 80, 442), counts(118, 80, 442), "failed")]),
  run("r6", 90_000, [entry("identity/sso-gateway", { change: "create", rule: NEW }, 754, counts(855, 122, 0), counts(101, 122, 754))]),
  run("r5", 93_000, [entry("payments/card-vault", { change: "create", rule: first.rule }, 140, counts(152, 0, 709), counts(12, 140, 709))], { undoes: "r4" }),
  run("r4", 96_000, [entry("payments/card-vault", { change: "delete", rule: first }, 140, counts(12, 140, 709), counts(152, 0, 709))].map((one) => ({ ...one, undone: true })), { undone_by: "r5" }),
  run("r33", 250_000, Array.from({ length: 33 }, (_, index) => entry(`shop/app-${index}`, { change: "create", rule: NEW }, index === 0 ? 20 : 0, counts(30, 4, 0), index === 0 ? counts(10, 4, 20) : counts(30, 4, 0), index === 0 ? "done" : index === 1 ? "failed" : "skipped"))),
  run("r32", 251_000, Array.from({ length: 10 }, (_, index) => ({ ...entry(`data/feed-${index}`, { change: "create", rule: NEW }, 10, counts(30, 4, 0), counts(20, 4, 10)), undone: index === 0 })), { undone_by: "r33" }),
  run("r31", 252_000, [{ ...entry("identity/token-cache", { change: "recreate", from: first, to: NEW }, 36, counts(0, 36, 0), counts(0, 0, 36)), exposure: { from: NOW - 252_000, until: NOW - 251_964 } }]),
  run("r30", 253_000, [{ ...entry("payments/batch-runner", { change: "recreate", from: first, to: NEW }, 0, counts(0, 36, 0), counts(36, 0, 0), "exposed"), exposure: { from: NOW - 253_000, until: null } }]),
  run("r29", 254_000, [{ ...entry("legacy/importer", { change: "create", rule: NEW }, 0, counts(5, 0, 0), counts(5, 0, 0), "unverifiable"), reason: "project_gone" }]),
  run("r3", 260_000, Array.from({ length: 41 }, (_, index) => entry(`web/gateway-${index}`, { change: "create", rule: NEW }, 10, counts(30, 4, 0), counts(20, 4, 10)))),
];

export function journal(query: JournalQuery): JournalPage {
  const inProject = runs.filter((one) => query.project === null || one.entries.some((other) => other.project === query.project));
  const filtered = inProject.filter((one) => JSON.stringify(one.entries).toLowerCase().includes(query.filter.toLowerCase()));
  const done = filtered.filter((one) => one.entries.some((other) => other.state === "done"));
  const refused = filtered.filter((one) => one.entries.some((other) => other.state !== "done" && other.state !== "skipped"));
  const shown = query.chip === "all" ? filtered : query.chip === "done" ? done : refused;
  return { runs: shown.slice(query.offset, query.offset + query.limit), total: shown.length, chips: [filtered.length, done.length, refused.length] };
}

export function journalRun(id: string): RunView {
  const found = runs.find((one) => one.id === id);
  if (found === undefined) throw plainError("server.not-found");
  return found;
}
