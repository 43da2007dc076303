/** Why a pattern cannot be used, in words. */
import type { BlockProblem, Dialect, PatternError, PatternErrorCode } from "../../../ipc/bindings";
import { dialectKey } from "./dialect";
import { t } from "./t";
import { value } from "./values";

/** What is around the error. */
export type Around = { product: string; dialect: Dialect; used: number; limit: number | null };

/** The sentence for an error, with its column when it has one. */
export function sayProblem(error: PatternError, around: Around): string {
  const text = reason(error.code, around);
  if (error.column === null) return text.charAt(0).toUpperCase() + text.slice(1);
  return t("rules.problem.column", { column: error.column, text });
}

/** The server's own words, when it is the server that refuses. */
export function serverWords(error: PatternError, product: string): string | null {
  if (error.kind === "uncertain") return t("rules.problem.uncertain", { product });
  return error.reason === "" ? null : t("rules.problem.says", { product, words: value(error.reason, 200) });
}

function reason(code: PatternErrorCode, around: Around): string {
  const { product, used, limit } = around;
  const dialect = t(`rules.dialect.${dialectKey(around.dialect)}.name`);
  switch (code) {
    case "too_long":
      return limit === null ? t("rules.problem.too_long_plain") : t("rules.problem.too_long", { used, limit });
    case "escape":
      return t("rules.problem.escape", { dialect });
    case "group_flag":
      return t("rules.problem.group_flag", { dialect });
    case "look_around":
      return t("rules.problem.look_around", { dialect });
    case "back_reference":
      return t("rules.problem.back_reference", { dialect });
    case "too_large":
      return t("rules.problem.too_large", { product });
    case "other":
      return t("rules.problem.other", { product });
    default:
      return t(`rules.problem.${code}`);
  }
}

/** Why a building block cannot be written as a pattern. */
export function sayBlockProblem(problem: BlockProblem): string {
  switch (problem.problem) {
    case "unsayable":
    case "empty":
      return t(`rules.blocks.problem.${problem.problem}`);
    case "lost":
      return t("rules.blocks.problem.lost", { entry: value(problem.entry), by: value(problem.by) });
    default:
      return t(`rules.blocks.problem.${problem.problem}`, { entry: value(problem.entry) });
  }
}
