// The draft of the pictures: one rule edited, one new.
import type { Draft, Rule } from "../../src/ipc/bindings";
import { ledgerRules } from "../data/ledger";

export const flag = (name: string): string | null => (typeof location === "undefined" ? null : new URLSearchParams(location.search).get(name));

const rule = (pattern: string, effect: Rule["effect"]): Rule => ({ repositories: null, tags: { mode: "matching", dialect: "gitlab", pattern }, effect, enabled: true });

export const EDITED = rule("^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.\\d+$", { kind: "protect", push: "maintainer", delete: "owner" });
export const NEW = rule("^sha-[0-9a-f]{40}$", { kind: "immutable", blocks: "overwrite_and_delete" });

export function draftOfThePictures(): Draft {
  const pattern = flag("pattern");
  const rules = ledgerRules.map((saved, index) => ({ saved, wanted: index === 2 && pattern === null ? EDITED : saved.rule }));
  if (pattern !== null) return { base: ledgerRules, rules: [...rules, { saved: null, wanted: rule(pattern, NEW.effect) }], editing: 3 };
  return { base: ledgerRules, rules: [...rules, { saved: null, wanted: NEW }], editing: 2 };
}
