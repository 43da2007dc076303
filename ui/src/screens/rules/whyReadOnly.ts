import { whyNot } from "./KindChoice";
import type { RuledProject } from "./ruled";
import { sayRole } from "./say/roles";
import { t } from "./say/t";

/** Why nothing can be changed; `null`: at least one kind of rule can. */
export function whyReadOnly(project: Pick<RuledProject, "capabilities" | "row">): string | null {
  const { capabilities, row } = project;
  if (capabilities.kinds.length === 0) return t("rules.readOnly.nothing", { product: capabilities.product });
  const reasons = capabilities.kinds.map((kind) => whyNot(kind, capabilities, row.role));
  if (reasons.includes(null)) return null;
  if (capabilities.kinds.every((kind) => kind.unavailable === "read_only_token")) return t("rules.readOnly.token");
  const usable = capabilities.kinds.find((kind) => kind.unavailable === null);
  return usable === undefined ? (reasons[0] ?? null) : t("rules.readOnly.role", { role: sayRole(capabilities.role_names, usable.minimum_role) });
}
