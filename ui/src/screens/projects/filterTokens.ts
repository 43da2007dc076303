// The filter field's text, split into the tokens that are drawn as such and the rest being typed.
// The shell reads the filter; here it is only taken apart and put together again.

export interface SplitFilter {
  tokens: readonly string[];
  /** Words without a key, and whatever is still being typed. */
  rest: string;
}

/** Keys the projects can be filtered by. */
export const PROJECT_KEYS = ["registry", "group", "project", "rule", "kind", "open", "protected", "immutable", "tags", "repos", "finding"] as const;

/** Parts of a filter, split at spaces outside of quotes. */
export function parts(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

/** Whether a part is a finished `key:value`. */
function isToken(part: string): boolean {
  const at = part.indexOf(":");
  return at > 0 && at < part.length - 1 && (part.match(/"/g)?.length ?? 0) % 2 === 0;
}

/** Takes a whole filter apart, as when it comes from an address. */
export function splitAll(text: string): SplitFilter {
  const all = parts(text);
  return { tokens: all.filter(isToken), rest: all.filter((part) => !isToken(part)).join(" ") };
}

/** Moves what is finished (followed by a space) out of the text being typed. */
export function absorb(now: SplitFilter, typed: string): SplitFilter {
  if (!/\s$/.test(typed)) return { tokens: now.tokens, rest: typed };
  const { tokens, rest } = splitAll(typed);
  if (tokens.length === 0) return { tokens: now.tokens, rest: typed };
  return { tokens: [...now.tokens, ...tokens], rest: rest === "" ? "" : `${rest} ` };
}

/** The filter to ask for. A key without its value is not asked for yet. */
export function filterText({ tokens, rest }: SplitFilter): string {
  const typed = parts(rest).filter((part) => !/^-?\w+:$/.test(part));
  return [...tokens, ...typed].join(" ");
}

/** A suggestion: what it completes the last word to, and a sample or meaning. */
export interface Suggestion {
  text: string;
  /** Completes to a whole token, otherwise to a key that wants its value. */
  whole: boolean;
}

const SAMPLES: Partial<Record<(typeof PROJECT_KEYS)[number], readonly string[]>> = {
  rule: ["none", "full", "not-visible"],
  kind: ["open", "protected", "immutable"],
  open: [">50%", ">0%"],
  protected: [">0%"],
  immutable: [">50%", "<10%"],
  tags: [">400", ">1000"],
  repos: [">1", ">10"],
};

/** What the last word may become. */
export function suggest(rest: string, registries: readonly string[]): Suggestion[] {
  const last = /\s$/.test(rest) ? "" : (parts(rest).at(-1) ?? "");
  const sign = last.startsWith("-") ? "-" : "";
  const word = last.slice(sign.length).toLowerCase();
  const at = word.indexOf(":");
  if (at < 0) {
    return PROJECT_KEYS.filter((key) => key.startsWith(word)).map((key) => ({ text: `${sign}${key}:`, whole: false }));
  }
  const key = PROJECT_KEYS.find((one) => one === word.slice(0, at));
  if (!key) return [];
  const value = word.slice(at + 1);
  const values = key === "registry" ? registries.map((name) => (/\s/.test(name) ? `"${name}"` : name)) : (SAMPLES[key] ?? []);
  return values
    .filter((one) => one.toLowerCase().replaceAll('"', "").startsWith(value.replaceAll('"', "")) && one !== value)
    .map((one) => ({ text: `${sign}${key}:${one}`, whole: true }));
}

/** The text with its last word completed. */
export function complete(rest: string, { text, whole }: Suggestion): string {
  const kept = /\s$/.test(rest) ? parts(rest) : parts(rest).slice(0, -1);
  return [...kept, text].join(" ") + (whole ? " " : "");
}
