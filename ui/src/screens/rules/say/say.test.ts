import { describe, expect, it } from "vitest";
import type { Actor, Block, BlockProblem, Check, Obstacle, Outcome, PatternError, PatternErrorCode, Phrase, RoleNames, Rule, SelectorMode, StepResult, What, Why } from "../../../ipc/bindings";
import { sayObstacle } from "../../review/plan";
import { slices } from "../bytes";
import { sayCover } from "./cover";
import { isAllowed, sayStep } from "./decision";
import { sayEffects } from "./effects";
import { findingName, meaningOf, sayFinding } from "./findings";
import { inWords } from "./phrases";
import { sayBlockProblem, sayProblem, serverWords } from "./problem";
import { sayAnActor } from "./roles";
import { t } from "./t";
import { pieces, plain, value } from "./values";
import { sayLoss, sayMend, sayWhy } from "./why";

const NAMES = ["gitlab", "harbor", "none"] as const satisfies readonly RoleNames[];

/** Every member of a union by its tag, so that a new one does not compile until it has words. */
type All<U, K extends keyof U> = { [T in U[K] & string]: Extract<U, Record<K, T>> };

const whole = (text: string) => {
  expect(text).not.toMatch(/\{\{|undefined|\[object|^\w+\.\w+\./);
  expect(text.trim()).not.toBe("");
  expect(text.split("`").length % 2, text).toBe(1);
};

describe("findings", () => {
  const all: All<What, "code"> = {
    matches_every_tag: { code: "matches_every_tag", repeated: "v" },
    matches_nothing: { code: "matches_nothing", never: false, excluding: false },
    foreign_syntax: {
      code: "foreign_syntax", part: "tags", syntax: "regular_expression", matches_none: true, excluding: false,
      translation: { pattern: "v[0-9]*", equal: false, also: ["v0a", "v0-"], not: [] },
    },
    unreachable: { code: "unreachable", part: "tags", text: "(\\+\\w+)?", character: "+", whole: false, excluding: false },
    exact_names_only: { code: "exact_names_only", entries: ["dev-"], example: "dev-1", beyond: 3, excluding: false, cleanup: false },
    not_validated: { code: "not_validated", problem: "nothing_to_repeat", reason: "no argument for repetition operator: *", column: 1 },
    slow_pattern: { code: "slow_pattern", part: "tags", example: "aaaaaaaaaaaaaaaaaaaaaaaa", steps: 86_000_000 },
    not_anchored: { code: "not_anchored", example: "dev1.0x", exists: true },
    loose_alternatives: { code: "loose_alternatives", example: "mainly", exists: false },
    unescaped_dot: { code: "unescaped_dot", example: "v1x0" },
    covered: { code: "covered", by: 1, example: "v1" },
    covered_together: { code: "covered_together", by: [0, 2, 3], examples: ["v1", "v0", "v6"] },
    same_tags: { code: "same_tags", with: 0, example: "a" },
    contradictory_levels: { code: "contradictory_levels", with: 0, example: "v1", push: "maintainer", delete: "owner" },
    rule_limit: { code: "rule_limit", used: 5, limit: 5 },
    pattern_too_long: { code: "pattern_too_long", characters: 101, limit: 100 },
    pattern_too_many_bytes: { code: "pattern_too_many_bytes", bytes: 300, limit: 255 },
    rule_may_be_too_long: { code: "rule_may_be_too_long", bytes: 2500, limit: 2400 },
    duplicate_pattern: { code: "duplicate_pattern", with: 1, other_kind: true },
    blocks_moving_tags: { code: "blocks_moving_tags", tags: ["latest", "main"], reasons: ["latest", "branch"], total: 2 },
    enforcer_refuses: { code: "enforcer_refuses", construct: "\\C" },
    malformed_pattern: { code: "malformed_pattern", problem: "missing_brace", column: 2, example: "v1", exists: true },
    malformed_repositories: { code: "malformed_repositories", problem: "missing_brace", column: null, repositories: 2 },
    unsupported_selector: { code: "unsupported_selector" },
    switches_off_later_rules: { code: "switches_off_later_rules", tags: 12, repository: "library/app", example: "v1" },
    project_in_repositories: { code: "project_in_repositories", project: "library" },
    no_repository: { code: "no_repository" },
    hidden_by_product: { code: "hidden_by_product", used: 17, shown: 15 },
    server_disagrees: { code: "server_disagrees", tags: 3, repository: "library/app", example: "v1", immutable: false },
    bare_comma: { code: "bare_comma", part: "repositories" },
    double_star_in_braces: { code: "double_star_in_braces", part: "tags" },
    alternative_lost: { code: "alternative_lost", part: "tags", example: "app" },
    white_space: { code: "white_space", part: "tags" },
    further_selectors: { code: "further_selectors", patterns: ["x*", "y*"] },
    namespace_selector: { code: "namespace_selector", decoration: "nsMatches", pattern: "shop" },
    uncertain_pattern: { code: "uncertain_pattern" },
    no_rules: { code: "no_rules", open: 3318 },
  };
  it.each(Object.values(all))("has a name, a title, a sentence and a remedy for $code", (what) => {
    const said = sayFinding(what, { product: "GitLab", dialect: "gitlab", pattern: "v*" });
    Object.values(said).forEach(whole);
    whole(findingName(what));
  });
  it("says how far a translation is what is meant", () => {
    const around = { product: "Harbor", dialect: "harbor", pattern: "v\\d+" } as const;
    const foreign = all.foreign_syntax;
    expect(plain(sayFinding(foreign, around).text)).toBe("Harbor compares globs. So it matches no tag. v[0-9]* comes closest, but also matches v0a and v0-.");
    const translation = { pattern: "v*", equal: true, also: [], not: [] };
    expect(plain(sayFinding({ ...foreign, matches_none: false, translation }, around).text)).toBe("Harbor compares globs. v* matches exactly the tags that are meant.");
    whole(sayFinding({ ...foreign, translation: null }, around).text);
    whole(sayFinding({ ...foreign, syntax: "glob", translation: { ...translation, equal: false, not: ["v"] } }, around).text);
    whole(sayFinding({ ...foreign, translation: { ...translation, equal: false, also: ["a"], not: ["v"] } }, around).text);
  });
  it("says what happens to tags that only start like an exact name", () => {
    const around = { product: "GitLab", dialect: "gitlab-cleanup", pattern: "dev-" } as const;
    const exact = all.exact_names_only;
    expect(plain(sayFinding({ ...exact, cleanup: true }, around).text)).toBe(
      "Whole names are compared here, so 3 tags that start so are not matched, such as dev-1. As the pattern of tags to keep it lets all others be deleted.",
    );
    whole(sayFinding({ ...exact, beyond: 0, excluding: true }, around).text);
    whole(sayFinding({ ...exact, entries: ["dev-", "v"], example: null }, around).title);
  });
  it("says why a tag moves where its name does not tell", () => {
    const around = { product: "GitLab", dialect: "gitlab", pattern: "^1" } as const;
    const moving = { code: "blocks_moving_tags", tags: ["latest", "1.2"], reasons: ["latest", "series"], total: 9 } as const;
    expect(plain(sayFinding({ ...moving, tags: [...moving.tags], reasons: [...moving.reasons] }, around).title)).toBe(
      "Tags that move would become immutable: latest; 1.2, which follows longer versions and 7 more.",
    );
  });
  it("says why no tag can reach a part", () => {
    const around = { product: "GitLab", dialect: "gitlab", pattern: "x" } as const;
    for (const character of [null, "+", " ", "/", "~"]) whole(sayFinding({ ...all.unreachable, character }, around).text);
    whole(sayFinding({ ...all.unreachable, whole: true, part: "repositories" }, around).card);
  });
  it("explains v* as the design does", () => {
    const said = sayFinding(all.matches_every_tag, { product: "GitLab", dialect: "gitlab", pattern: "v*" });
    expect(plain(`${said.title} ${said.text}`)).toBe("v* matches every tag. In RE2, * repeats the character before it, so this means “zero or more v, anywhere”.");
  });
  it("tells what a malformed pattern does to the rules after it", () => {
    const around = { product: "Harbor", dialect: "harbor-1.1", pattern: "v{1" } as const;
    const said = sayFinding(all.malformed_pattern, around);
    expect(plain(`${said.text} ${said.remedy}`)).toBe("For v1 this rule does nothing, and every later rule is switched off. Mend the pattern at column 2.");
    const silent = sayFinding({ code: "malformed_pattern", problem: "missing_bracket", column: null, example: null, exists: false }, around);
    Object.values(silent).forEach(whole);
    whole(sayFinding({ code: "malformed_pattern", problem: "missing_bracket", column: null, example: "va", exists: false }, around).text);
    whole(sayProblem({ kind: "refused", code: "escape", reason: "", column: null, suggestion: null }, { product: "Harbor", dialect: "harbor-1.1", used: 1, limit: null }));
  });
  it("tells what the server says against its own rules", () => {
    const around = { product: "Harbor", dialect: "harbor", pattern: "v*" } as const;
    expect(plain(sayFinding(all.server_disagrees, around).text)).toBe("It does not call v1 in library/app immutable, although a rule here says so.");
    whole(sayFinding({ ...all.server_disagrees, immutable: true }, around).text);
    whole(sayFinding({ ...all.malformed_repositories, column: 3 }, around).remedy);
  });
  it("is about the pattern that it was found in", () => {
    const around = { product: "Harbor", dialect: "harbor", pattern: "v*", repositories: "app,web" } as const;
    expect(plain(sayFinding(all.bare_comma, around).title)).toBe("A comma in app,web stands for itself.");
    expect(plain(sayFinding({ code: "bare_comma", part: "tags" }, around).title)).toBe("A comma in v* stands for itself.");
  });
  it("counts rules from 1", () => expect(sayFinding(all.duplicate_pattern, { product: "GitLab", dialect: "gitlab", pattern: "x" }).title).toBe("Same pattern as rule 2."));
  it("shows by example what makes a rule needless", () => {
    const around = { product: "GitLab", dialect: "gitlab", pattern: "x" } as const;
    const together = sayFinding(all.covered_together, around);
    expect(together.title).toBe("Rules 1, 3 and 4 together cover every tag of this one.");
    expect(plain(together.text)).toBe(
      "They are at least as strict, so this rule changes nothing: v1 is covered by rule 1, v0 is covered by rule 3 and v6 is covered by rule 4.",
    );
    expect(plain(sayFinding(all.same_tags, around).text)).toBe("Both match a and all others alike. Rule 1 is at least as strict, so this one changes nothing.");
    whole(sayFinding({ code: "covered", by: 1, example: null }, around).text);
    whole(sayFinding({ code: "same_tags", with: 1, example: null }, around).text);
  });
  it("names what a fix means", () => {
    const blocks: All<Block, "block"> = {
      is_exactly: { block: "is_exactly", text: "v" }, starts_with: { block: "starts_with", text: "v" }, ends_with: { block: "ends_with", text: "v" },
      contains: { block: "contains", text: "v" }, any_of: { block: "any_of", texts: ["a", "b"] },
      semantic_version: { block: "semantic_version", v: "always", prerelease: "never" }, commit_sha: { block: "commit_sha", prefix: "sha-", least: 40, most: 40 },
      date: { block: "date", prefix: "", dashes: false }, everything: { block: "everything" }, below: { block: "below", text: "team" },
    };
    Object.values(blocks).map(meaningOf).forEach(whole);
    expect(meaningOf(blocks.starts_with)).toBe("starts with v");
  });
});

describe("patterns in words", () => {
  const text = (one: string): Phrase => ({ phrase: "text", text: one, any_case: false });
  const S: Phrase = { phrase: "start" };
  const E: Phrase = { phrase: "end" };
  it.each<[string, Phrase[]]>([
    ["The whole tag is “v”, three numbers separated by dots, then “-rc.” or “-beta.” and a number. Nothing before, nothing after.", [S, text("v"), { phrase: "dotted_numbers", count: 3 }, { phrase: "one_of", texts: ["-rc.", "-beta."] }, { phrase: "number", least: 1, most: null }, E]],
    ["The whole tag is “latest” or “stable”.", [S, { phrase: "one_of", texts: ["latest", "stable"] }, E]],
    ["The tag starts with “v”.", [S, text("v"), { phrase: "any_text" }]],
    ["The tag ends with “-rc”.", [{ phrase: "any_text" }, text("-rc"), E]],
    ["The tag contains “-rc”, anywhere.", [text("-rc")]],
    ["Any tag at all, because an empty match counts.", [{ phrase: "everything" }]],
    ["The whole tag is “sha-” and 40 hexadecimal digits. Nothing before, nothing after.", [S, text("sha-"), { phrase: "hex", least: 40, most: 40 }, E]],
    ["One of these: the whole tag is “main” or it starts with “v”.", [{ phrase: "either", ways: [[S, text("main"), E], [S, text("v")]] }]],
    ["The tag starts with “release-” or “lts-”.", [{ phrase: "either", ways: [[S, text("release-")], [S, text("lts-")]] }]],
    ["The whole tag is “v” and maybe a number. Nothing before, nothing after.", [S, text("v"), { phrase: "optional", phrases: [{ phrase: "number", least: 1, most: null }] }, E]],
  ])("%s", (sentence, phrases) => expect(inWords(phrases)).toBe(sentence));
  it("has words for every phrase", () => {
    const all: All<Phrase, "phrase"> = {
      start: { phrase: "start" }, end: { phrase: "end" }, text: { phrase: "text", text: "a", any_case: true }, one_of: { phrase: "one_of", texts: ["a"] },
      number: { phrase: "number", least: 2, most: 4 }, dotted_numbers: { phrase: "dotted_numbers", count: 12 }, hex: { phrase: "hex", least: 7, most: null },
      characters: { phrase: "characters", set: "a-z", least: 1, most: null }, any_text: { phrase: "any_text" }, any_part: { phrase: "any_part" }, folders: { phrase: "folders" }, any_character: { phrase: "any_character" },
      optional: { phrase: "optional", phrases: [S] }, either: { phrase: "either", ways: [[text("a")], [text("b")]] },
      repeated: { phrase: "repeated", phrases: [text("a")], least: 0, most: null }, everything: { phrase: "everything" },
    };
    Object.values(all).map((phrase) => inWords([S, text("x"), phrase, text("y"), E])).forEach(whole);
  });
});

describe("what a rule covers, in one sentence", () => {
  const text = (one: string): Phrase => ({ phrase: "text", text: one, any_case: false });
  const starts = (one: string): Phrase[] => [{ phrase: "start" }, text(one)];
  const named = (...texts: string[]): Phrase[] => [{ phrase: "start" }, texts.length === 1 ? text(texts[0] ?? "") : { phrase: "one_of", texts }, { phrase: "end" }];
  const everything: Phrase[] = [{ phrase: "everything" }];
  const rule = (repositories: SelectorMode, tags: SelectorMode): Rule => ({
    repositories: { mode: repositories, dialect: "harbor", pattern: "[ab]*" }, tags: { mode: tags, dialect: "harbor", pattern: "[cd]*" },
    effect: { kind: "immutable", blocks: "overwrite_and_delete" }, enabled: true,
  });
  const bad: PatternError = { kind: "refused", code: "missing_brace", reason: "syntax error in pattern", column: 1, suggestion: null };
  const said = (one: Rule, repositories: Phrase[], tags: Phrase[], errors: { repositories?: PatternError; tags?: PatternError } = {}) =>
    plain(sayCover(one, { words: tags, pattern_error: errors.tags ?? null, chosen: { error: errors.repositories ?? null, covered: 1, left_out: [], words: repositories, block: null } }));
  it.each<[string, Rule, Phrase[], Phrase[]]>([
    ["In every repository except those under “sandbox/”, tags that start with “release-” or “lts-” can never be overwritten or deleted.", rule("excluding", "matching"), starts("sandbox/"), [{ phrase: "either", ways: [starts("release-"), starts("lts-")] }]],
    ["In every repository, no tag can ever be overwritten or deleted.", rule("matching", "matching"), everything, everything],
    ["In repositories named “app” or “web”, all tags except those named “latest” can never be overwritten or deleted.", rule("matching", "excluding"), named("app", "web"), named("latest")],
    ["Everything is left out: the rule covers nothing.", rule("excluding", "matching"), everything, everything],
    ["In repositories without a slash in their name, tags that match [cd]* can never be overwritten or deleted.", rule("matching", "matching"), [{ phrase: "start" }, { phrase: "any_part" }, { phrase: "end" }], []],
    ["In repositories that start with “app-”, without a slash after it, no tag can ever be overwritten or deleted.", rule("matching", "matching"), [...starts("app-"), { phrase: "any_part" }, { phrase: "end" }], everything],
    ["In every repository except those that match [ab]*, tags named “main” or that start with “v” can never be overwritten or deleted.", rule("excluding", "matching"), [], [{ phrase: "either", ways: [named("main"), starts("v")] }]],
    ["In repositories that are any folders and “app”, tags that end with “-rc” can never be overwritten or deleted.", rule("matching", "matching"), [{ phrase: "start" }, { phrase: "folders" }, text("app"), { phrase: "end" }], [text("-rc"), { phrase: "end" }]],
  ])("%s", (sentence, one, repositories, tags) => expect(said(one, repositories, tags)).toBe(sentence));
  it("says when it is off, and what can be overwritten only", () => {
    const off = { ...rule("matching", "matching"), enabled: false, effect: { kind: "immutable", blocks: "overwrite" } as const };
    expect(said(off, everything, starts("v"))).toBe("In every repository, tags that start with “v” can never be overwritten. The rule is off, so none of this is in force.");
  });
  it("says of each pattern what it is compared with, where that is the other name", () => {
    expect(said(rule("matching", "matching_other_part"), everything, everything)).toBe(
      "Where the repository matches [ab]* and the repository matches [cd]*, tags can never be overwritten or deleted.",
    );
    expect(said(rule("excluding_other_part", "excluding"), everything, everything)).toBe(
      "Where the tag does not match [ab]* and the tag does not match [cd]*, tags can never be overwritten or deleted.",
    );
  });
  it("promises nothing where a pattern is malformed or unknown to the server", () => {
    whole(said(rule("matching", "matching"), [], everything, { repositories: bad }));
    expect(said(rule("matching", "matching"), everything, [], { tags: bad })).toBe("In every repository, this rule cannot be relied on for any tag: its pattern is malformed.");
    whole(said(rule("unsupported", "matching"), everything, everything));
  });
});

describe("blocks that cannot be written", () => {
  const all: All<BlockProblem, "problem"> = {
    unsayable: { problem: "unsayable" }, empty: { problem: "empty" }, white_space: { problem: "white_space", entry: "a b" }, braces: { problem: "braces", entry: "{a" },
    malformed: { problem: "malformed", entry: "v[" }, slash: { problem: "slash", entry: "a/b" }, double_star: { problem: "double_star", entry: "**/a" }, lost: { problem: "lost", entry: "app", by: "app/**" },
  };
  it.each(Object.values(all))("has the reason for $problem", (problem) => whole(sayBlockProblem(problem)));
});

describe("problems of a pattern", () => {
  const codes: Record<PatternErrorCode, true> = {
    blank: true, missing_paren: true, unexpected_paren: true, missing_bracket: true, missing_brace: true, slash_in_braces: true, nothing_to_repeat: true, stacked_repetition: true, repetition_size: true,
    class_range: true, escape: true, group_flag: true, look_around: true, back_reference: true, group_name: true, trailing_backslash: true, encoding: true,
    too_large: true, too_long: true, other: true,
  };
  const around = { product: "GitLab", dialect: "gitlab", used: 101, limit: 100 } as const;
  const error = (code: PatternErrorCode, column: number | null) => ({ kind: "refused" as const, code, reason: "missing ): ^v(", column, suggestion: null });
  it.each(Object.keys(codes) as PatternErrorCode[])("has a sentence for %s", (code) => whole(sayProblem(error(code, null), around)));
  it("names the column, and gives the server's own words beside it", () => {
    expect(sayProblem(error("missing_paren", 7), around)).toBe("Column 7: this “(” is never closed.");
    expect(plain(serverWords(error("missing_paren", 7), "GitLab") ?? "")).toBe("GitLab says: missing ): ^v(");
    expect(sayProblem(error("too_long", null), around)).toBe("101 of 100 characters.");
  });
});

describe("decisions", () => {
  const outcomes: Record<Outcome, boolean | null> = {
    creates: true, overwrites: true, deletes: true, no_access: false, role_too_low: false, tag_immutable: false, any_digest: false, has_tags: false, in_index: false, read_only: false,
    patterns_refused: false, skipped: false, not_found: null, not_used: null, unknown: null,
  };
  it.each(Object.entries(outcomes) as [Outcome, boolean | null][])("has a word and a sentence for %s", (outcome, allowed) => {
    whole(t(`decision.outcome.${outcome}`));
    whole(t(`decision.cell.${outcome}`));
    expect(isAllowed(outcome)).toBe(allowed);
  });
  it("says why the registry refuses a deletion that no rule holds back", () => {
    const at = (outcome: Outcome) => sayStep({ check: "write", result: "stopped", rule: null, needed: null }, { actor: "owner", rules: [], answer: { digest: null, roles: "harbor" }, age: null, outcome });
    expect(at("in_index")).toBe("An image that is part of an index goes only after the index.");
    expect(at("read_only")).toBe("The server is in read-only mode: nobody can change anything.");
    expect(at("patterns_refused")).toBe("The registry refuses it.");
  });
  it("has a sentence for every step and result", () => {
    const checks: Check[] = ["role", "exists", "immutable", "write"];
    const results: StepResult[] = ["passed", "stopped", "yes", "no", "not_reached", "done"];
    const actors: Actor[] = ["guest", "reporter", "developer", "maintainer", "owner", "admin", "permitted", "deploy_token", "cleanup_policy"];
    for (const actor of actors) for (const names of NAMES) whole(sayAnActor(names, actor));
    for (const check of checks) for (const result of results) for (const needed of ["owner", null] as const) {
      whole(sayStep({ check, result, rule: null, needed }, { actor: "developer", rules: [], answer: { digest: "sha256:ae51c88f00", roles: "gitlab" }, age: "12 d", outcome: "overwrites" }));
    }
  });
});

describe("effects, losses and obstacles", () => {
  const none = { loses_push: 0, gains_push: 0, loses_delete: 0, gains_delete: 0 };
  it("says who loses and regains what", () => {
    expect(sayEffects([
      { role: "developer", loses_push: 38, gains_push: 7, loses_delete: 38, gains_delete: 7 },
      { role: "maintainer", ...none, loses_delete: 92 },
      { role: "owner", ...none },
    ], "gitlab")).toBe("Developers lose push and delete on 38 tags and regain both on 7. Maintainers can no longer delete 92 tags.");
    expect(sayEffects([], "gitlab")).toBe("Nobody gains or loses a right.");
  });
  it("calls roles as their registry does", () => {
    const loses = [{ role: "owner" as const, ...none, loses_push: 3, loses_delete: 3 }];
    expect(sayEffects(loses, "harbor")).toBe("Project admins lose push and delete on 3 tags.");
    expect(sayEffects(loses, "none")).toBe("All who are permitted lose push and delete on 3 tags.");
    const low: Obstacle = { why: "role_too_low", have: "reporter", need: "maintainer" };
    expect(sayObstacle(low, "harbor")).toBe("needs Maintainer, you are Guest");
  });
  it("says what lost tags and near misses lack", () => {
    const all: All<Why, "why"> = {
      case: { why: "case" }, text_before: { why: "text_before" }, text_after: { why: "text_after" }, separator_missing: { why: "separator_missing", separator: "." },
      separator_differs: { why: "separator_differs", separator: "-" }, separator_extra: { why: "separator_extra" }, prefix_missing: { why: "prefix_missing", text: "v" },
    };
    for (const why of Object.values(all)) {
      whole(sayWhy(why));
      whole(sayMend(why));
      whole(sayLoss({ tags: 1, why, example: "x", suggestion: "y" }));
    }
    expect(plain(sayLoss({ tags: 5, why: all.separator_missing, example: "v2.13.0-rc1", suggestion: "" }))).toBe("5 of them lack a dot, like v2.13.0-rc1.");
  });
  it("says why a change cannot be made", () => {
    const all: All<Obstacle, "why"> = {
      rule_limit: { why: "rule_limit", limit: 5 }, rules_not_visible: { why: "rules_not_visible", reason: { why: "role", needs: "maintainer" } }, role_too_low: { why: "role_too_low", have: "maintainer", need: "owner" }, unavailable: { why: "unavailable", reason: "licence" },
      duplicate_pattern: { why: "duplicate_pattern", other_kind: true }, same_rule: { why: "same_rule", id: "3", enabled: false },
      pattern: { why: "pattern", error: { kind: "refused", code: "other", reason: "bad", column: null, suggestion: null } }, unreadable: { why: "unreadable" },
      unsupported_selector: { why: "unsupported_selector" },
    };
    for (const names of NAMES) Object.values(all).map((one) => sayObstacle(one, names)).forEach(whole);
  });
});

describe("values in sentences", () => {
  it("keeps hostile names as text in one piece", () => {
    const name = "a`b<img src=x onerror=alert(1)>$t(common.close){{x}}";
    const said = t("decision.does.push", { who: "A Maintainer", tag: value(name), where: "x" });
    expect(pieces(said).find((piece) => piece.code)?.text).toBe(name);
  });
  it("bounds what is long", () => expect(value("x".repeat(500)).length).toBe(120));
  it("splits names at bytes, as the host counts", () => expect(slices("é-v1", [2, 4])).toEqual(["é", "-v", "1"]));
});
