import { describe, expect, it } from "vitest";
import type { Rule, SavedRule } from "../../ipc/bindings";
import { act, begin, changesIn, rebase, ruleAt, rulesUsed, start, statusOf, wantedRules, type DraftAction, type DraftState } from "./draft";

const rule = (pattern: string): Rule => ({
  repositories: null,
  tags: { mode: "matching", dialect: "gitlab", pattern },
  effect: { kind: "protect", push: "maintainer", delete: "owner" },
  enabled: true,
});
const saved = (id: string, pattern: string): SavedRule => ({ id, rule: rule(pattern), unread: [] });
const two = [saved("a", "^a"), saved("b", "^b")];
const run = (state: DraftState, ...actions: DraftAction[]) => actions.reduce(act, state);
const patterns = (state: DraftState) => state.draft.rules.map((one) => one.wanted?.tags.pattern ?? null);

describe("a draft", () => {
  it("begins without changes, on the first rule", () => {
    const draft = begin(two);
    expect([changesIn(draft), draft.editing]).toEqual([0, 0]);
    expect(begin([]).editing).toBeNull();
  });
  it("marks a typed pattern as edited, and as the same again when it is typed back", () => {
    const typed = run(start(begin(two)), { do: "type", rule: 0, part: "tags", pattern: "^ab", at: 0 });
    expect(typed.draft.rules.map(statusOf)).toEqual(["edited", "same"]);
    const back = act(typed, { do: "type", rule: 0, part: "tags", pattern: "^a", at: 5000 });
    expect(changesIn(back.draft)).toBe(0);
  });
  it("strikes a saved rule that is deleted, and restores it", () => {
    const gone = run(start(begin(two)), { do: "delete", rule: 1 });
    expect(gone.draft.rules.map(statusOf)).toEqual(["same", "deleted"]);
    expect(rulesUsed(gone.draft)).toBe(1);
    expect(ruleAt(gone.draft, 1)?.tags.pattern).toBe("^b");
    expect(wantedRules(gone.draft).place).toEqual([0, null]);
    expect(changesIn(act(gone, { do: "restore", rule: 1 }).draft)).toBe(0);
  });
  it("drops a new rule that is deleted, and keeps one in the editor", () => {
    const added = run(start(begin(two)), { do: "add", to: rule("^c") });
    expect([added.draft.editing, statusOf(added.draft.rules[2]!)]).toEqual([2, "new"]);
    const gone = act(added, { do: "delete", rule: 2 });
    expect([patterns(gone), gone.draft.editing]).toEqual([["^a", "^b"], 1]);
  });
  it("undoes what was typed without a pause in one step, and redoes it", () => {
    const typed = run(start(begin(two)), { do: "type", rule: 0, part: "tags", pattern: "^a1", at: 0 }, { do: "type", rule: 0, part: "tags", pattern: "^a12", at: 200 }, { do: "type", rule: 0, part: "tags", pattern: "^a12x", at: 3000 });
    const once = act(typed, { do: "undo" });
    expect(patterns(once)[0]).toBe("^a12");
    expect(patterns(act(once, { do: "undo" }))[0]).toBe("^a");
    expect(patterns(act(once, { do: "redo" }))[0]).toBe("^a12x");
    expect(act(start(begin(two)), { do: "undo" }).draft).toEqual(begin(two));
  });
  it("puts one rule in the place of two", () => {
    const merged = run(start(begin(two)), { do: "add", to: rule("^c") }, { do: "merge", rule: 2, gone: 0, to: rule("^(a|c)") });
    expect(patterns(merged)).toEqual([null, "^b", "^(a|c)"]);
  });
});

describe("a draft on newer rules", () => {
  const edited = run(start(begin(two)), { do: "type", rule: 0, part: "tags", pattern: "^mine", at: 0 }, { do: "add", to: rule("^new") }).draft;
  it("keeps its own changes and takes over those of others", () => {
    const now = rebase(edited, [saved("a", "^theirs"), saved("b", "^b2")]);
    expect(now.rules.map((one) => one.wanted?.tags.pattern)).toEqual(["^mine", "^b2", "^new"]);
    expect(now.rules.map(statusOf)).toEqual(["edited", "same", "new"]);
  });
  it("makes an edited rule that was deleted meanwhile a new one, and lets an untouched one go", () => {
    const now = rebase(edited, []);
    expect(now.rules.map((one) => [statusOf(one), one.wanted?.tags.pattern])).toEqual([["new", "^mine"], ["new", "^new"]]);
  });
  it("has nothing left to do once it was applied", () => {
    expect(changesIn(rebase(edited, [saved("a", "^mine"), saved("b", "^b"), saved("c", "^new")]))).toBe(0);
  });
});
