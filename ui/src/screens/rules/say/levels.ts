/** Tags that keep their state while other roles may change them, in words. */
import type { LevelChange, Role, RoleNames } from "../../../ipc/bindings";
import { sayRoles } from "./roles";
import { t } from "./t";

const LADDER: readonly Role[] = ["developer", "maintainer", "owner", "admin"];

/** "and 54 stay protected, but Maintainers can no longer delete them". Several ways at once are only counted. */
export function sayLevels(changes: readonly LevelChange[], names: RoleNames): string {
  const count = changes.reduce((sum, change) => sum + change.tags, 0);
  const [only] = changes;
  if (!only || changes.length > 1) return t("review.levelsMixed", { count });
  const parts = LADDER.flatMap((role) => sayOne(role, only, count, names));
  if (parts.length === 0) return t("review.levelsMixed", { count });
  return t("review.levels", { count, state: t(`review.stays.${only.state}`), changes: parts.join(t("rules.effect.and")) });
}

function sayOne(role: Role, change: LevelChange, count: number, names: RoleNames): string[] {
  const push = difference(role, change.push_before, change.push_after);
  const remove = difference(role, change.delete_before, change.delete_after);
  const who = sayRoles(names, role);
  if (push !== null && push === remove) {
    return [push ? t("review.levelGainsBoth", { who, count }) : t("review.levelLosesBoth", { who, count })];
  }
  return [
    ...(push === null ? [] : [push ? t("review.levelGainsPush", { who, count }) : t("review.levelLosesPush", { who, count })]),
    ...(remove === null ? [] : [remove ? t("review.levelGainsDelete", { who, count }) : t("review.levelLosesDelete", { who, count })]),
  ];
}

/** Whether the role gains the right (`true`), loses it (`false`), or nothing changes (`null`). */
function difference(role: Role, before: Role | null, after: Role | null): boolean | null {
  const could = reaches(role, before);
  const can = reaches(role, after);
  return could === can ? null : can;
}

function reaches(role: Role, minimum: Role | null): boolean {
  // Nobody reaches what nobody may do; an administrator is held back by no role.
  return minimum !== null && (role === "admin" || LADDER.indexOf(role) >= LADDER.indexOf(minimum));
}
