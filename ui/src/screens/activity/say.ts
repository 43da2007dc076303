/** Runs and their changes in words. */
import type { ApplyState, ChangeCounts, EntryView, RunView, StateCounts } from "../../ipc/bindings";
import { t } from "../rules/say/t";
import { sides } from "../review/ChangeList";
import { kindOf } from "../rules/RuleCard";

/** States of a change that was not carried out, or not as it was wanted. */
export const BAD: readonly ApplyState[] = ["failed", "not_made", "restored", "lost", "exposed"];

/** “Protected rule changed”, or that it was refused. */
export function entryTitle(entry: EntryView): string {
  switch (entry.state) {
    case "done":
      return doneTitle(entry);
    case "waiting":
    case "running":
      return t("activity.pendingTitle");
    case "failed":
    case "restored":
      return t("activity.refusedTitle");
    case "not_made":
      return t("activity.notMadeTitle");
    default:
      return t(`activity.${entry.state}Title`);
  }
}

function doneTitle(entry: EntryView): string {
  const { from, to } = sides(entry.change);
  const rule = to ?? from;
  const kind = rule === null ? "" : t(`activity.${kindOf(rule)}`);
  switch (entry.change.change) {
    case "create":
      return t("activity.created", { kind });
    case "update":
      return t("activity.changed", { kind });
    case "recreate":
      return t("activity.recreated", { kind });
    case "delete":
      return t("activity.deleted", { kind });
  }
}

/** “412 tags became immutable”: the one way in which tags changed, or how many did. */
export function tagsChanged(changed: number, before: StateCounts, after: StateCounts): string {
  if (changed === 0) return t("activity.noState");
  const grown = (["open", "protected", "immutable"] as const).filter((state) => after[state] - before[state] === changed);
  switch (grown[0]) {
    case "open":
      return t("activity.becameOpen", { count: changed });
    case "protected":
      return t("activity.becameProtected", { count: changed });
    case "immutable":
      return t("activity.becameImmutable", { count: changed });
    default:
      return t("activity.changedState", { count: changed });
  }
}

/** Outcomes in the order in which they are counted. */
const COUNTED = ["done", "partial", "exposed", "lost", "failed", "not_made", "restored", "unclear", "unverifiable", "skipped", "pending"] as const;

/** “1 done, 1 failed, 31 not sent”: every change of a run, by what became of it. */
export function outcomes(counts: ChangeCounts): string {
  return COUNTED.filter((outcome) => counts[outcome] > 0)
    .map((outcome) => t(`activity.count.${outcome}`, { count: counts[outcome] }))
    .join(", ");
}

/** What a run did, in one line: where, what became of its changes unless all were done, and what that did to tags. */
export function runLine(run: RunView): string {
  const first = run.entries[0];
  if (first === undefined) return t("activity.noState");
  const parts = [run.projects === 1 ? first.path : t("activity.projects", { count: run.projects })];
  if (run.finished_at === null && !run.running) parts.push(t("activity.unfinished"));
  const all = run.counts.done === run.entry_count;
  if (run.entry_count === 1 && !all) {
    // The title says what became of it.
    for (const part of [first.error?.status, first.error?.code]) if (part != null) parts.push(String(part));
    return parts.join(", ");
  }
  if (!all) parts.push(outcomes(run.counts));
  if (run.counts.done > 0) parts.push(effect(run));
  return parts.join(", ");
}

/** What became of the tags. */
export function effect(run: RunView): string {
  const first = run.entries[0];
  const last = run.entries.at(-1);
  return run.projects === 1 && first !== undefined && last !== undefined
    ? tagsChanged(run.changed_tags, first.before, last.after)
    : tagsChanged(run.changed_tags, sum(run, "before"), sum(run, "after"));
}

/** Whether all that can be taken back of a run was. */
export function isReverted(run: RunView): boolean {
  return run.undo.undone > 0 && run.undo.left === 0 && run.undo.out_of_reach === 0;
}

/** “9 of 10 still to revert”, of a run that was reverted in part. */
export function stillToRevert(run: RunView): string | null {
  if (run.undo.undone === 0 || run.undo.left === 0) return null;
  const count = run.undo.undone + run.undo.left + run.undo.out_of_reach;
  return t("activity.stillToRevert", { left: run.undo.left, count });
}

/** States of all projects of a run together, as far as its entries are here. */
export function sum(run: RunView, side: "before" | "after"): StateCounts {
  const total: StateCounts = { open: 0, protected: 0, immutable: 0, unknown: 0 };
  const ends = new Map<string, EntryView>();
  for (const entry of run.entries) {
    if (side === "before" && ends.has(entry.project)) continue;
    ends.set(entry.project, entry);
  }
  for (const entry of ends.values()) {
    for (const state of ["open", "protected", "immutable", "unknown"] as const) total[state] += entry[side][state];
  }
  return total;
}

/** Whether nothing of a run was carried out, and something of it was refused. */
export function isRefused(run: RunView): boolean {
  const { counts } = run;
  return counts.done + counts.partial + counts.pending === 0 && counts.failed + counts.not_made + counts.restored + counts.lost + counts.exposed > 0;
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** “Today, 20 Nov”. */
export function dayTitle(at: number, now: number = Date.now() / 1000): string {
  const date = DAY.format(at * 1000);
  const full = YEAR.format(at * 1000);
  if (full === YEAR.format(now * 1000)) return t("activity.today", { date });
  if (full === YEAR.format((now - 86_400) * 1000)) return t("activity.yesterday", { date });
  return new Date(at * 1000).getFullYear() === new Date(now * 1000).getFullYear() ? date : full;
}

/** A line of the list: a day, or a run. */
export type Line = { line: "day"; title: string; changes: number; done: number } | { line: "run"; run: RunView; index: number };

/** Runs with a heading for each day, newest first. */
export function linesOf(runs: readonly RunView[], now?: number): Line[] {
  const lines: Line[] = [];
  let day: Extract<Line, { line: "day" }> | null = null;
  runs.forEach((run, index) => {
    const title = dayTitle(run.started_at, now);
    if (day === null || day.title !== title) {
      day = { line: "day", title, changes: 0, done: 0 };
      lines.push(day);
    }
    day.changes += run.entry_count;
    day.done += run.counts.done;
    lines.push({ line: "run", run, index });
  });
  return lines;
}
