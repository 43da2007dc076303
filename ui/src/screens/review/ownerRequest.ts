/** What an owner of a project is asked to do, as plain text for a mail or a chat. */
import type { ApiError, ApplyState, Change, ProjectPlanView, Rule } from "../../ipc/bindings";
import { kindOf } from "../rules/RuleCard";
import { PROTECTING, sayRole } from "../rules/say/roles";
import { t } from "../rules/say/t";
import { selectorText } from "../rules/say/values";

/** The request for all changes that were not carried out. Patterns stand as they are: the owner has to copy them. */
export function ownerRequest(project: Pick<ProjectPlanView, "path" | "connection_name" | "changes">, error: ApiError, states: readonly ApplyState[]): string {
  const need = error.role_need === null ? t("errors.someNeed") : sayRole(error.role_names, error.role_need);
  const have = error.role_have === null ? t("errors.someRole") : sayRole(error.role_names, error.role_have);
  const open = project.changes.filter((_, index) => states[index] !== "done");
  return [
    t("review.request.ask", { project: project.path, host: project.connection_name }),
    "",
    ...open.map((change) => `- ${changeLine(change)}`),
    "",
    t("review.request.why", { need, have }),
  ].join("\n");
}

function changeLine(change: Change): string {
  switch (change.change) {
    case "create":
      return t("review.request.create", { rule: ruleText(change.rule) });
    case "delete":
      return t("review.request.delete", { rule: ruleText(change.rule.rule) });
    case "update":
    case "recreate":
      return t(`review.request.${change.change}`, { from: ruleText(change.from.rule), to: ruleText(change.to) });
  }
}

function ruleText(rule: Rule): string {
  const { effect, tags } = rule;
  const kind = t(`rules.kind.${kindOf(rule)}`);
  if (effect.kind === "immutable") return `${kind} ${selectorText(tags)}`;
  const roles = t("review.request.roles", { push: sayRole(PROTECTING, effect.push), delete: sayRole(PROTECTING, effect.delete) });
  return `${kind} ${selectorText(tags)} (${roles})`;
}
