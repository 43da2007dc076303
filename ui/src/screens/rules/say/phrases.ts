/** A pattern in words: the pieces the host found, as an English sentence. */
import type { Phrase } from "../../../ipc/bindings";
import { t } from "./t";
import { value } from "./values";

/** Part of what a pattern matches: names that are, start with, end with or contain something. */
export type Clause = {
  kind: "everything" | "whole" | "starts" | "ends" | "contains";
  what: string;
  /** The pieces that `what` says. */
  phrases: readonly Phrase[];
  parts: number;
};

/** The sentence for a whole pattern. */
export function inWords(phrases: readonly Phrase[]): string {
  const clauses = clausesOf(phrases);
  const [only] = clauses;
  if (only === undefined) return t("rules.words.everything");
  if (clauses.length > 1) {
    const ways = list(clauses.map(clause), t("rules.words.semicolon"), t("rules.words.or"));
    return t("rules.words.either", { ways });
  }
  const { what } = only;
  switch (only.kind) {
    case "everything":
      return t("rules.words.everything");
    case "whole":
      return t(only.parts > 1 ? "rules.words.wholeAll" : "rules.words.whole", { what });
    case "starts":
    case "ends":
    case "contains":
      return t(`rules.words.${only.kind}`, { what });
  }
}

/** What a pattern matches, in clauses; those of one kind are one. */
export function clausesOf(phrases: readonly Phrase[]): readonly Clause[] {
  const only = phrases[0];
  const ways = phrases.length === 1 && only?.phrase === "either" && only.ways.some(isAnchored) ? only.ways : [phrases];
  const clauses = ways.map(read);
  const everything = clauses.find((one) => one.kind === "everything");
  if (everything !== undefined) return [everything];
  const grouped: Clause[] = [];
  for (const one of clauses) {
    const at = grouped.findIndex((known) => known.kind === one.kind);
    const known = grouped[at];
    if (known === undefined) grouped.push(one);
    else grouped[at] = { ...known, what: "", phrases: [...known.phrases, ...one.phrases], parts: Math.max(known.parts, one.parts) };
  }
  return grouped.map((group) => {
    const whats = clauses.filter((one) => one.kind === group.kind).map((one) => one.what);
    return { ...group, what: list(whats, t("rules.words.comma"), t("rules.words.or")) };
  });
}

function isAnchored(way: readonly Phrase[]): boolean {
  return way[0]?.phrase === "start" || way.at(-1)?.phrase === "end";
}

function clause({ kind, what }: Clause): string {
  switch (kind) {
    case "everything":
      return t("rules.words.clauseEverything");
    case "whole":
      return t("rules.words.clauseWhole", { what });
    case "starts":
      return t("rules.words.clauseStarts", { what });
    case "ends":
      return t("rules.words.clauseEnds", { what });
    case "contains":
      return t("rules.words.clauseContains", { what });
  }
}

/** What is between the ends. Any text at an open end says nothing and goes. */
function read(phrases: readonly Phrase[]): Clause {
  if (phrases.some((phrase) => phrase.phrase === "everything")) return { kind: "everything", what: "", phrases: [], parts: 0 };
  const start = phrases[0]?.phrase === "start";
  const end = phrases.at(-1)?.phrase === "end";
  const inner = phrases.slice(start ? 1 : 0, end ? -1 : undefined);
  if (!end && inner.length > 1 && inner.at(-1)?.phrase === "any_text") inner.pop();
  if (!start && inner.length > 1 && inner[0]?.phrase === "any_text") inner.shift();
  const nothing = inner.length === 0 && start && end;
  if (inner.length === 0 && !nothing) return { kind: "everything", what: "", phrases: [], parts: 0 };
  const kind = start && end ? "whole" : start ? "starts" : end ? "ends" : "contains";
  return { kind, what: nothing ? t("rules.words.nothing") : sequence(inner), phrases: inner, parts: nothing ? 1 : inner.length };
}

/** “a”, “b”, then “c” and “d”. */
function sequence(phrases: readonly Phrase[]): string {
  const words = phrases.map(noun);
  if (words.length < 3) return words.join(t("rules.words.and"));
  const head = words.slice(0, -2).join(t("rules.words.comma"));
  return `${head}${t("rules.words.then")}${words.slice(-2).join(t("rules.words.and"))}`;
}

/** “a, b or c”. */
export function list(words: readonly string[], between: string, last: string): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(between)}${last}${words.at(-1) ?? ""}`;
}

const quote = (text: string) => t("rules.words.quote", { text: value(text) });

/** One piece in words. */
export function noun(phrase: Phrase): string {
  switch (phrase.phrase) {
    case "start":
      return t("rules.words.start");
    case "end":
      return t("rules.words.end");
    case "text":
      return phrase.any_case ? t("rules.words.anyCase", { text: value(phrase.text) }) : quote(phrase.text);
    case "one_of":
      return list(phrase.texts.map(quote), t("rules.words.comma"), t("rules.words.or"));
    case "number":
      return digits(phrase.least, phrase.most);
    case "dotted_numbers":
      return t("rules.words.dotted", { many: small(phrase.count) });
    case "hex":
      return hex(phrase.least, phrase.most);
    case "characters":
      return characters(phrase.set, phrase.least, phrase.most);
    case "any_text":
      return t("rules.words.anyText");
    case "any_part":
      return t("rules.words.anyPart");
    case "folders":
      return t("rules.words.folders");
    case "any_character":
      return t("rules.words.anyCharacter");
    case "optional":
      return t("rules.words.optional", { what: sequence(phrase.phrases) });
    case "either":
      return list(phrase.ways.map(sequence), t("rules.words.comma"), t("rules.words.or"));
    case "repeated":
      return repeated(sequence(phrase.phrases), phrase.least, phrase.most);
    case "everything":
      return t("rules.words.anyText");
  }
}

function digits(least: number, most: number | null): string {
  if (most === null) {
    if (least === 1) return t("rules.words.number");
    return least === 0 ? t("rules.words.digitsMaybe") : t("rules.words.digitsLeast", { least });
  }
  if (least === most) return least === 1 ? t("rules.words.digit") : t("rules.words.digits", { least: small(least) });
  return least === 0 ? t("rules.words.digitsMost", { most }) : t("rules.words.digitsRange", { least, most });
}

function hex(least: number, most: number | null): string {
  if (most === null) return least === 0 ? t("rules.words.hexMaybe") : t("rules.words.hexLeast", { least });
  if (least === most) return least === 1 ? t("rules.words.hexOne") : t("rules.words.hex", { least: small(least) });
  return least === 0 ? t("rules.words.hexMost", { most }) : t("rules.words.hexRange", { least, most });
}

function characters(text: string, least: number, most: number | null): string {
  const set = quote(text);
  if (most === null) return least === 0 ? t("rules.words.charsMaybe", { set }) : t("rules.words.charsLeast", { set, least });
  if (least === most) return least === 1 ? t("rules.words.charOne", { set }) : t("rules.words.chars", { set, least: small(least) });
  return least === 0 ? t("rules.words.charsMost", { set, most }) : t("rules.words.charsRange", { set, least, most });
}

function repeated(what: string, least: number, most: number | null): string {
  if (most === null) {
    if (least === 0) return t("rules.words.repeatedMaybe", { what });
    return least === 1 ? t("rules.words.repeatedOnce", { what }) : t("rules.words.repeatedLeast", { what, least });
  }
  return least === most ? t("rules.words.repeated", { what, least }) : t("rules.words.repeatedRange", { what, least, most });
}

/** Small numbers as words. */
function small(count: number): string {
  switch (count) {
    case 0:
      return t("rules.words.count_0");
    case 1:
      return t("rules.words.count_1");
    case 2:
      return t("rules.words.count_2");
    case 3:
      return t("rules.words.count_3");
    case 4:
      return t("rules.words.count_4");
    case 5:
      return t("rules.words.count_5");
    case 6:
      return t("rules.words.count_6");
    case 7:
      return t("rules.words.count_7");
    case 8:
      return t("rules.words.count_8");
    case 9:
      return t("rules.words.count_9");
    default:
      return String(count);
  }
}
