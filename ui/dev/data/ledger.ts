// The project of the pictures, opened.
import type { Capabilities, ProjectRow, ProjectView, SavedRule } from "../../src/ipc/bindings";
import type { RuledProject } from "../../src/screens/rules/ruled";

export const capabilities: Capabilities = {
  product: "GitLab", version: "18.10.1-ee",
  kinds: [
    { kind: "protected", blocks: null, editable: true, minimum_role: "maintainer", unavailable: null },
    { kind: "immutable", blocks: "overwrite_and_delete", editable: false, minimum_role: "owner", unavailable: null },
  ],
  dialect: "gitlab", repository_dialect: null, single_repository: false, excluding: false, switch: false, rule_limit: 5, rules_shown: null,
  enforcement: "gitlab", form: { form: "list" }, cleanup_preview: false, images_on_request: false, role_names: "gitlab",
  pattern_characters: 100, pattern_bytes: null, unique_patterns: true, unique_rules: false, rule_bytes: null,
  protect_roles: ["maintainer", "owner", "admin"],
  actors: ["guest", "reporter", "developer", "maintainer", "owner", "admin", "deploy_token", "cleanup_policy"],
  propagation_seconds: [300, 900],
  cleanup: false,
  notes: [],
};

const rule = (id: string, pattern: string, effect: SavedRule["rule"]["effect"]): SavedRule => ({
  id, rule: { repositories: null, tags: { mode: "matching", dialect: "gitlab", pattern }, effect, enabled: true }, unread: [],
});

export const ledgerRules: SavedRule[] = [
  rule("gid://gitlab/Rule/1", "^(latest|stable)$", { kind: "protect", push: "maintainer", delete: "owner" }),
  rule("gid://gitlab/Rule/2", "^v\\d+\\.\\d+\\.\\d+$", { kind: "immutable", blocks: "overwrite_and_delete" }),
  rule("gid://gitlab/Rule/3", "-rc", { kind: "protect", push: "maintainer", delete: "maintainer" }),
];

/** Any row of the table, opened. */
export function opened(row: ProjectRow): ProjectView {
  return asAnswered(openedRuled(row));
}

/** A project with its rules as the console answers it. */
export function asAnswered(project: RuledProject): ProjectView {
  return { ...project, rules: { known: "read", rules: project.rules } };
}

/** Any row, opened, with its rules; only the ledger has some worth reading. */
export function openedRuled(row: ProjectRow): RuledProject {
  const ledger = row.name === "ledger-api";
  const path = `${row.group}/${row.name}`;
  return {
    row, kind: "gitlab", web_url: `https://gitlab.example.com/${path}`, capabilities,
    repositories: Array.from({ length: row.repositories }, (_, index) => {
      const name = [row.name, "worker", "migrations"][index] ?? `part-${index}`;
      return { id: String(index), path: index === 0 ? path : `${path}/${name}`, name, tags: Math.ceil(row.tags / row.repositories) };
    }),
    rules: ledger ? ledgerRules : [], rule_tags: ledger ? [6, 214, 61] : [], findings: row.findings, draft: null,
  };
}
