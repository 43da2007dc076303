/**
 * The draft of one project's rules: what it says, what may be done to it, and what it asks of a preview.
 * Pure data in, pure data out; the clock comes in with the action.
 */
import type { Draft, DraftRule, Rule, SavedRule } from "../../ipc/bindings";

/** How a rule of a draft stands to the rule on the server. */
export type RuleStatus = "same" | "edited" | "new" | "deleted";

/** The two parts of a rule that have a pattern. */
export type SelectorPart = "tags" | "repositories";

/** A draft with its past and its future, for undo. */
export type DraftState = {
  draft: Draft;
  past: readonly Draft[];
  future: readonly Draft[];
  /** The text being typed: further keystrokes in it belong to the same step of undo. */
  typing: { rule: number; part: SelectorPart; at: number } | null;
};

/** What may be done to a draft. `at` is in milliseconds, from any clock that goes forward. */
export type DraftAction =
  | { do: "choose"; rule: number }
  | { do: "type"; rule: number; part: SelectorPart; pattern: string; at: number }
  | { do: "change"; rule: number; to: Rule }
  | { do: "delete"; rule: number }
  | { do: "restore"; rule: number }
  | { do: "add"; to: Rule }
  | { do: "merge"; rule: number; gone: number; to: Rule }
  | { do: "undo" }
  | { do: "redo" }
  | { do: "reset"; draft: Draft };

/** Keystrokes closer together than this are one step of undo, in milliseconds. */
const TYPING_PAUSE = 800;
/** Steps of undo that are kept. */
const MOST_STEPS = 200;

/** Whether two rules, or two values inside them, say the same. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = b as Record<string, unknown>;
  return left.length === Object.keys(right).length && left.every(([key, value]) => key in right && same(value, right[key]));
}

/** A draft without changes. */
export function begin(rules: readonly SavedRule[]): Draft {
  return {
    base: [...rules],
    rules: rules.map((saved) => ({ saved, wanted: saved.rule })),
    editing: rules.length > 0 ? 0 : null,
  };
}

/** A draft with nothing to undo. */
export function start(draft: Draft): DraftState {
  return { draft, past: [], future: [], typing: null };
}

/** How the rule stands to the server's. */
export function statusOf(rule: DraftRule): RuleStatus {
  if (rule.saved === null) return "new";
  if (rule.wanted === null) return "deleted";
  return same(rule.saved.rule, rule.wanted) ? "same" : "edited";
}

/** How many rules differ from the server's. */
export function changesIn(draft: Draft): number {
  return draft.rules.filter((rule) => statusOf(rule) !== "same").length;
}

/** What a rule of the draft says now; for a rule to be deleted, what it said. */
export function ruleAt(draft: Draft, index: number | null): Rule | null {
  const rule = index === null ? undefined : draft.rules[index];
  return rule === undefined ? null : (rule.wanted ?? rule.saved?.rule ?? null);
}

/** The rules that shall be, and for each rule of the draft its place among them. */
export function wantedRules(draft: Draft): { rules: Rule[]; place: (number | null)[] } {
  const rules: Rule[] = [];
  const place = draft.rules.map((rule) => (rule.wanted === null ? null : rules.push(rule.wanted) - 1));
  return { rules, place };
}

/** Rules that count towards the registry's limit. */
export function rulesUsed(draft: Draft): number {
  return draft.rules.filter((rule) => rule.wanted !== null).length;
}

/** Carries an action out. An action that changes nothing returns the same state. */
export function act(state: DraftState, action: DraftAction): DraftState {
  const { draft } = state;
  switch (action.do) {
    case "choose":
      return draft.rules[action.rule] === undefined || draft.editing === action.rule
        ? state
        : { ...state, draft: { ...draft, editing: action.rule }, typing: null };
    case "type": {
      const rule = ruleAt(draft, action.rule);
      const selector = rule?.[action.part] ?? null;
      if (rule === null || selector === null || selector.pattern === action.pattern) return state;
      const next = put(draft, action.rule, { ...rule, [action.part]: { ...selector, pattern: action.pattern } });
      const before = state.typing;
      const goesOn = before?.rule === action.rule && before.part === action.part && action.at - before.at < TYPING_PAUSE;
      const typing = { rule: action.rule, part: action.part, at: action.at };
      return goesOn ? { ...state, draft: next, future: [], typing } : { ...step(state, next), typing };
    }
    case "change":
      return same(draft.rules[action.rule]?.wanted, action.to) ? state : step(state, put(draft, action.rule, action.to));
    case "delete":
      return draft.rules[action.rule]?.wanted == null ? state : step(state, without(draft, action.rule));
    case "restore": {
      const saved = draft.rules[action.rule]?.saved;
      return saved == null ? state : step(state, put(draft, action.rule, saved.rule));
    }
    case "add":
      return step(state, {
        ...draft,
        rules: [...draft.rules, { saved: null, wanted: action.to }],
        editing: draft.rules.length,
      });
    case "merge": {
      const merged = put(draft, action.rule, action.to);
      return step(state, { ...without(merged, action.gone), editing: placeAfter(merged, action.gone, action.rule) });
    }
    case "undo": {
      const before = state.past.at(-1);
      if (before === undefined) return state;
      return { draft: before, past: state.past.slice(0, -1), future: [draft, ...state.future], typing: null };
    }
    case "redo": {
      const after = state.future[0];
      if (after === undefined) return state;
      return { draft: after, past: [...state.past, draft], future: state.future.slice(1), typing: null };
    }
    case "reset":
      return start(action.draft);
  }
}

/**
 * Puts a draft upon rules that were read later. What the draft changed stays changed; what it left
 * alone follows the server; a rule that is gone but was edited becomes a new one, unless the server has
 * the same one by now.
 */
export function rebase(draft: Draft, rules: readonly SavedRule[]): Draft {
  const mine = new Map(draft.rules.flatMap((rule) => (rule.saved === null ? [] : [[rule.saved.id, rule] as const])));
  const now = new Set(rules.map((rule) => rule.id));
  const kept = rules.map((saved): DraftRule => {
    const old = mine.get(saved.id);
    return { saved, wanted: old === undefined || statusOf(old) === "same" ? saved.rule : old.wanted };
  });
  const orphans = draft.rules.filter(
    (rule) =>
      (rule.saved === null || (!now.has(rule.saved.id) && statusOf(rule) === "edited")) &&
      !rules.some((saved) => same(saved.rule, rule.wanted)),
  );
  const next = [...kept, ...orphans.map((rule): DraftRule => ({ saved: null, wanted: rule.wanted }))];
  const chosen = draft.editing === null ? undefined : draft.rules[draft.editing];
  const found = next.findIndex((rule) => chosen !== undefined && (rule.saved?.id ?? "") === (chosen.saved?.id ?? "-"));
  return { base: [...rules], rules: next, editing: found >= 0 ? found : next.length > 0 ? 0 : null };
}

function step(state: DraftState, draft: Draft): DraftState {
  return { draft, past: [...state.past, state.draft].slice(-MOST_STEPS), future: [], typing: null };
}

function put(draft: Draft, index: number, wanted: Rule): Draft {
  return { ...draft, rules: draft.rules.map((rule, at) => (at === index ? { ...rule, wanted } : rule)) };
}

/** A saved rule stays in the list, struck; a new one goes. */
function without(draft: Draft, index: number): Draft {
  if (draft.rules[index]?.saved != null) {
    return { ...draft, rules: draft.rules.map((rule, at) => (at === index ? { ...rule, wanted: null } : rule)) };
  }
  const rules = draft.rules.filter((_, at) => at !== index);
  const editing = rules.length === 0 ? null : Math.min(draft.editing ?? 0, rules.length - 1);
  return { ...draft, rules, editing };
}

function placeAfter(draft: Draft, gone: number, rule: number): number {
  const leaves = draft.rules[gone]?.saved == null;
  return leaves && gone < rule ? rule - 1 : rule;
}
