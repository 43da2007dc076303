import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { SimulateRequest } from "../../ipc/bindings";
import { openWindow, violations } from "../../test/window";

const user = userEvent.setup();
const HASH = `#/projects/${encodeURIComponent("gl:payments/ledger-api")}/simulator`;

describe("the simulator", () => {
  it("shows the path of a decision, the branches not taken, and everyone else", async () => {
    await openWindow(`${HASH}?tag=v2.14.0`);
    await screen.findByText("Denied: the tag is immutable");
    const path = screen.getByRole("list", { name: "Decision path" });
    expect(within(path).getByText("Stopped here")).toBeTruthy();
    expect(within(path).getByText("no rule: overwritten")).toBeTruthy();
    expect(screen.getByRole("table", { name: "Every role and action for v2.14.0" })).toBeTruthy();
    expect(await violations()).toEqual([]);
  });

  it("moves the path with a cell of the matrix, by key too", async () => {
    const { host } = await openWindow(`${HASH}?tag=v2.14.0`);
    const table = await screen.findByRole("table", { name: /^Every role/ });
    within(table).getAllByRole("button")[0]?.focus();
    await user.keyboard("{ArrowDown}{Enter}");
    await screen.findByText("Allowed: creates the tag");
    expect(host.calls.filter((call) => call.name === "simulate").at(-1)?.request).toMatchObject({ actor: "maintainer", operation: "push", exists: false });
    expect(screen.getByRole("radio", { name: "New" }).getAttribute("aria-checked")).toBe("true");
  });

  it("recomputes at each change and copies the explanation", async () => {
    const { host } = await openWindow(HASH);
    await user.type(await screen.findByRole("textbox", { name: "Tag" }), "main");
    await screen.findByText("Allowed: overwrites the tag");
    await user.click(within(screen.getByRole("radiogroup", { name: "Action" })).getByRole("radio", { name: "Delete tag" }));
    await screen.findByText("Allowed: deletes it");
    await user.click(screen.getByRole("radio", { name: "With unsaved changes" }));
    await waitFor(() => expect((host.calls.filter((call) => call.name === "simulate").at(-1)?.request as SimulateRequest).with_draft).toBe(true));
    await user.click(screen.getByRole("button", { name: "Copy explanation" }));
    await waitFor(() => expect(host.copied[0]).toMatch(/^Allowed: deletes it\nA Maintainer deletes main from/));
  });

  it("says what a tag name is when it is none", async () => {
    await openWindow(HASH);
    await user.type(await screen.findByRole("textbox", { name: "Tag" }), "-x");
    await screen.findByText(/starts with a letter, a digit or “_”/);
  });

  it("stands alone with a project to choose by typing", async () => {
    await openWindow("#/simulator");
    await user.type(await screen.findByRole("combobox", { name: "Project" }), "ledger");
    await user.click(await screen.findByRole("option", { name: /payments\/ledger-api/ }));
    await screen.findByRole("combobox", { name: /^Repository: / });
    expect(await violations()).toEqual([]);
  });
});
