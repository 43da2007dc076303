import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { projects } from "../../../dev/data/projects";
import type { PlanRequest, PreviewRequest } from "../../ipc/bindings";
import { selection } from "../../state/selection";
import { openWindow, violations } from "../../test/window";

Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect ??= () => new DOMRect();

const user = userEvent.setup();
const ids = projects.slice(0, 12).map((row) => row.id);

async function openBulk() {
  const opened = await openWindow("#/bulk");
  act(() => selection.set(ids));
  await screen.findByRole("textbox", { name: "Tag pattern, RE2" });
  return opened;
}

describe("one rule for many projects", () => {
  it("says what to do when nothing is selected", async () => {
    await openWindow("#/bulk");
    await screen.findByText("No project is selected");
    expect(await violations()).toEqual([]);
  });

  it("previews over all of them, reviews each, applies and counts", async () => {
    const { host } = await openBulk();
    const toolbar = screen.getByRole("toolbar", { name: "Insert a building block" });
    await user.click(within(toolbar).getByRole("button", { name: /^semver/ }));
    await user.click(screen.getByRole("button", { name: "Use block" }));
    await screen.findByText(/three numbers separated by dots/);
    const asked = host.calls.filter((call) => call.name === "preview").at(-1)?.request as PreviewRequest;
    expect([asked.projects.length, asked.before, asked.after]).toEqual([12, null, null]);
    expect(await violations()).toEqual([]);

    await user.click(screen.getByRole("button", { name: "Review change" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByRole("grid", { name: "Projects" });
    expect((host.calls.find((call) => call.name === "plan_start")?.request as PlanRequest | undefined)?.plan).toBe("bulk");
    await user.click(within(dialog).getByRole("radio", { name: /^Cannot 1/ }));
    await within(dialog).findByText("all 5 rules are used");
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole("checkbox"));
    await user.click(within(dialog).getByRole("button", { name: /^Apply \d+ changes$/ }));
    await within(dialog).findByText(/^9 changes done$/);
  });

  it("keeps a rule that was begun while the window is open, until it is discarded", async () => {
    await openBulk();
    const toolbar = screen.getByRole("toolbar", { name: "Insert a building block" });
    await user.click(within(toolbar).getByRole("button", { name: /^semver/ }));
    await user.click(screen.getByRole("button", { name: "Use block" }));
    await screen.findByText(/three numbers separated by dots/);
    const typed = screen.getByRole("textbox", { name: "Tag pattern, RE2" }).textContent;
    const field = () => screen.findByRole("textbox", { name: "Tag pattern, RE2" });
    act(() => { window.location.hash = "#/projects"; });
    await screen.findByRole("grid", { name: "Projects" });
    act(() => { window.location.hash = "#/bulk"; });
    expect((await field()).textContent).toBe(typed);
    await user.click(screen.getByRole("button", { name: "Discard" }));
    await screen.findByRole("grid", { name: "Projects" });
    act(() => { window.location.hash = "#/bulk"; });
    expect((await field()).textContent).not.toBe(typed);
  });

  it("leaves a project out", async () => {
    await openBulk();
    const list = await screen.findByRole("grid", { name: "Selected projects" });
    await user.click((await within(list).findAllByRole("button", { name: /^Remove data\/ingest-worker/ }))[0]!);
    await waitFor(() => expect(selection.get().size).toBe(11));
    expect(screen.getByRole("textbox", { name: "Tag pattern, RE2" })).toBeTruthy();
  });
});
