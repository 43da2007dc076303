/** A pattern in words: the pieces the host found, as an English sentence. */
import type { Phrase } from "../../../ipc/bindings";
import { t } from "./t";
import { value } from "./values";

/** The sentence for a whole pattern. */
export function inWords(phrases: readonly Phrase[]): string {
  if (phrases.length === 0 || phrases.some((phrase) => phrase.phrase === "everything")) return t("rules.words.everything");
  const only = phrases[0];
  if (phrases.length === 1 && only?.phrase === "either" && only.ways.some(isAnchored)) {
    return t("rules.words.either", { ways: list(only.ways.map(clause), t("rules.words.semicolon"), t("rules.words.or")) });
  }
  const { start, end, what, parts } = read(phrases);
  if (parts === 0) return t("rules.words.everything");
  if (start && end) return t(parts > 1 ? "rules.words.wholeAll" : "rules.words.whole", { what });
  if (start) return t("rules.words.starts", { what });
  if (end) return t("rules.words.ends", { what });
  return t("rules.words.contains", { what });
}

function isAnchored(way: readonly Phrase[]): boolean {
  return way[0]?.phrase === "start" || way.at(-1)?.phrase === "end";
}

function clause(phrases: readonly Phrase[]): string {
  const { start, end, what, parts } = read(phrases);
  if (parts === 0) return t("rules.words.clauseEverything");
  if (start && end) return t("rules.words.clauseWhole", { what });
  if (start) return t("rules.words.clauseStarts", { what });
  if (end) return t("rules.words.clauseEnds", { what });
  return t("rules.words.clauseContains", { what });
}

/** What is between the ends. Any text at an open end says nothing and goes. */
function read(phrases: readonly Phrase[]) {
  const start = phrases[0]?.phrase === "start";
  const end = phrases.at(-1)?.phrase === "end";
  const inner = phrases.slice(start ? 1 : 0, end ? -1 : undefined);
  if (!end && inner.length > 1 && inner.at(-1)?.phrase === "any_text") inner.pop();
  if (!start && inner.length > 1 && inner[0]?.phrase === "any_text") inner.shift();
  const nothing = inner.length === 0 && start && end;
  return { start, end, what: nothing ? t("rules.words.nothing") : sequence(inner), parts: nothing ? 1 : inner.length };
}

/** “a”, “b”, then “c” and “d”. */
function sequence(phrases: readonly Phrase[]): string {
  const words = phrases.map(noun);
  if (words.length < 3) return words.join(t("rules.words.and"));
  const head = words.slice(0, -2).join(t("rules.words.comma"));
  return `${head}${t("rules.words.then")}${words.slice(-2).join(t("rules.words.and"))}`;
}

function list(words: readonly string[], between: string, last: string): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(between)}${last}${words.at(-1) ?? ""}`;
}

const quote = (text: string) => t("rules.words.quote", { text: value(text) });

function noun(phrase: Phrase): string {
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
