/** The one rule of a repository as what the page shows: a mode, and exclusions from it; and back. */
import type { Capabilities, MutabilityMode, Rule } from "../../ipc/bindings";
import { firstEffect } from "../rules/KindChoice";

export type Setting = { mode: MutabilityMode; exclusions: readonly string[] };

/** In the order in which they are offered. */
export const MODES = ["mutable", "immutable", "immutable_except", "mutable_except"] as const satisfies readonly MutabilityMode[];

/** Parts the exclusions of a pattern; none can hold it. */
const COMMA = ",";
const EVERY_TAG = "*";

/** Whether a rule is such a setting: only their patterns are lists of this kind. */
export function isSetting(rule: Rule): boolean {
  return rule.repositories === null && rule.tags.dialect === "ecr-filters";
}

/** Whether a mode knows exclusions. */
export function takesExclusions(mode: MutabilityMode): boolean {
  return mode === "immutable_except" || mode === "mutable_except";
}

/** What a rule says; without one every tag is mutable. */
export function settingOf(rule: Rule | null): Setting {
  if (rule === null) return { mode: "mutable", exclusions: [] };
  const { mode, pattern } = rule.tags;
  if (mode === "excluding") return { mode: "immutable_except", exclusions: exclusionsOf(pattern) };
  return pattern === EVERY_TAG ? { mode: "immutable", exclusions: [] } : { mode: "mutable_except", exclusions: exclusionsOf(pattern) };
}

/** The rule that says this; `null` where none is needed. */
export function ruleOf({ mode, exclusions }: Setting, capabilities: Capabilities): Rule | null {
  const [kind] = capabilities.kinds;
  if (mode === "mutable" || kind === undefined) return null;
  return {
    repositories: null,
    tags: {
      mode: mode === "immutable_except" ? "excluding" : "matching",
      dialect: capabilities.dialect,
      pattern: mode === "immutable" ? EVERY_TAG : patternOf(exclusions),
    },
    effect: firstEffect(kind, capabilities),
    enabled: true,
  };
}

/** The exclusions of a pattern. */
export function exclusionsOf(pattern: string): string[] {
  return pattern.split(COMMA);
}

/** Exclusions in one text. */
export function patternOf(exclusions: readonly string[]): string {
  return exclusions.join(COMMA);
}

/** What is typed or pasted into one exclusion: commas part it into several. */
export function partsOf(text: string): string[] {
  return text.split(/[,\s]+/);
}

/** The exclusion that a column of the whole text is in, and the column in that one. */
export function exclusionAt(exclusions: readonly string[], column: number): { index: number; column: number } {
  let before = 0;
  for (const [index, exclusion] of exclusions.entries()) {
    const end = before + [...exclusion].length + 1;
    if (column <= end) return { index, column: column - before };
    before = end;
  }
  return { index: exclusions.length - 1, column };
}

/** How many `*` an exclusion has. */
export function starsIn(exclusion: string): number {
  return exclusion.split("*").length - 1;
}

/** The place of the first exclusion that is there already. */
export function firstAgain(exclusions: readonly string[]): number | null {
  const again = exclusions.findIndex((one, index) => one !== "" && exclusions.indexOf(one) < index);
  return again < 0 ? null : again;
}
