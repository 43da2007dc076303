import { expect, it } from "vitest";
import type { Dialect } from "../ipc/bindings";
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

it("reads each language by its own signs", () => {
  const inside = (pattern: string, dialect: Dialect) => tokens(pattern, dialect).map(({ kind, text }) => `${kind[0]}${text}`);
  expect(inside("{v?.*,[a-c]/**}", "harbor")).toEqual(["g{", "lv", "q?", "l.", "q*", "g,", "c[a-c]", "l/", "q**", "g}"]);
  expect(inside("a,b}^\\*(", "harbor-1.1")).toEqual(["la,b}^", "e\\*", "l("]);
  expect(inside("dev-*,v1.0", "ecr-filters")).toEqual(["ldev-", "q*", "g,", "lv1.0"]);
  expect(inside("v?.*", "prefix")).toEqual(["lv?.*"]);
});

it.each(["", "(", "[", "[^", "\\", "\\Q", "\\p{", "a{", "(?P<", "é[😀]\\", "^(latest|stable)$"])("loses no character of %j", (pattern) => {
  for (const dialect of ["gitlab", "harbor", "ecr-filters"] as const) loses(pattern, dialect);
});

function loses(pattern: string, dialect: Dialect) {
  const all = tokens(pattern, dialect);
  expect(all.map((token) => token.text).join("")).toBe(pattern);
  let at = 0;
  for (const token of all) {
    expect(token.from).toBe(at);
    at += token.text.length;
  }
}
