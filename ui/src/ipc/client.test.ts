import { expect, it } from "vitest";
import { fixtureHost } from "../../dev/fixture";
import { asApiError, call, CallFailed, plainError } from "./client";
import { putHost } from "./host";
import { isHttps, openPage } from "./window";

it("sends the request under one name and gives the answer", async () => {
  const host = fixtureHost({ project_refresh: () => 12 });
  putHost(host);
  await expect(call("project_refresh", "gl:1/2")).resolves.toBe(12);
  expect(host.calls).toEqual([{ name: "project_refresh", request: "gl:1/2" }]);
});

it("turns a refusal into a failure that carries it", async () => {
  const refusal = { ...plainError("auth.role"), role_need: "owner" as const };
  putHost(fixtureHost({ connections: () => { throw refusal; } }));
  const failed = await call("connections").catch((thrown: unknown) => thrown);
  expect(failed).toBeInstanceOf(CallFailed);
  expect(asApiError(failed)).toEqual(refusal);
});

it("shows whatever else is thrown as a fault of the program", () => {
  expect(asApiError(new TypeError("x is undefined"))).toMatchObject({ code: "internal", detail: "x is undefined" });
  expect(asApiError("odd")).toMatchObject({ code: "internal", detail: "odd" });
});

it("opens nothing but https", async () => {
  const host = fixtureHost();
  putHost(host);
  for (const address of ["javascript:alert(1)", "http://gitlab.example.com", "file:///etc/passwd", "nonsense"]) {
    await openPage(address);
    expect(isHttps(address)).toBe(false);
  }
  await openPage("https://gitlab.example.com/x");
  expect(host.opened).toEqual(["https://gitlab.example.com/x"]);
});
