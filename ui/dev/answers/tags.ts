// The tags table over the projects of the fixture.
import type { SavedRule, StateCounts, TagDetails, TagLine, TagQuestion, TagRow, TagsPage, TagsQuery, TagState } from "../../src/ipc/bindings";
import { plainError } from "../../src/ipc/client";
import { ledgerRules } from "../data/ledger";
import { compiled, counted, stateOf, tags, type Tag } from "../data/tags";
import { flag } from "./draft";
import { told } from "./hidden";
import { matrixOf } from "./simulate";

const REPOSITORIES = ["payments/ledger-api", "payments/ledger-api/migrations", "payments/ledger-api/worker"];
const rules = ledgerRules.map((one) => one.rule);

function deciding(name: string): SavedRule | null {
  const covering = ledgerRules.filter((one) => compiled(one.rule.tags.pattern)?.test(name));
  return covering.find((one) => one.rule.effect.kind === "immutable") ?? covering[0] ?? null;
}

const plain: TagRow[] = tags.map((tag): TagRow => {
  const rule = deciding(tag.name);
  const effect = rule?.rule.effect;
  return {
    project: "gl:payments/ledger-api", project_path: "payments/ledger-api", repository: String(tag.repository), repository_path: REPOSITORIES[tag.repository] ?? "",
    name: tag.name, digest: tag.digest, state: stateOf(tag.name, rules), deciding: rule, told_by_server: false,
    push: effect === undefined ? "developer" : effect.kind === "protect" ? effect.push : null,
    delete: effect === undefined ? "developer" : effect.kind === "protect" ? effect.delete : null,
    roles: "gitlab", size: tag.size, pushed_at: tag.pushed, created_at: null, image_unread: false, moved_at: tag.moved ? tag.pushed : null, previous_digest: tag.moved ? `sha256:${"c7705e19".repeat(8)}` : null,
  };
});
const all = flag("hidden") === null ? plain : plain.map(told);

function passing(query: TagsQuery, state: TagState | null): TagRow[] {
  const words = query.filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return all.filter((row) =>
    (state === null || row.state === state) && (!query.moved || row.moved_at !== null)
    && words.every((word) => (word.startsWith("repo:") ? row.repository_path.includes(word.slice(5)) : row.name.toLowerCase().includes(word))));
}

export function tagsPage(query: TagsQuery): TagsPage {
  const rows = passing(query, query.state).toSorted((a, b) => {
    const by = query.sort === "name" ? a.name.localeCompare(b.name) : query.sort === "size" ? (a.size ?? 0) - (b.size ?? 0) : (a.pushed_at ?? 0) - (b.pushed_at ?? 0);
    return a.repository.localeCompare(b.repository) || (query.descending ? -by : by);
  });
  const lines: TagLine[] = query.grouped
    ? REPOSITORIES.flatMap((path, index): TagLine[] => {
        const mine = rows.filter((row) => row.repository === String(index));
        if (mine.length === 0) return [];
        return [{ line: "repository", path, project: "payments/ledger-api", tags: mine.length, states: counted(mine.map((row) => row.state)) }, ...mine.map((tag): TagLine => ({ line: "tag", tag }))];
      })
    : rows.map((tag) => ({ line: "tag", tag }));
  const states: StateCounts = counted(passing(query, null).map((row) => row.state));
  return {
    lines: lines.slice(query.offset, query.offset + query.limit), total_lines: lines.length, total: rows.length, states,
    moved: passing({ ...query, moved: true }, query.state).length, repositories: new Set(rows.map((row) => row.repository)).size,
    filter_error: /\bopne:/.test(query.filter) ? { token: "opne", did_you_mean: "open" } : null,
  };
}

export function tagDetails({ repository, name }: TagQuestion): TagDetails {
  const row = all.find((one) => one.repository === repository && one.name === name);
  if (row === undefined) throw plainError("server.not-found");
  return {
    row, rules_known: { known: "read", rules: 3 }, covering: ledgerRules.filter((one) => compiled(one.rule.tags.pattern)?.test(name)),
    same_digest: name === "stable" ? [{ name: "v2.14.0", state: "immutable" }] : [], matrix: matrixOf(name, true, rules),
  };
}

export type { Tag };
