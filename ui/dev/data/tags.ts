// The tags of the pictures' project, and as many more as make the numbers come out. Deterministic.
import type { Rule, StateCounts, TagState } from "../../src/ipc/bindings";
import { NOW } from "./projects";

/** One tag of the fixture. */
export interface Tag { repository: number; name: string; digest: string; pushed: number; size: number; moved: boolean }

const hex = (seed: number, length: number) => {
  let state = seed >>> 0;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    text += state.toString(16).padStart(8, "0");
  }
  return text.slice(0, length);
};

/** Names as teams make them: releases, candidates, moving names, commits, pull requests, nightly builds. */
function names(repository: number): string[] {
  const list = ["latest", "stable", "main", "V2.12.0-rc.1", "v2.14.0-rc.2-arm64", "hotfix-rc-test"];
  for (let minor = 0; minor < 15; minor += 1) {
    for (let patch = 0; patch < 5; patch += 1) list.push(`v2.${minor}.${patch}`);
    list.push(`v2.${minor}.0-rc.1`, `v2.${minor}.0-rc.2`, `v2.${minor}.0-rc1`);
    if (minor > 8) list.push(`v2.${minor}.0-beta.1`, `v2.${minor}.0-beta.2`);
  }
  for (let day = 1; day < 29; day += 1) list.push(`nightly-202611${String(day).padStart(2, "0")}`);
  for (let index = 0; index < 137; index += 1) list.push(`sha-${hex(index * 31 + repository, 40)}`);
  for (let index = 0; list.length < 402; index += 1) list.push(`pr-${4417 - index}`);
  return list.slice(0, repository === 0 ? 402 : 401);
}

export const tags: readonly Tag[] = [0, 1, 2].flatMap((repository) =>
  names(repository).map((name, index) => ({
    repository, name, digest: `sha256:${hex(index * 7919 + repository * 104_729 + 1, 64)}`,
    pushed: NOW - 600 - index * 7200 - repository * 600, size: 78_000_000 + ((index * 7_919) % 9_000_000), moved: ["latest", "stable", "main"].includes(name),
  })),
);

/** The pattern as JavaScript reads it: near enough for a page without its shell. `null`: it is refused. */
export function compiled(pattern: string): RegExp | null {
  try {
    return pattern === "" ? null : new RegExp(pattern);
  } catch {
    return null;
  }
}

/** What rules make of a tag. */
export function stateOf(name: string, rules: readonly Rule[]): TagState {
  let state: TagState = "open";
  for (const rule of rules) {
    if (!compiled(rule.tags.pattern)?.test(name)) continue;
    if (rule.effect.kind === "immutable") return "immutable";
    state = "protected";
  }
  return state;
}

/** How many are in each state. */
export function counted(states: readonly TagState[]): StateCounts {
  const counts: StateCounts = { open: 0, protected: 0, immutable: 0, unknown: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}
