import { describe, expect, it } from "vitest";
import { absorb, complete, filterText, parts, splitAll, suggest } from "./filterTokens";

const nothing = { tokens: [], rest: "" };

describe("typing", () => {
  it("makes a token of a finished condition, not before the space", () => {
    expect(absorb(nothing, "tags:>400")).toEqual({ tokens: [], rest: "tags:>400" });
    expect(absorb(nothing, "tags:>400 ")).toEqual({ tokens: ["tags:>400"], rest: "" });
  });
  it("leaves words as text", () => {
    expect(absorb(nothing, "ledger api ")).toEqual({ tokens: [], rest: "ledger api " });
    expect(absorb({ tokens: ["rule:none"], rest: "" }, "ledger kind:immutable ")).toEqual({ tokens: ["rule:none", "kind:immutable"], rest: "ledger " });
  });
  it("keeps a quoted value together", () => {
    expect(absorb(nothing, 'registry:"my ')).toEqual({ tokens: [], rest: 'registry:"my ' });
    expect(absorb(nothing, 'registry:"my lab" ')).toEqual({ tokens: ['registry:"my lab"'], rest: "" });
  });
});

describe("asking", () => {
  it("joins tokens and words", () => {
    expect(filterText({ tokens: ["tags:>400", "-rule:none"], rest: "ledger " })).toBe("tags:>400 -rule:none ledger");
  });
  it("waits for the value of a key", () => {
    expect(filterText({ tokens: ["tags:>400"], rest: "open:" })).toBe("tags:>400");
    expect(filterText({ tokens: [], rest: "-open:" })).toBe("");
  });
  it("takes a whole filter apart", () => {
    expect(splitAll('ledger registry:"my lab" tags:')).toEqual({ tokens: ['registry:"my lab"'], rest: "ledger tags:" });
    expect(parts('a "b c" d:"e f"')).toEqual(["a", '"b c"', 'd:"e f"']);
  });
});

describe("suggestions", () => {
  const texts = (rest: string) => suggest(rest, ["gitlab.example.com", "my lab"]).map((one) => one.text);
  it("complete a key, then its value", () => {
    expect(texts("ru")).toEqual(["rule:"]);
    expect(texts("rule:")).toEqual(["rule:none", "rule:full", "rule:not-visible"]);
    expect(texts("x -ru")).toEqual(["-rule:"]);
  });
  it("name the registries there are, in quotes where needed", () => {
    expect(texts("registry:")).toEqual(["registry:gitlab.example.com", 'registry:"my lab"']);
    expect(texts("registry:my")).toEqual(['registry:"my lab"']);
  });
  it("end where nothing is known", () => expect(texts("opne:5")).toEqual([]));
  it("replace the last word only", () => {
    expect(complete("ledger ru", { text: "rule:", whole: false })).toBe("ledger rule:");
    expect(complete("rule:n", { text: "rule:none", whole: true })).toBe("rule:none ");
  });
});
