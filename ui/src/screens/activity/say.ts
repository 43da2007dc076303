/** Runs and their changes in words. */
import type { ApplyState, EntryView, RunView, StateCounts } from "../../ipc/bindings";
import { t } from "../rules/say/t";
import { sides } from "../review/ChangeList";
import { kindOf } from "../rules/RuleCard";

/** States of a change that was refused. */
export const BAD: readonly ApplyState[] = ["failed", "restored", "lost"];

/** “Protected rule changed”, or that it was refused. */
export function entryTitle(entry: EntryView): string {
  if (BAD.includes(entry.state)) return t("activity.refusedTitle");
  if (entry.state === "unclear" || entry.state === "running") return t("activity.unclearTitle");
  if (entry.state === "skipped" || entry.state === "waiting") return t("activity.skippedTitle");
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

/** What a run did, in one line. */
export function runLine(run: RunView): string {
  const first = run.entries[0];
  if (first === undefined) return t("activity.noState");
  const where = run.projects === 1 ? first.path : t("activity.projects", { count: run.projects });
  if (run.finished_at === null) return `${where}, ${t("activity.unfinished")}`;
  const refused = run.entries.find((entry) => BAD.includes(entry.state));
  if (run.entry_count === 1 && refused !== undefined) {
    return [where, refused.error?.status ?? null, refused.error?.code ?? null].filter((part) => part !== null).join(", ");
  }
  const last = run.entries.at(-1) ?? first;
  const said = run.projects === 1 ? tagsChanged(run.changed_tags, first.before, last.after) : tagsChanged(run.changed_tags, sum(run, "before"), sum(run, "after"));
  return `${where}, ${said}`;
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

/** Whether nothing of a run was carried out. */
export function isRefused(run: RunView): boolean {
  return run.entries.length > 0 && run.entries.every((entry) => BAD.includes(entry.state));
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
export type Line = { line: "day"; title: string; changes: number } | { line: "run"; run: RunView; index: number };

/** Runs with a heading for each day, newest first. */
export function linesOf(runs: readonly RunView[], now?: number): Line[] {
  const lines: Line[] = [];
  let day: Extract<Line, { line: "day" }> | null = null;
  runs.forEach((run, index) => {
    const title = dayTitle(run.started_at, now);
    if (day === null || day.title !== title) {
      day = { line: "day", title, changes: 0 };
      lines.push(day);
    }
    day.changes += run.entry_count;
    lines.push({ line: "run", run, index });
  });
  return lines;
}
