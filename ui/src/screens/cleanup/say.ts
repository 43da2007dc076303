/** Cleanup policies in words. */
import type { Cleanup, Condition, Selector } from "../../ipc/bindings";
import { t } from "../rules/say/t";

/** Whether a selector leaves nothing out. */
export function isEverything({ mode, dialect, pattern }: Selector): boolean {
  return mode === "matching" && dialect !== "prefix" && (pattern === "" || pattern === "**");
}

/** Which images a rule acts on. */
export function conditionWords(condition: Exclude<Condition, { kind: "unknown" | "passed_over" | "fails" }>): string {
  if (isNone(condition)) return t("cleanup.none");
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

/** Whether nothing can meet a condition: the newest none, or a push within no days. */
function isNone(condition: Condition): boolean {
  switch (condition.kind) {
    case "newest_pushed":
    case "newest_pulled":
    case "active":
      return condition.count === 0;
    case "pushed_within":
    case "pulled_within":
      return condition.days === 0;
    default:
      return false;
  }
}

/** What becomes of everything that no rule is about. */
export function closingWords({ rules, otherwise }: Cleanup): string {
  const on = rules.filter((rule) => rule.enabled && rule.condition.kind !== "passed_over");
  if (on.length === 0) return t("cleanup.nothingOn");
  const failing = on.filter(({ condition }) => condition.kind === "fails");
  const everywhere = failing.filter(({ condition }) => condition.kind === "fails" && condition.everywhere);
  if (everywhere.length > 0) return t("cleanup.failingEverywhere", { count: everywhere.length, numbers: numbersOf(everywhere) });
  if (failing.length > 0) return t("cleanup.failing", { count: failing.length, numbers: numbersOf(failing) });
  const unclear = on.some((rule) => rule.condition.kind === "unknown" || [...rule.repositories, ...rule.tags].some(({ mode }) => mode === "unsupported"));
  return unclear ? t("cleanup.uncertain") : t(`cleanup.otherwise.${otherwise}`);
}

function numbersOf(rules: Cleanup["rules"]): string {
  return rules.map(({ number }) => number).join(", ");
}
