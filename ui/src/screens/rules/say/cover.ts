/** What a rule covers and what becomes of it, in one sentence. */
import type { Phrase, PreviewAnswer, Rule, Selector } from "../../../ipc/bindings";
import { clausesOf, list, noun, type Clause } from "./phrases";
import { t } from "./t";
import { value } from "./values";

/** What the answer tells of the rule's two patterns. */
export type Told = Pick<PreviewAnswer, "words" | "pattern_error" | "chosen">;

/** “In every repository except those under “sandbox/”, tags that start with “release-” can never be overwritten or deleted.” */
export function sayCover(rule: Rule, told: Told): string {
  const { repositories, tags } = rule;
  if (repositories?.mode === "unsupported" || tags.mode === "unsupported") return t("rules.cover.unsupported");
  if (comparesOther(tags) || (repositories !== null && comparesOther(repositories))) return sayOtherParts(rule);
  if (told.chosen?.error != null) return t("rules.cover.repositoriesMalformed");
  const where = sayWhere(repositories, told);
  if (told.pattern_error?.code === "blank") return "–";
  if (told.pattern_error === null && (isNothing(repositories, told.chosen?.words) || isNothing(tags, told.words))) return t("rules.cover.nothing");
  if (told.pattern_error !== null) return t("rules.cover.tagsMalformed", { where });
  const sentence = t("rules.cover.sentence", { where, what: sayWhat(rule, told) });
  return rule.enabled ? sentence : `${sentence} ${t("rules.cover.off")}`;
}

/** Whether a selector is compared with the name of the other part. */
export function comparesOther({ mode }: Selector): boolean {
  return mode === "matching_other_part" || mode === "excluding_other_part";
}

/** A rule that compares a pattern with the other name: each pattern with what it is compared with. */
function sayOtherParts(rule: Rule): string {
  const parts = (["repositories", "tags"] as const).flatMap((part) => {
    const selector = rule[part];
    if (selector === null) return [];
    const compared = comparesOther(selector) === (part === "tags") ? "repositories" : "tags";
    const not = selector.mode === "excluding" || selector.mode === "excluding_other_part";
    return [t(not ? `rules.cover.otherPart.${compared}Not` : `rules.cover.otherPart.${compared}`, { pattern: value(selector.pattern) })];
  });
  const sentence = t("rules.cover.otherPart.sentence", { conditions: parts.join(t("rules.cover.otherPart.and")) });
  return rule.enabled ? sentence : `${sentence} ${t("rules.cover.off")}`;
}

/** Everything left out. */
function isNothing(selector: Selector | null, words: readonly Phrase[] = []): boolean {
  return selector?.mode === "excluding" && words.length > 0 && clausesOf(words)[0]?.kind === "everything";
}

function sayWhere(selector: Selector | null, told: Told): string {
  if (selector === null) return t("rules.cover.everywhere");
  const excluding = selector.mode === "excluding";
  const words = told.chosen?.words ?? [];
  const clauses = words.length === 0 ? [] : clausesOf(words);
  if (clauses.some((one) => one.kind === "everything")) return t("rules.cover.everywhere");
  const that = clauses.length === 0 ? t("rules.cover.repository.matching", { pattern: value(selector.pattern) }) : joined(clauses.map(sayRepositories));
  return t(excluding ? "rules.cover.whereNot" : "rules.cover.where", { that });
}

function sayRepositories({ kind, what, phrases }: Clause): string {
  const all = (is: (phrase: Clause["phrases"][number]) => boolean) => phrases.every(is);
  // A start that ends with a slash is a folder.
  if (kind === "starts" && all((one) => one.phrase === "text" && one.text.endsWith("/"))) return t("rules.cover.repository.below", { what });
  if (kind === "whole" && all((one) => one.phrase === "any_part")) return t("rules.cover.repository.flat");
  if (kind === "whole" && all((one) => one.phrase === "text" || one.phrase === "one_of")) return t("rules.cover.repository.named", { what });
  const [first, second] = phrases.length === 2 ? phrases : [];
  if (kind === "whole" && first?.phrase === "text" && second?.phrase === "any_part") return t("rules.cover.repository.flatStart", { what: noun(first) });
  if (kind === "whole" && first?.phrase === "any_part" && second?.phrase === "text") return t("rules.cover.repository.flatEnd", { what: noun(second) });
  return t(`rules.cover.that.${kind}`, { what });
}

/** Which tags, and what becomes of them. */
function sayWhat({ tags, effect }: Rule, told: Told): string {
  const fate = effect.kind === "protect" ? "protected" : effect.blocks;
  const clauses = told.words.length === 0 ? [] : clausesOf(told.words);
  if (clauses.some((one) => one.kind === "everything")) return t(`rules.cover.all.${fate}`);
  const that = clauses.length === 0 ? t("rules.cover.repository.matching", { pattern: value(tags.pattern) }) : joined(clauses.map(sayTags));
  const which = t(tags.mode === "excluding" ? "rules.cover.tagsNot" : "rules.cover.tags", { that });
  return t(`rules.cover.fate.${fate}`, { which });
}

/** Names said in full. */
function isNamed({ kind, phrases }: Pick<Clause, "kind" | "phrases">): boolean {
  return kind === "whole" && phrases.every((one) => one.phrase === "text" || one.phrase === "one_of");
}

function sayTags({ kind, what, phrases }: Clause): string {
  return isNamed({ kind, phrases }) ? t("rules.cover.repository.named", { what }) : t(`rules.cover.that.${kind}`, { what });
}

/** What names are to be like, in pieces for a sentence of somebody else's. */
export function sayTagClauses(words: readonly Phrase[]): { everything: boolean; named: string | null; that: readonly string[] } {
  const clauses = words.length === 0 ? [] : clausesOf(words);
  const named = clauses.filter(isNamed).map(({ what }) => what);
  return {
    everything: clauses.some((one) => one.kind === "everything"),
    named: named.length === 0 ? null : named.join(t("rules.words.comma")),
    that: clauses.filter((one) => !isNamed(one)).map(({ kind, what }) => t(`rules.cover.that.${kind}`, { what })),
  };
}

function joined(clauses: readonly string[]): string {
  return list(clauses, t("rules.words.comma"), t("rules.words.or"));
}
