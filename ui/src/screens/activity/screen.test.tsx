import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { runs } from "../../../dev/answers/journal";
import { openWindow, violations } from "../../test/window";
import { dayTitle, linesOf, runLine } from "./say";

const user = userEvent.setup();

describe("activity", () => {
  it("lists runs by day with what became of them", async () => {
    await openWindow("#/activity");
    const grid = await screen.findByRole("grid", { name: "Activity" });
    await within(grid).findByText("Protected rule changed");
    expect(within(grid).getByText("Change refused")).toBeTruthy();
    expect(within(grid).getByText("Run over 41 projects")).toBeTruthy();
    expect(await violations()).toEqual([]);
  });

  it("opens a run with the keys, and reverts it through a review", async () => {
    const { host } = await openWindow("#/activity");
    const grid = await screen.findByRole("grid", { name: "Activity" });
    await within(grid).findByText("Change refused");
    grid.focus();
    await user.keyboard("{Enter}");
    const details = await screen.findByRole("complementary", { name: "Change details" });
    expect(within(details).getByText("payments/ledger-api")).toBeTruthy();
    expect(await violations()).toEqual([]);
    await user.click(within(details).getByRole("button", { name: "Revert…" }));
    await screen.findByRole("heading", { name: /that undoes a run/ });
    expect(host.calls.find((call) => call.name === "plan_start")?.request).toEqual({ plan: "undo", run: "r9" });
  });

  it("filters, and says when nothing passes", async () => {
    const { host } = await openWindow("#/activity");
    await user.click(await screen.findByRole("radio", { name: /^Refused/ }));
    await waitFor(() => expect(screen.queryByText("Protected rule changed")).toBeNull());
    await user.type(screen.getByRole("textbox", { name: "Filter activity" }), "nowhere");
    await screen.findByText("No change matches");
    expect(host.calls.filter((call) => call.name === "journal_page").at(-1)?.request).toMatchObject({ filter: "nowhere", chip: "refused" });
  });

  it("says that nothing was changed yet", async () => {
    await openWindow("#/activity", { journal_page: () => ({ runs: [], total: 0, chips: [0, 0, 0] }) });
    await screen.findByText("Nothing changed yet");
  });

  it("names days as people do", () => {
    const now = new Date(2026, 10, 20, 14).getTime() / 1000;
    expect([0, 1, 3, 400].map((days) => dayTitle(now - days * 86_400, now))).toEqual(["Today, 20 Nov", "Yesterday, 19 Nov", "17 Nov", "16 Oct 2025"]);
    expect(linesOf(runs).filter((line) => line.line === "run")).toHaveLength(runs.length);
    expect(runLine(runs[0]!)).toBe("payments/ledger-api, 457 tags changed state");
  });
});
