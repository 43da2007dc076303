// What the palette offers, apart from how it looks.
import type { IconName } from "../components/Icon";

export interface PaletteItem {
  id: string;
  group: "goTo" | "actions" | "settings";
  icon: IconName;
  label: string;
  hint?: string;
  kbd?: string;
  run: () => void;
  /** What Ctrl Enter does. */
  second?: () => void;
}

/** Whether every word of the query is in the text. */
export function matches(text: string, query: string): boolean {
  const low = text.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => low.includes(word));
}

/** The query without the sign that chooses commands alone. */
export function readQuery(typed: string): { query: string; commandsOnly: boolean } {
  const commandsOnly = typed.startsWith(">");
  return { query: (commandsOnly ? typed.slice(1) : typed).trim(), commandsOnly };
}

/** The text in pieces, those that the query names marked. */
export function highlighted(text: string, query: string): { text: string; hit: boolean }[] {
  const word = query.trim().toLowerCase();
  const at = word === "" ? -1 : text.toLowerCase().indexOf(word);
  if (at < 0) return [{ text, hit: false }];
  return [
    { text: text.slice(0, at), hit: false },
    { text: text.slice(at, at + word.length), hit: true },
    { text: text.slice(at + word.length), hit: false },
  ].filter((piece) => piece.text !== "");
}
