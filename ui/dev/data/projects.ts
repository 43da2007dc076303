// The projects of the design's pictures, and as many more as make the numbers come out.
import type { ConnectionSummary, Finding, ProjectRow, RuleKind, StateCounts, What } from "../../src/ipc/bindings";

const P: RuleKind = "protected";
const I: RuleKind = "immutable";

/** The moment the fixture was made up for: "now" of the page, so ages read as in the pictures. */
export const NOW = Math.floor(Date.now() / 1000);

export const gitlab: ConnectionSummary = {
  id: "gl", kind: "gitlab", mark: "GL", product: "GitLab", name: "gitlab.example.com",
  address: "https://gitlab.example.com", demo: false, sign_in: { with: "token", keep: "keychain" }, user: null, repositories: [],
  ca_file: null, secret: "token", token_hint: "4f2c", version: "18.10.1-ee", projects: 287, synced_at: NOW - 130, error: null,
};

export const demo: ConnectionSummary = {
  ...gitlab, id: "demo", name: "Demo GitLab", address: "http://127.0.0.1:4711", demo: true,
  sign_in: { with: "token", keep: "session" }, user: null, repositories: [], ca_file: null, token_hint: null, projects: 125,
};

type Seed = [path: string, repositories: number, open: number, prot: number, imm: number, rules: RuleKind[], age: number, findings?: What[], count?: number];

const SEEDS: Seed[] = [
  ["data/ingest-worker", 2, 1022, 0, 288, [I], 4],
  ["data/sandbox", 1, 0, 0, 311, [I], 4, [{ code: "matches_nothing", never: false, excluding: false }]],
  ["identity/sso-gateway", 2, 101, 122, 754, [P, P, I], 4],
  ["payments/card-vault", 2, 12, 140, 709, [P, I, I, I], 2],
  ["payments/fx-rates", 1, 96, 51, 255, [P, I], 2],
  ["payments/ledger-api", 3, 923, 67, 214, [P, I, P], 2, [{ code: "not_anchored", example: "dev1.0x", exists: true }]],
  ["payments/settlement-jobs", 5, 3318, 0, 0, [], 2, [{ code: "no_rules", open: 3318 }]],
  ["platform/base-images", 14, 1022, 2881, 5224, [P, P, I, I, I], 3, [{ code: "rule_limit", used: 5, limit: 5 }]],
  ["platform/ci-runners", 4, 1480, 780, 0, [P, P], 3, [{ code: "matches_every_tag", repeated: "v" }], 2],
  ["platform/edge-proxy", 2, 204, 110, 876, [P, P, I], 3],
  ["shop/catalogue", 3, 1877, 0, 0, [], 3, [{ code: "no_rules", open: 1877 }]],
  ["shop/checkout-web", 6, 2990, 411, 1070, [P, P, I], 3, [{ code: "blocks_moving_tags", tags: ["latest"], reasons: ["latest"], total: 1 }], 3],
  ["shop/gift-cards", 2, 203, 87, 112, [P, I], 4],
  ["shop/search-indexer", 2, 118, 80, 442, [P, I], 4],
];

function row([path, repositories, open, prot, imm, rules, minutes, what = [], count]: Seed, connection: ConnectionSummary): ProjectRow {
  const slash = path.lastIndexOf("/");
  const findings: Finding[] = what.map((one) => ({ what: one, severity: one.code === "blocks_moving_tags" ? "incident" : "warning", rule: null, fixes: [] }));
  const states: StateCounts = { open, protected: prot, immutable: imm, unknown: 0 };
  return {
    id: `${connection.id}:${path}`, group: path.slice(0, slash), name: path.slice(slash + 1),
    connection: connection.id, connection_name: connection.name, mark: connection.mark, demo: connection.demo,
    repositories, tags: open + prot + imm, states, rules: { known: "read", rules }, mutability: null, rule_limit: 5, rules_complete: true,
    archived: false, role: "owner", role_names: "gitlab",
    findings, finding_count: count ?? findings.length, read_at: NOW - minutes * 60, error: null,
  };
}

const TEAMS = ["team-data", "mobile", "risk", "search", "web", "infra"];
const SERVICES = ["ingest", "gateway", "worker", "console", "reports", "sync", "exporter", "scheduler"];

function more(index: number): Seed {
  const open = (index * 37) % 260;
  const rules = index % 3 === 0 ? [] : index % 3 === 1 ? [P] : [P, I];
  return [
    `${TEAMS[index % TEAMS.length]}/${SERVICES[Math.floor(index / TEAMS.length) % SERVICES.length]}-${Math.floor(index / 48) + 1}`,
    1 + (index % 4), open, rules.length > 0 ? (index * 13) % 60 : 0, rules.length > 1 ? (index * 29) % 90 : 0, rules,
    4 + (index % 9), rules.length === 0 && open > 0 ? [{ code: "no_rules", open }] : [],
  ];
}

/** The same, of which some are hidden, archived, or were never read. */
export function partlyKnown(rows: readonly ProjectRow[]): ProjectRow[] {
  return rows.map((row, index): ProjectRow => {
    const unknown: ProjectRow = { ...row, findings: [], finding_count: 0, rules: { known: "not_visible", reason: { why: "role", needs: "maintainer" } }, role: "developer" };
    if (index === 7) return { ...unknown, archived: true, role: "owner", rules: { known: "not_visible", reason: { why: "archived" } } };
    if (index % 11 === 3) return unknown;
    if (index % 11 === 5) return { ...unknown, states: { open: 0, protected: 0, immutable: 0, unknown: row.tags } };
    if (index === 10 || index === 12) return { ...unknown, read_at: null, tags: 0, repositories: 0, rules: { known: "not_read" }, role: "owner" };
    return row;
  });
}

/** All rows, by path. */
export const projects: readonly ProjectRow[] = [
  ...SEEDS.map((seed) => row(seed, gitlab)),
  ...Array.from({ length: 273 }, (_, index) => row(more(index), gitlab)),
  ...Array.from({ length: 125 }, (_, index) => row(more(index + 300), demo)),
].toSorted((a, b) => `${a.group}/${a.name}`.localeCompare(`${b.group}/${b.name}`));
