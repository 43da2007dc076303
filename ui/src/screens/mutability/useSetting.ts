/** The draft of a repository as a setting: what it is, and how it is changed. */
import { useState } from "react";

import type { Capabilities, Draft, MutabilityMode, Rule } from "../../ipc/bindings";
import { act, ruleAt, type DraftAction } from "../rules/draft";
import type { OpenDraft } from "../rules/useDraft";
import { patternOf, ruleOf, settingOf, takesExclusions, type Setting } from "./setting";

/** Exclusions that a mode without any does not send, by project. They last as long as the window. */
const shelf = new Map<string, readonly string[]>();

export type OpenSetting = {
  setting: Setting;
  /** Exclusions to show: those of the mode, or those kept for when it has some again. */
  listed: readonly string[];
  saved: Setting;
  choose: (mode: MutabilityMode) => void;
  exclude: (exclusions: readonly string[], at: number | null) => void;
  /** Sets mode and exclusions in one step. */
  set: (setting: Setting) => void;
};

/** @param ask called with each draft that is to come, before the page is drawn anew */
export function useSetting(project: string, open: OpenDraft, capabilities: Capabilities, ask: (draft: Draft, at: number) => void): OpenSetting {
  const { draft } = open.state;
  const now = wantedOf(draft);
  // A single “*” says the same as Immutable; the very rule that is being written stays an exclusion.
  const [written, setWritten] = useState<Rule | null>(null);
  const said = settingOf(now);
  const setting: Setting = now !== null && now === written && said.mode === "immutable" ? { mode: "mutable_except", exclusions: ["*"] } : said;
  const saved = settingOf(draft.base[0]?.rule ?? null);
  const [kept, setKept] = useState<readonly string[]>(() => shelf.get(project) ?? []);
  const listed = takesExclusions(setting.mode) ? setting.exclusions : kept;

  const put = (action: DraftAction | null, mode: MutabilityMode, at: number) => {
    if (action === null) return;
    ask(act(open.newest(), action).draft, at);
    open.dispatch(action);
    setWritten(mode === "mutable_except" ? wantedOf(open.newest().draft) : null);
  };
  const choose = (mode: MutabilityMode) => {
    if (takesExclusions(setting.mode)) {
      shelf.set(project, setting.exclusions);
      setKept(setting.exclusions);
    }
    const exclusions = listed.length > 0 ? listed : saved.exclusions.length > 0 ? saved.exclusions : [""];
    put(become(draft, ruleOf({ mode, exclusions }, capabilities)), mode, performance.now());
  };
  const exclude = (exclusions: readonly string[], at: number | null) => {
    if (at === null) put(become(draft, ruleOf({ mode: setting.mode, exclusions }, capabilities)), setting.mode, performance.now());
    else put({ do: "type", rule: 0, part: "tags", pattern: patternOf(exclusions), at }, setting.mode, at);
  };
  const set = (to: Setting) => put(become(draft, ruleOf(to, capabilities)), to.mode, performance.now());
  return { setting, listed, saved, choose, exclude, set };
}

/** The rule that shall be; `null`: none. */
export function wantedOf(draft: Draft): Rule | null {
  return draft.rules[0]?.wanted ?? null;
}

function become(draft: Draft, rule: Rule | null): DraftAction | null {
  if (rule === null) return draft.rules.length === 0 ? null : { do: "delete", rule: 0 };
  return draft.rules.length === 0 ? { do: "add", to: rule } : { do: "change", rule: 0, to: { ...rule, effect: ruleAt(draft, 0)?.effect ?? rule.effect } };
}
