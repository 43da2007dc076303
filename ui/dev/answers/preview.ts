// A preview as the engine would make it, near enough to look at and to test the window with.
import type { Block, Finding, PatternError, Phrase, PreviewAnswer, PreviewLine, PreviewRequest, Rule, TagOutcome } from "../../src/ipc/bindings";
import { ledgerRules } from "../data/ledger";
import { compiled, counted, stateOf, tags } from "../data/tags";

const PATHS = ["ledger-api", "ledger-api/migrations", "ledger-api/worker"];
const ORDER: TagOutcome[] = ["newly_covered", "no_longer_covered", "still_covered", "not_matched"];

export function refusal(pattern: string): PatternError | null {
  if (pattern === "") return { kind: "refused", code: "blank", reason: "", column: null, suggestion: null };
  if (/\(\?[=!<]/.test(pattern)) return { kind: "refused", code: "look_around", reason: `invalid perl operator: (?${pattern.split("(?")[1]?.[0] ?? ""}`, column: pattern.indexOf("(?") + 1, suggestion: null };
  if (compiled(pattern) !== null) return null;
  const open = pattern.lastIndexOf("(");
  if (open >= 0 && !pattern.includes(")", open)) return { kind: "refused", code: "missing_paren", reason: `missing ): ${pattern}`, column: open + 1, suggestion: `${pattern})` };
  return { kind: "refused", code: "other", reason: `error parsing regexp: ${pattern}`, column: 1, suggestion: null };
}

/** Blocks that a pattern is read back as. */
export function blockOf(pattern: string): Block | null {
  const plain = (text: string) => (/^[\w-]+$/.test(text) ? text : null);
  if (/^\^v\\d\+\\\.\\d\+\\\.\\d\+\$$/.test(pattern)) return { block: "semantic_version", v: "always", prerelease: "never" };
  if (/^\^sha-\[0-9a-f\]\{40\}\$$/.test(pattern)) return { block: "commit_sha", prefix: "sha-", least: 40, most: 40 };
  const any = /^\^\(([\w|-]+)\)\$$/.exec(pattern)?.[1];
  if (any !== undefined) return { block: "any_of", texts: any.split("|") };
  const exact = plain(/^\^(.*)\$$/.exec(pattern)?.[1] ?? "");
  if (exact !== null) return { block: "is_exactly", text: exact };
  const start = plain(/^\^(.*)$/.exec(pattern)?.[1] ?? "");
  if (start !== null) return { block: "starts_with", text: start };
  return plain(pattern) === null ? null : { block: "contains", text: pattern };
}

export function written(block: Block): string {
  const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  switch (block.block) {
    case "is_exactly": return `^${quote(block.text)}$`;
    case "starts_with": return `^${quote(block.text)}`;
    case "ends_with": return `${quote(block.text)}$`;
    case "contains": return quote(block.text);
    case "any_of": return `^(${block.texts.map(quote).join("|")})$`;
    case "semantic_version": return `^${block.v === "always" ? "v" : block.v === "optional" ? "v?" : ""}\\d+\\.\\d+\\.\\d+${block.prerelease === "never" ? "" : block.prerelease === "always" ? "-.+" : "(-.+)?"}$`;
    case "commit_sha": return `^${quote(block.prefix)}[0-9a-f]{${block.least === block.most ? block.least : `${block.least},${block.most}`}}$`;
    case "date": return `^${quote(block.prefix)}${block.dashes ? "\\d{4}-\\d{2}-\\d{2}" : "\\d{8}"}$`;
    case "below": return `^${quote(block.text)}/`;
    case "everything": return ".*";
  }
}

export function wordsOf(pattern: string): Phrase[] {
  if (pattern === "^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.\\d+$") {
    return [{ phrase: "start" }, { phrase: "text", text: "v", any_case: false }, { phrase: "dotted_numbers", count: 3 }, { phrase: "one_of", texts: ["-rc.", "-beta."] }, { phrase: "number", least: 1, most: null }, { phrase: "end" }];
  }
  if (compiled(pattern)?.test("") === true) return [{ phrase: "everything" }];
  const block = blockOf(pattern);
  const text = (value: string): Phrase => ({ phrase: "text", text: value, any_case: false });
  switch (block?.block) {
    case "is_exactly": return [{ phrase: "start" }, text(block.text), { phrase: "end" }];
    case "starts_with": return [{ phrase: "start" }, text(block.text)];
    case "any_of": return [{ phrase: "start" }, { phrase: "one_of", texts: block.texts }, { phrase: "end" }];
    case "semantic_version": return [{ phrase: "start" }, text("v"), { phrase: "dotted_numbers", count: 3 }, { phrase: "end" }];
    case "commit_sha": return [{ phrase: "start" }, text("sha-"), { phrase: "hex", least: 40, most: 40 }, { phrase: "end" }];
    default: return [text(pattern)];
  }
}

function findings(after: readonly Rule[]): Finding[] {
  return after.flatMap((rule, index): Finding[] => {
    const regex = compiled(rule.tags.pattern);
    if (regex === null) return [];
    const moving = ["latest", "stable", "main"].filter((name) => regex.test(name));
    const blocks: Finding[] = rule.effect.kind === "immutable" && moving.length > 0 ? [{ what: { code: "blocks_moving_tags", tags: moving, reasons: moving.map(() => "latest" as const), total: moving.length }, severity: "warning", rule: index, fixes: [] }] : [];
    if (regex.test("")) {
      const letter = rule.tags.pattern[0] ?? "v";
      const fix = (pattern: string, meaning: Block | null) => ({ do: "replace_pattern" as const, pattern, meaning, matches: tags.filter((tag) => compiled(pattern)?.test(tag.name)).length });
      return [{ what: { code: "matches_every_tag", repeated: letter }, severity: "warning", rule: index, fixes: [
        fix(`^${letter}.*`, { block: "starts_with", text: letter }), fix(`^${letter}\\d+`, null), fix(`^${letter}$`, { block: "is_exactly", text: letter }),
      ] }, ...blocks];
    }
    if (!/[$^]/.test(rule.tags.pattern)) return [{ what: { code: "not_anchored", example: "hotfix-rc-test", exists: true }, severity: "warning", rule: index, fixes: [{ do: "replace_pattern", pattern: `${rule.tags.pattern}\\.\\d+$`, meaning: null, matches: 60 }] }, ...blocks];
    return blocks;
  });
}

export function preview(request: PreviewRequest): PreviewAnswer {
  const started = performance.now();
  const before = request.before ?? ledgerRules.map((one) => one.rule);
  const after = request.after ?? [...before, request.edited];
  const error = refusal(request.edited.tags.pattern);
  const was = request.edited_before === null ? null : compiled(before[request.edited_before]?.tags.pattern ?? "");
  const now = request.edited_after === null && request.before !== null ? null : compiled(request.edited.tags.pattern);
  const judged = tags.map((tag) => {
    const [old, match] = [was?.test(tag.name) ?? false, now?.exec(tag.name) ?? null];
    const outcome: TagOutcome = match ? (old ? "still_covered" : "newly_covered") : old ? "no_longer_covered" : "not_matched";
    const span: [number, number] | null = match ? [match.index, match.index + match[0].length] : null;
    return { tag, outcome, span, from: stateOf(tag.name, before), to: stateOf(tag.name, after) };
  });
  const of = (outcome: TagOutcome) => judged.filter((one) => one.outcome === outcome).length;
  const lines: PreviewLine[] = [0, 1, 2].flatMap((repository): PreviewLine[] => {
    const mine = judged.filter((one) => one.tag.repository === repository);
    const shown = mine.filter((one) => request.outcomes.includes(one.outcome)).toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
    if (shown.length === 0) return [];
    const count = (outcome: TagOutcome) => mine.filter((one) => one.outcome === outcome).length;
    const head: PreviewLine = { line: "repository", repository, path: PATHS[repository] ?? "", newly: count("newly_covered"), no_longer: count("no_longer_covered"), matched: count("newly_covered") + count("still_covered"), tags: mine.length };
    if (request.collapsed.includes(repository)) return [head];
    return [head, ...shown.map(({ tag, outcome, span, from, to }): PreviewLine => ({
      line: "tag", name: tag.name, project: "gl:payments/ledger-api", repository, outcome, from, to, span, digest: tag.digest.slice(7, 15), pushed_at: tag.pushed,
    }))];
  });
  const changes = new Map<string, number>();
  for (const { from, to } of judged) if (from !== to) changes.set(`${from} ${to}`, (changes.get(`${from} ${to}`) ?? 0) + 1);
  const lost = of("no_longer_covered");
  const rc = request.edited.tags.pattern.includes("(rc|beta)");
  return {
    generation: request.generation, pattern_error: error, chosen: null, entry_tags: [], micros: Math.max(900, (performance.now() - started) * 1000),
    tags: tags.length, repositories: 3, projects: request.projects.length, left_out: 0,
    outcomes: { newly: of("newly_covered"), no_longer: lost, still: of("still_covered"), not_matched: of("not_matched") },
    rule_tags: request.after === null ? [] : after.map((rule) => tags.filter((tag) => compiled(rule.tags.pattern)?.test(tag.name)).length),
    before: counted(judged.map((one) => one.from)), after: counted(judged.map((one) => one.to)),
    changes: [...changes].map(([key, count]) => {
      const [from, to] = key.split(" ") as ["open", "open"];
      return { from, to, tags: count };
    }),
    lines: lines.slice(request.offset, request.offset + request.limit), total_lines: lines.length,
    future: rc ? [{ name: "v2.15.0-beta.5", added: true }, { name: "v3.0.0-beta.1", added: true }, { name: "v2.14.0-rc.4", added: false }] : [],
    future_lost: rc && request.edited_before !== null ? ["v2.13.0-rc2", "hotfix-rc-test-1"] : [],
    near_misses: rc ? [
      { name: "v2.13.0-rc1", why: { why: "separator_missing", separator: "." }, span: [10, 11], suggestion: "^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.?\\d+$" },
      { name: "V2.12.0-rc.1", why: { why: "case" }, span: [0, 1], suggestion: null },
      { name: "v2.14.0-rc.2-arm64", why: { why: "text_after" }, span: [12, 18], suggestion: null },
    ] : [],
    near_miss_total: rc ? 9 : 0,
    lost: rc && lost > 0 ? { tags: 5, why: { why: "separator_missing", separator: "." }, example: "v2.13.0-rc1", suggestion: "^v\\d+\\.\\d+\\.\\d+-(rc|beta)\\.?\\d+$" } : null,
    findings: findings(after), words: wordsOf(request.edited.tags.pattern), block: blockOf(request.edited.tags.pattern),
    effects: of("newly_covered") + lost === 0 ? [] : [
      { role: "developer", loses_push: of("newly_covered"), gains_push: lost, loses_delete: of("newly_covered"), gains_delete: lost },
      ...(rc ? [{ role: "maintainer" as const, loses_push: 0, gains_push: 0, loses_delete: 92, gains_delete: 0 }] : []),
    ],
  };
}
