/** The setting in one sentence. */
import type { MutabilityMode, Phrase } from "../../ipc/bindings";
import { sayTagClauses } from "../rules/say/cover";
import { list } from "../rules/say/phrases";
import { t } from "../rules/say/t";
import { takesExclusions } from "./setting";

/** “Every tag is immutable, except “latest” and tags that start with “dev-” or “pr-”.” */
export function sayMutability(mode: MutabilityMode, phrases: readonly Phrase[]): string {
  if (!takesExclusions(mode)) return t(`mutability.words.${mode}`);
  const { everything, named, that } = sayTagClauses(phrases);
  if (everything) return t(mode === "immutable_except" ? "mutability.words.mutable" : "mutability.words.immutable");
  const parts = [...(named === null ? [] : [named]), ...that.map((one) => t("mutability.words.tagsThat", { that: one }))];
  if (parts.length === 0) return "–";
  const which = list(parts, t("rules.words.comma"), t(parts.length < 3 ? "mutability.words.and" : "mutability.words.andLast"));
  return t(`mutability.words.${mode}`, { which });
}
