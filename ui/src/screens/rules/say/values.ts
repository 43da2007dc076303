/** Values that go into sentences set in two types: prose, and the pattern's type between backticks. */
import { wordBefore } from "../../../components/PatternText";
import type { Selector } from "../../../ipc/bindings";

/** Stands for a backtick inside a value, so that a value never ends the span it is in. */
const BACKTICK = "\uE000";

/** A value made fit for a sentence: bounded, and without characters that would break its type. */
export function value(text: string, most = 120): string {
  const clean = text.replaceAll("\uE000", "").replaceAll("`", BACKTICK);
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

/** What a selector says, in one text: one that excludes says so. */
export function selectorText({ mode, pattern }: Selector): string {
  return wordBefore(mode) + pattern;
}

/** A piece of a sentence. */
export type Piece = { text: string; code: boolean };

/** A sentence in pieces. */
export function pieces(sentence: string): Piece[] {
  return sentence
    .split("`")
    .map((text, index) => ({ text: text.replaceAll(BACKTICK, "`"), code: index % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}

/** A sentence without types, for names and for the clipboard. */
export function plain(sentence: string): string {
  return pieces(sentence)
    .map((piece) => piece.text)
    .join("");
}
