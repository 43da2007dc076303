/** Cleanup policies in words. */
import type { Cleanup, Condition, Selector } from "../../ipc/bindings";
import { t } from "../rules/say/t";

/** Whether a selector leaves nothing out. */
export function isEverything({ mode, dialect, pattern }: Selector): boolean {
  return mode === "matching" && dialect !== "prefix" && (pattern === "" || pattern === "**");
}

/** Which images a rule acts on. */
export function conditionWords(condition: Exclude<Condition, { kind: "unknown" }>): string {
  switch (condition.kind) {
    case "always":
      return t("cleanup.always");
    case "older_than":
      return t(`cleanup.older_${condition.since}`, { count: condition.days });
    case "pushed_within":
    case "pulled_within":
      return t(`cleanup.${condition.kind}`, { count: condition.days });
    default:
      return t(`cleanup.${condition.kind}`, { count: condition.count });
  }
}

/** What becomes of everything that no rule is about. */
export function closingWords({ rules, otherwise }: Cleanup): string {
  const on = rules.filter((rule) => rule.enabled);
  if (on.length === 0) return t("cleanup.nothingOn");
  const unclear = on.some((rule) => rule.condition.kind === "unknown" || [...rule.repositories, ...rule.tags].some(({ mode }) => mode === "unsupported"));
  return unclear ? t("cleanup.uncertain") : t(`cleanup.otherwise.${otherwise}`);
}
