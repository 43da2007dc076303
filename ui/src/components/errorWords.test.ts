import i18next from "i18next";
import { describe, expect, it } from "vitest";
import type { ApiError, ErrorCode } from "../ipc/bindings";
import bindings from "../ipc/bindings.ts?raw";
import { plainError } from "../ipc/client";
import { errorDetails, errorWords } from "./errorWords";

const union = /export type ErrorCode = ([^;]+);/.exec(bindings)?.[1] ?? "";
const codes = [...union.matchAll(/"([^"]+)"/g)].map(([, code]) => code as ErrorCode);

describe("every error", () => {
  it("is known from the wire's own list", () => expect(codes.length).toBeGreaterThan(30));

  it.each(codes)("%s says what happened, what is kept and what to do", (code) => {
    const bare = errorWords(plainError(code), i18next.t);
    const full = errorWords({
      ...plainError(code, "5"), host: "gitlab.example.com", project: "shop/cart", status: 502,
      role_have: "maintainer", role_need: "owner", retry_after: 27,
    }, i18next.t);
    for (const sentence of [bare.title, bare.text, bare.help, full.title, full.text, full.help]) {
      expect(sentence).not.toMatch(/\{\{|undefined|null|errors\.|oops|please|successfully|!/i);
      expect(sentence.length).toBeGreaterThan(6);
    }
  });
});

it("fills in the fields of the error", () => {
  const words = errorWords({ ...plainError("auth.role"), registry: "gitlab", project: "shop/search-indexer", role_have: "maintainer", role_need: "owner" }, i18next.t);
  expect(words.title).toBe("GitLab refused: Owner needed");
  expect(words.text).toContain("You are Maintainer in shop/search-indexer.");
});

it("shows text of a server as text, and does not run it as a template", () => {
  const words = errorWords({ ...plainError("net.refused"), host: "<img src=x> {{status}} $t(common.close)" }, i18next.t);
  expect(words.text).toContain("<img src=x> {{status}} $t(common.close)");
});

it("copies details without a query string", () => {
  const text = errorDetails({ ...plainError("http.redirected", "https://sso.example.com/login?token=abc#x"), host: "gitlab.example.com", status: 302 });
  expect(text).toBe("code: http.redirected\nhost: gitlab.example.com\nstatus: 302\ndetail: https://sso.example.com/login");
});

describe("a list that is incomplete", () => {
  const cut = (detail: string, more: Partial<ApiError> = {}) =>
    errorWords({ ...plainError("server.list-cut", detail), host: "harbor.example.com", ...more }, i18next.t);

  it.each(["failed", "position", "repeated", "next", "short"])("says why (%s), what is kept and what to do", (detail) => {
    const words = cut(detail);
    expect(words.text).not.toBe(cut("").text);
    expect(words.help).not.toBe(cut("").help);
    expect(words.text).toMatch(/kept/);
  });

  it("names what made it break off", () => {
    expect(cut("failed", { cause: "server.failed", status: 502 }).text).toContain("failed: “The server failed”");
    expect(cut("failed", { cause: "http.rate-limit", retry_after: 30 }).help).toContain("in 30 s");
  });

  it("says how much of it is there", () => {
    expect(cut("short", { rows: [100, 250] }).text).toContain("has 250 entries and gives 100");
  });
});
