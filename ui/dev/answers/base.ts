// Answers of the commands that the shell, welcome, connections, settings and projects use.
// `?first` in the page's address starts without a connection; `?keychain=locked`, `?database=read-only`,
// `?error` and `?hidden` (rules that the account does not see, projects that were not read) show those states.
import type { AppStart, ConnectionCheck, ConnectionSummary, FilterError, OpenChanges, ProjectRow, ProjectsQuery, Settings } from "../../src/ipc/bindings";
import { plainError } from "../../src/ipc/client";
import { pause } from "../pause";
import type { Answers } from "../fixture";
import { opened } from "../data/ledger";
import { demo, gitlab, partlyKnown, projects as known } from "../data/projects";

const flag = (name: string) => (typeof location === "undefined" ? null : new URLSearchParams(location.search).get(name));

export const SETTINGS: Settings = { theme: "system", single_letters: true, proxy: null, proxy_password: null };
const projects = flag("hidden") === null ? known : partlyKnown(known);


/** The checks of the picture. */
export const CHECKS: ConnectionCheck[] = [
  { check: "reachable", state: "passed", milliseconds: 84, wait: null, found: { found: "answered", host: "gitlab.example.com" }, error: null },
  { check: "tls", state: "passed", milliseconds: null, wait: null, found: { found: "trusted" }, error: null },
  { check: "version", state: "passed", milliseconds: null, wait: null, found: { found: "version", version: "GitLab 18.10.1-ee", immutable: true }, error: null },
  { check: "token", state: "passed", milliseconds: null, wait: null, found: { found: "token", name: "tagwarden", user: "group_41_bot", expires_at: 1_802_390_400, at: null }, error: null },
  { check: "scopes", state: "passed", milliseconds: null, wait: null, found: { found: "scopes", scopes: ["api"], can_change: true }, error: null },
  { check: "role", state: "warning", milliseconds: null, wait: null, found: { found: "roles", roles: [{ role: "owner", projects: 41 }, { role: "maintainer", projects: 246 }], names: "gitlab", enough: "owner" }, error: null },
  { check: "rules", state: "passed", milliseconds: null, wait: null, found: { found: "rules", supported: true, immutable: true }, error: null },
];

const open = (): OpenChanges => ({ unclear: Number(flag("open") ?? 0), exposed: Number(flag("exposed") ?? 0) });

export function baseAnswers(): Answers {
  let settings: Settings = { ...SETTINGS, theme: (flag("theme") as Settings["theme"] | null) ?? "system" };
  let connections: ConnectionSummary[] = flag("first") === null ? [gitlab, demo] : [];
  if (flag("error") !== null) connections = connections.map((one) => (one.demo ? one : { ...one, error: { ...plainError("auth.expired"), host: one.name } }));
  if (flag("offline") !== null) connections = connections.map((one) => ({ ...one, error: { ...plainError("net.offline"), host: one.name } }));
  const keychain = (flag("keychain") as AppStart["keychain"] | null) ?? "available";
  return {
    app_start: () => ({
      version: "0.1.0", keychain, connections, settings, data_folder: "/home/ada/.local/share/tagwarden",
      database: flag("database") === null ? null : plainError("database.read-only", "/home/ada/.local/share/tagwarden/tagwarden.db"),
      open_changes: open(),
    }),
    journal_open: () => open(),
    keychain_state: () => keychain,
    connections: () => connections,
    settings_save: (wanted) => {
      const { proxy } = wanted.settings;
      const bare = proxy?.replace(/(\/\/[^:@/]*):[^@/]*@/, "$1@") ?? null;
      const kept = wanted.proxy_password !== null ? wanted.proxy_password !== "" : bare !== proxy || settings.proxy_password !== null;
      settings = { ...wanted.settings, proxy: bare, proxy_password: bare !== null && kept ? "keychain" : null };
      return settings;
    },
    connection_test: (_draft, stage) => stage.job(async (tell, job) => {
      for (const check of CHECKS) {
        tell({ event: "check", job, check: { ...check, state: "running", wait: { for: "answer", seconds: 10 }, found: null, milliseconds: null } });
        await pause(120);
        tell({ event: "check", job, check });
      }
      tell({ event: "ended", job, kind: "test_connection", result: { ended: "tested", can_save: true } });
    }),
    connection_save: (draft) => {
      const saved = { ...gitlab, id: draft.id ?? "gl", name: draft.name || gitlab.name, sign_in: draft.sign_in };
      connections = [...connections.filter((one) => one.id !== saved.id), saved];
      return saved;
    },
    connection_remove: (id) => {
      connections = connections.filter((one) => one.id !== id);
      return null;
    },
    demo_open: (_none, stage) => stage.job(async (tell, job) => {
      await pause(300);
      connections = [...connections.filter((one) => !one.demo), demo];
      tell({ event: "ended", job, kind: "demo", result: { ended: "demo_ready", connection: demo } });
      tell({ event: "changed", what: "connections", project: null });
    }),
    sync_start: (connection, stage) => stage.job(async (tell, job) => {
      for (let done = 0; done <= 412; done += 4) {
        tell({ event: "progress", progress: { job, kind: "sync", connection, done, total: 412, tags: done * 229, failed: 0, waiting: null } });
        await pause(60);
      }
      tell({ event: "ended", job, kind: "sync", result: { ended: "synced", projects: 412, tags: 98_412, failed: 0, complete: true } });
      tell({ event: "changed", what: "projects", project: null });
    }),
    project_refresh: (project, stage) => stage.job((tell, job) => {
      tell({ event: "ended", job, kind: "refresh", result: { ended: "refreshed", project } });
    }),
    job_cancel: () => null,
    projects_page: (query) => {
      const rows = matching(query).toSorted(order(query));
      return {
        rows: rows.slice(query.offset, query.offset + query.limit), total: rows.length,
        all: connections.length === 0 ? 0 : projects.length, all_tags: projects.reduce((sum, row) => sum + row.tags, 0), not_read: projects.filter((row) => row.read_at === null).length,
        chips: (["all", "findings", "no_rules", "not_visible", "limit_reached"] as const).map((chip) => ({ chip, count: matching({ ...query, chip }).length })),
        filter_error: wrongToken(query.filter),
      };
    },
    projects_ids: (query) => matching(query).map((row) => row.id),
    project_open: (id) => {
      const row = projects.find((one) => one.id === id);
      if (!row) throw { ...plainError("server.not-found"), project: id };
      const view = opened(row);
      return row.rules.known === "read" ? view : { ...view, rules: row.rules };
    },
    draft_save: () => null,
    draft_discard: () => null,
  };
}

function wrongToken(filter: string): FilterError | null {
  const [token] = /\bopne:\S+/.exec(filter) ?? [];
  return token === undefined ? null : { token, did_you_mean: "open" };
}

/** Rules used, where they are known. */
function used({ rules }: ProjectRow): number | null {
  return rules.known === "read" ? rules.rules.length : null;
}

function matching({ filter, chip }: ProjectsQuery): ProjectRow[] {
  const words = filter.split(/\s+/).filter((word) => word !== "");
  return projects.filter((row) =>
    words.every((word) => passes(row, word))
    && (chip === "all" || (chip === "findings" && row.finding_count > 0) || (chip === "no_rules" && used(row) === 0) || (chip === "not_visible" && row.rules.known === "not_visible")
      || (chip === "limit_reached" && used(row) === row.rule_limit)));
}

function passes(row: ProjectRow, word: string): boolean {
  const [, key, value] = /^(\w+):(.*)$/.exec(word) ?? [];
  if (key === "tags" && value?.startsWith(">")) return row.tags > Number(value.slice(1));
  if (key === "rule" && value === "none") return used(row) === 0;
  if (key === "registry") return value?.split(",").some((part) => row.connection_name.includes(part) || row.mark.toLowerCase() === part) ?? true;
  if (key !== undefined) return true;
  return `${row.group}/${row.name}`.includes(word.toLowerCase());
}

function order({ sort, descending }: ProjectsQuery): (a: ProjectRow, b: ProjectRow) => number {
  const sign = descending ? -1 : 1;
  const value = (row: ProjectRow): number | string => {
    switch (sort) {
      case "path": return `${row.group}/${row.name}`;
      case "connection": return row.connection_name;
      case "repositories": return row.repositories;
      case "tags": return row.tags;
      case "open": return row.tags === 0 ? 0 : row.states.open / row.tags;
      case "rules": return used(row) ?? -1;
      case "findings": return row.finding_count;
      case "read_at": return row.read_at ?? 0;
    }
  };
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    return sign * (typeof x === "string" ? x.localeCompare(String(y)) : x - Number(y));
  };
}
