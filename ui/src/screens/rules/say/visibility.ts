/** Why rules are not known, in sentences. */
import type { NotVisible, ProjectView, RoleNames } from "../../../ipc/bindings";
import { sayRole } from "./roles";
import { t } from "./t";

export type Unknown = { title: string; text: string; help: string };

/** What is said where an opened project's rules would be; `null`: they were read. */
export function sayUnknown({ rules, capabilities, row }: ProjectView): Unknown | null {
  if (rules.known === "read") return null;
  const project = row.group ? `${row.group}/${row.name}` : row.name;
  if (rules.known === "not_read") return { title: t("visibility.title.not_read"), text: t("visibility.text.not_read", { project }), help: t("visibility.help.not_read") };
  const { reason } = rules;
  const values = { product: capabilities.product, project, needs: needsOf(reason, capabilities.role_names) };
  const text = reason.why !== "role"
    ? t(`visibility.text.${reason.why}`, values)
    : row.role === null
      ? t("visibility.text.role_unknown", values)
      : t("visibility.text.role", { ...values, have: sayRole(capabilities.role_names, row.role) });
  return { title: t(`visibility.title.${reason.why}`), text, help: t(`visibility.help.${reason.why}`, values) };
}

/** The role or permission that would see them. */
export function needsOf(reason: NotVisible, names: RoleNames): string {
  if (reason.why === "role") return sayRole(names, reason.needs);
  return reason.why === "permission" ? reason.needs : "";
}
