/** What keeps a tag from being matched, in words. */
import type { LossReason, Why } from "../../../ipc/bindings";
import { t } from "./t";
import { value } from "./values";

/** For a near miss: “no dot there”. */
export function sayWhy(why: Why): string {
  return t(`rules.why.${why.why}`, values(why));
}

/** For tags that are lost: “5 of them lack a dot, like v2.13.0-rc1.” */
export function sayLoss(lost: LossReason): string {
  return t(`rules.why.lost_${lost.why.why}`, { ...values(lost.why), count: lost.tags, example: value(lost.example) });
}

/** What the change that keeps them does: “Make the dot optional”. */
export function sayMend(why: Why): string {
  return t(`rules.why.mend_${why.why}`, values(why));
}

function values(why: Why): { separator: string; text: string } {
  return {
    separator: "separator" in why ? separatorName(why.separator) : "",
    text: "text" in why ? value(why.text, 24) : "",
  };
}

function separatorName(separator: string): string {
  switch (separator) {
    case ".":
      return t("rules.why.dot");
    case "-":
      return t("rules.why.dash");
    case "_":
      return t("rules.why.underscore");
    default:
      return t("rules.why.other", { separator: value(separator) });
  }
}
