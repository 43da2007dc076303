import { expect, it } from "vitest";
import { tokens } from "./tokens";

const shown = (pattern: string) => tokens(pattern, "gitlab").map(({ kind, text }) => `${kind[0]}${text}`);

it("names the parts of a version pattern", () => {
  expect(shown("^v\\d+\\.\\d+$")).toEqual(["a^", "lv", "c\\d", "q+", "e\\.", "c\\d", "q+", "a$"]);
});

it("names groups, alternatives and counts", () => {
  expect(shown("(?i)(?P<kind>rc|beta){1,2}?x*?")).toEqual(["g(?i)", "g(?P<kind>", "lrc", "g|", "lbeta", "g)", "q{1,2}?", "lx", "q*?"]);
});

it("keeps a class together, whatever stands in it", () => {
  expect(shown("[]a\\]^$]b")).toEqual(["c[]a\\]^$]", "lb"]);
  expect(shown("[[:alpha:]_]+")).toEqual(["c[[:alpha:]_]", "q+"]);
});

it("reads quoted text and a brace that counts nothing as what they are", () => {
  expect(shown("\\Qa.b\\Ec")).toEqual(["e\\Qa.b\\E", "lc"]);
  expect(shown("{x}")).toEqual(["l{x}"]);
});

it.each(["", "(", "[", "[^", "\\", "\\Q", "\\p{", "a{", "(?P<", "é[😀]\\", "^(latest|stable)$"])("loses no character of %j", (pattern) => {
  const all = tokens(pattern, "gitlab");
  expect(all.map((token) => token.text).join("")).toBe(pattern);
  let at = 0;
  for (const token of all) {
    expect(token.from).toBe(at);
    at += token.text.length;
  }
});
