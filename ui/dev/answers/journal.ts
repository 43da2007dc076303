// The journal of the pictures.
import type { ApplyState, Change, EntryView, JournalPage, JournalQuery, RunView, StateCounts } from "../../src/ipc/bindings";
import { plainError } from "../../src/ipc/client";
import { ledgerRules } from "../data/ledger";
import { NOW } from "../data/projects";
import { EDITED, NEW } from "./draft";

const counts = (open: number, prot: number, imm: number): StateCounts => ({ open, protected: prot, immutable: imm, unknown: 0 });
const entry = (path: string, change: Change, changed: number, before: StateCounts, after: StateCounts, state: ApplyState = "done"): EntryView => ({
  project: `gl:${path}`, path, connection_name: "gitlab.example.com", change, state, changed_tags: changed, before, after,
  error: state === "failed" ? { ...plainError("auth.role"), status: 403, role_have: "maintainer", role_need: "owner", project: path, server_words: "403 Forbidden" } : null,
});
const run = (id: string, ago: number, entries: EntryView[], more: Partial<RunView> = {}): RunView => ({
  id, started_at: NOW - ago, finished_at: NOW - ago + 3, undoes: null, undone_by: null, can_undo: entries.some((one) => one.state === "done"), projects: new Set(entries.map((one) => one.project)).size,
  entries, entry_count: entries.length, changed_tags: entries.reduce((sum, one) => sum + one.changed_tags, 0), ...more,
});
const first = ledgerRules[0];
const third = ledgerRules[2];

export const runs: RunView[] = first === undefined || third === undefined ? [] : [
  run("r9", 2400, [entry("payments/ledger-api", { change: "update", from: third, to: EDITED }, 45, counts(923, 67, 214), counts(892, 98, 214)), entry("payments/ledger-api", { change: "create", rule: NEW }, 412, counts(892, 98, 214), counts(480, 98, 626))]),
  run("r8", 7200, [entry("payments/fx-rates", { change: "update", from: third, to: { ...third.rule, tags: { ...third.rule.tags, pattern: "^v.*-rc" } } }, 9, counts(96, 51, 255), counts(105, 42, 255))]),
  run("r7", 18_000, [entry("shop/search-indexer", { change: "create", rule: { ...NEW, tags: { ...NEW.tags, pattern: "^v\\d+\\.\\d+\\.\\d+$" } } }, 0, counts(118, 80, 442), counts(118, 80, 442), "failed")]),
  run("r6", 90_000, [entry("identity/sso-gateway", { change: "create", rule: NEW }, 754, counts(855, 122, 0), counts(101, 122, 754))]),
  run("r5", 93_000, [entry("payments/card-vault", { change: "create", rule: first.rule }, 140, counts(152, 0, 709), counts(12, 140, 709))], { undoes: "r4" }),
  run("r4", 96_000, [entry("payments/card-vault", { change: "delete", rule: first }, 140, counts(12, 140, 709), counts(152, 0, 709))], { undone_by: "r5", can_undo: false }),
  run("r3", 260_000, Array.from({ length: 41 }, (_, index) => entry(`web/gateway-${index}`, { change: "create", rule: NEW }, 10, counts(30, 4, 0), counts(20, 4, 10)))),
];

export function journal(query: JournalQuery): JournalPage {
  const inProject = runs.filter((one) => query.project === null || one.entries.some((other) => other.project === query.project));
  const filtered = inProject.filter((one) => JSON.stringify(one.entries).toLowerCase().includes(query.filter.toLowerCase()));
  const done = filtered.filter((one) => one.entries.some((other) => other.state === "done"));
  const refused = filtered.filter((one) => one.entries.some((other) => other.state === "failed"));
  const shown = query.chip === "all" ? filtered : query.chip === "done" ? done : refused;
  return { runs: shown.slice(query.offset, query.offset + query.limit), total: shown.length, chips: [filtered.length, done.length, refused.length] };
}

export function journalRun(id: string): RunView {
  const found = runs.find((one) => one.id === id);
  if (found === undefined) throw plainError("server.not-found");
  return found;
}
