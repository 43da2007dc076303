// The parts of a pattern, for colour. It never judges: what is valid only the engine says. Every
// character of the pattern is in exactly one token, in order, whatever the text.
import type { Dialect } from "../ipc/bindings";

/** What a part is, by the letter of its style: anchor, class, escape, quantifier, group; the rest is literal. */
export type TokenKind = "anchor" | "class" | "escape" | "quantifier" | "group" | "literal";

export interface Token {
  kind: TokenKind;
  text: string;
  /** Place of the first character, in UTF-16 units as the editor counts. */
  from: number;
}

/** Style of a kind in `app.css` (`.rx .a` and so on); `undefined` for literals. */
export const TOKEN_CLASS: Readonly<Record<TokenKind, string | undefined>> = {
  anchor: "a", class: "c", escape: "e", quantifier: "q", group: "g", literal: undefined,
};

const CLASS_ESCAPES = "dDwWsSpPX";
const ANCHOR_ESCAPES = "AzZbB";

/** Reads the token at a place; `depth`: braces that are open there. */
type Reader = (pattern: string, at: number, depth: number) => { kind: TokenKind; length: number };

const READERS: Readonly<Record<Dialect, Reader>> = {
  gitlab: tokenAt, "gitlab-cleanup": tokenAt, harbor: globAt, "harbor-1.1": globAt, ecr: wildcardAt, "ecr-filters": filterAt, prefix: literalAt,
};

/** Splits a pattern. */
export function tokens(pattern: string, dialect: Dialect): readonly Token[] {
  const read = READERS[dialect];
  const found: Token[] = [];
  let at = 0;
  let depth = 0;
  while (at < pattern.length) {
    const { kind, length } = read(pattern, at, depth);
    const text = pattern.slice(at, at + length);
    if (kind === "group" && text === "{") depth += 1;
    if (kind === "group" && text === "}") depth -= 1;
    const before = found.at(-1);
    if (kind === "literal" && before?.kind === "literal") before.text += text;
    else found.push({ kind, text, from: at });
    at += length;
  }
  return found;
}

function literalAt(): ReturnType<Reader> {
  return { kind: "literal", length: 1 };
}

function wildcardAt(pattern: string, at: number): ReturnType<Reader> {
  return { kind: pattern[at] === "*" ? "quantifier" : "literal", length: 1 };
}

function filterAt(pattern: string, at: number): ReturnType<Reader> {
  return pattern[at] === "," ? { kind: "group", length: 1 } : wildcardAt(pattern, at);
}

/** A comma is a sign inside of braces only. */
function globAt(pattern: string, at: number, depth: number): ReturnType<Reader> {
  switch (pattern[at]) {
    case "*":
      return { kind: "quantifier", length: pattern[at + 1] === "*" ? 2 : 1 };
    case "?":
      return { kind: "quantifier", length: 1 };
    case "{":
      return { kind: "group", length: 1 };
    case "}":
    case ",":
      return { kind: depth > 0 ? "group" : "literal", length: 1 };
    case "[": {
      const end = pattern.indexOf("]", at + 1);
      return { kind: "class", length: (end < 0 ? pattern.length : end + 1) - at };
    }
    case "\\":
      return { kind: "escape", length: pattern[at + 1] === undefined ? 1 : 2 };
    default:
      return { kind: "literal", length: 1 };
  }
}

function tokenAt(pattern: string, at: number): { kind: TokenKind; length: number } {
  const here = pattern[at];
  switch (here) {
    case "^":
    case "$":
      return { kind: "anchor", length: 1 };
    case ".":
      return { kind: "class", length: 1 };
    case "|":
    case ")":
      return { kind: "group", length: 1 };
    case "(":
      return { kind: "group", length: /^\((\?(P?<\w*>|[a-zA-Z-]*[:)]))?/.exec(pattern.slice(at))?.[0].length ?? 1 };
    case "*":
    case "+":
    case "?":
      return { kind: "quantifier", length: pattern[at + 1] === "?" ? 2 : 1 };
    case "{": {
      const counted = /^\{\d+(,\d*)?\}\??/.exec(pattern.slice(at));
      return counted ? { kind: "quantifier", length: counted[0].length } : { kind: "literal", length: 1 };
    }
    case "[":
      return { kind: "class", length: classLength(pattern, at) };
    case "\\":
      return escapeAt(pattern, at);
    default:
      return { kind: "literal", length: 1 };
  }
}

function escapeAt(pattern: string, at: number): { kind: TokenKind; length: number } {
  const next = pattern[at + 1];
  if (next === undefined) return { kind: "escape", length: 1 };
  if (ANCHOR_ESCAPES.includes(next)) return { kind: "anchor", length: 2 };
  if (CLASS_ESCAPES.includes(next)) {
    const named = /^\\[pP]\{[^}]*\}/.exec(pattern.slice(at));
    return { kind: "class", length: named?.[0].length ?? 2 };
  }
  if (next === "Q") {
    const end = pattern.indexOf("\\E", at + 2);
    return { kind: "escape", length: (end < 0 ? pattern.length : end + 2) - at };
  }
  return { kind: "escape", length: 2 };
}

/** Length of a bracket class; to the end of the pattern when it is never closed. */
function classLength(pattern: string, at: number): number {
  let i = at + 1;
  if (pattern[i] === "^") i += 1;
  if (pattern[i] === "]") i += 1;
  for (; i < pattern.length; i += 1) {
    if (pattern[i] === "\\") i += 1;
    else if (pattern.startsWith("[:", i)) {
      const end = pattern.indexOf(":]", i + 2);
      if (end >= 0) i = end + 1;
    } else if (pattern[i] === "]") return i + 1 - at;
  }
  return pattern.length - at;
}
