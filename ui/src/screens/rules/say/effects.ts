/** What a draft takes from whom and gives to whom, in words. */
import type { RoleEffect, RoleNames } from "../../../ipc/bindings";
import { sayRoles } from "./roles";
import { t } from "./t";

/** One sentence for each role that gains or loses. */
export function sayEffects(effects: readonly RoleEffect[], names: RoleNames): string {
  const sentences = effects.flatMap((effect) => {
    const parts = [...losses(effect), ...gains(effect)];
    if (parts.length === 0) return [];
    const what = parts.length < 3 ? parts.join(t("rules.effect.and")) : parts.slice(0, -1).join(t("rules.effect.comma")) + t("rules.effect.and") + parts.at(-1);
    return [t("rules.effect.sentence", { who: sayRoles(names, effect.role), what })];
  });
  return sentences.length === 0 ? t("rules.effect.none") : sentences.join(" ");
}

function losses(effect: RoleEffect): string[] {
  if (effect.loses_push > 0 && effect.loses_push === effect.loses_delete) {
    return [t("rules.effect.loseBoth", { count: effect.loses_push })];
  }
  return [
    ...(effect.loses_push > 0 ? [t("rules.effect.losePush", { count: effect.loses_push })] : []),
    ...(effect.loses_delete > 0 ? [t("rules.effect.loseDelete", { count: effect.loses_delete })] : []),
  ];
}

function gains(effect: RoleEffect): string[] {
  if (effect.gains_push > 0 && effect.gains_push === effect.gains_delete) {
    const afterLoss = effect.loses_push > 0 && effect.loses_push === effect.loses_delete;
    return [t(afterLoss ? "rules.effect.gainBoth" : "rules.effect.gainBothAlone", { count: effect.gains_push })];
  }
  return [
    ...(effect.gains_push > 0 ? [t("rules.effect.gainPush", { count: effect.gains_push })] : []),
    ...(effect.gains_delete > 0 ? [t("rules.effect.gainDelete", { count: effect.gains_delete })] : []),
  ];
}
