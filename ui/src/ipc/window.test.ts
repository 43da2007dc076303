import { expect, it, vi } from "vitest";
import { fixtureHost } from "../../dev/fixture";

it("tells the shell once that the window is ready, after a paint", async () => {
  vi.resetModules();
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  const { putHost } = await import("./host");
  const { tellReady } = await import("./window");
  const host = fixtureHost();
  putHost(host);
  tellReady();
  tellReady();
  frames.shift()?.(0);
  expect(host.calls).toEqual([]);
  frames.shift()?.(16);
  await vi.waitFor(() => expect(host.calls.map((call) => call.name)).toEqual(["app_ready"]));
  expect(frames).toEqual([]);
  vi.unstubAllGlobals();
});
