import { expect, it } from "vitest";
import { hashOf, routeOf } from "./route";
import type { Route } from "./route";

it.each<[Route, string]>([
  [{ screen: "projects" }, "#/projects"],
  [{ screen: "project", id: "gl:payments/ledger-api", tab: "tags" }, "#/projects/gl%3Apayments%2Fledger-api/tags"],
  [{ screen: "simulator", params: { tag: "v1.0 & more" } }, "#/simulator?tag=v1.0+%26+more"],
])("%o is %s and back", (route, hash) => {
  expect(hashOf(route)).toBe(hash);
  expect(routeOf(hash)).toEqual({ params: {}, ...route });
});

it("opens the rules when the tab is none", () => {
  expect(routeOf("#/projects/a%2Fb/nothing")).toMatchObject({ screen: "project", id: "a/b", tab: "rules" });
});

it.each(["", "#", "#/", "#/policies", "#/projects/%E0%A4%A"])("%j names no screen", (hash) => expect(routeOf(hash)).toBeNull());
