/** What a draft asks of the preview, and how its answers are read back for the draft's rules. */
import type { Draft, Finding, PreviewAnswer, Rule, TagOutcome, What } from "../../ipc/bindings";
import { ruleAt, same, wantedRules } from "./draft";
import type { Question } from "./preview-session";
import type { RuledProject } from "./ruled";
import { PREVIEW_PAGE } from "./usePreview";

/** What of the answer is listed. */
export type Listed = { outcomes: readonly TagOutcome[]; collapsed: readonly number[] };

/** The question of one project's draft; `null` while no rule is in the editor. */
export function askDraft(project: string, draft: Draft, listed: Listed): Question | null {
  const edited = ruleAt(draft, draft.editing);
  if (edited === null || draft.editing === null) return null;
  const { rules, place } = wantedRules(draft);
  const saved = draft.rules[draft.editing]?.saved?.id;
  const before = draft.base.findIndex((rule) => rule.id === saved);
  return {
    projects: [project],
    before: draft.base.map((rule) => rule.rule),
    after: rules,
    edited,
    edited_before: saved === undefined || before < 0 ? null : before,
    edited_after: place[draft.editing] ?? null,
    outcomes: [...listed.outcomes],
    collapsed: [...listed.collapsed],
    offset: 0,
    limit: PREVIEW_PAGE,
  };
}

/** The question of one new rule for many projects. */
export function askMany(projects: readonly string[], rule: Rule, listed: Listed): Question {
  return {
    projects: [...projects],
    before: null,
    after: null,
    edited: rule,
    edited_before: null,
    edited_after: null,
    outcomes: [...listed.outcomes],
    collapsed: [...listed.collapsed],
    offset: 0,
    limit: PREVIEW_PAGE,
  };
}

/** Tags that each rule of the draft matches: by the answer where it is about these rules, else as last read. */
export function tagsOf(draft: Draft, answer: PreviewAnswer | null, view: Pick<RuledProject, "rules" | "rule_tags">): (number | null)[] {
  const { rules, place } = wantedRules(draft);
  const fits = answer !== null && answer.rule_tags.length === rules.length;
  return draft.rules.map((rule, index) => {
    const at = place[index];
    if (fits && at !== null && at !== undefined) return answer.rule_tags[at] ?? null;
    const read = view.rules.findIndex((saved) => saved.id === rule.saved?.id);
    return read < 0 ? null : (view.rule_tags[read] ?? null);
  });
}

/** What a finding is about: it is hidden once it was said to be meant so, until the pattern is another. */
export function findingKey({ what }: Finding, rule: Rule | null): string {
  const part = "part" in what ? what.part : "tags";
  return `${what.code} ${part} ${rule?.[part]?.pattern ?? ""}`;
}

/** Findings with the numbers of the draft's rules instead of those of the rules that shall be. */
export function findingsOf(draft: Draft, answer: PreviewAnswer | null): Finding[] {
  if (answer === null) return [];
  const back: number[] = [];
  wantedRules(draft).place.forEach((at, index) => {
    if (at !== null) back[at] = index;
  });
  const mine = (index: number) => back[index] ?? index;
  return answer.findings.map((finding) => ({
    ...finding,
    what: renumber(finding.what, mine),
    rule: finding.rule === null ? null : mine(finding.rule),
    fixes: finding.fixes.map((fix) => (fix.do === "merge" ? { ...fix, with: mine(fix.with) } : fix)),
  }));
}

/** Findings about what only saved rules have, as last read, with the numbers of the draft's rules. */
export function savedFindings(draft: Draft, view: Pick<RuledProject, "rules" | "findings">): Finding[] {
  return view.findings.flatMap((finding): Finding[] => {
    const { what } = finding;
    if (finding.rule === null || (what.code !== "further_selectors" && what.code !== "namespace_selector")) return [];
    const id = view.rules[finding.rule]?.id;
    const index = draft.rules.findIndex((one) => one.saved?.id === id);
    const rule = draft.rules[index];
    if (id === undefined || rule === undefined || rule.saved === null || rule.wanted === null) return [];
    // What is written in the place of a namespace takes effect.
    const part = rule.saved.unread.find((one) => one.first && one.selects_nothing)?.part;
    if (what.code === "namespace_selector" && part !== undefined && !same(rule.saved.rule[part], rule.wanted[part])) return [];
    return [{ ...finding, rule: index }];
  });
}

function renumber(what: What, mine: (index: number) => number): What {
  switch (what.code) {
    case "covered":
      return { ...what, by: mine(what.by) };
    case "covered_together":
      return { ...what, by: what.by.map(mine) };
    case "contradictory_levels":
    case "same_tags":
    case "duplicate_pattern":
      return { ...what, with: mine(what.with) };
    default:
      return what;
  }
}
